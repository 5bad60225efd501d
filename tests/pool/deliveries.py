"""Sheets, submitters and code lists for the tests of the pool."""

import csv
import io
import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl

from leye.data.pool import CodeList, Pool, Receipt, Submission, Submitter, code_lists, contracts
from leye.kernel.place import Scope

AT = datetime(2026, 9, 1, 1, 30, tzinfo=UTC)
FIGURES = contracts()["figures"]
HEADERS = [column.header for column in FIGURES.columns]
HEADER_OF = {column.field: column.header for column in FIGURES.columns}

LISTS: Mapping[str, CodeList] = code_lists(
    [
        CodeList(
            "indicators",
            {
                "城镇新增就业": "urban_new_jobs",
                "urban_new_jobs": "urban_new_jobs",
                "城镇调查失业率": "unemployment",
                "unemployment": "unemployment",
                "求人倍率排名": "vacancy_rank",
            },
        ),
        CodeList(
            "places",
            {
                "宜春市": "360900",
                "360900": "360900",
                "袁州区": "360902",
                "360902": "360902",
                "丰城市": "360981",
                "360981": "360981",
                "城东村": "360902001001",
            },
            ambiguous=frozenset({"新田乡"}),
        ),
        CodeList(
            "indicator_units",
            {
                "urban_new_jobs|人": "人",
                "urban_new_jobs|万人": "万人",
                "unemployment|%": "%",
                "vacancy_rank|名次": "名次",
            },
        ),
        CodeList(
            "figure_kinds",
            {
                "年度数": "annual",
                "月度数": "monthly",
                "年内累计数": "ytd",
                "年末数": "year_end",
                "时点数": "point",
                "累计数": "cumulative_actual",
                "目标（水平）": "target_level",
                "名次": "rank",
            },
        ),
        CodeList("confidence", {"A": "A", "B": "B", "C": "C"}),
        CodeList("publication", {"公开": "public", "内部": "internal"}),
    ]
)


def submitter(place: str = "360900", *, may_publish: bool = True) -> Submitter:
    """Someone who answers for a place."""
    return Submitter(f"account-{place}", place, Scope.of([place]), may_publish)


CITY = submitter()

GOOD = {
    "indicator": "城镇新增就业",
    "place": "袁州区",
    "period": "2021",
    "value": "6638",
    "unit": "人",
    "kind": "年度数",
    "source_title": "统计公报",
    "source_url": "",
    "confidence": "B",
    "note": "",
    "publication": "公开",
}


def row(**cells: str) -> dict[str, str]:
    """A good row, but for these cells."""
    return {**GOOD, **cells}


def years(count: int, **cells: str) -> list[dict[str, str]]:
    """Good rows of as many different years."""
    return [row(period=str(2000 + at), **cells) for at in range(count)]


def lines(rows: Iterable[Mapping[str, str]]) -> list[list[str]]:
    """A header and rows, as lists of cells."""
    return [HEADERS, *([each[field] for field in HEADER_OF] for each in rows)]


def csv_of(rows: Iterable[Mapping[str, str]], *, encoding: str = "utf-8") -> bytes:
    """A CSV of rows."""
    return csv_lines(lines(rows), encoding=encoding)


def csv_lines(cells: Iterable[Sequence[str]], *, encoding: str = "utf-8") -> bytes:
    """A CSV of cells, the header among them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(cells)
    return text.getvalue().encode(encoding)


def xlsx_of(cells: Iterable[Sequence[Any]], *, formats: Mapping[str, str] | None = None) -> bytes:
    """A workbook of cells, the header among them; ``formats`` gives number formats by address."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for each in cells:
        sheet.append(list(each))
    for address, shown_as in (formats or {}).items():
        sheet[address].number_format = shown_as
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


_TIMES = itertools.count()


def submission(
    content: bytes | Path, *, by: Submitter = CITY, name: str = "数据.csv"
) -> Submission:
    """A file handed in, each a minute after the one before."""
    return Submission(name, content, by, AT + timedelta(minutes=next(_TIMES)))


def accept(pool: Pool, content: bytes | Path, *, by: Submitter = CITY) -> Receipt:
    """Hand a file in."""
    return pool.accept(submission(content, by=by), contract="figures", code_lists=LISTS)


def found(receipt: Receipt) -> set[tuple[int, str, str]]:
    """The row, the column and the code of each issue."""
    return {(issue.row, issue.column, issue.code) for issue in receipt.issues}


def current(pool: Pool, *, scope: Scope, release: int | None = None) -> list[dict[str, Any]]:
    """The current rows a scope sees, in the order of their keys."""
    table = pool.snapshot(release).current("figures", scope=scope)
    rows: list[dict[str, Any]] = table.order_by(list(FIGURES.key)).to_pyarrow().to_pylist()
    return rows


def state(pool: Pool, release: int | None = None) -> tuple[Any, ...]:
    """All that a release holds, comparable."""
    snapshot = pool.snapshot(release)
    everywhere = Scope.of(["000000"])
    rows = snapshot.rows("figures", scope=everywhere)
    deliveries = snapshot.deliveries(everywhere, limit=10_000)
    return (
        snapshot.release,
        rows.order_by(["delivery", "row"]).to_pyarrow().to_pylist(),
        deliveries,
        [snapshot.issues(each.id, scope=everywhere) for each in deliveries],
    )
