"""Screens that staff open: an address that shows a place's exact figures, read only, for a while.

The secret part of the address is 256 random bits, told once; only its SHA-256 is kept. A screen
shows nothing once it is shut or expired, or when the one who opened it could not open it today.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from leye.data.reference import places
from leye.kernel.place import PlaceLevel, place_level
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.errors import InvalidScreen, UnknownScreen
from leye.service.identity.models import ScreenPass, User
from leye.service.identity.perms import holds, require, scope_of
from leye.service.identity.querysets import Asker, within
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text

MOST_DAYS, MOST_LABEL = 366, 40
_NEEDED = (Permission.OPEN_SCREEN, Permission.OPEN_PERSON)
"""Who opens a screen shows what they may see themselves: exact figures of the place."""


@dataclass(frozen=True, slots=True)
class OpenedScreen:
    """A screen with the secret part of its address, which is kept nowhere and shown once."""

    screen: ScreenPass
    token: str


def screens_for(user: Asker) -> QuerySet[ScreenPass]:
    """Give the screens of the asker's places, the latest first."""
    scope = scope_of(user, Permission.OPEN_SCREEN)
    return ScreenPass.objects.filter(within(scope)).select_related("issued_by")


def screen_for(user: Asker, number: str) -> ScreenPass:
    """Give a screen of the asker's places.

    :raises UnknownScreen: there is none.
    """
    digits = number[1:]
    known = number[:1] == "s" and len(number) < 15 and digits.isascii() and digits.isdigit()
    found = screens_for(user).filter(pk=int(digits)).first() if known else None
    if found is None:
        raise UnknownScreen(number)
    return found


def screen_of(token: str, *, at: datetime) -> ScreenPass | None:
    """Give the screen of an address at a time; None where it shows nothing (any more)."""
    found = (
        ScreenPass.objects.filter(digest=_digest(token), shut_at=None, expires_at__gt=at)
        .select_related("issued_by")
        .first()
    )
    if found is None or not all(holds(found.issued_by, each, found.place) for each in _NEEDED):
        return None
    return found


@transaction.atomic
def open_screen(
    *,
    label: str,
    place: str,
    days: int,
    shows_firms: bool,
    by: User,
    at: datetime,
    request_id: str = "",
) -> OpenedScreen:
    """Open a screen for a city or county, for some days.

    :raises UnknownCode: no such place.
    :raises Forbidden: ``by`` may not see the exact figures of the place, or opens no screens.
    :raises InvalidScreen: neither a city nor a county, or too long.
    :raises InvalidText: a label that is missing, too long, or names a person by number.
    """
    known = places().get(place)
    for permission in _NEEDED:
        require(by, permission, place)
    if place_level(place) not in (PlaceLevel.CITY, PlaceLevel.COUNTY):
        raise InvalidScreen(f"{known.name}没有大屏", hint="请选市或者县（市、区）")
    if not 1 <= days <= MOST_DAYS:
        raise InvalidScreen(f"有效期应为 1 到 {MOST_DAYS} 天", hint="到期后可以再开设")
    token = secrets.token_urlsafe(32)
    screen = ScreenPass.objects.create(
        digest=_digest(token),
        label=plain_text(label, what="名称", most=MOST_LABEL),
        place=place,
        shows_firms=shows_firms,
        issued_by=by,
        issued_at=at,
        expires_at=at + timedelta(days=days),
    )
    record(
        action=Action.SCREEN_OPENED,
        by=by,
        at=at,
        place=place,
        subject=Subject("screen", screen.number),
        detail={"days": days, "names_firms": shows_firms},
        request_id=request_id,
    )
    return OpenedScreen(screen, token)


@transaction.atomic
def shut_screen(*, number: str, by: User, at: datetime, request_id: str = "") -> ScreenPass:
    """Shut a screen at once; one that is shut already stays as it is.

    :raises UnknownScreen: there is none, or none of the places of ``by``.
    """
    screen_for(by, number)
    screen = ScreenPass.objects.select_for_update().get(pk=int(number[1:]))
    if screen.shut_at is None:
        screen.shut_at = at
        screen.save(update_fields=["shut_at"])
        record(
            action=Action.SCREEN_SHUT,
            by=by,
            at=at,
            place=screen.place,
            subject=Subject("screen", screen.number),
            request_id=request_id,
        )
    return screen


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
