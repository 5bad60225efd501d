"""A small serving copy behind the API: three months, every level, every way to have no value."""

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

MONTHS = (202401, 202402, 202403)
CITY, COUNTY, OTHER, TOWN = "360900", "360902", "360981", "360902001"
PARK = "park:宜春经开区"
TINY, EMPTY, UNREPORTED = "360925", "360924", "360926"
"""Counties with three unemployed, with nobody, and of which nobody delivered anything."""

SIZES = {"360900": 90_003, "360902": 40_003, "360981": 30_001, TINY: 150, EMPTY: 0}
FLOWS = (
    {"kind": "residence", "place": CITY, "origin": COUNTY, "destination": OTHER, "persons": 42},
    {"kind": "residence", "place": CITY, "origin": OTHER, "destination": COUNTY, "persons": 3},
    {"kind": "residence", "place": COUNTY, "origin": COUNTY, "destination": "", "persons": 7},
    {"kind": "status", "place": CITY, "origin": "absent", "destination": "farming", "persons": 11},
)


def write_registers(root: Path, *, release: int = 7, grown: int = 0) -> None:
    """Write the copy; counts below five are hidden in public, others multiples of five."""
    cells = {month: tuple(_rows(month, grown)) for month in MONTHS}
    protection = Protection("simple", cells=_protected, flows=_protected_flows)
    parks = {PARK: COUNTY}
    write_small(root, release=release, cells=cells, flows=FLOWS, parks=parks, protection=protection)


def employed(place: str, month: int) -> int:
    """Give the exact number of the employed of a county, or of the city."""
    return _people(SIZES[place], month)["employed"]


def rounded(number: int) -> int:
    """Give a number as the protected copy has it."""
    return (number + 2) // 5 * 5


def _rows(month: int, grown: int) -> Iterator[dict[str, Any]]:
    for place, size in SIZES.items():
        level = "city" if place == CITY else "county"
        own = {"level": level, "place": place}
        yield {**own, **_people(size + grown, month), **_work(size)}
        yield {**own, "group_code": "woman", **_people(size // 2, month)}
        for axis, codes in {"industry": ("A", "C", ""), "sex": ("1", "2"), "age": ("60+",)}.items():
            for number, code in enumerate(codes, 2):
                cut = {"axis": axis, "code": code}
                yield {**own, **cut, **_people(size // number, month), **_work(size)}
    yield {"level": "county", "place": UNREPORTED}
    yield {"level": "county", "place": "", **_people(1503, month), **_work(100)}
    for number, town in enumerate(places().children(COUNTY), 1):
        yield {"level": "town", "place": town.code, **_people(number * 151, month), **_work(200)}
    yield {"level": "town", "place": COUNTY, **_people(91, month), **_work(10)}
    for number, village in enumerate(places().children(TOWN), 1):
        yield {"level": "village", "place": village.code, **_people(number * 61, month)}
    yield {"level": "park", "place": PARK, **_people(0, month), **_work(901)}


def _people(size: int, month: int) -> dict[str, int]:
    grown = size - 10 * (MONTHS[-1] - month) if size > 1000 else size
    shares = {"employed_insured": 40, "farming": 20, "unemployed_registered": 2, "unknown": 3}
    counts = dict.fromkeys(STATUS, 0) | {n: grown * s // 100 for n, s in shares.items()}
    counts["employed"] = sum(counts[name] for name in EMPLOYED)
    counts["unemployed"] = sum(counts[name] for name in UNEMPLOYED)
    return {"population16": grown, "working_age": grown * 8 // 10, **counts}


def _work(size: int) -> dict[str, int]:
    return {"firms_active": size // 50, "jobs_insured": size // 4, "jobs_last_year": size // 5}


def _protected(rows: pa.Table) -> pa.Table:
    for name in rows.column_names:
        if name not in MAP_KEY and name != "month" and pa.types.is_integer(rows[name].type):
            rows = _safe(rows, name)
    return rows


def _protected_flows(rows: pa.Table) -> pa.Table:
    return _safe(rows, "persons")


def _safe(rows: pa.Table, name: str) -> pa.Table:
    held = rows[name]
    shown = pc.multiply(pc.divide(pc.add(held, 2), 5), 5)
    small = pc.and_(pc.greater(held, 0), pc.less(held, 5))
    hidden = pc.if_else(small, pa.scalar(-1, held.type), shown)
    return rows.set_column(rows.column_names.index(name), name, hidden)
