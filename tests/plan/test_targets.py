"""The plan's targets against the plan's own words and the published figures."""

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from leye.analysis.metrics import InvalidDefinition, catalogue, find_target, plan_targets
from leye.analysis.metrics.targets import Relation, TargetKind
from leye.analysis.metrics.types import FigureKind
from leye.kernel.errors import UnknownCode
from leye.kernel.period import Period

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "plan"
TARGETS = plan_targets(PLAN)
TEXT = "".join((PLAN / "yichun-14th-five-year-employment-plan.txt").read_text("utf-8").split())


def seed() -> dict[tuple[str, str, str, str], Decimal]:
    lists = catalogue().code_lists()
    path = ROOT / "seed" / "published_figures_2026-11-23.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            (
                lists["indicators"].codes[row["指标"]],
                row["地区"],
                row["时期"],
                lists["figure_kinds"].codes[row["数据性质"]],
            ): Decimal(row["数值"]) * catalogue().find(row["指标"]).units[row["单位"]]
            for row in csv.DictReader(file)
        }


def test_the_table_of_the_plan_is_complete_and_in_order() -> None:
    rows = [target for target in TARGETS if target.group == "主要指标"]
    assert [t.number for t in rows] == [*map(str, range(1, 12)), "11-1", "12", "13"]
    assert all(t.attribute == "预期性" for t in rows)
    assert all(t.attribute == "" for t in TARGETS if t not in rows)
    printed = [(t.baseline.printed if t.baseline else "---", t.goal.printed) for t in rows]
    assert printed == [
        ("[28]", "[≥22]"),
        ("---", "5.5左右"),
        ("52.6", "55左右"),
        ("[2.76]", "[2.09]"),
        ("[41.64]", "[36]"),
        ("[112.4]", "[85]"),
        ("95", "≥95.5"),
        ("13", "16.5"),
        ("18", "24"),
        ("7.6", ">7.6"),
        ("---", "[15]"),
        ("[8.72]", "[6.98]"),
        ("[1]", "[4]"),
        ("10.99", "16左右"),
    ]


def test_every_quote_is_in_the_plan() -> None:
    quotes = [quote for target in TARGETS for quote in target.quotes]
    assert len(quotes) > len(TARGETS)
    for quote in quotes:
        assert "".join(quote.text.split()) in TEXT


def test_every_printed_number_is_quoted() -> None:
    """The number of a goal stands in one of its quotes, unless the plan writes it in words."""
    in_words = {
        "zero_employment_households",
        "rural_zero_transfer_households",
        "veteran_zero_employment_households",
        "technician_college",
        "counties_with_technical_school",
        "training_bases_upgraded",
    }
    for target in TARGETS:
        said = any(str(target.goal.value) in quote.text for quote in target.quotes)
        assert said != (target.id in in_words), target.id


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.id)
def test_numbers_agree_with_the_published_figures(target) -> None:
    rows = seed()
    kinds = (FigureKind.TARGET_LEVEL, FigureKind.TARGET_CUMULATIVE)
    goals = {
        value
        for (code, place, _, kind), value in rows.items()
        if code == target.indicator and place == target.place and kind in kinds
    }
    assert goals in (set(), {target.goal.value})
    if target.group == "主要指标":
        assert goals
    if target.baseline is not None:
        kind = (
            FigureKind.BASELINE if target.baseline.period.first == 2020 else (FigureKind.CUMULATIVE)
        )
        key = (target.indicator, target.place, str(target.baseline.period), kind.value)
        assert rows[key] == target.baseline.value
        assert target.baseline.cumulative == (target.kind is TargetKind.CUMULATIVE)


def test_every_published_target_of_the_city_is_one_of_the_plans() -> None:
    held = {target.indicator for target in TARGETS}
    kinds = (FigureKind.TARGET_LEVEL, FigureKind.TARGET_CUMULATIVE)
    others = {
        code for (code, place, _, kind) in seed() if place == "360900" and kind in kinds
    } - held
    assert others == {"registered_urban_unemployment_rate"}  # the year's goal of 2020, no plan's


def test_targets_have_units_and_bodies_and_say_how_the_body_was_found() -> None:
    for target in TARGETS:
        assert target.unit == catalogue().get(target.indicator).unit
        assert target.responsible
        assert "规划没有写明" in target.responsible_basis
        assert target.plan_period == Period.parse("2021..2025")
    assert [t.order for t in TARGETS] == list(range(1, 35))


def test_a_target_below_its_baseline_is_the_plans_own() -> None:
    lower = {
        t.id
        for t in TARGETS
        if t.baseline and t.goal.value < t.baseline.value and t.kind is TargetKind.CUMULATIVE
    }
    assert lower == {
        "urban_new_jobs",
        "hard_to_employ_employed",
        "rural_labor_transfer",
        "startup_loans_issued",
        "entrepreneurship_training",
    }
    for target in TARGETS:
        if target.id in lower:
            assert any("规划原文" in note for note in target.notes)


def test_relations_follow_the_words() -> None:
    for target in TARGETS:
        printed = target.goal.printed
        if "左右" in printed:
            assert target.goal.relation is Relation.ABOUT
        if ">" in printed or "高于" in printed:
            assert target.goal.relation is Relation.MORE_THAN
        if "≥" in printed or "以上" in printed or "不少于" in printed:
            assert target.goal.relation is Relation.AT_LEAST
        if "清零" in printed:
            assert (target.goal.relation, target.goal.value) == (Relation.AT_MOST, 0)


def test_unknown_target_names_near_ones() -> None:
    assert find_target(TARGETS, "urban_new_jobs").number == "1"
    with pytest.raises(UnknownCode) as caught:
        find_target(TARGETS, "urban_new_job")
    assert "urban_new_jobs" in caught.value.near


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("全市城镇新增就业22万人以上", "全市城镇新增就业23万人以上"),
        ("indicator: urban_new_jobs", "indicator: urban_jobs"),
        ("id: hard_to_employ_employed", "id: urban_new_jobs"),
        ("unit: 亿元", "unit: 元"),
        ('value: "22"', "value: 22"),
        ('value: "22"', 'value: "0"'),
        ('period: "2016..2020"', 'period: "2016..2021"'),
        ("relation: at_least", "relation: at_most"),
        ("relation: at_least", "relation: perhaps"),
        ('period: "2021..2025", relation', 'period: "2021..2026", relation'),
        ("kind: cumulative", "kind: cumulative\n    every: 1"),
        ("kind: cumulative", "kind: cumulative\n    from_zero: true"),
        ("responsible: 市统计局", "responsible: ''"),
        ("group: 主要指标", "section: 主要指标"),
    ],
)
def test_a_faulty_plan_stops_the_start(tmp_path: Path, old: str, new: str) -> None:
    for file in PLAN.iterdir():
        shutil.copy(file, tmp_path / file.name)
    text = (PLAN / "targets.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "targets.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidDefinition):
        plan_targets(tmp_path)
