"""Who looked at a person's record, as the person may know it, and what was done as that person."""

from dataclasses import dataclass
from datetime import datetime

from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, User
from leye.service.identity.persons import Purpose
from leye.service.identity.roles import Permission

LOOKED = (
    Action.PERSON_OPENED,
    Action.PERSON_CHECKED,
    Action.PERSONS_LISTED,
    Action.RESIDENT_CODE_ISSUED,
    Action.RESIDENT_CLOSED,
)
"""What members of staff do with the record of one person."""
DOINGS = (
    Action.RESIDENT_ACTIVATED,
    Action.RESIDENT_SIGNED_IN,
    Action.RESIDENT_SIGN_IN_FAILED,
    Action.RESIDENT_SIGN_IN_BLOCKED,
    Action.RESIDENT_SIGNED_OUT,
    Action.RESIDENT_PASSWORD_CHANGED,
    Action.RESIDENT_READ_RECORD,
    Action.RESIDENT_READ_OPENINGS,
    Action.RESIDENT_CHECKED,
)
"""What is done as a person, or tried, under their own account."""
_WHAT = {
    Action.PERSON_OPENED: "打开姓名、证件号码和电话",
    Action.PERSON_CHECKED: "带入登记库推算政策",
    Action.PERSONS_LISTED: "查看登记库里的记录（没有姓名）",
    Action.RESIDENT_CODE_ISSUED: "发放网上查看的开通码",
    Action.RESIDENT_CLOSED: "停用网上查看",
}
_WHOLE = "打开姓名、完整证件号码和电话"
_STAFF = "工作人员"


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at a record. ``place`` and ``role`` are of who looked; ``purpose`` "" if not asked.

    Who it was by name is not told: the office answers for them.
    """

    at: datetime
    place: str
    role: str
    what: str
    purpose: str


def looks_at(person: int, *, most: int) -> tuple[Looked, ...]:
    """Give the newest looks of staff at one person's record, the latest first."""
    events = (
        AuditEvent.objects.filter(
            subject_type="person",
            subject_id=str(person),
            action__in=[action.value for action in LOOKED],
            actor__isnull=False,
        )
        .order_by("-id")
        .select_related("actor")
        .prefetch_related("actor__grants")[:most]
    )
    return tuple(_looked(event) for event in events)


def own_doings(person: int, *, most: int) -> tuple[tuple[datetime, Action], ...]:
    """Give the newest doings as this person, the latest first; tries that failed among them."""
    events = AuditEvent.objects.filter(
        subject_type="person",
        subject_id=str(person),
        action__in=[action.value for action in DOINGS],
    ).order_by("-id")[:most]
    return tuple((event.at, Action(event.action)) for event in events)


def _looked(event: AuditEvent) -> Looked:
    action = Action(event.action)
    purpose = event.detail.get("purpose")
    whole = action is Action.PERSON_OPENED and event.detail.get("full_number") is True
    return Looked(
        at=event.at,
        place=event.actor.place if event.actor else event.place,
        role=_role(event.actor),
        what=_WHOLE if whole else _WHAT[action],
        purpose=Purpose(purpose).label if purpose else "",
    )


def _role(actor: User | None) -> str:
    """Give the role by which somebody opens people; staff who no longer may are just staff."""
    held = (role for role, _ in actor.held) if actor else ()
    return next((r.label for r in held if Permission.OPEN_PERSON in r.permissions), _STAFF)
