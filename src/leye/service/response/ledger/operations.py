"""Listing who is affected, and following each to the end; registers first, then people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localtime

from leye.service.identity.actions import Action
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.response.cases.enums import OPEN, StepKind
from leye.service.response.cases.hold import held, record_step, require_open
from leye.service.response.cases.log import write_step
from leye.service.response.cases.models import Case
from leye.service.response.errors import CaseNotNow, InvalidStep, UnknownAffected
from leye.service.response.ledger.enums import Help, Origin, Outcome
from leye.service.response.ledger.models import MOST_NOTE, AffectedPerson, PersonStep

if TYPE_CHECKING:
    from leye.service.response.cases.judging import Hand


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody the registers saw leave an employer; ``left_on`` None where the day is not known."""

    person: int
    employer: int
    residence: str
    left_on: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the registers know of a person in a month: the help they got, and how it ended."""

    helped: frozenset[Help]
    outcome: Outcome | None
    on: date


@transaction.atomic
def list_persons(case: Case, leavers: Iterable[Leaver], hand: "Hand") -> int:
    """Put persons on the ledger of a case; give how many are new. Nobody is listed twice.

    :raises Forbidden: the asker may not see who it is there.
    :raises CaseNotNow: the case is closed, or a drill: exercises touch no real person.
    :raises CaseChanged: somebody else took a step meanwhile.
    """
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require(hand.by, Permission.OPEN_PERSON, found.place)
    require_open(found, *OPEN)
    if found.drill_id is not None:
        raise CaseNotNow("演练不登记真实人员")
    known = set(AffectedPerson.objects.filter(case=found).values_list("person", flat=True))
    fresh = {each.person: each for each in leavers if each.person not in known}
    AffectedPerson.objects.bulk_create(
        AffectedPerson(
            case=found,
            person=each.person,
            employer=each.employer,
            residence=each.residence,
            left_on=each.left_on,
            origin=Origin.REGISTER.value,
            added_at=hand.at,
        )
        for each in fresh.values()
    )
    write_step(found, StepKind.LISTED, by=hand.by, at=hand.at, data={"persons": len(fresh)})
    record_step(Action.CASE_PERSONS_LISTED, found, by=hand.by, at=hand.at,
                request_id=hand.request_id, persons=len(fresh))  # fmt: skip
    return len(fresh)


@transaction.atomic
def follow_by_registers(
    case: Case, known: Mapping[int, Known], *, by: User, at: datetime, request_id: str = ""
) -> int:
    """Note what the registers know of the persons of a ledger; give how many changed.

    What was noted before is not noted twice, and what staff found to be the outcome stays. ``by``
    asked the registers.

    :raises Forbidden: ``by`` may not see who it is there.
    :raises CaseNotNow: the case is closed.
    """
    locked = _followed(case.pk, by)
    changed = 0
    for each in AffectedPerson.objects.select_for_update().filter(case=locked, outcome=""):
        told = known.get(each.person)
        if told is None:
            continue
        new = [one for one in told.helped if one.value not in each.helped]
        for one in sorted(new):
            _write(each, one.value, Origin.REGISTER, told.on, "", None, at)
        if told.outcome is not None:
            _end(each, told.outcome, told.on)
            _write(each, told.outcome.value, Origin.REGISTER, told.on, "", None, at)
        if new or told.outcome is not None:
            each.helped = sorted({*each.helped, *(one.value for one in new)})
            each.save()
            changed += 1
    if changed:
        write_step(locked, StepKind.FOLLOWED, by=by, at=at, data={"persons": changed})
        record_step(Action.CASE_PERSON_FOLLOWED, locked, by=by, at=at, request_id=request_id,
                    persons=changed)  # fmt: skip
    return changed


@transaction.atomic
def follow(
    affected: AffectedPerson,
    what: Help | Outcome,
    *,
    on: date,
    text: str,
    by: User,
    at: datetime,
    request_id: str = "",
) -> AffectedPerson:
    """Note what was done for a person, or how it ended. A later outcome corrects an earlier one.

    :raises Forbidden: ``by`` may not see who it is there.
    :raises CaseNotNow: the case is closed.
    :raises InvalidStep: a day that is still to come, or an outcome before the job ended.
    :raises InvalidText: a text that cannot be kept, or none where the outcome needs one: no wish
        to work, no job lost, nobody reached.
    """
    case = _followed(affected.case_id, by)
    if on > localtime(at).date():
        raise InvalidStep("日期不能晚于今天", field="on")
    found = AffectedPerson.objects.select_for_update().get(pk=affected.pk)
    ends = isinstance(what, Outcome) and what is not Outcome.STAYED
    if ends and found.left_on is not None and on < found.left_on:
        raise InvalidStep("去向的日期不能早于离职日期", field="on")
    needs_words = what in (Outcome.NOT_SEEKING, Outcome.STAYED, Outcome.UNREACHABLE)
    said = plain_text(text, what="说明", most=MOST_NOTE, required=needs_words)
    if isinstance(what, Outcome):
        _end(found, what, on)
    else:
        found.helped = sorted({*found.helped, what.value})
    found.save()
    _write(found, what.value, Origin.STAFF, on, said, by, at)
    write_step(case, StepKind.FOLLOWED, by=by, at=at, data={"persons": 1, "what": what.value})
    record_step(Action.CASE_PERSON_FOLLOWED, case, by=by, at=at, request_id=request_id,
                kind=what.value)  # fmt: skip
    return found


def affected_of(case: Case, number: int) -> AffectedPerson:
    """Give one person of a case's ledger.

    :raises UnknownAffected: there is no such person in it.
    """
    found = AffectedPerson.objects.filter(case=case, pk=number).first()
    if found is None:
        raise UnknownAffected(str(number)[:20])
    return found


def _followed(number: int, by: User) -> Case:
    """Give an open case, locked before its persons so that no two wait for each other.

    :raises Forbidden: ``by`` may not see who it is there.
    :raises CaseNotNow: the case is closed.
    """
    case = Case.objects.select_for_update().get(pk=number)
    require(by, Permission.MANAGE_MONITORING, case.place)
    require(by, Permission.OPEN_PERSON, case.place)
    require_open(case, *OPEN)
    return case


def _end(affected: AffectedPerson, outcome: Outcome, on: date) -> None:
    affected.outcome, affected.outcome_on = outcome.value, on


def _write(
    affected: AffectedPerson,
    what: str,
    origin: Origin,
    on: date,
    text: str,
    by: User | None,
    at: datetime,
) -> None:
    PersonStep.objects.create(
        affected=affected, what=what, origin=origin.value, on=on, text=text, by=by, at=at
    )
