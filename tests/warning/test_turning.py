"""The two-sided rule and what it is made of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leye.analysis.warning.turning import (
    NOISE_LINE,
    held,
    irregular,
    noise_line,
    rank_scores,
    rise,
    scaled_least,
    scaled_mean,
    smoothed,
    stouffer,
    two_sided,
)

RATES = arrays(np.float64, 40, elements=st.floats(0, 20))


def test_means_trail() -> None:
    found = smoothed(np.array([1.0, 2.0, 3.0, 7.0]))
    assert np.isnan(found[:2]).all()
    assert found[2:].tolist() == [2.0, 4.0]


def test_a_rise_is_taken_from_the_lowest_mean_of_a_year() -> None:
    rates = np.concatenate([np.full(20, 5.0), np.full(3, 6.5)])
    found = rise(rates)
    assert np.isnan(found[:14]).all()
    assert found[14:20].tolist() == [0.0] * 6
    assert found[20:] == pytest.approx([0.5, 1.0, 1.5])


@given(RATES)
def test_a_rise_is_never_negative_and_does_not_see_what_comes(rates: np.ndarray) -> None:
    found = rise(rates)
    assert (found[14:] >= 0).all()
    assert rise(rates[:30]) == pytest.approx(found[:30], nan_ok=True)


@given(RATES, RATES)
def test_the_two_sided_rule_needs_both_sides(u: np.ndarray, v: np.ndarray) -> None:
    both = two_sided(u, v)[14:]
    assert (both <= rise(u)[14:]).all()
    assert (both <= rise(-v)[14:]).all()


def test_a_fall_of_vacancies_alone_says_nothing() -> None:
    vacancies = np.linspace(5, 1, 40)
    assert two_sided(np.full(40, 4.0), vacancies)[-1] == 0
    assert two_sided(np.linspace(4, 8, 40), vacancies)[-1] == pytest.approx(12 * 4 / 39)


def test_the_line_grows_with_the_noise() -> None:
    assert noise_line(0.01, base=0.5) == 0.5
    assert noise_line(0.72, base=0.5) == pytest.approx(0.72 * NOISE_LINE)


def test_roughness_gives_the_standard_error_of_independent_noise() -> None:
    rng = np.random.default_rng(3)
    found = irregular(5 + np.arange(4000) / 1000 + 0.3 * rng.standard_normal((2, 4000)))
    assert found == pytest.approx([0.3, 0.3], rel=0.06)
    assert np.isnan(irregular(np.zeros((1, 7)))).all()


def test_a_level_is_raised_at_once_and_lowered_after_two_quiet_months() -> None:
    raised = np.array([False, True, False, True, False, False, False])
    assert held(raised, quiet=2).tolist() == [False, True, True, True, True, False, False]


def test_ranks_know_only_the_past_and_ties_share() -> None:
    values = np.concatenate([np.zeros(40), [1.0], [0.0]])
    scores = rank_scores(values)
    assert np.isnan(scores[:35]).all()
    assert scores[35:40].tolist() == [0.0] * 5
    assert scores[40] > 2
    assert rank_scores(values[:41])[40] == scores[40]


def test_sums_of_scores_are_scaled_and_the_least_is_the_least() -> None:
    rng = np.random.default_rng(4)
    one, other = rng.random((2, 80))
    assert stouffer([one])[-1] == rank_scores(one)[-1]
    pair = (rank_scores(one) + rank_scores(other))[-1] / np.sqrt(2)
    assert stouffer([one, other])[-1] == pytest.approx(pair)
    assert scaled_least([one, other])[-1] <= scaled_mean([one, other])[-1]
    assert scaled_mean([one, 10 * one])[-1] == pytest.approx(scaled_mean([one])[-1])
