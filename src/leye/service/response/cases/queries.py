"""Reads of cases: lists, one whole case, and how well the desk keeps its clocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from leye.service.identity.perms import Asker
from leye.service.response.cases.enums import OPEN, StepKind
from leye.service.response.cases.models import Case, CaseMeasure, CaseSignal, CaseStep, Release
from leye.service.response.cases.querysets import CaseQuerySet
from leye.service.response.drills.models import Drill
from leye.service.response.errors import UnknownCase
from leye.service.response.ledger.models import AffectedPerson
from leye.service.response.signals.models import KeptSignal


@dataclass(frozen=True, slots=True)
class LedgerCount:
    """How a case's ledger stands: persons, those helped in some way, with an outcome, at work."""

    persons: int
    helped: int
    ended: int


@dataclass(frozen=True, slots=True)
class DeskRecord:
    """How the desk kept its clocks: cases opened, taken, told of as late, closed, missed.

    ``median_minutes`` from opening to taking, None before any was taken.
    """

    opened: int
    taken: int
    escalated: int
    closed: int
    missed: int
    median_minutes: float | None


def cases_for(user: Asker, *, drill: Drill | None = None) -> CaseQuerySet:
    """Give the cases of the asker's places, real ones unless a drill is named."""
    return Case.objects.visible_to(user).filter(drill=drill).select_related("taken_by")


def case_for(user: Asker, number: str) -> Case:
    """Give one case of the asker's places, of a drill or not.

    :raises UnknownCase: none of that number, or not in one of their places.
    """
    digits = number[1:]
    usable = number[:1] == "C" and 6 <= len(digits) < 12 and digits.isascii() and digits.isdigit()
    asked = Case.objects.visible_to(user).select_related("taken_by", "follows", "notice", "drill")
    found = asked.filter(pk=int(digits)).first() if usable else None
    if found is None:
        raise UnknownCase(f"“{number[:20]}”", hint="事项不存在，或不在您的地区")
    return found


def steps_of(case: Case) -> list[CaseStep]:
    """Give the steps of a case, in order."""
    return list(CaseStep.objects.filter(case=case).select_related("by").order_by("number"))


def signals_in(case: Case) -> list[KeptSignal]:
    """Give the signals of a case as the newest run has each, the latest month first."""
    found = CaseSignal.objects.filter(case=case).select_related("signal__run").order_by("id")
    newest = {each.signal.key: each.signal for each in found}
    return sorted(newest.values(), key=lambda each: (-each.month, -each.pk))


def releases_of(case: Case) -> list[Release]:
    """Give the texts about a case with their approvals, in order."""
    found = Release.objects.filter(case=case).select_related("by", "approval", "approval__by")
    return list(found.order_by("id"))


def measures_of(case: Case) -> list[CaseMeasure]:
    """Give the measures chosen for a case, in order."""
    return list(CaseMeasure.objects.filter(case=case).select_related("by").order_by("id"))


def ledger_counts(cases: Iterable[Case]) -> dict[int, LedgerCount]:
    """Give how the ledgers of some cases stand, by the cases' keys; those without one are out."""
    rows = (
        AffectedPerson.objects.filter(case__in=list(cases))
        .values("case_id")
        .annotate(
            persons=Count("id"),
            helped=Count("id", filter=~Q(helped=[])),
            ended=Count("id", filter=~Q(outcome="")),
        )
    )
    return {
        row["case_id"]: LedgerCount(row["persons"], row["helped"], row["ended"]) for row in rows
    }


def open_counts(user: Asker) -> dict[str, int]:
    """Give how many open real cases each place of the asker's has."""
    rows = cases_for(user).open().order_by().values("place").annotate(cases=Count("id"))
    return {row["place"]: row["cases"] for row in rows}


def decided_levels() -> dict[str, tuple[int, str]]:
    """Give by place the gravest level people decided for its open cases, and that case's number.

    Real cases alone; 1 is red, 4 blue.
    """
    rows = Case.objects.real().open().exclude(grade=None).order_by("-grade", "-id")
    return {each.place: (each.grade, each.number) for each in rows if each.grade is not None}


def desk_record(user: Asker, *, since: datetime, drill: Drill | None = None) -> DeskRecord:
    """Give how the desk kept its clocks with the cases opened since a moment."""
    rows = list(
        cases_for(user, drill=drill)
        .filter(opened_at__gte=since)
        .values_list("opened_at", "taken_at", "state", "missed", "escalated")
    )
    waits = sorted((taken - opened).total_seconds() / 60 for opened, taken, *_ in rows if taken)
    middle = len(waits) // 2
    median = None
    if waits:
        median = waits[middle] if len(waits) % 2 else (waits[middle - 1] + waits[middle]) / 2
    still = {each.value for each in OPEN}
    return DeskRecord(
        opened=len(rows),
        taken=len(waits),
        escalated=sum(bool(row[4]) for row in rows),
        closed=sum(row[2] not in still for row in rows),
        missed=sum(bool(row[3]) for row in rows),
        median_minutes=median,
    )


def tasks_done(steps: Iterable[CaseStep]) -> dict[str, CaseStep]:
    """Give the tasks of a case's plan that are done, by their codes."""
    return {each.data["task"]: each for each in steps if each.kind == StepKind.TASK_DONE.value}
