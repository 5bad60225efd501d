"""Detectors of many cells: calibration, discovery, causality, and the same answer twice."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.analysis.warning.backtest.planted import cell_score
from leye.analysis.warning.backtest.run import world_festivals
from leye.analysis.warning.backtest.world import JUDGED, CellWorld, make_cells
from leye.analysis.warning.cells import (
    CellSettings,
    benjamini_hochberg,
    conformal,
    score_cells,
)
from leye.analysis.warning.season import Clock, SeasonSettings, expected_log_rates
from leye.kernel.months import month_range


@pytest.fixture(scope="module")
def festivals() -> dict[int, date]:
    return dict(world_festivals())


@pytest.fixture(scope="module")
def shocked(festivals: dict[int, date]) -> CellWorld:
    return make_cells(festivals, seed=7, shock=0.1)


def scored(world: CellWorld, *, upto: int | None = None, **settings: object) -> object:
    cut = slice(0, upto)
    clock = Clock(world.clock.months[cut], world.clock.festival[cut])
    return score_cells(
        world.counts[:, cut],
        world.headcount[:, cut],
        clock,
        groups=world.trades,
        settings=CellSettings(**settings),
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0.01, 0.5))
def test_discoveries_are_those_of_the_step_up_procedure(values: list[float], share: float) -> None:
    rarity = np.array(values)
    found = benjamini_hochberg(rarity, share)
    ordered = np.sort(rarity)
    fit = [k for k, p in enumerate(ordered, 1) if p <= share * k / len(rarity)]
    line = ordered[max(fit) - 1] if fit else -1.0
    assert found.sum() == max(fit, default=0)
    assert (rarity[found] <= line).all()


def test_what_is_not_known_is_no_discovery() -> None:
    found = benjamini_hochberg(np.array([0.001, np.nan, 0.9]), 0.1)
    assert found.tolist() == [True, False, False]
    assert not benjamini_hochberg(np.array([np.nan]), 0.1).any()


def test_rarity_counts_the_past_at_least_as_large() -> None:
    found = conformal(np.array([1.0, 2.0, 3.0, np.nan]), np.array([0.0, 2.0, 9.0, np.nan]))
    assert found[:3].tolist() == [1.0, 0.75, 0.25]
    assert np.isnan(found[3])


def test_shocks_are_found_and_few_others(shocked: CellWorld) -> None:
    score = cell_score(shocked, CellSettings(budget=20))
    assert len(shocked.planted) > 50
    assert score.power >= 0.9
    assert score.false <= 0.6
    assert score.right >= 0.6


def test_no_shocks_give_few_signals(festivals: dict[int, date]) -> None:
    score = cell_score(make_cells(festivals, seed=8, shock=0.0), CellSettings(budget=20))
    assert score.power == 0
    assert score.false <= 0.5


def test_what_comes_later_changes_nothing(shocked: CellWorld) -> None:
    at = JUDGED + 5
    short = scored(shocked, upto=at + 1)
    long = score_cells(
        shocked.counts,
        shocked.headcount,
        shocked.clock,
        groups=shocked.trades,
        settings=CellSettings(),
        first=JUDGED,
    )
    weighed = np.abs(short.expected[:, at] - long.expected[:, at])
    assert (weighed <= 1e-9 * long.expected[:, at]).all()
    assert (short.named[:, at] == long.named[:, at]).all()


def test_the_same_panel_gives_the_same_bits(shocked: CellWorld) -> None:
    one, other = scored(shocked), scored(shocked)
    for name in ("expected", "high", "residual", "score", "excess", "rarity", "named"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_the_budget_keeps_the_strongest(shocked: CellWorld) -> None:
    at = max(when for _, when in shocked.planted) + 1
    wide = scored(shocked, upto=at, discovery=0.9, budget=50)
    narrow = scored(shocked, upto=at, discovery=0.9, budget=2)
    assert narrow.named[:, -1].sum() == 2
    kept = wide.score[narrow.named[:, -1], -1]
    left = wide.score[wide.named[:, -1] & ~narrow.named[:, -1], -1]
    assert kept.min() >= left.max()


def test_too_few_are_looked_for_the_other_way(shocked: CellWorld) -> None:
    counts = shocked.counts[:, : JUDGED + 1].copy()
    counts[5, -1] = 0
    clock = Clock(shocked.clock.months[: JUDGED + 1], shocked.clock.festival[: JUDGED + 1])
    out_of = shocked.headcount[:, : JUDGED + 1]
    asked = {"groups": shocked.trades, "settings": CellSettings()}
    down = score_cells(counts, out_of, clock, direction=-1, **asked)
    up = score_cells(counts, out_of, clock, **asked)
    assert down.named[5, -1]
    assert down.excess[5, -1] > 0
    assert not up.named[5, -1]


def test_seasons_the_festival_and_the_cycle_are_expected(festivals: dict[int, date]) -> None:
    """A panel that does nothing but repeat itself leaves next to nothing unexpected."""
    world = make_cells(festivals, seed=1, shock=0.0)
    month = world.clock.months % 100 - 1
    season = 0.3 * np.sin(2 * np.pi * month / 12)
    cycle = 0.2 * np.sin(np.arange(len(month)) / 9)
    rates = -3.5 + season + cycle + world.clock.festival @ np.array([0.3, 0.5])
    cells = np.repeat(rates[None], 30, axis=0)
    found = expected_log_rates(
        cells,
        world.clock,
        groups=np.arange(30) % 3,
        weights=np.ones(30),
        settings=SeasonSettings(),
    )
    assert np.abs(found.log_rate[:, 48:] - cells[:, 48:]).max() < 0.02
    assert np.isnan(found.log_rate[:, :12]).all()


def test_a_month_that_is_missing_is_not_judged() -> None:
    months = np.array(month_range(202001, 202406))
    rng = np.random.default_rng(2)
    counts = rng.poisson(40, (30, len(months))).astype(float)
    counts[3, -1] = np.nan
    counts[4, 20] = np.nan
    clock = Clock(months, np.zeros((len(months), 2)))
    found = score_cells(
        counts,
        np.full(counts.shape, 1000.0),
        clock,
        groups=np.zeros(30, dtype=np.int64),
        settings=CellSettings(),
    )
    assert np.isnan(found.rarity[3, -1])
    assert not found.named[3, -1]
    assert np.isfinite(found.rarity[4, -1])
