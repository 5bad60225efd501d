"""Reading a sheet (XLSX or CSV) of a few known columns as text, row by row."""

import csv
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leye.data.pool.cells import FORMULA
from leye.data.pool.headers import SEARCHED, naming_most, plain_header, positions_of
from leye.data.pool.reading import DELIMITERS, HEAD_BYTES, encoding_of, refuse_other_kinds
from leye.data.pool.xlsx import Workbook
from leye.service.network.errors import UnusableSheet

MOST_ROWS = 5_000
_PACKED = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its field, its header and other headers it may have, and whether it must exist."""

    field: str
    header: str
    help: str
    required: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that is not blank: its number in the sheet, and a trimmed text for every field."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetIssue:
    """One thing wrong with a row, or worth a look where it does not refuse."""

    row: int
    column: str
    value: str
    reason: str
    refuses: bool = True

    @property
    def severity(self) -> str:
        """How grave it is, in Chinese."""
        return "退回" if self.refuses else "提示"


def read_sheet(path: Path, columns: Sequence[SheetColumn]) -> tuple[SheetRow, ...]:
    """Give the rows of the first sheet that has the header; other columns are passed over.

    :raises UnreadableFile: not a CSV or XLSX file, damaged, encrypted or of unknown encoding.
    :raises UnusableSheet: no header, a required column missing, no row, or more than ``MOST_ROWS``.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    fields = {plain_header(h): c.field for c in columns for h in (c.header, *c.aliases)}
    lines = _workbook(path, fields) if head.startswith(_PACKED) else _text(path, head, fields)
    known, number, cells = naming_most(itertools.islice(iter(lines), SEARCHED), fields)
    positions = positions_of(cells, fields)
    missing = [c.header for c in columns if c.required and c.field not in positions]
    if not known or missing:
        wanted = "、".join(missing or [c.header for c in columns])
        raise UnusableSheet(f"没有找到这些列：{wanted}", hint="请用模板填写，不要改动表头")
    rows = tuple(_rows(lines[number:], number, positions, columns))
    if not rows:
        raise UnusableSheet("表头下面没有内容", hint="请填写后再上传")
    if len(rows) > MOST_ROWS:
        raise UnusableSheet(f"有 {len(rows)} 行", hint=f"一次最多 {MOST_ROWS} 行，请分几次导入")
    return rows


def _rows(
    lines: Sequence[Sequence[str]],
    above: int,
    positions: Mapping[str, int],
    columns: Sequence[SheetColumn],
) -> Iterator[SheetRow]:
    for number, cells in enumerate(lines, start=above + 1):
        texts = {
            column.field: cells[at].strip()
            if (at := positions.get(column.field)) is not None and at < len(cells)
            else ""
            for column in columns
        }
        if any(texts.values()):
            yield SheetRow(number, texts)


def formula_issues(row: SheetRow, columns: Sequence[SheetColumn]) -> list[SheetIssue]:
    """Give an issue for every cell that holds a formula: what it shows is not in the file."""
    return [
        SheetIssue(row.number, c.header, "", "单元格里是公式，请复制后“粘贴为数值”")
        for c in columns
        if row.cells[c.field].startswith(FORMULA)
    ]


def _workbook(path: Path, fields: Mapping[str, str]) -> list[Sequence[str]]:
    with Workbook(path) as book:
        best: list[Sequence[str]] = []
        most = -1
        for sheet in book.sheets:
            lines: list[Sequence[str]] = list(itertools.islice(book.rows(sheet), _longest()))
            known, _, _ = naming_most(lines[:SEARCHED], fields)
            if known > most:
                best, most = lines, known
        return best


def _text(path: Path, head: bytes, fields: Mapping[str, str]) -> list[Sequence[str]]:
    refuse_other_kinds(head)
    encoding = encoding_of(path)

    def lines(delimiter: str) -> list[Sequence[str]]:
        with path.open(encoding=encoding, newline="") as source:
            return list(itertools.islice(csv.reader(source, delimiter=delimiter), _longest()))

    try:
        every = [lines(delimiter) for delimiter in DELIMITERS]
    except csv.Error as fault:
        raise UnusableSheet("CSV 的引号或分隔符有误", hint="请另存为 .xlsx 再上传") from fault
    return max(every, key=lambda found: naming_most(found[:SEARCHED], fields)[0])


def _longest() -> int:
    """Give how many lines are read at most: blank ones, titles and one too many included."""
    return 2 * MOST_ROWS
