"""Closing a case, reviewing it, and telling the next desk when a clock ran out."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localtime

from leye.service.identity.actions import Action
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.monitoring.settings.values import values
from leye.service.response.cases.clocks import due_at
from leye.service.response.cases.enums import OPEN, Stage, State, StepKind, Verdict
from leye.service.response.cases.hold import held, move_on, record_step, require_open
from leye.service.response.cases.judging import GRAVE
from leye.service.response.cases.log import write_step
from leye.service.response.cases.models import MOST_TEXT, Case
from leye.service.response.cases.planned import keep_to_plan
from leye.service.response.errors import CaseNotReady
from leye.service.response.ledger.models import AffectedPerson

if TYPE_CHECKING:
    from leye.service.response.cases.judging import Hand

_GRAVE = tuple(level.value for level in GRAVE)
_MOST_ESCALATIONS = 2
"""County to city, city to the leadership."""


@transaction.atomic
def close(case: Case, text: str, hand: "Hand") -> Case:
    """Close a case that was judged, with what came of it; a review is then due.

    :raises Forbidden: the closer does not look after the monitoring there, or the case is true,
        orange or red, and they do not direct it.
    :raises CaseNotNow: it was not judged yet, or is closed.
    :raises CaseNotReady: graded without a plan, or persons of the ledger are not followed to the
        end, whatever was found; it says how many.
    :raises CaseChanged: somebody else took a step meanwhile.
    :raises InvalidText: no reason, or one that cannot be kept.
    """
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require_open(found, State.HANDLE)
    if found.standing_level in _GRAVE and found.verdict == Verdict.TRUE.value:
        require(hand.by, Permission.DIRECT_MONITORING, found.place)
    missing = missing_before_closing(found)
    if missing:
        raise CaseNotReady("；".join(missing), hint="办完再解除")
    said = plain_text(text, what="解除理由", most=MOST_TEXT)
    found.closed_at = hand.at
    move_on(found, State.CLOSED, Stage.REVIEW, at=hand.at)
    found.save()
    write_step(found, StepKind.CLOSED, by=hand.by, at=hand.at,
               data={"verdict": found.verdict}, text=said)  # fmt: skip
    record_step(Action.CASE_CLOSED, found, by=hand.by, at=hand.at, request_id=hand.request_id)
    return found


def missing_before_closing(case: Case) -> tuple[str, ...]:
    """Give in words what is missing before a judged case may be closed; nothing: it may."""
    left = AffectedPerson.objects.filter(case=case, outcome="").count()
    found = []
    if case.verdict == Verdict.TRUE.value and not case.feed and case.plan_at is None:
        found.append("还没有启动预案")
    if left:
        found.append(f"台账里还有 {left} 人没有着落")
    return tuple(found)


@transaction.atomic
def review(case: Case, text: str, hand: "Hand") -> Case:
    """Say what was learned from a closed case; after that its log is at its end.

    :raises Forbidden: the reviewer does not look after the monitoring there.
    :raises CaseNotNow: it is not closed, or was reviewed.
    :raises CaseChanged: somebody else took a step meanwhile.
    :raises InvalidText: nothing was written, or what cannot be kept.
    """
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require_open(found, State.CLOSED)
    said = plain_text(text, what="复盘意见", most=MOST_TEXT)
    found.state, found.due_at = State.REVIEWED.value, None
    found.save()
    write_step(found, StepKind.REVIEWED, by=hand.by, at=hand.at, text=said)
    record_step(Action.CASE_REVIEWED, found, by=hand.by, at=hand.at, request_id=hand.request_id)
    return found


def escalate_overdue(*, at: datetime) -> int:
    """Tell the next desk of every case whose clock ran out; give how many were told.

    A case is told of once for each clock: first the city, then the leadership. The clock then
    runs anew. Exercises that are over are not told of. Each in a transaction of its own: what was
    told stays told, whatever comes after.
    """
    states = [each.value for each in (*OPEN, State.CLOSED)]
    waiting = Case.objects.overdue(at).filter(state__in=states, drill__ended_at=None)
    return sum(
        _escalated(number, at=at)
        for number in waiting.order_by("due_at", "id").values_list("pk", flat=True)
    )


@transaction.atomic
def _escalated(number: int, *, at: datetime) -> bool:
    case = Case.objects.select_for_update().get(pk=number)
    if case.due_at is None or case.due_at >= at or case.state == State.REVIEWED.value:
        return False
    rules = values(localtime(at).date())
    was = case.due_at
    case.escalated = min(case.escalated + 1, _MOST_ESCALATIONS)
    case.due_at = due_at(Stage(case.stage), case.standing_level, at, rules)
    keep_to_plan(case, at=at)
    case.save(update_fields=["escalated", "due_at"])
    late = int((at - was).total_seconds() // 60)
    write_step(case, StepKind.ESCALATED, by=None, at=at,
               data={"stage": case.stage, "to": case.escalated, "late_minutes": late})  # fmt: skip
    record_step(Action.CASE_ESCALATED, case, by=None, at=at, request_id="",
                step=case.stage, level=case.escalated)  # fmt: skip
    return True
