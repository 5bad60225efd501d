"""What is learned: boosting, logistic regression, ridge forecasts, features, visit order."""

from decimal import Decimal

import numpy as np
import pytest

from leye.analysis.warning.backtest.episodes import auroc, average_precision
from leye.analysis.warning.boosting import BoostingSettings, fit_boosting, fit_logit
from leye.analysis.warning.features import FEATURES, falls, features, year_growth
from leye.analysis.warning.nowcast import ridge_paths
from leye.analysis.warning.visits import visits
from leye.data.registers.queries.served import FirmRow

FEW = BoostingSettings(trees=40)


def drawn(count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    rows = rng.normal(0, 1, (count, 4))
    chance = 1 / (1 + np.exp(-(2 * (rows[:, 0] * rows[:, 1] > 0) - 1.5 + rows[:, 2])))
    return rows, rng.random(count) < chance


def test_trees_learn_what_no_line_can() -> None:
    rows, true = drawn()
    train, test = slice(0, 3000), slice(3000, None)
    trees = fit_boosting(rows[train], true[train], FEW).probability(rows[test])
    line = fit_logit(rows[train], true[train]).probability(rows[test])
    assert auroc(true[test], trees) > auroc(true[test], line) + 0.02
    assert trees.mean() == pytest.approx(true[test].mean(), abs=0.05)


def test_the_same_rows_give_the_same_model_bit_for_bit() -> None:
    rows, true = drawn(1000)
    one, other = (fit_boosting(rows, true, FEW).probability(rows) for _ in range(2))
    assert one.tobytes() == other.tobytes()


def test_a_line_finds_its_weights() -> None:
    rng = np.random.default_rng(2)
    rows = rng.normal(3, 2, (20_000, 2))
    true = rng.random(20_000) < 1 / (1 + np.exp(-(rows[:, 0] - 3)))
    found = fit_logit(rows, true, ridge=0.0)
    assert found.weights / found.spread == pytest.approx([1.0, 0.0], abs=0.06)


def test_what_is_missing_is_a_value_of_its_own() -> None:
    rng = np.random.default_rng(3)
    true = rng.random(2000) < 0.3
    rows = np.where(true, np.nan, rng.random(2000))[:, None]
    chance = fit_boosting(rows, true, FEW).probability(rows)
    assert chance[true].min() > chance[~true].max()
    plain = fit_logit(np.column_stack([rows, np.full(2000, np.nan)]), true).probability(
        np.column_stack([rows, np.full(2000, np.nan)])
    )
    assert np.isfinite(plain).all()


def test_ranking_figures_agree_with_their_definitions() -> None:
    true = np.array([True, False, True, False])
    score = np.array([0.9, 0.8, 0.8, 0.1])
    assert auroc(true, score) == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert average_precision(true, np.array([4.0, 3.0, 2.0, 1.0])) == pytest.approx((1 + 2 / 3) / 2)


def test_features_know_nothing_of_later_months() -> None:
    rng = np.random.default_rng(4)
    staff = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, (6, 160)), axis=1))
    sectors = np.array([0, 0, 1, 1, 2, 2])
    asked = {"total": 0, "line": -4.0, "gap": 6}
    whole = features(staff, sectors, **asked)
    part = features(staff[:, :140], sectors, **asked)
    assert whole.shape == (6, 160, len(FEATURES))
    assert np.allclose(whole[:, :140], part, equal_nan=True)


def test_a_fall_counts_anew_only_after_months_above_the_line() -> None:
    year = np.array([[0, -5, -5, 0, -5, 0, 0, 0, 0, 0, 0, 0, -5.0]])
    assert falls(year, line=-4, gap=6) == [(0, 1), (0, 12)]
    assert falls(year, line=-4, gap=1) == [(0, 1), (0, 4), (0, 12)]
    growth = year_growth(np.array([[100.0] * 12 + [90.0]]))
    assert growth[0, -1] == pytest.approx(100 * np.log(0.9))


def test_a_ridge_forecast_beats_no_change_where_there_is_something_to_learn() -> None:
    rng = np.random.default_rng(5)
    lead = rng.normal(0, 1, 400)
    rate = 5 + np.cumsum(np.concatenate([[0], 0.1 * lead[:-1]]) + rng.normal(0, 0.05, 400))
    rows = np.column_stack([lead, rng.normal(0, 1, 400)])
    asked = {"horizon": 1, "ridge": 1.0, "first": 0, "level": 0.9}
    found = ridge_paths(rows, rate, start=120, **asked)
    use = slice(200, 399)
    off = rate[201:400] - found.value[use]
    assert np.sqrt((off**2).mean()) < 0.6 * np.std(np.diff(rate)[200:])
    inside = (rate[201:400] >= found.low[use]) & (rate[201:400] <= found.high[use])
    assert 0.85 <= inside.mean() <= 0.95
    short = ridge_paths(rows[:300], rate[:300], start=120, **asked)
    assert short.value[:300] == pytest.approx(found.value[:300], nan_ok=True)


def firm(key: int, **known: object) -> FirmRow:
    blank: dict[str, object] = dict.fromkeys(
        (
            *("insured", "insured_last_month", "insured_last_year", "hires", "separations"),
            *("payroll", "kwh", "kwh_last_year", "tax_headcount"),
        )
    )
    words = {
        "uscc": "",
        "name": "",
        "place": "360902001",
        "park": "",
        "industry": "30",
        "kind": "1",
    }
    return FirmRow(**{"employer": key, **words, **blank, **known})


def test_the_firm_that_falls_most_is_visited_first_and_told_why() -> None:
    steady = [
        firm(
            k,
            insured=100,
            insured_last_year=100,
            insured_last_month=100,
            kwh=Decimal(90),
            kwh_last_year=Decimal(90),
        )
        for k in range(2, 12)
    ]
    falling = firm(
        1,
        insured=70,
        insured_last_year=100,
        insured_last_month=90,
        kwh=Decimal(40),
        kwh_last_year=Decimal(100),
    )
    small = firm(99, insured=5, insured_last_year=9)
    found = visits(
        [*steady, small, falling], {1: firm(1, insured=100)}, month=202406, conflicts={5}, most=3
    )
    assert [each.employer for each in found[:2]] == [1, 5]
    assert found[0].reasons == (
        "用电比去年同月少60%",
        "参保人数比三个月前少30%",
        "参保人数比上月少22%",
        "参保人数比去年同月少30%",
    )
    assert found[1].reasons == ("有未消除的数据比对结果",)
    assert len(found) == 3
    assert all(0 <= each.score <= 1 for each in found)
    assert visits([small], {}, month=202406, conflicts=(), most=3) == ()
