"""Tries to get in by a password or a code, and when there have been too many wrong ones.

Limits: 5 failures for one name from one address, or 20 from one address, in 15 minutes; 50 for one
name from anywhere in an hour. An IPv6 address counts as its /64, which is one subscriber's.
Names and addresses are kept as keyed hashes only.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from leye.service.identity.errors import TooManyAttempts
from leye.service.identity.models import LoginAttempt

WINDOW = timedelta(minutes=15)
PAIR_LIMIT = 5
ADDRESS_LIMIT = 20
NAME_WINDOW = timedelta(hours=1)
NAME_LIMIT = 50
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Limit:
    """So many failures with the same value of a field, within a time."""

    field: str
    most: int
    window: timedelta
    forgives: bool = False
    """A right password wipes the slate."""


_LIMITS = (
    _Limit("pair", PAIR_LIMIT, WINDOW, forgives=True),
    _Limit("address", ADDRESS_LIMIT, WINDOW),
    _Limit("name", NAME_LIMIT, NAME_WINDOW),
)
_LIMITS_HERE = tuple(limit for limit in _LIMITS if limit.field != "name")


def open_attempt(
    name: str, address: str, *, at: datetime, door: str = "", from_anywhere: bool = True
) -> LoginAttempt:
    """Count the try as a failure before it is looked at, so that tries at once all count.

    Each ``door`` counts by itself: "" is that of staff. Without ``from_anywhere`` no number of
    failures at other addresses shuts it, for what nobody guesses in any number of tries.

    :raises TooManyAttempts: a limit is reached; this try is not counted.
    """
    origin = origin_of(address)
    attempt = LoginAttempt.objects.create(
        pair=_hash(f"{door}pair|{name}|{origin}"),
        address=_hash(f"{door}address|{origin}"),
        name=_hash(f"{door}name|{name}"),
        at=at,
    )
    for limit in _LIMITS if from_anywhere else _LIMITS_HERE:
        retry_at = _blocked_until(attempt, limit)
        if retry_at is not None:
            attempt.delete()
            clock = timezone.localtime(retry_at).strftime("%H:%M")
            raise TooManyAttempts(
                "为保护账号，暂时不能登录", retry_at=retry_at, hint=f"请在 {clock} 以后再试"
            )
    return attempt


def pass_attempt(attempt: LoginAttempt) -> None:
    """Count a try as a success, and forget tries that no limit counts any more."""
    attempt.ok = True
    attempt.save(update_fields=["ok"])
    LoginAttempt.objects.filter(at__lt=attempt.at - _KEPT).delete()


def origin_of(address: str) -> str:
    """Give what an address counts as: itself, or the /64 of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))


def _blocked_until(attempt: LoginAttempt, limit: _Limit) -> datetime | None:
    same = {limit.field: getattr(attempt, limit.field)}
    tries = LoginAttempt.objects.filter(**same).exclude(pk=attempt.pk)
    since = attempt.at - limit.window
    if limit.forgives:
        passed = tries.filter(ok=True).aggregate(last=Max("at"))["last"]
        since = max(since, passed) if passed else since
    failed = tries.filter(ok=False, at__gt=since).order_by("-at").values_list("at", flat=True)
    recent = list(failed[: limit.most])
    # Free again once the oldest of the last failures leaves the window.
    return recent[-1] + limit.window if len(recent) == limit.most else None


def _hash(text: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"leye.identity.signin|" + text.encode(), hashlib.sha256).hexdigest()
