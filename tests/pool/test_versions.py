"""Tables made by more than rows, such as the law; and what tables of a month work out together."""

from pathlib import Path

import ibis
import pytest

from leye.data.pool import Pool
from leye.data.pool.build import (
    Build,
    RegisterTable,
    build_months,
    months_to_build,
    open_build,
)
from leye.data.pool.builds import BUILDS, VERSION
from tests.pool.standing import AT, SOURCES, TABLES, fill

MONTHS = (202401, 202402, 202403)
COUNT = ibis.schema({"month": "int32", "place": "string", "persons": "int64"})


def _people(build: Build) -> ibis.Table:
    rows = build.register("person")
    made.append(build.month)
    return rows.group_by("place").agg(persons=rows.count())


def _count(build: Build) -> ibis.Table:
    rows = build.shared("people", _people)
    return rows.mutate(month=ibis.literal(build.month, type="int32"))


made: list[int] = []


def ruled(version: str) -> tuple[RegisterTable, ...]:
    """Two tables that share their work, made by a version."""
    return tuple(
        RegisterTable(name, COUNT, _count, True, ("place",), "place", version)
        for name in ("first", "second")
    )


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    pool = Pool(tmp_path / "pool")
    fill(pool)
    for tables in (TABLES, ruled("law 1")):
        build_months(pool, tables=tables, months=MONTHS, at=AT, engine="duckdb", sources=SOURCES)
    return pool


def waiting(pool: Pool, tables: tuple[RegisterTable, ...]) -> tuple[int, ...]:
    return months_to_build(pool, tables=tables, sources=SOURCES)


def test_another_version_makes_what_was_built_outdated(pool: Pool) -> None:
    assert waiting(pool, ruled("law 1")) == ()
    assert waiting(pool, ruled("law 2")) == MONTHS
    build_months(
        pool, tables=ruled("law 2"), months=[202402], at=AT, engine="duckdb", sources=SOURCES
    )
    assert waiting(pool, ruled("law 2")) == (202401, 202403)
    # Who knows nothing of versions judges by the rows alone.
    assert waiting(pool, TABLES) == ()


def test_what_is_shared_is_worked_out_once_and_both_say_what_it_read(pool: Pool) -> None:
    made.clear()
    tables = ruled("law 1")
    build_months(pool, tables=tables, months=[202401], at=AT, engine="duckdb", sources=SOURCES)
    assert made == [202401]
    rows = pool.snapshot().whole(BUILDS)
    rows = rows.filter((rows.month == 202401) & rows.table.isin(["first", "second"]))
    newest = rows.order_by(rows.release.desc()).limit(2).to_pyarrow().to_pylist()
    for row in newest:
        looks = dict(each.split(":")[::2] for each in row["looks"].split(","))
        assert looks[f"{VERSION}{row['table']}"] == "law 1"
        assert looks["person"]


def test_a_month_may_be_asked_without_being_built(pool: Pool) -> None:
    before = pool.snapshot().release
    with open_build(pool, 202402) as build:
        rows = build.register("person")
        found = build.rows_of(rows.filter(rows.person == 3).select("person", "place"))
    assert [row["person"] for row in found] == [3]
    assert pool.snapshot().release == before
    assert not list((pool.root / "work").iterdir())
