"""Reads the YAML cases and compares what the rules say with what each case expects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from leye.decision.policy.cases import Case
from leye.decision.policy.check import Answered, check
from leye.decision.policy.examples import EXAMPLES
from leye.decision.policy.parameters import Change

_KEYS = {"says", "month", "person", "household", "employer", "changes", "expect"}
_EXPECTS = {"outcome", "amount", "months", "failing", "missing", "gap"}


@dataclass(frozen=True, slots=True)
class Written:
    """One case of a file."""

    programme: str
    says: str
    month: int
    case: Case
    changes: tuple[Change, ...]
    expect: Mapping[str, Any]


def case_files() -> list[Path]:
    return sorted(EXAMPLES.glob("*.yaml"))


def written(path: Path) -> Iterator[Written]:
    """Every case of a file, with the facts of ``base`` under its own."""
    text = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(text) <= {"base", "cases"}, path.name
    base = text.get("base", {})
    for given in text["cases"]:
        assert set(given) <= _KEYS, (path.name, given["says"], set(given) - _KEYS)
        assert set(given["expect"]) <= _EXPECTS, (path.name, given["says"])
        entities = {
            key: {**base.get(key, {}), **(given.get(key) or {})}
            for key in ("person", "household", "employer")
            if key in base or key in given
        }
        changes = tuple(Change(c["path"], c["value"], c["since"]) for c in given.get("changes", ()))
        yield Written(
            path.stem,
            given["says"],
            given.get("month", base.get("month")),
            Case.parse(entities),
            changes,
            given["expect"],
        )


def every_case() -> list[Written]:
    return [each for path in case_files() for each in written(path)]


def answer(each: Written) -> Answered:
    return check(each.case, each.month, [each.programme], each.changes)[0]


def problems(each: Written) -> list[str]:
    """What the rules say otherwise than the case expects."""
    found = answer(each)
    wrong = []
    for key, wanted in each.expect.items():
        got = _got(found, key)
        if got != _normal(key, wanted):
            wrong.append(f"{key}: expected {wanted}, got {got}")
    return wrong


def _got(found: Answered, key: str) -> Any:
    if key == "outcome":
        return found.outcome.name.lower()
    if key in {"failing", "missing"}:
        result = "failing" if key == "failing" else "unknown"
        return sorted(each.name for each in found.conditions if each.result == result)
    if key == "gap":
        return {each.name: each.gap for each in found.conditions if each.gap is not None}
    return getattr(found, key)


def _normal(key: str, wanted: Any) -> Any:
    if key == "amount" and wanted is not None:
        return Decimal(str(wanted)).quantize(Decimal("0.01"))
    if key in {"failing", "missing"}:
        return sorted(wanted)
    if key == "gap":
        return {name: Decimal(str(gap)).quantize(Decimal("0.01")) for name, gap in wanted.items()}
    return wanted
