"""Worked cases of each programme, as people read them: the same that the tests hold the rules to.

One file a programme in ``examples``: ``base`` holds what its cases share, each case says in a
sentence what it shows, what differs, and what must come out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from leye.decision.policy.cases import Case
from leye.decision.policy.facts import fact
from leye.decision.policy.parameters import Change
from leye.decision.policy.programmes import OUTCOME_ZH, Outcome

EXAMPLES = Path(__file__).parent / "examples"
"""Where the files are."""


@dataclass(frozen=True, slots=True)
class Example:
    """One worked case: what it shows, in which month, what differs from the others, what follows.

    ``amount`` and ``months`` are None where the case does not say.
    """

    says: str
    month: int
    facts: tuple[tuple[str, str], ...]
    outcome: Outcome
    amount: Decimal | None
    months: int | None

    @property
    def outcome_zh(self) -> str:
        """The outcome in words."""
        return OUTCOME_ZH[self.outcome]


@dataclass(frozen=True, slots=True)
class Examples:
    """The cases of a programme, and the facts all of them share unless they say otherwise."""

    shared: tuple[tuple[str, str], ...]
    cases: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One case as the rules read it; ``changes``: what it takes the law or the city to have set."""

    says: str
    month: int
    case: Case
    changes: tuple[Change, ...]
    outcome: Outcome


@cache
def told_cases(programme: str) -> tuple[Told, ...]:
    """Give every case of a programme, those of a changed law among them."""
    text = yaml.safe_load((EXAMPLES / f"{programme}.yaml").read_text(encoding="utf-8"))
    base = text.get("base", {})
    return tuple(_told(each, base) for each in text["cases"])


@cache
def examples(programme: str) -> Examples | None:
    """Give the worked cases of a programme under the law as it was; None where it has no file."""
    path = EXAMPLES / f"{programme}.yaml"
    if not path.is_file():
        return None
    text = yaml.safe_load(path.read_text(encoding="utf-8"))
    base = text.get("base", {})
    # A case of a changed law shows what does not hold.
    cases = [each for each in text["cases"] if not each.get("changes")]
    return Examples(_facts(base), tuple(_example(each, base) for each in cases))


_ENTITIES = ("person", "household", "employer")


def _example(given: Mapping[str, Any], base: Mapping[str, Any]) -> Example:
    wanted = given["expect"]
    amount = wanted.get("amount")
    return Example(
        says=given["says"],
        month=given.get("month", base.get("month")),
        facts=_facts(given),
        outcome=Outcome[wanted["outcome"].upper()],
        amount=None if amount is None else Decimal(str(amount)),
        months=wanted.get("months"),
    )


def _told(given: Mapping[str, Any], base: Mapping[str, Any]) -> Told:
    entities = {
        key: {**base.get(key, {}), **(given.get(key) or {})}
        for key in _ENTITIES
        if key in base or key in given
    }
    return Told(
        says=given["says"],
        month=given.get("month", base.get("month")),
        case=Case.parse(entities),
        changes=tuple(Change(c["path"], c["value"], c["since"]) for c in given.get("changes", ())),
        outcome=Outcome[given["expect"]["outcome"].upper()],
    )


def _facts(given: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (fact(name).label, fact(name).show(fact(name).read(value)))
        for entity in _ENTITIES
        for name, value in (given.get(entity) or {}).items()
    )
