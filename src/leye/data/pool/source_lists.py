"""The accepted spellings of a source's coded columns, each with the value kept for it."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from leye.data.pool.normal import plain_text
from leye.data.pool.source_contract import (
    Kind,
    SourceColumn,
    SourceContract,
    common_codes,
)
from leye.data.reference import Place, industries, occupations, places
from leye.kernel.place import PlaceLevel

YES_NO = "yes_no"
_PROVINCES = (
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
    *range(61, 66), 71, 81, 82,
)  # fmt: skip
_MOST_CITIES = 91
"""A province's cities are numbered 01 to 90 (those run by the province directly, 90)."""


@lru_cache(maxsize=256)
def spellings(contract: SourceContract, field: str) -> Mapping[str, str]:
    """Give every plain spelling a coded column takes, with its value; none is ambiguous.

    A yes is the value "1", a no "0".
    """
    column = contract.column(field)
    found: dict[str, str] = {}
    ambiguous: set[str] = set()
    for spelling, value in _said(contract, column):
        plain = plain_text(spelling)
        if found.setdefault(plain, value) != value:
            ambiguous.add(plain)
    return MappingProxyType({s: v for s, v in found.items() if s not in ambiguous})


@lru_cache(maxsize=256)
def labels(contract: SourceContract, field: str) -> Mapping[str, str]:
    """Give the label of each value of a coded column."""
    column = contract.column(field)
    if column.kind is Kind.PLACE:
        return MappingProxyType({p.code: p.name for p in _places(column.levels)})
    if column.codes in ("occupation", "industry"):
        return MappingProxyType(dict(_named(column.codes)))
    return MappingProxyType({c: said[0] for c, said in _listed(contract, column).items()})


def _said(contract: SourceContract, column: SourceColumn) -> Iterator[tuple[str, str]]:
    """Give spellings and values. A code comes before the names, which may not take it over."""
    if column.kind is Kind.PLACE:
        yield from _place_spellings(column.levels)
    elif column.codes in ("occupation", "industry"):
        yield from _reference_spellings(column.codes)
    else:
        for code, said in _listed(contract, column).items():
            yield code, code
            for spelling in said:
                yield spelling, code


def _listed(contract: SourceContract, column: SourceColumn) -> Mapping[str, tuple[str, ...]]:
    name = YES_NO if column.kind is Kind.YES_NO else column.codes
    return contract.codes.get(name) or common_codes()[name]


def _named(codes: str) -> Iterator[tuple[str, str]]:
    if codes == "industry":
        yield from ((entry.code, entry.name) for entry in industries().at_level(2))
        return
    # The widest level last: of the entries that share a code its name is kept.
    for level in (4, 3, 2, 1):
        yield from ((entry.code, entry.name) for entry in occupations().at_level(level))


def _reference_spellings(codes: str) -> Iterator[tuple[str, str]]:
    entries = dict(_named(codes))
    for code in entries:
        yield code, code
        if codes == "occupation":
            yield code.replace("-", ""), code
    for code, name in entries.items():
        yield name, code


def _places(levels: tuple[str, ...]) -> Iterator[Place]:
    for level in levels:
        if level != "outside":
            yield from places().at_level(PlaceLevel(level))


def _place_spellings(levels: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    inside = {place.code: place.name for place in _places(levels)}
    for code in inside:
        yield code, code
    for code, old in common_codes()["old_places"].items():
        if code in inside:
            yield from ((each, code) for each in old)
    for code, name in inside.items():
        yield name, code
    if "outside" in levels:
        for province in _PROVINCES:
            for city in range(_MOST_CITIES):
                code = f"{province}{city:02}00"
                yield code, code
