"""Issuing, trying and revoking the links of reporters.

The secret part of an address is 256 random bits, told once; only its SHA-256 is kept. The code is
eight digits, told apart from the address and kept as a slow hash. Limits: five wrong codes for a
link in 15 minutes, 20 from one address in 15 minutes; after 20 wrong in a row the link is dead and
the county issues another.
"""

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils.timezone import localtime

from leye.service.identity.actions import Action
from leye.service.identity.attempts import origin_of
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.monitoring.errors import LinkPaused, LinkRefused, NotInPanel
from leye.service.monitoring.links.models import LinkAttempt, PointLink
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.points.queries import open_entry
from leye.service.monitoring.settings.values import values

WINDOW = timedelta(minutes=15)
LINK_LIMIT, ADDRESS_LIMIT, DEAD_AFTER = 5, 20, 20
CODE_DIGITS = 8
_MOST_CODE = 64
_KEPT = timedelta(days=1)
_REFUSED = LinkRefused(
    "地址写错了、已经到期或者收回，或者填报码不对",
    hint="请核对；仍不行请向县就业局要新的地址和填报码",
)


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link with the secret part of its address and its code, kept nowhere and shown once."""

    link: PointLink
    token: str
    code: str


@transaction.atomic
def issue_link(
    *, point: MonitoringPoint, by: User, at: datetime, request_id: str = ""
) -> IssuedLink:
    """Issue a link for a point; one it had before ends at once.

    :raises Forbidden: ``by`` does not look after the points there.
    :raises NotInPanel: the point does not report.
    """
    locked = MonitoringPoint.objects.select_for_update().get(pk=point.pk)
    require(by, Permission.MANAGE_MONITORING, locked.place)
    if open_entry(locked) is None:
        raise NotInPanel(f"{locked.number} 已经退出", hint="退出的监测点不再填报")
    PointLink.objects.filter(point=locked, revoked_at=None).update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    days = values(localtime(at).date())["link_days"]
    link = PointLink.objects.create(
        point=locked,
        digest=_digest(token),
        code_hash=make_password(code),
        issued_by=by,
        issued_at=at,
        expires_at=at + timedelta(days=days),
    )
    record(
        action=Action.REPORTING_LINK_ISSUED,
        by=by,
        at=at,
        place=locked.place,
        subject=Subject("monitoring_point", locked.number),
        detail={"link": link.number, "days": days},
        request_id=request_id,
    )
    return IssuedLink(link, token, code)


@transaction.atomic
def revoke_link(
    *, point: MonitoringPoint, by: User | None, at: datetime, request_id: str = ""
) -> int:
    """End the link of a point at once; give how many that were, none or one.

    :raises Forbidden: ``by`` does not look after the points there.
    """
    if by is not None:
        require(by, Permission.MANAGE_MONITORING, point.place)
    found = list(PointLink.objects.select_for_update().filter(point=point, revoked_at=None))
    for link in found:
        link.revoked_at = at
        link.save(update_fields=["revoked_at"])
        record(
            action=Action.REPORTING_LINK_REVOKED,
            by=by,
            at=at,
            place=point.place,
            subject=Subject("monitoring_point", point.number),
            detail={"link": link.number},
            request_id=request_id,
        )
    return len(found)


def link_of_token(token: str, *, at: datetime) -> PointLink:
    """Give the link of an address.

    :raises LinkRefused: there is none, or none any more.
    """
    found = PointLink.objects.filter(digest=_digest(token)).select_related("point").first()
    if found is None or not is_alive(found, at=at):
        raise _REFUSED
    return found


def alive_link(key: int, *, at: datetime) -> PointLink | None:
    """Give the link somebody got in by, if it still holds."""
    found = PointLink.objects.filter(pk=key).select_related("point").first()
    return found if found is not None and is_alive(found, at=at) else None


def is_alive(link: PointLink, *, at: datetime) -> bool:
    """Whether a link lets anybody in."""
    return link.revoked_at is None and link.expires_at > at and link.failures < DEAD_AFTER


def enter(*, token: str, code: str, address: str, at: datetime, request_id: str = "") -> PointLink:
    """Let in who has the address and knows the code.

    Each try is counted before it is looked at, so that tries at once all count.

    :raises LinkRefused: the address is of no link, or the code is wrong.
    :raises LinkPaused: too many wrong codes; this one was not looked at.
    """
    link = link_of_token(token, at=at)
    attempt = _open_attempt(link, address, at=at, request_id=request_id)
    given = "".join(unicodedata.normalize("NFKC", code).split())[:_MOST_CODE]
    # Outside a transaction: hashing takes long, and nobody else should wait for it.
    if not check_password(given, link.code_hash):
        with transaction.atomic():
            PointLink.objects.filter(pk=link.pk).update(failures=F("failures") + 1)
            _record(Action.REPORTING_FAILED, link, at=at, request_id=request_id)
        raise _REFUSED
    with transaction.atomic():
        attempt.ok = True
        attempt.save(update_fields=["ok"])
        PointLink.objects.filter(pk=link.pk).update(failures=0, used_at=at)
        LinkAttempt.objects.filter(at__lt=at - _KEPT).delete()
        _record(Action.REPORTING_ENTERED, link, at=at, request_id=request_id)
    return link


def _open_attempt(link: PointLink, address: str, *, at: datetime, request_id: str) -> LinkAttempt:
    attempt = LinkAttempt.objects.create(link=link, address=_hash(origin_of(address)), at=at)
    others = LinkAttempt.objects.exclude(pk=attempt.pk).filter(ok=False, at__gt=at - WINDOW)
    for same, most in ((others.filter(link=link), LINK_LIMIT),
                       (others.filter(address=attempt.address), ADDRESS_LIMIT)):  # fmt: skip
        recent = list(same.order_by("-at").values_list("at", flat=True)[:most])
        if len(recent) == most:
            attempt.delete()
            _record(Action.REPORTING_PAUSED, link, at=at, request_id=request_id)
            retry_at = recent[-1] + WINDOW
            clock = localtime(retry_at).strftime("%H:%M")
            raise LinkPaused(
                "为保护填报数据，暂时不能再试", retry_at=retry_at, hint=f"请在 {clock} 以后再试"
            )
    return attempt


def _record(action: Action, link: PointLink, *, at: datetime, request_id: str) -> None:
    record(
        action=action,
        by=None,
        at=at,
        place=link.point.place,
        subject=Subject("monitoring_point", link.point.number),
        detail={"link": link.number},
        request_id=request_id,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hash(text: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"leye.monitoring.link|" + text.encode(), hashlib.sha256).hexdigest()
