"""Sums and orders of placement that others published, for one person."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from leye.decision.policy.cases import Case
from leye.decision.policy.check import check
from leye.decision.policy.sources import source
from leye.decision.policy.system import system

FILE = Path(__file__).parents[2] / "golden" / "policy" / "persons.yaml"
GOLDEN = yaml.safe_load(FILE.read_text(encoding="utf-8"))
_NO = (
    *("hard_to_employ", "out_of_poverty", "zero_employment_member", "minimum_allowance"),
    *("disabled", "cannot_leave_home", "land_lost", "ex_fisher"),
)
NOBODY = dict.fromkeys(_NO, "否") | {
    "sex": "女",
    "birth_month": "199001",
    "school_kind": "other",
}


def placed(month: int = 202506, **person: Any) -> float:
    arrays = Case.of(person={**NOBODY, **person}).arrays("person")
    return float(system().run(month, persons=arrays).variable("welfare_post_rank")[0])


@pytest.mark.parametrize("each", GOLDEN["sums"], ids=lambda e: f"{e['programme']}-{e['source']}")
def test_the_sum_is_the_published_one(each: dict[str, Any]) -> None:
    case = Case.of(person=each["person"])
    (answer,) = check(case, each["month"], [each["programme"]])
    assert answer.amount == source(each["source"]).value


@pytest.mark.parametrize("each", GOLDEN["placement_order"], ids=lambda e: e["said"])
def test_the_order_of_placement(each: dict[str, Any]) -> None:
    assert placed(**each["person"]) == each["order"]


def test_the_first_order_that_holds_counts() -> None:
    assert placed(hard_to_employ="是", disabled="是", land_lost="是") == 1


def test_an_order_that_may_come_before_leaves_the_placement_open() -> None:
    assert np.isnan(placed(hard_to_employ="是", land_lost="是", disabled="不知道"))
    assert placed(hard_to_employ="是", disabled="是", land_lost="不知道") == 1


def test_before_the_rule_of_2024_nobody_has_an_order_by_age() -> None:
    assert np.isnan(placed(202312, hard_to_employ="是"))
