"""Flows, key groups, firms and parks of three months, protected by the real rules for everybody."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from leye.data.pool.served import ServedTable, write_served
from leye.data.reference import places
from leye.data.registers.codes import EMPLOYED, STATUS, UNEMPLOYED
from leye.data.registers.schemas import FIRM_MONTH, FLOW
from leye.data.registers.serving import PROTECTED, served_tables
from tests.registers.serving.small import map_rows

MONTHS = (202303, 202402, 202403)
CITY, YUANZHOU, FENGCHENG, TOWN = "360900", "360902", "360981", "360902001"
PARKS = {"park:宜春经开区": YUANZHOU, "park:丰城高新区": FENGCHENG}
FIRMS = 60
"""How many firms stand in Yuanzhou; two more in Fengcheng."""
YUANZHOU_FIRM, FENGCHENG_FIRM = 1000, 2000
FIRM_LIST, FIRM = "/atlas/firms/", f"/atlas/firms/{YUANZHOU_FIRM}/"
KINDS = ("status", "industry", "residence", "commute", "migration", "mobile")
"""The kinds of flows."""

LI = "宜春锂电有限公司"

_FLOWS: dict[str, dict[tuple[str, str], tuple[int, int, int]]] = {
    "status": {
        ("migrant", "flexible"): (10, 20, 25),
        ("flexible", "migrant"): (14, 30, 12),
        ("employed_insured", "unemployed_registered"): (6, 7, 9),
        ("unemployed_looking", "employed_insured"): (6, 3, 3),
        ("absent", "student"): (9, 8, 19),
        ("employed_insured", "employed_insured"): (390, 395, 400),
        ("unknown", "farming"): (0, 0, 2),
    },
    "industry": {("C", ""): (9, 9, 10), ("G", "C"): (6, 6, 8)},
    "residence": {(YUANZHOU, FENGCHENG): (2, 2, 2), ("", YUANZHOU): (6, 7, 8)},
    "commute": {
        (YUANZHOU, YUANZHOU): (290, 295, 300),
        (YUANZHOU, FENGCHENG): (20, 31, 33),
        (FENGCHENG, "outside"): (20, 21, 22),
        (YUANZHOU, ""): (14, 15, 16),
    },
    "migration": {(YUANZHOU, "440000"): (100, 105, 107), (YUANZHOU, ""): (9, 9, 9)},
    "mobile": {
        (YUANZHOU, "440000"): (50, 90, 60),
        ("440000", YUANZHOU): (40, 20, 50),
        (YUANZHOU, FENGCHENG): (30, 30, 40),
    },
}
"""Those of Yuanzhou, which are the city's, month by month."""

GROUPS = {"woman": 2, "veteran": 20, "college_graduate": 2000}
"""Groups, each with what part of all they are: the last is so small that it is hidden."""


def write_registers_copy(root: Path, *, release: int = 7) -> tuple[int, ...]:
    """Write the serving copy; give the months."""
    made = sha256(repr((_FLOWS, GROUPS, FIRMS)).encode()).hexdigest()[:16]
    months = {
        month: (made, lambda month=month, at=at: _tables(month, at))
        for at, month in enumerate(MONTHS)
    }
    return write_served(root, release=release, months=months)


def _tables(month: int, at: int) -> list[ServedTable]:
    return served_tables(
        map_rows(month, _cells(at)),
        _table(FLOW, month, _flows(at)),
        _table(FIRM_MONTH, month, _firms(at)),
        parks=PARKS,
        protection=PROTECTED,
    )


def _flows(at: int) -> Iterator[dict[str, Any]]:
    for place in (CITY, YUANZHOU):
        for kind, pairs in _FLOWS.items():
            for (origin, destination), persons in pairs.items():
                # The first month has none before it to compare with.
                looks_back = kind in {"status", "industry", "residence"}
                if persons[at] and not (at == 0 and looks_back):
                    yield {
                        "kind": kind,
                        "place": place,
                        "origin": origin,
                        "destination": destination,
                        "persons": persons[at],
                    }


def _cells(at: int) -> Iterator[dict[str, Any]]:
    sizes = {"city": {CITY: 100_000}, "county": {}, "town": {}}
    shares = {YUANZHOU: 40_000, FENGCHENG: 60_000}
    for county in places().children(CITY):
        sizes["county"][county.code] = shares.get(county.code, 0)
    towns = places().children(YUANZHOU)
    sizes["town"] = {town.code: 0 for town in towns} | {TOWN: 30_000, towns[1].code: 10_000}
    for level, found in sizes.items():
        for place, size in found.items():
            for group, part in {"all": 1, **GROUPS}.items():
                key = {"level": level, "place": place, "group_code": group}
                yield {**key, **_people(size // part, at), **_work(size if part == 1 else 0)}
                for code in ("1", "2"):
                    yield {**key, "axis": "sex", "code": code, **_people(size // part // 2, at)}
    for number, park in enumerate(PARKS, 1):
        yield {"level": "park", "place": park, **_work(number * 8_000, at)}
        cut = {"level": "park", "place": park, "axis": "industry", "code": "C"}
        yield {**cut, **_work(number * 8_000, at)}


def _people(size: int, at: int) -> dict[str, int]:
    counts = dict.fromkeys(STATUS, 0)
    counts["employed_insured"] = size * 6 // 10 + at
    counts["unemployed_registered"] = size // 50
    counts["unemployed_looking"] = size // 100
    counts["unknown"] = size // 25
    population = sum(counts.values())
    return {
        "population16": population,
        "working_age": population,
        **counts,
        "employed": sum(counts[name] for name in EMPLOYED),
        "unemployed": sum(counts[name] for name in UNEMPLOYED),
        "became_unknown": size // 100 if at else 0,
        "entered_work": size // 40,
        "left_work": size // 60,
    }


def _work(size: int, at: int = 0) -> dict[str, Any]:
    if not size:
        return {}
    return {
        "firms_active": size // 400,
        "jobs_insured": size // 4 + at * 8,
        "jobs_last_year": size // 5,
        "hires": size // 100,
        "separations": size // 200,
        "tax_headcount": size // 4,
        "payroll": size * 1300,
        "kwh": size * 100,
    }


def _firms(at: int) -> Iterator[dict[str, Any]]:
    for number in range(FIRMS):
        yield _firm(YUANZHOU_FIRM + number, TOWN, number, at)
    for number in range(2):
        yield _firm(FENGCHENG_FIRM + number, "360981001", number, at)


def _firm(employer: int, place: str, number: int, at: int) -> dict[str, Any]:
    last_month = 100 + number
    return {
        "employer": employer,
        "uscc": f"9136{employer:014d}",
        "name": LI if employer == YUANZHOU_FIRM else f"第{employer}号企业",
        "place": place,
        "park": "宜春经开区" if employer < YUANZHOU_FIRM + 3 else "",
        "industry": "38",
        "kind": "1",
        # The first loses forty, the next ones less and less.
        "insured": last_month - 40 + number,
        "insured_last_month": last_month,
        "insured_last_year": last_month if at == 2 else None,
        "hires": number,
        "separations": 40,
        "payroll": 60_000 * (last_month - 40 + number),
        "tax_headcount": last_month - 40 + number if number else None,
        "kwh": 12_000 + number,
        "kwh_last_year": 24_000,
    }


def _table(schema: Any, month: int, rows: Iterator[dict[str, Any]]) -> pa.Table:
    blank = dict.fromkeys(schema.names)
    given = [{**blank, "month": month, **row} for row in rows]
    return pa.Table.from_pylist(given, schema=schema.to_pyarrow())
