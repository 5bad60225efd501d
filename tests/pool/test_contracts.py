"""Contracts as files, and the workbook offered for each."""

import io
from pathlib import Path

import openpyxl
import pytest
import yaml

from leye.data.pool import Contract, InvalidContract, Pool, Verdict, contracts, template
from leye.data.pool.contract import PERIOD_FORMS, Rule
from tests.pool.deliveries import FIGURES, HEADERS, LISTS, accept, lines, row

SOURCE = Path(__file__).parents[2] / "src/leye/data/pool/contracts/figures.yaml"


def test_every_contract_loads() -> None:
    assert set(contracts()) == {"figures"}
    assert FIGURES.key == ("indicator", "place", "period", "kind")
    assert HEADERS == [
        "指标",
        "地区",
        "时期",
        "数值",
        "单位",
        "数据性质",
        "来源",
        "来源网址",
        "可信度",
        "备注",
        "公开范围",
    ]
    assert set(FIGURES.code_lists) == set(LISTS)
    assert [c.field for c in FIGURES.stored] == [c.field for c in FIGURES.columns][:-1]


def test_every_rule_and_period_form_is_used() -> None:
    assert {check.rule for check in FIGURES.checks} == set(Rule)
    used = {form for check in FIGURES.checks for _, each in check.forms for form in each}
    assert used == set(PERIOD_FORMS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": ["indicator", "nothing"]}, "do not exist"),
        ({"key": ["indicator", "note"]}, "optional key"),
        ({"table": "a-b"}, "identifiers"),
        ({"columns": []}, "do not exist"),
        ({"key": "indicator"}, "a list is meant"),
        ({"checks": [{"rule": "unheard"}]}, "unheard"),
        ({"checks": [{"rule": "whole", "code": "a", "column": "value", "odd": 1}]}, "odd"),
        ({"checks": [{"rule": "whole", "code": "a", "column": "value"}] * 2}, "checks given twice"),
    ],
)
def test_a_faulty_contract_is_refused(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(SOURCE.read_text()), **change}))
    with pytest.raises(InvalidContract, match=words):
        Contract.load(file)


def test_faulty_columns_are_refused(tmp_path: Path) -> None:
    for at, change in (
        (0, {"codes": ""}),
        (1, {"header": "指标"}),
        (3, {"field": "row"}),
        (7, {"pattern_reason": ""}),
    ):
        given = yaml.safe_load(SOURCE.read_text())
        given["columns"][at] |= change
        file = tmp_path / "faulty.yaml"
        file.write_text(yaml.safe_dump(given))
        with pytest.raises(InvalidContract):
            Contract.load(file)


def test_an_unreadable_contract_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text("name: [")
    with pytest.raises(InvalidContract):
        Contract.load(file)


def test_a_filled_template_is_accepted(pool: Pool) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(FIGURES, LISTS)))
    assert book.sheetnames == ["填报", "填写说明", "可填内容"]
    sheet = book["填报"]
    assert [cell.value for cell in sheet[1]] == HEADERS
    assert all(cell.comment is not None for cell in sheet[1])
    for at, value in enumerate(lines([row(period="2025-07", kind="月度数")])[1], start=1):
        sheet.cell(2, at).value = value
        assert sheet.cell(2, at).number_format == "@"
    stream = io.BytesIO()
    book.save(stream)
    receipt = accept(pool, stream.getvalue())
    assert receipt.delivery.verdict is Verdict.ACCEPTED, receipt.issues
    assert receipt.delivery.rows_read == 1


def test_an_empty_template_has_no_rows(pool: Pool) -> None:
    receipt = accept(pool, template(FIGURES, LISTS))
    assert [issue.code for issue in receipt.issues] == ["no_rows"]


def test_the_template_offers_names_units_and_help() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(FIGURES, LISTS)))
    choices = [[cell.value for cell in each] for each in book["可填内容"].iter_cols()]
    listed = {each[0]: each[1:] for each in choices if each[0] and each[0] != "代码"}
    assert {"城镇新增就业", "城镇调查失业率"} <= set(listed["指标"]) | set(choices[0])
    assert "袁州区" in listed["地区"]
    assert "360902" not in listed["地区"]
    assert "人、万人" in listed["可用单位"]
    explained = [cell.value for cell in book["填写说明"]["A"]]
    assert explained[1:12] == HEADERS
    validations = book["填报"].data_validations.dataValidation
    ranges = {str(each.sqref): each.formula1 for each in validations}
    assert len(ranges) == 5
    for area, formula in ranges.items():
        assert area.endswith("2000")
        assert formula.startswith("'可填内容'!$")
