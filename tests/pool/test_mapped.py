"""Rows worked out by a function: the same whatever the pieces, the processes and the engine."""

import os
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leye.data.pool import engines
from leye.data.pool.engines import Engine, workbench_of
from leye.data.pool.mapped import NO_ROW, Columns, Results, Task, Work, work_out
from leye.data.pool.pieces import PIECE, part_of

SCHEMA = ibis.schema({"name": "string", "kind": "string", "value": "int64", "n": "int64"})
GIVEN = ibis.schema({"name": "string", "value": "int64"})
ROWS = 1_000


def evens(columns: Columns) -> Results:
    """Keep the even, doubled, and count the odd."""
    value = columns["value"]
    even = np.flatnonzero(value % 2 == 0)
    rows = np.append(even, NO_ROW)
    odd = len(value) - len(even)
    return Results(
        rows,
        {
            "kind": np.append(np.zeros(len(even), dtype=np.int32), 1),
            "value": np.append(value[even] * 2, 0),
            "n": np.append(np.zeros(len(even), dtype=np.int64), odd),
        },
        {"kind": ("even", "odd")},
    )


def where_it_runs(columns: Columns) -> Results:
    """Give the number of the process."""
    count = len(columns["value"])
    return Results(
        np.arange(count),
        {
            "kind": np.zeros(count, dtype=np.int32),
            "value": np.full(count, os.getpid()),
            "n": np.zeros(count, dtype=np.int64),
        },
        {"kind": ("here",)},
    )


def given(values: list[int | None] | None = None) -> pa.Table:
    numbers = list(range(ROWS)) if values is None else values
    return pa.table(
        {"name": [f"r{n}" for n in numbers], "value": numbers}, schema=GIVEN.to_pyarrow()
    )


def pieces(table: pa.Table, count: int) -> list[pa.RecordBatch]:
    """The rows, some at a time, cut into so many pieces."""
    numbers = pa.array([n % count for n in range(table.num_rows)], type=pa.int32())
    found: list[pa.RecordBatch] = table.append_column(PIECE, numbers).to_batches(max_chunksize=300)
    return found


def task(work: Work, count: int = 1) -> Task:
    return Task(work, ("name",), SCHEMA, "part", count)


def read(files: list[str]) -> tuple[list[tuple[object, ...]], int]:
    """Give the rows kept, in order, and the sum of the counts."""
    table = pa.concat_tables([pq.read_table(file) for file in files])
    kept = sorted(
        (row["name"], row["kind"], row["value"])
        for row in table.to_pylist()
        if row["kind"] == "even"
    )
    return kept, sum(table.column("n").to_pylist())


@pytest.mark.parametrize(("count", "processes"), [(1, 2), (143, 1), (4, 2)])
def test_the_cut_and_the_processes_change_nothing(
    count: int, processes: int, tmp_path: Path
) -> None:
    rows = pieces(given(), count)
    files = work_out(rows, task(evens, count), folder=tmp_path, processes=processes)
    kept, odd = read(files)
    assert kept == sorted((f"r{n}", "even", 2 * n) for n in range(0, ROWS, 2))
    assert odd == ROWS // 2
    assert len(files) == count
    assert sorted(files) == sorted(map(str, tmp_path.iterdir()))


def test_several_pieces_go_to_other_processes_and_one_stays(tmp_path: Path) -> None:
    one, some = tmp_path / "a", tmp_path / "b"
    alone = work_out(pieces(given(), 1), task(where_it_runs), folder=one, processes=2)
    spread = work_out(pieces(given(), 4), task(where_it_runs, 4), folder=some, processes=2)
    here = pq.read_table(alone[0]).column("value").to_pylist()
    there = [v for file in spread for v in pq.read_table(file).column("value").to_pylist()]
    assert set(here) == {os.getpid()}
    assert os.getpid() not in there


def test_a_result_of_no_row_carries_nothing(tmp_path: Path) -> None:
    odd = pieces(given([1, 3]), 1)
    files = work_out(odd, task(evens), folder=tmp_path, processes=1)
    assert pq.read_table(files[0]).to_pylist() == [
        {"name": None, "kind": "odd", "value": 0, "n": 2}
    ]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_null_for_the_function_is_refused(processes: int, tmp_path: Path) -> None:
    several = pieces(given([1, None, 3, 4]), 2)
    with pytest.raises(ValueError, match="value holds a null"):
        work_out(several, task(evens, 2), folder=tmp_path, processes=processes)


def interrupted(table: pa.Table, count: int) -> Iterator[pa.RecordBatch]:
    yield from pieces(table, count)
    raise KeyboardInterrupt


def test_who_interrupts_leaves_no_process_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        work_out(interrupted(given(), 4), task(evens, 4), folder=tmp_path, processes=2)
    assert active_children() == []
    assert not list(tmp_path.glob("*.parquet"))


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("spark", [pytest.param(True, marks=pytest.mark.spark), False])
def test_an_engine_keeps_what_the_function_gave(spark: bool, count: int, tmp_path: Path) -> None:
    pq.write_table(given(), tmp_path / "given.parquet")
    engine = Engine(name="spark", spark_master="local[1]") if spark else Engine(threads=1)
    with workbench_of(engine, root=tmp_path, folder=tmp_path / "work") as bench:
        rows = bench.parquet([str(tmp_path / "given.parquet")], schema=GIVEN, partitioned=False)
        rows = rows.mutate(part=part_of(rows.name))
        found = bench.mapped("evens", rows, task(evens, count))
        kept = bench.batches(found.filter(found.kind == "even").order_by("value")).read_all()
        odd = bench.batches(found.agg(n=found.n.cast("float64").sum())).read_all()
    assert kept.column("value").to_pylist() == [2 * n for n in range(0, ROWS, 2)]
    assert kept.column("name").to_pylist()[:2] == ["r0", "r2"]
    assert [int(n) for n in odd.column("n").to_pylist()] == [ROWS // 2]


def test_no_path_is_used_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB takes a file written anew at once for the one it has read."""
    pq.write_table(given(), tmp_path / "given.parquet")
    written: list[Path] = []
    real = engines.work_out

    def noted(*args: Any, folder: Path, **given: Any) -> list[str]:
        written.append(folder)
        return real(*args, folder=folder, **given)

    monkeypatch.setattr(engines, "work_out", noted)
    with workbench_of(Engine(threads=1), root=tmp_path, folder=tmp_path / "work") as bench:
        for _ in range(2):
            rows = bench.parquet([str(tmp_path / "given.parquet")], schema=GIVEN, partitioned=False)
            bench.mapped("evens", rows.mutate(part=part_of(rows.name)), task(evens, 1))
            bench.clear()
    assert len(set(written)) == 2
