"""Contracts of the departments' sources (数据标准), written as YAML in ``sources/``.

A source differs from a sheet of figures: it has millions of rows about persons and firms, what is
personal in it never reaches a table, and some bad rows do not refuse the whole.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import ibis
import yaml

from leye.data.pool.contract import InvalidContract, Privacy
from leye.data.pool.source_types import (
    LEVELS,
    BatchLimits,
    Kind,
    Shape,
    SourceCheck,
    SourceColumn,
    SourceContract,
    SourceRule,
    When,
)
from leye.data.pool.types import Severity

__all__ = [
    "BatchLimits",
    "Kind",
    "Shape",
    "SourceCheck",
    "SourceColumn",
    "SourceContract",
    "SourceRule",
    "When",
    "common_codes",
    "load_source",
    "source_contracts",
    "stored_schema",
]

_FOLDER = Path(__file__).parent / "sources"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = frozenset({"delivery", "row", "flags"})
"""Columns the pool itself adds to every source's table."""
MONTH = "month"


@cache
def source_contracts() -> Mapping[str, SourceContract]:
    """Give the contract of every source, by name.

    :raises InvalidContract: one is faulty.
    """
    return MappingProxyType(
        {each.name: each for each in map(load_source, sorted(_FOLDER.glob("*.yaml")))}
    )


def load_source(path: Path) -> SourceContract:
    """Read a source's contract.

    :raises InvalidContract: it is not well formed, or refers to what it does not have.
    """
    try:
        contract = _contract(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as fault:
        raise InvalidContract(f"{path.name}：{type(fault).__name__} {fault}") from fault
    _validate(contract, path)
    return contract


@cache
def common_codes() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Give the code lists that several sources share: codes with their label and older spellings.

    :raises InvalidContract: the file is not well formed.
    """
    path = _FOLDER / "common" / "codes.yaml"
    return _codes(yaml.safe_load(path.read_text(encoding="utf-8")))


def stored_schema(contract: SourceContract) -> ibis.Schema:
    """Give the columns of a source's table.

    A source about persons that names no identity number has a blank ``person``, which links fill.
    """
    kept = {n: k for column in contract.columns for n, k in column.stored_columns.items()}
    if contract.personal:
        kept.setdefault("person", "int64")
    kept.setdefault(MONTH, "int32")
    return ibis.schema({**kept, "delivery": "string", "row": "int64", "flags": "int64"})


# --- reading the files


def _contract(given: dict[str, Any]) -> SourceContract:
    effective = {"from": MONTH, "to": "", **given.pop("effective", {})}
    shape = Shape(given["shape"])
    if shape is Shape.MONTHLY:
        effective["to"] = MONTH
    lists = {"least_rows_ratio": "0.7" if shape is Shape.MONTHLY else "0", **given.get("batch", {})}
    return SourceContract(
        name=str(given["name"]),
        title=str(given["title"]),
        department=str(given["department"]),
        edition=str(given["edition"]),
        shape=shape,
        columns=tuple(_column(each) for each in given["columns"]),
        key=_texts(given["key"]),
        place=str(given.get("place", "")),
        due_day=int(given["due_day"]),
        effective_from=effective["from"],
        effective_to=effective["to"],
        codes=_codes(given.get("codes", {})),
        checks=tuple(_check(each) for each in given.get("checks", ())),
        limits=BatchLimits(**{name: Decimal(str(value)) for name, value in lists.items()}),
        authoritative=bool(given.get("authoritative", False)),
    )


def _texts(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        raise TypeError(f"a list is meant, not {given!r}")
    return tuple(str(each) for each in given)


_COLUMN: Mapping[str, Callable[[Any], Any]] = {
    "field": str,
    "kind": Kind,
    "header": str,
    "aliases": _texts,
    "required": bool,
    "codes": str,
    "levels": _texts,
    "privacy": Privacy,
    "token": bool,
    "keep": bool,
    "stored": str,
}


def _column(given: Mapping[str, Any]) -> SourceColumn:
    values = {name: _COLUMN[name](value) for name, value in given.items()}
    values.setdefault("stored", _stored_as(**values))
    return SourceColumn(**values)


def _stored_as(
    *, field: str, kind: Kind, token: bool = False, privacy: Privacy = Privacy.OPEN, **_: object
) -> str:
    if kind is Kind.IDENTITY:
        return "person"
    if kind is Kind.CREDIT_CODE:
        return "employer"
    if kind in (Kind.NAME, Kind.PHONE):
        return f"{field}_token" if token else ""
    return "" if privacy is Privacy.PERSONAL else field


def _check(given: Mapping[str, Any]) -> SourceCheck:
    rest = dict(given)
    when = rest.pop("when", None)
    columns = _texts(rest.pop("columns", [rest.pop("column")] if "column" in rest else []))
    limits = {each: Decimal(str(rest.pop(each))) for each in ("least", "most") if each in rest}
    severity = Severity(rest.pop("severity", Severity.FLAG))
    rule = SourceRule(rest.pop("rule"))
    if rest:
        raise ValueError(f"unknown entries {sorted(rest)}")
    return SourceCheck(rule, columns, severity, when=_when(when), **limits)


def _when(given: Mapping[str, Any] | None) -> When | None:
    if given is None:
        return None
    return When(str(given["column"]), _texts(given.get("in", ())), str(given.get("less_than", "")))


def _codes(given: Mapping[str, Any]) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    return MappingProxyType(
        {
            str(name): MappingProxyType({str(code): _texts(said) for code, said in codes.items()})
            for name, codes in given.items()
        }
    )


REFERENCE_LISTS = frozenset({"occupation", "industry"})
"""Code lists that come from the reference room."""
_FROM_IDENTITY = frozenset(
    {
        SourceRule.BIRTH_MATCHES,
        SourceRule.SEX_MATCHES,
        SourceRule.BORN_BEFORE,
        SourceRule.AGE_BETWEEN,
    }
)


def _validate(contract: SourceContract, path: Path) -> None:
    fields = [c.field for c in contract.columns]
    stored = stored_schema(contract)
    spellings = [s for c in contract.columns for s in c.spellings]
    named = {f for check in contract.checks for f in check.columns}
    for check in contract.checks:
        named |= {check.when.column, check.when.less_than} - {""} if check.when else set()
    said = {*contract.key, contract.place, contract.effective_from, contract.effective_to} - {""}
    kept = [n for c in contract.columns for n in c.stored_columns]
    faults: dict[str, list[str]] = {
        "a name other than the file's": [contract.name] if contract.name != path.stem else [],
        "names that are no identifiers": [n for n in fields if not _NAME.fullmatch(n)],
        "fields given twice": sorted({f for f in fields if fields.count(f) > 1}),
        "headers given twice": sorted({s for s in spellings if spellings.count(s) > 1}),
        "columns stored twice": sorted({n for n in kept if kept.count(n) > 1}),
        "fields the pool keeps for itself": sorted(RESERVED & {*fields, *kept}),
        "fields that do not exist": sorted(named - set(fields)),
        "stored columns that do not exist": sorted(said - set(stored.names)),
        **_faulty_columns(contract),
    }
    for words, found in faults.items():
        if found:
            raise InvalidContract(f"{path.name}：{words}：{'、'.join(found)}")


def _faulty_columns(contract: SourceContract) -> dict[str, list[str]]:
    lists = {*contract.codes, *common_codes(), *REFERENCE_LISTS, ""}
    identities = contract.of_kind(Kind.IDENTITY)
    month = any(c.field == MONTH for c in contract.columns)
    return {
        "unknown code lists": [c.codes for c in contract.columns if c.codes not in lists],
        "coded columns without a list": [
            c.field for c in contract.columns if (c.kind is Kind.CODE) != bool(c.codes)
        ],
        "places without a level": [
            c.field
            for c in contract.columns
            if (c.kind is Kind.PLACE) != bool(c.levels) or not {*c.levels} <= {*LEVELS}
        ],
        "personal columns that are not personal": [
            c.field
            for c in contract.columns
            if c.kind in (Kind.IDENTITY, Kind.NAME, Kind.PHONE)
            and c.privacy is not Privacy.PERSONAL
        ],
        "more than one identity number": [c.field for c in identities[1:]],
        "checks that need an identity number": [
            str(c.rule) for c in contract.checks if c.rule in _FROM_IDENTITY and not identities
        ],
        "a month, or none, against its shape": (
            [MONTH] if month != (contract.shape is Shape.MONTHLY) else []
        ),
        "a day that not every month has": (
            [] if 1 <= contract.due_day <= 28 else [str(contract.due_day)]
        ),
    }
