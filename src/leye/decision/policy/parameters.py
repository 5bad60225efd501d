"""The dated values of the law: what each is, where it is written, how sure we are of it.

One YAML file a family in ``law/parameters``, in OpenFisca's form, so that OpenFisca's own tools
read the same tree; the settings of the city join it under ``setting``. A value holds from its day
on; a month is ruled by what is in force on its last day, as registers hold at a month's end.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from openfisca_core.parameters import Parameter, ParameterNode

from leye.kernel.errors import InvalidInput, UnknownCode, near_matches
from leye.kernel.months import first_day, last_day

SETTING = "setting"


class InvalidParameter(InvalidInput):
    """A parameter file lacks what every value must say."""

    code = "invalid_policy_parameter"
    title = "政策参数有误"


class Confidence(StrEnum):
    """How a value is known."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    ENDED = "ended"
    SET = "set"
    """Set by the city, or changed for a replay."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A value from a day on; None: not in force, or not known.

    ``from_text``: it was read in the words of its source, whose own number is another one.
    """

    since: dt.date
    value: float | None
    confidence: Confidence
    reference: str
    sources: tuple[str, ...]
    note: str
    from_text: bool


@dataclass(frozen=True, slots=True)
class Described:
    """A parameter: its path, words, unit, and its values from the newest to the oldest.

    ``told``: no rule reads it; it is there to be shown.
    """

    path: str
    label_zh: str
    label_en: str
    unit: str
    plan: str
    told: bool
    values: tuple[Dated, ...]

    def at(self, month: int) -> Dated | None:
        """Give the value in force on the last day of a month; None before the first."""
        day = last_day(month)
        return next((dated for dated in self.values if dated.since <= day), None)

    def ended(self, month: int) -> Dated | None:
        """Give the last real value where nothing is in force in the month any more."""
        now = self.at(month)
        if now is None or now.value is not None:
            return None
        return next((d for d in self.values if d.since < now.since and d.value is not None), None)


@dataclass(frozen=True, slots=True)
class Change:
    """A value set for a replay: ``path`` is ``value`` from ``since`` (a month) on, for good.

    None ends the rule.
    """

    path: str
    value: float | None
    since: int


class Parameters:
    """The whole tree at hand: values of a month, and what is known of each.

    :raises InvalidParameter: a value does not say its reference, label or unit.
    """

    def __init__(self, root: ParameterNode) -> None:
        self.root = root
        self._by_path = {leaf.name: _described(leaf) for leaf in _leaves(root)}
        for leaf in _leaves(root):
            leaf.description = self._by_path[leaf.name].label_zh
        self._at: dict[int, Mapping[str, float]] = {}

    def __iter__(self) -> Iterator[Described]:
        return iter(self._by_path.values())

    def __contains__(self, path: object) -> bool:
        return path in self._by_path

    def get(self, path: str) -> Described:
        """Give what is known of a parameter.

        :raises UnknownCode: there is none of this path; the hint names near matches.
        """
        try:
            return self._by_path[path]
        except KeyError:
            near = near_matches(path, self._by_path)
            raise UnknownCode("政策参数", path, near=near) from None

    def at(self, month: int) -> Mapping[str, float]:
        """Give the value of each path in a month, NaN where there is none."""
        found = self._at.get(month)
        if found is None:
            found = {path: _number(each.at(month)) for path, each in self._by_path.items()}
            if len(self._at) >= _MOST_MONTHS:
                self._at.clear()
            self._at[month] = found
        return found

    def under(self, path: str) -> tuple[str, ...]:
        """Give the names of the parameters directly under a node, in order of name."""
        start = f"{path}."
        return tuple(
            sorted(
                p[len(start) :]
                for p in self._by_path
                if p.startswith(start) and "." not in p[len(start) :]
            )
        )

    def changed(self, changes: Iterable[Change]) -> "Parameters":
        """Give another tree with the changes in it; this one stays as it is.

        :raises UnknownCode: a change names a parameter that does not exist.
        """
        root = self.root.clone()
        for change in changes:
            self.get(change.path)
            leaf: Any = root
            for step in change.path.split("."):
                leaf = leaf.children[step]
            leaf.update(start=first_day(change.since).isoformat(), value=change.value)
            leaf.values_list[_position(leaf, change)].metadata = {
                "confidence": Confidence.SET.value,
                "reference": "政策仿真",
            }
        return Parameters(root)


_MOST_MONTHS = 120


def load_parameters(settings: Mapping[str, Any]) -> Parameters:
    """Read the files of the law; ``settings`` is the node that joins them as ``setting``."""
    root = ParameterNode("", directory_path=str(Path(__file__).parent / "law" / "parameters"))
    root.add_child(SETTING, ParameterNode(SETTING, data=dict(settings)))
    return Parameters(root)


def _leaves(node: ParameterNode) -> Iterator[Parameter]:
    return (each for each in node.get_descendants() if isinstance(each, Parameter))


def _position(leaf: Parameter, change: Change) -> int:
    start = first_day(change.since).isoformat()
    return next(n for n, each in enumerate(leaf.values_list) if each.instant_str == start)


def _number(dated: Dated | None) -> float:
    return float("nan") if dated is None or dated.value is None else dated.value


def _described(leaf: Parameter) -> Described:
    about = leaf.metadata
    missing = [key for key in ("label_zh", "label_en", "unit") if not about.get(key)]
    if missing:
        raise InvalidParameter(f"{leaf.name} 缺少 {missing}", hint="请补全 law/parameters 中的说明")
    return Described(
        path=leaf.name,
        label_zh=about["label_zh"],
        label_en=about["label_en"],
        unit=about["unit"],
        plan=str(about.get("plan", "")),
        told=bool(about.get("told", False)),
        values=tuple(_dated(leaf.name, each) for each in leaf.values_list),
    )


def _dated(path: str, given: Any) -> Dated:
    about = given.metadata
    value = given.value
    stated = about.get("confidence")
    confidence = Confidence(stated) if stated else Confidence.VERIFIED
    if value is None and not stated:
        confidence = Confidence.ENDED
    if not about.get("reference"):
        raise InvalidParameter(f"{path} {given.instant_str} 没有依据", hint="请写明 reference")
    return Dated(
        since=dt.date.fromisoformat(given.instant_str),
        value=None if value is None else float(value),
        confidence=confidence,
        reference=str(about["reference"]),
        sources=tuple(about.get("sources", ())),
        note=str(about.get("note", "")),
        from_text=bool(about.get("from_text", False)),
    )
