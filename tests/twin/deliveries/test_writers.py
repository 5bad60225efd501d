"""The files: every form is read back as what was written, and rows are where the writer says."""

import csv
import dataclasses
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_reading import SHEET_ROWS
from leye.data.twin.deliveries.layouts import Form, layouts
from leye.data.twin.deliveries.shape import SourceShape, header_of, shapes
from leye.data.twin.deliveries.texts import coded, numbered, rows_of, same
from leye.data.twin.deliveries.writers import open_writer

MONTH = 202401
COUNT = 60


def posts() -> pa.Table:
    """Rows of public-welfare posts with all that is awkward in cells."""
    who = np.arange(COUNT)
    return rows_of(
        who,
        agreement=numbered("GY", who, width=10),
        id_number=numbered("3609021980010", who, width=5),
        name=coded(['李"四"', "赵,五", "<钱&六>", "䶮堃 ", "=1+1"], who % 5),
        post=coded(["保洁员", "河道\n管护"], who % 2),
        uscc=numbered("91360902MA", who, width=8),
        start=same("2024-01-05", COUNT),
        end=coded(["2024-02-29"], np.where(who % 3 == 0, 0, -1)),
        monthly=same("1850.00", COUNT),
        place=coded(["360902008001", "360981100201", "360921100201"], who % 3),
    )


def shape_in(form: Form, *, by_code: bool = False) -> SourceShape:
    shape = shapes()["public_welfare_posts"]
    layout = dataclasses.replace(shape.layout, form=form, by_code=by_code)
    return dataclasses.replace(shape, layout=layout)


def written(folder: Path, shape: SourceShape) -> tuple[Path, np.ndarray]:
    path = folder / f"posts.{shape.layout.form.suffix}"
    writer = open_writer(path, shape=shape, month=MONTH)
    first, second = (writer.write(posts().slice(start, COUNT // 2)) for start in (0, COUNT // 2))
    writer.close()
    return path, np.concatenate([first, second])


def cells(row: int) -> list[str]:
    """The cells of one row as written, blank where null, in the order of the contract."""
    fields = [column.field for column in shape_in(Form.CSV).contract.columns]
    return [posts().column(field)[row].as_py() or "" for field in fields]


@pytest.mark.parametrize(("form", "encoding"), [(Form.CSV, "utf-8"), (Form.CSV_GB18030, "gb18030")])
def test_csv_holds_every_cell_as_it_is(tmp_path: Path, form: Form, encoding: str) -> None:
    shape = shape_in(form)

    path, rows = written(tmp_path, shape)

    with path.open(encoding=encoding, newline="") as file:
        read = list(csv.reader(file))
    assert read[0] == [column.header for column in shape.contract.columns]
    lines = [[cell.replace("\r\n", "\n") for cell in read[row - 1]] for row in rows]
    assert lines == [cells(row) for row in range(COUNT)]


def test_a_workbook_holds_numbers_as_numbers_and_the_rest_as_text(tmp_path: Path) -> None:
    shape = shape_in(Form.XLSX)

    path, rows = written(tmp_path, shape)

    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    assert sheet["A1"].value == "宜春市公益性岗位（2024年1月）"
    headers = [cell.value for cell in sheet[2]]
    assert headers == [column.header for column in shape.contract.columns]
    for number, row in enumerate(rows):
        read = [cell.value for cell in sheet[int(row)]]
        amount = headers.index(shape.contract.column("monthly").header)
        assert read[amount] == 1850
        expected = [cell or None for cell in cells(number)]
        assert read[:amount] == expected[:amount]


def test_two_sheets_differ_in_headers_and_order_and_hold_every_row_once(tmp_path: Path) -> None:
    shape = shape_in(Form.XLSX_TWO_SHEETS)

    path, rows = written(tmp_path, shape)

    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["袁州区", "其他县市"]
    first, second = (
        [cell.value for cell in sheet[line]]
        for sheet, line in zip(book.worksheets, (2, 1), strict=True)
    )
    accepted = {spelling: c.field for c in shape.contract.columns for spelling in c.spellings}
    assert [accepted[header] for header in second] == [accepted[header] for header in first][::-1]
    assert set(first) != set(second)
    for number, counted in enumerate(rows):
        sheet, row = divmod(int(counted), SHEET_ROWS)
        headers = (first, second)[sheet]
        key = next(i for i, header in enumerate(headers) if accepted[header] == "agreement")
        found = book.worksheets[sheet].cell(row, key + 1).value
        assert found == cells(number)[0]


def test_parquet_holds_dates_and_amounts_as_such(tmp_path: Path) -> None:
    path, _ = written(tmp_path, shape_in(Form.PARQUET))

    table = pq.read_table(path)

    assert table.schema.field("上岗日期").type == pa.date32()
    assert table.schema.field("补贴标准").type == pa.decimal128(18, 2)
    assert table.column("姓名").equals(pa.chunked_array(posts().column("name").chunks))
    assert table.column("退出日期").null_count == COUNT - COUNT // 3


@pytest.mark.parametrize("form", list(Form))
def test_a_file_written_again_has_the_same_bytes(tmp_path: Path, form: Form) -> None:
    for name in ("once", "again"):
        (tmp_path / name).mkdir()

    once, again = (written(tmp_path / name, shape_in(form))[0] for name in ("once", "again"))

    assert once.read_bytes() == again.read_bytes()


def test_every_form_and_both_kinds_of_header_occur_and_codes_are_the_ministrys() -> None:
    used = layouts().values()

    assert {layout.form for layout in used} == set(Form)
    assert {layout.by_code for layout in used} == {True, False}
    contributions = shapes()["contributions"].contract
    headers = [header_of(column, by_code=True) for column in contributions.columns]
    assert headers == [
        "AAC002", "AAC003", "AAB003", "AAC066", "AAE140", "AAE180", "AAE003", "AAB034",
    ]  # fmt: skip


def test_every_source_has_a_layout_and_comes_before_it_is_due() -> None:
    assert set(layouts()) == set(source_contracts())
    for shape in shapes().values():
        assert shape.contract.due_day - shape.layout.early >= 1
        assert set(shape.ends) <= {column.field for column in shape.contract.columns}
