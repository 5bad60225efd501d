"""Conditions: one sentence of a rule each, with its article, its formula and the way to it.

A sentence is a template: ``{path}`` stands for the value of that parameter in the month (a ratio as
per cent), so that the words never disagree with the number. What stands in ``[…]`` is said in some
months only; see ``saying``.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from leye.decision.policy import kleene
from leye.decision.policy.situation import Formula

_SOMETIMES = re.compile(r"\[(?:!?[a-z0-9_.]+\?)?([^\[\]]*)\]")


class Changes(StrEnum):
    """Whether somebody who fails a condition may meet it some day."""

    SELF = "self"
    """The person can do something about it."""
    TIME = "time"
    """It comes with time."""
    NEVER = "never"
    """It cannot change."""


CHANGES_ZH = {
    Changes.SELF: "可以办理",
    Changes.TIME: "时间到了就符合",
    Changes.NEVER: "无法改变",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: ``formula`` gives a truth, ``gap`` how far one who fails is (``gap_unit``)."""

    name: str
    says: str
    basis: str
    formula: Formula
    changes: Changes
    gap: Formula | None = None
    gap_unit: str = ""

    @property
    def label(self) -> str:
        """The sentence without the marks of what is said in some months only."""
        return _SOMETIMES.sub(r"\1", self.says)


def condition(
    name: str,
    says: str,
    formula: Formula,
    *,
    basis: str,
    changes: Changes = Changes.SELF,
    gap: Formula | None = None,
    gap_unit: str = "个月",
) -> Condition:
    """Give a condition from any formula."""
    unit = gap_unit if gap is not None else ""
    return Condition(name, says, basis, formula, changes, gap, unit)


def holds(
    name: str, says: str, *, fact: str, basis: str, changes: Changes = Changes.SELF
) -> Condition:
    """Give the condition that a yes/no fact is yes."""
    return Condition(name, says, basis, lambda s: s.answer(fact), changes)


def lacks(
    name: str, says: str, *, fact: str, basis: str, changes: Changes = Changes.NEVER
) -> Condition:
    """Give the condition that a yes/no fact is no."""
    return Condition(name, says, basis, lambda s: kleene.negate(s.answer(fact)), changes)


def among(
    name: str,
    says: str,
    *,
    fact: str,
    options: tuple[str, ...],
    basis: str,
    changes: Changes = Changes.SELF,
) -> Condition:
    """Give the condition that a choice is one of the options."""
    return Condition(name, says, basis, lambda s: s.is_one(fact, *options), changes)


def reaches(
    name: str,
    says: str,
    *,
    fact: str,
    least: str | float,
    basis: str,
    changes: Changes = Changes.TIME,
    unit: str = "个月",
) -> Condition:
    """Give the condition that a number is at least a parameter (its path) or a number."""
    bound = _bound(least)

    return Condition(
        name,
        says,
        basis,
        formula=lambda s: kleene.at_least(s.number(fact), bound(s)),
        changes=changes,
        gap=lambda s: bound(s) - s.number(fact),
        gap_unit=unit,
    )


def within(
    name: str,
    says: str,
    *,
    fact: str,
    most: str | float,
    basis: str,
    changes: Changes = Changes.NEVER,
    unit: str = "",
) -> Condition:
    """Give the condition that a number is at most a parameter (its path) or a number."""
    bound = _bound(most)
    gap: Formula | None = (lambda s: s.number(fact) - bound(s)) if unit else None
    return Condition(
        name, says, basis, lambda s: kleene.at_most(s.number(fact), bound(s)), changes, gap, unit
    )


def _bound(given: str | float) -> Formula:
    if isinstance(given, str):
        return lambda s: s.value(given)
    return lambda _: np.float64(given)
