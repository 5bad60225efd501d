"""Apache Spark as an engine: on this machine, or on a cluster that sees the pool's folder.

The only module that imports ``pyspark``, which is an optional extra. Whatever is kept or given out
is written by Spark as Parquet into a staging folder and read from there, so that neither the
driver nor Python ever holds a whole result.
"""

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.pyspark import Backend
from ibis.backends.pyspark.datatypes import PySparkSchema
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from leye.data.pool.engines import Engine, EngineUnavailable
from leye.data.pool.mapped import Task
from leye.data.pool.pieces import PIECE, whole_batch, with_piece
from leye.data.pool.prepared import GROUP_ROWS, MONTH
from leye.data.pool.resolve import Key, stacked, without
from leye.data.pool.store import failure

_QUIET = """
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""
_LOCAL_SHUFFLES = "4"
"""Pieces of a shuffle on one machine; Spark's own 200 are meant for a cluster."""


@contextmanager
def spark_workbench(engine: Engine, *, root: Path, folder: Path) -> Iterator["SparkWorkbench"]:
    """Open Spark for one build and stop it at the end.

    :raises EngineUnavailable: Java is missing, or the cluster does not answer.
    """
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")) and engine.spark_master.startswith(
        "local"
    ):
        raise EngineUnavailable(
            "没有找到 Java",
            hint="请安装 Java 17（Debian：apt-get install openjdk-17-jre-headless）",
        )
    folder.mkdir(parents=True, exist_ok=True)
    try:
        session = _session(engine, folder)
    except (PySparkException, OSError, RuntimeError) as fault:
        raise EngineUnavailable(
            f"Spark 没有启动（{type(fault).__name__}）",
            hint="请检查 Java 17 和 LEYE_SPARK_MASTER",
        ) from fault
    try:
        backend = ibis.pyspark.connect(session)
        yield SparkWorkbench(backend, session, root=root, folder=folder, seen_as=engine.spark_root)
    finally:
        session.stop()


def _session(engine: Engine, folder: Path) -> SparkSession:
    quiet = folder / "log4j2.properties"
    quiet.write_text(_QUIET)
    # Its bridge to Java says at every turn what it opened and closed.
    logging.getLogger("py4j").setLevel(logging.WARNING)
    local = engine.spark_master.startswith("local")
    options = {
        "spark.master": engine.spark_master,
        "spark.app.name": "leye",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": f"{engine.memory_limit // 1024**2}m",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{quiet}",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    }
    if local:
        options |= {
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.local.dir": str(folder / "spill"),
            "spark.sql.shuffle.partitions": _LOCAL_SHUFFLES,
            "spark.sql.execution.arrow.maxRecordsPerBatch": str(GROUP_ROWS // 2),
        }
        # Functions of ours run in this very Python.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder
    for name, value in {**options, **(engine.spark_options or {})}.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


@dataclass(frozen=True, slots=True)
class _Held:
    """What is held under a name: where, and as which view."""

    path: Path
    view: str
    rows: ibis.Table


class SparkWorkbench:
    """Spark at work on one build; ``seen_as`` is the pool's folder as the cluster names it."""

    def __init__(
        self, backend: Backend, session: SparkSession, *, root: Path, folder: Path, seen_as: str
    ) -> None:
        self._backend = backend
        self._session = session
        self._root = str(root.resolve())
        self._seen_as = seen_as
        self._folder = folder / "staging"
        self._beside = folder / "held"
        self._held: dict[str, _Held] = {}
        self._turn = 0
        self._views = 0

    def parquet(
        self, files: Sequence[str], *, schema: ibis.Schema, partitioned: bool
    ) -> ibis.Table:
        wanted = PySparkSchema.from_ibis(schema)
        reader = self._session.read.schema(wanted)
        frames = []
        for base in sorted({_base(file, partitioned=partitioned) for file in files}):
            own = [f for f in files if _base(f, partitioned=partitioned) == base]
            based = reader.option("basePath", self._address(base)) if partitioned else reader
            frames.append(based.parquet(*(self._address(file) for file in own)))
        frame = frames[0] if frames else self._session.createDataFrame([], schema=wanted)
        for each in frames[1:]:
            frame = frame.unionByName(each)
        return self._viewed(frame.select(*schema.names), schema)

    def mapped(self, name: str, rows: ibis.Table, task: Task) -> ibis.Table:
        cut = with_piece(rows, task.part, task.pieces)
        frame = self._session.sql(self._backend.compile(cut))

        def worked(piece: pa.Table) -> pa.Table:
            return pa.Table.from_batches([task.piece(whole_batch(piece.drop_columns(PIECE)))])

        done = frame.groupBy(PIECE).applyInArrow(worked, PySparkSchema.from_ibis(task.schema))
        return self.keep(name, self._viewed(done, task.schema))

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table:
        path = self._written(rows, self._folder / name)
        return self._viewed(self._read(path, rows.schema()), rows.schema())

    def hold(self, name: str, rows: ibis.Table) -> ibis.Table:
        # The new rows may be made of those held before, so these go last.
        before = self._held.get(name)
        self._turn += 1
        view = f"{name}_{self._turn}"
        path = self._written(rows, self._beside / view)
        self._read(path, rows.schema()).createOrReplaceTempView(view)
        self._held[name] = _Held(path, view, self._backend.table(view).cast(rows.schema()))
        if before is not None:
            self._session.catalog.dropTempView(before.view)
            shutil.rmtree(before.path, ignore_errors=True)
        return self._held[name].rows

    def renew(self, name: str, fresh: ibis.Table, key: Key) -> ibis.Table:
        return self.hold(name, stacked([without(self._held[name].rows, fresh, key), fresh]))

    def named(self, rows: ibis.Table) -> ibis.Table:
        return self._viewed(self._session.sql(self._backend.compile(rows)), rows.schema())

    def batches(self, rows: ibis.Table) -> pa.RecordBatchReader:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._written(rows, Path(tempfile.mkdtemp(dir=self._folder)) / "rows")
        schema = rows.schema().to_pyarrow()
        return pa.RecordBatchReader.from_batches(schema, _batches(path, schema))

    def clear(self) -> None:
        for number in range(self._views):
            self._session.catalog.dropTempView(f"leye_{number}")
        self._views = 0
        shutil.rmtree(self._folder, ignore_errors=True)

    def _read(self, path: Path, schema: ibis.Schema) -> Any:
        reader = self._session.read.schema(PySparkSchema.from_ibis(schema))
        return reader.parquet(self._address(str(path)))

    def _viewed(self, frame: Any, schema: ibis.Schema) -> ibis.Table:
        name = f"leye_{self._views}"
        self._views += 1
        frame.createOrReplaceTempView(name)
        return self._backend.table(name).cast(schema)

    def _written(self, rows: ibis.Table, path: Path) -> Path:
        try:
            self._backend.to_parquet(rows, self._address(str(path)))
        except (PySparkException, Py4JError) as fault:
            # Its words may quote rows.
            raise failure("计算", fault) from None
        return path

    def _address(self, path: str) -> str:
        inside = Path(path).resolve()
        if self._seen_as and inside.is_relative_to(self._root):
            return f"{self._seen_as}/{inside.relative_to(self._root)}"
        # Not percent-encoded: Spark takes the text as it stands.
        return f"file://{inside}"


def _base(file: str, *, partitioned: bool) -> str:
    """Give the folder below which the month stands in a file's path."""
    folder = Path(file).parent
    return str(folder.parent if partitioned and folder.name.startswith(f"{MONTH}=") else folder)


def _batches(path: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    # The parts of an ordered result follow each other by their names.
    for part in sorted(path.glob("part-*.parquet")):
        with pq.ParquetFile(part) as file:
            for batch in file.iter_batches(batch_size=GROUP_ROWS):
                table = pa.Table.from_batches([batch]).select(schema.names).cast(schema)
                yield from table.to_batches()
    shutil.rmtree(path, ignore_errors=True)
