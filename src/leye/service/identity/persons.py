"""Opening a person: from a key of the registers back to a name, for a purpose, on record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import PersonOpening, User
from leye.service.identity.perms import holds, require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.identity.vault import records
from leye.service.identity.vault.errors import TooManyOpenings, UnknownPerson
from leye.service.identity.vault.numbers import masked
from leye.service.identity.vault.vault import Vault

WINDOW = timedelta(hours=1)
MOST_REASON = 100

TokensOf = Callable[[int], Iterable[bytes]]
"""Gives the tokens of a person: the pool's table of person keys, looked up."""


class Purpose(StrEnum):
    """What a person may be opened for."""

    CHECK_CONFLICT = "check_conflict"
    CONTACT = "contact"
    CHECK_BENEFIT = "check_benefit"
    CORRECT_DATA = "correct_data"
    COMPLAINT = "complaint"
    SELF_SERVICE = "self_service"

    @property
    def label(self) -> str:
        """The purpose in Chinese."""
        return _LABELS[self]


_LABELS = {
    Purpose.CHECK_CONFLICT: "核查比对疑点",
    Purpose.CONTACT: "联系本人提供就业服务",
    Purpose.CHECK_BENEFIT: "复核补贴、待遇",
    Purpose.CORRECT_DATA: "核对、更正数据",
    Purpose.COMPLAINT: "办理来信来访",
    Purpose.SELF_SERVICE: "给本人开通网上查看",
}


@dataclass(frozen=True, slots=True, repr=False)
class OpenedPerson:
    """Who a person is. For the page that asked, and for nothing else: it is never printed."""

    person: int
    name: str
    number: str
    phone: str
    place: str

    def __repr__(self) -> str:
        return "OpenedPerson"


def open_person(
    person: int,
    *,
    purpose: Purpose,
    reason: str,
    by: User,
    at: datetime,
    vault: Vault,
    tokens_of: TokensOf,
    full_number: bool = False,
    request_id: str = "",
) -> OpenedPerson:
    """Give the name, number (masked unless ``full_number``) and phone behind a person key.

    The opening and its audit event are written in the same transaction, so nothing is seen that
    is not on record. An attempt outside the asker's places is recorded as refused.

    :raises Forbidden: the asker opens nobody anywhere.
    :raises InvalidText: no reason, or one that cannot be kept.
    :raises TooManyOpenings: as many as ``LEYE_OPEN_PERSON_LIMIT`` within the last hour.
    :raises UnknownPerson: nobody known of that key, or not in the asker's places.
    :raises SealBroken: the record was changed, or its key is gone.
    """
    require(by, Permission.OPEN_PERSON)
    said = plain_text(reason, what="说明", most=MOST_REASON)
    known = _known(person, vault=vault, tokens_of=tokens_of)
    place = (known.place if known else "") or settings.LEYE_CITY
    if known is None or not holds(by, Permission.OPEN_PERSON, place):
        _record(Action.ACCESS_REFUSED, person, by.place, by=by, at=at, request_id=request_id)
        raise UnknownPerson(
            "没有可以查看的身份信息", hint="可能没有登记身份信息，或者不在您的管辖范围"
        )
    with transaction.atomic():
        _check_limit(by, at)
        PersonOpening.objects.create(
            person=person,
            purpose=purpose.value,
            reason=said,
            full_number=full_number,
            place=place,
            by=by,
            at=at,
        )
        _record(
            Action.PERSON_OPENED,
            person,
            place,
            by=by,
            at=at,
            request_id=request_id,
            purpose=purpose.value,
            full_number=full_number,
        )
    number = known.number if full_number else masked(known.number)
    return OpenedPerson(person, known.name, number, known.phone, place)


def opened_lately(person: int, *, by: User, at: datetime) -> Purpose | None:
    """Give what the asker opened a person for within the last hour; None where they did not."""
    found = PersonOpening.objects.filter(person=person, by=by, at__gt=at - WINDOW, at__lte=at)
    newest = found.order_by("-at").values_list("purpose", flat=True).first()
    return None if newest is None else Purpose(newest)


def _known(person: int, *, vault: Vault, tokens_of: TokensOf) -> records.Known | None:
    found = records.read(list(tokens_of(person)), ring=vault.ring)
    # In mid-rotation a person has two records; the one under the newer key is as good.
    return max(found, key=lambda each: each.updated_at).known if found else None


def _check_limit(by: User, at: datetime) -> None:
    # Locked, so that openings at the same moment are counted one after the other.
    User.objects.select_for_update().get(pk=by.pk)
    most = settings.LEYE_OPEN_PERSON_LIMIT
    recent = PersonOpening.objects.filter(by=by, at__gt=at - WINDOW).order_by("-at")
    times = list(recent.values_list("at", flat=True)[:most])
    if len(times) >= most:
        retry_at = (times[-1] if times else at) + WINDOW
        clock = timezone.localtime(retry_at).strftime("%H:%M")
        raise TooManyOpenings(
            f"每小时最多查看 {most} 人", retry_at=retry_at, hint=f"请在 {clock} 以后再试"
        )


def _record(
    action: Action,
    person: int,
    place: str,
    *,
    by: User,
    at: datetime,
    request_id: str,
    **detail: str | bool,
) -> None:
    refused = {"action": Permission.OPEN_PERSON.value}
    record(
        action=action,
        by=by,
        at=at,
        place=place,
        subject=Subject("person", str(person)),
        detail=detail or refused,
        request_id=request_id,
    )
