"""Service points: list, add, change, close, open again."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leye.doors.console.access import acting, staff_page
from leye.doors.console.network_forms import (
    CloseForm,
    PointFilter,
    PointForm,
    coordinate_initial,
    point_initial,
    words,
)
from leye.doors.console.paging import page_number
from leye.doors.console.presenters import place_path
from leye.kernel.errors import Forbidden, LeyeError
from leye.service.identity.errors import InvalidText
from leye.service.identity.perms import scope_of
from leye.service.identity.roles import Permission
from leye.service.network import operations
from leye.service.network.errors import PointClosed, PointExists
from leye.service.network.models import ServicePoint
from leye.service.network.operations import coordinate_of
from leye.service.network.queries import point_for, points_for

PAGE = 20
_NOTES = {
    "added": "网点已登记。",
    "changed": "网点已修改。",
    "closed": "网点已撤销，记录保留，不再计入服务圈。",
    "reopened": "网点已恢复。",
    "imported": "表格已导入。",
}


@staff_page(Permission.MANAGE_NETWORK)
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """List the points of the asker's places."""
    scope = scope_of(request.user, Permission.MANAGE_NETWORK)
    form = PointFilter(request.GET, scope=scope)
    chosen = form.cleaned_data if form.is_valid() else {}
    state = chosen.get("state") or "open"
    place, kind = chosen.get("place", ""), chosen.get("kind", "")
    found = points_for(request.user, place=place, kind=kind)
    if state != "all":
        found = found.filter(active=state == "open")
    page = Paginator(found, PAGE).get_page(page_number(request, "page"))
    context = {
        "form": form,
        "page": page,
        "lines": [(point, place_path(point.place)) for point in page],
        "query": urlencode({"place": place, "kind": kind, "state": state}),
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    return render(request, "console/network_points.html", context)


@staff_page(Permission.MANAGE_NETWORK)
@require_http_methods(["GET", "HEAD", "POST"])
def point_new(request: HttpRequest) -> HttpResponse:
    """Open a point."""
    if request.method != "POST":
        initial = {**coordinate_initial(None), "place": request.GET.get("place", "")[:12]}
        return _form_page(request, PointForm(initial=initial), None)
    form, actor = PointForm(request.POST), acting(request)
    if form.is_valid():
        try:
            point = operations.add_point(
                fields=form.cleaned_data["point"],
                by=actor.by,
                at=actor.at,
                request_id=actor.request_id,
            )
        except (Forbidden, PointExists) as error:
            _blame(form, error)
        else:
            return _back(point, "added")
    return _form_page(request, form, None, status=422)


@staff_page(Permission.MANAGE_NETWORK)
@require_http_methods(["GET", "HEAD", "POST"])
def point(request: HttpRequest, number: str) -> HttpResponse:
    """Show a point, and change it."""
    found = point_for(request.user, number)
    at = coordinate_of(found)
    if request.method != "POST":
        form = PointForm(initial=point_initial(found, at))
        form.keep(at)
        return _form_page(request, form, found)
    form, actor = PointForm(request.POST), acting(request)
    form.keep(at)
    if form.is_valid():
        try:
            operations.change_point(
                point=found,
                fields=form.cleaned_data["point"],
                by=actor.by,
                at=actor.at,
                request_id=actor.request_id,
            )
        except (Forbidden, PointExists, PointClosed) as error:
            _blame(form, error)
        else:
            return _back(found, "changed")
    return _form_page(request, form, found, status=422)


@staff_page(Permission.MANAGE_NETWORK)
@require_http_methods(["GET", "HEAD", "POST"])
def point_close(request: HttpRequest, number: str) -> HttpResponse:
    """Ask first, and why; on POST close the point."""
    found, form = point_for(request.user, number), CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = acting(request)
        try:
            operations.close_point(
                point=found,
                reason=form.cleaned_data["reason"],
                by=actor.by,
                at=actor.at,
                request_id=actor.request_id,
            )
        except InvalidText as error:
            form.add_error("reason", words(error))
        else:
            return _back(found, "closed")
    status = 422 if request.method == "POST" else 200
    return render(
        request, "console/network_close.html", {"form": form, "point": found}, status=status
    )


@staff_page(Permission.MANAGE_NETWORK)
@require_POST
def point_reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Open a closed point again.

    :raises PointExists: another open point has its name in its place.
    """
    found, actor = point_for(request.user, number), acting(request)
    operations.reopen_point(point=found, by=actor.by, at=actor.at, request_id=actor.request_id)
    return _back(found, "reopened")


def _form_page(
    request: HttpRequest, form: PointForm, point: ServicePoint | None, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "point": point,
        "place": place_path(point.place) if point else "",
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    return render(request, "console/network_point.html", context, status=status)


def _blame(form: PointForm, error: LeyeError) -> None:
    field = "place" if isinstance(error, Forbidden) else "name"
    form.add_error(None if isinstance(error, PointClosed) else field, words(error))


def _back(point: ServicePoint, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{resolve_url('network:point', point.number)}?done={done}")
