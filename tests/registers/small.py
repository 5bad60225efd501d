"""Registers built in memory, month by month, from drawn sources."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends import BaseBackend

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
        self, engine: BaseBackend, folder: Path, *, month: int, given: Sources, built: Sources
    ) -> None:
        self.month = month
        self._engine = engine
        self._folder = folder
        self._given = given
        self._built = built

    def source(self, name: str) -> ibis.Table:
        rows = self.source_rows(name)
        monthly = source_contracts()[name].shape is Shape.MONTHLY
        return rows.filter(rows.month == self.month if monthly else rows.month <= self.month)

    def source_months(self, name: str, months: Sequence[int]) -> ibis.Table:
        rows = self.source_rows(name)
        return rows.filter(rows.month.isin(list(months)))

    def source_rows(self, name: str) -> ibis.Table:
        empty = stored_schema(source_contracts()[name]).to_pyarrow().empty_table()
        return self._stored(self._given.get(name, empty))

    def register(self, table: str, month: int | None = None) -> ibis.Table:
        wanted = self.month if month is None else month
        empty = SCHEMAS[table].to_pyarrow().empty_table()
        return self._stored(self._built.get(f"{table} {wanted}", empty))

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table:
        return self._stored(rows.to_pyarrow())

    def _stored(self, table: pa.Table) -> ibis.Table:
        path = self._folder / f"{len(list(self._folder.iterdir()))}.parquet"
        pq.write_table(table, path)
        return self._engine.read_parquet(path)


def build(
    engine: BaseBackend,
    folder: Path,
    *,
    months: Sequence[int],
    given: Sources,
    built: Sources | None = None,
    only: Sequence[str] = (),
) -> dict[str, pa.Table]:
    """Build registers of several months, over what was built before; give all by name and month."""
    found = dict(built or {})
    for month in months:
        running = SmallBuild(engine, folder, month=month, given=given, built=found)
        for table in REGISTER_TABLES:
            if not only or table.name in only:
                make: Callable[..., ibis.Table] = table.build
                rows = make(running).order_by(list(table.key)).to_pyarrow()
                assert ibis.Schema.from_pyarrow(rows.schema) == table.schema
                found[f"{table.name} {month}"] = rows
    return found
