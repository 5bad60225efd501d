"""However a department writes its CSV file, its cells and row numbers are those of the sheet."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leye.data.pool import source_contracts
from leye.data.pool.engine import workbench
from leye.data.pool.source_headers import find_source_header
from leye.data.pool.source_reading import BEYOND, TEXTS, read_source

CONTRACT = source_contracts()["credit_events"]
FIELDS = [column.field for column in CONTRACT.columns]
HEADERS = [column.header for column in CONTRACT.columns]
Rows = list[tuple[object, ...]]


def read(content: bytes) -> Rows:
    """Give the rows read: the number, the texts, and whether more stood beyond the header."""
    with tempfile.TemporaryDirectory() as folder, workbench(Path(folder)) as engine:
        path = Path(folder) / "file"
        path.write_bytes(content)
        assert read_source(path, contract=CONTRACT, engine=engine) == ()
        fields = ", ".join(f'"{field}"' for field in FIELDS)
        beyond = f"row IN (SELECT row FROM {BEYOND})"
        query = f"SELECT row, {fields}, {beyond} FROM {TEXTS} ORDER BY row"
        rows = engine.con.execute(query).fetchall()
    return [row for row in rows if any(cell is not None for cell in row[1:-1]) or row[-1]]


def meant(text: str) -> Rows:
    """Give what the standard library makes of the same file."""
    found: Rows = []
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
        if number == 1 or not any(cell.strip() for cell in cells):
            continue
        padded = [*cells, *[""] * len(FIELDS)][: len(FIELDS)]
        beyond = any(cell.strip() for cell in cells[len(FIELDS) :])
        found.append((number, *(cell or None for cell in padded), beyond))
    return found


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('",\r\n') else cell


def written(rows: list[list[str]], ends: list[str]) -> str:
    """Give a file whose lines end as told, one after the other."""
    text = ",".join(HEADERS) + ends[0]
    for at, row in enumerate(rows):
        text += ",".join(map(quoted, row)) + ends[at % len(ends)]
    return text


cell = st.text('甲乙1 a,"', max_size=4) | st.sampled_from(["", "a\nb", "x\r\ny", "２０２４"])
row = st.lists(cell, min_size=5, max_size=5) | st.lists(cell, max_size=7)
same_ends = st.sampled_from([["\n"], ["\r\n"]])
mixed_ends = st.lists(st.sampled_from(["\n", "\r\n", "\n\n"]), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(row, max_size=8),
    ends=same_ends | mixed_ends,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
@example(rows=[["1", "2", "3", "4", "5"]] * 3, ends=["\r\n"], encoding="utf-8")
@example(rows=[["1", "2", "3", "4", "5"], [], ["6"] * 5], ends=["\n"], encoding="gb18030")
@example(rows=[["甲", '"', "a\nb", ",", ""], ["", "", "", "", ""]], ends=["\n"], encoding="utf-8")
@example(rows=[["1"] * 5, ["2"] * 5], ends=["\n", "\r\n"], encoding="utf-8")
def test_it_reads_what_the_standard_library_reads(
    rows: list[list[str]], ends: list[str], encoding: str
) -> None:
    text = written(rows, ends)
    assert read(text.encode(encoding)) == meant(text)


@pytest.mark.parametrize("tail", ["", "\n", "\n\n\n", "\r\n"])
def test_blank_lines_at_the_end_are_nothing(tail: str) -> None:
    text = written([["1", "2", "3", "4", "5"]] * 2, ["\n"]).rstrip("\n") + tail
    assert [row[0] for row in read(text.encode())] == [2, 3]


def test_a_file_longer_than_the_blocks_it_is_looked_at_in() -> None:
    body = "".join(f"E{at:07},,4,2024-01-05,{at}\r\n" for at in range(400_000))
    rows = read((",".join(HEADERS) + "\r\n" + body).encode())
    assert len(rows) == 400_000
    assert rows[-1] == (400_001, "E0399999", None, "4", "2024-01-05", "399999", False)
    odd = body.replace("\r\n", "\n", 1).encode()
    rows = read(",".join(HEADERS).encode() + b"\r\n" + odd)
    assert rows[-1][:2] == (400_001, "E0399999")


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_other_delimiters_are_found_out(delimiter: str) -> None:
    text = delimiter.join(HEADERS) + "\n" + delimiter.join(["1", "2", "3", "4", "5"]) + "\n"
    assert read(text.encode()) == [(2, "1", "2", "3", "4", "5", False)]


@pytest.mark.parametrize("name", sorted(source_contracts()))
def test_headers_codes_and_field_names_all_find_their_column(name: str) -> None:
    contract = source_contracts()[name]
    for at in range(3):
        said = [
            (c.header, c.aliases[0] if c.aliases else c.field, c.field)[at]
            for c in contract.columns
        ]
        header, issues = find_source_header([["标题"], said[::-1]], contract=contract)
        assert header is not None
        assert issues == ()
        assert header.positions == {
            c.field: len(said) - 1 - i for i, c in enumerate(contract.columns)
        }


def test_a_column_the_standard_lacks_is_passed_over_when_none_is_missing() -> None:
    header, issues = find_source_header([["序号", *HEADERS]], contract=CONTRACT)
    assert header is not None
    assert (issues, header.positions[FIELDS[0]]) == ((), 1)


def test_a_column_given_twice_is_refused() -> None:
    _, issues = find_source_header([[*HEADERS, HEADERS[1]]], contract=CONTRACT)
    assert [issue.code for issue in issues] == ["duplicate_column"]


def test_cells_that_look_like_data_are_not_quoted() -> None:
    cells = [*HEADERS[:4], "360902199001011234"]
    _, issues = find_source_header([cells], contract=CONTRACT)
    assert issues
    assert not any("360902199001011234" in issue.reason + issue.column for issue in issues)
