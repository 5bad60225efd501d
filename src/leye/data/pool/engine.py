"""DuckDB connections: one for each acceptance, and one for each reading process and thread."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from leye.data.pool.sql import call, column, literal, select

SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}
"""A missing extension fails at once, instead of in a network timeout."""
_DIALECT = "duckdb"
_BENCH, _HOME = "bench", "memory"
_HIVE = "hive_partitioning = true, hive_types = {'month': INTEGER}"


@contextmanager
def workbench(folder: Path) -> Iterator[Backend]:
    """Give an engine of its own for one acceptance, which spills into ``folder``."""
    spill = {"temp_directory": str(folder / "spill")}
    connection = duckdb.connect(":memory:", config={**SETTINGS, **spill})
    try:
        yield ibis.duckdb.from_connection(connection)
    finally:
        connection.close()


@contextmanager
def warm_workbench(parent: Path) -> Iterator[Backend]:
    """Give an engine with nothing in it, which this process keeps for the next one who asks.

    Starting one costs more than receiving a small file. Whatever was made in it is forgotten at
    the end; it spills into a folder of the process in ``parent``. Settings of the whole engine
    stay, so whoever changes one sets it each time.
    """
    spill = parent / f"{os.getpid()}-spill"
    connection = _warm.take(spill)
    cursor = connection.cursor()
    try:
        cursor.execute(f"ATTACH ':memory:' AS {_BENCH}")
        cursor.execute(f"USE {_BENCH}")
        yield ibis.duckdb.from_connection(cursor)
        cursor.execute(f"USE {_HOME}")
        cursor.execute(f"DETACH {_BENCH}")
    except BaseException:
        connection.close()
        raise
    finally:
        cursor.close()
    _warm.give_back(spill, connection)


class _Warm:
    """The one engine that waits for the next acceptance, if one does."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: tuple[int, Path, duckdb.DuckDBPyConnection] | None = None
        self.abandoned: list[object] = []

    def take(self, spill: Path) -> duckdb.DuckDBPyConnection:
        with self.lock:
            found, self.waiting = self.waiting, None
        if found is not None:
            process, place, connection = found
            if (process, place) == (os.getpid(), spill):
                return connection
            self._end(process, connection)
        return duckdb.connect(":memory:", config={**SETTINGS, "temp_directory": str(spill)})

    def give_back(self, spill: Path, connection: duckdb.DuckDBPyConnection) -> None:
        with self.lock:
            before, self.waiting = self.waiting, (os.getpid(), spill, connection)
        if before is not None:
            self._end(before[0], before[2])

    def _end(self, process: int, connection: duckdb.DuckDBPyConnection) -> None:
        if process == os.getpid():
            connection.close()
        else:
            # It came through a fork and lost its threads; closing it would hang.
            self.abandoned.append(connection)


_warm = _Warm()


def drop(engine: Backend, table: str, *, kind: Literal["TABLE", "VIEW"] = "TABLE") -> None:
    """Drop a table, or a view, if it is there."""
    # Ibis 12 with sqlglot 30.30 writes this statement without the table's name.
    engine.raw_sql(f"DROP {kind} IF EXISTS {column(table)}")


def make(engine: Backend, table: str, query: str) -> None:
    """Keep what a query gives as a table."""
    engine.raw_sql(f"CREATE TABLE {column(table)} AS {query}")


def add(engine: Backend, table: str, query: str) -> None:
    """Append what a query gives to a table."""
    engine.raw_sql(f"INSERT INTO {column(table)} {query}")


def remove(engine: Backend, table: str, places: str) -> int:
    """Remove the rows of a table at the places, its ``rowid``, that a query gives; say how many."""
    change = " ".join(["DELETE FROM", column(table), "WHERE rowid IN", f"({places})"])
    gone = engine.con.execute(change).fetchone()
    return int(gone[0]) if gone else 0


def rows_in(engine: Backend, table: str) -> int:
    """Say how many rows a table has."""
    return int(ask(engine, select({"n": "count(*)"}, column(table)))[0]["n"])


def make_anew(engine: Backend, table: str) -> None:
    """Make a temporary table anew out of its rows, without the room of those removed."""
    other = column(f"{table}_anew")
    drop(engine, f"{table}_anew")
    engine.raw_sql(f"CREATE TEMPORARY TABLE {other} AS {select('*', column(table))}")
    drop(engine, table)
    engine.raw_sql(f"ALTER TABLE {other} RENAME TO {column(table)}")


def ask(engine: Backend, query: str) -> list[dict[str, Any]]:
    """Give the rows of a small answer."""
    answer = engine.con.execute(query)
    names = [each[0] for each in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


class _Readers(threading.local):
    process: int = 0
    engine: Backend | None = None


class _Shared:
    """The process's database, which the threads' connections share with its memory limit."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process = 0
        self.connection: duckdb.DuckDBPyConnection | None = None
        self.abandoned: list[object] = []

    def cursor(self) -> duckdb.DuckDBPyConnection:
        with self.lock:
            if self.connection is None or self.process != os.getpid():
                # A database that came through a fork lost its threads; closing it would hang.
                self.abandoned.append(self.connection)
                self.connection = duckdb.connect(":memory:", config=dict(SETTINGS))
                self.process = os.getpid()
            return self.connection.cursor()


_readers = _Readers()
_shared = _Shared()


def reader() -> Backend:
    """Give this thread's engine for reading, made at the first call in each process and thread."""
    if _readers.engine is None or _readers.process != os.getpid():
        if _readers.engine is not None:
            _shared.abandoned.append(_readers.engine)
        _readers.engine = ibis.duckdb.from_connection(_shared.cursor())
        _readers.process = os.getpid()
    return _readers.engine


def _after_fork() -> None:
    _shared.lock = threading.Lock()
    _warm.lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)


def parquet(
    engine: Backend, files: Sequence[str], *, schema: ibis.Schema, partitioned: bool = False
) -> ibis.Table:
    """Give the rows of these Parquet files, or no rows of this schema when there are none.

    A column that some files lack, since they were written before it was, has no value there.
    ``partitioned``: the month stands in the folders' names. Nothing is registered in the engine,
    so nothing has to be cleared away.
    """
    return engine.sql(parquet_query(files, schema=schema, partitioned=partitioned), schema=schema)


def parquet_query(files: Sequence[str], *, schema: ibis.Schema, partitioned: bool = False) -> str:
    """Give the query for what ``parquet`` gives, in the engine's language."""
    by_columns: dict[frozenset[str], list[str]] = {}
    for file in files:
        there = _columns_there(file, schema, partitioned=partitioned)
        by_columns.setdefault(there, []).append(file)
    queries = [
        _reading(group, there, schema, partitioned=partitioned)
        for there, group in by_columns.items()
    ]
    return " UNION ALL ".join(queries or [_reading([], frozenset(), schema, partitioned=False)])


def _reading(
    files: Sequence[str], there: frozenset[str], schema: ibis.Schema, *, partitioned: bool
) -> str:
    """Give the query that reads files which hold these of the schema's columns."""
    columns = ", ".join(
        column(name) if name in there else f"CAST(NULL AS {kind}) AS {column(name)}"
        for name, kind in kinds(schema)
    )
    if not files:
        return select(columns, where="false")
    paths = ", ".join(map(literal, files))
    options = _HIVE if partitioned else "hive_partitioning = false"
    return select(columns, call("read_parquet", f"[{paths}]", options))


@lru_cache(maxsize=256)
def kinds(schema: ibis.Schema) -> tuple[tuple[str, str], ...]:
    """Give the names and types of columns in the engine's language."""
    columns = schema.to_sqlglot_column_defs(_DIALECT)
    return tuple((each.name, each.kind.sql(_DIALECT)) for each in columns)


def _columns_there(file: str, schema: ibis.Schema, *, partitioned: bool) -> frozenset[str]:
    try:
        there = columns_of(file) | ({"month"} if partitioned else set())
    except (OSError, pa.ArrowException):
        # The engine meets the same fault when the rows are asked for, and is heard there.
        return frozenset(schema.names)
    return frozenset(there.intersection(schema.names))


@lru_cache(maxsize=20_000)
def columns_of(file: str) -> frozenset[str]:
    """Give the names of the columns in a Parquet file; a file of the store never changes."""
    return frozenset(pq.read_schema(file).names)
