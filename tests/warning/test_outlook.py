"""Forecasts that add up, and the chance of crossing a line."""

from datetime import date

import numpy as np
import pytest

from leye.analysis.warning.outlook import (
    LEAST_ERRORS,
    Outlook,
    crossing_chance,
    outlook,
    reconciled,
)
from leye.kernel.months import month_range

MONTHS = month_range(202101, 202412)
FESTIVALS = {
    2021: date(2021, 2, 12),
    2022: date(2022, 2, 1),
    2023: date(2023, 1, 22),
    2024: date(2024, 2, 10),
    2025: date(2025, 1, 29),
}
PARTS = np.vstack([np.ones(3), np.eye(3)])


def counties() -> np.ndarray:
    rng = np.random.default_rng(5)
    season = 40 * np.sin(2 * np.pi * np.arange(len(MONTHS)) / 12)
    own = 500 + np.cumsum(rng.normal(0, 8, (3, len(MONTHS))), axis=1)
    below = own + np.outer([1, 0.5, 0.2], season)
    return np.vstack([below.sum(axis=0), below])


def test_forecasts_of_parts_add_up_to_the_whole() -> None:
    plain = outlook(counties(), MONTHS, FESTIVALS)
    assert plain is not None
    found = reconciled(plain, PARTS)
    assert found.ahead[0] == pytest.approx(found.ahead[1:].sum(axis=0))
    known = ~np.isnan(found.errors[0])
    assert found.errors[0][known] == pytest.approx(found.errors[1:].sum(axis=0)[known])


def test_what_adds_up_already_stays() -> None:
    rng = np.random.default_rng(6)
    below, errors = rng.normal(100, 5, (3, 3)), rng.normal(0, 5, (3, 30, 3))
    given = Outlook(
        np.vstack([below.sum(axis=0)[None], below]),
        np.concatenate([errors.sum(axis=0)[None], errors]),
        ("naive",) * 4,
    )
    assert reconciled(given, PARTS).ahead == pytest.approx(given.ahead)


def test_a_whole_forecast_better_than_its_parts_carries_more_weight() -> None:
    rng = np.random.default_rng(7)
    errors = rng.normal(0, 20, (4, 40, 3))
    errors[0] = rng.normal(0, 1, (40, 3))
    ahead = np.array([[330.0], [100.0], [100.0], [100.0]]) * np.ones(3)
    found = reconciled(Outlook(ahead, errors, ("naive",) * 4), PARTS)
    assert found.ahead[0] == pytest.approx(np.full(3, 330.0), abs=3)


def test_a_short_series_is_not_forecast() -> None:
    assert outlook(counties()[:, :17], MONTHS[:17], FESTIVALS) is None


def test_the_chance_is_the_share_of_past_errors_that_end_beyond() -> None:
    errors = np.array([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, np.nan])
    up = crossing_chance(5.0, errors, 5.5, direction=1)
    down = crossing_chance(5.0, errors, 5.5, direction=-1)
    assert up == pytest.approx(4.5 / 9)
    assert down == pytest.approx(5.5 / 9)
    assert crossing_chance(5.0, errors[: LEAST_ERRORS - 1], 5.5, direction=1) is None
    assert crossing_chance(50.0, errors, 5.5, direction=1) == pytest.approx(8.5 / 9)
