"""The working calendar, against dates that are known."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leye.data.reference import DayKind, NoArrangement, calendar
from leye.data.reference.editions import source_notes

YEARS = st.integers(2010, 2035)
ARRANGED = st.integers(2010, 2026)


@pytest.mark.parametrize(
    ("year", "day"),
    [(2010, "2010-02-14"), (2020, "2020-01-25"), (2023, "2023-01-22"), (2026, "2026-02-17"),
     (2033, "2033-01-31"), (2035, "2035-02-08")],
)  # fmt: skip
def test_spring_festivals(year: int, day: str) -> None:
    assert calendar().spring_festival(year) == date.fromisoformat(day)


@settings(deadline=None)
@given(YEARS)
def test_a_spring_festival_is_a_new_moon_between_january_21_and_february_21(year: int) -> None:
    day = calendar().spring_festival(year)
    assert date(year, 1, 21) <= day <= date(year, 2, 21)
    # Mean lunation 29.530588 days from the new moon of 2000-01-06; the true one strays < 0.7 days,
    # and the day begins at midnight in Beijing.
    age = ((day - date(2000, 1, 6)).days - 0.76 + 0.5) % 29.530588
    assert min(age, 29.530588 - age) < 1.3


@settings(deadline=None)
@given(st.integers(2010, 2034))
def test_lunar_years_have_twelve_or_thirteen_months(year: int) -> None:
    days = (calendar().spring_festival(year + 1) - calendar().spring_festival(year)).days
    assert days in {353, 354, 355, 383, 384, 385}


@settings(deadline=None)
@given(ARRANGED)
def test_spring_festival_is_a_day_off(year: int) -> None:
    assert not calendar().is_workday(calendar().spring_festival(year))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2019-02-02", True),  # Saturday worked before Spring Festival
        ("2019-02-04", False),
        ("2019-09-29", True),
        ("2018-12-29", True),  # arranged by the notice for 2019
        ("2018-12-31", False),
        ("2015-09-03", False),  # the one-off day of 2015
        ("2020-01-31", False),  # Spring Festival of 2020, lengthened
        ("2020-02-03", True),
        ("2026-10-10", True),
        ("2026-07-15", True),
        ("2026-07-18", False),
    ],
)
def test_known_days(day: str, works: bool) -> None:
    assert calendar().is_workday(date.fromisoformat(day)) is works


@settings(deadline=None)
@given(ARRANGED)
def test_arranged_working_days_are_weekends_and_holidays_are_listed_once(year: int) -> None:
    days = calendar().holidays(year)
    assert len({each.day for each in days}) == len(days)
    assert [each.day for each in days] == sorted(each.day for each in days)
    for each in days:
        assert each.day.year == year
        assert calendar().is_workday(each.day) is (each.kind is DayKind.WORK)
        if each.kind is DayKind.WORK:
            assert each.day.weekday() >= 5


@settings(deadline=None)
@given(ARRANGED)
def test_the_statutory_days_are_off(year: int) -> None:
    statutory = [(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)]
    assert not any(calendar().is_workday(date(year, *day)) for day in statutory)


def test_a_year_without_arrangement_is_not_guessed() -> None:
    with pytest.raises(NoArrangement) as told:
        calendar().is_workday(date(2027, 7, 15))
    assert "2010—2026" in told.value.hint
    with pytest.raises(NoArrangement):
        calendar().holidays(2009)
    with pytest.raises(NoArrangement):
        calendar().spring_festival(2036)


def test_the_last_days_of_the_last_year_wait_for_the_next_notice() -> None:
    last = date(2026, 12, 27)
    calendar().is_workday(last)
    for n in range(1, 5):
        with pytest.raises(NoArrangement):
            calendar().is_workday(last + timedelta(days=n))


def test_the_notices_are_cited() -> None:
    assert "NateScarlet/holiday-cn" in source_notes()["holidays_2010_2026.csv"].checked
