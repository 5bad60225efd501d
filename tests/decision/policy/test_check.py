"""Reasons, gaps, missing facts, unverified values, and the law changed for a replay."""

from decimal import Decimal

import numpy as np
import pytest

from leye.decision.policy.cases import Case
from leye.decision.policy.check import Answered, check
from leye.decision.policy.conditions import Changes
from leye.decision.policy.facts import Origin
from leye.decision.policy.parameters import (
    Change,
    Confidence,
    InvalidParameter,
    Parameters,
    load_parameters,
)
from leye.decision.policy.programmes import Outcome, Programme, programme
from leye.decision.policy.saying import sentence, show_value
from leye.decision.policy.settings import _node, declared_settings
from leye.decision.policy.system import System, system, system_with
from leye.kernel.errors import UnknownCode

SOMEONE = {
    "ui_county": "袁州区",
    "ui_months": 8,
    "ui_months_left_over": 0,
    "ui_months_drawn": 0,
    "job_end_reason": "dismissed",
    "registered_unemployed": "否",
    "work_status": "unemployed_looking",
    "draws_pension": "否",
    "refused_job": "否",
}


def benefit(month: int = 202501, changes: tuple[Change, ...] = (), **more: object) -> Answered:
    case = Case.of(person={**SOMEONE, **more})  # type: ignore[dict-item]  # written values
    return check(case, month, ["unemployment_benefit"], changes)[0]


def test_what_can_be_changed_comes_first_with_the_way_still_to_go() -> None:
    found = benefit()
    assert found.outcome is Outcome.NOT_ELIGIBLE
    assert [each.name for each in found.nearest] == ["registered", "contributed", "months_left"]
    assert [each.changes for each in found.nearest][:2] == [Changes.SELF, Changes.TIME]
    contributed = found.condition("contributed")
    assert (contributed.gap, contributed.gap_unit) == (Decimal("4.00"), "个月")
    assert contributed.sentence == "失业前单位和本人缴纳失业保险费满12个月"
    assert contributed.references == ("《社会保险法》第四十五条",)


def test_what_is_missing_is_named_with_who_gives_it() -> None:
    missing = benefit().condition("not_in_military").missing
    assert [(each.name, each.origin) for each in missing] == [("in_military", Origin.APPLICANT)]


def test_what_another_fact_rules_out_is_not_missing() -> None:
    def missing(sex: str) -> list[str]:
        case = Case.of(person={"sex": sex, "birth_month": 197301})
        found = check(case, 202501, ["early_retirement"])[0]
        return [m.name for each in found.conditions for m in each.missing]

    assert "women_retire_at" in missing("女")
    assert "women_retire_at" not in missing("男")


def test_a_setting_that_is_not_set_is_named_as_missing() -> None:
    case = Case.of(
        person={"receiving_ui": "是", "birth_month": 196512, "sex": "男", "flexible_insured": "是"}
    )
    found = check(case, 202506, ["older_recipient_pension"])[0]
    assert found.outcome is Outcome.ELIGIBLE
    assert found.amount is None
    assert [each.name for each in found.amount_missing] == [
        "setting.flexible_pension_minimum_month"
    ]
    assert found.amount_missing[0].origin is None
    assert "市里尚未设定" in found.amount_missing[0].source


def test_a_result_that_rests_on_an_unverified_value_says_so() -> None:
    before, after = benefit(202403), benefit(202404)
    assert before.rests_on_unverified == ()
    assert "minimum_wage.month.class_2" in {each.path for each in after.rests_on_unverified}
    assert all(each.note for each in after.rests_on_unverified)


def test_the_words_of_a_rule_that_ended_give_its_last_day() -> None:
    case = Case.of(person={"work_status": "unemployed_looking"})
    found = check(case, 202301, ["temporary_unemployment_allowance"])[0]
    assert [each.name for each in found.conditions] == ["in_force"]
    assert "2022年12月31日" in found.conditions[0].sentence
    early = check(case, 202012, ["temporary_unemployment_allowance"])[0]
    assert "从2021年1月起" in early.conditions[0].sentence


def test_by_default_only_programmes_of_the_entities_given_are_answered() -> None:
    firms = check(Case.of(employer={"firm_staff": 3}), 202501)
    assert {programme(each.programme).entity for each in firms} == {"employer"}
    homes = check(Case.of(household={}), 202501)
    assert {programme(each.programme).entity for each in homes} <= {"household"}


def test_an_unknown_programme_is_refused() -> None:
    with pytest.raises(UnknownCode):
        check(Case.of(person={}), 202501, ["benefit"])


def test_a_change_rules_from_its_month_on_and_leaves_the_law_alone() -> None:
    change = (Change("unemployment_insurance.minimum_months", 6, 202502),)
    assert benefit(202501, change).condition("contributed").result == "failing"
    changed = benefit(202502, change).condition("contributed")
    assert changed.result == "met"
    assert "满6个月" in changed.sentence
    assert benefit(202502).condition("contributed").result == "failing"
    about = system_with(change).law.get("unemployment_insurance.minimum_months").at(202502)
    assert about is not None
    assert about.confidence is Confidence.SET


def test_a_change_of_nothing_known_is_refused() -> None:
    with pytest.raises(UnknownCode):
        system_with([Change("unemployment_insurance.minimum_month", 6, 202502)])


def test_the_same_changes_give_the_same_system() -> None:
    change = Change("unemployment_insurance.minimum_months", 6, 202502)
    assert system_with([change]) is system_with([change])
    assert system_with([]) is system()


def test_numbers_in_sentences_are_plain() -> None:
    assert show_value(0.055, "比例") == "5.5%"
    assert show_value(0.9, "比例") == "90%"
    assert show_value(1, "比例") == "100%"
    assert show_value(0.666666666667, "比例") == "三分之二"
    assert show_value(202101, "年月") == "2021年1月"
    assert show_value(300000, "元") == "30万"
    assert show_value(12.0, "个月") == "12"
    assert show_value(float("nan"), "元") == "（未定）"
    text = sentence("{unemployment_insurance.share_of_minimum_wage}", system(), 202001)
    assert text == "（当时还没有规定）"


def test_a_condition_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownCode):
        programme("unemployment_benefit").condition("no_such")


def test_a_programme_must_be_whole() -> None:
    whole = programme("unemployment_benefit")
    for wrong in (
        {"entity": "village"},
        {"conditions": ()},
        {"in_force": ()},
        {"conditions": whole.conditions[:1] * 2},
    ):
        given = {
            "name": "x",
            "entity": "person",
            "in_force": ("a",),
            "conditions": whole.conditions,
        }
        with pytest.raises(ValueError, match="x:"):
            Programme(**{**given, **wrong})


def test_arrays_must_fit() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        system().run(202501, persons={"sex": np.array([1]), "hukou": np.array([1, 2])})
    with pytest.raises(ValueError, match="no fact of a person"):
        system().run(202501, persons={"firm_staff": np.array([1.0])})


def test_openfisca_reads_the_same_parameters() -> None:
    node = system().get_parameters_at_instant("2025-01-31")
    assert node.unemployment_insurance.minimum_months == 12
    assert system().law.at(202501)["unemployment_insurance.minimum_months"] == 12


def test_a_setting_without_its_words_is_refused() -> None:
    with pytest.raises(InvalidParameter):
        _node("x", {"label_zh": "甲"})
    assert all(declared_settings().values())


def test_a_parameter_without_label_or_reference_is_refused() -> None:
    about = {"label_zh": "甲", "label_en": "a", "unit": "元"}
    good = {"value": 1, "metadata": {"reference": "甲文件"}}
    for metadata, value in (({"unit": "元"}, good), (about, {"value": 1})):
        node = {"x": {"metadata": metadata, "values": {"2020-01-01": value}}}
        with pytest.raises(InvalidParameter):
            Parameters(load_parameters(node).root)


def test_a_formula_that_misreads_a_fact_is_found_out() -> None:
    with pytest.raises(TypeError, match="registered_unemployed"):
        system().reads("test_misread", lambda s: s.number("registered_unemployed"))


def test_a_system_of_its_own_can_be_built() -> None:
    assert System(system().law).programmes == system().programmes


def test_a_part_of_a_rule_that_ended_is_not_called_missing() -> None:
    """Founders who returned were paid until 2022: after that nobody has to supply their months."""
    founder = Case.of(person={"owns_business": "是", "business_opened": "2026-01"})
    (found,) = check(founder, 202610, ["startup_grant"])
    missing = {m.name for c in found.conditions for m in c.missing}
    assert "school_kind" in missing
    assert not {each for each in missing if "." in each}
    trained = Case.of(person={"certificate_level": "level_5"})
    (found,) = check(trained, 202610, ["skill_upgrade_grant"])
    lacking = {m.name for c in found.conditions for m in c.missing if "." in m.name}
    assert lacking == {"skill_grant.times_a_year"}
