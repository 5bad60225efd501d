"""Only the months that change are built again, and all of those."""

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leye.data.pool import Pool
from leye.data.pool.build import Build, RegisterTable, build_months, months_to_build
from leye.data.pool.builds import BUILD_SCHEMA, BUILDS
from leye.data.pool.current import NOTE
from leye.data.pool.files import locked
from leye.data.pool.linked import LINK_SCHEMA, LINKS
from leye.data.pool.source_types import Kind, Shape
from leye.data.pool.staleness import touched
from leye.data.pool.waiting import is_building, waiting_months
from tests.pool.standing import (
    AT,
    SOURCES,
    TABLES,
    TOTAL,
    column,
    contract,
    deliver,
    digests,
    fill,
    job,
    lives,
    pay,
)

MONTHS = (202401, 202402, 202403)


def build(pool: Pool, months: Sequence[int] = MONTHS) -> None:
    build_months(pool, tables=TABLES, months=months, at=AT, engine="duckdb", sources=SOURCES)


def stale(pool: Pool) -> tuple[int, ...]:
    return months_to_build(pool, tables=TABLES, sources=SOURCES)


def refresh(pool: Pool, tables: Sequence[RegisterTable] = TABLES) -> list[int]:
    """Bring everything up to date; give the months in the order they were built."""
    built: list[int] = []

    def heard(month: int, table: str, _rows: int) -> None:
        if table == tables[-1].name:
            built.append(month)

    build_months(
        pool,
        tables=tables,
        months=months_to_build(pool, tables=tables, sources=SOURCES),
        at=AT,
        engine="duckdb",
        progress=heard,
        sources=SOURCES,
        follow=True,
    )
    assert months_to_build(pool, tables=tables, sources=SOURCES) == ()
    return built


def link(pool: Pool, *rows: tuple[str, str, int, int]) -> None:
    """Link rows: source, delivery, row, person."""
    names = ("source", "delivery", "row", "person")
    links = [
        {**dict(zip(names, row, strict=True)), "probability": 0.95, "method": "near"}
        for row in rows
    ]
    with pool.ledger.writing() as change:
        found = pa.Table.from_pylist(links, schema=LINK_SCHEMA.to_pyarrow()).to_reader()
        change.append(LINKS, found, schema=LINK_SCHEMA)
        change.commit(label="linkage", at=AT)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("stale") / "pool"
    pool = Pool(root)
    fill(pool)
    build(pool)
    return root


@pytest.fixture
def pool(built: Path, tmp_path: Path) -> Pool:
    """A pool whose three months are built."""
    shutil.copytree(built, tmp_path / "pool")
    return Pool(tmp_path / "pool")


def test_at_first_every_delivered_month_is_to_be_built_then_none(tmp_path: Path) -> None:
    pool = Pool(tmp_path / "pool")
    fill(pool)
    assert stale(pool) == MONTHS
    build(pool, [202401])
    assert stale(pool) == (202402, 202403)
    build(pool)
    assert stale(pool) == ()


def test_late_rows_rebuild_only_the_months_they_touch(pool: Pool) -> None:
    deliver(pool, "pays", 202403, [pay(3, 1, month=202401), pay(3, 2)])
    assert stale(pool) == (202401, 202403)
    before = digests(pool)
    assert refresh(pool) == [202401, 202402, 202403]
    after = digests(pool)
    assert [a == b for a, b in zip(before["total"], after["total"], strict=True)] == [
        False,
        True,
        False,
    ]
    assert stale(pool) == ()


def test_a_new_month_leaves_the_others_alone(pool: Pool) -> None:
    deliver(pool, "pays", 202404, [pay(1)])
    assert stale(pool) == (202404,)


def test_changed_records_touch_their_month_on_and_late_ones_the_time_they_speak_of(
    pool: Pool,
) -> None:
    deliver(pool, "jobs", 202403, [job("a", 1, date(2020, 5, 1), date(2024, 3, 9))])
    assert stale(pool) == (202403,)
    build(pool, stale(pool))
    # What is over by then is touched too: registers look at what ended some months ago.
    deliver(pool, "jobs", 202403, [job("z", 1, date(2020, 5, 1), date(2024, 1, 9))])
    assert stale(pool) == MONTHS
    build(pool, stale(pool))
    deliver(pool, "jobs", 202403, [job("y", 1, date(2024, 2, 1), date(2024, 2, 9))])
    assert stale(pool) == (202402, 202403)
    build(pool, stale(pool))
    deliver(pool, "people", 202402, [lives(3, "2")])
    assert stale(pool) == (202402, 202403)


def test_what_looks_back_is_built_again_though_no_delivery_touches_it(pool: Pool) -> None:
    deliver(pool, "pays", 202403, [pay(3, 1, month=202401)])
    assert stale(pool) == (202401,)
    build(pool, stale(pool))
    assert stale(pool) == (202402,)
    # February sees how many were paid for in January, not how much: it comes out as it was.
    assert refresh(pool) == [202402]


def test_a_correction_that_changes_nothing_visible_stops_at_once(pool: Pool) -> None:
    before = digests(pool)
    deliver(pool, "pays", 202403, [pay(3, 3000, month=202401)])
    assert refresh(pool) == [202401]
    assert digests(pool) == before


def carried(build: Build) -> ibis.Table:
    """What was paid for each person up to the month: every month looks at the one before."""
    paid = build.source("pays")
    now = paid.filter(paid.person.notnull()).select("person", sum=paid.base)
    before = build.register("carried", build.month - 1).select("person", "sum")
    rows = now.union(before).group_by("person").agg(sum=lambda t: t["sum"].sum())
    return rows.mutate(month=ibis.literal(build.month, type="int32"))


def lately(build: Build) -> ibis.Table:
    """Who was paid for in this month or the one before."""
    paid = build.source_months("pays", [build.month - 1, build.month])
    rows = paid.filter(paid.person.notnull()).group_by("person").agg(sum=paid.base.sum())
    return rows.mutate(month=ibis.literal(build.month, type="int32"))


def sums(name: str, made: Any) -> RegisterTable:
    schema = ibis.schema({"month": "int32", "person": "int64", "sum": "decimal(18, 2)"})
    return RegisterTable(name, schema, made, monthly=True, key=("person",), place="")


@pytest.mark.parametrize(
    ("table", "rebuilt"),
    [(sums("carried", carried), [202401, 202402, 202403]), (sums("lately", lately), MONTHS[:2])],
    ids=["register", "source"],
)
def test_a_chain_goes_as_far_as_it_is_seen(
    pool: Pool, table: RegisterTable, rebuilt: Sequence[int]
) -> None:
    refresh(pool, [table])
    deliver(pool, "pays", 202403, [pay(3, 1, month=202401)])
    assert refresh(pool, [table]) == list(rebuilt)


def test_links_make_the_months_stale_in_which_their_rows_stand(pool: Pool) -> None:
    link(pool, ("pays", "D000008", 3, 4))
    assert stale(pool) == (202403,)
    assert refresh(pool) == [202403]
    link(pool, ("jobs", "D000003", 3, 5))
    assert refresh(pool) == [202401, 202402, 202403]
    link(pool, ("pays", "D000099", 3, 4))
    assert stale(pool) == ()


def stays(build: Build) -> ibis.Table:
    """How many stay in each place, wherever they work."""
    rows = build.source("stays")
    rows = rows.filter(rows.person.notnull())
    found = rows.group_by("place").agg(persons=rows.count(), before=rows.person.max())
    return found.select(
        "place",
        "persons",
        "before",
        month=ibis.literal(build.month, type="int32"),
        paid=ibis.literal("0", type="decimal(18, 2)"),
    )


def test_a_linked_row_may_come_before_that_persons_own_in_the_same_file(pool: Pool) -> None:
    """The first word on a record is then another one, and months before it lose the record."""
    columns = [column("id_number", Kind.IDENTITY, "person"), column("place", Kind.PLACE)]
    columns.insert(1, column("start", Kind.DATE))
    stay = contract("stays", Shape.STANDING, ["person"], columns, since="start")
    sources = {**SOURCES, "stays": stay}
    rows = [
        {"person": None, "start": date(2024, 3, 1), "place": "360902"},
        {"person": 1, "start": date(2024, 2, 1), "place": "360902"},
        {"person": 2, "start": date(2024, 1, 1), "place": "360902"},
    ]
    given = deliver(pool, "stays", 202404, rows, sources=sources)
    table = RegisterTable("stay", TOTAL, stays, monthly=True, key=("place",), place="place")
    months = [*MONTHS, 202404]
    build_months(pool, tables=[table], months=months, at=AT, engine="duckdb", sources=sources)
    link(pool, ("stays", given.id, 2, 1))
    waiting = months_to_build(pool, tables=[table], sources=sources)
    assert waiting == (202402, 202403, 202404)
    build_months(pool, tables=[table], months=waiting, at=AT, engine="duckdb", sources=sources)
    stand = pool.snapshot().months("stay", None).order_by("month").to_pyarrow()
    assert stand.column("persons").to_pylist() == [1, 1, 2, 2]


def test_a_month_that_reads_an_earlier_one_of_a_source_sees_its_links(pool: Pool) -> None:
    table = sums("lately", lately)
    deliver(pool, "pays", 202402, [pay(None, 7)])
    refresh(pool, [table])
    link(pool, ("pays", "D000009", 2, 4))
    assert months_to_build(pool, tables=[table], sources=SOURCES) == (202402, 202403)


def test_records_of_builds_from_before_do_not_count(pool: Pool) -> None:
    """A pool whose builds do not tell what they looked at is built again, once."""
    old = ibis.schema(
        {n: k for n, k in BUILD_SCHEMA.items() if n not in ("digest", "looks", "links")}
    )
    snapshot = pool.snapshot()
    rows = snapshot.whole(BUILDS).select(*old.names).to_pyarrow()
    again = Pool(pool.root.parent / "old")
    fill(again)
    with again.ledger.writing() as change:
        change.append(BUILDS, rows.to_reader(), schema=old)
        change.commit(label="build", at=AT)
    assert stale(again) == MONTHS
    build(again, [202401])
    assert stale(again) == (202402, 202403)
    assert refresh(again) == [202402, 202403]


def test_each_month_records_its_digest_and_what_it_looked_at(pool: Pool) -> None:
    rows = pool.snapshot().whole(BUILDS).to_pyarrow().to_pylist()
    of = {(row["table"], row["month"]): row for row in rows}
    january, february = of["total", 202401], of["total", 202402]
    person = of["person", 202402]
    assert person["looks"] == ""
    assert person["links"] == -1
    assert february["looks"].split(",") == [
        f"person:202402:{person['digest']}",
        f"total:202401:{january['digest']}",
    ]
    assert january["looks"].split(",")[1] == "total:202312:"
    [file] = [
        file
        for file in pool.snapshot().files("total", pool.snapshot().manifest.versions["total"])
        if "202402" in file
    ]
    assert len(february["digest"]) == 16
    assert pq.read_metadata(file).num_rows == february["rows"]


def test_what_is_known_to_be_up_to_date_is_not_judged_again(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert waiting_months(pool, tables=TABLES, sources=SOURCES) == ()
    deliver(pool, "people", 202403, [lives(8, "3")])
    judged: list[str] = []

    def judge(*given: Any, **more: Any) -> frozenset[int]:
        judged.append(given[1].id)
        return touched(*given, **more)

    monkeypatch.setattr("leye.data.pool.staleness.touched", judge)
    assert waiting_months(pool, tables=TABLES, sources=SOURCES) == (202403,)
    assert refresh(pool) == [202403]
    assert waiting_months(pool, tables=TABLES, sources=SOURCES) == ()
    judged.clear()
    deliver(pool, "jobs", 202403, [job("late", 4, date(2024, 2, 10))])
    assert stale(pool) == (202402, 202403)
    assert judged == ["D000010"]


def test_a_note_of_another_pool_or_of_other_tables_does_not_hold(pool: Pool) -> None:
    assert waiting_months(pool, tables=TABLES, sources=SOURCES) == ()
    note = pool.root / NOTE
    kept = json.loads(note.read_text())
    deliver(pool, "pays", 202403, [pay(3, 9, month=202402)])
    for change in ({"created_at": "2020-01-01"}, {"tables": ["other"]}, {"release": 99}):
        note.write_text(json.dumps({**kept, "release": pool.snapshot().release, **change}))
        assert stale(pool) == (202402,)
    note.write_text("cut sho")
    assert stale(pool) == (202402,)


def test_who_looks_whether_registers_are_built_hinders_nobody(pool: Pool) -> None:
    assert not is_building(pool)
    with locked(pool.root / "build.lock", wait=0):
        assert is_building(pool)
    assert not is_building(pool)
    assert not is_building(Pool(pool.root / "none"))


_PERSONS = st.integers(1, 9)
_CHANGES = st.one_of(
    st.tuples(
        st.just("pays"),
        st.sampled_from([202402, 202403, 202404]),
        st.tuples(_PERSONS, st.integers(1, 3), st.sampled_from(MONTHS[:2])),
    ),
    st.tuples(
        st.just("jobs"),
        st.sampled_from([*MONTHS, 202404]),
        st.tuples(
            st.sampled_from("abxyz"),
            st.one_of(st.none(), _PERSONS),
            st.dates(date(2023, 11, 1), date(2024, 4, 1)),
        ),
    ),
    st.tuples(
        st.just("people"),
        st.sampled_from([*MONTHS, 202404]),
        st.tuples(st.integers(7, 11), st.sampled_from("123")),
    ),
    st.tuples(st.just("link"), st.just(0), st.tuples(_PERSONS)),
)


def _row(source: str, given: tuple[Any, ...]) -> Mapping[str, Any]:
    if source == "pays":
        return pay(given[0], given[1], month=given[2])
    return job(*given) if source == "jobs" else lives(*given)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(_CHANGES, min_size=1, max_size=3))
def test_step_by_step_gives_what_building_at_once_gives(
    built: Path, tmp_path_factory: pytest.TempPathFactory, changes: list[Any]
) -> None:
    """Whatever comes when, early, late or linked: once nothing is stale, all is as from nothing."""
    folder = tmp_path_factory.mktemp("steps")
    shutil.copytree(built, folder / "steps")
    steps, whole = Pool(folder / "steps"), Pool(folder / "whole")
    fill(whole)
    for source, month, what in changes:
        for pool in (steps, whole):
            if source == "link":
                link(pool, ("jobs", "D000003", 3, what[0]))
            else:
                deliver(pool, source, month, [_row(source, what)])
        refresh(steps)
    refresh(whole)
    assert digests(steps) == digests(whole)
    shutil.rmtree(folder)
