"""One write to the pool, all or nothing: what every delivery and every build is made with.

Steps: the writer's lock; undo what a killed writer left; write files beside the tables, move them
in, commit each table; compact; force all to the disk; keep the manifest; switch to it. The switch
is the one moment at which anything changed for a reader. Between the steps ``checkpoint`` is called
with the step just done.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend

from leye.data.pool.engine import parquet, parquet_query
from leye.data.pool.files import clear_abandoned, locked, work_folder
from leye.data.pool.prepared import Prepared, prepare
from leye.data.pool.release import Pin, Release, Releases
from leye.data.pool.store import Store, digest_of_file, kept_safe, month_of_file

_CACHED = 512


def nothing(_step: str) -> None:
    """Go on."""


class Ledger:
    """What a pool holds on the disk: its tables, its releases, and the one writer's lock."""

    def __init__(
        self, root: Path, *, wait: float = 10.0, checkpoint: Callable[[str], None] = nothing
    ) -> None:
        self.root = root
        self.checkpoint = checkpoint
        self.store = Store(root / "tables")
        self.releases = Releases(root)
        self.work = root / "work"
        self._wait = wait
        self._cache: OrderedDict[tuple[str, int], tuple[str, ...]] = OrderedDict()
        self._cache_lock = threading.Lock()

    @contextmanager
    def writing(self) -> Iterator["Transaction"]:
        """Give a transaction on the latest release. Left without ``commit``, nothing changes.

        :raises PoolBusy: another writer held the lock all the time one waits.
        :raises StoreFailure: what a killed writer left could not be undone.
        """
        with locked(self.root / "lock", wait=self._wait):
            self.checkpoint("locked")
            release = self.releases.latest()
            clear_abandoned(self.work)
            self._forget(self.store.recover(release.versions))
            self.checkpoint("recovered")
            try:
                with work_folder(self.work) as work:
                    yield Transaction(self, release, work)
            except BaseException:
                self.store.forget()
                raise

    def files(self, table: str, version: int) -> tuple[str, ...]:
        """Give the files of a pinned version of a table; remembered, since they never change.

        :raises StoreFailure: the version cannot be read.
        """
        with self._cache_lock:
            if (table, version) in self._cache:
                self._cache.move_to_end((table, version))
                return self._cache[table, version]
        files = self.store.files(table, version)
        self.remember(table, version, files)
        return files

    def remember(self, table: str, version: int, files: tuple[str, ...]) -> None:
        """Keep the files of a version of a table at hand."""
        with self._cache_lock:
            self._cache[table, version] = files
            while len(self._cache) > _CACHED:
                self._cache.popitem(last=False)

    def _forget(self, tables: Sequence[str]) -> None:
        with self._cache_lock:
            for known in [each for each in self._cache if each[0] in tables]:
                del self._cache[known]


class Transaction:
    """Changes to tables that come to be together at ``commit``. Used by one thread."""

    def __init__(self, ledger: Ledger, release: Release, work: Path) -> None:
        self.release = release
        self._ledger = ledger
        self._work = work
        self._pins: dict[str, Pin] = {}
        self._pieces = 0

    @property
    def number(self) -> int:
        """The number of the release a commit makes."""
        return self.release.number + 1

    def rows(
        self, table: str, *, engine: Backend, months: Sequence[int] | None = None
    ) -> ibis.Table | None:
        """Give a table's rows as of the start, or those of some months; None: no such table.

        :raises StoreFailure: the table cannot be read.
        """
        pin = self.release.tables.get(table)
        if pin is None:
            return None
        files = of_months(self._ledger.files(table, pin.version), months)
        return parquet(engine, files, schema=pin.schema, partitioned=pin.partitioned)

    def query(self, table: str, *, months: Sequence[int] | None = None) -> str | None:
        """Give the query for what ``rows`` gives, in the engine's language; None: no such table.

        :raises StoreFailure: the table cannot be read.
        """
        pin = self.release.tables.get(table)
        if pin is None:
            return None
        files = of_months(self._ledger.files(table, pin.version), months)
        return parquet_query(files, schema=pin.schema, partitioned=pin.partitioned)

    def append(
        self,
        table: str,
        rows: pa.RecordBatchReader,
        *,
        schema: ibis.Schema,
        partitioned: bool = False,
        key: Sequence[str] = (),
        place: str = "",
    ) -> None:
        """Add rows to a table, which is made or widened as the schema asks.

        :raises StoreFailure: the rows do not fit, or the store failed.
        """
        pin = Pin(-1, _columns(schema), tuple(key), place, partitioned)
        files = self._prepared(rows, schema, partitioned=partitioned)
        version = self._ready(table, schema, pin)
        if files:
            version = self._committed(table, files)
        self._wrote(table, replace(pin, version=version))

    def replace_month(
        self,
        table: str,
        month: int,
        rows: pa.RecordBatchReader | Sequence[Prepared],
        *,
        schema: ibis.Schema,
        key: Sequence[str] = (),
        place: str = "",
    ) -> None:
        """Put rows in the place of a month's rows in a table partitioned by month.

        Rows equal to those already there, bit for bit, change nothing: the version stays. Files
        made ready with ``prepare`` may be given in place of rows; they are moved, not copied.

        :raises StoreFailure: a row is of another month or does not fit, or the store failed.
        """
        pin = Pin(-1, _columns(schema), tuple(key), place, True)
        files = self._prepared(rows, schema, partitioned=True)
        with kept_safe("写入"):
            if any(file.month != month for file in files):
                raise pa.ArrowInvalid("a row is of another month")
        self._replaced(table, files, pin, schema, month)

    def replace(
        self,
        table: str,
        rows: pa.RecordBatchReader | Sequence[Prepared],
        *,
        schema: ibis.Schema,
        key: Sequence[str] = (),
        place: str = "",
    ) -> None:
        """Put rows in the place of all rows of a table that is not partitioned.

        :raises StoreFailure: the rows do not fit, or the store failed.
        """
        pin = Pin(-1, _columns(schema), tuple(key), place)
        files = self._prepared(rows, schema, partitioned=False)
        self._replaced(table, files, pin, schema, None)

    def commit(self, *, label: str, at: datetime, delivery: str = "") -> Release:
        """Make the release that pins what the tables have become, and make it the latest.

        ``label`` says what made it: "delivery", "build" or another word of the writer's.

        :raises StoreFailure: the store failed; the last good release stands.
        """
        ledger = self._ledger
        for name, pin in self._pins.items():
            files = ledger.files(name, pin.version)
            version = ledger.store.compact(name, pin.version, files=files, release=self.number)
            self._pins[name] = replace(pin, version=version)
        ledger.checkpoint("compacted")
        changed: list[Path] = []
        for name, pin in self._pins.items():
            since = self.release.versions.get(name)
            before = frozenset(() if since is None else ledger.files(name, since))
            written = [file for file in ledger.files(name, pin.version) if file not in before]
            changed += ledger.store.changed(name, since=since, version=pin.version, written=written)
        ledger.store.sync(changed)
        ledger.checkpoint("synced")
        tables = {**self.release.tables, **self._pins}
        following = Release(self.number, delivery, at, tables, label)
        with kept_safe("写入"):
            ledger.releases.keep(following)
        ledger.checkpoint("manifest_written")
        with kept_safe("写入"):
            ledger.releases.switch(following)
        ledger.checkpoint("released")
        return following

    # --- the steps of one change

    def _prepared(
        self,
        rows: pa.RecordBatchReader | Sequence[Prepared],
        schema: ibis.Schema,
        *,
        partitioned: bool,
    ) -> Sequence[Prepared]:
        if isinstance(rows, Sequence):
            return rows
        self._pieces += 1
        folder = self._work / str(self._pieces)
        with kept_safe("写入"):
            return prepare(rows, schema=schema, folder=folder, partitioned=partitioned)

    def _replaced(
        self,
        table: str,
        files: Sequence[Prepared],
        pin: Pin,
        schema: ibis.Schema,
        month: int | None,
    ) -> None:
        version = self._ready(table, schema, pin)
        there = of_months(self._ledger.files(table, version), None if month is None else [month])
        if sorted(map(digest_of_file, there)) != sorted(file.digest for file in files):
            version = self._committed(table, files, replacing=month or "all")
        self._wrote(table, replace(pin, version=version))

    def _committed(
        self,
        table: str,
        files: Sequence[Prepared],
        *,
        replacing: int | Literal["all"] | None = None,
    ) -> int:
        store = self._ledger.store
        added = store.place(table, files)
        self._ledger.checkpoint(f"{table}_placed")
        made = store.commit(table, added, release=self.number, replacing=replacing)
        self._ledger.remember(table, made.version, made.files)
        return made.version

    def _ready(self, table: str, schema: ibis.Schema, pin: Pin) -> int:
        """Give the version to write on; a table pinned with these very columns needs no look."""
        known = self._pins.get(table) or self.release.tables.get(table)
        if known is not None and (known.columns, known.partitioned) == (
            pin.columns,
            pin.partitioned,
        ):
            return known.version
        return self._ledger.store.make(table, schema=schema, partitioned=pin.partitioned)

    def _wrote(self, table: str, pin: Pin) -> None:
        self._pins[table] = pin
        self._ledger.checkpoint(f"{table}_written")


def of_months(files: Sequence[str], months: Sequence[int] | None) -> tuple[str, ...]:
    """Give the files that hold rows of the months; None gives all."""
    if months is None:
        return tuple(files)
    wanted = frozenset(months)
    return tuple(file for file in files if month_of_file(file) in wanted)


def _columns(schema: ibis.Schema) -> dict[str, str]:
    return {name: str(kind) for name, kind in schema.items()}
