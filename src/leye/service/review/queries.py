"""Where conflicts stand, and how they came to."""

from collections.abc import Collection, Iterable, Mapping

from leye.kernel.place import Scope
from leye.service.identity.perms import Asker
from leye.service.review.enums import Decision, State
from leye.service.review.models import ConflictDecision
from leye.service.review.querysets import ConflictDecisionQuerySet
from leye.service.review.types import ConflictRef, Standing

_ASKED = 500
OPEN = Standing()


def standings(conflicts: Iterable[ConflictRef]) -> dict[str, Standing]:
    """Give where each of these conflicts stands; the caller has made sure they may be read.

    A decision holds while the conflict goes on. One that went away and came back after the month
    the decision was taken on is a new matter, and open.
    """
    given = {conflict.id: conflict for conflict in conflicts}
    last = _last(list(given))
    return {
        key: standing_of(last[key], since_month=conflict.since_month) if key in last else OPEN
        for key, conflict in given.items()
    }


def standing_of(decision: ConflictDecision, *, since_month: int) -> Standing:
    """Give where a conflict stands by its last decision."""
    if decision.month < since_month:
        return OPEN
    taken = Decision(decision.decision)
    return Standing(taken.state, taken, decision.reason, decision.by.key, decision.at)


def decided(scope: Scope, *, states: Collection[State]) -> Mapping[str, int]:
    """Give the conflicts in the scope whose last decision leads to one of the states.

    Each with the month it was decided on: the row of a conflict is so decided while its
    ``since_month`` is not later. For leaving rows out, or keeping only them, where rows are read.
    """
    taken = [decision.value for decision in Decision if decision.state in states]
    last = ConflictDecision.objects.inside(scope).filter(decision__in=taken).standing()
    return dict(last.values_list("conflict", "month"))


def history(user: Asker, conflict: str) -> ConflictDecisionQuerySet:
    """Give the decisions on a conflict that the asker may read, in their order."""
    found = ConflictDecision.objects.visible_to(user).of([conflict])
    return found.order_by("step").select_related("by")


def _last(conflicts: list[str]) -> dict[str, ConflictDecision]:
    found: dict[str, ConflictDecision] = {}
    for at in range(0, len(conflicts), _ASKED):
        part = ConflictDecision.objects.of(conflicts[at : at + _ASKED]).standing()
        found |= {each.conflict: each for each in part.select_related("by")}
    return found
