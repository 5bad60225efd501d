"""Decisions on conflicts. Each leaves its audit event in the same transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.review.enums import Decision, State
from leye.service.review.errors import NotNow, TooMany
from leye.service.review.models import MOST_REASON, ConflictDecision
from leye.service.review.queries import standing_of
from leye.service.review.types import BulkResult, ConflictRef

MOST_AT_ONCE = 500
_ACTIONS = {
    Decision.DISMISSED: Action.CONFLICT_DISMISSED,
    Decision.CONFIRMED: Action.CONFLICT_CONFIRMED,
    Decision.TASK: Action.CONFLICT_HANDED_OVER,
    Decision.REOPENED: Action.CONFLICT_REOPENED,
}


def dismiss(
    *, conflict: ConflictRef, reason: str, by: User, at: datetime, request_id: str = ""
) -> ConflictDecision:
    """Put a conflict aside: the registers differ, and that is as it should be.

    :raises Forbidden: the actor does not decide on conflicts there.
    :raises InvalidText: no reason, or one that cannot be kept.
    :raises NotNow: it was dismissed before, or somebody else decided at the same moment.
    """
    said = plain_text(reason, what="排除理由", most=MOST_REASON)
    return _decide(Decision.DISMISSED, conflict, said, by=by, at=at, request_id=request_id)


def confirm(
    *, conflict: ConflictRef, by: User, at: datetime, reason: str = "", request_id: str = ""
) -> ConflictDecision:
    """Say that a conflict is what it looks like.

    :raises Forbidden: the actor does not decide on conflicts there.
    :raises InvalidText: a reason that cannot be kept.
    :raises NotNow: it stands where it cannot be confirmed.
    """
    said = plain_text(reason, what="说明", most=MOST_REASON, required=False)
    return _decide(Decision.CONFIRMED, conflict, said, by=by, at=at, request_id=request_id)


def hand_over(
    *, conflict: ConflictRef, by: User, at: datetime, reason: str = "", request_id: str = ""
) -> ConflictDecision:
    """Make a conflict the task of those whose business it is.

    :raises Forbidden: the actor does not decide on conflicts there.
    :raises InvalidText: a reason that cannot be kept.
    :raises NotNow: it stands where it cannot be handed over.
    """
    said = plain_text(reason, what="说明", most=MOST_REASON, required=False)
    return _decide(Decision.TASK, conflict, said, by=by, at=at, request_id=request_id)


def reopen(
    *, conflict: ConflictRef, reason: str, by: User, at: datetime, request_id: str = ""
) -> ConflictDecision:
    """Take a decision back.

    :raises Forbidden: the actor does not decide on conflicts there.
    :raises InvalidText: no reason, or one that cannot be kept.
    :raises NotNow: it is open.
    """
    said = plain_text(reason, what="重开理由", most=MOST_REASON)
    return _decide(Decision.REOPENED, conflict, said, by=by, at=at, request_id=request_id)


def dismiss_all(
    *,
    conflicts: Sequence[ConflictRef],
    reason: str,
    by: User,
    at: datetime,
    request_id: str = "",
) -> BulkResult:
    """Put many conflicts aside for one reason: all that can be, or none when something fails.

    :raises Forbidden: the actor does not decide on conflicts of one of the places.
    :raises InvalidText: no reason, or one that cannot be kept.
    :raises TooMany: more than ``MOST_AT_ONCE``.
    :raises NotNow: somebody else decided on one of them at the same moment.
    """
    said = plain_text(reason, what="排除理由", most=MOST_REASON)
    chosen = list({conflict.id: conflict for conflict in conflicts}.values())
    if len(chosen) > MOST_AT_ONCE:
        raise TooMany(f"选了 {len(chosen)} 条", hint=f"一次最多处理 {MOST_AT_ONCE} 条")
    for place in {conflict.place for conflict in chosen}:
        require(by, Permission.DECIDE_CONFLICTS, place)
    with transaction.atomic():
        last = _last(chosen)
        open_ = [c for c in chosen if _state(c, last.get(c.id)).allows(Decision.DISMISSED)]
        _write(Decision.DISMISSED, open_, said, last, by=by, at=at)
        counted = Counter((conflict.place, conflict.rule) for conflict in open_)
        for (place, rule), count in sorted(counted.items()):
            record(
                action=Action.CONFLICT_DISMISSED,
                by=by,
                at=at,
                place=place,
                subject=Subject("rule", rule[:40]),
                detail={"rule": rule, "conflicts": count},
                request_id=request_id,
            )
    return BulkResult(len(open_), len(chosen) - len(open_))


@transaction.atomic
def _decide(
    decision: Decision,
    conflict: ConflictRef,
    reason: str,
    *,
    by: User,
    at: datetime,
    request_id: str,
) -> ConflictDecision:
    require(by, Permission.DECIDE_CONFLICTS, conflict.place)
    last = _last([conflict])
    state = _state(conflict, last.get(conflict.id))
    if not state.allows(decision):
        raise NotNow(
            f"这条疑点{state.label}，不能再{decision.label}", hint="请刷新页面，查看最新处理情况"
        )
    (written,) = _write(decision, [conflict], reason, last, by=by, at=at)
    record(
        action=_ACTIONS[decision],
        by=by,
        at=at,
        place=conflict.place,
        subject=Subject("conflict", conflict.id),
        detail={"rule": conflict.rule, "month": conflict.month},
        request_id=request_id,
    )
    return written


def _last(conflicts: Sequence[ConflictRef]) -> dict[str, ConflictDecision]:
    standing = ConflictDecision.objects.of(each.id for each in conflicts).standing()
    return {each.conflict: each for each in standing.select_related("by")}


def _state(conflict: ConflictRef, last: ConflictDecision | None) -> State:
    if last is None:
        return State.OPEN
    return standing_of(last, since_month=conflict.since_month).state


def _write(
    decision: Decision,
    conflicts: Sequence[ConflictRef],
    reason: str,
    last: dict[str, ConflictDecision],
    *,
    by: User,
    at: datetime,
) -> list[ConflictDecision]:
    rows = [
        ConflictDecision(
            conflict=conflict.id,
            step=last[conflict.id].step + 1 if conflict.id in last else 1,
            rule=conflict.rule,
            month=conflict.month,
            place=conflict.place,
            decision=decision.value,
            reason=reason,
            by=by,
            at=at,
        )
        for conflict in conflicts
    ]
    try:
        with transaction.atomic():
            return ConflictDecision.objects.bulk_create(rows)
    except IntegrityError as error:
        raise NotNow(
            "另一位同事刚刚处理了同一条疑点", hint="请刷新页面，查看最新处理情况"
        ) from error
