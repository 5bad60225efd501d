"""Parquet files made ready outside the tables, to be moved in whole when a release is made.

The same rows in the same order give the same bytes, whatever engine and in what pieces they came:
row groups are cut at a fixed number of rows, and nothing of the moment goes into a file.
"""

import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from leye.data.pool.files import digest_of

MONTH = "month"
"""The column partitioned tables are cut by; it stands in the folder's name, not in the files."""
GROUP_ROWS = 122_880
"""Rows of a row group: what DuckDB reads as one piece of work."""
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file of rows: of one month where the table is partitioned. ``digest`` is of its bytes."""

    path: Path
    month: int | None
    rows: int
    size: int
    digest: str


def prepare(
    rows: pa.RecordBatchReader, *, schema: ibis.Schema, folder: Path, partitioned: bool
) -> tuple[Prepared, ...]:
    """Write rows to files in ``folder``, in the order given; one file a month if partitioned.

    No row gives no file. Months and columns are checked, values are cast where that is safe.

    :raises pa.ArrowException: rows do not fit the schema, or a month is missing.
    :raises OSError: the disk is full, or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arrow = schema.to_pyarrow()
    stored = pa.schema([f for f in arrow if not (partitioned and f.name == MONTH)])
    parts: dict[int | None, _Part] = {}
    try:
        for batch in Ahead(rows):
            for month, piece in _by_month(_fitted(batch, arrow), partitioned=partitioned):
                if month not in parts:
                    parts[month] = _Part(_path(folder, month), stored)
                parts[month].add(piece.select(stored.names))
    finally:
        for part in parts.values():
            part.close()
    return tuple(_prepared(parts[month], month) for month in sorted(parts, key=lambda m: m or 0))


def _path(folder: Path, month: int | None) -> Path:
    # The folder's name lets an engine read a prepared file as one of the table.
    return folder / (f"{MONTH}={month}" if month is not None else "") / "rows.parquet"


def _prepared(part: "_Part", month: int | None) -> Prepared:
    size = part.path.stat().st_size
    return Prepared(part.path, month, part.rows, size, digest_of(part.path))


def _fitted(batch: pa.RecordBatch, schema: pa.Schema) -> pa.Table:
    table = pa.Table.from_batches([batch])
    extra = set(table.column_names) ^ set(schema.names)
    if extra:
        raise pa.ArrowInvalid(f"columns differ: {sorted(extra)}")
    return table.select(schema.names).cast(schema)


def _by_month(table: pa.Table, *, partitioned: bool) -> Iterator[tuple[int | None, pa.Table]]:
    if not partitioned:
        yield None, table
        return
    months = table.column(MONTH)
    found = pc.unique(months).to_pylist()
    if None in found:
        raise pa.ArrowInvalid("a row has no month")
    for month in found:
        yield month, table if len(found) == 1 else table.filter(pc.equal(months, month))


class _Part:
    """One file being written, in row groups of a fixed number of rows."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.rows = 0
        self._pending: list[pa.Table] = []
        self._waiting = 0
        texts = [field.name for field in schema if pa.types.is_string(field.type)]
        # Numbers gain little from a dictionary and cost a third of the time.
        self._writer = pq.ParquetWriter(
            path, schema, compression="zstd", use_dictionary=texts, store_schema=False
        )

    def add(self, table: pa.Table) -> None:
        self._pending.append(table)
        self._waiting += table.num_rows
        while self._waiting >= GROUP_ROWS:
            self._write(GROUP_ROWS)

    def close(self) -> None:
        try:
            if self._waiting:
                self._write(self._waiting)
        finally:
            self._writer.close()

    def _write(self, count: int) -> None:
        waiting = pa.concat_tables(self._pending)
        self._writer.write_table(waiting.slice(0, count).combine_chunks(), row_group_size=count)
        rest = waiting.slice(count)
        self._pending, self._waiting = [rest], rest.num_rows
        self.rows += count


class Ahead:
    """The batches of a reader, while a thread has the engine work on the next ones."""

    def __init__(self, rows: pa.RecordBatchReader) -> None:
        self._rows = rows
        self._waiting: queue.Queue[Any] = queue.Queue(_AHEAD)
        self._stopped = threading.Event()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        thread = threading.Thread(target=self._run, name="rows-ahead", daemon=True)
        thread.start()
        try:
            while (item := self._waiting.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            self._stopped.set()
            thread.join()

    def _run(self) -> None:
        last: BaseException | None = None
        try:
            for batch in self._rows:
                if not self._hand(batch):
                    return
        except BaseException as fault:  # noqa: BLE001  # raised again where the batches are used
            last = fault
        self._hand(last)

    def _hand(self, item: object) -> bool:
        while not self._stopped.is_set():
            with suppress(queue.Full):
                self._waiting.put(item, timeout=0.1)
                return True
        return False
