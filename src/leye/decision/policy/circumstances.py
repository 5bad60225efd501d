"""The circumstances people choose first, so that nobody is asked what does not concern them.

Read from ``circumstances.yaml``. Not choosing one is an answer, too: what it says is a fact known
from that choice, shown as such and open to correction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from leye.decision.policy.facts import InvalidFact, Kind, fact


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One choice: ``sets`` and ``options`` hold where it is chosen.

    ``facts``: what it concerns, each with the stored value that not choosing it means, or None
    where the fact is then only not asked. ``entities``: whom else to ask about.
    """

    id: str
    label: str
    hint: str
    sets: Mapping[str, float]
    options: Mapping[str, tuple[str, ...]]
    facts: Mapping[str, float | None]
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """Yes/no facts asked on one page: ticked is yes, not ticked is no."""

    id: str
    question: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """What a questionnaire for ``who`` (person or employer) begins with."""

    who: str
    circumstances: Mapping[str, Circumstance]
    checklists: tuple[Checklist, ...]

    def checklist_of(self, name: str) -> Checklist | None:
        """Give the checklist that asks a fact, if any does."""
        return next((each for each in self.checklists if name in each.facts), None)


@cache
def openings() -> Mapping[str, Opening]:
    """Give the openings by whom they ask.

    :raises InvalidFact: the file names a value a fact cannot take.
    :raises UnknownCode: it names a fact or an option that does not exist.
    """
    text = (Path(__file__).parent / "circumstances.yaml").read_text(encoding="utf-8")
    return MappingProxyType({who: _opening(who, given) for who, given in _loaded(text).items()})


_KEYS = frozenset({"label", "hint", "sets", "options", "facts", "entities"})


def _loaded(text: str) -> Mapping[str, Any]:
    return dict(yaml.safe_load(text))


def _opening(who: str, given: Mapping[str, Any]) -> Opening:
    chosen = {name: _circumstance(name, each) for name, each in given["circumstances"].items()}
    lists = tuple(
        Checklist(name, each["question"], _answers(name, each["facts"]))
        for name, each in given["checklists"].items()
    )
    return Opening(who, MappingProxyType(chosen), lists)


def _circumstance(name: str, given: Mapping[str, Any]) -> Circumstance:
    if unexpected := set(given) - _KEYS:
        raise InvalidFact(
            f"{name} 有多余的项 {sorted(unexpected)}", hint="请改正 circumstances.yaml"
        )
    options = {key: tuple(each) for key, each in given.get("options", {}).items()}
    for key, each in options.items():
        for option in each:
            fact(key).option_index(option)
    values = given.get("facts", {})
    return Circumstance(
        id=name,
        label=given["label"],
        hint=given.get("hint", ""),
        sets={key: fact(key).read(value) for key, value in given.get("sets", {}).items()},
        options=options,
        facts={key: _if_not(key, value) for key, value in values.items()},
        entities=tuple(given.get("entities", ())),
    )


def _if_not(name: str, value: Any) -> float | None:
    asked = fact(name)
    return None if value is None else asked.read(value)


def _answers(checklist: str, names: list[str]) -> tuple[str, ...]:
    for name in names:
        if fact(name).kind is not Kind.ANSWER:
            raise InvalidFact(
                f"{checklist} 里的 {name} 不是是/否", hint="请改正 circumstances.yaml"
            )
    return tuple(names)
