"""Contracts (数据标准): what a delivery must look like, written as YAML in ``contracts/``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from leye.data.pool.types import Severity
from leye.kernel.errors import LeyeError

_FOLDER = Path(__file__).parent / "contracts"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = frozenset({"public", "delivery", "row", "accepted_at"})
"""Columns the pool itself adds to every table."""


class InvalidContract(LeyeError):
    """A contract file that contradicts itself; a fault of the program, not of a delivery."""

    code = "invalid_contract"
    title = "数据标准有误"


class ColumnType(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    CODE = "code"
    DECIMAL = "decimal"
    INTEGER = "integer"
    PERIOD = "period"
    DATE = "date"

    @property
    def label(self) -> str:
        """The type in Chinese."""
        return {
            "text": "文字",
            "code": "从目录中选",
            "decimal": "数",
            "integer": "整数",
            "period": "时期",
            "date": "日期",
        }[self.value]


class Privacy(StrEnum):
    """Who may see a column (see the style of the house: open, restricted, personal)."""

    OPEN = "open"
    RESTRICTED = "restricted"
    PERSONAL = "personal"


class Rule(StrEnum):
    """The kinds of check over a whole row."""

    PAIR = "pair"
    PERIOD_FORM = "period_form"
    BLANK_NEEDS = "blank_needs"
    AT_LEAST = "at_least"
    BETWEEN = "between"
    WHOLE = "whole"
    COMPARE = "compare"
    DIFFERS = "differs"
    WITHDRAWS = "withdraws"
    WITHDRAWS_NOTHING = "withdraws_nothing"
    NOT_AFTER_DELIVERY = "not_after_delivery"
    PLACE_IN_SCOPE = "place_in_scope"
    PUBLICATION_ALLOWED = "publication_allowed"


PERIOD_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "year": "年（2025）",
        "quarter": "季度（2025Q2）",
        "month": "月（2025-07）",
        "day": "日（2025-07-31）",
        "year_end": "年末日（2025-12-31）",
        "january": "1月（2025-01）",
        "first_quarter": "第1季度（2025Q1）",
        "years": "年区间（2021..2025）",
        "quarters": "季度区间（2024Q3..2025Q2）",
        "months": "月区间（2024-07..2025-06）",
        "days": "日区间（2025-07-01..2025-07-15）",
        "months_from_january": "从1月起的月区间（2025-01..2025-07）",
        "quarters_from_first": "从第1季度起的季度区间（2025Q1..2025Q3）",
    }
)
"""The forms a period check may ask for, each as the reason names it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``default`` is the code a blank cell of a coded column stands for."""

    field: str
    header: str
    type: ColumnType
    required: bool
    help: str
    aliases: tuple[str, ...] = ()
    codes: str = ""
    default: str = ""
    pattern: str = ""
    pattern_reason: str = ""
    max_length: int = 0
    half_width: bool = False
    privacy: Privacy = Privacy.OPEN

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every header text that names this column."""
        return (self.header, *self.aliases)


@dataclass(frozen=True, slots=True)
class Check:
    """One row check. Which of the fields count depends on ``rule``; ``code`` never changes."""

    rule: Rule
    code: str
    columns: tuple[str, ...]
    reason: str
    severity: Severity = Severity.REFUSE
    codes: str = ""
    by: str = ""
    forms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    needs: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    ratio: Decimal = Decimal(0)
    same: tuple[str, ...] = ()
    when_column: str = ""
    when_in: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """The column an issue of this check is shown at."""
        return self.columns[-1]


@dataclass(frozen=True, slots=True)
class Contract:
    """The standard one kind of delivery is held to.

    ``key`` names the fields of which a newer row replaces an older. ``place`` is the field that
    decides who may see and send a row, ``publication`` the coded field (``public`` or
    ``internal``) kept as the truth value ``public``.
    """

    name: str
    title: str
    edition: str
    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    place: str
    publication: str
    checks: tuple[Check, ...]

    @classmethod
    def load(cls, path: Path) -> "Contract":
        """Read a contract file.

        :raises InvalidContract: it is not well formed, or refers to fields it does not have.
        """
        try:
            contract = _contract(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as fault:
            raise InvalidContract(f"{path.name}：{type(fault).__name__} {fault}") from fault
        _validate(contract, path.name)
        return contract

    def column(self, field: str) -> Column:
        """Give the column of a field.

        :raises KeyError: there is none.
        """
        for column in self.columns:
            if column.field == field:
                return column
        raise KeyError(field)

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns kept as they are: all but the publication, which becomes ``public``."""
        return tuple(c for c in self.columns if c.field != self.publication)

    @property
    def code_lists(self) -> tuple[str, ...]:
        """The names of every code list the contract needs."""
        named = [c.codes for c in self.columns] + [c.codes for c in self.checks]
        return tuple(dict.fromkeys(name for name in named if name))


@cache
def contracts() -> Mapping[str, Contract]:
    """Give every contract shipped with the pool, by name.

    :raises InvalidContract: one is faulty, or two share a name or a table.
    """
    found = [Contract.load(path) for path in sorted(_FOLDER.glob("*.yaml"))]
    by_name = {each.name: each for each in found}
    if len(by_name) < len(found) or len({each.table for each in found}) < len(found):
        raise InvalidContract("两个数据标准同名或同表")
    return MappingProxyType(by_name)


def _take(given: Mapping[str, Any], build: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    unknown = set(given) - set(build)
    if unknown:
        raise ValueError(f"unknown entries {sorted(unknown)}")
    return {name: build[name](value) for name, value in given.items()}


def _texts(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        raise TypeError(f"a list is meant, not {given!r}")
    return tuple(str(each) for each in given)


_COLUMN: Mapping[str, Callable[[Any], Any]] = {
    "field": str,
    "header": str,
    "aliases": _texts,
    "type": ColumnType,
    "required": bool,
    "codes": str,
    "default": str,
    "pattern": str,
    "pattern_reason": str,
    "max_length": int,
    "half_width": bool,
    "privacy": Privacy,
    "help": str,
}
_CHECK: Mapping[str, Callable[[Any], Any]] = {
    "rule": Rule,
    "code": str,
    "columns": _texts,
    "reason": str,
    "severity": Severity,
    "codes": str,
    "by": str,
    "forms": lambda forms: tuple((str(k), _texts(v)) for k, v in forms.items()),
    "needs": str,
    "least": lambda number: Decimal(str(number)),
    "most": lambda number: Decimal(str(number)),
    "ratio": lambda number: Decimal(str(number)),
    "same": _texts,
}


def _check(given: Mapping[str, Any]) -> Check:
    rest = dict(given)
    when = rest.pop("when", {"column": "", "in": ()})
    if "column" in rest:
        rest["columns"] = [rest.pop("column")]
    rest.setdefault("reason", "")
    return Check(**_take(rest, _CHECK), when_column=when["column"], when_in=_texts(when["in"]))


def _contract(given: Mapping[str, Any]) -> Contract:
    return Contract(
        name=given["name"],
        title=given["title"],
        edition=given["edition"],
        table=given["table"],
        columns=tuple(Column(**_take(each, _COLUMN)) for each in given["columns"]),
        key=_texts(given["key"]),
        place=given["place"],
        publication=given["publication"],
        checks=tuple(_check(each) for each in given.get("checks", ())),
    )


def _validate(contract: Contract, file: str) -> None:
    fields = {c.field for c in contract.columns}
    named = {*contract.key, contract.place, contract.publication}
    for check in contract.checks:
        named |= {*check.columns, check.by, check.needs, check.when_column, *check.same}
    spellings = [s for c in contract.columns for s in c.spellings]
    codes = [check.code for check in contract.checks]
    forms = {f for check in contract.checks for _, each in check.forms for f in each}
    names = [contract.name, contract.table, *fields]
    faults = {
        "names that are no identifiers": [n for n in names if not _NAME.fullmatch(n)],
        "fields that do not exist": sorted(named - fields - {""}),
        "fields the pool keeps for itself": sorted(fields & RESERVED),
        "fields given twice": [] if len(fields) == len(contract.columns) else sorted(fields),
        "headers given twice": sorted({s for s in spellings if spellings.count(s) > 1}),
        "checks given twice": sorted({c for c in codes if codes.count(c) > 1}),
        "unknown period forms": sorted(forms - set(PERIOD_FORMS)),
        "coded columns without a list": [
            c.field for c in contract.columns if (c.type is ColumnType.CODE) != bool(c.codes)
        ],
        "patterns without a reason": [
            c.field for c in contract.columns if bool(c.pattern) != bool(c.pattern_reason)
        ],
        "optional key fields": [
            c.field for c in contract.columns if c.field in contract.key and not c.required
        ],
    }
    for words, found in faults.items():
        if found:
            raise InvalidContract(f"{file}：{words}：{'、'.join(found)}")
