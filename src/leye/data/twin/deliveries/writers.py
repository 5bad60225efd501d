"""Writing rows of text in the form a department sends: CSV, XLSX or Parquet.

Every writer tells the number of each row as the pool counts them, so that the truth can name a row.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from leye.data.pool.source_reading import SHEET_ROWS
from leye.data.pool.source_types import Kind, SourceColumn
from leye.data.twin.deliveries.layouts import Form
from leye.data.twin.deliveries.shape import SourceShape, header_of, other_header_of
from leye.data.twin.deliveries.texts import Numbers
from leye.data.twin.deliveries.workbook import Sheet, write_workbook

_MAIN_COUNTY = "360902"
_TYPED: dict[Kind, pa.DataType] = {
    Kind.INTEGER: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 2),
    Kind.DATE: pa.date32(),
    Kind.MONTH: pa.int32(),
}
_NUMERIC = (Kind.INTEGER, Kind.DECIMAL)


class FileWriter(Protocol):
    """One file being written, batch by batch."""

    def write(self, rows: pa.Table) -> Numbers:
        """Write rows, and give their row numbers."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


def open_writer(path: Path, *, shape: SourceShape, month: int) -> FileWriter:
    """Open a file in the form its department uses."""
    form = shape.layout.form
    if form is Form.CSV:
        return _Csv(path, shape)
    if form is Form.CSV_GB18030:
        return _Gb18030Csv(path, shape)
    if form is Form.PARQUET:
        return _Parquet(path, shape)
    return _Xlsx(path, shape, month)


def _headers(shape: SourceShape) -> list[str]:
    return [header_of(c, by_code=shape.layout.by_code) for c in shape.contract.columns]


def _plain(rows: pa.Table, columns: Sequence[SourceColumn]) -> list[pa.Array]:
    return [rows.column(column.field).combine_chunks() for column in columns]


class _Counted:
    """Counts the rows below a header in the first row."""

    def __init__(self) -> None:
        self._next = 2

    def count(self, rows: pa.Table) -> Numbers:
        first, self._next = self._next, self._next + rows.num_rows
        return np.arange(first, self._next)


class _Csv:
    def __init__(self, path: Path, shape: SourceShape) -> None:
        self._columns = shape.contract.columns
        self._schema = pa.schema([(header, pa.string()) for header in _headers(shape)])
        self._writer = pa_csv.CSVWriter(str(path), self._schema)
        self._counted = _Counted()

    def write(self, rows: pa.Table) -> Numbers:
        self._writer.write(pa.Table.from_arrays(_plain(rows, self._columns), schema=self._schema))
        return self._counted.count(rows)

    def close(self) -> None:
        self._writer.close()


class _Gb18030Csv:
    """CSV in the encoding of older Chinese systems, with their line ends."""

    def __init__(self, path: Path, shape: SourceShape) -> None:
        self._columns = shape.contract.columns
        self._schema = pa.schema([(header, pa.string()) for header in _headers(shape)])
        self._file = path.open("w", encoding="gb18030", newline="\r\n")
        self._options = pa_csv.WriteOptions(include_header=False)
        self._file.write(",".join(self._schema.names) + "\n")
        self._counted = _Counted()

    def write(self, rows: pa.Table) -> Numbers:
        buffer = io.BytesIO()
        table = pa.Table.from_arrays(_plain(rows, self._columns), schema=self._schema)
        pa_csv.write_csv(table, buffer, self._options)
        self._file.write(buffer.getvalue().decode())
        return self._counted.count(rows)

    def close(self) -> None:
        self._file.close()


class _Parquet:
    """Parquet with numbers and dates as such: what systems, not people, send."""

    def __init__(self, path: Path, shape: SourceShape) -> None:
        self._columns = shape.contract.columns
        types = [_TYPED.get(column.kind, pa.string()) for column in self._columns]
        self._schema = pa.schema(list(zip(_headers(shape), types, strict=True)))
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._counted = _Counted()

    def write(self, rows: pa.Table) -> Numbers:
        cells = _plain(rows, self._columns)
        typed = [cell.cast(kind) for cell, kind in zip(cells, self._schema.types, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(typed, schema=self._schema))
        return self._counted.count(rows)

    def close(self) -> None:
        self._writer.close()


class _Xlsx:
    """A workbook: one sheet, or two of different layout, the second for the outer counties."""

    def __init__(self, path: Path, shape: SourceShape, month: int) -> None:
        self._path = path
        self._shape = shape
        self._title = f"宜春市{shape.contract.title}（{month // 100}年{month % 100}月）"
        self._two = shape.layout.form is Form.XLSX_TWO_SHEETS
        self._batches: list[pa.Table] = []
        self._next = np.array([0, 3, 2])

    def write(self, rows: pa.Table) -> Numbers:
        self._batches.append(rows)
        sheet = np.where(self._outer(rows), 2, 1) if self._two else np.ones(rows.num_rows, int)
        numbers = np.zeros(rows.num_rows, dtype=np.int64)
        for each in (1, 2):
            at = np.flatnonzero(sheet == each)
            numbers[at] = self._next[each] + np.arange(len(at))
            self._next[each] += len(at)
        return numbers + (sheet - 1) * SHEET_ROWS

    def close(self) -> None:
        rows = pa.concat_tables(self._batches)
        outer = pa.array(self._outer(rows)) if self._two else None
        first = rows if outer is None else rows.filter(pc.invert(outer))
        sheets = [self._first_sheet(first)]
        if outer is not None:
            sheets.append(self._second_sheet(rows.filter(outer)))
        write_workbook(self._path, sheets=sheets)

    def _outer(self, rows: pa.Table) -> Numbers:
        place = pc.fill_null(rows.column(self._shape.place), "")
        inner = pc.starts_with(place, _MAIN_COUNTY)
        return np.asarray(pc.invert(inner).to_numpy())

    def _first_sheet(self, rows: pa.Table) -> Sheet:
        """Give a sheet with a title line, numbers as numbers, columns in the contract's order."""
        columns = self._shape.contract.columns
        headers = _headers(self._shape)
        return Sheet(
            name="袁州区" if self._two else "明细",
            titles=[self._title],
            columns=dict(zip(headers, _plain(rows, columns), strict=True)),
            numeric=frozenset(
                header
                for header, column in zip(headers, columns, strict=True)
                if column.kind in _NUMERIC
            ),
        )

    def _second_sheet(self, rows: pa.Table) -> Sheet:
        """Give a sheet without title, all text, other headers and the columns turned round."""
        columns = list(reversed(self._shape.contract.columns))
        headers = [other_header_of(column) for column in columns]
        return Sheet(
            name="其他县市",
            titles=[],
            columns=dict(zip(headers, _plain(rows, columns), strict=True)),
        )
