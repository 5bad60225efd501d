"""A small serving copy, written from rows given as dictionaries."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from leye.data.pool.served import ServedTable, write_served
from leye.data.registers.schemas import FIRM_MONTH, FLOW, MAP_CUBE
from leye.data.registers.serving import Protection, served_tables

OPEN = Protection("open", cells=lambda rows: rows, flows=lambda rows: rows)
"""Protects nothing."""

Rows = Iterable[Mapping[str, Any]]


def map_rows(month: int, rows: Rows) -> pa.Table:
    """Give cells of the map; the axis, the group and the code are ``all`` where a row is silent."""
    every = dict.fromkeys(("axis", "code", "group_code"), "all")
    return _table(MAP_CUBE, [{"month": month, **every, **row} for row in rows])


def write_small(
    root: Path,
    *,
    release: int,
    cells: Mapping[int, Rows],
    flows: Rows = (),
    firms: Rows = (),
    parks: Mapping[str, str] | None = None,
    protection: Protection = OPEN,
    checkpoint: Callable[[str], None] = lambda _step: None,
) -> tuple[int, ...]:
    """Write a serving copy with the same flows and firms in every month; give the months written.

    >>> write_small(root, release=1, cells={202406: [
    ...     {"level": "city", "place": "360900", "population16": 5},
    ... ]})
    """

    def tables(month: int) -> list[ServedTable]:
        return served_tables(
            map_rows(month, given[month]),
            _table(FLOW, [{"month": month, **row} for row in lines[0]]),
            _table(FIRM_MONTH, [{"month": month, **row} for row in lines[1]]),
            parks=parks or {},
            protection=protection,
        )

    given = {month: list(rows) for month, rows in cells.items()}
    lines = [*flows], [*firms]
    made = {
        month: sha256(repr((rows, lines, parks, protection.version)).encode()).hexdigest()[:16]
        for month, rows in given.items()
    }
    months = {month: (made[month], lambda month=month: tables(month)) for month in given}
    return write_served(root, release=release, months=months, checkpoint=checkpoint)


def _table(schema: Any, rows: Rows) -> pa.Table:
    blank = dict.fromkeys(schema.names)
    return pa.Table.from_pylist([{**blank, **row} for row in rows], schema=schema.to_pyarrow())
