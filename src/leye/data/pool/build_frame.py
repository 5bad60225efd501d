"""What one month of the registers is worked out from: a snapshot, and the tables built before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from leye.data.pool.builds import (
    VERSION,
    Inputs,
    Look,
    bears_on,
    content_digest,
    digest_of_month,
    taken_deliveries,
)
from leye.data.pool.carried import Carried
from leye.data.pool.engines import Workbench
from leye.data.pool.linked import LINK_SCHEMA, LINKS, best_links, linked_rows, links_of, with_links
from leye.data.pool.mapped import Task
from leye.data.pool.prepared import Prepared
from leye.data.pool.resolve import (
    PERSON,
    Once,
    Read,
    key_of,
    known_files,
    late_rows,
    newest_rows,
    of_doubled_keys,
    span_of,
    stacked,
    standing_rows,
)
from leye.data.pool.snapshot import Snapshot, UnknownTable
from leye.data.pool.source_contract import stored_schema
from leye.data.pool.source_types import Shape, SourceContract
from leye.data.pool.store import kept_safe
from leye.data.pool.transaction import of_months
from leye.data.pool.types import Delivery

CARRY_FROM = 500_000
"""Of a standing source with as many rows, those that stand are carried from month to month.

But for the authoritative ones, the population: the register of persons alone asks for it, and it
would fill the memory.
"""


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """A table of the registers: its columns, and the expression that builds a month of it.

    ``monthly``: cut by month, and a build replaces its month; else a build replaces the whole.
    ``key`` is unique within what one build writes; rows are kept in its order. ``version`` names
    what the table is made by, besides the rows it is made of, such as the law; another one makes
    the months built before outdated.
    """

    name: str
    schema: ibis.Schema
    build: Callable[["Build"], ibis.Table]
    monthly: bool
    key: tuple[str, ...]
    place: str
    version: str = ""


class Build:
    """One table being built for one month. What it gives is of one snapshot, on one engine."""

    def __init__(self, frame: "Frame", table: str) -> None:
        self._frame = frame
        self._table = table
        self._kept = 0
        self._read: set[tuple[str, int]] = set()
        self._looks: set[Look] = frame.versions_of(table)

    @property
    def month(self) -> int:
        """The month being built, as 202401."""
        return self._frame.month

    @property
    def inputs(self) -> Inputs:
        """The deliveries whose rows were asked for so far, and the other months looked at."""
        found = self._frame.deliveries_of(self._read)
        return Inputs(
            self._frame.snapshot.release,
            tuple(each.id for each in found),
            tuple(sorted(self._looks, key=lambda look: (look.table, look.month))),
            self._frame.links_version,
        )

    def source(self, name: str) -> ibis.Table:
        """Give the rows of a source that stand at the end of the month; see ``resolve``.

        Where a row names no person, the one it was linked to is filled in.

        :raises UnknownTable: there is no such source.
        """
        self._read.add((name, self.month))
        return self._frame.source(name, self.month)

    def source_months(self, name: str, months: Sequence[int]) -> ibis.Table:
        """Give what ``source`` gives for each of these months of a monthly source.

        :raises UnknownTable: there is no such source, or it is a standing one.
        """
        contract = self._frame.contract(name)
        if contract.shape is not Shape.MONTHLY:
            raise UnknownTable(f"{name} 不是按月报送的来源", hint="请用 source")
        self._read |= {(name, month) for month in months}
        self._looks |= {self._frame.look(contract.table, each) for each in months}
        tables = [self._frame.source(name, month) for month in sorted(set(months))]
        if not tables:
            return self._frame.nothing(name)
        return ibis.union(*tables) if len(tables) > 1 else tables[0]

    def register(self, table: str, month: int | None = None) -> ibis.Table:
        """Give a month of a register, by default the one being built, as it was built last.

        Empty when it was not built. Of a table that is not cut by month, the whole.

        :raises UnknownTable: no such table is declared, and the pool has none.
        """
        asked = self.month if month is None else month
        rows = self._frame.register(table, asked)
        if self._frame.by_month(table):
            self._looks.add(self._frame.look(table, asked))
        return rows

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table:
        """Work a result out once, to be used several times in this build."""
        return self._frame.bench.keep(self._name(name), rows)

    def named(self, rows: ibis.Table) -> ibis.Table:
        """Name an expression that much is built on; nothing is worked out. See ``Workbench``."""
        return self._frame.bench.named(rows)

    def mapped(self, name: str, rows: ibis.Table, task: Task) -> ibis.Table:
        """Work rows out by a function on arrays, once; see ``mapped``."""
        return self._frame.bench.mapped(self._name(name), rows, task)

    def batches(self, rows: ibis.Table) -> pa.RecordBatchReader:
        """Give an answer as a stream, in the order of the expression."""
        return self._frame.bench.batches(rows)

    def rows_of(self, rows: ibis.Table) -> list[dict[str, Any]]:
        """Give a small answer at once."""
        found: list[dict[str, Any]] = self._frame.bench.batches(rows).read_all().to_pylist()
        return found

    def count(self, rows: ibis.Table) -> int:
        """Give how many rows there are."""
        return int(self.rows_of(rows.agg(n=rows.count()))[0]["n"])

    def shared(self, name: str, make: Callable[["Build"], ibis.Table]) -> ibis.Table:
        """Give what ``make`` gives, worked out once for all the tables of the month that ask."""
        found = self._frame.shared.get(name)
        if found is None:
            maker = Build(self._frame, name)
            found = self._frame.shared[name] = (make(maker), maker)
        rows, maker = found
        self._read |= maker._read
        self._looks |= maker._looks
        return rows

    def _name(self, name: str) -> str:
        self._kept += 1
        return f"{self._table}_{self._kept}_{name}"


class Frame:
    """What the tables of one month are built from, and those built already."""

    def __init__(
        self,
        month: int,
        *,
        bench: Workbench,
        snapshot: Snapshot,
        tables: Sequence[RegisterTable],
        sources: Mapping[str, SourceContract],
        carried: Carried | None = None,
    ) -> None:
        self.month = month
        self.bench = bench
        self._carried = carried or Carried(bench)
        self.snapshot = snapshot
        self._tables = {table.name: table for table in tables}
        self._sources = sources
        self._ready: dict[str, tuple[Prepared, ...]] = {}
        self._resolved: dict[tuple[str, int], ibis.Table] = {}
        self.shared: dict[str, tuple[ibis.Table, Build]] = {}
        self._taken = taken_deliveries(snapshot, sources)
        self._linked = self._linked_sources()

    def contract(self, name: str) -> SourceContract:
        if name not in self._sources:
            raise UnknownTable(f"来源“{name}”", hint="请核对来源名称")
        return self._sources[name]

    def versions_of(self, table: str) -> set[Look]:
        """Give the version a table is made by as a look; none where it has none."""
        declared = self._tables.get(table)
        if declared is None or not declared.version:
            return set()
        return {Look(f"{VERSION}{table}", self.month, declared.version)}

    def ready(self, table: str, files: tuple[Prepared, ...]) -> None:
        """Note the files of this month's rows of a table."""
        self._ready[table] = files

    def deliveries_of(self, read: set[tuple[str, int]]) -> list[Delivery]:
        return [
            each
            for each in self._taken
            if any(
                name == each.contract and bears_on(each, self._sources[name], month)
                for name, month in read
            )
        ]

    @property
    def links_version(self) -> int:
        """The version of the links that are filled in; -1 where there are none."""
        return self.snapshot.manifest.versions.get(LINKS, -1)

    def by_month(self, name: str) -> bool:
        """Whether a register has a content for each month; one replaced whole has not."""
        table, pin = self._tables.get(name), self.snapshot.manifest.tables.get(name)
        return table.monthly if table is not None else bool(pin and pin.partitioned)

    def look(self, name: str, month: int) -> Look:
        """Say what a month of a table holds as this build sees it."""
        if name in self._ready and month == self.month:
            return Look(name, month, content_digest(file.digest for file in self._ready[name]))
        return Look(name, month, digest_of_month(self.snapshot, name, month))

    def nothing(self, name: str) -> ibis.Table:
        schema = stored_schema(self.contract(name))
        return self.bench.parquet([], schema=schema, partitioned=True)

    def source(self, name: str, month: int) -> ibis.Table:
        if (name, month) not in self._resolved:
            self._resolved[name, month] = self._resolve(name, month)
        return self._resolved[name, month]

    def _resolve(self, name: str, month: int) -> ibis.Table:
        contract = self.contract(name)
        pin = self.snapshot.manifest.tables.get(contract.table)
        files = self.snapshot.files(contract.table, pin.version) if pin is not None else ()
        key = key_of(contract)
        read, once = self._readers(name, any_file=bool(files))
        if contract.shape is Shape.MONTHLY:
            some = of_months(files, [month])
            return self.bench.named(newest_rows(some, read=read, key=key, once=once))
        known, since = known_files(files, month), contract.effective_from
        if contract.authoritative or not known or _rows_of(files) < CARRY_FROM:
            rows = standing_rows(files, read=read, key=key, month=month, effective=since, once=once)
            return self.bench.named(rows)
        version = self.links_version
        rows = self._carried.newest(name, known, read=read, key=key, links=version, once=once)
        late = late_rows(files, rows, read=read, key=key, month=month, effective=since)
        if late is None:
            return rows
        return self.bench.named(stacked([rows, self.bench.keep(f"late_{name}", late)]))

    def _readers(self, name: str, *, any_file: bool) -> tuple[Read, Once | None]:
        """Give what reads files of a source, and what tells which keys links have doubled."""
        contract = self.contract(name)
        schema, key = stored_schema(contract), key_of(contract)
        links = self._links(name) if any_file and name in self._linked else None

        def plain(files: Sequence[str]) -> ibis.Table:
            return self.bench.parquet(files, schema=schema, partitioned=True)

        if links is None:
            return plain, None

        def read(files: Sequence[str]) -> ibis.Table:
            return with_links(plain(files), links)

        def once(file: str) -> ibis.Table | None:
            return self._carried.once(
                name,
                file,
                links=self.links_version,
                find=lambda: of_doubled_keys(read([file]), linked_rows(plain([file]), links), key),
            )

        return read, once if PERSON in key.columns else None

    def register(self, name: str, month: int) -> ibis.Table:
        table = self._tables.get(name)
        pin = self.snapshot.manifest.tables.get(name)
        if table is None and pin is None:
            raise UnknownTable(f"“{name}”", hint="请核对表名")
        if table is not None and name in self._ready and month == self.month:
            paths = [str(file.path) for file in self._ready[name]]
            return self.bench.parquet(paths, schema=table.schema, partitioned=table.monthly)
        schema = table.schema if table is not None else pin.schema if pin is not None else None
        assert schema is not None
        partitioned = self.by_month(name)
        files = self.snapshot.files(name, pin.version) if pin is not None else ()
        some = of_months(files, [month]) if partitioned else files
        return self.bench.parquet(some, schema=schema, partitioned=partitioned)

    def _linked_sources(self) -> frozenset[str]:
        if LINKS not in self.snapshot.manifest.tables:
            return frozenset()
        with kept_safe("读取"):
            links = self.snapshot.whole(LINKS)
            names = links.select("source").distinct().to_pyarrow().column("source").to_pylist()
        return frozenset(names)

    def _links(self, name: str) -> ibis.Table:
        """Give the most probable person of each linked row of a source."""
        pin = self.snapshot.manifest.tables[LINKS]
        files = self.snapshot.files(LINKS, pin.version)

        def find() -> ibis.Table:
            return best_links(self.bench.parquet(files, schema=LINK_SCHEMA, partitioned=False))

        return links_of(self._carried.links(version=self.links_version, find=find), name)


def _rows_of(files: Sequence[str]) -> int:
    return sum(span.rows for span in map(span_of, files) if span is not None)
