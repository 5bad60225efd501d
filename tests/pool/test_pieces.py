"""Rows are cut by whom they belong to: each key in one piece, each row in one, as on any engine."""

from hashlib import md5
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leye.data.pool import pieces
from leye.data.pool.engines import Engine, workbench_of
from leye.data.pool.pieces import PIECE, cut, part_of, pieces_for, read_piece, with_piece

GIVEN = ibis.schema({"key": "string", "n": "int64"})
ROWS, KEYS = 3_000, 700
ENGINES = [pytest.param("spark", marks=pytest.mark.spark), "duckdb"]


def given() -> pa.Table:
    rng = np.random.default_rng(3)
    keys = [f"3609020012{each:05}" for each in rng.integers(0, KEYS, ROWS)]
    return pa.table({"key": keys, "n": range(ROWS)}, schema=GIVEN.to_pyarrow())


def numbered(engine: str, folder: Path, count: int) -> pa.Table:
    """Every row with its piece, as an engine works it out."""
    pq.write_table(given(), folder / "given.parquet")
    chosen = Engine(name=engine, spark_master="local[1]", threads=1)
    with workbench_of(chosen, root=folder, folder=folder / "work") as bench:
        rows = bench.parquet([str(folder / "given.parquet")], schema=GIVEN, partitioned=False)
        rows = with_piece(rows.mutate(part=part_of(rows.key)), "part", count)
        return bench.batches(rows.order_by("n")).read_all()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_key_has_the_same_number_on_every_engine(engine: str, tmp_path: Path) -> None:
    found = numbered(engine, tmp_path, 1 << 16).column(PIECE).to_pylist()
    assert found[:4] == [
        int(md5(key.encode()).hexdigest()[:4], 16) for key in given()["key"].to_pylist()[:4]
    ]
    assert len(set(found)) > 0.95 * len(set(given()["key"].to_pylist()))


@pytest.mark.parametrize("count", [1, 2, 7, 40])
@pytest.mark.parametrize("size", [ROWS, 333])
def test_every_key_is_in_one_piece_and_every_row_in_one(
    count: int, size: int, tmp_path: Path
) -> None:
    rows = numbered("duckdb", tmp_path, count)
    files = cut(rows.to_batches(max_chunksize=size), tmp_path / "cut")
    found = [read_piece(file) for file in files]
    assert len(found) == count
    seen: dict[str, int] = {}
    for at, piece in enumerate(found):
        for key in piece.column("key").to_pylist():
            assert seen.setdefault(key, at) == at
    every = [n for piece in found for n in piece.column("n").to_pylist()]
    assert sorted(every) == list(range(ROWS))


def test_pieces_are_about_as_large_as_each_other(tmp_path: Path) -> None:
    files = cut(numbered("duckdb", tmp_path, 3).to_batches(), tmp_path / "cut")
    sizes = [read_piece(file).num_rows for file in files]
    assert max(sizes) < 1.25 * ROWS / 3
    assert min(sizes) > 0.75 * ROWS / 3


def test_there_are_as_many_pieces_as_bound_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_ROWS", 10)
    assert [pieces_for(rows) for rows in (0, 1, 10, 11, 95)] == [1, 1, 1, 2, 10]


def test_nothing_gives_no_piece(tmp_path: Path) -> None:
    assert cut([], tmp_path / "cut") == []
