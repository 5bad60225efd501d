"""The policy reserve: what the file must say, what a person costs, where nothing is set."""

import copy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from leye.decision.policy import system
from leye.kernel.errors import UnknownCode
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.errors import InvalidAsk, InvalidReserve
from leye.service.response.reserve import catalogue
from leye.service.response.reserve.catalogue import FREE_FUNDS, MeasureKind, read_reserve, reserve
from leye.service.response.reserve.costs import area_classes, standing_of, unit_cost

MONTH = 202611
FILE = Path(catalogue.__file__).with_name("measures.yaml")


def given() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return copy.deepcopy(found)


def test_the_reserve_holds_every_sort_of_measure_and_is_not_signed_yet() -> None:
    found = reserve()
    assert len(found.measures) >= 16
    assert {each.kind for each in found.measures} == set(MeasureKind)
    assert found.signed == ""


def test_more_may_be_used_the_graver_the_level() -> None:
    usable = [{m.code for m in reserve().measures if m.usable_at(level)} for level in Level]
    assert usable[0] >= usable[1] > usable[2] > usable[3] > set()


def test_an_unknown_measure_is_told_with_near_ones() -> None:
    with pytest.raises(UnknownCode) as caught:
        reserve().measure("public_posts")
    assert "public_post" in caught.value.near


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("basis", ""),
        ("kind", "gift"),
        ("level", 5),
        ("fund", "别人的钱"),
        ("programme", "no_such_programme"),
        ("capacity", -1),
        ("capacity", "many"),
        ("lead", {"days": -1, "origin": "law"}),
        ("cost", {"amount": "1"}),
        ("cost", {"amount": "-1", "per": "once", "basis": "某文件"}),
        ("cost", {"amount": "100", "per": "once"}),
        ("cost", {"per": "once"}),
        ("cost", {"parameter": "no.such.path", "per": "once"}),
        ("cost", {"parameter": "minimum_wage.month.class_2", "times": "no.path", "per": "month"}),
    ],
)
def test_a_measure_that_says_less_is_refused(field: str, value: object) -> None:
    file = given()
    post = next(each for each in file["measures"] if each["code"] == "public_post")
    post[field] = value
    with pytest.raises(InvalidReserve) as caught:
        read_reserve(file)
    assert "public_post" in caught.value.detail


def test_what_costs_no_public_money_cannot_have_a_price() -> None:
    file = given()
    own = next(each for each in file["measures"] if each["fund"] in FREE_FUNDS)
    own["cost"] = {"amount": "5", "per": "month", "basis": "某文件"}
    with pytest.raises(InvalidReserve):
        read_reserve(file)


def test_a_code_stands_once() -> None:
    file = given()
    file["measures"].append(file["measures"][0])
    with pytest.raises(InvalidReserve):
        read_reserve(file)


def test_the_benefit_is_nine_tenths_of_the_county_s_minimum_wage() -> None:
    benefit, law = reserve().measure("unemployment_benefit"), system().law.at(MONTH)
    for county in ("360902", "360981"):
        (area,) = area_classes(county, MONTH)
        wage = Decimal(str(law[f"minimum_wage.month.class_{area}"]))
        found = unit_cost(benefit, month=MONTH, classes=(area,))
        assert found.amount == wage * Decimal("0.9")
    assert unit_cost(benefit, month=202301, classes=(2,)).amount == Decimal("1557.00")


def test_the_whole_city_costs_what_its_dearest_county_does() -> None:
    benefit = reserve().measure("unemployment_benefit")
    classes = area_classes("", MONTH)
    each = [unit_cost(benefit, month=MONTH, classes=(area,)).amount or 0 for area in classes]
    assert len(set(each)) > 1
    assert unit_cost(benefit, month=MONTH, classes=classes).amount == max(each)


def test_a_price_that_rests_on_an_unread_number_says_so() -> None:
    benefit = reserve().measure("unemployment_benefit")
    assert unit_cost(benefit, month=202301, classes=(2,)).verified
    assert not unit_cost(benefit, month=MONTH, classes=(2,)).verified


def test_what_the_sources_do_not_hold_is_not_set() -> None:
    post = unit_cost(reserve().measure("public_post"), month=MONTH, classes=(2,))
    assert post.amount is None
    assert "未设定" in post.why
    assert unit_cost(reserve().measure("special_fair"), month=MONTH, classes=(2,)).amount is None


def test_a_programme_whose_rule_ran_out_is_not_in_force() -> None:
    refund = reserve().measure("job_retention_refund")
    assert standing_of(refund, 202506) == "met"
    assert standing_of(refund, MONTH) == "failing"
    assert standing_of(reserve().measure("contribution_deferral"), MONTH) == "unknown"
    assert standing_of(reserve().measure("legal_aid"), MONTH) == "met"


@pytest.mark.parametrize(("county", "month"), [("110101", MONTH), ("360902", 200001)])
def test_a_county_without_a_known_class_is_refused(county: str, month: int) -> None:
    with pytest.raises(InvalidAsk) as caught:
        area_classes(county, month)
    assert caught.value.field == "county"
