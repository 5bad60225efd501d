"""Bringing a file of any accepted kind into one table of text cells with the sheet's row numbers.

CSV is decoded by Python in a stream (the engine knows UTF-8 only) and parsed by the engine; what
the engine's strict parser will not take (blank lines, ragged rows) is put in order by the standard
library first. XLSX is read row by row, since nothing reads it by column.
"""

import codecs
import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

import duckdb
import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend

from leye.data.pool.cells import HALF, has_half
from leye.data.pool.contract import Contract
from leye.data.pool.engine import drop, make
from leye.data.pool.headers import SEARCHED, Header, find_header
from leye.data.pool.normal import BLANKS, half_width, trimmed
from leye.data.pool.types import RowIssue, Severity, UnreadableFile
from leye.data.pool.xlsx import Workbook

ROW = "row"
EXTRA = "_extra"
"""The column that holds what stands in cells without a header."""

_PARSED = "parsed"
_CELLS = "cells"
TEXTS = "texts"
"""The table ``read`` leaves in the engine."""
_CHUNK = 4 * 1024 * 1024
HEAD_BYTES = 256 * 1024
DELIMITERS = (",", "\t", ";")
_ENCODINGS = ("utf-8", "gb18030")
_UNDECODABLE = UnreadableFile(
    "文字编码认不出来", hint="请用 Excel 或 WPS 另存为“CSV UTF-8”，或另存为 .xlsx"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read: its text rows, or the issues that refuse it as a whole.

    ``texts`` has ``row``, one trimmed text column per field ("" when blank), ``_extra`` and, for
    columns read from it, the half-width form; a row for each below the header, blank ones too.
    """

    texts: ibis.Table | None
    issues: tuple[RowIssue, ...] = ()


def read(path: Path, *, contract: Contract, engine: Backend, work: Path) -> Reading:
    """Read a delivered file into ``engine``; ``work`` is a folder for what is made on the way.

    :raises UnreadableFile: not a CSV or XLSX file, damaged, encrypted, or of unknown encoding.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        header, issues = _read_xlsx(path, contract, engine)
    elif head.startswith(b"PK"):
        raise UnreadableFile("这是一个空的或不完整的压缩包", hint="请上传 .xlsx 或 .csv 文件")
    else:
        refuse_other_kinds(head)
        header, issues = _read_csv(path, contract, engine, work)
    if header is None or issues:
        return Reading(None, issues)
    engine.create_view(_CELLS, _cells(engine.table(_PARSED), header))
    make(engine, TEXTS, _texts_query(contract))
    drop(engine, _PARSED)
    return Reading(engine.table(TEXTS))


def refuse_other_kinds(head: bytes) -> None:
    """Refuse a file that by its first bytes is no text.

    :raises UnreadableFile: it is not.
    """
    if not head.strip():
        raise UnreadableFile("文件是空的", hint="请用模板填报后再上传")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            "这是带密码的文件，或旧式的 .xls 文件", hint="请取消密码，另存为 .xlsx 后再上传"
        )
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise UnreadableFile("不是表格文件", hint="请上传 .xlsx 或 .csv 文件")
    if b"\x00" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableFile("不是文字表格", hint="请上传 .xlsx 或 .csv 文件")


# --- XLSX


def _read_xlsx(
    path: Path, contract: Contract, engine: Backend
) -> tuple[Header | None, tuple[RowIssue, ...]]:
    with Workbook(path) as book:
        first: tuple[RowIssue, ...] = ()
        for sheet in book.sheets:
            header, issues = find_header(
                itertools.islice(book.rows(sheet), SEARCHED), contract=contract
            )
            if header is not None:
                others = _filled_beside(book, sheet, contract)
                if others and not issues:
                    issues = (_two_sheets(sheet, others),)
                if not issues:
                    _keep_rows(book.rows(sheet), header, engine)
                return header, issues
            first = first or issues
    if not first:
        raise UnreadableFile("工作簿里没有可见的工作表", hint="请用模板填报后再上传")
    return None, first


def _filled_beside(book: Workbook, taken: str, contract: Contract) -> list[str]:
    """Name the other visible sheets that are filled in too: none may be passed over in silence."""
    filled = []
    for sheet in book.sheets:
        if sheet == taken:
            continue
        rows = book.rows(sheet)
        found = find_header(itertools.islice(book.rows(sheet), SEARCHED), contract=contract)
        header, issues = found
        # A faulty header is a sheet of another use, such as the template's list of codes.
        if (
            header is not None
            and not issues
            and any(
                any(cell.strip(BLANKS) for cell in cells)
                for cells in itertools.islice(rows, header.row, None)
            )
        ):
            filled.append(sheet)
    return filled


def _two_sheets(taken: str, others: Sequence[str]) -> RowIssue:
    names = "、".join(f"“{name}”" for name in (taken, *others))
    reason = f"工作簿里有几张填了数的表：{names}。请合并到一张，或分成几个文件报送"
    return RowIssue(1, "", "", "several_sheets", reason, Severity.REFUSE)


def _keep_rows(rows: Iterable[Sequence[str]], header: Header, engine: Backend) -> None:
    names = [ROW, *_names(header.width + 1)]
    schema = pa.schema([(ROW, pa.int64()), *((n, pa.string()) for n in names[1:])])
    engine.create_table(_PARSED, schema=ibis.schema(schema))
    numbered = enumerate(rows, start=1)
    body = (
        (number, *_fit(cells, header.width)) for number, cells in numbered if number > header.row
    )
    while chunk := list(itertools.islice(body, 50_000)):
        columns = [
            pa.array(values, type=field.type)
            for values, field in zip(zip(*chunk, strict=True), schema, strict=True)
        ]
        engine.insert(_PARSED, pa.Table.from_arrays(columns, schema=schema))


def _fit(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """Pad a row to the header's width, and put what lies beyond it into one more cell."""
    beyond = " ".join(cell for cell in cells[width:] if cell.strip(BLANKS))
    return (*cells[:width], *[""] * (width - len(cells)), beyond)


# --- CSV


def _read_csv(
    path: Path, contract: Contract, engine: Backend, work: Path
) -> tuple[Header | None, tuple[RowIssue, ...]]:
    encoding = encoding_of(path)
    body = work / "body.csv"
    with path.open(encoding=encoding, newline=None) as source:
        head = source.read(HEAD_BYTES)
        delimiter, header, issues, lines = _csv_header(head, contract)
        if header is None or issues:
            return header, issues
        rest = io.StringIO(head)
        for _ in range(lines):
            rest.readline()
        orderly = _copy(itertools.chain([rest.read()], _chunks(source)), body)
    if not (orderly and _parse(body, delimiter, header.width, engine)):
        ordered = work / "ordered.csv"
        _put_in_order(body, ordered, delimiter, header)
        if not _parse(ordered, ",", header.width + 1, engine):
            raise UnreadableFile("CSV 的引号或分隔符有误", hint="请用 Excel 或 WPS 另存为 .xlsx")
    return header, ()


def _chunks(source: IO[str]) -> Iterator[str]:
    return iter(lambda: source.read(_CHUNK), "")


def encoding_of(path: Path) -> str:
    """Name the encoding that the whole file decodes in, trying UTF-8 before GB18030.

    :raises UnreadableFile: it decodes in neither.
    """
    with path.open("rb") as file:
        mark = file.read(3)
    if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tried: tuple[str, ...] = ("utf-16",)
    else:
        tried = ("utf-8-sig",) if mark == codecs.BOM_UTF8 else _ENCODINGS
    for encoding in tried:
        with suppress(UnicodeError), path.open(encoding=encoding) as source:
            for _ in _chunks(source):
                pass
            return encoding
    raise _UNDECODABLE


def _csv_header(
    head: str, contract: Contract
) -> tuple[str, Header | None, tuple[RowIssue, ...], int]:
    """Give the delimiter, the header, its issues, and how many lines it and the titles fill."""
    answer: tuple[str, Header | None, tuple[RowIssue, ...], int] = (",", None, (), 0)
    for delimiter in DELIMITERS:
        rows, ends = first_records(head, delimiter)
        header, issues = find_header(rows, contract=contract)
        if header is not None:
            return delimiter, header, issues, ends[header.row - 1]
        if not answer[2]:
            answer = (delimiter, None, issues, 0)
    return answer


def first_records(head: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Give the first rows of a CSV file, and the number of the line each ends at."""
    reader = csv.reader(io.StringIO(head), delimiter=delimiter)
    rows: list[list[str]] = []
    ends: list[int] = []
    with suppress(csv.Error):
        for cells in itertools.islice(reader, SEARCHED):
            rows.append(cells)
            ends.append(reader.line_num)
    return rows, ends


def _copy(chunks: Iterable[str], target: Path) -> bool:
    """Write the text as UTF-8, and say whether it has no blank lines before its end.

    :raises UnreadableFile: it holds a null character.
    """
    orderly = True
    at_start, blank = True, False
    with target.open("w", encoding="utf-8", newline="") as file:
        for chunk in chunks:
            if "\x00" in chunk:
                raise UnreadableFile("不是文字表格", hint="请上传 .xlsx 或 .csv 文件")
            file.write(chunk)
            inner = chunk.rstrip("\n")
            ends = len(chunk) - len(inner)
            if inner:
                starts_blank = at_start and inner.startswith("\n")
                orderly = orderly and not (blank or starts_blank or "\n\n" in inner)
                at_start, blank = ends > 0, ends > 1
            elif chunk:
                at_start, blank = True, blank or at_start or ends > 1
    return orderly


def _parse(body: Path, delimiter: str, width: int, engine: Backend) -> bool:
    """Parse with the engine's strict parser; False when the file is not to its liking."""
    if not body.stat().st_size:
        engine.create_table(_PARSED, schema=ibis.schema(dict.fromkeys(_names(width), "string")))
        return True
    try:
        view = engine.read_csv(
            str(body),
            header=False,
            columns=dict.fromkeys(_names(width), "VARCHAR"),
            delim=delimiter,
            quote='"',
            escape='"',
            new_line="\\n",
            strict_mode=True,
        )
        engine.create_table(_PARSED, view)
    except duckdb.Error:
        drop(engine, _PARSED)
        return False
    return True


def _put_in_order(body: Path, target: Path, delimiter: str, header: Header) -> None:
    try:
        with (
            body.open(encoding="utf-8", newline="") as source,
            target.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
            for cells in csv.reader(source, delimiter=delimiter, strict=True):
                writer.writerow(_fit(cells, header.width))
    except csv.Error:
        raise UnreadableFile(
            "CSV 的引号没有成对，或一格文字过长", hint="请用 Excel 或 WPS 打开后另存为 .xlsx"
        ) from None


def _cells(parsed: ibis.Table, header: Header) -> ibis.Table:
    """Name the columns, and number the rows as the sheet does: the engine keeps their order."""
    names = _names(header.width + 1)
    taken = header.positions.values()
    extra = ibis.literal("")
    for at, name in enumerate(names):
        if at not in taken and name in parsed.columns:
            extra = extra.concat(parsed[name].fill_null(""))
    if ROW in parsed.columns:
        row = parsed[ROW]
    else:
        row = parsed.rowid() + ibis.literal(header.row + 1, type="int64")
    fields = {field: parsed[names[at]].fill_null("") for field, at in header.positions.items()}
    return parsed.select(**{ROW: row, **fields, EXTRA: extra})


def _names(count: int) -> list[str]:
    return [f"c{at}" for at in range(count)]


@lru_cache(maxsize=16)
def _texts_query(contract: Contract) -> str:
    fields = [*(column.field for column in contract.columns), EXTRA]
    cells = ibis.table({ROW: "int64", **dict.fromkeys(fields, "string")}, name=_CELLS)
    texts = cells.select(ROW, **{field: trimmed(cells[field]) for field in fields})
    halves = {HALF + c.field: half_width(texts[c.field]) for c in contract.columns if has_half(c)}
    return str(ibis.to_sql(texts.mutate(**halves), dialect="duckdb"))
