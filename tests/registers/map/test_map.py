"""The map, the flows and the firms of a small drawn town, against a twin in plain Python."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from leye.data.pool.engines import Engine, Workbench, workbench_of
from leye.data.registers.map_people import LOOKS_BACK
from leye.data.registers.schemas import EMPLOYER_MONTH, MAP_KEY, MAP_MEASURES
from tests.registers.map.drawn import BEFORE, NEEDED, NOW, facts, given, moved
from tests.registers.map.twin import Key, twin_cells, twin_flows
from tests.registers.small import build

MAPPED = ("map_cube", "flow", "firm_month")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    folder = tmp_path_factory.mktemp("bench")
    with workbench_of(Engine(threads=1), root=folder, folder=folder) as found:
        yield found


@pytest.fixture(scope="module")
def built(bench: Workbench, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    """Two months; in the first, who later moved away is still here."""
    folder = tmp_path_factory.mktemp("built")
    only = (*NEEDED, *MAPPED)
    rows = given()["population"].to_pylist()
    first = [{**row, "state": "1"} for row in rows]
    then = {**given(), "population": pa.Table.from_pylist(first, given()["population"].schema)}
    found = build(bench, folder, months=(BEFORE,), given=then, only=only)
    return build(bench, folder, months=(NOW,), given=moved(given()), built=found, only=only)


def cells_of(table: pa.Table) -> dict[Key, dict[str, Any]]:
    rows = table.to_pylist()
    found = {tuple(r[name] for name in MAP_KEY): {n: r[n] for n in MAP_MEASURES} for r in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("month", [BEFORE, NOW])
def test_every_cell_is_what_the_twin_counts(built: dict[str, pa.Table], month: int) -> None:
    expected = twin_cells(facts(given(), built, month))
    found = cells_of(built[f"map_cube {month}"])
    assert found.keys() == expected.keys()
    wrong = {
        (*key, name): (found[key][name], value)
        for key, cell in expected.items()
        for name, value in cell.items()
        if found[key][name] != value
    }
    assert wrong == {}


@pytest.mark.parametrize("month", [BEFORE, NOW])
def test_every_flow_is_what_the_twin_counts(built: dict[str, pa.Table], month: int) -> None:
    rows = built[f"flow {month}"].to_pylist()
    found = {
        (row["kind"], row["place"], row["origin"], row["destination"]): row["persons"]
        for row in rows
    }
    assert len(found) == len(rows)
    assert found == twin_flows(facts(given(), built, month))


def test_the_town_has_a_case_of_everything(built: dict[str, pa.Table]) -> None:
    cells = cells_of(built[f"map_cube {NOW}"])
    whole = cells["all", "all", "all", "city", "360900"]
    nobody = {
        "employed_filed",
        "farming",
        "flexible",
        "inactive",
        "jobs_last_year",
        "public_welfare_post",
        "retired",
        "student",
    }
    assert {name for name, value in whole.items() if not value} <= nobody
    kinds = {row["kind"] for row in built[f"flow {NOW}"].to_pylist()}
    assert kinds == {"status", "industry", "residence", "commute", "migration", "mobile"}


def test_unknown_places_are_kept(built: dict[str, pa.Table]) -> None:
    cells = cells_of(built[f"map_cube {NOW}"])
    people = {key: cell["population16"] for key, cell in cells.items()}
    assert people["all", "all", "all", "county", ""] == 2
    assert people["all", "all", "all", "county", "440300"] == 1
    assert people["all", "all", "all", "town", "360902"] == 1
    assert people["all", "all", "all", "village", "360902003"] == 1


def test_what_looks_back_is_not_known_in_the_first_month(built: dict[str, pa.Table]) -> None:
    for cell in cells_of(built[f"map_cube {BEFORE}"]).values():
        assert all(cell[name] is None for name in LOOKS_BACK)


def test_children_add_up_to_their_parent(built: dict[str, pa.Table]) -> None:
    cells = cells_of(built[f"map_cube {NOW}"])
    below = {"city": "county", "county": "town", "town": "village"}
    checked = 0
    for (axis, code, group, level, place), cell in cells.items():
        inside = [
            child
            for (a, c, g, at, p), child in cells.items()
            if (a, c, g, at) == (axis, code, group, below.get(level))
            and (level == "city" or p.startswith(place) if known(level, place) else p == place)
        ]
        for name, value in cell.items():
            parts = [child[name] for child in inside if child[name] is not None]
            if parts:
                assert sum(parts) == value, (axis, code, group, level, place, name)
                checked += 1
    assert checked > 1_000


def known(level: str, place: str) -> bool:
    """Whether a place is one, and not what is known of the place above it."""
    return len(place) >= {"city": 6, "county": 6, "town": 9, "village": 12, "park": 0}[level]


def test_movements_of_the_map_are_those_of_the_flows(built: dict[str, pa.Table]) -> None:
    flows = [
        row
        for row in built[f"flow {NOW}"].to_pylist()
        if row["kind"] == "residence" and row["place"] == "360900"
    ]
    for (axis, _, group, level, place), cell in cells_of(built[f"map_cube {NOW}"]).items():
        # In flows "" is the world outside, too.
        if (axis, group, level) == ("all", "all", "county") and place:
            for end, name in (("destination", "moved_in"), ("origin", "moved_out")):
                assert cell[name] == sum(row["persons"] for row in flows if row[end] == place)


def test_firms_have_a_line_from_ten_people_on(bench: Workbench, tmp_path: Path) -> None:
    lines: dict[int, list[dict[str, Any]]] = {
        202306: [{"kwh": Decimal("8.00")}],
        NOW: [{"insured": 3, "insured_last_year": 10, "kwh": Decimal("7.50")}],
    }
    months = {
        f"employer_month {month}": pa.Table.from_pylist(
            [
                {"month": month, "employer": 11, "place": "360902001", "industry": "39", **row}
                for row in rows
            ],
            schema=EMPLOYER_MONTH.to_pyarrow(),
        )
        for month, rows in lines.items()
    }
    months[f"employer_month {NOW}"] = pa.concat_tables(
        [
            months[f"employer_month {NOW}"],
            pa.Table.from_pylist(
                [{"month": NOW, "employer": 12, "place": "", "industry": "", "insured": 9}],
                schema=EMPLOYER_MONTH.to_pyarrow(),
            ),
        ]
    )
    firms = build(bench, tmp_path, months=(NOW,), given=given(), only=("employer",))
    found = build(
        bench,
        tmp_path,
        months=(NOW,),
        given=given(),
        built={**firms, **months},
        only=("firm_month",),
    )
    rows = found[f"firm_month {NOW}"].to_pylist()
    assert [(row["employer"], row["uscc"], row["name"], row["park"]) for row in rows] == [
        (11, "U11", "甲", "东园")
    ]
    assert (rows[0]["kwh"], rows[0]["kwh_last_year"]) == (Decimal("7.50"), Decimal("8.00"))
    assert rows[0]["payroll"] is None
