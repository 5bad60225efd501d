"""Conflicts with what was decided of them: a page of the list, and the counts above it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from leye.data.pool import Snapshot
from leye.data.registers.queries import (
    ConflictChoice,
    ConflictLine,
    RuleCount,
    built_months,
    conflict_counts,
    conflict_lines,
    employer_names,
)
from leye.kernel.place import Scope
from leye.service.review.enums import State
from leye.service.review.queries import decided, standings
from leye.service.review.types import ConflictRef, Standing

TABLE = "conflict"
_CLOSED = tuple(state for state in State if state is not State.OPEN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conflicts of a month: of a rule, a place, a state, past their grace or within it.

    Empty and None keep all.
    """

    month: int
    rule: str = ""
    place: str = ""
    state: State | None = State.OPEN
    within_grace: bool | None = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Conflicts, where each stands, and the names of the employers in them."""

    lines: tuple[ConflictLine, ...]
    standings: Mapping[str, Standing]
    names: Mapping[int, str]


def conflict_months(snapshot: Snapshot) -> tuple[int, ...]:
    """Give the months that were compared, the latest first."""
    return built_months(snapshot, TABLE)


def ref_of(line: ConflictLine) -> ConflictRef:
    """Give a conflict as the decisions name it."""
    return ConflictRef(line.id, line.rule, line.month, line.since_month, line.place)


def counted(snapshot: Snapshot, wanted: Wanted, *, scope: Scope) -> tuple[RuleCount, ...]:
    """Give the counts of every rule, whatever rule and grace are wanted."""
    chosen = _chosen(replace(wanted, rule="", within_grace=None), scope)
    return conflict_counts(snapshot, chosen=chosen, scope=scope)


def listed(
    snapshot: Snapshot, wanted: Wanted, *, scope: Scope, limit: int, offset: int = 0
) -> Listed:
    """Give some of the wanted conflicts."""
    chosen = _chosen(wanted, scope)
    lines = conflict_lines(snapshot, chosen=chosen, scope=scope, limit=limit, offset=offset)
    return described(snapshot, lines)


def picked(snapshot: Snapshot, numbers: Sequence[str], *, month: int, scope: Scope) -> Listed:
    """Give the conflicts of these numbers that the scope covers."""
    chosen = ConflictChoice(month, only=dict.fromkeys(numbers, month))
    lines = conflict_lines(snapshot, chosen=chosen, scope=scope, limit=len(numbers))
    return described(snapshot, lines)


def described(snapshot: Snapshot, lines: Sequence[ConflictLine]) -> Listed:
    """Add to conflicts of one month where each stands, and the names of employers."""
    employers = {line.employer for line in lines if line.employer}
    names = employer_names(snapshot, employers, month=lines[0].month) if lines else {}
    return Listed(tuple(lines), standings(ref_of(line) for line in lines), names)


def _chosen(wanted: Wanted, scope: Scope) -> ConflictChoice:
    chosen = ConflictChoice(wanted.month, wanted.rule, wanted.place, wanted.within_grace)
    if wanted.state is None:
        return chosen
    if wanted.state is State.OPEN:
        return replace(chosen, without=decided(scope, states=_CLOSED))
    return replace(chosen, only=decided(scope, states=[wanted.state]))
