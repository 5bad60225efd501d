"""The map and the flows of a whole small city, and its serving copy, against the slow twin."""

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from leye.analysis.metrics.register_figures import (
    RegisterFigures,
    register_catalogue,
)
from leye.data.pool import Pool
from leye.data.pool.build import Build, RegisterTable, build_months
from leye.data.reference import places
from leye.data.registers.queries.served import Served, level_of, served
from leye.data.registers.schemas import MAP_KEY, MAP_MEASURES
from leye.data.registers.serving import Protection, write_serving_copy
from leye.kernel.months import month_add
from tests.city.conftest import AT, FIRST, MONTHS, City
from tests.registers.map.twin import Facts, Key, twin_cells, twin_flows

LAST = month_add(FIRST, MONTHS - 1)
SOURCES = ("certificates", "training", "loans", "job_ads", "job_seekers", "mobile_flows")
OPEN = Protection("open", cells=lambda rows: rows, flows=lambda rows: rows)


@pytest.fixture(scope="module")
def pool(city: City, tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """A copy of the city's pool: what is built here is nobody else's."""
    root = tmp_path_factory.mktemp("map") / "pool"
    shutil.copytree(city.pool.root, root, ignore=shutil.ignore_patterns("landing"))
    return Pool(root)


@pytest.fixture(scope="module")
def facts(pool: Pool) -> Facts:
    """The rows the last month's map was counted from, sources as they stood."""
    sources: dict[str, tuple[dict[str, Any], ...]] = {}

    def look(build: Build) -> ibis.Table:
        for name in SOURCES:
            sources[name] = tuple(build.source(name).to_pyarrow().to_pylist())
        return build.register("household", build.month).select("month").limit(1)

    table = RegisterTable(
        name="looked_at",
        schema=ibis.schema({"month": "int32"}),
        build=look,
        monthly=True,
        key=("month",),
        place="",
    )
    build_months(pool, tables=[table], months=[LAST], at=AT)
    return Facts(
        month=LAST,
        now=rows_of(pool, "person_month", LAST),
        then=rows_of(pool, "person_month", month_add(LAST, -1)),
        people=rows_of(pool, "person", LAST),
        employers=rows_of(pool, "employer", LAST),
        employer_months=rows_of(pool, "employer_month", LAST),
        **sources,
    )


@pytest.fixture(scope="module")
def expected(facts: Facts) -> dict[Key, dict[str, Any]]:
    return twin_cells(facts)


@pytest.fixture(scope="module")
def copy(pool: Pool, facts: Facts) -> Served:
    """The serving copy of the newest release: the one that ``facts`` made is the last."""
    write_serving_copy(pool, protection=OPEN)
    found = served(pool.root)
    assert found is not None
    return found


def rows_of(pool: Pool, table: str, month: int) -> tuple[dict[str, Any], ...]:
    found: pa.Table = pool.snapshot().months(table, (month,)).to_pyarrow()
    return tuple(found.to_pylist())


def test_every_cell_is_what_the_twin_counts(
    pool: Pool, expected: dict[Key, dict[str, Any]]
) -> None:
    found = {tuple(row[name] for name in MAP_KEY): row for row in rows_of(pool, "map_cube", LAST)}
    assert found.keys() == expected.keys()
    wrong = [
        (key, name, found[key][name], value)
        for key, cell in expected.items()
        for name, value in cell.items()
        if found[key][name] != value
    ]
    assert wrong == []
    assert len(expected) > 20_000


def test_every_flow_is_what_the_twin_counts(pool: Pool, facts: Facts) -> None:
    found = {
        (row["kind"], row["place"], row["origin"], row["destination"]): row["persons"]
        for row in rows_of(pool, "flow", LAST)
    }
    assert found == twin_flows(facts)
    assert {kind for kind, *_ in found} >= {"status", "industry", "commute", "migration"}


def test_the_serving_copy_holds_every_cell(
    copy: Served, expected: dict[Key, dict[str, Any]]
) -> None:
    for (axis, code, group, level, place), cell in sampled(expected):
        chosen: dict[str, Any] = {
            "group": group,
            "axis": axis,
            "code": code,
            "protected": False,
        }
        if level_of(place) == level:
            found = copy.cell(LAST, place=place, **chosen)
        else:
            inside = copy.children(LAST, parent=place, level=level, **chosen)
            found = next((each for each in inside if each.place == place), None)
        assert found is not None
        assert (found.values, found.hidden) == (cell, frozenset())


def sampled(expected: dict[Key, dict[str, Any]]) -> Iterator[tuple[Key, dict[str, Any]]]:
    for number, (key, cell) in enumerate(sorted(expected.items())):
        if number % 17 == 0 or key[3] in ("city", "park"):
            yield key, cell


def test_children_of_the_serving_copy_add_up(copy: Served) -> None:
    whole = copy.cell(LAST, place="360900", protected=False)
    counties = copy.children(LAST, parent="360900", level="county", protected=False)
    towns = copy.children(LAST, parent="360902", level="town", protected=False)
    county = next(each for each in counties if each.place == "360902")
    assert whole is not None
    for parent, children in ((whole, counties), (county, towns)):
        for name in MAP_MEASURES:
            given = [child.values[name] for child in children]
            parts = [part for part in given if part is not None]
            assert not parts or sum(parts) == parent.values[name], name
    assert copy.codes(LAST, place="360902", axis="education", protected=False)
    assert set(copy.groups(LAST, place="360902", protected=False)) > {"all", "woman"}


BELOW = {"city": "county", "county": "town", "town": "village"}
ADDITIVE = [each.code for each in register_catalogue() if each.additive]


@pytest.mark.parametrize("code", ADDITIVE)
def test_an_additive_indicator_adds_up(copy: Served, code: str) -> None:
    indicator, figures = register_catalogue().get(code), RegisterFigures(copy, protected=False)
    parents = ["360900", *(each.code for each in places().children("360900"))]
    parents += [each.code for each in places().children("360902")]
    checked = 0
    for parent, group in product(parents, ("all", "woman", "college_graduate")):
        whole = figures.value(code, place=parent, month=LAST, group=group)
        below = BELOW[level_of(parent)]
        cut = {"place": parent, "month": LAST, "group": group}
        cuts = [figures.by_code(code, axis=axis, **cut).values() for axis in indicator.axes]
        if indicator.is_kept(below, group=group, axis="all"):
            cuts.append(figures.layer(code, parent=parent, level=below, month=LAST, group=group))
        for parts in cuts:
            known = [part.value for part in parts if part.value is not None]
            if known:
                assert sum(known) == whole.value, (parent, group)
                checked += 1
    # Five months have no last year.
    assert (checked >= len(indicator.axes)) is (code != "jobs_year_change"), "what was added up"


def test_flows_and_firms_of_the_serving_copy(copy: Served, pool: Pool) -> None:
    rows = rows_of(pool, "flow", LAST)
    found = copy.flows(LAST, kind="status", place="360902", protected=False)
    assert [(each.origin, each.destination, each.persons) for each in found] == [
        (row["origin"], row["destination"], row["persons"])
        for row in rows
        if (row["kind"], row["place"]) == ("status", "360902")
    ]
    firms = copy.firms(LAST, order="size", limit=1000)
    assert len(firms) == len(rows_of(pool, "firm_month", LAST))
    assert firms[0].insured == max(each.insured or 0 for each in firms)
    first = firms[0]
    assert copy.firm_series(first.employer)[LAST] == first
    near = copy.firms(LAST, place_prefix=first.place[:6], industry=first.industry, order="drop")
    assert first in near


def test_written_again_it_stays_as_it_is(copy: Served, pool: Pool) -> None:
    folder = pool.root / "served"
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert write_serving_copy(pool, protection=OPEN) == ()
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before
    assert Path(folder / "served.json").exists()
    assert copy.months == tuple(month_add(FIRST, number) for number in range(MONTHS))
