"""The catalogue of comparisons (数据比对规则): what ``rules.yaml`` says of each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from leye.kernel.errors import LeyeError, UnknownCode, near_matches

_FILE = Path(__file__).parent / "rules.yaml"
_KEYS = frozenset(
    {"code", "title", "compares", "sources", "grace", "severity", "task", "basis", "limits"}
    | {"clears", "facts"}
)
_OPTIONAL = frozenset({"limits"})


class InvalidComparison(LeyeError):
    """The file of comparisons contradicts itself; a fault of the program, not of the data."""

    code = "invalid_comparison"
    title = "数据比对规则有误"


@dataclass(frozen=True, slots=True)
class Limit:
    """A number a rule uses, and why it is this one."""

    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of registers, in the words of the pages.

    A conflict that has stood for ``grace_months`` or less is within its grace (宽限期): it is
    lawful or the normal lateness of a source, and nobody's task yet. ``basis`` is empty where the
    rule rests on no text of law. ``facts`` names in Chinese what the evidence may hold.
    """

    code: str
    title: str
    compares: str
    sources: tuple[str, ...]
    grace_months: int
    grace_reason: str
    severity: str
    severity_label: str
    task: str
    task_label: str
    basis: tuple[str, ...]
    limits: Mapping[str, Limit]
    clears: str
    facts: Mapping[str, str]

    def limit(self, name: str) -> float:
        """Give a limit of the rule.

        :raises KeyError: it has none of that name.
        """
        return self.limits[name].value

    def whole(self, name: str) -> int:
        """Give a limit that counts months, days or persons.

        :raises KeyError: it has none of that name.
        """
        return int(self.limits[name].value)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a conflict's evidence: the row it comes from, and what stands there.

    ``values`` are codes, months, days and counts by name; ``row`` is None where the fact counts
    many rows and names only their source.
    """

    name: str
    label: str
    source: str
    delivery: str
    row: int | None
    values: Mapping[str, str]


@cache
def comparison_catalogue() -> Mapping[str, Comparison]:
    """Give every comparison, by code, in the order pages show them.

    :raises InvalidComparison: the file is faulty.
    """
    return load(_FILE)


def comparison(code: str) -> Comparison:
    """Give the comparison of a code.

    :raises UnknownCode: there is none.
    """
    found = comparison_catalogue()
    if code not in found:
        raise UnknownCode("数据比对规则", code, near=near_matches(code, found))
    return found[code]


def facts_of(rule: str, evidence: str) -> tuple[Fact, ...]:
    """Give the facts of a conflict, as its page shows them.

    :raises UnknownCode: there is no such rule.
    """
    labels = comparison(rule).facts
    return tuple(_fact(each, labels) for each in json.loads(evidence))


def _fact(given: Mapping[str, Any], labels: Mapping[str, str]) -> Fact:
    known = {"fact", "source", "delivery", "row"}
    return Fact(
        name=given["fact"],
        label=labels[given["fact"]],
        source=given["source"],
        delivery=given.get("delivery", ""),
        row=given.get("row"),
        values=MappingProxyType({k: str(v) for k, v in given.items() if k not in known}),
    )


def load(path: Path) -> Mapping[str, Comparison]:
    """Read a file of comparisons.

    :raises InvalidComparison: it is not well formed, or gives a code twice.
    """
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
        severities = {str(k): str(v) for k, v in given["severities"].items()}
        rules = [_comparison(each, severities) for each in given["rules"]]
    except (KeyError, TypeError, ValueError, AttributeError, OSError, yaml.YAMLError) as fault:
        raise InvalidComparison(f"{path.name}：{type(fault).__name__} {fault}") from fault
    by_code = {each.code: each for each in rules}
    if len(by_code) < len(rules):
        raise InvalidComparison(f"{path.name}：有重复的规则代码")
    return MappingProxyType(by_code)


def _comparison(given: Mapping[str, Any], severities: Mapping[str, str]) -> Comparison:
    if set(given) | _OPTIONAL != _KEYS:
        raise ValueError(f"{given.get('code')}: {sorted((set(given) | _OPTIONAL) ^ _KEYS)}")
    texts = [given["title"], given["compares"], given["clears"], given["grace"]["reason"]]
    months = int(given["grace"]["months"])
    if not all(isinstance(text, str) and text.strip() for text in texts) or months < 0:
        raise ValueError(f"{given['code']}: blank text or months below 0")
    return Comparison(
        code=str(given["code"]),
        title=str(given["title"]),
        compares=str(given["compares"]),
        sources=_texts(given["sources"]),
        grace_months=months,
        grace_reason=str(given["grace"]["reason"]),
        severity=str(given["severity"]),
        severity_label=severities[given["severity"]],
        task=str(given["task"]["code"]),
        task_label=str(given["task"]["label"]),
        basis=_texts(given["basis"]),
        limits=MappingProxyType({str(k): _limit(v) for k, v in given.get("limits", {}).items()}),
        clears=str(given["clears"]),
        facts=MappingProxyType({str(k): str(v) for k, v in given["facts"].items()}),
    )


def _limit(given: Mapping[str, Any]) -> Limit:
    return Limit(float(given["value"]), str(given["reason"]))


def _texts(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise TypeError(f"a list is meant, not {given!r}")
    return tuple(str(each) for each in given)
