"""Firms one by one (重点企业), for entitled staff: chosen, searched, counted and ordered."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from leye.data.pool.served import FOLDER, NAMES, served_set
from leye.data.registers.map_places import PARK_PREFIX, city_code
from leye.data.registers.queries.served import FirmRow, Served
from leye.data.registers.serving import FIRM_COLUMNS, MONEY_COLUMNS
from leye.kernel.errors import InvalidInput
from leye.kernel.place import Scope, place_prefix

_MONTH = "insured - insured_last_month"
_YEAR = "insured - insured_last_year"
FIRM_ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "month": f"{_MONTH} IS NULL, {_MONTH}, employer",
        "year": f"{_YEAR} IS NULL, {_YEAR}, employer",
        "rise": f"{_MONTH} IS NULL, {_MONTH} DESC, employer",
        "size": "insured IS NULL, insured DESC, employer",
        "hires": "hires IS NULL, hires DESC, employer",
        "separations": "separations IS NULL, separations DESC, employer",
        "power": "kwh - kwh_last_year IS NULL, kwh - kwh_last_year, employer",
        "name": "name, employer",
    }
)
"""The orders: ``month`` and ``year``, the largest drops first; what is not known comes last."""

_COLUMNS = ", ".join(FIRM_COLUMNS)
_AFTER = ":"


@dataclass(frozen=True, slots=True)
class FirmChoice:
    """Which firms of a month: of a place, a park, a division, by a part of name or credit code.

    Empty fields keep all. ``order`` is one of ``FIRM_ORDERS``.
    """

    month: int
    place: str = ""
    park: str = ""
    industry: str = ""
    words: str = ""
    order: str = "month"


class Firms(Served):
    """The firms of a serving copy. Only those inside the scope of the asker ever leave the file."""

    def listed(
        self, chosen: FirmChoice, *, scope: Scope, limit: int, offset: int = 0
    ) -> tuple[FirmRow, ...]:
        """Give some of the chosen firms.

        :raises UnknownMonth: the copy has no such month.
        :raises InvalidInput: there is no such order.
        """
        if chosen.order not in FIRM_ORDERS:
            raise InvalidInput(
                f"没有“{chosen.order}”这种排序", hint="可用：" + "、".join(FIRM_ORDERS)
            )
        where, given = _where(chosen, scope)
        asked = f"SELECT {_COLUMNS} FROM firm WHERE {where} ORDER BY {FIRM_ORDERS[chosen.order]}"  # noqa: S608 - names of the program alone
        found = self._read(chosen.month, f"{asked} LIMIT ? OFFSET ?", (*given, limit, offset))
        return tuple(_firm(row) for row in found)

    def count(self, chosen: FirmChoice, *, scope: Scope) -> int:
        """Give how many are chosen.

        :raises UnknownMonth: the copy has no such month.
        """
        where, given = _where(chosen, scope)
        asked = f"SELECT count(*) FROM firm WHERE {where}"  # noqa: S608 - the same
        return int(self._read(chosen.month, asked, given)[0][0])

    def months_of(self, employer: int, *, scope: Scope) -> tuple[tuple[int, FirmRow], ...]:
        """Give the months in which the firm had ten people or more and stood inside the scope."""
        every = self.firm_series(employer).items()
        return tuple((month, row) for month, row in every if _covers(scope, row.place))


def firms(pool_root: Path) -> Firms | None:
    """Give the firms of the pool in a folder; None when nothing was built yet.

    The same ones until the serving copy is replaced; every process has its own.
    """
    try:
        found = (pool_root / FOLDER / NAMES).stat()
    except FileNotFoundError:
        return None
    return _firms(pool_root, os.getpid(), (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=4)
def _firms(root: Path, _process: int, _seen: tuple[int, int, int]) -> Firms | None:
    named = served_set(root)
    return None if named is None else Firms(root, named)


def _where(chosen: FirmChoice, scope: Scope) -> tuple[str, tuple[object, ...]]:
    terms, given = ["1"], list[object]()
    if not scope.covers(city_code()):
        inside = [place_prefix(code) for code in sorted(scope.places)]
        terms.append(" OR ".join("(place >= ? AND place < ?)" for _ in inside) or "0")
        given += [end for prefix in inside for end in (prefix, prefix + _AFTER)]
    if chosen.place:
        prefix = place_prefix(chosen.place)
        terms.append("place >= ? AND place < ?")
        given += [prefix, prefix + _AFTER]
    if chosen.park:
        terms.append("park = ?")
        given.append(chosen.park.removeprefix(PARK_PREFIX))
    if chosen.industry:
        terms.append("industry = ?")
        given.append(chosen.industry)
    if chosen.words:
        # Not LIKE: a per cent sign somebody types is to be found, not to find everything.
        terms.append("(instr(name, ?) > 0 OR instr(uscc, ?) > 0)")
        given += [chosen.words, chosen.words.upper()]
    return " AND ".join(f"({term})" for term in terms), tuple(given)


def _covers(scope: Scope, place: str) -> bool:
    """Whether a firm's place lies in the scope; one that is not known takes the whole city's."""
    return scope.covers(city_code()) or (place != "" and scope.covers(place))


def _firm(row: tuple[Any, ...]) -> FirmRow:
    values = dict(zip(FIRM_COLUMNS, row, strict=True))
    for name in MONEY_COLUMNS:
        hundredths = values[name]
        values[name] = None if hundredths is None else Decimal(hundredths).scaleb(-2)
    return FirmRow(**values)
