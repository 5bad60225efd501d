"""The engines registers are built with: DuckDB on this machine, or Spark. The same expressions.

Both read the same list of files of a pinned version, never a folder, and give results as a stream
of record batches. Which one is asked for by name, as in ``LEYE_ENGINE``.
"""

import os
import shutil
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2s
from pathlib import Path
from typing import Protocol

import duckdb
import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr import operations as ops

from leye.data.pool.engine import (
    SETTINGS,
    add,
    drop,
    kinds,
    make_anew,
    parquet_query,
    remove,
    rows_in,
)
from leye.data.pool.mapped import Task, work_out
from leye.data.pool.pieces import with_piece
from leye.data.pool.prepared import GROUP_ROWS, Ahead
from leye.data.pool.resolve import Key, replaced_by
from leye.data.pool.sql import column
from leye.data.pool.written import Queries, Texts
from leye.kernel.errors import InvalidInput, LeyeError

DUCKDB = "duckdb"
SPARK = "spark"
_MOST_MEMORY = 3 * 1024**3
_TEXTS = Texts()
"""What DuckDB was asked in this process."""
_HELD = "held"
_DEAD_MOST = 3
"""Of a table held, a third as many rows as it has may be removed ones before it is made anew."""


class UnknownEngine(InvalidInput):
    """No engine of that name."""

    code = "unknown_engine"
    title = "没有这种计算引擎"


class EngineUnavailable(LeyeError):
    """The engine asked for is not installed, or does not start."""

    code = "engine_unavailable"
    title = "计算引擎用不了"


@dataclass(frozen=True, slots=True)
class Engine:
    """Which engine to build with, and how much of the machine it may use.

    ``memory`` is in bytes; of Spark, the driver's. ``spark_master`` is where Spark runs,
    ``spark_root`` the address under which a cluster sees the pool's folder ("": the same path).
    ``spark_options`` are handed to Spark as they are.
    """

    name: str = DUCKDB
    memory: int = 0
    threads: int = 0
    spark_master: str = "local[2]"
    spark_root: str = ""
    spark_options: Mapping[str, str] | None = None

    @property
    def memory_limit(self) -> int:
        """The bytes it may use: those asked for, else half of the machine's but not over 3 GB."""
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return self.memory or min(whole // 2, _MOST_MEMORY)

    @property
    def processes(self) -> int:
        """How many processes work rows out by functions of ours, beside the engine."""
        return self.threads or len(os.sched_getaffinity(0))


def engine_named(name: str = "", *, environ: Mapping[str, str] | None = None) -> Engine:
    """Give the engine of a name, or else the one ``LEYE_ENGINE`` names, with its settings.

    ``LEYE_ENGINE_MEMORY`` is in MB, ``LEYE_ENGINE_THREADS`` a number; ``LEYE_SPARK_MASTER``,
    ``LEYE_SPARK_ROOT`` and ``LEYE_SPARK_OPTIONS`` ("key=value;key=value") are for Spark.

    :raises UnknownEngine: there is none of that name.
    :raises InvalidInput: a setting is no number, or no pair.
    """
    given = os.environ if environ is None else environ
    chosen = name or given.get("LEYE_ENGINE", "") or DUCKDB
    if chosen not in (DUCKDB, SPARK):
        raise UnknownEngine(f"“{chosen}”", hint=f"可用：{DUCKDB}、{SPARK}")
    return Engine(
        name=chosen,
        memory=_number(given, "LEYE_ENGINE_MEMORY") * 1024**2,
        threads=_number(given, "LEYE_ENGINE_THREADS"),
        spark_master=given.get("LEYE_SPARK_MASTER", "") or "local[2]",
        spark_root=given.get("LEYE_SPARK_ROOT", "").rstrip("/"),
        spark_options=_pairs(given.get("LEYE_SPARK_OPTIONS", "")),
    )


def _number(given: Mapping[str, str], name: str) -> int:
    text = given.get(name, "") or "0"
    if not (text.isascii() and text.isdigit()):
        raise InvalidInput(f"{name} 应为整数，现为“{text}”", hint="请改正环境变量")
    return int(text)


def _pairs(text: str) -> Mapping[str, str]:
    pairs = [each.partition("=") for each in text.split(";") if each.strip()]
    if any(not sign for _, sign, _ in pairs):
        raise InvalidInput(f"LEYE_SPARK_OPTIONS 写法有误：“{text}”", hint="写作 名称=值;名称=值")
    return {name.strip(): value.strip() for name, _, value in pairs}


class Workbench(Protocol):
    """An engine at work on one build. Its expressions run in the thread that opened it."""

    def parquet(
        self, files: Sequence[str], *, schema: ibis.Schema, partitioned: bool
    ) -> ibis.Table:
        """Give the rows of these files; see :func:`leye.data.pool.engine.parquet`."""

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table:
        """Work a result out and keep it under a name until ``clear``."""

    def hold(self, name: str, rows: ibis.Table) -> ibis.Table:
        """Keep a result in place of what was held under the name; ``clear`` leaves it."""

    def renew(self, name: str, fresh: ibis.Table, key: Key) -> ibis.Table:
        """Put these rows in place of those of their keys among what is held under the name.

        What ``hold`` or ``renew`` gave before must not be used any more.
        """

    def named(self, rows: ibis.Table) -> ibis.Table:
        """Give an expression a name in the engine until ``clear``; nothing is worked out.

        Whatever is built on it is written from the name on: writing an expression out costs more
        than running it, and grows faster than the expression.
        """

    def batches(self, rows: ibis.Table) -> pa.RecordBatchReader:
        """Give the rows as a stream, in the order of the expression."""

    def mapped(self, name: str, rows: ibis.Table, task: Task) -> ibis.Table:
        """Work rows out by a function on arrays; keep the results as ``keep`` does.

        :raises ValueError: a column for the function holds a null.
        """

    def clear(self) -> None:
        """Forget everything named and kept."""


@contextmanager
def workbench_of(engine: Engine, *, root: Path, folder: Path) -> Iterator[Workbench]:
    """Open an engine on the pool at ``root``, which may keep what it must in ``folder``.

    :raises EngineUnavailable: it is not installed, or does not start.
    """
    if engine.name == SPARK:
        try:
            from leye.data.pool.spark import spark_workbench
        except ImportError:
            raise EngineUnavailable(
                "没有安装 Spark",
                hint="请运行 python3 tools/bootstrap.py install spark，并安装 Java 17",
            ) from None
        with spark_workbench(engine, root=root, folder=folder) as bench:
            yield bench
    else:
        with _duckdb_workbench(engine, folder) as bench:
            yield bench


@contextmanager
def _duckdb_workbench(engine: Engine, folder: Path) -> Iterator[Workbench]:
    settings: dict[str, str | bool | int | float | list[str]] = {
        **SETTINGS,
        "temp_directory": str(folder / "spill"),
        "memory_limit": f"{engine.memory_limit // 1024**2}MiB",
        # Results are ordered where it matters; keeping files' order elsewhere costs memory.
        "preserve_insertion_order": "false",
        **({"threads": str(engine.threads)} if engine.threads else {}),
    }
    connection = duckdb.connect(":memory:", config=settings)
    try:
        backend = ibis.duckdb.from_connection(connection)
        yield _DuckWorkbench(backend, folder=folder, processes=engine.processes)
    finally:
        connection.close()


class _DuckWorkbench:
    """DuckDB: what is kept is a table in memory, spilled where memory ends.

    Views of the same columns have the same names in each month and each build, so that ``Queries``
    meets the same expressions.
    """

    def __init__(self, backend: Backend, *, folder: Path, processes: int) -> None:
        self._backend = backend
        self._folder = folder / "mapped"
        self._turn = 0
        self._processes = processes
        self._queries = Queries(backend.compile, _TEXTS)
        self._tables: dict[Hashable, ibis.Table] = {}
        self._met: Counter[Hashable] = Counter()
        self._views: list[str] = []
        self._kept: list[str] = []
        self._dead: dict[str, int] = {}

    def parquet(
        self, files: Sequence[str], *, schema: ibis.Schema, partitioned: bool
    ) -> ibis.Table:
        query = parquet_query(files, schema=schema, partitioned=partitioned)
        name = self._view(("files", schema), query)
        if (schema, name) not in self._tables:
            table = ops.DatabaseTable(name, schema=schema, source=self._backend)
            self._tables[schema, name] = table.to_expr()
        return self._tables[schema, name]

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table:
        self._kept.append(name)
        return self._seen(self._fill(name, rows), name)

    def hold(self, name: str, rows: ibis.Table) -> ibis.Table:
        drop(self._backend, name)
        self._fill(name, rows)
        self._dead[name] = 0
        return self._seen(_HELD, name)

    def renew(self, name: str, fresh: ibis.Table, key: Key) -> ibis.Table:
        held = self._seen(_HELD, name)
        gone = replaced_by(held.mutate(_at=held.rowid()), fresh, key).select("_at")
        _, query = self._queries.text(gone)
        self._dead[name] += remove(self._backend, name, query)
        _, query = self._queries.text(fresh)
        add(self._backend, name, query)
        # What was removed keeps its room until the table is made anew.
        if self._dead[name] * _DEAD_MOST > rows_in(self._backend, name):
            make_anew(self._backend, name)
            self._dead[name] = 0
        return held

    def named(self, rows: ibis.Table) -> ibis.Table:
        form, query = self._queries.text(rows)
        return self._seen(form, self._view(("named", rows.schema()), query))

    def batches(self, rows: ibis.Table) -> pa.RecordBatchReader:
        _, query = self._queries.text(rows)
        answer = self._backend.raw_sql(query).fetch_record_batch(GROUP_ROWS)
        return pa.RecordBatchReader.from_batches(rows.schema().to_pyarrow(), answer)

    def mapped(self, name: str, rows: ibis.Table, task: Task) -> ibis.Table:
        # DuckDB may take a file for one it has read if path, size and second are the same.
        folder = self._folder / str(self._turn) / name
        batches = Ahead(self.batches(with_piece(rows, task.part, task.pieces)))
        files = work_out(batches, task, folder=folder, processes=self._processes)
        return self.parquet(sorted(files), schema=task.schema, partitioned=False)

    def clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._turn += 1
        for name in reversed(self._views):
            drop(self._backend, name, kind="VIEW")
        for name in self._kept:
            drop(self._backend, name)
        self._views.clear()
        self._kept.clear()
        self._met.clear()

    def _fill(self, name: str, rows: ibis.Table) -> Hashable:
        """Make a table of an expression; give the expression's form."""
        form, query = self._queries.text(rows)
        columns = ", ".join(f"{column(n)} {kind}" for n, kind in kinds(rows.schema()))
        self._backend.raw_sql(f"CREATE TEMPORARY TABLE {column(name)} ({columns})")
        add(self._backend, name, query)
        return form

    def _view(self, kind: Hashable, query: str) -> str:
        """Make a view, named by its columns and how many such there were before it."""
        self._met[kind] += 1
        name = f"leye_{_mark(repr(kind))}_{self._met[kind]}"
        self._backend.raw_sql(f"CREATE VIEW {column(name)} AS {query}")
        self._views.append(name)
        return name

    def _seen(self, form: Hashable, name: str) -> ibis.Table:
        """Give a table or view as an expression; the engine is asked for its columns once."""
        if (form, name) not in self._tables:
            self._tables[form, name] = self._backend.table(name)
        return self._tables[form, name]


@lru_cache(maxsize=1024)
def _mark(text: str) -> str:
    return blake2s(text.encode(), digest_size=8).hexdigest()
