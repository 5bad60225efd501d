"""已公布指标地图: the counties by any published figure, a county's towns, a town's villages."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from leye.analysis.atlas import MapLayer, map_layer, point_map
from leye.analysis.metrics import Evaluator, Figure, Indicator
from leye.data.reference import Place, places
from leye.doors.portal.drawing import draw, legend
from leye.doors.portal.presenters import FIGURE_HEADER, figure_row
from leye.doors.web.caching import public_page
from leye.doors.web.downloads import csv_response, xlsx_response
from leye.doors.web.exports import record_export
from leye.doors.web.maps import boundaries_for
from leye.doors.web.reading import evaluator_for
from leye.kernel.errors import InvalidInput
from leye.kernel.period import Period
from leye.kernel.place import PlaceLevel

_FIRST_CHOICE = "resident_population"
_FOUND_MOST = 60
_LABEL_SHARE = 0.022


@dataclass(frozen=True, slots=True)
class Choice:
    """What a map page shows, and what else could be chosen."""

    indicator: Indicator
    period: Period
    indicators: tuple[Indicator, ...]
    periods: tuple[tuple[Period, int], ...]
    asked_period: Period | None

    @property
    def missed_period(self) -> Period | None:
        """The period asked for, where the indicator has no figure of it."""
        return None if self.asked_period == self.period else self.asked_period

    @property
    def query(self) -> str:
        """The choice as the query of an address."""
        return f"indicator={self.indicator.code}&period={self.period}"


@public_page
def city_map(request: HttpRequest) -> HttpResponse:
    """Show the counties by the figure and period chosen, with the ranking beside."""
    evaluator = evaluator_for(request)
    choice = choose(request, evaluator)
    context: dict[str, object] = {"city": places().get(settings.LEYE_CITY), "choice": choice}
    if choice is not None:
        layer = _layer(evaluator, choice)
        context |= {
            "layer": layer,
            "drawing": draw(layer, query=choice.query, outlines=boundaries_for(request)),
            "legend": legend(layer),
            "ranked": ranked(layer),
            "missing": [cell for cell in layer.cells if not cell.has_value],
            "city_figure": evaluator.latest(
                choice.indicator.code, settings.LEYE_CITY, on=choice.period
            ),
        }
    context["data_version"] = evaluator.data_version
    return render(request, "portal/map.html", context)


@public_page
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Give the layer chosen as a table, one county a row, those not reported too."""
    evaluator = evaluator_for(request)
    choice = choose(request, evaluator)
    rows = [figure_row(cell.figure) for cell in _layer(evaluator, choice).cells] if choice else []
    name = f"{choice.indicator.name}-{choice.period}" if choice else "已公布指标地图"
    if form not in {"csv", "xlsx"}:
        raise Http404
    record_export(request, "map", rows=len(rows))
    if form == "csv":
        return csv_response(name, FIGURE_HEADER, rows)
    notes = [("数据版本", f"第 {evaluator.data_version} 版"), ("未填报", "没有人公布过，不是零")]
    if choice:
        notes.insert(0, (choice.indicator.name, choice.indicator.definition))
    return xlsx_response(name, FIGURE_HEADER, rows, notes=notes)


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Find places by a part of their name or code."""
    wanted = request.GET.get("q", "").strip()
    found = found_places(wanted)
    if len(found) == 1:
        return HttpResponseRedirect(reverse("portal:place", args=[found[0][0].code]))
    context = {
        "q": wanted,
        "found": found[:_FOUND_MOST],
        "more": max(len(found) - _FOUND_MOST, 0),
        "crumbs": [("已公布指标地图", reverse("portal:map")), ("查找地区", "")],
    }
    return render(request, "portal/search.html", context)


@public_page
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show a county with its towns, a town with its villages, or a village."""
    found = places().get(code)
    if found.level in (PlaceLevel.NATION, PlaceLevel.PROVINCE, PlaceLevel.CITY):
        query = request.GET.urlencode()
        return HttpResponseRedirect(reverse("portal:map") + (f"?{query}" if query else ""))
    evaluator = evaluator_for(request)
    children = places().children(code)
    context: dict[str, object] = {
        "place": found,
        "crumbs": _crumbs(request, found),
        "children": [(child, len(places().children(child.code))) for child in children],
        "figures": _latest(evaluator, code),
        "villages": len(places().at_level(PlaceLevel.VILLAGE, within=code)),
        "data_version": evaluator.data_version,
    }
    if found.level is PlaceLevel.COUNTY:
        outlines = boundaries_for(request)
        context["points"] = drawn = point_map(code, boundaries=outlines)
        context["label_size"] = round(max(drawn.view_box[2:]) * _LABEL_SHARE, 2)
        context["boundary_notice"] = outlines.notice if outlines else ""
    return render(request, "portal/place.html", context)


def choose(request: HttpRequest, evaluator: Evaluator) -> Choice | None:
    """Read what the address asks for; by default the population where most counties have one.

    None when no county has any figure.

    :raises UnknownCode: the indicator does not exist.
    :raises InvalidInput: it, or the period, has no county's figure.
    """
    city = settings.LEYE_CITY
    indicators = evaluator.layer_indicators(parent=city)
    if not indicators:
        return None
    asked = request.GET.get("indicator", "")
    codes = [each.code for each in indicators]
    wanted = asked or (_FIRST_CHOICE if _FIRST_CHOICE in codes else codes[0])
    indicator = evaluator.catalogue.get(wanted)
    periods = evaluator.layer_periods(indicator.code, parent=city)
    if not periods:
        raise InvalidInput(
            f"还没有县（市、区）填报“{indicator.name}”", hint="请在地图页选择有数据的指标"
        )
    given = request.GET.get("period", "")
    asked_period = Period.parse(given) if given else None
    period = _period(asked_period, periods)
    return Choice(indicator, period, indicators, periods, asked_period)


def ranked(layer: MapLayer) -> list[tuple[int | None, Figure]]:
    """Give the figures from high to low with their rank; equal values share one.

    Figures of another kind than the layer's follow without a rank, then those not reported.
    """
    comparable = sorted(
        (cell.figure for cell in layer.cells if cell.klass is not None),
        key=lambda f: (-(f.value or 0), f.place),
    )
    values = [figure.value for figure in comparable]
    placed: list[tuple[int | None, Figure]] = [
        (values.index(figure.value) + 1, figure) for figure in comparable
    ]
    rest = [cell.figure for cell in layer.set_apart]
    rest += [cell.figure for cell in layer.cells if not cell.has_value]
    return placed + [(None, figure) for figure in rest]


def _layer(evaluator: Evaluator, choice: Choice) -> MapLayer:
    return map_layer(
        evaluator,
        indicator=choice.indicator.code,
        parent=settings.LEYE_CITY,
        period=choice.period,
    )


def _period(asked: Period | None, periods: tuple[tuple[Period, int], ...]) -> Period:
    """Give the period asked for, else the latest that has half as many counties as the fullest.

    Changing the indicator keeps the form's period, which the new one may lack; the page says so.
    """
    most = max(count for _, count in periods)
    if asked is not None and asked in [period for period, _ in periods]:
        return asked
    return next(period for period, count in periods if 2 * count >= most)


def _latest(evaluator: Evaluator, place: str) -> list[Figure]:
    codes = {figure.indicator for figure in evaluator.current(places=[place])}
    evaluator.preload(codes, places=[place])
    latest = [
        evaluator.latest(each.code, place) for each in evaluator.catalogue if each.code in codes
    ]
    return [figure for figure in latest if figure.kind is not None]


def found_places(wanted: str) -> list[tuple[Place, str]]:
    """Give the city's places whose name has a text in it, or whose code begins so, and their way.

    None for a blank text.
    """
    return [
        (place, _path_names(place)) for place in _within_city() if wanted and _fits(place, wanted)
    ]


def _within_city() -> list[Place]:
    city = settings.LEYE_CITY
    levels = (PlaceLevel.COUNTY, PlaceLevel.TOWN, PlaceLevel.VILLAGE)
    return [each for level in levels for each in places().at_level(level, within=city)]


def _fits(place: Place, wanted: str) -> bool:
    return wanted in place.name or place.code.startswith(wanted)


def _path_names(place: Place) -> str:
    return " › ".join(each.name for each in places().path(place.code)[3:])


def _crumbs(request: HttpRequest, found: Place) -> list[tuple[str, str]]:
    query = request.GET.urlencode()
    suffix = f"?{query}" if query else ""
    above = [
        each
        for each in places().path(found.code)[:-1]
        if len(each.code) > 6 or each.code[4:] != "00"
    ]
    return [
        (places().get(settings.LEYE_CITY).name, reverse("portal:map") + suffix),
        *((each.name, reverse("portal:place", args=[each.code]) + suffix) for each in above),
        (found.name, ""),
    ]
