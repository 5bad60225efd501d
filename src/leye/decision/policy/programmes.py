"""Programmes: what a person, household or employer may be entitled to, or must do.

A family of the law is a module of ``law``; whatever :class:`Programme` and :class:`Quantity` it
defines at its top is found there. Nothing has to be registered anywhere else.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from leye.decision.policy import law
from leye.decision.policy.conditions import Changes, Condition
from leye.decision.policy.entities import ENTITY_KEYS
from leye.decision.policy.kleene import NO, UNKNOWN, YES
from leye.decision.policy.situation import Formula, Situation
from leye.kernel.errors import UnknownCode, near_matches

IN_FORCE = "in_force"
"""The first condition of every programme: the rule is in force in the month."""

MOST_CONDITIONS = 62
"""As many as a mask of 64 bits holds, with the sign and one to spare."""


class Outcome(IntEnum):
    """What the rules say, in the order of a truth."""

    NOT_ELIGIBLE = 0
    CANNOT_TELL = 1
    ELIGIBLE = 2


OUTCOME_ZH: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.NOT_ELIGIBLE: "不符合",
        Outcome.CANNOT_TELL: "无法判断",
        Outcome.ELIGIBLE: "符合",
    }
)


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme.

    ``in_force``: the parameters that must have a value in the month; a setting among them that is
    not set leaves the outcome open. ``amount``: yuan, a month, a year or once, if every condition
    holds; ``months``: how many months it may still be paid. ``amount_cap`` and ``months_cap``: the
    paths of what neither may exceed, for the tests.
    """

    name: str
    entity: str
    in_force: tuple[str, ...]
    conditions: tuple[Condition, ...]
    amount: Formula | None = None
    months: Formula | None = None
    amount_cap: str = ""
    months_cap: str = ""

    def __post_init__(self) -> None:
        names = [IN_FORCE, *(each.name for each in self.conditions)]
        if self.entity not in ENTITY_KEYS:
            raise ValueError(f"{self.name}: no entity {self.entity}")
        if len(set(names)) != len(names) or len(names) > MOST_CONDITIONS:
            raise ValueError(f"{self.name}: condition names must differ, at most 62 of them")
        if not self.in_force or not self.conditions:
            raise ValueError(
                f"{self.name}: needs a parameter that puts it in force, and conditions"
            )

    @property
    def every_condition(self) -> tuple[Condition, ...]:
        """The conditions in the order of their bits: bit 0 is being in force."""
        return (self._force(), *self.conditions)

    def condition(self, name: str) -> Condition:
        """Give one condition.

        :raises UnknownCode: it has none of this name.
        """
        for each in self.every_condition:
            if each.name == name:
                return each
        names = [each.name for each in self.every_condition]
        raise UnknownCode(f"{self.name} 的条件", name, near=near_matches(name, names))

    def force(self, s: Situation) -> int:
        """Tell, the same for everybody, whether the rule is in force: NO, UNKNOWN or YES."""
        truths = [_in_force(path, s.value(path)) for path in self.in_force]
        return min(truths)

    def _force(self) -> Condition:
        return Condition(
            name=IN_FORCE,
            says="政策正在实施",
            basis="",
            formula=lambda s: s.all(self.force(s)).astype("int8"),
            changes=Changes.NEVER,
        )


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something computed that several programmes read, such as an age; ``kind`` as of a fact."""

    name: str
    entity: str
    kind: str
    label: str
    formula: Formula


def quantity(entity: str, *, label: str, kind: str = "number") -> Callable[[Formula], Quantity]:
    """Make a quantity of a formula, under the formula's name."""

    def made(formula: Formula) -> Quantity:
        return Quantity(formula.__name__, entity, kind, label, formula)

    return made


@cache
def programmes() -> Mapping[str, Programme]:
    """Give every programme of every family, by name."""
    return _found(Programme)


@cache
def quantities() -> Mapping[str, Quantity]:
    """Give every quantity of every family, by name."""
    return _found(Quantity)


def programme(name: str) -> Programme:
    """Give one programme.

    :raises UnknownCode: there is none of this name.
    """
    try:
        return programmes()[name]
    except KeyError:
        raise UnknownCode("政策", name, near=near_matches(name, programmes())) from None


@cache
def families() -> Mapping[str, tuple[str, ...]]:
    """Give the programmes that each family of the law defines, by the name of its module."""
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for module in _modules():
        names = [
            each.name
            for each in vars(module).values()
            if isinstance(each, Programme) and each.name not in seen
        ]
        seen.update(names)
        if names:
            found[module.__name__.rpartition(".")[2]] = tuple(names)
    return MappingProxyType(found)


def _in_force(path: str, value: float) -> int:
    if value == value:
        return int(YES)
    return int(UNKNOWN if path.startswith("setting.") else NO)


def _modules() -> tuple[Any, ...]:
    names = sorted(each.name for each in pkgutil.iter_modules(law.__path__))
    return tuple(importlib.import_module(f"{law.__name__}.{name}") for name in names)


def _found(kind: type[Any]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for module in _modules():
        for each in vars(module).values():
            if not isinstance(each, kind):
                continue
            if found.setdefault(each.name, each) is not each:
                raise ValueError(f"two {kind.__name__} are called {each.name}")
    return MappingProxyType(found)
