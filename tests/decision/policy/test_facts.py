"""The facts: how they are declared, read and shown."""

import math

import pytest

from leye.decision.policy.cases import Case, together
from leye.decision.policy.facts import InvalidFact, Kind, _declared, fact, facts
from leye.kernel.errors import UnknownCode


def test_every_fact_asks_a_question_and_says_where_it_comes_from() -> None:
    for each in facts().values():
        assert each.question.endswith(("？", "。", "）")), each.name
        assert each.source, each.name
        assert (each.kind is Kind.CHOICE) == bool(each.options), each.name
        for other, options in each.when.items():
            assert facts()[other].entity == each.entity
            assert all(facts()[other].read(option) for option in options)
        assert each.unit or each.kind not in {Kind.NUMBER, Kind.MONEY}, each.name
        assert each.bounds or each.kind in {Kind.ANSWER, Kind.CHOICE, Kind.PLACE}, each.name


@pytest.mark.parametrize(
    ("name", "written", "stored"),
    [
        ("registered_unemployed", "是", 2),
        ("registered_unemployed", True, 2),
        ("registered_unemployed", "no", 0),
        ("birth_month", "1990-05", 199005),
        ("birth_month", 199005, 199005),
        ("sex", "女", 2),
        ("sex", "male", 1),
        ("residence", "袁州区", 360902),
        ("residence", "袁州", 360902),
        ("residence", "360902001", 360902),
        ("ui_months", "12", 12),
        ("wage_month", 2000.5, 2000.5),
    ],
)
def test_a_written_value_becomes_a_number(name: str, written: object, stored: float) -> None:
    assert fact(name).read(written) == stored  # type: ignore[arg-type]  # what a file may hold


@pytest.mark.parametrize("nothing", [None, "", "不知道", "unknown"])
def test_not_knowing_is_neither_no_nor_zero(nothing: str | None) -> None:
    assert fact("registered_unemployed").read(nothing) == 1
    assert fact("birth_month").read(nothing) == 0
    assert fact("sex").read(nothing) == 0
    assert math.isnan(fact("ui_months").read(nothing))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("registered_unemployed", "也许"),
        ("birth_month", "199013"),
        ("birth_month", 188001),
        ("ui_months", "十二"),
        ("ui_months", -1),
        ("ui_months", 601),
        ("ui_months", float("inf")),
        ("ui_months", True),
        ("residence", "宜春市"),
    ],
)
def test_a_wrong_value_is_refused(name: str, wrong: object) -> None:
    with pytest.raises(InvalidFact):
        fact(name).read(wrong)  # type: ignore[arg-type]  # what a file may hold


def test_an_unknown_option_or_fact_names_the_nearest() -> None:
    with pytest.raises(UnknownCode):
        fact("sex").read("其他")
    with pytest.raises(UnknownCode) as refused:
        fact("ui_month")
    assert "ui_months" in refused.value.hint


@pytest.mark.parametrize(
    ("name", "stored", "words"),
    [
        ("registered_unemployed", 2, "是"),
        ("registered_unemployed", 0, "否"),
        ("registered_unemployed", 1, "不知道"),
        ("birth_month", 199005, "1990年5月"),
        ("sex", 2, "女"),
        ("residence", 360902, "袁州区"),
        ("residence", 999999, "999999"),
        ("ui_months", 12, "12个月"),
        ("ui_months", float("nan"), "不知道"),
    ],
)
def test_a_stored_value_is_shown_in_words(name: str, stored: float, words: str) -> None:
    assert fact(name).show(stored) == words


def test_a_wrong_declaration_is_refused() -> None:
    whole = {"kind": "answer", "label": "甲", "question": "甲？", "from": "register", "source": "x"}
    for wrong in ({"kind": "colour"}, {"more": 1}, {"from": "nobody"}):
        with pytest.raises(InvalidFact):
            _declared("x", "person", {**whole, **wrong})


def test_a_case_is_read_by_entity() -> None:
    case = Case.parse({"person": {"sex": "女", "ui_months": None}})
    assert case.known("sex")
    assert not case.known("ui_months")
    assert not case.known("birth_month")
    assert case.arrays("employer") is None


@pytest.mark.parametrize("wrong", [None, [], {}, {"people": {}}, {"person": 3}])
def test_what_is_no_case_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidFact):
        Case.parse(wrong)


def test_a_fact_of_another_entity_is_refused() -> None:
    with pytest.raises(InvalidFact):
        Case.of(person={"firm_staff": 3})


def test_cases_together_leave_what_one_does_not_know_unknown() -> None:
    arrays = together((Case.of(person={"sex": "女"}), Case.of(person={"ui_months": 5})), "person")
    assert arrays["sex"].tolist() == [2, 0]
    assert math.isnan(arrays["ui_months"][0])
