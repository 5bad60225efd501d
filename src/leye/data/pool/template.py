"""The workbook a contract is filled in with."""

import io
from collections.abc import Mapping

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from leye.data.pool.contract import Column, Contract
from leye.data.pool.types import CodeList

_FILL, _HELP, _CODES = "填报", "填写说明", "可填内容"
_ROWS = 2_000
"""How many rows the drop-downs and the text format reach; rows below are accepted all the same."""
_BOLD = Font(bold=True)
_REQUIRED = PatternFill("solid", fgColor="FFF2CC")
_WRAP = Alignment(wrap_text=True, vertical="top")


def template(contract: Contract, code_lists: Mapping[str, CodeList]) -> bytes:
    """Give an XLSX to fill in: the sheet, how to fill it, and what may be chosen.

    Required columns are tinted; coded columns have drop-downs of names. All cells are text, so
    that codes keep their digits and 2025-07 stays as written.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _FILL
    codes = book.create_sheet(_CODES)
    _fill_help(book.create_sheet(_HELP, index=1), contract)
    ranges = _fill_codes(codes, contract, code_lists)
    _fill_sheet(sheet, contract, ranges)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill_sheet(sheet: Worksheet, contract: Contract, ranges: Mapping[str, str]) -> None:
    for at, column in enumerate(contract.columns, start=1):
        letter = get_column_letter(at)
        cell = sheet.cell(1, at, column.header)
        cell.font = _BOLD
        cell.comment = Comment(column.help, contract.title, width=280, height=110)
        if column.required:
            cell.fill = _REQUIRED
        sheet.column_dimensions[letter].width = 22 if column.max_length > 100 else 16
        sheet.column_dimensions[letter].number_format = "@"
        for row in range(2, 202):
            sheet.cell(row, at).number_format = "@"
        if column.codes in ranges:
            choice = DataValidation(
                type="list", formula1=ranges[column.codes], allow_blank=not column.required
            )
            # A code or another accepted spelling may be typed in place of the listed name.
            choice.showErrorMessage = False
            choice.add(f"{letter}2:{letter}{_ROWS}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"


def _fill_help(sheet: Worksheet, contract: Contract) -> None:
    sheet.append(["列", "必填", "类型", "怎么填"])
    for column in contract.columns:
        sheet.append(
            [column.header, "是" if column.required else "否", column.type.label, _help(column)]
        )
    key = "、".join(contract.column(field).header for field in contract.key)
    sheet.append([])
    sheet.append(["说明", "", "", f"{key}都相同的，后报的替换先报的；同一份文件里不能重复。"])
    sheet.append(
        ["", "", "", "整份文件一起接收或一起退回；退回时逐行写明原因，改好后重新上传即可。"]
    )
    sheet.append(["", "", "", f"数据标准：{contract.title}，版本 {contract.edition}"])
    for cell in sheet[1]:
        cell.font = _BOLD
    for letter, width in zip("ABCD", (14, 8, 14, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2):
        row[3].alignment = _WRAP


def _help(column: Column) -> str:
    limit = f"（最多 {column.max_length} 个字）" if column.max_length else ""
    return f"{column.help}{limit}"


def _fill_codes(
    sheet: Worksheet, contract: Contract, code_lists: Mapping[str, CodeList]
) -> dict[str, str]:
    """List the names and codes of every list; give the range of each list's names."""
    ranges: dict[str, str] = {}
    at = 1
    for name in contract.code_lists:
        titles = [c.header for c in contract.columns if c.codes == name]
        rows = _names(code_lists[name]) if titles else _pairs(contract, name, code_lists)
        title = "、".join(titles) or _pair_title(contract, name)
        for offset, heading in enumerate((title, "代码" if titles else "可用单位")):
            sheet.cell(1, at + offset, heading).font = _BOLD
        for row, (label, code) in enumerate(rows, start=2):
            for offset, text in enumerate((label, code)):
                cell = sheet.cell(row, at + offset, text)
                cell.number_format = "@"
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = 30
        sheet.column_dimensions[get_column_letter(at + 1)].width = 16
        if rows:
            ranges[name] = f"'{sheet.title}'!${letter}$2:${letter}${len(rows) + 1}"
        at += 3
    sheet.freeze_panes = "A2"
    return ranges


def _names(codes: CodeList) -> list[tuple[str, str]]:
    """Give each code once, under its label or else its first spelling that says more than it."""
    named: dict[str, str] = {}
    for spelling, code in codes.codes.items():
        label = codes.labels.get(code, "")
        if label in codes.codes:
            named[code] = label
        elif named.get(code, code) == code:
            named[code] = spelling
    return [(name, code) for code, name in named.items()]


def _pair_title(contract: Contract, name: str) -> str:
    check = next(check for check in contract.checks if check.codes == name)
    return contract.column(check.columns[0]).header


def _pairs(
    contract: Contract, name: str, code_lists: Mapping[str, CodeList]
) -> list[tuple[str, str]]:
    """Give what the second column of a pair may hold for each name of the first."""
    check = next(check for check in contract.checks if check.codes == name)
    names = {
        code: label for label, code in _names(code_lists[contract.column(check.columns[0]).codes])
    }
    allowed: dict[str, dict[str, None]] = {}
    for pair, second in code_lists[name].codes.items():
        allowed.setdefault(pair.partition("|")[0], {})[second] = None
    return [(names[code], "、".join(units)) for code, units in allowed.items() if code in names]
