"""Reading the files of a synthetic city back as plain rows, by contract field."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq

from leye.data.pool.source_reading import SHEET_ROWS
from leye.data.twin.deliveries.layouts import Form
from leye.data.twin.deliveries.shape import SourceShape, shapes

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """One row of a file: which, its number as the pool counts, and its cells by field."""

    source: str
    file: str
    row: int
    cells: Row


@cache
def rows_of(folder: Path, source: str, month: int) -> list[Found]:
    """The rows of one source's file of a month; none where there is no file."""
    shape = shapes()[source]
    file = f"{month}/{source}_{month}.{shape.layout.form.suffix}"
    path = folder / "deliveries" / file
    if not path.exists():
        return []
    return [Found(source, file, row, cells) for row, cells in _read(path, shape)]


def _read(path: Path, shape: SourceShape) -> Iterator[tuple[int, Row]]:
    fields = {spelling: c.field for c in shape.contract.columns for spelling in c.spellings}
    for sheet, lines in enumerate(_sheets(path, shape.layout.form)):
        top = 1 if lines[0][0] in fields else 2
        headers = [fields[header] for header in lines[top - 1]]
        assert sorted(headers) == sorted(column.field for column in shape.contract.columns)
        for number, line in enumerate(lines[top:], start=top + 1):
            yield number + sheet * SHEET_ROWS, dict(zip(headers, line, strict=True))


def _sheets(path: Path, form: Form) -> list[list[list[str]]]:
    if form in (Form.CSV, Form.CSV_GB18030):
        encoding = "utf-8" if form is Form.CSV else "gb18030"
        with path.open(encoding=encoding, newline="") as file:
            return [list(csv.reader(file))]
    if form is Form.PARQUET:
        table = pq.read_table(path)
        cells = ([_text(cell) for cell in row.values()] for row in table.to_pylist())
        return [[table.column_names, *cells]]
    book = openpyxl.load_workbook(path, read_only=True)
    sheets = []
    for sheet in book.worksheets:
        lines = [[_text(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
        width = max(map(len, lines))
        # A workbook leaves blank cells at the end of a line out.
        sheets.append([line + [""] * (width - len(line)) for line in lines])
    book.close()
    return sheets


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def digests(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
