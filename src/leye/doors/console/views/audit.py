"""The record of what was done, for those who may read it."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from leye.doors.console.access import acting, staff_page
from leye.doors.console.forms import AuditFilter
from leye.doors.console.presenters import EVENT_HEADER, event_line
from leye.doors.web.downloads import xlsx_response
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.perms import scope_of
from leye.service.identity.queries import EVERY_EVENT, EventFilter, audit_events_for
from leye.service.identity.roles import Permission

PAGE = 50
_EXPORT_LIMIT = 20_000


@staff_page(Permission.READ_AUDIT)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """List the events of the person's places, newest first. Looking is itself recorded."""
    actor = acting(request)
    form, chosen = _chosen(request)
    events = audit_events_for(request.user, chosen=chosen)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        events = events.filter(pk__lt=int(before))
    listed = list(events[: PAGE + 1])
    shown = listed[:PAGE]
    place = actor.place_for(Permission.READ_AUDIT)
    actor.record(Action.AUDIT_READ, place=place, subject=Subject("audit"))
    context = {
        "form": form,
        "lines": [event_line(event) for event in shown],
        "next": shown[-1].pk if len(listed) > PAGE else "",
        "paged": bool(before),
        "query": _query(request),
    }
    return render(request, "console/audit.html", context, status=200 if form.is_valid() else 422)


@staff_page(Permission.READ_AUDIT)
@require_safe
def audit_export(request: HttpRequest) -> HttpResponseBase:
    """Give the same list as a sheet, up to 20,000 events; the newest come first.

    A choice that cannot be read leads back to the list, which explains it.
    """
    actor = acting(request)
    form, chosen = _chosen(request)
    if not form.is_valid():
        # The list says what is wrong with the choice; nothing is given away unasked.
        return HttpResponseRedirect(f"{resolve_url('console:audit')}?{_query(request)}")
    events = audit_events_for(request.user, chosen=chosen)[:_EXPORT_LIMIT]
    rows = [_cells(event_line(event)) for event in events]
    actor.record(
        Action.AUDIT_EXPORTED,
        place=actor.place_for(Permission.READ_AUDIT),
        subject=Subject("audit"),
        detail={"rows": len(rows)},
    )
    return xlsx_response("操作记录", EVENT_HEADER, rows)


def _cells(line: dict[str, object]) -> tuple[object, ...]:
    at = line["at"]
    shown = timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") if isinstance(at, datetime) else at
    names = ("action", "actor", "actor_key", "place", "subject", "detail", "request_id")
    return (line["id"], shown, *(line[name] for name in names))


def _chosen(request: HttpRequest) -> tuple[AuditFilter, EventFilter]:
    form = AuditFilter(request.GET, scope=scope_of(request.user, Permission.READ_AUDIT))
    if not form.is_valid():
        return form, EVERY_EVENT
    data = form.cleaned_data
    since, until = data["since"], data["until"]
    return form, EventFilter(
        action=Action(data["action"]) if data["action"] else None,
        place=data["place"],
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
    )


def _midnight(day: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _query(request: HttpRequest) -> str:
    names = ("action", "place", "since", "until")
    return urlencode({name: request.GET[name] for name in names if request.GET.get(name)})
