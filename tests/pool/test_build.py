"""Registers are built from what stands, month by month, and only where something changed."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ibis.backends.duckdb import Backend

from leye.data.pool import Pool, PoolBusy, StoreFailure, UnknownTable, engines, resolve
from leye.data.pool.build import (
    Build,
    BuildRunning,
    RegisterTable,
    build_months,
    months_to_build,
)
from leye.data.pool.engines import Engine, workbench_of
from leye.data.pool.files import locked
from leye.data.pool.linked import LINK_SCHEMA
from leye.data.pool.release import BUILD, Release
from leye.data.pool.resolve import Key
from tests.pool.standing import (
    AT,
    PERSON,
    SOURCES,
    TABLES,
    contents,
    deliver,
    digests,
    fill,
    job,
    lives,
    pay,
)

MONTHS = (202401, 202402, 202403)


def build(pool: Pool, months: Sequence[int] = MONTHS, engine: str = "duckdb") -> Release:
    return build_months(pool, tables=TABLES, months=months, at=AT, engine=engine, sources=SOURCES)


def stale(pool: Pool) -> tuple[int, ...]:
    return months_to_build(pool, tables=TABLES, sources=SOURCES)


def seen(pool: Pool, source: str, month: int, columns: Sequence[str]) -> list[tuple[object, ...]]:
    """The rows of a source that stand at the end of a month."""
    schema = ibis.schema({"month": "int32"} | dict.fromkeys(columns, "string"))
    found: list[tuple[object, ...]] = []

    def look(build: Build) -> ibis.Table:
        rows = build.source(source)
        found.extend(
            tuple(row[name] for name in columns)
            for row in rows.select(*columns).order_by(list(columns)).to_pyarrow().to_pylist()
        )
        blank = {name: ibis.literal("") for name in columns}
        return rows.limit(0).select(month=ibis.literal(month, type="int32"), **blank)

    table = RegisterTable("look", schema, look, monthly=True, key=("month",), place="")
    build_months(pool, tables=[table], months=[month], at=AT, engine="duckdb", sources=SOURCES)
    return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("build") / "pool"
    fill(Pool(root))
    return root


@pytest.fixture
def pool(filled: Path, tmp_path: Path) -> Pool:
    shutil.copytree(filled, tmp_path / "pool")
    return Pool(tmp_path / "pool")


def test_every_month_is_a_release_of_its_own(pool: Pool) -> None:
    before = pool.snapshot().release
    release = build(pool)
    assert (release.number, release.label, release.delivery) == (before + 3, BUILD, "")
    assert pool.snapshot().months_of("person") == MONTHS
    totals = contents(pool)["total"]
    assert [(row["month"], row["place"], row["persons"], row["before"]) for row in totals] == [
        (202401, "360902", 4, 0),
        (202401, "360903", 4, 0),
        (202402, "360902", 5, 4),
        (202402, "360903", 4, 4),
        (202403, "360902", 5, 5),
        (202403, "360903", 4, 4),
    ]


def test_rows_are_kept_sorted_by_the_key(pool: Pool) -> None:
    build(pool)
    rows = pool.snapshot().months("person", [202402]).to_pyarrow()
    assert rows.column("person").to_pylist() == list(range(1, 10))


def test_late_and_corrected_rows_of_a_monthly_source_stand_in_their_month(pool: Pool) -> None:
    january = seen(pool, "pays", 202401, ["person", "base"])
    assert [(who, int(base)) for who, base in january] == [
        (1, 9),
        *((n, 3000) for n in range(2, 7)),
    ]
    assert [who for who, _ in seen(pool, "pays", 202402, ["person", "base"])] == [1, 2, 3, 4, 5]


def test_a_blank_employer_is_a_key_and_a_blank_person_is_none(pool: Pool) -> None:
    deliver(pool, "pays", 202403, [pay(2, 8000, employer=None), pay(None, 1)])
    rows = seen(pool, "pays", 202403, ["person", "employer", "base"])
    assert sorted((who or 0, firm or 0, int(base)) for who, firm, base in rows) == [
        (0, 7, 1),
        (0, 7, 3000),
        (2, 0, 8000),
        (2, 7, 3000),
    ]


def test_a_changed_record_holds_from_the_month_it_came_for(pool: Pool) -> None:
    assert seen(pool, "jobs", 202402, ["record", "end"])[0] == ("a", None)
    assert seen(pool, "jobs", 202403, ["record", "end"])[0] == ("a", date(2024, 3, 4))
    assert ("8", "1") in [
        (str(who), state) for who, state in seen(pool, "people", 202401, ["person", "state"])
    ]
    assert ("8", "2") in [
        (str(who), state) for who, state in seen(pool, "people", 202402, ["person", "state"])
    ]


def test_a_record_that_comes_late_stands_from_the_time_it_speaks_of(pool: Pool) -> None:
    deliver(pool, "jobs", 202403, [job("late", 4, date(2024, 2, 10))])
    deliver(pool, "jobs", 202404, [job("late", 4, date(2024, 2, 10), date(2024, 4, 1))])
    assert ("late", None) in seen(pool, "jobs", 202402, ["record", "end"])
    assert ("late", None) in seen(pool, "jobs", 202403, ["record", "end"])
    assert ("late", date(2024, 4, 1)) in seen(pool, "jobs", 202404, ["record", "end"])
    assert "late" not in [name for name, _ in seen(pool, "jobs", 202401, ["record", "end"])]


def test_a_delivery_that_comes_late_does_not_undo_a_later_month(pool: Pool) -> None:
    deliver(pool, "people", 202401, [lives(8, "3")])
    assert (8, "3") in seen(pool, "people", 202401, ["person", "state"])
    assert (8, "2") in seen(pool, "people", 202402, ["person", "state"])


def test_the_short_way_gives_what_ranking_every_row_gives(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for turn in range(4):
        deliver(
            pool, "pays", 202403, [pay(n, turn, employer=n % 2 or None) for n in range(turn, 9)]
        )
        deliver(pool, "people", 202401 + turn % 3, [lives(n, str(turn)) for n in range(turn, 12)])
    short = [
        seen(pool, name, month, ["person", "delivery", "row"])
        for name in ("pays", "people")
        for month in MONTHS
    ]
    monkeypatch.setattr(resolve, "_layers", lambda files: None)
    long = [
        seen(pool, name, month, ["person", "delivery", "row"])
        for name in ("pays", "people")
        for month in MONTHS
    ]
    assert short == long


@pytest.mark.parametrize("rows_at_most", [1, 8, 500_000])
def test_rows_carried_from_month_to_month_are_those_found_each_time(
    pool: Pool, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_at_most: int
) -> None:
    """Whatever is carried, in whatever order months are built, and also when files come between."""
    monkeypatch.setattr("leye.data.pool.build_frame.CARRY_FROM", rows_at_most)
    turns = [(n, 202401 + (n * 7) % 3) for n in range(6)]
    for n, month in turns:
        deliver(pool, "people", month, [lives(m, str(n)) for m in range(n, 12, 2)] + [lives(None)])
        deliver(pool, "jobs", month, [job(f"r{m}", m, date(2024, m % 4 + 1, 1)) for m in (n, 9)])
    shutil.copytree(pool.root, tmp_path / "other")
    other = Pool(tmp_path / "other")
    build(pool)
    for month in (202403, 202401, 202402, 202403):
        build(other, [month])
    assert digests(other) == digests(pool)


def test_what_is_held_is_made_anew_when_much_of_it_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def make_anew(engine: Backend, table: str) -> None:
        made.append(table)
        real(engine, table)

    real = engines.make_anew
    monkeypatch.setattr(engines, "make_anew", make_anew)
    schema = ibis.schema({"person": "int64", "said": "string"})
    with workbench_of(Engine(threads=1), root=tmp_path, folder=tmp_path) as bench:

        def rows(persons: Sequence[int], said: str) -> ibis.Table:
            given = pa.table({"person": persons, "said": [said] * len(persons)})
            pq.write_table(given, tmp_path / f"{said}.parquet")
            return bench.parquet(
                [str(tmp_path / f"{said}.parquet")], schema=schema, partitioned=False
            )

        held = bench.hold("held_some", rows([1, 2, 3, 4], "a"))
        for turn in "bcd":
            held = bench.renew("held_some", rows([4, 5], turn), Key(("person",)))
            found = bench.batches(held.order_by("person")).read_all().column("said").to_pylist()
            assert found == ["a", "a", "a", turn, turn]
        bench.clear()
        assert bench.batches(held).read_all().num_rows == 5
        held = bench.hold("held_some", rows([1], "e"))
        assert bench.batches(held).read_all().to_pylist() == [{"person": 1, "said": "e"}]
    assert made == ["held_some", "held_some"]


def link(pool: Pool, source: str, delivery: str, row: int, person: int) -> None:
    mine = {"source": source, "delivery": delivery, "row": row, "person": person}
    rows = pa.Table.from_pylist(
        [{**mine, "probability": 0.9, "method": "t"}], schema=LINK_SCHEMA.to_pyarrow()
    )
    with pool.ledger.writing() as change:
        change.append("links", rows.to_reader(), schema=LINK_SCHEMA)
        change.commit(label="linkage", at=AT)


@pytest.mark.parametrize("rows_at_most", [1, 500_000])
def test_who_is_named_in_a_file_and_linked_to_a_row_of_it_has_one_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_at_most: int
) -> None:
    monkeypatch.setattr("leye.data.pool.build_frame.CARRY_FROM", rows_at_most)
    pool = Pool(tmp_path / "pool")
    first = deliver(pool, "people", 202401, [lives(1, "a"), lives(None, "b"), lives(2, "c")])
    assert seen(pool, "people", 202401, ["person", "state"]) == [(1, "a"), (2, "c"), (None, "b")]
    link(pool, "people", first.id, 3, 1)
    assert seen(pool, "people", 202401, ["person", "state"]) == [(1, "b"), (2, "c")]


def test_a_linked_person_is_filled_in(pool: Pool) -> None:
    links = [
        {
            "source": "jobs",
            "delivery": "D000003",
            "row": 3,
            "person": 5,
            "probability": 0.9,
            "method": "t",
        },
        {
            "source": "jobs",
            "delivery": "D000003",
            "row": 3,
            "person": 6,
            "probability": 0.99,
            "method": "t",
        },
        {
            "source": "jobs",
            "delivery": "D000003",
            "row": 2,
            "person": 6,
            "probability": 1.0,
            "method": "t",
        },
    ]
    with pool.ledger.writing() as change:
        rows = pa.Table.from_pylist(links, schema=LINK_SCHEMA.to_pyarrow()).to_reader()
        change.append("links", rows, schema=LINK_SCHEMA)
        change.commit(label="linkage", at=AT)
    assert seen(pool, "jobs", 202401, ["record", "person"]) == [("a", 1), ("b", 6)]


def test_nothing_delivered_is_an_empty_table_of_the_right_columns(tmp_path: Path) -> None:
    pool = Pool(tmp_path / "pool")
    assert seen(pool, "pays", 202401, ["person", "base"]) == []
    assert build(pool, [202401]).number == 2
    assert contents(pool) == {"person": [], "total": []}


def test_an_unknown_source_or_register_is_named(pool: Pool) -> None:
    def ask(build: Build) -> ibis.Table:
        return build.source("nobody")

    def ask_register(build: Build) -> ibis.Table:
        return build.register("nothing")

    for asking in (ask, ask_register):
        table = RegisterTable("look", PERSON, asking, monthly=True, key=("person",), place="")
        with pytest.raises(UnknownTable):
            build_months(pool, tables=[table], months=[202401], at=AT, sources=SOURCES)


def test_the_same_deliveries_give_the_same_bytes(pool: Pool, filled: Path, tmp_path: Path) -> None:
    shutil.copytree(filled, tmp_path / "other")
    other = Pool(tmp_path / "other")
    build(pool)
    for month in reversed(MONTHS):
        build(other, [month])
    build(other)
    assert digests(pool) == digests(other)
    assert contents(pool) == contents(other)


def test_building_again_from_the_same_leaves_the_files_alone(pool: Pool) -> None:
    build(pool)
    before = pool.snapshot().manifest
    after = build(pool)
    assert after.number == before.number + 3
    assert {t.name: after.versions[t.name] for t in TABLES} == {
        t.name: before.versions[t.name] for t in TABLES
    }


def test_an_earlier_release_reads_as_it_was(pool: Pool) -> None:
    first = build(pool)
    before = contents(pool)
    deliver(pool, "pays", 202404, [pay(1, 1, month=202401)])
    build(pool, [202401, 202404])
    assert contents(pool) != before
    assert contents(pool, first.number) == before
    assert contents(Pool(pool.root), first.number) == before


def test_lineage_names_the_deliveries_read(pool: Pool) -> None:
    release = build(pool, [202402])
    rows = pool.snapshot().whole("builds").order_by("table").to_pyarrow().to_pylist()
    assert [(row["table"], row["month"], row["rows"], row["engine"]) for row in rows] == [
        ("person", 202402, 9, "duckdb"),
        ("total", 202402, 2, "duckdb"),
    ]
    assert {row["release"] for row in rows} == {release.number}
    assert {row["based_on"] for row in rows} == {release.number - 1}
    assert rows[0]["inputs"] == "D000001,D000003,D000004,D000006,D000008"
    assert rows[1]["inputs"] == "D000005"


def test_a_delivery_received_while_a_month_is_built_waits_for_nothing(pool: Pool) -> None:
    def deliver_meanwhile(month: int, table: str, rows: int) -> None:
        if table == "person" and month == 202401:
            deliver(pool, "pays", 202401, [pay(7, 5)])

    build_months(
        pool,
        tables=TABLES,
        months=MONTHS,
        at=AT,
        engine="duckdb",
        sources=SOURCES,
        progress=deliver_meanwhile,
    )
    assert stale(pool) == (202401,)


def test_two_builds_at_once_are_not_begun(pool: Pool) -> None:
    with locked(pool.root / "build.lock", wait=0), pytest.raises(BuildRunning):
        build(pool)


def test_a_writer_that_never_ends_stops_a_build_and_nothing_changes(pool: Pool) -> None:
    release = pool.snapshot().release
    with locked(pool.root / "lock", wait=0), pytest.raises(PoolBusy):
        build(Pool(pool.root, wait=0.1))
    assert pool.snapshot().release == release


def test_a_failing_expression_tells_nothing_of_the_rows(pool: Pool) -> None:
    def fail(build: Build) -> ibis.Table:
        rows = build.source("people")
        return rows.mutate(jobs=rows.place.concat("secret").cast("int64"))

    table = RegisterTable("person", PERSON, fail, monthly=True, key=("person",), place="place")
    with pytest.raises(StoreFailure) as caught:
        build_months(pool, tables=[table], months=[202401], at=AT, engine="duckdb", sources=SOURCES)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert contents(pool) == {}


def test_a_table_that_is_not_cut_by_month_is_replaced_whole(pool: Pool) -> None:
    schema = ibis.schema({"person": "int64", "state": "string"})

    def everybody(build: Build) -> ibis.Table:
        return build.source("people").select("person", "state")

    table = RegisterTable("everybody", schema, everybody, monthly=False, key=("person",), place="")
    for month in (202402, 202401):
        build_months(pool, tables=[table], months=[month], at=AT, engine="duckdb", sources=SOURCES)
    assert pool.snapshot().whole("everybody").count().to_pyarrow().as_py() == 8
    earlier = pool.snapshot(pool.snapshot().release - 1)
    assert earlier.whole("everybody").count().to_pyarrow().as_py() == 9
