"""Writing the record of what was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from leye.service.identity.actions import DETAIL_KEYS, Action
from leye.service.identity.models import AuditEvent, ResidentAccount

if TYPE_CHECKING:
    from leye.service.identity.models import User

Fact = str | int | bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What an action was done to: a kind of thing and its key."""

    type: str = ""
    id: str = ""


NOTHING = Subject()


def record(
    *,
    action: Action,
    by: "User | ResidentAccount | None",
    at: datetime,
    place: str,
    subject: Subject = NOTHING,
    detail: Mapping[str, Fact] | None = None,
    request_id: str = "",
) -> AuditEvent:
    """Write one audit event; call it in the transaction of what it records.

    ``by`` is a member of staff or a resident, and None for the command line and for a sign-in that
    nobody passed.
    ``detail`` holds codes and counts under known names only, never a name, a file name or a text
    somebody typed.

    :raises ValueError: ``detail`` has a name that is not in ``DETAIL_KEYS``.
    """
    facts = dict(detail or {})
    if unknown := set(facts) - DETAIL_KEYS:
        raise ValueError(f"not a known fact of an audit event: {sorted(unknown)}")
    return AuditEvent.objects.create(
        at=at,
        actor=None if isinstance(by, ResidentAccount) else by,
        resident=by if isinstance(by, ResidentAccount) else None,
        action=action.value,
        subject_type=subject.type,
        subject_id=subject.id,
        place=place,
        detail=facts,
        request_id=request_id,
    )
