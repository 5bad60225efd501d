"""Registers of two months, written straight into a pool: few rows, every case a page shows."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import ibis
import pyarrow as pa

from leye.data.pool import Pool
from leye.data.pool.builds import BUILD_SCHEMA, BUILDS, Built, Inputs, build_rows
from leye.data.registers.codes import STATUS
from leye.data.registers.map_places import ALL
from leye.data.registers.schemas import CONFLICT, EMPLOYER, MAP_CUBE

AT = datetime(2024, 4, 20, 2, 0, tzinfo=UTC)
FEBRUARY, MARCH = 202402, 202403
LIUZHUANG = "360902001001"
YUANZHOU, FENGCHENG = "360902", "360981"
BENEFIT, SUBSIDY = "benefit_while_insured", "same_subsidy_twice"

COUNTS: Mapping[int, Mapping[tuple[str, str], int]] = {
    FEBRUARY: {
        (YUANZHOU, "employed_insured"): 300,
        (YUANZHOU, "student"): 90,
        (FENGCHENG, "employed_insured"): 400,
        (FENGCHENG, "student"): 80,
    },
    MARCH: {
        (YUANZHOU, "employed_insured"): 310,
        (YUANZHOU, "student"): 85,
        (YUANZHOU, "public_welfare_post"): 3,
        (FENGCHENG, "employed_insured"): 390,
        (FENGCHENG, "student"): 80,
        (FENGCHENG, "public_welfare_post"): 40,
    },
}


TOWNS: Mapping[tuple[str, str], int] = {
    ("360902001", "employed_insured"): 200,
    ("360902001", "student"): 50,
    ("360902001", "public_welfare_post"): 3,
    ("360902002", "employed_insured"): 110,
    ("360902002", "student"): 35,
    ("360981001", "employed_insured"): 300,
    ("360981001", "student"): 50,
    ("360981001", "public_welfare_post"): 20,
    ("360981002", "employed_insured"): 90,
    ("360981002", "student"): 30,
    ("360981002", "public_welfare_post"): 20,
}
"""Those of March by town: they add up to the counties'."""


def cube_rows(month: int) -> list[dict[str, Any]]:
    """The counts of a month by county and town, and as much again for one key group."""
    counts = {**COUNTS[month], **(TOWNS if month == MARCH else {})}
    by_place: dict[str, dict[str, int]] = {}
    for (place, status), persons in counts.items():
        by_place.setdefault(place, dict.fromkeys(STATUS, 0))[status] = persons
    return [
        {
            "month": month,
            "level": "county" if len(place) == 6 else "town",
            "place": place,
            "axis": ALL,
            "code": ALL,
            "group_code": group,
            **statuses,
        }
        for place, statuses in by_place.items()
        for group in (ALL, "veterans")
    ]


def conflict_row(number: str, rule: str, place: str, **values: Any) -> dict[str, Any]:
    """One conflict of March."""
    fact = {"fact": "benefit", "source": "unemployment_benefit", "delivery": "D000001", "row": 2}
    return {
        "month": MARCH,
        "id": number,
        "rule": rule,
        "place": place,
        "person": 7,
        "employer": None,
        "since_month": FEBRUARY,
        "months": 2,
        "within_grace": False,
        "evidence": json.dumps([{**fact, "month": "202403", "nth": "3"}]),
        "suggested": "stop_benefit",
        **values,
    }


CONFLICTS = [
    conflict_row("a1" * 16, BENEFIT, LIUZHUANG, employer=11, months=3, since_month=202401),
    conflict_row("b2" * 16, BENEFIT, FENGCHENG, employer=12),
    conflict_row("c3" * 16, BENEFIT, FENGCHENG, within_grace=True, months=1, since_month=MARCH),
    conflict_row("d4" * 16, SUBSIDY, LIUZHUANG, evidence="[]", suggested="recover_subsidy"),
]

EMPLOYERS = [
    {
        "month": MARCH,
        "employer": 11,
        "uscc": "91360900MA0000011X",
        "name": "宜春市甲乙锂业有限公司",
        "kind": "1",
        "industry": "38",
        "section": "C",
        "place": "360902001",
        "park": "",
        "active": True,
    }
]


def write(
    pool: Pool,
    tables: Mapping[str, tuple[ibis.Schema, int, Iterable[Mapping[str, Any]]]],
    *,
    places: Mapping[str, str],
    inputs: tuple[str, ...] = (),
) -> None:
    """Put rows in the place of a month of each table."""
    built = []
    with pool.ledger.writing() as change:
        for name, (schema, month, rows) in tables.items():
            kind = schema.to_pyarrow()
            kept = list(rows)
            based = Inputs(change.release.number, inputs)
            built.append(Built(name, month, len(kept), based))
            filled = [{**dict.fromkeys(kind.names), **row} for row in kept]
            change.replace_month(
                name,
                month,
                pa.Table.from_pylist(filled, schema=kind).to_reader(),
                schema=schema,
                place=places[name],
            )
        records = build_rows(built, release=change.number, engine="duckdb", at=AT)
        change.append(BUILDS, records, schema=BUILD_SCHEMA)
        change.commit(label="build", at=AT)


def write_registers(pool: Pool, *, inputs: tuple[str, ...] = ()) -> None:
    """Write the two months, the second as if built from these deliveries."""
    places = {"map_cube": "place", "conflict": "place", "employer": "place"}
    write(pool, {"map_cube": (MAP_CUBE, FEBRUARY, cube_rows(FEBRUARY))}, places=places)
    write(
        pool,
        {
            "map_cube": (MAP_CUBE, MARCH, cube_rows(MARCH)),
            "conflict": (CONFLICT, MARCH, CONFLICTS),
            "employer": (EMPLOYER, MARCH, EMPLOYERS),
        },
        places=places,
        inputs=inputs,
    )
