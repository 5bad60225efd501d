"""A small city for the wall: the map's sample, with flows, and with firms, one of them a trader."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from leye.data.registers.serving import Protection
from tests.pages.portal.atlas_sample import MONTHS, PARKS, _protected, _rows
from tests.registers.serving.small import write_small

FIRM, TRADER = "宜春明月制造", "袁州区张三餐馆"
"""A firm as a wall names it, without its legal form, and a trader."""

COUNTY_FIRM = "丰城电机"
EXACT, ROUNDED = "1,237", "1,235"
"""How many commute from 360902 to 360981: to those who may know, and to everybody."""


def write_city(root: Path, *, release: int = 7) -> None:
    """Write the serving copy of three months up to March 2024."""
    write_small(
        root,
        release=release,
        cells={month: tuple(_rows(month)) for month in MONTHS},
        parks=PARKS,
        flows=[
            {"kind": kind, "place": place, "origin": origin, "destination": to, "persons": persons}
            for place in ("360900", "360902")
            for kind, origin, to, persons in (
                ("commute", "360902", "360981", 1237),
                ("commute", "360981", "360902", 640),
                ("status", "farming", "migrant", 55),
                ("residence", "360902", "360981", 20),
                ("migration", "360902", "440000", 310),
            )
        ],
        firms=[
            _firm(1, f"{FIRM}有限公司", "360902001", "1", now=80, then=200),
            _firm(2, TRADER, "360902001", "5", now=10, then=400),
            _firm(3, f"{COUNTY_FIRM}有限公司", "360981001", "1", now=90, then=100),
        ],
        protection=Protection("simple", cells=_protected, flows=_rounded),
    )


def _firm(employer: int, name: str, place: str, kind: str, *, now: int, then: int) -> dict:
    return {
        "employer": employer,
        "uscc": f"9136090000000000{employer}",
        "name": name,
        "place": place,
        "park": "",
        "industry": "13",
        "kind": kind,
        "insured": now,
        "insured_last_year": then,
    }


def _rounded(rows: pa.Table) -> pa.Table:
    persons = pc.multiply(pc.divide(rows["persons"], 5), 5)
    return rows.set_column(rows.column_names.index("persons"), "persons", persons)
