"""Two places side by side over the months, and two maps side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from leye.analysis.metrics.labels import place_label
from leye.analysis.metrics.register_figures import (
    RegisterFigure,
    RegisterIndicator,
    register_catalogue,
)
from leye.analysis.metrics.settled import settled_lines
from leye.data.reference import places
from leye.data.registers.queries.served import Served
from leye.doors.portal import atlas_choices as choices
from leye.doors.portal.atlas_page import cut_words, form_of, layer_of, title_of
from leye.doors.portal.atlas_state import AtlasState, read_month, read_place, read_state
from leye.doors.portal.atlas_words import measured, value_words
from leye.doors.portal.own_county import own_county_first
from leye.doors.web.atlas import figures_for, is_exact, served_copy
from leye.doors.web.caching import public_page
from leye.doors.web.charts import Line, LineChart, line_chart
from leye.doors.web.maps import boundaries_for, month_label


@dataclass(frozen=True, slots=True)
class Side:
    """One of the places compared: its figures by month, and whether they are exact."""

    place: str
    name: str
    exact: bool
    figures: tuple[RegisterFigure, ...]


@public_page
@own_county_first("p")
def compare(request: HttpRequest) -> HttpResponse:
    """Compare two places by one figure; with ``v=maps``, two figures or two months of one place."""
    copy = served_copy()
    if copy is None or not copy.months:
        return render(request, "portal/atlas_empty.html")
    state = read_state(request.GET, copy)
    shown = _maps if request.GET.get("v") == "maps" else _places
    context = {
        "state": state,
        "indicator": state.indicator,
        "basis_words": state.indicator.basis.label,
        "settled": settled_lines([state.indicator.code]),
        "cut_words": cut_words(state),
        "form": form_of(copy, state),
        "release": copy.release,
        "crumbs": [("人力资源地图", f"{reverse('portal:atlas')}?{state.query}"), ("比较", "")],
        **shown(request, copy, state),
    }
    query = context["query"]
    context["address"] = request.build_absolute_uri(f"{reverse('portal:atlas_compare')}?{query}")
    return render(request, "portal/atlas_compare.html", context)


def _places(request: HttpRequest, copy: Served, state: AtlasState) -> dict[str, object]:
    first, second = _pair(request, copy, state)
    sides = [_side(request, copy, state, place) for place in (first, second)]
    names = "、".join(side.name for side in sides)
    label = f"{names}{state.indicator.name}逐月走势"
    given = {
        "i": state.indicator.code,
        "a": first,
        "b": second,
        "g": "" if state.group == choices.ALL else state.group,
        "by": state.by,
    }
    return {
        "mode": "places",
        "title": f"{names}的{state.indicator.name}",
        "month_words": _span(copy.months),
        "sides": sides,
        "chart": _chart(sides, copy.months, state.indicator),
        "chart_narrow": _chart(sides, copy.months, state.indicator, width=400, height=340),
        "chart_label": label,
        "rows": _table(sides, copy.months, state),
        "a_options": choices.place_options(copy, first, sides[0].name),
        "b_options": choices.place_options(copy, second, sides[1].name),
        "query": _query(given),
        "other_query": _query({**dict(state.parts), "v": "maps"}),
    }


def _maps(request: HttpRequest, copy: Served, state: AtlasState) -> dict[str, object]:
    catalogue = register_catalogue()
    asked = request.GET.get("i2", "")
    other = catalogue.get(asked) if asked else state.indicator
    second = replace(
        read_state({**dict(state.parts), "i": other.code}, copy),
        month=read_month(request.GET.get("m2", ""), copy),
    )
    figures = figures_for(request, state.place)
    assert figures is not None, settings.LEYE_POOL
    outlines = boundaries_for(request)
    base = reverse("portal:atlas")
    pair = [
        {
            "layer": layer_of(figures, each, outlines=outlines, base=base),
            "title": title_of(each),
            "heading": f"{side}：{each.indicator.name}，{month_label(each.month)}",
            "indicator": each.indicator,
            "url": f"{base}?{each.query}",
            "id": f"map-{number}",
        }
        for number, (side, each) in enumerate(zip(("左图", "右图"), (state, second), strict=True))
    ]
    given = {**dict(state.parts), "v": "maps", "i2": other.code, "m2": str(second.month)}
    return {
        "mode": "maps",
        "title": f"{place_label(state.place)}：两张图对着看",
        "month_words": _span((state.month, second.month)),
        "pair": pair,
        "lines": _both(pair),
        "exact": is_exact(request, state.place),
        "notices": second.notices,
        "i2_options": choices.indicator_options(other.code),
        "m2_options": choices.month_options(copy, second.month),
        "query": _query(given),
        "other_query": _query({"i": state.indicator.code, "a": state.place}),
    }


def _pair(request: HttpRequest, copy: Served, state: AtlasState) -> tuple[str, str]:
    """Give the two places asked for; a second left out is the one above, or the first inside."""
    first = read_place(request.GET.get("a", "") or state.place, copy)
    asked = request.GET.get("b", "")
    if asked:
        return first, read_place(asked, copy)
    if first == settings.LEYE_CITY or first not in places():
        below = places().children(settings.LEYE_CITY)[0].code
        return first, below if first == settings.LEYE_CITY else settings.LEYE_CITY
    return first, places().get(first).parent or settings.LEYE_CITY


def _side(request: HttpRequest, copy: Served, state: AtlasState, place: str) -> Side:
    figures = figures_for(request, place)
    assert figures is not None, settings.LEYE_POOL
    found = figures.series(state.indicator.code, place=place, months=copy.months, **state.cut)
    return Side(place, place_label(place), is_exact(request, place), found)


def _chart(
    sides: Sequence[Side],
    months: Sequence[int],
    indicator: RegisterIndicator,
    *,
    width: int = 960,
    height: int = 380,
) -> LineChart:
    lines = [
        Line(side.name, style, _points(side, months, indicator))
        for style, side in enumerate(sides, start=1)
    ]
    return line_chart(
        [line for line in lines if line.values], unit=indicator.unit, width=width, height=height
    )


def _points(
    side: Side, months: Sequence[int], indicator: RegisterIndicator
) -> tuple[tuple[int, Decimal], ...]:
    return tuple(
        (month // 100 * 12 + month % 100 - 1, value)
        for month, figure in zip(months, side.figures, strict=True)
        if (value := measured(figure, indicator)) is not None
    )


def _table(
    sides: Sequence[Side], months: Sequence[int], state: AtlasState
) -> list[tuple[str, list[tuple[bool, str]]]]:
    rows = []
    for number in reversed(range(len(months))):
        found = [side.figures[number] for side in sides]
        cells = [(each.value is not None, value_words(each, state.indicator)) for each in found]
        rows.append((month_label(months[number]), cells))
    return rows


def _both(pair: Sequence[dict[str, object]]) -> list[tuple[str, str, list[str]]]:
    """Give the lines of both maps by place: the name, its address, and both values."""
    values: dict[str, list[str]] = {}
    named: dict[str, tuple[str, str]] = {}
    for number, each in enumerate(pair):
        layer = each["layer"]
        for row in (*layer.rows, *layer.apart):  # type: ignore[attr-defined]  # always a Layer
            values.setdefault(row.place, ["未填报", "未填报"])[number] = row.value
            named.setdefault(row.place, (row.name, row.url))
    return [(*named[place], both) for place, both in values.items()]


def _span(months: Sequence[int]) -> str:
    ends = dict.fromkeys(month_label(month) for month in (months[0], months[-1]))
    return "、".join(ends) if len(months) < 3 else "至".join(ends)


def _query(given: dict[str, str]) -> str:
    return urlencode({key: value for key, value in given.items() if value}, safe=":")
