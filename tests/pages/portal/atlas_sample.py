"""A small map to look at: three months, every level, every way to have no value."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from leye.data.reference import places
from leye.data.registers.codes import EMPLOYED, STATUS, UNEMPLOYED
from leye.data.registers.schemas import MAP_KEY
from leye.data.registers.serving import Protection
from tests.registers.serving.small import write_small

MONTHS = (202303, 202402, 202403)
CITY, COUNTY, TOWN = "360900", "360902", "360902001"
PARKS = {"park:宜春经开区": "360902", "park:丰城高新区": "360981"}
SHARES = (("employed_insured", 40), ("farming", 20), ("unemployed_registered", 2), ("unknown", 3))
GROWTH = {202303: 90, 202402: 99, 202403: 100}
UNREPORTED, TINY, EMPTY = "360926", "360925", "360924"
"""A county nobody delivered figures of, one with three unemployed, one with nobody in it."""


def write_map(root: Path, *, release: int = 7) -> tuple[int, ...]:
    """Write the serving copy; counts below five are hidden in public, others multiples of five."""
    cells = {month: tuple(_rows(month)) for month in MONTHS}
    protection = Protection("simple", cells=_protected, flows=lambda rows: rows)
    return write_small(root, release=release, cells=cells, parks=PARKS, protection=protection)


def _rows(month: int) -> Iterator[dict[str, Any]]:
    for level, place, size in _sizes():
        if place == UNREPORTED:
            yield {"level": level, "place": place}
            continue
        yield {"level": level, "place": place, **_people(size, month), **_work(level, size)}
        if level in ("city", "county"):
            for axis, codes in {"industry": ("A", "C", ""), "sex": ("1", "2")}.items():
                for number, code in enumerate(codes, 2):
                    given = {"level": level, "place": place, "axis": axis, "code": code}
                    yield {**given, **_people(size // number, month), **_work(level, size)}
        if level not in ("park", "village"):
            yield {
                "level": level,
                "place": place,
                "group_code": "woman",
                **_people(size // 2, month),
            }


def _sizes() -> Iterator[tuple[str, str, int]]:
    yield "city", CITY, 100_000
    for number, county in enumerate(places().children(CITY), 1):
        yield "county", county.code, {TINY: 150, EMPTY: 0}.get(county.code, number * 4_000)
    yield "county", "", 1_500
    yield "county", "430181", 700
    for number, town in enumerate(places().children(COUNTY), 1):
        yield "town", town.code, number * 150
    yield "town", COUNTY, 90
    for number, village in enumerate(places().children(TOWN), 1):
        yield "village", village.code, number * 60
    yield "village", TOWN, 35
    for number, park in enumerate(PARKS, 1):
        yield "park", park, number * 900


def _people(size: int, month: int) -> dict[str, int]:
    grown = size * GROWTH[month] // 100
    counts = dict.fromkeys(STATUS, 0) | {name: grown * share // 100 for name, share in SHARES}
    counts["employed"] = sum(counts[name] for name in EMPLOYED)
    counts["unemployed"] = sum(counts[name] for name in UNEMPLOYED)
    return {"population16": grown, "working_age": grown * 8 // 10, **counts}


def _work(level: str, size: int) -> dict[str, int]:
    if level == "village":
        return {}
    return {"firms_active": size // 50, "jobs_insured": size // 4, "jobs_last_year": size // 5}


def _protected(rows: pa.Table) -> pa.Table:
    for name in rows.column_names:
        if name not in MAP_KEY and name != "month" and pa.types.is_integer(rows[name].type):
            held = rows[name]
            rounded = pc.multiply(pc.divide(pc.add(held, 2), 5), 5)
            small = pc.and_(pc.greater(held, 0), pc.less(held, 5))
            hidden = pc.if_else(small, pa.scalar(-1, held.type), rounded)
            rows = rows.set_column(rows.column_names.index(name), name, hidden)
    return rows
