"""Figures as words."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from leye.analysis.metrics.types import Figure, FigureKind, SampleState
from leye.doors.portal.templatetags.portal import points
from leye.doors.web.templatetags.web import amount, figure_url, percent, rate, web_address
from leye.kernel.period import Period

FIGURE = Figure(
    indicator="urban_new_jobs",
    place="360900",
    period=Period.year(2025),
    kind=FigureKind.ANNUAL,
    value=Decimal("5.9"),
    unit="万人",
    state=SampleState.HAS_DATA,
    data_version=1,
)


def shown(figure: Figure) -> str:
    return Template("{% load web %}{% figure f %}").render(Context({"f": figure}))


def test_a_figure_is_shown_with_its_unit() -> None:
    assert "5.9" in shown(FIGURE)
    assert "万人" in shown(FIGURE)
    assert "内部" not in shown(FIGURE)


def test_an_unpublished_figure_is_marked() -> None:
    assert "内部" in shown(replace(FIGURE, public=False))


@pytest.mark.parametrize(
    ("state", "words"),
    [(SampleState.NO_DATA, "未填报"), (SampleState.ZERO_DENOMINATOR, "分母为零")],
)
def test_missing_is_a_word_and_never_zero(state: SampleState, words: str) -> None:
    text = shown(replace(FIGURE, value=None, state=state))
    assert words in text
    assert "0" not in text


@pytest.mark.parametrize(
    ("value", "words"), [("5", "5.0"), ("5.10", "5.1"), ("5.25", "5.25"), ("0", "0.0")]
)
def test_a_published_rate_has_one_place_at_least(value: str, words: str) -> None:
    assert rate(Decimal(value)) == words


def test_a_true_zero_is_shown() -> None:
    assert "<b>0</b>" in shown(replace(FIGURE, value=Decimal(0)))


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
    )
)
def test_a_number_written_out_is_the_same_number(number: Decimal) -> None:
    assert Decimal(amount(number).replace(",", "")) == number


def test_numbers_are_grouped_and_not_padded() -> None:
    assert amount(Decimal("1234567.50")) == "1,234,567.5"
    assert amount(Decimal("0.0043"), 2) == "0.0043"
    assert amount(Decimal("5.5555"), 1) == "5.6"


def test_shares_are_percentages() -> None:
    assert percent(Decimal("0.4321")) == "43.2%"
    assert percent(None) == "—"


def test_changes_are_words() -> None:
    assert points(Decimal("0.10")) == "高 0.1 个百分点"
    assert points(Decimal("-0.3")) == "低 0.3 个百分点"
    assert points(Decimal("0.0")) == "持平"


def test_only_addresses_a_browser_may_follow_are_links() -> None:
    assert web_address("https://example.org/a") == "https://example.org/a"
    for text in ("javascript:alert(1)", "plan/x.txt", "", "data:text/html,x", " https://x"):
        assert web_address(text) == ""


def test_a_computed_or_missing_figure_has_no_page() -> None:
    assert figure_url(FIGURE) == ""
