"""Files to take away: what is in them, and that nothing in them runs."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from leye.doors.web.downloads import csv_response, file_response, xlsx_response

FORMULAS = (
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("https://example.org")',
    *(f"{start}1" for start in "＝＋－＠"),
)


def sheet(content: bytes, name: str = "数据") -> list[tuple[object, ...]]:
    book = load_workbook(io.BytesIO(content))
    return [tuple(cell.value for cell in row) for row in book[name].iter_rows()]


def lines(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_of_a_workbook_is_never_a_formula(text: str) -> None:
    content = xlsx_response("甲", ("列",), [(text,)], notes=[("项", text)]).content
    book = load_workbook(io.BytesIO(content))
    for name, row, column in (("数据", 2, 1), ("说明", 2, 2)):
        cell = book[name].cell(row, column)
        assert cell.data_type == "s"
        assert str(cell.value).strip() == text.strip()


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_in_csv_that_begins_like_a_formula_is_disarmed(text: str) -> None:
    assert lines(csv_response("甲", ("列",), [(text,)]).content)[1][0] == f"'{text}"


@given(st.text())
def test_no_text_in_csv_begins_like_a_formula(text: str) -> None:
    cell = lines(csv_response("甲", ("列", "二"), [(text, "x")]).content)[1][0]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", *"＝＋－＠"))


@given(st.text(max_size=200))
def test_any_text_can_be_written_to_a_workbook(text: str) -> None:
    rows = sheet(xlsx_response("甲", ("列",), [(text,), ("末",)]).content)
    assert rows[-1] == ("末",)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
    )
)
def test_numbers_stay_numbers(number: Decimal) -> None:
    value = sheet(xlsx_response("甲", ("列",), [(number,)]).content)[1][0]
    assert isinstance(value, int | float)
    assert round(Decimal(repr(value)), 4) == number
    assert Decimal(lines(csv_response("甲", ("列",), [(number,)]).content)[1][0]) == number


def test_missing_is_empty_and_never_zero() -> None:
    assert sheet(xlsx_response("甲", ("一", "二"), [(None, Decimal(0))]).content)[1] == (None, 0)
    assert lines(csv_response("甲", ("一", "二"), [(None, Decimal(0))]).content)[1] == ["", "0"]


def test_times_are_those_of_the_city_and_days_are_days() -> None:
    at = datetime(2026, 9, 1, 1, 30, 0, 123456, tzinfo=UTC)
    row = sheet(xlsx_response("甲", ("时", "日"), [(at, date(2026, 9, 1))]).content)[1]
    assert row == (datetime(2026, 9, 1, 9, 30), datetime(2026, 9, 1))  # noqa: DTZ001 - sheets hold none


def test_times_in_csv_end_at_the_second() -> None:
    at = datetime(2026, 9, 1, 1, 30, 5, 123456, tzinfo=UTC)
    assert lines(csv_response("甲", ("时",), [(at,)]).content)[1] == ["2026-09-01 09:30:05"]


def test_the_notes_are_a_sheet_of_their_own() -> None:
    content = xlsx_response("甲", ("列",), [("值",)], notes=[("数据版本", "第 3 版")]).content
    assert load_workbook(io.BytesIO(content)).sheetnames == ["数据", "说明"]
    assert sheet(content, "说明") == [("项目", "内容"), ("数据版本", "第 3 版")]
    without = xlsx_response("甲", ("列",), []).content
    assert load_workbook(io.BytesIO(without)).sheetnames == ["数据"]


def test_chinese_names_reach_the_browser() -> None:
    disposition = file_response("数据报送模板.xlsx", b"x").headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert quote("数据报送模板.xlsx") in disposition


def test_a_file_is_never_shown_in_the_page() -> None:
    response = csv_response("甲", ("列",), [])
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment")
