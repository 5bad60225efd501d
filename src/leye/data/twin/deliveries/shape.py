"""What the flaws and the writers need to know of a source, read off its contract and layout."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from leye.data.pool.source_contract import common_codes, source_contracts
from leye.data.pool.source_types import Kind, Shape, SourceColumn, SourceContract
from leye.data.twin.deliveries.layouts import Layout, layouts

_MINISTRY_CODE = re.compile(r"[A-Z]{3}\d{3}[A-Z]?")
_OLD_PLACES = "old_places"
_SLIPPING = frozenset(
    {Kind.CODE, Kind.PLACE, Kind.DATE, Kind.BIRTH, Kind.INTEGER, Kind.DECIMAL, Kind.CREDIT_CODE}
)


@dataclass(frozen=True, slots=True)
class SourceShape:
    """A source as the flaws see it: which of its columns can go wrong, and how.

    ``key`` are the fields that name a record; ``person_name`` and ``identity`` are "" where there
    is none. ``optional`` may be left blank, ``slips`` take a neighbouring line's value, ``words``
    are free text, ``former_codes`` an older code for some codes of a column, ``ends`` the columns
    of a spell's end.
    """

    contract: SourceContract
    layout: Layout
    key: tuple[str, ...]
    identity: str
    person_name: str
    place: str
    optional: tuple[str, ...]
    slips: tuple[str, ...]
    words: tuple[str, ...]
    former_codes: Mapping[str, Mapping[str, str]]
    ends: tuple[str, ...]

    @property
    def source(self) -> str:
        """The name of the source."""
        return self.contract.name

    @property
    def standing(self) -> bool:
        """Whether the first delivery is full and later ones hold what changed."""
        return self.contract.shape is Shape.STANDING


@cache
def shapes() -> Mapping[str, SourceShape]:
    """Give the shape of every source, in the order of the layouts."""
    contracts = source_contracts()
    return MappingProxyType(
        {name: _shape(contracts[name], each) for name, each in layouts().items()}
    )


def header_of(column: SourceColumn, *, by_code: bool) -> str:
    """Give the header a department writes: in words, or the ministry's code where there is one."""
    coded = [alias for alias in column.aliases if _MINISTRY_CODE.fullmatch(alias)]
    return coded[0] if by_code and coded else column.header


def other_header_of(column: SourceColumn) -> str:
    """Give another accepted header, for the second sheet of a workbook; the usual if none."""
    words = [alias for alias in column.aliases if not _MINISTRY_CODE.fullmatch(alias)]
    return (*words, column.header)[0]


def _shape(contract: SourceContract, layout: Layout) -> SourceShape:
    key = tuple(_field_of(contract, stored) for stored in contract.key)
    free = [column for column in contract.columns if column.field not in key]
    names = contract.of_kind(Kind.NAME)
    identities = contract.of_kind(Kind.IDENTITY)
    return SourceShape(
        contract=contract,
        layout=layout,
        key=key,
        identity=identities[0].field if identities else "",
        person_name=names[0].field if names else "",
        place=_field_of(contract, contract.place) if contract.place else "",
        optional=tuple(
            c.field for c in free if not c.required and c.kind not in (Kind.IDENTITY, Kind.NAME)
        ),
        slips=tuple(c.field for c in free if c.required and c.kind in _SLIPPING),
        words=tuple(
            c.field for c in free if c.kind is Kind.NAME or (c.kind is Kind.TEXT and c.required)
        ),
        former_codes=MappingProxyType(_former_codes(contract)),
        ends=layout.ends,
    )


def _field_of(contract: SourceContract, stored: str) -> str:
    return next(c.field for c in contract.columns if stored in (c.stored, c.field))


def _former_codes(contract: SourceContract) -> dict[str, Mapping[str, str]]:
    """Give, by column, the older code of each code that has one in the contract."""
    lists = {**common_codes(), **contract.codes}
    found: dict[str, Mapping[str, str]] = {}
    for column in contract.columns:
        name = _OLD_PLACES if column.kind is Kind.PLACE else column.codes
        former = {
            code: [one for one in spellings if one.isdigit()][-1]
            for code, spellings in lists.get(name, {}).items()
            if any(one.isdigit() for one in spellings)
        }
        if former:
            found[column.field] = MappingProxyType(former)
    return found
