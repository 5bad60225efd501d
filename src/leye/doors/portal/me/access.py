"""Who gets past the door of a resident's page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone

from leye.data.pool.store import StoreFailure
from leye.data.pool.types import PoolBusy
from leye.doors.web.caching import private
from leye.doors.web.middleware import error_page
from leye.doors.web.requests import client_address, request_number
from leye.doors.web.residents import forget, resident_of
from leye.kernel.errors import LeyeError
from leye.service.identity.actions import Action
from leye.service.identity.audit import Fact
from leye.service.identity.models import ResidentAccount
from leye.service.identity.residents.operations import record_own
from leye.service.identity.residents.signin import Knocking
from leye.service.identity.vault.errors import VaultKeysUnusable

View = Callable[..., HttpResponseBase]
_AWAY = (StoreFailure, PoolBusy, VaultKeysUnusable)


@dataclass(frozen=True, slots=True)
class Resident:
    """Whose page it is, when, and in which request."""

    account: ResidentAccount
    at: datetime
    request_id: str

    def record(self, action: Action, **detail: Fact) -> None:
        """Write down what the resident did with their own record."""
        record_own(action, by=self.account, at=self.at, request_id=self.request_id, **detail)


def resident_page(view: View) -> View:
    """Let in who is signed in as a resident; others are sent to sign in.

    Nothing of these pages is cached, found by search, or told to other sites.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        at = timezone.now()
        account = resident_of(request, at=at)
        if account is None:
            ended = forget(request)
            where = resolve_url("me:sign_in") + ("?ended=1" if ended else "")
            return private(HttpResponseRedirect(where))
        return view(request, Resident(account, at, request_number(request)), *args, **kwargs)

    return open_page(guarded)


def open_page(view: View) -> View:
    """Show what went wrong in plain words, and keep the page out of every cache."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except _AWAY:
            response = unavailable(request)
        except LeyeError as error:
            response = error_page(request, error)
        return private(response)

    return guarded


def unavailable(request: HttpRequest) -> HttpResponse:
    """Say that the registers cannot be read now."""
    response = render(request, "portal/me_unavailable.html", status=503)
    response.headers["Retry-After"] = "300"
    return response


def knocking_of(request: HttpRequest, *, at: datetime) -> Knocking:
    """Give from where and when somebody tries to get in."""
    return Knocking(client_address(request), at, request_number(request))
