"""Bringing files of every kind into rows of text with the sheet's row numbers."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leye.data.pool import Pool, UnreadableFile, Verdict
from leye.data.pool import xlsx as xlsx_module
from leye.data.pool.engine import workbench
from leye.data.pool.normal import BLANKS
from leye.data.pool.reading import EXTRA, read
from leye.kernel.place import PUBLIC
from tests.pool.deliveries import (
    FIGURES,
    HEADER_OF,
    HEADERS,
    accept,
    csv_lines,
    csv_of,
    current,
    found,
    lines,
    row,
    xlsx_of,
    years,
)

Read = Callable[[bytes], list[dict[str, Any]]]


def read_rows(content: bytes, folder: Path) -> list[dict[str, Any]]:
    """The rows of a file, in order, or one row of the issues that refuse it."""
    file = folder / "delivered"
    file.write_bytes(content)
    with workbench(folder) as engine:
        reading = read(file, contract=FIGURES, engine=engine, work=folder)
        if reading.texts is None:
            return [{issue.code: issue for issue in reading.issues}]
        rows: list[dict[str, Any]] = (
            reading.texts.select("row", *HEADER_OF, EXTRA).order_by("row").to_pyarrow().to_pylist()
        )
        return rows


@pytest.fixture
def read_file(tmp_path: Path) -> Read:
    return lambda content: read_rows(content, tmp_path)


def expected(rows: list[dict[str, str]], *, first: int = 2) -> list[dict[str, Any]]:
    return [{"row": at, **each, EXTRA: ""} for at, each in enumerate(rows, start=first)]


ROWS = [row(note='逗号,引号"和\n换行'), row(period="2020", place="宜春市")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_reads_the_same(read_file: Read, encoding: str) -> None:
    assert read_file(csv_of(ROWS, encoding=encoding)) == expected(ROWS)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_every_line_ending_reads_the_same(read_file: Read, ending: bytes) -> None:
    rows = years(3)
    assert read_file(csv_of(rows).replace(b"\n", ending)) == expected(rows)


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_every_delimiter_reads_the_same(read_file: Read, delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(lines(ROWS))
    assert read_file(text.getvalue().encode()) == expected(ROWS)


def test_a_workbook_reads_as_the_csv(read_file: Read) -> None:
    assert read_file(xlsx_of(lines(ROWS))) == expected(ROWS)


def test_titles_above_the_header_and_its_aliases_are_taken(read_file: Read) -> None:
    header = ["指标名称", " 地区* ", "报告期", *HEADERS[3:]]
    cells = [["宜春市指标数值", *[""] * 10], [""] * 11, header, *lines(ROWS)[1:]]
    for content in (csv_lines(cells), xlsx_of(cells)):
        assert read_file(content) == expected(ROWS, first=4)


def test_columns_may_come_in_any_order(read_file: Read) -> None:
    cells = [list(reversed(each)) for each in lines(ROWS)]
    assert read_file(csv_lines(cells)) == expected(ROWS)


def test_blank_lines_count_as_rows(read_file: Read) -> None:
    one, two = csv_of(years(2)).splitlines(keepends=True)[1:]
    head = csv_of([])
    rows = [
        each for each in read_file(head + b"\n" + one + b"\n\n" + two + b"\n\n") if each["period"]
    ]
    assert [(each["row"], each["period"]) for each in rows] == [(3, "2000"), (6, "2001")]


def test_ragged_rows_keep_their_cells(read_file: Read) -> None:
    full = lines([row()])[1]
    rows = read_file(csv_lines([HEADERS, full[:9], [*full, "", "多余"], full]))
    assert [each["publication"] for each in rows] == ["", "公开", "公开"]
    assert [each[EXTRA] for each in rows] == ["", "多余", ""]


def test_cells_under_no_header_are_noticed(read_file: Read) -> None:
    full = lines([row()])[1]
    cells = [[*HEADERS, "", ""], [*full, "", ""], [*full, "", "多余"]]
    for content in (csv_lines(cells), xlsx_of(cells)):
        assert [each[EXTRA] for each in read_file(content)] == ["", "多余"]


@pytest.mark.parametrize("blank", list(BLANKS.replace("\n", "").replace("\r", "")))
def test_blanks_at_the_ends_are_trimmed(read_file: Read, blank: str) -> None:
    rows = read_file(csv_of([row(note=f"{blank}前{blank}后{blank}")]))
    assert rows[0]["note"] == f"前{blank}后"


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda h: [*h[:3], "数据", *h[4:]], {"unknown_column", "missing_column"}),
        (lambda h: h[:-1], {"missing_column"}),
        (lambda h: [*h, "电话"], {"unknown_column"}),
        (lambda h: [*h, "指标名称"], {"duplicate_column"}),
        (lambda h: [f"列{n}" for n in range(11)], {"no_header"}),
    ],
)
def test_a_header_that_does_not_fit_is_refused(
    read_file: Read, change: Callable[[list[str]], list[str]], codes: set[str]
) -> None:
    header = change(HEADERS)
    body = [*lines([row()])[1], "", ""][: len(header)]
    for content in (csv_lines([header, body]), xlsx_of([header, body])):
        (issues,) = read_file(content)
        assert set(issues) == codes
        assert all(issue.row == 1 and issue.reason for issue in issues.values())


def test_a_renamed_column_is_offered_its_name(read_file: Read) -> None:
    (issues,) = read_file(csv_lines([["指标", "地区", "时期间", *HEADERS[3:]], lines([row()])[1]]))
    assert "时期" in issues["unknown_column"].reason


def test_cells_of_a_workbook_read_as_they_show(read_file: Read) -> None:
    given: list[tuple[object, str, str]] = [
        (0.1 + 0.2, "General", "0.3"),
        (360902, "General", "360902"),
        (1e15, "General", "1000000000000000"),
        (0.055, "0.0%", "5.5%"),
        (date(2025, 7, 1), "yyyy-mm", "2025-07"),
        (datetime.fromisoformat("2025-07-31"), 'yyyy"年"m"月"d"日"', "2025-07-31"),
        (date(2025, 1, 1), "yyyy", "2025"),
        (True, "General", "TRUE"),
    ]
    cells: list[list[Any]] = [[*HEADERS], *([value, *[None] * 10] for value, _, _ in given)]
    formats = {f"A{at}": shown_as for at, (_, shown_as, _) in enumerate(given, start=2)}
    rows = read_file(xlsx_of(cells, formats=formats))
    assert [each["indicator"] for each in rows] == [text for _, _, text in given]


def test_a_formula_is_refused_and_a_text_that_looks_like_one_is_not(pool: Pool) -> None:
    cells = lines([row(value="=1+1"), row(period="2020", note="'=1+1")])
    receipt = accept(pool, xlsx_of(cells))
    assert found(receipt) == {(2, "数值", "formula")}
    assert receipt.issues[0].value == "=1+1"


def test_the_sheet_with_the_header_is_found_and_hidden_ones_are_not_read(read_file: Read) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.append(["说明"])
    for name, rows in (("旧", years(1)), ("新", years(2))):
        sheet = book.create_sheet(name)
        for cells in lines(rows):
            sheet.append(cells)
        if name == "旧":
            sheet.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    assert read_file(stream.getvalue()) == expected(years(2))


# --- files that cannot be read


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def without(content: bytes, part: str, instead: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, part: instead})


GOOD_BOOK = xlsx_of(lines(years(3)))
UNREADABLE = {
    "empty": b"",
    "blanks": b" \n\n ",
    "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
    "pdf": b"%PDF-1.7\n",
    "picture": b"\x89PNG\r\n",
    "binary": b"abc\x00def",
    "late null": csv_of(years(30_000)) + b"\x00",
    "no encoding": "指标,地区".encode("gb18030")[:-1] + b"\xff\xff,",
    "torn workbook": GOOD_BOOK[: len(GOOD_BOOK) // 2],
    "another archive": zipped({"a.txt": b"a"}),
    "torn archive": b"PK\x05\x06" + b"\0" * 18,
    "torn sheet": without(GOOD_BOOK, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"),
    "no styles": without(GOOD_BOOK, "xl/workbook.xml", b"<workbook/>"),
    "entities": without(
        GOOD_BOOK, "xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'
    ),
    "ratio": without(GOOD_BOOK, "xl/media/image1.png", b"\0" * 40_000_000),
    "unclosed quote": csv_of(years(2)) + b'"a,b\n',
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_is_named_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_rows(UNREADABLE[name], tmp_path)
    assert caught.value.detail
    assert caught.value.hint


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_module, "MOST_BYTES", 1000)
    with pytest.raises(UnreadableFile, match="展开"):
        read_rows(GOOD_BOOK, tmp_path)


def test_an_encrypted_archive_is_named_so(tmp_path: Path) -> None:
    marked = bytearray(GOOD_BOOK)
    at = marked.rfind(b"PK\x01\x02")
    marked[at + 8] |= 1
    with pytest.raises(UnreadableFile, match="密码"):
        read_rows(bytes(marked), tmp_path)


def test_an_unreadable_file_is_refused_and_kept(tmp_path: Path) -> None:
    pool = Pool(tmp_path / "pool", most_bytes=5000)
    for content, code in (
        (b"%PDF-1.7", "unreadable_file"),
        (csv_of([]), "no_rows"),
        (csv_lines([HEADERS, [" "] * 11]), "no_rows"),
        (csv_of(years(200)), "unreadable_file"),
        (csv_lines([["a", "b"]]), "no_header"),
    ):
        receipt = accept(pool, content)
        assert receipt.delivery.verdict is Verdict.REFUSED
        assert [issue.code for issue in receipt.issues] == [code]
        assert receipt.delivery.reason == receipt.issues[0].reason
        snapshot = pool.snapshot()
        file = snapshot.landed_file(receipt.delivery.id, scope=receipt_scope(receipt))
        assert file.read_bytes() == content
    assert current(pool, scope=PUBLIC) == []
    assert pool.snapshot().release == 5


def receipt_scope(receipt: Any) -> Any:
    from leye.kernel.place import Scope

    return Scope.of([receipt.delivery.place])


# --- against the standard library's reader

TEXT = st.text(alphabet='ab,"\n;指 ', max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.lists(TEXT, max_size=13), max_size=6))
@example(rows=[[], [""], ["", ""], ["a"]])
@example(rows=[['"'], ["\n"], ["\n\n", "a"]])
def test_any_csv_reads_as_the_standard_library_reads_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    content = csv_lines([HEADERS, *rows])
    width = len(HEADERS)
    wanted = []
    parsed = list(csv.reader(io.StringIO(content.decode())))
    for number, cells in enumerate(parsed[1:], start=2):
        padded = [cell.strip(BLANKS) for cell in [*cells, *[""] * width]][:width]
        beyond = " ".join(cell for cell in cells[width:] if cell.strip(BLANKS)).strip(BLANKS)
        if any(padded) or beyond:
            wanted.append(
                {"row": number, **dict(zip(HEADER_OF, padded, strict=True)), EXTRA: beyond}
            )
    got = [
        each
        for each in read_rows(content, tmp_path_factory.mktemp("csv"))
        if any(value for name, value in each.items() if name != "row")
    ]
    assert got == wanted


def test_the_rows_of_a_large_file_keep_their_numbers(read_file: Read) -> None:
    count = 300_000
    body = b"".join(b",,,%d,,,,,,,\n" % number for number in range(2, count + 2))
    rows = read_file(csv_of([]) + body)
    assert len(rows) == count
    assert all(each["value"] == str(each["row"]) for each in rows)
