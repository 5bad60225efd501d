"""The shipped catalogue: complete, consistent, and strict when it is not."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from leye.analysis.metrics import THEMES, InvalidDefinition, catalogue
from leye.analysis.metrics.catalogue import load_catalogue
from leye.analysis.metrics.types import FigureKind, IndicatorKind
from leye.kernel.errors import UnknownCode
from leye.kernel.period import Period

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "seed" / "published_figures_2026-11-23.csv"

GOOD = """
theme: 就业
indicators:
  - code: jobs
    name: 就业人数
    name_en: Jobs
    unit: 万人
    units: {万人: "1", 人: "0.0001"}
    kind: flow
    decimals: 1
    definition: 有多少人就业。
    responsible: 统计局
    higher_is_better: true
"""


def seed_rows() -> list[dict[str, str]]:
    with SEED.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_seed_row_is_understood_and_no_two_share_a_key() -> None:
    lists = catalogue().code_lists()
    keys = set()
    rows = seed_rows()
    for row in rows:
        code = lists["indicators"].codes[row["指标"]]
        assert f"{code}|{row['单位']}" in lists["indicator_units"].codes
        kind = lists["figure_kinds"].codes[row["数据性质"]]
        assert row["可信度"] in lists["confidence"].codes
        assert lists["publication"].codes[row["公开范围"]] == "public"
        Period.parse(row["时期"])
        Decimal(row["数值"])
        keys.add((code, row["地区"], row["时期"], kind))
    assert len(keys) == len(rows) == 651


def test_corrected_rows_no_longer_measure() -> None:
    kinds = {
        (row["指标"], row["地区"], row["时期"], row["数值"]): row["数据性质"] for row in seed_rows()
    }
    assert kinds["城镇新增就业", "360000", "2025", "41"] == FigureKind.TARGET_LEVEL.label
    assert kinds["创业担保贷款累计发放", "360000", "2021-07", "1500"] == (
        FigureKind.LOWER_BOUND.label
    )
    assert kinds["享受公益性岗位人员", "360900", "2016..2020", "15236"] == FigureKind.POINT.label


def test_every_spelling_finds_its_indicator_full_or_half_width() -> None:
    known = catalogue()
    for each in known:
        for spelling in (each.code, each.name, *each.aliases):
            assert known.find(spelling) is each
    name = "16-24岁劳动力失业率(含在校生,旧口径)"
    assert known.find(name).code == "youth_unemployment_rate_incl_students"
    assert known.find("其中:创业培训") is known.find("创业培训")


def test_registered_and_surveyed_are_two_indicators() -> None:
    known = catalogue()
    registered, surveyed = known.find("城镇登记失业率"), known.find("城镇调查失业率")
    assert registered.code.startswith("registered")
    assert surveyed.code.startswith("surveyed")
    assert not {registered.name, *registered.aliases} & {surveyed.name, *surveyed.aliases}
    assert any("不能混用" in caveat for caveat in registered.caveats)
    assert any("不能混用" in caveat for caveat in surveyed.caveats)


def test_definitions_read_as_sentences_and_units_convert_exactly() -> None:
    for each in catalogue():
        assert each.definition.endswith("。"), each.code
        assert all(caveat.endswith(("。", "”")) for caveat in each.caveats), each.code
        assert each.units[each.unit] == 1
        assert each.theme in THEMES
        for factor in each.units.values():
            assert factor > 0
        if each.kind is IndicatorKind.RANK:
            assert each.higher_is_better is None


def test_formula_figures_cannot_be_delivered() -> None:
    lists = catalogue().code_lists()
    computed = {each.code for each in catalogue() if each.formula}
    assert {"population_density", "nonpublic_gdp_share"} <= computed
    assert not computed & set(lists["indicators"].codes.values())


def test_unknown_code_names_near_matches() -> None:
    with pytest.raises(UnknownCode) as caught:
        catalogue().get("urban_new_job")
    assert "urban_new_jobs" in caught.value.near
    with pytest.raises(UnknownCode) as caught:
        catalogue().find("新增就业")
    assert "城镇新增就业" in caught.value.near


def test_themes_hold_every_indicator_once() -> None:
    grouped = catalogue().themes()
    assert sum(len(members) for members in grouped.values()) == len(catalogue())
    assert list(grouped) == [theme for theme in THEMES if theme in grouped]


def test_a_good_file_loads(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(GOOD, encoding="utf-8")
    (jobs,) = load_catalogue(tmp_path)
    assert jobs.units["人"] == Decimal("0.0001")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("theme: 就业", "theme: 别的"),
        ("code: jobs", "code: Jobs"),
        ("code: jobs", "code:"),
        ('万人: "1"', '万人: "2"'),
        ('人: "0.0001"', "人: 0.0001"),
        ('人: "0.0001"', '人: "0"'),
        ('人: "0.0001"', '人: "-1"'),
        ('人: "0.0001"', '人: "NaN"'),
        ('人: "0.0001"', '人: "一"'),
        ("kind: flow", "kind: flood"),
        ("decimals: 1", "decimals: -1"),
        ("decimals: 1", "decimals: true"),
        ("higher_is_better: true", "higher_is_better: 是"),
        ("name_en: Jobs", "name_en: ''"),
        ("name_en: Jobs", "name_eng: Jobs"),
        ("decimals: 1", "decimals: 1\n    breaks: [[昨天, 变了]]"),
        ("decimals: 1", "decimals: 1\n    breaks: [['2020']]"),
        ("decimals: 1", "decimals: 1\n    caveats: 一句话"),
        ("decimals: 1", "decimals: 1\n    formula: {numerator: jobs, denominator: x, scale: '1'}"),
        (
            "decimals: 1",
            "decimals: 1\n    formula: {numerator: jobs, denominator: jobs, scale: '0'}",
        ),
        (
            "decimals: 1",
            "decimals: 1\n    formula: {numerator: jobs, denominator: jobs, scale: '1'}",
        ),
        ("theme: 就业", "- theme"),
        ("theme: 就业", "theme: [就业"),
    ],
)
def test_a_faulty_file_stops_the_start(tmp_path: Path, old: str, new: str) -> None:
    assert old in GOOD
    (tmp_path / "one.yaml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidDefinition):
        load_catalogue(tmp_path)


@pytest.mark.parametrize("other", ["code: jobs2", "name: 就业人数2"])
def test_a_code_or_name_used_twice_stops_the_start(tmp_path: Path, other: str) -> None:
    (tmp_path / "one.yaml").write_text(GOOD, encoding="utf-8")
    field = other.partition(":")[0]
    lines = [
        f"    {other}"
        if line.strip().startswith(f"{field}:") and "- " not in line
        else f"  - {other}"
        if line.strip().startswith(f"- {field}:")
        else line
        for line in GOOD.splitlines()
    ]
    (tmp_path / "two.yaml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InvalidDefinition, match="重复"):
        load_catalogue(tmp_path)
