"""Figures and changes in words: rates stand under one another, small counts have no per cent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from leye.analysis.metrics.register_figures import Change, RegisterFigure, register_catalogue
from leye.analysis.metrics.register_types import share_of_change
from leye.analysis.metrics.types import IndicatorKind, SampleState
from leye.doors.portal.atlas_words import bound_words, change_words, value_words

RATE, COUNT, WAGE = (
    register_catalogue().get(code) for code in ("employment_rate", "employed", "insured_wage")
)
FIGURE = RegisterFigure("employment_rate", "360900", 202403, None, SampleState.HAS_DATA)


def test_every_rate_in_per_cent_has_one_place() -> None:
    rates = [each for each in register_catalogue() if each.unit == "%"]
    assert len(rates) > 10
    assert {each.decimals for each in rates} == {1}
    assert {each.kind for each in rates} == {IndicatorKind.RATE}


@pytest.mark.parametrize(
    ("value", "words"),
    [("5", "5.0"), ("61.25", "61.2"), ("0", "0.0"), ("0.04", "不足0.1"), ("100", "100.0")],
)
def test_a_rate_is_written_with_its_place(value: str, words: str) -> None:
    assert value_words(replace(FIGURE, value=Decimal(value)), RATE) == words


def test_counts_and_wages_are_whole() -> None:
    assert value_words(replace(FIGURE, value=Decimal(33502)), COUNT) == "33,502"
    assert value_words(replace(FIGURE, value=Decimal("5012.6")), WAGE) == "5,013"


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [(1, 12, "+11"), (29, 10, "-19"), (30, 33, "+3（+10.0%）"), (400, 400, "0（0.0%）")],
)
def test_a_change_of_a_small_count_is_given_as_it_is(then: int, now: int, words: str) -> None:
    difference = Decimal(now - then)
    share = share_of_change(difference, Decimal(then))
    assert str(change_words(Change(difference, share), COUNT)) == words


def test_a_change_of_a_rate_is_in_points() -> None:
    assert str(change_words(Change(Decimal("0.3"), Decimal(9)), RATE)) == "+0.3个百分点"
    assert str(change_words(Change(Decimal(-1), Decimal(9)), RATE)) == "-1.0个百分点"
    assert str(change_words(Change(Decimal("0.01"), Decimal(9)), RATE)) == "0.0个百分点"


def test_a_change_of_a_ratio_is_in_its_own_unit() -> None:
    ratio = register_catalogue().get("vacancy_applicant_ratio")
    words = change_words(Change(Decimal("3.32"), None), ratio)
    assert (str(words), words.measured) == ("+3.32", Decimal("3.32"))
    assert bound_words(Decimal("0.5"), "year", ratio) == "+0.50倍"
