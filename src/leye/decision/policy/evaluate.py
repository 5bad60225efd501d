"""Many people at once: what follows of each programme, from columns of facts.

A counted fact may be the least it can be, with the most beside it. Then the rules are run for both
ends, and what comes out the same is known; where it does not, one cannot tell. That is sound for
conditions that turn once as a count grows, which all do but those named in ``NOT_TURNING_ONCE``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.decision.policy.check import amount_reads
from leye.decision.policy.facts import facts
from leye.decision.policy.kleene import NO, UNKNOWN, YES, Truth
from leye.decision.policy.programmes import Programme, programmes
from leye.decision.policy.system import Arrays, Run, System
from leye.decision.policy.variables import NO_MONTHS

CHUNK = 65_536
"""Rows run at once: what stays near the processor, and bounds memory."""

NOT_TURNING_ONCE = frozenset({("temporary_rural_living_aid", "insured_less_than_a_year")})
"""Conditions (programme, condition) that are met for a count in the middle and at neither end."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What follows of one programme, a row each; see ``Run``. ``in_force``: for anybody at all."""

    in_force: bool
    outcome: Truth
    failing: NDArray[np.int64]
    missing: NDArray[np.int64]
    amount: NDArray[np.float64]
    months: NDArray[np.int32]

    def at(self, rows: NDArray[Any]) -> "Judged":
        """Give the rows at these positions."""
        parts = (self.outcome, self.failing, self.missing, self.amount, self.months)
        return Judged(self.in_force, *(each[rows] for each in parts))


def chunks(columns: Arrays, size: int = CHUNK) -> Iterator[tuple[int, Arrays]]:
    """Give the columns in pieces of at most ``size`` rows, each with its first row."""
    count = len(next(iter(columns.values())))
    for start in range(0, count, size):
        yield start, {name: array[start : start + size] for name, array in columns.items()}


def with_presumed(entity: str, given: Arrays) -> Arrays:
    """Add the facts that are presumed to be no of whoever nobody has said otherwise of.

    They are asked again at the counter; see ``absent`` in ``facts.yaml``.
    """
    count = len(next(iter(given.values())))
    presumed = {
        name: np.zeros(count)
        for name, each in facts().items()
        if each.entity == entity and each.absent_is_no and name not in given
    }
    return {**given, **presumed}


def evaluate(
    rules: System,
    entity: str,
    month: int,
    given: Arrays,
    *,
    most: Arrays,
    wanted: Iterable[Programme],
) -> Iterator[tuple[Programme, Judged]]:
    """Give what follows of each programme wanted; ``most``: of counted facts, the most."""
    asked = tuple(wanted)
    low = _run(rules, entity, month, given)
    open_ = _open_rows(given, most)
    high: Run | None = None
    for programme in asked:
        judged = _judged(low, programme)
        if len(open_) and judged.in_force and counted_reads(rules, programme) & set(most):
            if high is None:
                there = {name: array[open_] for name, array in given.items()}
                there |= {name: array[open_] for name, array in most.items()}
                high = _run(rules, entity, month, there)
            merged = _merged(programme, judged.at(open_), _judged(high, programme))
            _put(judged, open_, merged)
        yield programme, judged
    for run in (low, high):
        if run is not None:
            run.let_go()


def counted_reads(rules: System, programme: Programme) -> frozenset[str]:
    """Give the facts that a programme rests on."""
    return _facts_read(rules, programme.name)


def parameters_read(rules: System, programme: Programme) -> frozenset[str]:
    """Give the paths of the parameters that a programme rests on, those in force among them."""
    found = [rules.condition_reads(programme.name, c.name) for c in programme.every_condition]
    found.append(amount_reads(rules, programme))
    return frozenset(programme.in_force) | {p for each in found for p in each.parameters}


def facts_wanted(rules: System, programmes: Iterable[Programme]) -> frozenset[str]:
    """Give the facts that any of the programmes rests on."""
    return frozenset(name for each in programmes for name in counted_reads(rules, each))


@cache
def _facts_read(rules: System, name: str) -> frozenset[str]:
    programme = rules.programmes[name]
    found = [rules.condition_reads(name, each.name) for each in programme.every_condition]
    found.append(amount_reads(rules, programme))
    return frozenset(fact for each in found for fact in each.facts)


def _run(rules: System, entity: str, month: int, given: Arrays) -> Run:
    key: Mapping[str, Any] = {f"{entity}s": given}
    return rules.run(month, **key)


def _open_rows(given: Arrays, most: Arrays) -> NDArray[np.int64]:
    if not most:
        return np.zeros(0, dtype=np.int64)
    differ = [most[name] > given[name] for name in most]
    return np.flatnonzero(np.logical_or.reduce(differ))


def _judged(run: Run, programme: Programme) -> Judged:
    name = programme.name
    outcome = run.outcome(name).copy()
    count = len(outcome)
    in_force = programme.force(run.situation(programme.entity)) != NO
    amount, months = np.zeros(count), np.zeros(count, dtype=np.int32)
    # Nobody eligible: no sum needs to be worked out.
    if in_force and (outcome != NO).any():
        amount, months = run.amount(name).copy(), run.months(name).copy()
    return Judged(
        in_force, outcome, run.failing(name).copy(), run.missing(name).copy(), amount, months
    )


def _merged(programme: Programme, low: Judged, high: Judged) -> Judged:
    whole = np.int64((1 << len(programme.every_condition)) - 1)
    failing = low.failing & high.failing
    met = ~(low.failing | low.missing | high.failing | high.missing) & whole
    unsure = np.int64(_bits_not_turning_once(programme.name))
    failing &= ~unsure
    met &= ~unsure
    missing = whole & ~(failing | met)
    outcome = np.where(failing != 0, NO, np.where(missing != 0, UNKNOWN, YES)).astype(np.int8)
    amount = np.where(low.amount == high.amount, low.amount, np.nan)
    amount[outcome == NO] = 0.0
    amount[outcome == UNKNOWN] = np.nan
    months = np.where(low.months == high.months, low.months, NO_MONTHS).astype(np.int32)
    months[outcome == NO] = 0
    months[outcome == UNKNOWN] = NO_MONTHS
    return Judged(True, outcome, failing, missing, amount, months)


@cache
def _bits_not_turning_once(name: str) -> int:
    conditions = programmes()[name].every_condition
    return sum(
        1 << bit for bit, each in enumerate(conditions) if (name, each.name) in NOT_TURNING_ONCE
    )


def _put(judged: Judged, rows: NDArray[np.int64], merged: Judged) -> None:
    judged.outcome[rows] = merged.outcome
    judged.failing[rows] = merged.failing
    judged.missing[rows] = merged.missing
    judged.amount[rows] = merged.amount
    judged.months[rows] = merged.months
