"""Monitoring points: list, register, leave and replace, links, the base."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leye.doors.console.access import Acting, acting, staff_page
from leye.doors.console.monitoring_forms import (
    BaseForm,
    LeaveForm,
    MonitoringPointFilter,
    NewPointForm,
    blame,
)
from leye.doors.console.monitoring_words import (
    coming_months,
    entry_lines,
    read_scope,
    round_months,
)
from leye.doors.console.months import month_label
from leye.doors.console.paging import page_number
from leye.doors.console.presenters import place_path
from leye.kernel.errors import Forbidden, InvalidInput
from leye.service.identity.errors import InvalidText
from leye.service.identity.perms import holds
from leye.service.identity.roles import Permission
from leye.service.monitoring.errors import (
    InvalidMonitoringPoint,
    NoFrame,
    NoReplacement,
    NotInPanel,
)
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.links.operations import is_alive, issue_link, revoke_link
from leye.service.monitoring.points.enums import LeaveReason, PointKind
from leye.service.monitoring.points.frame import frame_of
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.points.operations import add_point, leave, replace_point
from leye.service.monitoring.points.queries import (
    history_of,
    open_entry,
    point_for,
    points_for,
    with_entries,
)
from leye.service.monitoring.points.rules import firm_point, named_point
from leye.service.monitoring.reports.known import kept_base
from leye.service.monitoring.reports.models import MonthlyReport
from leye.service.monitoring.reports.operations import set_base

PAGE = 50
_NOTES = {
    "added": "监测点已登记。",
    "left": "监测点已退出样本，记录保留。",
    "replaced": "已由这家企业替换进入样本。",
    "revoked": "填报链接已收回，立即失效。",
    "base": "建档期人数已调整，以前的月报不变。",
}


@staff_page(Permission.READ_MONITORING)
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """List the points of the asker's places."""
    form = MonitoringPointFilter(request.GET, scope=read_scope(request))
    chosen = form.cleaned_data if form.is_valid() else {}
    asked = {name: chosen.get(name) or "" for name in ("place", "kind", "words")}
    asked["state"] = chosen.get("state") or "in"
    found = with_entries(points_for(request.user, **asked))
    page = Paginator(found, PAGE).get_page(page_number(request, "page"))
    context = {
        "form": form,
        "page": page,
        "lines": [_line(each) for each in page],
        "query": urlencode(asked),
        "manages": holds(request.user, Permission.MANAGE_MONITORING),
    }
    return render(request, "console/monitoring_points.html", context)


@staff_page(Permission.MANAGE_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
def point_new(request: HttpRequest) -> HttpResponse:
    """Register a market, park, village or firm."""
    months = coming_months()
    if request.method != "POST":
        form = NewPointForm(initial={"from_month": months[0]}, months=months)
        return render(request, "console/monitoring_point_new.html", {"form": form})
    form, actor = NewPointForm(request.POST, months=months), acting(request)
    if form.is_valid():
        try:
            made = _added(form.cleaned_data, actor)
        except InvalidMonitoringPoint as error:
            blame(form, error, error.field)
        except NoFrame as error:
            blame(form, error, "uscc")
        except InvalidText as error:
            blame(form, error, "name")
        except Forbidden as error:
            blame(form, error, "place")
        else:
            return _back(made.number, "added")
    return render(request, "console/monitoring_point_new.html", {"form": form}, status=422)


@staff_page(Permission.READ_MONITORING)
@require_safe
def point(request: HttpRequest, number: str) -> HttpResponse:
    """Show a point: its times in the panel, its link, its reports."""
    found = point_for(request.user, number)
    manages = holds(request.user, Permission.MANAGE_MONITORING, found.place)
    link = PointLink.objects.filter(point=found, revoked_at=None).select_related("issued_by").last()
    at = acting(request).at
    entries = history_of(found)
    inside = bool(entries) and getattr(entries[-1], "exit", None) is None
    reports = MonthlyReport.objects.filter(point=found).order_by("-month")[:24]
    newest = round_months()[0]
    context = {
        "point": found,
        "place": place_path(found.place),
        "entries": entry_lines(entries),
        "inside": inside,
        "link": link,
        "alive": link is not None and is_alive(link, at=at),
        "reports": [(each, month_label(each.month)) for each in reports],
        "base": kept_base(found, newest),
        "fillable": newest,
        "fillable_label": month_label(newest),
        "firm": found.kind == PointKind.FIRM,
        "manages": manages,
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    return render(request, "console/monitoring_point.html", context)


@staff_page(Permission.MANAGE_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
def point_leave(request: HttpRequest, number: str) -> HttpResponse:
    """Ask why; on POST take the point out, and the next of its stratum in."""
    found, actor = point_for(request.user, number), acting(request)
    entry = open_entry(found)
    if entry is None:
        raise NotInPanel(f"{found.number} 已经退出")
    months, drawn = round_months()[:6], entry.stratum is not None
    form = LeaveForm(request.POST or None, months=months, drawn=drawn)
    if request.method == "POST" and form.is_valid():
        try:
            came = _left(found, form.cleaned_data, actor)
        except InvalidText as error:
            blame(form, error, "note")
        except (NoReplacement, NoFrame) as error:
            blame(form, error, "replace")
        else:
            done = "replaced" if came is not None else "left"
            return _back(came.number if came is not None else found.number, done)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "point": found}
    return render(request, "console/monitoring_leave.html", context, status=status)


@staff_page(Permission.MANAGE_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("issued", "address")
def point_link(request: HttpRequest, number: str) -> HttpResponse:
    """Ask first; on POST issue a link, and show its address and code this once."""
    found, actor = point_for(request.user, number), acting(request)
    if request.method != "POST":
        return render(request, "console/monitoring_link.html", {"point": found})
    issued = issue_link(point=found, by=actor.by, at=actor.at, request_id=actor.request_id)
    address = request.build_absolute_uri(reverse("reporting:entrance", args=[issued.token]))
    context = {
        "point": found,
        "address": address,
        "code": f"{issued.code[:4]} {issued.code[4:]}",
        "link": issued.link,
    }
    return render(request, "console/monitoring_issued.html", context)


@staff_page(Permission.MANAGE_MONITORING)
@require_POST
def point_revoke(request: HttpRequest, number: str) -> HttpResponse:
    """End the link of a point."""
    found, actor = point_for(request.user, number), acting(request)
    revoke_link(point=found, by=actor.by, at=actor.at, request_id=actor.request_id)
    return _back(found.number, "revoked")


@staff_page(Permission.MANAGE_MONITORING)
@require_http_methods(["GET", "HEAD", "POST"])
def point_base(request: HttpRequest, number: str) -> HttpResponse:
    """Set the base of a firm anew."""
    found, actor, months = point_for(request.user, number), acting(request), coming_months()
    form = BaseForm(request.POST or None, months=months)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            set_base(
                point=found,
                base=data["base"],
                from_month=int(data["from_month"]),
                reason=data["reason"],
                by=actor.by,
                at=actor.at,
                request_id=actor.request_id,
            )
        except InvalidText as error:
            blame(form, error, "reason")
        except InvalidInput as error:
            blame(form, error, "base")
        else:
            return _back(found.number, "base")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "point": found, "base": kept_base(found, months[0])}
    return render(request, "console/monitoring_rebase.html", context, status=status)


def _added(data: dict[str, Any], actor: Acting) -> MonitoringPoint:
    if data["kind"] == PointKind.FIRM:
        frame = frame_of(settings.LEYE_POOL)
        fields = firm_point(uscc=data["uscc"], frame=frame, phone=data["phone"])
    else:
        fields = named_point(
            kind=data["kind"], name=data["name"], place=data["place"], phone=data["phone"]
        )
    return add_point(
        fields=fields,
        from_month=int(data["from_month"]),
        by=actor.by,
        at=actor.at,
        request_id=actor.request_id,
    )


def _left(found: MonitoringPoint, data: dict[str, Any], actor: Acting) -> MonitoringPoint | None:
    asked: dict[str, Any] = {
        "point": found,
        "reason": LeaveReason(data["reason"]),
        "to_month": int(data["to_month"]),
        "note": data["note"],
        "by": actor.by,
        "at": actor.at,
        "request_id": actor.request_id,
    }
    if data.get("replace") != "yes":
        leave(**asked)
        return None
    made = replace_point(frame=frame_of(settings.LEYE_POOL), **asked)
    return made.point


def _line(each: MonitoringPoint) -> dict[str, Any]:
    entries = getattr(each, "listed", [])
    entry = entries[0] if entries else None
    ended = getattr(entry, "exit", None) if entry is not None else None
    return {
        "number": each.number,
        "name": each.name,
        "kind": each.kind_label,
        "place": place_path(each.place),
        "uscc": each.uscc,
        "role": entry.role_label if entry is not None else "—",
        "from": month_label(entry.from_month) if entry is not None else "—",
        "state": f"已退出：{ended.reason_label}" if ended is not None else "在样本中",
    }


def _back(number: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{resolve_url('monitoring:point', number)}?done={done}")
