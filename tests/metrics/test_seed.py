"""The sheet of published figures: how it is built, and that the shipped one is whole."""

import csv
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SEED = Path(__file__).resolve().parents[2] / "seed"
COLUMNS = (
    "indicator,region_code,region,period,frequency,value,unit,kind,source_title,source_url,"
    "confidence,note"
)
CORRECTED = (
    "城镇新增就业,360000,江西省,2025,annual,41,万人,derived,报告,https://a.example/1,B,全年目标",
    "创业担保贷款累计发放,360000,江西省,2021-07,event,1500,亿元,cumulative_since_2002,报,,B,突破",
    "享受公益性岗位人员,360900,宜春,2016..2020,5y,15236,人,cumulative_actual,规划,x-employment-plan.txt,A,在岗;",
)


@pytest.fixture(scope="module")
def build_seed() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_seed", SEED / "build_seed.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rows_are_kept_and_the_named_ones_corrected(build_seed: ModuleType, tmp_path: Path) -> None:
    source, sheet = tmp_path / "source.csv", tmp_path / "sheet.csv"
    plain = "出生人口,360900,宜春市,2021,annual,4.33,万人,annual,问答,https://a.example/2,B,"
    source.write_text("\n".join((COLUMNS, *CORRECTED, plain)), encoding="utf-8")
    build_seed.build(source, sheet=sheet)
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbf")
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["数据性质"] for row in rows] == ["目标（水平）", "下限表述", "时点数", "年度数"]
    assert [row["数值"] for row in rows] == ["41", "1500", "15236", "4.33"]
    assert rows[0]["备注"] == "全年目标"
    assert rows[1]["备注"].startswith("突破;")
    assert rows[2]["来源网址"] == "plan/x-employment-plan.txt"
    assert {row["公开范围"] for row in rows} == {"公开"}


def test_a_correction_without_its_row_is_an_error(build_seed: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    source.write_text("\n".join((COLUMNS, *CORRECTED[1:])), encoding="utf-8")
    with pytest.raises(ValueError, match="城镇新增就业"):
        build_seed.build(source, sheet=tmp_path / "sheet.csv")


def test_the_shipped_sheet_says_where_each_figure_is_from(build_seed: ModuleType) -> None:
    with build_seed.SHEET.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == build_seed.HEADERS
    assert all(row["来源"] for row in rows)
    assert {row["来源网址"].partition("/")[0] for row in rows} == {"", "http:", "https:", "plan"}
    grades = [row["可信度"] for row in rows]
    assert [grades.count(grade) for grade in "ABC"] == [53, 582, 16]
