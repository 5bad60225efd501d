"""Coordinates of towns and villages: which are known, and setting one."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods, require_safe

from leye.data.reference import Place, places
from leye.doors.console.access import acting, staff_page
from leye.doors.console.network_forms import CoordinateForm, coordinate_initial, words
from leye.doors.console.presenters import place_path
from leye.kernel.errors import Forbidden, NotFound
from leye.kernel.place import PlaceLevel, Scope, contains
from leye.service.identity.perms import scope_of
from leye.service.identity.roles import Permission
from leye.service.network.enums import GIVEN, PLACE_LEVELS
from leye.service.network.errors import InvalidPoint
from leye.service.network.place_sheets import locate_place
from leye.service.network.queries import place_coordinates, place_points_for
from leye.service.network.rules import Coordinate
from leye.service.network.types import PlaceCoordinate

_NOTES = {"located": "坐标已保存。", "imported": "表格已导入。"}


@dataclass(frozen=True, slots=True)
class _Line:
    """A place, its coordinate in use, and how many of the villages inside have one."""

    place: Place
    at: PlaceCoordinate | None
    located: int
    villages: int


@staff_page(Permission.MANAGE_NETWORK)
@require_safe
def places_list(request: HttpRequest) -> HttpResponse:
    """List what lies below a place with the coordinates in use."""
    scope = scope_of(request.user, Permission.MANAGE_NETWORK)
    at = _chosen(request.GET.get("place", ""), scope)
    known = place_coordinates()
    context = {
        "at": at,
        "above": [p for p in places().path(at.code)[:-1] if scope.covers(p.code)],
        "lines": [_line(child, known) for child in places().children(at.code)],
        "own": _line(at, known),
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    return render(request, "console/network_places.html", context)


@staff_page(Permission.MANAGE_NETWORK)
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show the coordinates of a town or village by source, and set one."""
    scope = scope_of(request.user, Permission.MANAGE_NETWORK)
    at = _chosen(code, scope)
    if at.level not in PLACE_LEVELS:
        raise NotFound(f"“{at.name}”没有自己的坐标", hint="只记录乡镇和村（社区）的坐标")
    used = place_coordinates().get(at.code)
    form = CoordinateForm(request.POST or None, initial=_initial(used))
    if request.method == "POST" and form.is_valid():
        actor = acting(request)
        if form.coordinate is None:
            form.add_error("lng", "请填写经度和纬度")
        else:
            try:
                locate_place(
                    place=at.code,
                    where=form.coordinate,
                    by=actor.by,
                    at=actor.at,
                    request_id=actor.request_id,
                )
            except (InvalidPoint, Forbidden) as error:
                form.add_error(None, words(error))
            else:
                address = resolve_url("network:place", at.code)
                return HttpResponseRedirect(f"{address}?done=located")
    context = {
        "form": form,
        "at": at,
        "path": place_path(at.code),
        "used": used,
        "kept": place_points_for(request.user, place=at.code)
        .filter(place=at.code)
        .select_related("by"),
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/network_place.html", context, status=status)


def _chosen(code: str, scope: Scope) -> Place:
    """Give the place asked for, else the widest of the asker's.

    :raises UnknownCode: there is no such place.
    :raises NotFound: it is not one of the asker's.
    """
    widest = min(scope.places, key=lambda each: (len(each.rstrip("0")), each))
    usual = widest if contains(settings.LEYE_CITY, widest) else settings.LEYE_CITY
    found = places().get(code or usual)
    if not scope.covers(found.code):
        raise NotFound(f"“{found.name}”不归您维护", hint="请选择您负责的地区")
    return found


def _line(place: Place, known: dict[str, PlaceCoordinate]) -> _Line:
    inside = [
        each.code
        for each in places().at_level(PlaceLevel.VILLAGE, within=place.code)
        if each.code != place.code
    ]
    located = sum(code in known for code in inside)
    return _Line(place, known.get(place.code), located, len(inside))


def _initial(used: PlaceCoordinate | None) -> dict[str, str]:
    if used is None or used.source not in GIVEN:
        return coordinate_initial(None)
    return coordinate_initial(Coordinate(used.lng, used.lat, used.source, used.accuracy_m))
