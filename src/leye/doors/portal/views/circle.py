"""15分钟就业服务圈: who is within reach of a service point, and where one more would help most."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from leye.analysis.atlas.circle_modes import CircleParameters
from leye.analysis.atlas.circle_sites import Sites
from leye.analysis.atlas.circles import Position
from leye.data.reference import Place, places
from leye.doors.portal.circle_choice import COUNTS, CircleChoice, choose
from leye.doors.portal.circle_drawing import Placed
from leye.doors.portal.circle_layers import draw_circle
from leye.doors.portal.circle_rows import (
    PLACE_HEADER,
    VILLAGE_HEADER,
    mode_rows,
    place_cells,
    place_row,
    place_rows,
    village_cells,
    village_rows,
)
from leye.doors.portal.own_county import own_county_first
from leye.doors.web.circle import (
    Answer,
    Network,
    People,
    Suggestion,
    answer,
    network,
    parameters,
    people,
    suggestion,
)
from leye.doors.web.downloads import csv_response, xlsx_response
from leye.doors.web.exports import record_export
from leye.kernel.place import PlaceLevel, place_prefix
from leye.service.network.enums import PointKind

View = Callable[..., HttpResponse]


def _fresh(view: View) -> View:
    """Let a browser keep the page only to ask again: points change without a new data version."""

    @wraps(view)
    @require_safe
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        patch_cache_control(response, no_cache=True, private=True)
        return response

    return guarded


@_fresh
@own_county_first("place")
def circle(request: HttpRequest) -> HttpResponse:
    """Show coverage by place and mode, and the map."""
    given = parameters()
    choice, held, known = choose(request, given), network(), people()
    found = answer(held, choice.question)
    listed = choice.place.level is PlaceLevel.TOWN
    context = _frame(choice, held, known, given) | {
        "own": place_row(choice.place, "", found, known),
        "method": found.method,
        "by_road": found.by_road,
        "points": found.points,
        "estimated": _estimated(choice, found),
        "modes": mode_rows(choice, held, tuple(given.modes.values()), known),
        "rows": place_rows(choice, found, known),
        "villages": village_rows(choice.place.code, found) if listed else [],
        "map": draw_circle(choice, held, found, known),
    }
    return render(request, "portal/circle.html", context)


@_fresh
@own_county_first("place")
def sites(request: HttpRequest) -> HttpResponse:
    """Show where new points would reach the most, the best choice beside the greedy one."""
    given = parameters()
    choice, held, known = choose(request, given), network(), people()
    found = suggestion(
        choice.place.code, count=choice.count, held=held, asked=choice.question, known=known
    )
    rows = {"best": _sites(found, found.plan.best), "greedy": _sites(found, found.plan.greedy)}
    marked = [
        Placed(row.at, "c-site", f"建议{row.number}：{row.place.name}") for row in rows["best"]
    ]
    context = _frame(choice, held, known, given) | {
        "found": found,
        "plan": found.plan,
        "rows": rows,
        "same": found.plan.best.covered == found.plan.greedy.covered,
        "unit": "人" if found.counts_people else "个村（居）",
        "column": "人数" if found.counts_people else "村（居）",
        "counts": [(n, f"?{choice.query(count=n)}", n == choice.count) for n in COUNTS],
        "map": draw_circle(choice, held, answer(held, choice.question), known, marked),
    }
    return render(request, "portal/circle_sites.html", context)


@_fresh
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Give the table as a file: the places below, or with ``level=village`` every village."""
    if form not in {"csv", "xlsx"}:
        raise Http404
    given = parameters()
    choice, known = choose(request, given), people()
    found = answer(network(), choice.question)
    header: tuple[str, ...] = PLACE_HEADER
    if request.GET.get("level") == "village" or choice.place.level is PlaceLevel.TOWN:
        header = VILLAGE_HEADER
        listed = village_rows(choice.place.code, found)
        rows = [village_cells(row, choice, found.method) for row in listed]
    else:
        every = [place_row(choice.place, "", found, known), *place_rows(choice, found, known)]
        rows = [place_cells(row, choice, found.method) for row in every]
    record_export(request, "circle", rows=len(rows))
    name = f"{choice.title}-{choice.place.name}-{choice.mode.name}"
    if form == "csv":
        return csv_response(name, header, rows)
    return xlsx_response(name, header, rows, notes=_notes(choice, given))


@dataclass(frozen=True, slots=True)
class _Site:
    """A village chosen for a new point, and what it adds."""

    number: int
    place: Place
    at: Position
    gain: int


def _sites(found: Suggestion, chosen: Sites) -> list[_Site]:
    pairs = zip(chosen.chosen, chosen.gains, strict=True)
    return [
        _Site(number, places().get(found.candidates[index].key), found.candidates[index], gain)
        for number, (index, gain) in enumerate(pairs, start=1)
    ]


def _notes(choice: CircleChoice, given: CircleParameters) -> list[tuple[str, str]]:
    mode, detour = choice.mode, choice.mode.detour_in(choice.place.code)
    numbers = f"绕行系数 {detour.central:g}（{detour.low:g}—{detour.high:g}）"
    return [
        ("算法", "分钟 = 直线公里 × 绕行系数 ÷ 时速 × 60 + 候车分钟；有路网等时圈的网点以路网为准"),
        ("参数", f"{mode.name}：时速 {mode.speed_kmh:g} 公里，{numbers}"),
        ("低、中、高", "绕行系数取高、中、低，并计入坐标误差"),
        ("分母", "只算已有坐标的村（居）；没有坐标的不算覆盖，也不算未覆盖"),
        *(("来源", source) for source in given.sources),
    ]


def _frame(
    choice: CircleChoice, held: Network, known: People | None, given: CircleParameters
) -> dict[str, Any]:
    """Give what both pages show around their own."""
    city = places().get(settings.LEYE_CITY)
    counties = places().children(city.code)
    at = choice.place
    above = [] if at == city else [city, *places().path(at.code)[3:-1]]
    here, whole = reverse("circle:circle"), ("人力资源地图", reverse("portal:map"))
    options: list[tuple[str, str]] = [(city.code, city.name)]
    for county in counties:
        options.append((county.code, f"　{county.name}"))
        if at.code.startswith(county.code):
            towns = places().children(county.code)
            options += [(town.code, f"　　{town.name}") for town in towns]
    return {
        "choice": choice,
        "query": choice.query(),
        "parameters": given,
        "detour": choice.mode.detour_in(at.code),
        "places": options,
        "kinds": [(kind.value, kind.label) for kind in PointKind],
        "crumbs": [
            whole,
            *((each.name, f"{here}?{choice.query(place=each.code)}") for each in above),
            (at.name, ""),
        ],
        "demo_coordinates": held.is_demo,
        "roads": held.roads,
        "unlocated_points": held.unlocated,
        "people": known,
    }


def _estimated(choice: CircleChoice, found: Answer) -> int:
    prefix = place_prefix(choice.place.code)
    return sum(code.startswith(prefix) for code in found.estimated)
