"""The serving copy, read: any cell of the map, any flow, any firm in one indexed read."""

import os
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from leye.data.pool.served import FOLDER, NAMES, ServedSet, open_served, served_set
from leye.data.pool.served_rows import Unpacking
from leye.data.registers.map_places import PARK_PREFIX, city_code
from leye.data.registers.serving import FIRM_COLUMNS, MONEY_COLUMNS
from leye.kernel.errors import InvalidInput

ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "drop": "coalesce(insured, 0) - coalesce(insured_last_year, 0), employer",
        "rise": "coalesce(insured_last_year, 0) - coalesce(insured, 0), employer",
        "size": "coalesce(insured, 0) DESC, employer",
        "hires": "coalesce(hires, 0) DESC, employer",
        "separations": "coalesce(separations, 0) DESC, employer",
        "power": "coalesce(kwh, 0) - coalesce(kwh_last_year, 0), employer",
    }
)
"""The orders firms are listed in. ``drop``: those that lost most jobs within a year first."""

_LEVELS = ("county", "town", "village", "park")
_FROM = {
    False: "SELECT place, packed, code, group_code FROM cell",
    True: "SELECT place, packed, code, group_code FROM public_cell",
}
_PLACE, _PACKED, _CODE, _GROUP = range(4)
_ONE_VALUE = "WHERE axis = ? AND code = ? AND group_code = ?"
_EVERY_CODE = "WHERE axis = ? AND code IN (SELECT code FROM code WHERE axis = ?) AND group_code = ?"
_EVERY_GROUP = (
    "WHERE axis = 'all' AND code = 'all' AND group_code IN (SELECT group_code FROM key_group)"
)
_FLOWS = {
    False: "SELECT origin, destination, persons FROM flow",
    True: "SELECT origin, destination, persons FROM public_flow",
}
_FIRMS = " ".join(("SELECT", ", ".join(FIRM_COLUMNS), "FROM firm"))
# Digits and nothing else are in the codes of places: this sorts after all of them.
_AFTER = ":"
_LARGEST = 2**63 - 1


class UnknownMonth(InvalidInput):
    """The serving copy has no such month."""

    code = "unknown_month"
    title = "没有这个月的数据"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the map. ``hidden``: measures a protected copy does not show, their value None.

    Any other None was not delivered, or does not apply to such a cell.
    """

    place: str
    values: Mapping[str, int | Decimal | None]
    hidden: frozenset[str]


@dataclass(frozen=True, slots=True)
class FlowCell:
    """How many persons went from one to another; None: hidden in the protected copy."""

    origin: str
    destination: str
    persons: int | None


@dataclass(frozen=True, slots=True)
class FirmRow:
    """An employer's month; money in yuan, None where nobody delivered the figure."""

    employer: int
    uscc: str
    name: str
    place: str
    park: str
    industry: str
    kind: str
    insured: int | None
    insured_last_month: int | None
    insured_last_year: int | None
    hires: int | None
    separations: int | None
    payroll: Decimal | None
    kwh: Decimal | None
    kwh_last_year: Decimal | None
    tax_headcount: int | None


class Served:
    """An open serving copy of one release: cheap to hold, read from any thread.

    A month that is not in ``months`` raises ``UnknownMonth``; a place, code or group without a cell
    gives None or nothing.
    """

    def __init__(self, root: Path, named: ServedSet) -> None:
        self.release = named.release
        self.months = tuple(sorted(named.files))
        self._root = root
        self._files = named.files
        self._open: dict[int, tuple[sqlite3.Connection, Unpacking]] = {}

    def children(
        self,
        month: int,
        *,
        parent: str,
        level: str,
        group: str = "all",
        axis: str = "all",
        code: str = "all",
        protected: bool,
    ) -> tuple[Cell, ...]:
        """Give the cells of a level inside a place, in the order of their places.

        ``level`` is county, town, village or park. What is known of the parent alone has the
        parent's code for its place; the children add up to the parent.

        :raises UnknownMonth: the copy has no such month.
        :raises InvalidInput: there is no such level.
        """
        if level not in _LEVELS:
            raise InvalidInput(f"没有“{level}”这一级", hint="可用：" + "、".join(_LEVELS))
        where, given = _inside(parent, level)
        found = self._read(
            month,
            f"{_FROM[protected]} {_ONE_VALUE} AND level = ?{where} ORDER BY place",
            (axis, code, group, level, *given),
        )
        return tuple(self._cell(month, row) for row in found)

    def cell(
        self,
        month: int,
        *,
        place: str,
        group: str = "all",
        axis: str = "all",
        code: str = "all",
        protected: bool,
    ) -> Cell | None:
        """Give one cell; None when nobody is in it.

        :raises UnknownMonth: the copy has no such month.
        """
        found = self._read(
            month,
            f"{_FROM[protected]} {_ONE_VALUE} AND level = ? AND place = ?",
            (axis, code, group, level_of(place), place),
        )
        return self._cell(month, found[0]) if found else None

    def codes(
        self, month: int, *, place: str, axis: str, group: str = "all", protected: bool
    ) -> Mapping[str, Cell]:
        """Give the cells of a place for every value of an axis, by code; "" is not known.

        :raises UnknownMonth: the copy has no such month.
        """
        found = self._read(
            month,
            f"{_FROM[protected]} {_EVERY_CODE} AND level = ? AND place = ? ORDER BY code",
            (axis, axis, group, level_of(place), place),
        )
        return {row[_CODE]: self._cell(month, row) for row in found}

    def groups(self, month: int, *, place: str, protected: bool) -> Mapping[str, Cell]:
        """Give the cells of a place for every key group, and for ``all``, by the group's code.

        :raises UnknownMonth: the copy has no such month.
        """
        found = self._read(
            month,
            f"{_FROM[protected]} {_EVERY_GROUP} AND level = ? AND place = ? ORDER BY group_code",
            (level_of(place), place),
        )
        return {row[_GROUP]: self._cell(month, row) for row in found}

    def series(
        self,
        months: Iterable[int],
        *,
        place: str,
        group: str = "all",
        axis: str = "all",
        code: str = "all",
        protected: bool,
    ) -> Mapping[int, Cell | None]:
        """Give a cell month by month; None for a month it, or the copy, does not have."""
        wanted = {"place": place, "group": group, "axis": axis, "code": code}
        return {
            month: self.cell(month, **wanted, protected=protected) if month in self._files else None
            for month in months
        }

    def flows(self, month: int, *, kind: str, place: str, protected: bool) -> tuple[FlowCell, ...]:
        """Give the flows of a kind, of the city or of a county.

        :raises UnknownMonth: the copy has no such month.
        """
        found = self._read(
            month,
            f"{_FLOWS[protected]} WHERE kind = ? AND place = ? ORDER BY origin, destination",
            (kind, place),
        )
        return tuple(
            FlowCell(origin, to, None if persons is None or persons < 0 else persons)
            for origin, to, persons in found
        )

    def firms(
        self,
        month: int,
        *,
        place_prefix: str = "",
        park: str = "",
        industry: str = "",
        order: str = "drop",
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[FirmRow, ...]:
        """Give firms, exact, for entitled staff alone; ``order`` is one of ``ORDERS``.

        ``park`` is its name, with or without ``park:``; ``industry`` a division of two digits.

        :raises UnknownMonth: the copy has no such month.
        :raises InvalidInput: there is no such order.
        """
        if order not in ORDERS:
            raise InvalidInput(f"没有“{order}”这种排序", hint="可用：" + "、".join(ORDERS))
        wanted = {
            "place >= ? AND place < ?": (place_prefix, place_prefix + _AFTER),
            "park = ?": (park.removeprefix(PARK_PREFIX),),
            "industry = ?": (industry,),
        }
        kept = {where: given for where, given in wanted.items() if given[0]}
        where = f"WHERE {' AND '.join(kept)} " if kept else ""
        given = [value for values in kept.values() for value in values]
        found = self._read(
            month,
            f"{_FIRMS} {where}ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?",
            (*given, limit, offset),
        )
        return tuple(_firm(row) for row in found)

    def firm_series(self, employer: int) -> Mapping[int, FirmRow]:
        """Give an employer's months, of those in which it had ten people or more."""
        if employer > _LARGEST:
            # SQLite takes no such number, and so has none.
            return {}
        asked = f"{_FIRMS} WHERE employer = ?"
        rows = {month: self._read(month, asked, (employer,)) for month in self.months}
        return {month: _firm(found[0]) for month, found in rows.items() if found}

    def _read(self, month: int, asked: str, given: tuple[object, ...]) -> list[tuple[Any, ...]]:
        if month not in self._open:
            if month not in self._files:
                raise UnknownMonth(f"{month}", hint="请选有数据的月份")
            file = self._root / FOLDER / self._files[month]
            # Two threads may both open it; the one that is not kept closes when it is collected.
            self._open.setdefault(month, _opened(file.resolve()))
        return self._open[month][0].execute(asked, given).fetchall()

    def _cell(self, month: int, row: tuple[Any, ...]) -> Cell:
        values, hidden = self._open[month][1].row(row[_PACKED])
        return Cell(row[_PLACE], values, hidden)


def served(pool_root: Path) -> Served | None:
    """Give the serving copy of the pool in a folder; None when nothing was built yet.

    The same one until ``served.json`` is replaced; every process has its own.
    """
    try:
        found = (pool_root / FOLDER / NAMES).stat()
    except FileNotFoundError:
        return None
    seen = (found.st_mtime_ns, found.st_size, found.st_ino)
    return _served(pool_root, os.getpid(), seen)


@lru_cache(maxsize=4)
def _served(root: Path, _process: int, _seen: tuple[int, int, int]) -> Served | None:
    named = served_set(root)
    return None if named is None else Served(root, named)


def level_of(place: str) -> str:
    """Give the level a place's own cell is at; "" is a county that is not known."""
    if place.startswith(PARK_PREFIX):
        return "park"
    if place == city_code():
        return "city"
    return {9: "town", 12: "village"}.get(len(place), "county")


def _inside(parent: str, level: str) -> tuple[str, tuple[str, ...]]:
    if parent == city_code():
        return "", ()
    if level == "park":
        return " AND place IN (SELECT place FROM park WHERE county = ?)", (parent,)
    if parent == "":
        return " AND place = ''", ()
    return " AND place >= ? AND place < ?", (parent, parent + _AFTER)


def _opened(file: Path) -> tuple[sqlite3.Connection, Unpacking]:
    connection = open_served(file)
    # As the file has them: it may be older than the program.
    found = connection.execute("SELECT name, places FROM measure ORDER BY position").fetchall()
    names, decimals = zip(*found, strict=True)
    return connection, Unpacking(names, decimals)


def _firm(row: tuple[Any, ...]) -> FirmRow:
    values = dict(zip(FIRM_COLUMNS, row, strict=True))
    for name in MONEY_COLUMNS:
        fen = values[name]
        values[name] = None if fen is None else Decimal(fen).scaleb(-2)
    return FirmRow(**values)
