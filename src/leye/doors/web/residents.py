"""The session of a resident: who it is, for how long, and never beside one of staff."""

from datetime import datetime, timedelta

from django.contrib.auth import logout
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from leye.doors.web.requests import request_number
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import ResidentAccount, User
from leye.service.identity.residents.operations import record_own
from leye.service.identity.residents.signin import signed_in

SESSION = "resident"
IDLE = timedelta(minutes=15)
STAYS = timedelta(hours=2)


def let_in(request: HttpRequest, account: ResidentAccount, *, at: datetime) -> None:
    """Begin a resident's session under a new key.

    Whatever this browser held before ends, a session of staff too.
    """
    if isinstance(request.user, User):
        record(
            action=Action.SIGNED_OUT,
            by=request.user,
            at=at,
            place=request.user.place,
            subject=Subject("account", request.user.key),
            request_id=request_number(request),
        )
    logout(request)
    rotate_token(request)
    # Gone with the browser's window; how long it lasts at most is looked at here.
    request.session.set_expiry(0)
    _write(request, account, since=at, seen=at)


def go_on(request: HttpRequest, account: ResidentAccount, *, at: datetime) -> None:
    """Let this session go on, under a new key, when the account has ended all others."""
    since = _times(request)[0]
    request.session.cycle_key()
    _write(request, account, since=since or at, seen=at)


def let_out(request: HttpRequest, *, at: datetime) -> None:
    """End a resident's session, if there is one; one of staff alone is left."""
    account = resident_of(request, at=at)
    if account is not None:
        number = request_number(request)
        record_own(Action.RESIDENT_SIGNED_OUT, by=account, at=at, request_id=number)
    forget(request)


def forget(request: HttpRequest) -> bool:
    """Drop what is left of a resident's session; whether there was any."""
    held = SESSION in request.session
    if held:
        request.session.flush()
    return held


def resident_of(request: HttpRequest, *, at: datetime) -> ResidentAccount | None:
    """Give whose session this is, and note that they were here; None once it has ended."""
    if request.user.is_authenticated:
        return None
    since, seen = _times(request)
    if since is None or seen is None or at >= since + STAYS or at >= seen + IDLE:
        return None
    held = request.session[SESSION]
    account = signed_in(held["account"], epoch=held["epoch"])
    if account is not None:
        _write(request, account, since=since, seen=at)
    return account


def _write(
    request: HttpRequest, account: ResidentAccount, *, since: datetime, seen: datetime
) -> None:
    request.session[SESSION] = {
        "account": account.pk,
        "epoch": account.session_epoch,
        "since": since.isoformat(),
        "seen": seen.isoformat(),
    }


def _times(request: HttpRequest) -> tuple[datetime | None, datetime | None]:
    held = request.session.get(SESSION)
    if held is None:
        return None, None
    return datetime.fromisoformat(held["since"]), datetime.fromisoformat(held["seen"])
