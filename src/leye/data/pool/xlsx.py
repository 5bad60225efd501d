"""Reading XLSX workbooks as the text the sheet shows, after guarding against hostile ones."""

import re
import struct
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from leye.data.pool.cells import FORMULA
from leye.data.pool.types import UnreadableFile

MOST_BYTES = 300 * 1024 * 1024
"""The most a workbook may unpack to."""
MOST_RATIO = 200
"""The most a workbook of over a megabyte may unpack to, per packed byte."""
MOST_PARTS = 2_000

_FAULTS = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ET.ParseError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What the workbook library raises on damaged files; it has no error class of its own."""
_RESAVE = "请用 Excel 或 WPS 打开后另存为 .xlsx，或另存为 CSV UTF-8"
_IN_QUOTES = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def guard(path: Path) -> None:
    """Look at a workbook's packing before anything in it is parsed.

    :raises UnreadableFile: no workbook, encrypted, damaged, or unpacks to far more than it should.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _guard_sizes(parts, path.stat().st_size)
            if "xl/workbook.xml" not in archive.namelist():
                raise UnreadableFile("这是一个压缩包，不是 Excel 工作簿", hint=_RESAVE)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        head = stream.read(1024)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise UnreadableFile("工作簿里有不允许的内容", hint=_RESAVE)
    except _FAULTS:
        raise UnreadableFile("文件已损坏，或带有密码", hint=_RESAVE) from None


def _guard_sizes(parts: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_BYTES:
        raise UnreadableFile(
            f"工作簿展开后超过 {MOST_BYTES // 1024 // 1024} MB", hint="请拆成几个文件，或改用 CSV"
        )
    if unpacked > 1024 * 1024 and unpacked > packed * MOST_RATIO:
        raise UnreadableFile("工作簿展开后的大小异常", hint=_RESAVE)
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnreadableFile("文件带有密码", hint="请取消密码后再上传")


class Workbook:
    """A workbook opened for one reading from top to bottom; use as a context manager.

    :raises UnreadableFile: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        guard(path)
        # Given a path, the library would go by the name's ending, which a kept file has not.
        self._file = path.open("rb")
        try:
            self._book = openpyxl.load_workbook(self._file, read_only=True, keep_links=False)
        except _FAULTS:
            self._file.close()
            raise UnreadableFile("工作簿已损坏", hint=_RESAVE) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()
        self._file.close()

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of the sheets a reader of the workbook sees, in order."""
        shown = [s for s in self._book.worksheets if s.sheet_state == "visible"]
        return tuple(sheet.title for sheet in shown)

    def rows(self, sheet: str) -> Iterator[tuple[str, ...]]:
        """Give every row of a sheet, blank ones too, as the text its cells show.

        A formula is given as its own text after the mark ``FORMULA``.

        :raises UnreadableFile: the sheet is damaged.
        """
        source: Any = self._book[sheet]
        source.reset_dimensions()
        try:
            for cells in source.iter_rows():
                yield tuple(_text(cell) for cell in cells)
        except _FAULTS:
            raise UnreadableFile(f"工作表“{sheet}”已损坏", hint=_RESAVE) from None


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return f"{FORMULA}{value}" if cell.data_type == "f" else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    if isinstance(value, datetime | date):
        return _moment(value, cell.number_format)
    if isinstance(value, time | timedelta):
        return str(value)
    return f"{FORMULA}{getattr(value, 'text', None) or '='}"


def _number(value: float, shown_as: str) -> str:
    """Fifteen significant digits, as the sheet keeps them: 0.1 + 0.2 is 0.3."""
    percent = "%" in _IN_QUOTES.sub("", shown_as)
    text = f"{value * 100 if percent else value:.15g}"
    if "e" in text:
        text = f"{Decimal(text):f}"
    return text + ("%" if percent else "")


def _moment(value: datetime | date, shown_as: str) -> str:
    """A date as far as the sheet shows it: 2025-07 stays a month though the cell holds a day."""
    pattern = _IN_QUOTES.sub("", shown_as).lower()
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return value.isoformat(" ")
    day = value.date() if isinstance(value, datetime) else value
    if "d" in pattern:
        return day.isoformat()
    return f"{day:%Y-%m}" if "m" in pattern else f"{day:%Y}"
