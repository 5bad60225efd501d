"""One transaction: tables cut by month, months replaced, tables widened; all of it or nothing."""

import json
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leye.data.pool import Pool, StoreFailure, UnknownTable, Verdict
from leye.data.pool.catalogue import DELIVERY_SCHEMA
from leye.data.pool.prepared import GROUP_ROWS, prepare
from leye.data.pool.store import MOST_FILES
from leye.kernel.place import EVERYWHERE, Scope
from tests.pool.deliveries import FIGURES, accept, csv_of, current, row, state, years

AT = datetime(2026, 9, 1, tzinfo=UTC)
SCHEMA = ibis.schema({"month": "int32", "person": "int64", "place": "string"})


def reader(rows: Sequence[tuple[Any, ...]], schema: ibis.Schema = SCHEMA) -> pa.RecordBatchReader:
    columns = dict(zip(schema.names, zip(*rows, strict=True), strict=True)) if rows else {}
    empty: dict[str, tuple[Any, ...]] = dict.fromkeys(schema.names, ())
    return pa.Table.from_pydict({**empty, **columns}, schema=schema.to_pyarrow()).to_reader()


def append(pool: Pool, rows: Sequence[tuple[Any, ...]], schema: ibis.Schema = SCHEMA) -> None:
    with pool.ledger.writing() as change:
        change.append("facts", reader(rows, schema), schema=schema, partitioned=True, place="place")
        change.commit(label="test", at=AT)


def replace_month(pool: Pool, month: int, rows: Sequence[tuple[Any, ...]]) -> None:
    with pool.ledger.writing() as change:
        change.replace_month("facts", month, reader(rows), schema=SCHEMA, place="place")
        change.commit(label="test", at=AT)


def rows_of(pool: Pool, months: Sequence[int] | None = None, release: int | None = None) -> Any:
    rows = pool.snapshot(release).months("facts", months)
    order = rows.columns
    return [tuple(each.values()) for each in rows.order_by(order).to_pyarrow().to_pylist()]


JANUARY = [(202401, 2, "360902"), (202401, 1, "360903")]
FEBRUARY = [(202402, 3, "360902")]


def test_rows_of_several_months_are_read_by_month(pool: Pool) -> None:
    append(pool, [*FEBRUARY, *JANUARY])
    assert rows_of(pool) == sorted([*FEBRUARY, *JANUARY])
    assert rows_of(pool, [202402]) == FEBRUARY
    assert rows_of(pool, [202403]) == []
    assert pool.snapshot().months_of("facts") == (202401, 202402)
    assert pool.snapshot().months_of("nothing") == ()


def test_rows_stay_in_the_order_given(pool: Pool) -> None:
    append(pool, JANUARY)
    rows = pool.snapshot().months("facts", [202401]).to_pyarrow()
    assert rows.column("person").to_pylist() == [2, 1]


def test_a_month_is_replaced_and_the_release_before_still_reads(pool: Pool) -> None:
    append(pool, [*JANUARY, *FEBRUARY])
    replace_month(pool, 202401, [(202401, 9, "360902")])
    assert rows_of(pool) == [(202401, 9, "360902"), *FEBRUARY]
    assert rows_of(pool, release=1) == sorted([*JANUARY, *FEBRUARY])
    replace_month(pool, 202402, [])
    assert rows_of(pool) == [(202401, 9, "360902")]
    assert pool.snapshot().months_of("facts") == (202401,)


def test_equal_rows_in_the_place_of_a_month_change_no_file(pool: Pool) -> None:
    replace_month(pool, 202401, JANUARY)
    replace_month(pool, 202402, FEBRUARY)
    before = pool.snapshot().manifest
    replace_month(pool, 202401, JANUARY)
    after = pool.snapshot().manifest
    assert (after.number, after.versions) == (before.number + 1, before.versions)


def test_a_row_of_another_month_is_refused_whole(pool: Pool) -> None:
    append(pool, JANUARY)
    with pytest.raises(StoreFailure):
        replace_month(pool, 202402, [*FEBRUARY, (202403, 1, "360902")])
    assert rows_of(pool) == sorted(JANUARY)


NARROW = ibis.schema({"month": "int32", "person": "int64"})
TEXTS = ibis.schema({**SCHEMA, "person": "string"})


@pytest.mark.parametrize(
    ("rows", "given", "wanted"),
    [
        ([(None, 1, "360902")], SCHEMA, SCHEMA),
        ([(202401, 1)], NARROW, SCHEMA),
        ([(202401, "secret", "")], TEXTS, SCHEMA),
        ([(202401, "secret", "")], TEXTS, TEXTS),
        ([(202401, 2**40, "")], SCHEMA, ibis.schema({**SCHEMA, "person": "int32"})),
    ],
    ids=["no month", "no place", "text for a number", "another type", "too large"],
)
def test_rows_that_do_not_fit_are_refused_without_their_words(
    pool: Pool, rows: Sequence[tuple[Any, ...]], given: ibis.Schema, wanted: ibis.Schema
) -> None:
    append(pool, JANUARY)
    with pytest.raises(StoreFailure) as caught, pool.ledger.writing() as change:
        change.append("facts", reader(rows, given), schema=wanted, partitioned=True)
    assert not {"secret", str(2**40)} & set(str(caught.value).split())
    append(pool, FEBRUARY)
    assert rows_of(pool) == sorted([*JANUARY, *FEBRUARY])


def test_a_table_is_not_cut_otherwise_than_it_was_made(pool: Pool) -> None:
    append(pool, JANUARY)
    with pytest.raises(StoreFailure), pool.ledger.writing() as change:
        change.append("facts", reader(FEBRUARY), schema=SCHEMA)
    with pytest.raises(StoreFailure), pool.ledger.writing() as change:
        change.replace("facts", reader(FEBRUARY), schema=SCHEMA)
    assert rows_of(pool) == sorted(JANUARY)


def test_a_new_column_is_blank_where_it_was_not_yet(pool: Pool) -> None:
    append(pool, JANUARY)
    wider = ibis.schema({**SCHEMA, "amount": "decimal(18, 2)", "day": "date"})
    append(pool, [(202402, 3, "360902", Decimal("1.50"), date(2024, 2, 1))], wider)
    assert rows_of(pool, [202401]) == [(*each, None, None) for each in sorted(JANUARY)]
    assert rows_of(pool, [202402])[0][3:] == (Decimal("1.50"), date(2024, 2, 1))
    assert len(rows_of(pool)) == 3
    assert rows_of(pool, release=1) == sorted(JANUARY)


def test_a_whole_table_is_replaced(pool: Pool) -> None:
    for rows in (JANUARY, FEBRUARY, []):
        with pool.ledger.writing() as change:
            change.replace("whole", reader(rows), schema=SCHEMA)
            change.commit(label="test", at=AT)
    counts = [pool.snapshot(n).whole("whole").count().to_pyarrow().as_py() for n in (1, 2, 3)]
    assert counts == [2, 1, 0]


def test_several_changes_come_to_be_together(pool: Pool) -> None:
    with pool.ledger.writing() as change:
        assert change.number == 1
        change.append("facts", reader(JANUARY), schema=SCHEMA, partitioned=True)
        change.append("facts", reader(FEBRUARY), schema=SCHEMA, partitioned=True)
        change.replace_month("facts", 202401, reader([(202401, 5, "")]), schema=SCHEMA)
        change.append("other", reader(FEBRUARY), schema=SCHEMA)
        assert pool.snapshot().release == 0
        change.commit(label="test", at=AT)
    assert rows_of(pool) == [(202401, 5, ""), *FEBRUARY]
    assert pool.snapshot().manifest.label == "test"


def test_what_is_not_committed_never_was(pool: Pool) -> None:
    append(pool, JANUARY)
    with pool.ledger.writing() as change:
        change.replace_month("facts", 202401, reader([]), schema=SCHEMA)
        change.append("other", reader(FEBRUARY), schema=SCHEMA)
    assert rows_of(pool) == sorted(JANUARY)
    append(pool, FEBRUARY)
    assert rows_of(pool) == sorted([*JANUARY, *FEBRUARY])
    assert not (pool.root / "tables" / "other").exists()


def test_a_transaction_reads_as_of_its_start(pool: Pool) -> None:
    append(pool, JANUARY)
    with pool.ledger.writing() as change:
        backend = ibis.duckdb.connect()
        change.append("facts", reader(FEBRUARY), schema=SCHEMA, partitioned=True)
        rows = change.rows("facts", engine=backend)
        some = change.rows("facts", engine=backend, months=[202402])
        assert rows is not None
        assert some is not None
        assert rows.count().to_pyarrow().as_py() == 2
        assert some.count().to_pyarrow().as_py() == 0
        assert change.rows("nothing", engine=backend) is None
        backend.disconnect()


def test_a_scope_sees_its_own_places_and_no_row_without_one(pool: Pool) -> None:
    append(pool, JANUARY)
    county = Scope.of(["360902"])
    mine = pool.snapshot().months("facts", None, scope=county).to_pyarrow()
    assert mine.column("person").to_pylist() == [2]
    with pool.ledger.writing() as change:
        change.append("facts", reader(FEBRUARY), schema=SCHEMA, partitioned=True)
        change.commit(label="test", at=AT)
    placeless = pool.snapshot()
    assert placeless.months("facts", None, scope=county).count().to_pyarrow().as_py() == 0
    assert placeless.months("facts", None, scope=EVERYWHERE).count().to_pyarrow().as_py() == 3


def test_a_table_is_asked_for_as_what_it_is(pool: Pool) -> None:
    accept(pool, csv_of(years(1)))
    append(pool, JANUARY)
    for ask in (
        lambda: pool.snapshot().whole("figures"),
        lambda: pool.snapshot().whole("facts"),
        lambda: pool.snapshot().whole("nothing"),
        lambda: pool.snapshot().months("figures", None),
        lambda: pool.snapshot().months("nothing", None),
    ):
        with pytest.raises(UnknownTable):
            ask()


def test_a_month_of_many_files_is_rewritten_into_fewer(pool: Pool) -> None:
    with pool.ledger.writing() as change:
        for at in range(MOST_FILES + 1):
            rows = [(202401, at, "360902"), *([(202402, at, "")] if at < 2 else [])]
            change.append("facts", reader(rows), schema=SCHEMA, partitioned=True)
        change.commit(label="test", at=AT)
    snapshot = pool.snapshot()
    files = snapshot.files("facts", snapshot.manifest.tables["facts"].version)
    assert len(files) == 1 + 2
    assert [each[1] for each in rows_of(pool, [202401])] == list(range(MOST_FILES + 1))


def test_two_writers_at_once_of_one_month_follow_each_other(pool: Pool) -> None:
    append(pool, [*JANUARY, *FEBRUARY])
    begun = threading.Barrier(2)

    def write(person: int) -> None:
        begun.wait()
        replace_month(Pool(pool.root, wait=60), 202401, [(202401, person, "")])

    threads = [threading.Thread(target=write, args=(person,)) for person in (7, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pool.snapshot().release == 3
    seen = [rows_of(pool, [202401], release)[0][1] for release in (2, 3)]
    assert sorted(seen) == [7, 8]
    assert rows_of(pool, [202402]) == FEBRUARY


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 60_000), min_size=1, max_size=6))
def test_in_whatever_pieces_rows_come_the_file_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    total = sum(sizes)
    table = pa.table(
        {
            "month": pa.array([202401] * total, pa.int32()),
            "person": pa.array(range(total), pa.int64()),
            "place": pa.array([f"36{n % 97}" for n in range(total)]),
        }
    )
    starts = [sum(sizes[:at]) for at in range(len(sizes))]
    pieces = [table.slice(at, size).to_batches()[0] for at, size in zip(starts, sizes, strict=True)]
    folder = tmp_path_factory.mktemp("pieces")
    found = []
    for name, batches in (("pieces", pieces), ("whole", table.to_batches())):
        rows = pa.RecordBatchReader.from_batches(table.schema, batches)
        found += prepare(rows, schema=SCHEMA, folder=folder / name, partitioned=True)
    assert found[0].digest == found[1].digest
    meta = pq.read_metadata(found[0].path)
    groups = [meta.row_group(at).num_rows for at in range(meta.num_row_groups)]
    assert meta.num_rows == total
    assert all(size == GROUP_ROWS for size in groups[:-1])


def test_a_fault_of_the_engine_in_mid_stream_is_a_failure_of_the_store(pool: Pool) -> None:
    def broken() -> Any:
        yield from reader(JANUARY)
        raise pa.ArrowInvalid("person 360902199001011234")

    rows = pa.RecordBatchReader.from_batches(SCHEMA.to_pyarrow(), broken())
    with pytest.raises(StoreFailure) as caught, pool.ledger.writing() as change:
        change.append("facts", rows, schema=SCHEMA, partitioned=True)
    assert "1990" not in str(caught.value)
    assert "rows-ahead" not in {thread.name for thread in threading.enumerate()}


def test_a_pool_of_the_first_version_is_read_and_written(pool: Pool) -> None:
    """Its manifests know neither labels nor months, its catalogue not the newer columns."""
    accept(pool, csv_of(years(3)))
    _make_old(pool)
    old = Pool(pool.root)
    assert old.snapshot().manifest.label == "delivery"
    first = old.snapshot().delivery("D000001", scope=EVERYWHERE)
    assert (first.month, first.touched_to, first.confirms, first.rows_set_aside) == (0, 0, "", 0)
    assert len(current(old, scope=EVERYWHERE)) == 3
    assert accept(old, csv_of(years(3))).repeated
    assert accept(old, csv_of([row(period="1990")])).delivery.id == "D000002"
    release, rows, deliveries, _ = state(old)
    assert (release, len(rows)) == (2, 4)
    assert [(each.id, each.verdict, each.month) for each in deliveries] == [
        ("D000002", Verdict.ACCEPTED, 0),
        ("D000001", Verdict.ACCEPTED, 0),
    ]
    assert [each.id for each in state(old, 1)[2]] == ["D000001"]


def _make_old(pool: Pool) -> None:
    """Write the catalogue anew with the columns of the first version, and the manifests so."""
    newer = {"month", "touched_from", "touched_to", "confirms", "rows_set_aside"}
    schema = ibis.schema({n: k for n, k in DELIVERY_SCHEMA.items() if n not in newer})
    [record] = pool.snapshot().deliveries(EVERYWHERE)
    values = {name: getattr(record, name) for name in schema.names}
    values["verdict"] = str(record.verdict)
    rows = pa.Table.from_pylist([values], schema=schema.to_pyarrow()).to_reader()
    path = pool.root / "release.json"
    manifest: dict[str, Any] = json.loads(path.read_text())
    del manifest["tables"]["deliveries"]
    path.write_text(json.dumps(manifest))
    with pool.ledger.writing() as change:
        change.append("deliveries", rows, schema=schema)
        change.commit(label="delivery", at=AT, delivery="D000001")
    made: dict[str, Any] = json.loads(path.read_text())
    manifest["tables"]["deliveries"] = made["tables"]["deliveries"]
    del manifest["label"]
    for pin in manifest["tables"].values():
        pin.pop("partitioned", None)
    for at in (path, pool.root / "releases" / "00000001.json"):
        at.write_text(json.dumps(manifest))
    Path(pool.root / "releases" / "00000002.json").unlink()
    assert FIGURES.table in manifest["tables"]
