"""The algebra of periods, on any period there is."""

import calendar
from contextlib import suppress
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from leye.kernel.errors import InvalidInput
from leye.kernel.period import PERIOD_PATTERN, Frequency, InvalidPeriod, Period, sort_key

FIRST, LAST = date(1000, 1, 1), date(9999, 12, 31)
days = st.dates(FIRST, LAST)
near_days = st.dates(date(2014, 12, 1), date(2027, 2, 1))
lengths = st.integers(0, 40)


def unit(frequency: Frequency, day: date) -> Period:
    return {
        Frequency.YEAR: lambda: Period.year(day.year),
        Frequency.QUARTER: lambda: Period.quarter(day.year, (day.month - 1) // 3 + 1),
        Frequency.MONTH: lambda: Period.month(day.year, day.month),
        Frequency.DAY: lambda: Period.day(day),
    }[frequency]()


frequencies = st.sampled_from(Frequency)
units = st.builds(unit, frequencies, days)


@st.composite
def periods(draw: st.DrawFn, over: st.SearchStrategy[date] = days) -> Period:
    first = unit(draw(frequencies), draw(over))
    extra = draw(lengths)
    assume((LAST - first.end).days >= 366 * extra)
    return Period(first.frequency, first.first, first.first + extra)


near = periods(near_days)


@given(periods())
def test_text_and_period_are_one_to_one(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(periods(), periods())
def test_different_periods_are_written_differently(one: Period, other: Period) -> None:
    assert (str(one) == str(other)) == (one == other)


@given(st.from_regex(PERIOD_PATTERN, fullmatch=True))
def test_what_the_pattern_admits_is_a_period_or_a_typed_refusal(text: str) -> None:
    try:
        period = Period.parse(text)
    except InvalidPeriod:
        return
    # A span of one unit is written as the unit; all else comes back as it was written.
    head, _, tail = text.partition("..")
    assert str(period) == (head if head == tail else text)


@pytest.mark.parametrize(
    ("text", "start", "end", "label"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31), "2021年"),
        ("2021Q2", date(2021, 4, 1), date(2021, 6, 30), "2021年第2季度"),
        ("2021Q4", date(2021, 10, 1), date(2021, 12, 31), "2021年第4季度"),
        ("2021-07", date(2021, 7, 1), date(2021, 7, 31), "2021年7月"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        ("2021-12-31", date(2021, 12, 31), date(2021, 12, 31), "2021年12月31日"),
        ("2016..2020", date(2016, 1, 1), date(2020, 12, 31), "2016—2020年"),
        ("2025-01..2025-07", date(2025, 1, 1), date(2025, 7, 31), "2025年1月—7月"),
        ("2024-11..2025-02", date(2024, 11, 1), date(2025, 2, 28), "2024年11月—2025年2月"),
        ("2023Q3..2024Q1", date(2023, 7, 1), date(2024, 3, 31), "2023年第3季度—2024年第1季度"),
        ("9999", date(9999, 1, 1), date(9999, 12, 31), "9999年"),
        ("9999Q4", date(9999, 10, 1), date(9999, 12, 31), "9999年第4季度"),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31), "9999年12月"),
        ("9999-12-31", date(9999, 12, 31), date(9999, 12, 31), "9999年12月31日"),
        ("1000", date(1000, 1, 1), date(1000, 12, 31), "1000年"),
    ],
)
def test_known_periods(text: str, start: date, end: date, label: str) -> None:
    period = Period.parse(text)
    assert (period.start, period.end, period.label, str(period)) == (start, end, label, text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " 2021", "2021 ", "2021\n", "21", "02021", "2021Q0", "2021Q5", "2021q2", "2021-00"),
        *("2021-13", "2021-7", "2021-07-00", "2021-07-32", "2021-02-29", "2021-04-31", "2021/07"),
        *("2021年", "0999", "0000", "2021..", "..2021", "2021...2022", "2021..2020", "2021,2022"),
        *("2021..2022Q1", "2021-01..2021-02-03", "2021..2022..2023", "２０２１", "٢٠٢١", "今年"),
    ],
)
def test_what_is_no_period_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(InvalidPeriod) as caught:
        Period.parse(text)
    assert caught.value.hint
    assert isinstance(caught.value, InvalidInput)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(InvalidPeriod):
        assert Period.parse(text).start.year >= 1000


@given(periods())
def test_a_period_starts_before_it_ends_and_fills_whole_units(period: Period) -> None:
    assert period.start <= period.end
    assert period.is_span == (period.count > 1)
    if period.frequency is not Frequency.DAY:
        assert period.start.day == 1
        assert period.end.day == calendar.monthrange(period.end.year, period.end.month)[1]
    if period.frequency is Frequency.YEAR:
        assert (period.start.month, period.end.month) == (1, 12)
    if period.frequency is Frequency.QUARTER:
        assert period.start.month % 3 == 1
        assert period.end.month % 3 == 0


@given(frequencies, days)
def test_the_unit_around_a_day_contains_it(frequency: Frequency, day: date) -> None:
    around = unit(frequency, day)
    assert around.start <= day <= around.end
    assert around.contains(Period.day(day))


@given(periods(), st.integers(-400, 400))
def test_shifting_there_and_back_changes_nothing(period: Period, by: int) -> None:
    try:
        moved = period.shift(by)
    except InvalidPeriod:
        assume(False)
    assert moved.shift(-by) == period
    assert moved.count == period.count
    assert (moved.start > period.start) == (by > 0)


@given(units)
def test_the_next_unit_begins_the_day_after(period: Period) -> None:
    assume(period.end < LAST)
    assert period.shift(1).start == period.end + timedelta(days=1)


@given(periods())
def test_the_units_of_a_period_tile_it(period: Period) -> None:
    parts = list(period)
    assert len(parts) == period.count
    assert all(part.count == 1 and period.contains(part) for part in parts)
    assert (parts[0].start, parts[-1].end) == (period.start, period.end)
    for earlier, later in pairwise(parts):
        assert later.start == earlier.end + timedelta(days=1)
    assert parts[0].to(parts[-1]) == period


@given(near, near)
def test_contains_and_overlaps_are_about_days(one: Period, other: Period) -> None:
    mine = set(range(one.start.toordinal(), one.end.toordinal() + 1))
    theirs = set(range(other.start.toordinal(), other.end.toordinal() + 1))
    assert one.contains(other) == (theirs <= mine)
    assert one.overlaps(other) == bool(mine & theirs)


@given(near, near, near)
def test_containing_is_an_order(one: Period, two: Period, three: Period) -> None:
    assert one.contains(one)
    assert one.overlaps(two) == two.overlaps(one)
    if one.contains(two):
        assert one.overlaps(two)
        if two.contains(three):
            assert one.contains(three)
        if two.contains(one):
            assert (one.start, one.end) == (two.start, two.end)


@given(near, near_days, near_days)
def test_time_gone_grows_from_nothing_to_all(period: Period, one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    assert 0 <= period.elapsed(earlier) <= period.elapsed(later) <= 1
    assert (period.elapsed(one) == 0) == (one < period.start)
    assert (period.elapsed(one) == 1) == (one >= period.end)


def test_time_gone_counts_days_to_the_end_of_the_day() -> None:
    plan = Period.parse("2021..2025")
    assert plan.elapsed(date(2020, 12, 31)) == 0
    assert plan.elapsed(date(2021, 1, 1)) == Fraction(1, 1826)
    assert plan.elapsed(date(2023, 12, 31)) == Fraction(1095, 1826)
    assert plan.elapsed(date(2030, 1, 1)) == 1


@given(periods())
def test_months_of_the_ends(period: Period) -> None:
    assert divmod(period.first_month, 12) == (period.start.year, period.start.month - 1)
    assert divmod(period.last_month, 12) == (period.end.year, period.end.month - 1)
    if period.frequency is Frequency.MONTH:
        assert (period.first_month, period.last_month) == (period.first, period.last)


@given(periods())
def test_the_label_names_both_ends(period: Period) -> None:
    assert str(period.start.year) in period.label
    assert str(period.end.year) in period.label
    assert ("—" in period.label) == period.is_span


@given(near, near)
def test_the_latest_known_sorts_last(one: Period, other: Period) -> None:
    if one.end < other.end:
        assert sort_key(one) < sort_key(other)
    if one.end == other.end and one.start < other.start:
        assert sort_key(one) < sort_key(other)


@given(units, units)
def test_spans_join_one_frequency_only(one: Period, other: Period) -> None:
    if one.frequency is other.frequency and one.first <= other.last:
        joined = one.to(other)
        assert (joined.start, joined.end) == (one.start, other.end)
    else:
        with pytest.raises(InvalidPeriod):
            one.to(other)


@given(frequencies, st.integers(-(10**12), 10**12), st.integers(0, 10))
@example(Frequency.YEAR, 9999, 1)
@example(Frequency.YEAR, 999, 0)
@example(Frequency.QUARTER, 9999 * 4 + 3, 1)
@example(Frequency.MONTH, 9999 * 12 + 11, 1)
@example(Frequency.DAY, date.max.toordinal(), 1)
def test_beyond_the_calendar_is_a_typed_refusal(
    frequency: Frequency, first: int, extra: int
) -> None:
    try:
        period = Period(frequency, first, first + extra)
    except InvalidPeriod:
        return
    assert FIRST <= period.start <= period.end <= LAST


@given(frequencies, st.integers(2000, 30000), st.integers(1, 100))
def test_an_end_before_the_start_is_refused(frequency: Frequency, first: int, back: int) -> None:
    with pytest.raises(InvalidPeriod):
        Period(frequency, first, first - back)


def test_quarters_and_months_out_of_range_are_refused() -> None:
    for number in (0, 5):
        with pytest.raises(InvalidPeriod):
            Period.quarter(2021, number)
    for number in (0, 13):
        with pytest.raises(InvalidPeriod):
            Period.month(2021, number)


def test_periods_are_values() -> None:
    assert len({Period.year(2021), Period.parse("2021"), Period.parse("2021..2021")}) == 1
    assert Period.year(2021) != Period.parse("2021-01..2021-12")
