"""Signing in: who is it, and have there been too many wrong tries.

Limits: 5 failures for one account name from one address, or 20 from one address, in 15 minutes;
50 for one account name from anywhere in an hour. An IPv6 address counts as its /64, which is one
subscriber's. Wrong current passwords on changing a password count the same.
Names and addresses are kept as keyed hashes only.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from leye.service.identity.actions import Action
from leye.service.identity.audit import NOTHING, Subject, record
from leye.service.identity.errors import SignInRefused, TooManyAttempts, WrongPassword
from leye.service.identity.models import LoginAttempt, User
from leye.service.identity.operations import normalize_username

WINDOW = timedelta(minutes=15)
PAIR_LIMIT = 5
ADDRESS_LIMIT = 20
NAME_WINDOW = timedelta(hours=1)
NAME_LIMIT = 50
_KEPT = timedelta(days=1)


def check_credentials(
    *, username: str, password: str, address: str, at: datetime, request_id: str = ""
) -> User:
    """Give the account these credentials belong to.

    An unknown name takes the same work as a known one: a password hash, and the same two rows.

    :raises TooManyAttempts: a limit is reached; the password was not looked at.
    :raises SignInRefused: unknown account, wrong password or disabled account.
    """
    name = normalize_username(username)[:64]
    attempt = _open_attempt(name, address, at=at, request_id=request_id)
    # Outside a transaction: hashing takes long, and nobody else should wait for it.
    user = authenticate(username=name, password=password)
    if not isinstance(user, User):
        _record_attempt(Action.SIGN_IN_FAILED, name, at=at, request_id=request_id)
        raise SignInRefused(
            "账号或密码不正确，或者账号已停用", hint="请核对后再试；忘记密码请找账号管理员重置"
        )
    with transaction.atomic():
        attempt.ok = True
        attempt.save(update_fields=["ok"])
        LoginAttempt.objects.filter(at__lt=at - _KEPT).delete()
        record(
            action=Action.SIGNED_IN,
            by=user,
            at=at,
            place=user.place,
            subject=Subject("account", user.key),
            request_id=request_id,
        )
    return user


def check_current_password(
    *, by: User, password: str, address: str, at: datetime, request_id: str = ""
) -> None:
    """Do nothing for the right current password of somebody signed in.

    :raises TooManyAttempts: a limit is reached; the password was not looked at.
    :raises WrongPassword: it is not the password.
    """
    attempt = _open_attempt(by.username, address, at=at, request_id=request_id)
    if not by.check_password(password):
        _record_attempt(Action.SIGN_IN_FAILED, by.username, at=at, request_id=request_id)
        raise WrongPassword("请重新输入您现在使用的密码")
    attempt.ok = True
    attempt.save(update_fields=["ok"])


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


def _open_attempt(name: str, address: str, *, at: datetime, request_id: str) -> LoginAttempt:
    """Count the try as a failure before it is looked at, so that tries at once all count.

    :raises TooManyAttempts: a limit is reached; this try is not counted.
    """
    origin = origin_of(address)
    attempt = LoginAttempt.objects.create(
        pair=_hash(f"pair|{name}|{origin}"),
        address=_hash(f"address|{origin}"),
        name=_hash(f"name|{name}"),
        at=at,
    )
    for limit in _LIMITS:
        retry_at = _blocked_until(attempt, limit)
        if retry_at is not None:
            attempt.delete()
            _record_attempt(Action.SIGN_IN_BLOCKED, name, at=at, request_id=request_id)
            clock = timezone.localtime(retry_at).strftime("%H:%M")
            raise TooManyAttempts(
                "为保护账号，暂时不能登录", retry_at=retry_at, hint=f"请在 {clock} 以后再试"
            )
    return attempt


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


def _record_attempt(action: Action, name: str, *, at: datetime, request_id: str) -> None:
    user = User.objects.filter(username=name).first()
    record(
        action=action,
        by=None,
        at=at,
        place=user.place if user else settings.LEYE_CITY,
        subject=Subject("account", user.key) if user else NOTHING,
        request_id=request_id,
    )


def _hash(text: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"leye.identity.signin|" + text.encode(), hashlib.sha256).hexdigest()
