"""The workbook a source is filled in with."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from leye.data.pool.source_types import SourceContract
from leye.doors.console.words.sources import code_pairs, column_lines

_TEXT_ROWS = 500
"""How many rows are set to hold text, so that codes keep their digits."""
_BOLD = Font(bold=True)
_REQUIRED = PatternFill("solid", fgColor="FFF2CC")
_WRAP = Alignment(wrap_text=True, vertical="top")
_HELP_HEADER = ("列", "必填", "填什么", "隐私等级", "也认作")


def source_template(contract: SourceContract) -> bytes:
    """Give an XLSX: the sheet to fill in, how to fill it, and the codes that may stand in it."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "填报"
    _fill_header(sheet, contract)
    columns = column_lines(contract)
    _fill(
        book.create_sheet("填写说明"),
        _HELP_HEADER,
        (
            (
                column["header"],
                "必填" if column["required"] else "可不填",
                column["kind"],
                f"{column['privacy']}：{column['privacy_note']}",
                column["aliases"],
            )
            for column in columns
        ),
    )
    _fill(
        book.create_sheet("可填内容"),
        ("列", "代码", "名称", "旧代码、旧写法"),
        ((each.header, *pair) for each in contract.columns for pair in code_pairs(contract, each)),
    )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill_header(sheet: Worksheet, contract: SourceContract) -> None:
    for at, column in enumerate(contract.columns, start=1):
        cell = sheet.cell(1, at, column.header)
        cell.font = _BOLD
        if column.required:
            cell.fill = _REQUIRED
        dimension = sheet.column_dimensions[get_column_letter(at)]
        dimension.width = max(len(column.header) * 2 + 2, 14)
        dimension.number_format = "@"
        for row in range(2, _TEXT_ROWS + 2):
            sheet.cell(row, at).number_format = "@"
    sheet.freeze_panes = "A2"


def _fill(sheet: Worksheet, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    sheet.append(list(header))
    for cell in sheet[1]:
        cell.font = _BOLD
    for row in rows:
        sheet.append(list(row))
        for cell in sheet[sheet.max_row]:
            cell.data_type, cell.alignment = "s", _WRAP
    for at in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(at)].width = 28
