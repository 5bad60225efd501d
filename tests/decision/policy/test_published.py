"""Figures that others published."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from leye.decision.policy.cases import Case
from leye.decision.policy.sources import source
from leye.decision.policy.system import system

FILE = Path(__file__).parents[2] / "golden" / "policy" / "published.yaml"
GOLDEN = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def value(name: str, month: int, **person: Any) -> float:
    case = Case.of(person=person)
    return float(system().run(month, persons=case.arrays("person")).variable(name)[0])


@pytest.mark.parametrize("each", GOLDEN["benefit_a_month"], ids=str)
def test_the_benefit_of_a_county(each: dict[str, Any]) -> None:
    assert source(each["source"]).value == each["yuan"]
    given = value("unemployment_benefit_month", each["month"], ui_county=each["county"])
    assert given == pytest.approx(each["yuan"])


@pytest.mark.parametrize("each", GOLDEN["benefit_months"], ids=str)
def test_the_months_that_contributions_earn(each: dict[str, Any]) -> None:
    assert source(each["source"])
    assert value("benefit_months_earned", 202501, ui_months=each["contributed"]) == each["months"]


@pytest.mark.parametrize("each", GOLDEN["retirement"], ids=str)
def test_the_month_of_retirement(each: dict[str, Any]) -> None:
    assert source(each["source"])
    person = {"sex": each["sex"], "birth_month": each["born"], "women_retire_at": each.get("rule")}
    assert value("retirement_month", 202501, **person) == each["retires"]


@pytest.mark.parametrize("each", GOLDEN["minimum_wage"], ids=str)
def test_the_minimum_wage_of_a_county(each: dict[str, Any]) -> None:
    assert source(each["source"]).value == each["yuan"]
    given = value("minimum_wage_month", each["month"], work_county=each["county"])
    assert given == pytest.approx(each["yuan"])
