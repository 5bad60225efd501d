"""Tables drawn as text, and a build that holds nothing else."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from leye.data.pool.engines import Workbench
from leye.data.pool.source_contract import Shape, source_contracts, stored_schema
from leye.data.registers import schemas
from leye.data.registers.comparison import build_conflicts


def drawn(text: str, schema: ibis.Schema, **fixed: Any) -> pa.Table:
    """Give the table a text draws: a line of column names, then one line for each row.

    A blank cell, like a column that is not drawn, is null; ``row`` counts the lines. ``fixed``
    fills a column that is not drawn.
    """
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    names, rows = lines[0], lines[1:]
    assert set(names) <= set(schema.names), set(names) - set(schema.names)
    columns = {}
    for name, kind in schema.items():
        if name in names:
            values = [_value(row[names.index(name)], kind) for row in rows]
        elif name == "row":
            values = list(range(1, len(rows) + 1))
        else:
            values = [fixed.get(name)] * len(rows)
        columns[name] = pa.array(values, type=kind.to_pyarrow())
    return pa.table(columns)


def _value(cell: str, kind: ibis.DataType) -> Any:
    if not cell:
        return None
    if kind.is_boolean():
        return cell == "yes"
    if kind.is_integer():
        return int(cell)
    if kind.is_decimal():
        return Decimal(cell)
    if kind.is_floating():
        return float(cell)
    return date.fromisoformat(cell) if kind.is_date() else cell


_NUMBERS = count()


class DrawnBuild:
    """A build whose sources and registers are drawn; what is not drawn is empty.

    Registers and monthly sources are of the build's month where no month is drawn.
    """

    def __init__(
        self,
        bench: Workbench,
        folder: Path,
        *,
        month: int,
        drawings: Mapping[str, str] | None = None,
        tables: Mapping[str, pa.Table] | None = None,
        earlier: pa.Table | None = None,
    ) -> None:
        self.month = month
        self.bench = bench
        self._folder = folder
        self._tables = dict(tables or {})
        for name, text in (drawings or {}).items():
            fixed = {"month": month, "delivery": "D000001", "flags": 0, "active": True}
            self._tables[name] = drawn(text, _schema(name), **fixed)
        if earlier is not None:
            self._tables["conflict"] = earlier

    def source(self, name: str) -> ibis.Table:
        rows = self._table(name)
        monthly = source_contracts()[name].shape is Shape.MONTHLY
        return rows.filter(rows.month == self.month) if monthly else rows

    def source_months(self, name: str, months: Sequence[int]) -> ibis.Table:
        rows = self._table(name)
        return rows.filter(rows.month.isin(list(months)))

    def register(self, table: str, month: int | None = None) -> ibis.Table:
        rows = self._table(table)
        return rows.filter(rows.month == (self.month if month is None else month))

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table:
        return self.bench.keep(name, rows)

    def _table(self, name: str) -> ibis.Table:
        return self._stored(self._tables.get(name, _schema(name).to_pyarrow().empty_table()))

    def _stored(self, table: pa.Table) -> ibis.Table:
        # A path is used once: DuckDB may take a file written anew at once for the one before.
        path = self._folder / f"{next(_NUMBERS)}.parquet"
        pq.write_table(table, path)
        schema = ibis.Schema.from_pyarrow(table.schema)
        return self.bench.parquet([str(path)], schema=schema, partitioned=False)


def _schema(name: str) -> ibis.Schema:
    if name in source_contracts():
        return stored_schema(source_contracts()[name])
    schema: ibis.Schema = getattr(schemas, name.upper())
    return schema


def conflicts(build: DrawnBuild) -> pa.Table:
    """Give the conflicts of a drawn build in order."""
    rows = build.bench.batches(build_conflicts(build).order_by("id")).read_all()
    build.bench.clear()
    return rows
