"""Taking a case, finding out what is behind it, and grading it together."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leye.service.identity.actions import Action
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.cases.enums import OPEN, Stage, State, StepKind, Verdict
from leye.service.response.cases.hold import held, move_on, record_step, require_open
from leye.service.response.cases.log import write_step
from leye.service.response.cases.models import MOST_TEXT, Case, CaseStep
from leye.service.response.cases.planned import keep_to_plan
from leye.service.response.errors import CaseNotNow, CaseNotReady, InvalidStep

GRAVE = (Level.RED, Level.ORANGE)
"""Levels the city decides, and two people at least give an opinion on."""
_OPINIONS_IF_GRAVE = 2


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts on a case, when, in which request, having seen how many of its steps."""

    by: User
    at: datetime
    seen: int
    request_id: str = ""


@transaction.atomic
def take(case: Case, hand: Hand) -> Case:
    """Take a case: from now on its taker is to find out what is behind it.

    :raises Forbidden: the taker does not look after the monitoring there.
    :raises CaseNotNow: it was taken before.
    :raises CaseChanged: somebody else took a step meanwhile.
    """
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require_open(found, State.VERIFY)
    if found.taken_at is not None:
        raise CaseNotNow("已经有人受理", hint="请直接核实")
    found.taken_at, found.taken_by = hand.at, hand.by
    move_on(found, State.VERIFY, Stage.VERIFY, at=hand.at)
    found.save()
    write_step(found, StepKind.TAKEN, by=hand.by, at=hand.at)
    record_step(Action.CASE_TAKEN, found, by=hand.by, at=hand.at, request_id=hand.request_id)
    return found


@transaction.atomic
def judge(case: Case, verdict: Verdict, text: str, hand: Hand) -> Case:
    """Say what is behind a case. What is not true goes to be closed; what is, to be graded.

    An unclear case stays to be verified, with the clock of a visit.

    :raises Forbidden: the judge does not look after the monitoring there.
    :raises CaseNotNow: nobody took it yet, or it was judged.
    :raises CaseChanged: somebody else took a step meanwhile.
    :raises InvalidText: no reason, or one that cannot be kept.
    """
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require_open(found, State.VERIFY)
    if found.taken_at is None:
        raise CaseNotNow("还没有受理", hint="先受理，再核实")
    said = plain_text(text, what="核实情况", most=MOST_TEXT)
    found.verdict = verdict.value
    if verdict is Verdict.UNCLEAR:
        move_on(found, State.VERIFY, Stage.VISIT, at=hand.at)
    elif verdict is Verdict.TRUE and not found.feed:
        move_on(found, State.CONSULT, Stage.CONSULT, at=hand.at)
    else:
        move_on(found, State.HANDLE, Stage.HANDLE, at=hand.at)
    found.save()
    write_step(found, StepKind.JUDGED, by=hand.by, at=hand.at,
               data={"verdict": verdict.value}, text=said)  # fmt: skip
    record_step(Action.CASE_JUDGED, found, by=hand.by, at=hand.at, request_id=hand.request_id,
                kind=verdict.value)  # fmt: skip
    return found


@transaction.atomic
def visit(case: Case, text: str, hand: Hand) -> Case:
    """Note what was seen on the spot.

    :raises Forbidden: the visitor does not look after the monitoring there.
    :raises CaseNotNow: the case is closed, or nobody took it yet.
    :raises CaseChanged: somebody else took a step meanwhile.
    :raises InvalidText: nothing was written, or what cannot be kept.
    """
    return _written(case, StepKind.VISITED, text, "现场情况", hand)


@transaction.atomic
def note(case: Case, text: str, hand: Hand) -> Case:
    """Note how things stand; in handling, the clock of progress starts again, not that of tasks.

    :raises Forbidden: the writer does not look after the monitoring there.
    :raises CaseNotNow: the case is closed, or nobody took it yet.
    :raises CaseChanged: somebody else took a step meanwhile.
    :raises InvalidText: nothing was written, or what cannot be kept.
    """
    return _written(case, StepKind.NOTED, text, "进展", hand)


@transaction.atomic
def give_opinion(case: Case, level: Level, text: str, hand: Hand) -> Case:
    """Say at which level a case should be graded, and why, with one's name to it.

    :raises Forbidden: ``by`` does not look after the monitoring there.
    :raises CaseNotNow: it is not being graded, or handled.
    :raises CaseChanged: somebody else took a step meanwhile.
    :raises InvalidText: no reason, or one that cannot be kept.
    """
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require_open(found, State.CONSULT, State.HANDLE)
    _require_true(found)
    said = plain_text(text, what="理由", most=MOST_TEXT)
    write_step(found, StepKind.OPINION, by=hand.by, at=hand.at,
               data={"level": level.value}, text=said)  # fmt: skip
    record_step(Action.CASE_OPINION_GIVEN, found, by=hand.by, at=hand.at,
                request_id=hand.request_id, level=level.value)  # fmt: skip
    return found


@transaction.atomic
def set_grade(case: Case, level: Level, text: str, hand: Hand) -> Case:
    """Decide the level of a true case, first or anew: raised or lowered, with the reason.

    Orange and red are the city's to decide, from and to; two people must have given an opinion.

    :raises Forbidden: the decider does not look after the monitoring there, or a grave level is
        asked for, or left, without directing the monitoring of the city.
    :raises CaseNotNow: it is not being graded, or handled.
    :raises CaseNotReady: too few opinions since the last grading.
    :raises InvalidStep: it has that grade already.
    :raises CaseChanged: somebody else took a step meanwhile.
    :raises InvalidText: no reason, or one that cannot be kept.
    """
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require_open(found, State.CONSULT, State.HANDLE)
    _require_true(found)
    if found.grade == level.value:
        raise InvalidStep("已经是这一级", field="level")
    grave = level in GRAVE or found.grade in [each.value for each in GRAVE]
    if grave:
        require(hand.by, Permission.DIRECT_MONITORING, found.place)
    people = opinions_since_grading(found)
    needed = _OPINIONS_IF_GRAVE if grave else 1
    if len(people) < needed:
        raise CaseNotReady(
            f"会商意见不够：需要 {needed} 人，现有 {len(people)} 人", hint="请先写会商意见"
        )
    said = plain_text(text, what="定级理由", most=MOST_TEXT)
    before, found.grade = found.grade, level.value
    stage = Stage.PLAN if found.plan_at is None else Stage.HANDLE
    move_on(found, State.HANDLE, stage, at=hand.at)
    keep_to_plan(found, at=hand.at)
    found.save()
    write_step(found, StepKind.GRADED, by=hand.by, at=hand.at,
               data={"level": level.value, "before": before, "opinions": len(people)},
               text=said)  # fmt: skip
    record_step(Action.CASE_GRADED, found, by=hand.by, at=hand.at, request_id=hand.request_id,
                level=level.value)  # fmt: skip
    return found


def opinions_since_grading(case: Case) -> set[int]:
    """Give who gave an opinion since the case was last graded, by their accounts' keys."""
    steps = CaseStep.objects.filter(case=case)
    last = steps.filter(kind=StepKind.GRADED.value).order_by("-number").first()
    mine = steps.filter(kind=StepKind.OPINION.value, number__gt=last.number if last else 0)
    return set(mine.values_list("by_id", flat=True))


def _written(case: Case, kind: StepKind, text: str, what: str, hand: Hand) -> Case:
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require_open(found, *OPEN)
    if found.taken_at is None:
        raise CaseNotNow("还没有受理", hint="请先受理")
    said = plain_text(text, what=what, most=MOST_TEXT)
    if found.stage == Stage.HANDLE.value:
        move_on(found, State.HANDLE, Stage.HANDLE, at=hand.at)
        keep_to_plan(found, at=hand.at)
        found.save()
    write_step(found, kind, by=hand.by, at=hand.at, text=said)
    record_step(Action.CASE_NOTED, found, by=hand.by, at=hand.at, request_id=hand.request_id,
                kind=kind.value)  # fmt: skip
    return found


def _require_true(case: Case) -> None:
    if case.verdict != Verdict.TRUE.value:
        raise CaseNotNow(f"判定是“{case.verdict_label}”，不定级", hint="请写明情况后解除")
