"""What a resident's pages show, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leye.data.pool import Snapshot
from leye.data.reference import places
from leye.data.registers.queries import built_months
from leye.decision.policy.holders import Holder, holders, known_from
from leye.decision.policy.interview import Answers
from leye.decision.policy.registered import NotInRegisters, registered
from leye.doors.web.brought_in import SELF, Datum, brought_in, by_topic
from leye.doors.web.maps import month_label
from leye.kernel.errors import UnknownCode
from leye.service.identity.actions import Action
from leye.service.identity.residents.queries import Looked

TABLE = "person_month"


@dataclass(frozen=True, slots=True)
class Record:
    """What registers know of a person at the newest month. ``answers`` is None for no record."""

    month: int
    answers: Answers | None
    held: Mapping[str, Holder]


def record_of(snapshot: Snapshot, person: int) -> Record:
    """Give a person's record of the newest month that was built; month 0 before any.

    :raises StoreFailure: the pool cannot be read.
    """
    month = next(iter(built_months(snapshot, TABLE)), 0)
    if not month:
        return Record(0, None, {})
    try:
        given = registered(snapshot, person, month)
    except NotInRegisters:
        return Record(month, None, {})
    held = holders(snapshot, month)
    return Record(month, Answers("person", known=known_from(given, held)), held)


def record_context(record: Record) -> dict[str, Any]:
    """Give the page of one's own record: topic by topic, what is known, then what is not."""
    context: dict[str, Any] = {"month": month_label(record.month), "there": False}
    if record.answers is None:
        return context
    found = brought_in(record.answers, record.held, SELF)
    listed = [each for each in found.known if each.listed]
    return {
        **context,
        "there": True,
        "topics": _anchored(by_topic(listed)),
        "counted": len(listed),
        "absent": [each for each in found.known if not each.listed],
        "unknown": found.unknown,
        "presumed": found.presumed,
    }


def look_line(look: Looked) -> dict[str, Any]:
    """Give one look of staff at the record, in words."""
    return {
        "at": look.at,
        "office": f"{_place_words(look.place)}，{look.role}",
        "what": look.what,
        "purpose": look.purpose or "—",
    }


def doing_words(action: Action) -> str:
    """Say what the resident did, to themselves."""
    return action.label.removeprefix("居民")


def _anchored(topics: list[tuple[str, list[Datum]]]) -> list[dict[str, Any]]:
    return [
        {"id": f"t{number}", "title": title, "rows": rows}
        for number, (title, rows) in enumerate(topics, 1)
    ]


def _place_words(code: str) -> str:
    try:
        return places().get(code[:6]).name
    except UnknownCode:
        return ""
