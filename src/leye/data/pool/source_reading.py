"""Bringing a source's file into one table of texts: millions of rows, without a Python object each.

CSV in UTF-8 is parsed by the engine straight from the file, in GB18030 by Arrow through a decoder;
both are strict, and what they will not take (blank or ragged lines) is read again row by row. Of a
workbook every sheet with a header of the source is read, each by its own header.
"""

import codecs
import csv
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.csv
from ibis.backends.duckdb import Backend

from leye.data.pool.engine import ask, drop, make
from leye.data.pool.headers import SEARCHED, Header
from leye.data.pool.normal import BLANKS
from leye.data.pool.reading import (
    DELIMITERS,
    HEAD_BYTES,
    encoding_of,
    first_records,
    refuse_other_kinds,
)
from leye.data.pool.source_contract import SourceContract
from leye.data.pool.source_headers import find_source_header
from leye.data.pool.sql import call, column, literal, select
from leye.data.pool.types import RowIssue, UnreadableFile
from leye.data.pool.xlsx import Workbook

TEXTS = "texts"
"""The table that is left: ``row`` and a text for each field, null where blank."""
BEYOND = "beyond"
"""The rows with something in cells that stand beyond the header."""
SHEET_ROWS = 2_000_000
"""Rows of a workbook's second sheet count from here, of the third from twice as many."""
_PARSED = "parsed"
_ROW = "row"
_CHUNK_ROWS = 50_000
_BLOCK = 8 * 1024 * 1024
_PARQUET = b"PAR1"


def read_source(path: Path, *, contract: SourceContract, engine: Backend) -> tuple[RowIssue, ...]:
    """Read a file into ``texts`` and ``beyond``; with issues it is refused and nothing is left.

    :raises UnreadableFile: no kind of file that is taken, damaged, encrypted, or undecodable.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    make(engine, BEYOND, select({_ROW: "CAST(NULL AS BIGINT)"}, where="false"))
    if head.startswith(_PARQUET):
        return _read_parquet(path, contract, engine)
    if head.startswith(b"PK\x03\x04"):
        return _read_xlsx(path, contract, engine)
    if head.startswith(b"PK"):
        raise UnreadableFile("这是一个空的或不完整的压缩包", hint="请上传 .xlsx、.csv 或 .parquet")
    refuse_other_kinds(head)
    return _read_csv(path, head, contract, engine)


def forget_texts(engine: Backend) -> None:
    """Drop the texts, which are most of the memory, when nothing more is asked of them."""
    engine.raw_sql(f"DROP VIEW {TEXTS}")
    drop(engine, _PARSED)


# --- CSV


def _read_csv(
    path: Path, head: bytes, contract: SourceContract, engine: Backend
) -> tuple[RowIssue, ...]:
    encoding = _likely_encoding(head)
    for _ in range(2):
        delimiter, header, issues, lines = _csv_header(head, encoding, contract)
        if (
            header is not None
            and not issues
            and _parse(path, encoding, delimiter, header, lines, engine)
        ):
            _name_cells(header, contract, engine)
            return ()
        sure = encoding_of(path)
        if sure.replace("-sig", "") == encoding.replace("-sig", ""):
            break
        encoding = sure
    if header is None or issues:
        return issues
    _read_by_row(path, encoding, delimiter, header, contract, engine)
    return ()


def _likely_encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Not final: the head may end amid a character.
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"


def _csv_header(
    head: bytes, encoding: str, contract: SourceContract
) -> tuple[str, Header | None, tuple[RowIssue, ...], int]:
    """Give the delimiter, the header, its issues, and how many lines it and the titles fill."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    answer: tuple[str, Header | None, tuple[RowIssue, ...], int] = (",", None, (), 0)
    for delimiter in DELIMITERS:
        rows, ends = first_records(text, delimiter)
        header, issues = find_source_header(rows, contract=contract)
        if header is not None:
            return delimiter, header, issues, ends[header.row - 1]
        if not answer[2]:
            answer = (delimiter, None, issues, 0)
    return answer


def _parse(
    path: Path, encoding: str, delimiter: str, header: Header, lines: int, engine: Backend
) -> bool:
    """Parse all cells into ``parsed`` strictly; False when the file is not to the parser's liking.

    A file that cannot be decoded is left to be read row by row, which names the fault.
    """
    names = _names(header.width)
    there = _lines_of(path)
    wide = encoding.startswith("utf-16")
    if not (there.plain or wide):
        # The parsers pass over blank lines without a word, and the engine, where lines end in
        # different ways, over whole files.
        return False
    try:
        if encoding.startswith("utf-8"):
            make(engine, _PARSED, _engine_query(path, delimiter, names, lines))
        else:
            _parse_decoded(path, encoding, delimiter, names, lines, engine)
    except (duckdb.Error, pa.ArrowException, UnicodeError):
        drop(engine, _PARSED)
        return False
    rows = ask(engine, select("count(*) AS n", _PARSED))[0]["n"]
    if not (there.quoted or wide) and rows != there.count - lines:
        drop(engine, _PARSED)
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Lines:
    """How many lines there are, whether they are plain enough to be parsed, and whether quoted."""

    count: int
    plain: bool
    quoted: bool


def _lines_of(path: Path) -> _Lines:
    """Count a file's lines, and tell whether all end alike and whether a quoted one may be blank.

    A blank line where none is quoted shows in the count of rows.
    """
    feeds = returns = pairs = trailing = 0
    blank = quoted = False
    before = b""
    with path.open("rb") as file:
        while chunk := file.read(_BLOCK):
            feeds += chunk.count(b"\n")
            quoted = quoted or b'"' in chunk
            if b"\r" in chunk or before == b"\r":
                returns += chunk.count(b"\r")
                pairs += chunk.count(b"\r\n") + (before == b"\r" and chunk.startswith(b"\n"))
            blank = blank or (quoted and (b"\n\n" in chunk or b"\n\r\n" in chunk))
            bare = chunk.rstrip(b"\r\n")
            trailing = chunk.count(b"\n", len(bare)) + (0 if bare else trailing)
            before = chunk[-1:]
    alike = returns == pairs and pairs in (0, feeds)
    return _Lines(feeds - max(trailing - 1, 0) + (trailing == 0), alike and not blank, quoted)


def _engine_query(path: Path, delimiter: str, names: Sequence[str], lines: int) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    options = {
        "header": "false",
        "skip": str(lines),
        "columns": "{" + columns + "}",
        "auto_detect": "false",
        "delim": literal(delimiter),
        "quote": literal('"'),
        "escape": literal('"'),
        "strict_mode": "true",
    }
    return select("*", call("read_csv", literal(str(path)), **options))


def _parse_decoded(
    path: Path, encoding: str, delimiter: str, names: Sequence[str], lines: int, engine: Backend
) -> None:
    reader = pyarrow.csv.open_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(
            encoding=encoding, skip_rows=lines, column_names=names, block_size=_BLOCK
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    engine.con.register("incoming", reader)
    try:
        make(engine, _PARSED, select("*", "incoming"))
    finally:
        engine.con.unregister("incoming")


def _name_cells(header: Header, contract: SourceContract, engine: Backend) -> None:
    """Name the columns by field, and number the rows as the sheet does: their order is kept."""
    names = _names(header.width)
    cells = {_ROW: f"rowid + {header.row + 1}"}
    for each in contract.columns:
        at = header.positions.get(each.field)
        cells[each.field] = "CAST(NULL AS VARCHAR)" if at is None else column(names[at])
    engine.raw_sql(f"CREATE VIEW {TEXTS} AS {select(cells, _PARSED)}")


def _read_by_row(
    path: Path,
    encoding: str,
    delimiter: str,
    header: Header,
    contract: SourceContract,
    engine: Backend,
) -> None:
    try:
        with path.open(encoding=encoding, newline="") as source:
            rows = csv.reader(source, delimiter=delimiter, strict=True)
            _start(contract, engine)
            _keep_rows(enumerate(rows, start=1), header, contract, engine)
    except csv.Error:
        raise UnreadableFile(
            "CSV 的引号没有成对，或一格文字过长，文件可能不完整", hint="请重新导出后再上传"
        ) from None


# --- workbooks and Parquet


def _read_xlsx(path: Path, contract: SourceContract, engine: Backend) -> tuple[RowIssue, ...]:
    with Workbook(path) as book:
        found: list[tuple[str, Header]] = []
        first: tuple[RowIssue, ...] = ()
        for sheet in book.sheets:
            top = itertools.islice(book.rows(sheet), SEARCHED)
            header, issues = find_source_header(top, contract=contract)
            if header is not None and issues:
                return issues
            if header is not None:
                found.append((sheet, header))
            first = first or issues
        if not found:
            if not first:
                raise UnreadableFile("工作簿里没有可见的工作表", hint="请用模板填报后再上传")
            return first
        _start(contract, engine)
        for number, (sheet, header) in enumerate(found):
            numbered = enumerate(book.rows(sheet), start=1)
            _keep_rows(numbered, header, contract, engine, offset=number * SHEET_ROWS)
    return ()


def _read_parquet(path: Path, contract: SourceContract, engine: Backend) -> tuple[RowIssue, ...]:
    source = call("read_parquet", literal(str(path)), hive_partitioning="false")
    try:
        names = [str(each[0]) for each in engine.con.execute(f"DESCRIBE FROM {source}").fetchall()]
        header, issues = find_source_header([names], contract=contract)
        if header is None or issues:
            return issues
        texts = {
            alias: f"NULLIF(CAST({column(name)} AS VARCHAR), '')"
            for alias, name in zip(_names(header.width), names, strict=True)
        }
        make(engine, _PARSED, select(texts, source))
    except duckdb.Error:
        raise UnreadableFile("Parquet 文件已损坏", hint="请重新导出后再上传") from None
    _name_cells(header, contract, engine)
    return ()


def _start(contract: SourceContract, engine: Backend) -> None:
    fields = dict.fromkeys((each.field for each in contract.columns), "string")
    engine.create_table(_PARSED, schema=ibis.schema({_ROW: "int64", **fields}))
    engine.raw_sql(f"CREATE VIEW {TEXTS} AS {select('*', _PARSED)}")


def _keep_rows(
    rows: Iterable[tuple[int, Sequence[str]]],
    header: Header,
    contract: SourceContract,
    engine: Backend,
    *,
    offset: int = 0,
) -> None:
    """Insert the rows below the header; blank ones are left out."""
    body = (
        (number + offset, cells)
        for number, cells in rows
        if number > header.row and any(cell.strip(BLANKS) for cell in cells)
    )
    places = [header.positions.get(each.field) for each in contract.columns]
    schema = pa.schema(
        [(_ROW, pa.int64()), *((each.field, pa.string()) for each in contract.columns)]
    )
    while chunk := list(itertools.islice(body, _CHUNK_ROWS)):
        numbers = pa.array([number for number, _ in chunk], pa.int64())
        columns = [pa.array(_cells(chunk, at), pa.string()) for at in places]
        engine.insert(_PARSED, pa.Table.from_arrays([numbers, *columns], schema=schema))
        beyond = [n for n, cells in chunk if any(c.strip(BLANKS) for c in cells[header.width :])]
        if beyond:
            engine.insert(BEYOND, pa.table({_ROW: pa.array(beyond, pa.int64())}))


def _cells(chunk: Sequence[tuple[int, Sequence[str]]], at: int | None) -> Iterator[str | None]:
    for _, cells in chunk:
        yield cells[at] or None if at is not None and at < len(cells) else None


def _names(count: int) -> list[str]:
    return [f"c{at}" for at in range(count)]
