"""Tables and files to take away."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_CONTROLS = {c: None for c in range(32) if c not in (9, 10, 13)}
_WIDEST, _NARROWEST = 60, 8


def file_response(name: str, content: bytes, *, content_type: str = XLSX) -> HttpResponse:
    """Give a file to be saved under a (Chinese) name, never shown in the page."""
    response = HttpResponse(content, content_type=content_type)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def xlsx_response(
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    notes: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """Give a table as an Excel workbook, ``notes`` on a second sheet 说明.

    Texts are written as texts: a cell that begins like a formula is never run.
    """
    book = Workbook(write_only=True)
    _fill(book.create_sheet("数据"), header, rows)
    if notes:
        _fill(book.create_sheet("说明"), ("项目", "内容"), notes)
    content = io.BytesIO()
    book.save(content)
    return file_response(f"{name}.xlsx", content.getvalue())


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Give a table as CSV (UTF-8 with a byte-order mark, so that Excel reads the Chinese).

    Texts that begin like a formula are given a leading apostrophe (OWASP: CSV injection).
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    content = ("\ufeff" + text.getvalue()).encode()
    return file_response(f"{name}.csv", content, content_type="text/csv; charset=utf-8")


def _fill(sheet: WriteOnlyWorksheet, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    lines = [[_plain(value) for value in row] for row in rows]
    sheet.freeze_panes = "A2"
    for column, title in enumerate(header, start=1):
        longest = max((_width(str(line[column - 1])) for line in lines), default=0)
        width = min(max(longest, _width(title), _NARROWEST), _WIDEST) + 2
        dimensions = sheet.column_dimensions  # type: ignore[attr-defined]  # the stubs lack it
        dimensions[get_column_letter(column)].width = width
    titles = []
    for title in header:
        cell = WriteOnlyCell(sheet, value=title)
        cell.font = Font(bold=True)
        titles.append(cell)
    sheet.append(titles)
    for line in lines:
        sheet.append([_cell(sheet, value) for value in line])


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> Cell:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=len(value) > _WIDEST, vertical="top")
    return cell


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = timezone.localtime(value).replace(tzinfo=None) if value.tzinfo else value
        return local.replace(microsecond=0)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float | Decimal | date):
        return value
    return str(value).translate(_CONTROLS)


def _csv_cell(value: Any) -> Any:
    plain = _plain(value)
    if isinstance(plain, str) and plain.startswith(_FORMULA_STARTS):
        return f"'{plain}"
    return plain


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 255 else 1 for letter in text)
