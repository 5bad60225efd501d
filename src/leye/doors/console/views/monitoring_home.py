"""The first page of the monitoring network, and who is late since when."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leye.doors.console.access import acting, staff_page
from leye.doors.console.monitoring_forms import MonthForm
from leye.doors.console.monitoring_words import (
    due_words,
    late_lines,
    read_scope,
    round_lines,
    round_months,
    shown_month,
)
from leye.doors.console.months import month_label, working_day
from leye.doors.console.presenters import place_name
from leye.kernel.errors import InvalidInput
from leye.service.identity.perms import holds
from leye.service.identity.roles import Permission
from leye.service.monitoring.desk.clocks import Level, clock
from leye.service.monitoring.desk.models import DeskItem
from leye.service.monitoring.desk.queries import desk_for
from leye.service.monitoring.points.queries import point_for
from leye.service.monitoring.reports.operations import WAYS, remind
from leye.service.monitoring.reports.queries import late_points, rounds
from leye.service.monitoring.settings.values import values

_MOST = 10


@staff_page(Permission.READ_MONITORING)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits, and how far the month is in each county."""
    month, on = shown_month(request), working_day()
    rules = values(on)
    now = timezone.now()
    found = rounds(month, scope=read_scope(request), on=on, settings=rules)
    items = list(desk_for(request.user)[: _MOST + 1])
    context = {
        "form": MonthForm({"month": month}, months=round_months()),
        "month": month,
        "label": month_label(month),
        "due": due_words(month, rules),
        "lines": round_lines(found),
        "desk": [_item(item, now) for item in items[:_MOST]],
        "more": len(items) > _MOST,
        "directs": holds(request.user, Permission.DIRECT_MONITORING),
        "manages": holds(request.user, Permission.MANAGE_MONITORING),
    }
    return render(request, "console/monitoring_home.html", context)


@staff_page(Permission.READ_MONITORING)
@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """List who has not handed in, with the day since when."""
    month, on = shown_month(request), working_day()
    found = late_points(month, scope=read_scope(request), on=on, settings=values(on))
    context = {
        "form": MonthForm({"month": month}, months=round_months()),
        "month": month,
        "label": month_label(month),
        "on": on,
        "lines": late_lines(found),
        "ways": list(WAYS.items()),
        "manages": holds(request.user, Permission.MANAGE_MONITORING),
        "note": "已记下催报。" if request.GET.get("done") == "reminded" else "",
    }
    return render(request, "console/monitoring_late.html", context)


@staff_page(Permission.MANAGE_MONITORING)
@require_POST
def point_remind(request: HttpRequest, number: str) -> HttpResponse:
    """Note that somebody was reminded.

    :raises InvalidInput: no such month.
    """
    point, actor = point_for(request.user, number), acting(request)
    text = request.POST.get("month", "")
    if not (text.isdecimal() and int(text[:6]) in round_months()):
        raise InvalidInput("请从迟报名单里催报")
    remind(
        point=point,
        month=int(text),
        way=request.POST.get("way", ""),
        by=actor.by,
        at=actor.at,
        request_id=actor.request_id,
    )
    return HttpResponseRedirect(f"{resolve_url('monitoring:late')}?month={text}&done=reminded")


def _item(item: DeskItem, now: Any) -> dict[str, Any]:
    time = clock(item.due_at, now)
    return {
        "number": item.subject,
        "place": place_name(item.place[:6]),
        "level": item.level,
        "level_label": Level(item.level).label,
        "opened_at": item.opened_at,
        "words": "" if item.taken_at else time.words,
        "overdue": item.taken_at is None and time.overdue,
        "taken_by": item.taken_by.display_name if item.taken_by else "",
    }
