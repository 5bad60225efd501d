"""Months as six-digit numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.kernel.months import (
    first_day,
    last_day,
    month_add,
    month_of,
    month_range,
    months_between,
    valid_month,
)
from leye.kernel.period import InvalidPeriod

MONTHS = st.builds(
    lambda year, part: year * 100 + part, st.integers(1900, 2100), st.integers(1, 12)
)


@pytest.mark.parametrize(("month", "count", "result"), [(202401, -1, 202312), (202312, 1, 202401)])
def test_adding_goes_over_the_turn_of_the_year(month: int, count: int, result: int) -> None:
    assert month_add(month, count) == result


@given(MONTHS, st.integers(-600, 600))
def test_adding_and_counting_are_each_other_s_inverse(month: int, count: int) -> None:
    assert months_between(month, month_add(month, count)) == count
    assert month_add(month_add(month, count), -count) == month


@given(MONTHS, st.integers(0, 40))
def test_a_range_holds_each_month_once_in_order(first: int, count: int) -> None:
    months = month_range(first, month_add(first, count))
    assert len(months) == count + 1
    assert list(months) == sorted(set(months))
    assert all(valid_month(month) for month in months)


def test_a_range_that_ends_before_it_begins_is_empty() -> None:
    assert month_range(202402, 202401) == ()


@pytest.mark.parametrize("number", [0, 202400, 202413, 99912, 1000000, -202401])
def test_what_is_no_month_is_refused(number: int) -> None:
    assert not valid_month(number)
    with pytest.raises(InvalidPeriod):
        month_add(number, 1)


def test_adding_past_the_last_year_is_refused() -> None:
    with pytest.raises(InvalidPeriod):
        month_add(9999_12, 1)


def test_a_day_has_a_month_and_a_month_its_days() -> None:
    assert month_of(date(2024, 2, 29)) == 202402
    assert (first_day(202402), last_day(202402)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert last_day(202312) == date(2023, 12, 31)
