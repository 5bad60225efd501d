"""Who gets in by a reporter's link, and for how long."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from leye.doors.web.caching import private
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.links.operations import alive_link

SESSION = "reporter"
STAYS = timedelta(hours=2)
View = Callable[..., HttpResponseBase]


def let_in(request: HttpRequest, link: PointLink, *, at: datetime) -> None:
    """Begin a reporter's session under a new key."""
    request.session.cycle_key()
    request.session[SESSION] = {"link": link.pk, "until": (at + STAYS).isoformat()}


def let_out(request: HttpRequest) -> None:
    """End a reporter's session; one of staff in the same browser goes on."""
    request.session.pop(SESSION, None)


def reporter_page(view: View) -> View:
    """Let in who holds a link that still holds; others are told how to get in.

    Nothing of these pages is cached, found by search, or told to other sites.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        link = _link(request, at=timezone.now())
        if link is None:
            let_out(request)
            closed = render(request, "portal/reporting_closed.html", {"left": False}, status=403)
            return private(closed)
        return private(view(request, link, *args, **kwargs))

    return guarded


def _link(request: HttpRequest, *, at: datetime) -> PointLink | None:
    held = request.session.get(SESSION)
    if not isinstance(held, dict):
        return None
    try:
        until = datetime.fromisoformat(str(held.get("until")))
        key = int(str(held.get("link")))
    except ValueError:
        return None
    return alive_link(key, at=at) if at < until else None
