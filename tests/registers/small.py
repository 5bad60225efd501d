"""Registers built in memory, month by month, from drawn sources."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from leye.data.pool.build import RegisterTable
from leye.data.pool.engines import Workbench
from leye.data.pool.mapped import Task
from leye.data.pool.source_contract import Shape, source_contracts, stored_schema
from leye.data.registers.tables import REGISTER_TABLES
from tests.registers.comparison.drawing import drawn

SCHEMAS = {table.name: table.schema for table in REGISTER_TABLES}
Sources = Mapping[str, pa.Table]


def sources(**drawings: str) -> dict[str, pa.Table]:
    """Give the tables of sources drawn as text; a row is of month 202001 where it does not say."""
    contracts = source_contracts()
    fixed = {"month": 202001, "delivery": "D000001", "flags": 0}
    return {
        name: drawn(text, stored_schema(contracts[name]), **fixed)
        for name, text in drawings.items()
    }


class SmallBuild:
    """A running build over tables in memory. What was not given is empty."""

    def __init__(
        self,
        bench: Workbench,
        folder: Path,
        *,
        month: int,
        given: Sources,
        built: Sources,
        schemas: Mapping[str, ibis.Schema] = SCHEMAS,
    ) -> None:
        self.month = month
        self._bench = bench
        self._folder = folder
        self._given = given
        self._built = built
        self._shared: dict[str, ibis.Table] = {}
        self._schemas = schemas
        self._kept = 0

    def source(self, name: str) -> ibis.Table:
        rows = self.source_rows(name)
        monthly = source_contracts()[name].shape is Shape.MONTHLY
        return rows.filter(rows.month == self.month if monthly else rows.month <= self.month)

    def source_months(self, name: str, months: Sequence[int]) -> ibis.Table:
        rows = self.source_rows(name)
        return rows.filter(rows.month.isin(list(months)))

    def source_rows(self, name: str) -> ibis.Table:
        return self._table(self._given.get(name), stored_schema(source_contracts()[name]))

    def register(self, table: str, month: int | None = None) -> ibis.Table:
        wanted = self.month if month is None else month
        return self._table(self._built.get(f"{table} {wanted}"), self._schemas[table])

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table:
        self._kept += 1
        return self._bench.keep(f"{name}_{self._kept}", rows)

    def named(self, rows: ibis.Table) -> ibis.Table:
        return self._bench.named(rows)

    def mapped(self, name: str, rows: ibis.Table, task: Task) -> ibis.Table:
        self._kept += 1
        return self._bench.mapped(f"{name}_{self._kept}", rows, task)

    def count(self, rows: ibis.Table) -> int:
        found: int = self._bench.batches(rows.agg(n=rows.count())).read_all()["n"][0].as_py()
        return found

    def shared(self, name: str, make: Callable[..., ibis.Table]) -> ibis.Table:
        key = f"{name} {self.month}"
        if key not in self._shared:
            self._shared[key] = make(self)
        return self._shared[key]

    def _table(self, table: pa.Table | None, schema: ibis.Schema) -> ibis.Table:
        files = []
        if table is not None and table.num_rows:
            # Named for what is in it: a new table may take the place of one that is gone.
            digest = sha256(table.schema.serialize())
            for batch in table.to_batches():
                digest.update(batch.serialize())
            path = self._folder / f"{digest.hexdigest()}.parquet"
            if not path.exists():
                pq.write_table(table, path)
            files.append(str(path))
        return self._bench.parquet(files, schema=schema, partitioned=False)


def build(
    bench: Workbench,
    folder: Path,
    *,
    months: Sequence[int],
    given: Sources,
    built: Sources | None = None,
    only: Sequence[str] = (),
    tables: Sequence[RegisterTable] = REGISTER_TABLES,
) -> dict[str, pa.Table]:
    """Build registers of several months, over what was built before; give all by name and month."""
    found = dict(built or {})
    schemas = {**SCHEMAS, **{table.name: table.schema for table in tables}}
    for month in months:
        running = SmallBuild(bench, folder, month=month, given=given, built=found, schemas=schemas)
        for table in tables:
            if not only or table.name in only:
                make: Callable[..., ibis.Table] = table.build
                rows = make(running)
                assert rows.schema() == table.schema
                stream = bench.batches(rows.order_by([rows[name] for name in table.key]))
                found[f"{table.name} {month}"] = _fitted(stream, table.schema)
        bench.clear()
    return found


def _fitted(stream: pa.RecordBatchReader, schema: ibis.Schema) -> pa.Table:
    """Give the rows in the types declared, as the pool does: sums come wider from an engine."""
    arrow = schema.to_pyarrow()
    tables = [pa.Table.from_batches([batch]).cast(arrow) for batch in stream]
    return pa.concat_tables(tables) if tables else arrow.empty_table()
