"""Forecasts: against other software, against what must hold, and how often intervals do."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.analysis.metrics.forecast import LEVELS, Forecast, ForecastState, forecast
from leye.analysis.metrics.forecast_methods import (
    METHODS,
    Floats,
    Series,
    Start,
    festival_naive,
    festival_shares,
    smooth,
)
from leye.data.reference import calendar
from leye.kernel.months import month_add, month_range

FIRST = 201501
FESTIVALS = {year: calendar().spring_festival(year) for year in range(2015, 2031)}
values = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=12, max_size=40)


def dated(y: Floats | list[float]) -> list[tuple[int, float | None]]:
    return [(month_add(FIRST, index), float(value)) for index, value in enumerate(y)]


def one(value: float) -> Floats:
    return np.array([value])


def test_damped_trend_agrees_with_statsmodels() -> None:
    """Oil production in Saudi Arabia 1996-2007, an example of Forecasting: Principles and Practice.

    statsmodels 0.15.0: Holt(y, damped_trend=True, initialization_method="known",
    initial_level=446, initial_trend=2).fit(0.5, 0.2, damping_trend=0.9, optimized=False).
    """
    oil = [446.6565, 454.4733, 455.6630, 423.6322, 456.2713, 440.5881]
    oil += [425.3325, 485.1494, 506.0482, 526.7920, 514.2689, 494.2110]
    start = Start(446.0, 2.0, np.zeros(1))
    ahead = smooth(np.array(oil), one(0.5), one(0.2), one(0.9), start=start)[:, 0]
    assert ahead[-1] == pytest.approx([513.65656948, 517.70511799, 521.34881164])
    assert ahead[:3, 0] == pytest.approx([448.745335, 453.49021085, 456.46496046])


def test_seasonal_smoothing_agrees_with_statsmodels() -> None:
    """International visitor nights in Australia 2005-2010, by quarter, an example of the same book.

    statsmodels 0.15.0: ExponentialSmoothing(y, trend="add", damped_trend=True, seasonal="add",
    seasonal_periods=4, initialization_method="known", initial_level=33, initial_trend=0.5,
    initial_seasonal=[9, -9, -1, 1]).fit(smoothing_level=0.4, smoothing_trend=0.1,
    smoothing_seasonal=0.3, damping_trend=0.95, optimized=False).
    """
    nights = [41.727458, 24.04185, 32.328103, 37.328708, 46.213153, 29.346326, 36.48291, 42.977719]
    nights += [48.901525, 31.180221, 37.717881, 40.420211, 51.206863, 31.887228, 40.978263]
    nights += [43.772491, 55.558567, 33.850915, 42.076383, 45.642292, 59.76678, 35.191877]
    nights += [44.319737, 47.913736]
    start = Start(33.0, 0.5, np.array([9.0, -9.0, -1.0, 1.0]))
    ahead = smooth(np.array(nights), one(0.4), one(0.1), one(0.95), gamma=one(0.3), start=start)
    assert ahead[-1, 0] == pytest.approx([58.84688396, 36.94480574, 45.59785572])


@pytest.mark.parametrize("name", METHODS)
def test_a_method_knows_nothing_of_what_comes_later(name: str) -> None:
    rng = np.random.default_rng(5)
    y = 100 + np.cumsum(rng.normal(size=50))
    other = y.copy()
    other[40:] += 1000
    shares = festival_shares(month_range(FIRST, month_add(FIRST, 52)), FESTIVALS)
    before, after = (METHODS[name](Series(each, shares)) for each in (y, other))
    np.testing.assert_array_equal(before[:40], after[:40])
    assert not np.isnan(before[-1]).any()


def test_shares_of_the_festival_add_up_and_move_with_it() -> None:
    months = month_range(202501, 202612)
    shares = festival_shares(months, FESTIVALS)
    assert shares is not None
    assert shares[:12].sum(axis=0) == pytest.approx([1, 1])
    # 29 January 2025: all twenty days before it in January; 17 February 2026: sixteen in February.
    assert shares[months.index(202501), 0] == pytest.approx(1)
    assert shares[months.index(202602), 0] == pytest.approx(16 / 20)
    assert festival_shares(months, {2025: date(2025, 1, 29)}) is None


def test_a_festival_that_moved_is_corrected_for() -> None:
    months = month_range(FIRST, month_add(FIRST, 62))
    shares = festival_shares(months, FESTIVALS)
    assert shares is not None
    y = 100 - 30 * shares[:60, 1]
    ahead = festival_naive(Series(y, shares))
    true = 100 - 30 * shares[:, 1]
    for origin in (36, 48, 59):
        assert ahead[origin] == pytest.approx(true[origin + 1 : origin + 4], abs=1.5)


@given(values)
def test_intervals_hold_the_forecast_and_widen_with_the_level(y: list[float]) -> None:
    made = forecast(dated(y), lowest=0.0)
    assert made.state is ForecastState.READY
    assert [step.month for step in made.steps] == [
        month_add(FIRST, len(y) + offset) for offset in range(3)
    ]
    for step in made.steps:
        assert step.value >= 0
        for each in step.intervals:
            assert 0 <= each.low <= step.value <= each.high
        inner, outer = step.interval(80), step.interval(95)
        if inner and outer:
            assert outer.low <= inner.low
            assert inner.high <= outer.high
    for error in made.errors:
        assert error.mae >= 0
        assert all(0 <= each.inside <= each.judged for each in error.coverage)


@given(values, st.floats(-1e4, 1e4), st.sampled_from([0.5, 2.0, 8.0]))
def test_shifting_and_scaling_a_series_shifts_and_scales_its_forecast(
    y: list[float], shift: float, scale: float
) -> None:
    """Two units of one quantity give one forecast, unless two methods are as good as equal."""
    one_unit, other = forecast(dated(y)), forecast(dated([scale * v + shift for v in y]))
    errors = sorted(c.mae for c in one_unit.candidates if c.mae is not None)
    if len(errors) > 1 and errors[1] - errors[0] > 1:
        assert other.method == one_unit.method
        size = max(abs(v) for v in y) + abs(shift) + 1
        for step, changed in zip(one_unit.steps, other.steps, strict=True):
            if one_unit.method in {"naive", "drift", "seasonal_naive"}:
                assert changed.value == pytest.approx(scale * step.value + shift, abs=1e-6 * size)


def test_the_method_used_is_the_one_that_erred_least() -> None:
    year = np.sin(np.arange(12) / 12 * 2 * np.pi) * 20
    rng = np.random.default_rng(3)
    made = forecast(dated(np.tile(year, 6) + 100 + 3 * rng.normal(size=72)))
    best = min((c for c in made.candidates if c.mae is not None), key=lambda c: c.mae or 0)
    assert made.method == best.method == "seasonal_smoothing"
    assert made.knows_seasons
    assert made.errors[0].mase is not None
    assert made.errors[0].mase < 0.5


def test_a_constant_series_stays_constant() -> None:
    made = forecast(dated([7.0] * 24))
    assert [step.value for step in made.steps] == [7.0] * 3
    assert all(each.low == each.high == 7.0 for step in made.steps for each in step.intervals)
    assert all(error.mase is None and error.mape == 0 for error in made.errors)


def test_a_short_series_is_not_forecast() -> None:
    made = forecast(dated([1.0] * 11))
    assert made.state is ForecastState.TOO_SHORT
    assert made.reason == "只有11个月的连续数据，至少要12个月"
    assert made.steps == ()
    assert forecast([]).state is ForecastState.TOO_SHORT


def test_a_series_with_a_gap_is_used_after_it_or_not_at_all() -> None:
    long = dated(np.arange(30.0))
    long[2] = (long[2][0], None)
    assert forecast(long).months == 27
    long[25] = (long[25][0], None)
    made = forecast(long)
    assert made.state is ForecastState.INTERRUPTED
    assert made.reason == "2017年2月没有可用的数，此后只有4个月的连续数据，至少要12个月"
    del long[25]
    assert forecast(long).state is ForecastState.INTERRUPTED


def test_a_series_whose_last_month_is_missing_is_not_forecast() -> None:
    late = [*dated(np.arange(30.0)), (month_add(FIRST, 30), None)]
    made = forecast(late)
    assert made.state is ForecastState.INTERRUPTED
    assert (
        made.reason
        == f"{late[-1][0] // 100}年{late[-1][0] % 100}月没有可用的数，要有连续12个月的数据"
    )


def test_a_level_that_needs_more_past_errors_has_no_interval() -> None:
    """95 of 100 needs nineteen errors: with 13 months there are seven."""
    made = forecast(dated(np.arange(13.0) ** 1.5))
    first = made.steps[0]
    assert first.interval(80) is not None
    assert first.interval(95) is None
    assert made.errors[0].count == 7
    assert not made.knows_seasons


SIMULATED: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "random walk": lambda rng, n: 100 + np.cumsum(rng.normal(size=n)),
    "noise about a trend": lambda rng, n: 100 + 0.5 * np.arange(n) + rng.normal(size=n),
    "moving seasons": lambda rng, n: (
        100
        + np.cumsum(rng.normal(size=n) * 0.3)
        + 5 * np.sin(np.arange(n) * 2 * np.pi / 12)
        + rng.normal(size=n) * 0.5
    ),
}


def held(made: Forecast, true: Floats) -> list[tuple[int, bool]]:
    return [
        (level, found.low <= value <= found.high)
        for step, value in zip(made.steps, true, strict=True)
        for level in LEVELS
        if (found := step.interval(level))
    ]


@pytest.mark.parametrize("kind", SIMULATED)
def test_intervals_cover_what_they_promise(kind: str) -> None:
    """Over 80 series of 60 months: the months really ahead, and the past as it is reported.

    Bounds are 80 and 95 with about three standard errors of the simulation on either side.
    """
    rng = np.random.default_rng(20)
    future: list[tuple[int, bool]] = []
    past = {level: [0, 0] for level in LEVELS}
    for _ in range(80):
        y = SIMULATED[kind](rng, 63)
        made = forecast(dated(y[:60]))
        future += held(made, y[60:])
        for error in made.errors:
            for each in error.coverage:
                past[each.level][0] += each.inside
                past[each.level][1] += each.judged
    for level, low, high in ((80, 0.72, 0.88), (95, 0.90, 0.995)):
        inside = [ok for at, ok in future if at == level]
        assert low <= sum(inside) / len(inside) <= high, level
        assert low <= past[level][0] / past[level][1] <= high, level
