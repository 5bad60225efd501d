"""Where one more point would help most: known optima, bounds, and never below the greedy."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leye.analysis.atlas import circle_sites
from leye.analysis.atlas.circle_sites import MOST_SITES, InvalidSites, Sites, site_plan

# Greedy takes the middle site first and then cannot cover both ends.
TRAP = np.array([[1, 0, 1], [1, 0, 0], [1, 0, 1], [0, 1, 1], [0, 1, 0], [0, 1, 1]], dtype=bool)
ONES = np.ones(6, dtype=np.int64)


def test_a_small_optimum_that_greed_misses() -> None:
    plan = site_plan(TRAP, ONES, count=2, seconds=20)
    assert set(plan.best.chosen) == {0, 1}
    assert (plan.best.covered, plan.bound, plan.proven, plan.gap) == (6, 6, True, 0.0)
    assert plan.greedy == Sites((2, 0), (4, 1))
    assert plan.demand == 6


@st.composite
def questions(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    rows, sites = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    cells = draw(st.lists(st.booleans(), min_size=rows * sites, max_size=rows * sites))
    weights = draw(st.lists(st.integers(0, 50), min_size=rows, max_size=rows))
    return np.array(cells).reshape(rows, sites), np.array(weights), draw(st.integers(1, sites))


@settings(max_examples=60)
@given(questions())
def test_the_answer_is_that_of_trying_every_choice(
    question: tuple[np.ndarray, np.ndarray, int],
) -> None:
    covers, weights, count = question
    best = max(
        int(weights[covers[:, list(chosen)].any(axis=1)].sum())
        for chosen in itertools.combinations(range(covers.shape[1]), count)
    )
    plan = site_plan(covers, weights, count=count, seconds=20)
    assert (plan.best.covered, plan.bound, plan.proven) == (best, best, True)
    # Nemhauser, Wolsey and Fisher (1978): greed reaches at least 1 - 1/e of the best.
    assert (1 - 1 / np.e) * best <= plan.greedy.covered <= best
    assert len(set(plan.best.chosen)) == len(plan.best.chosen) <= count
    assert list(plan.best.gains) == sorted(plan.best.gains, reverse=True)
    assert 0 not in plan.best.gains


def test_the_same_question_gets_the_same_answer() -> None:
    covers = np.arange(40 * 30).reshape(40, 30) % 7 == 0
    plans = {site_plan(covers, np.arange(40), count=4, seconds=20).best for _ in range(3)}
    assert len(plans) == 1


def test_more_sites_never_cover_less() -> None:
    covers = np.arange(40 * 30).reshape(40, 30) % 11 < 2
    weights = np.arange(40) % 9
    found = [site_plan(covers, weights, count=n, seconds=20).best.covered for n in (1, 2, 3, 4)]
    assert found == sorted(found)


def test_out_of_time_the_greedy_choice_stands_and_nothing_is_claimed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class OutOfTime:
        x = None
        status = 1
        mip_dual_bound = None

    monkeypatch.setattr(circle_sites, "milp", lambda **_: OutOfTime())
    plan = site_plan(TRAP, ONES, count=2, seconds=0.1)
    assert plan.best == plan.greedy
    assert (plan.proven, plan.bound) == (False, 6)
    assert plan.gap == pytest.approx(1 / 6)


def test_where_nothing_is_to_be_gained_no_site_is_named() -> None:
    none, ones = np.zeros((3, 2), dtype=bool), np.ones(3, dtype=np.int64)
    empty = site_plan(none, ones, count=1, seconds=5)
    assert (empty.best.chosen, empty.bound, empty.proven, empty.gap) == ((), 0, True, 0.0)
    nobody = site_plan(
        np.zeros((0, 4), dtype=bool), np.zeros(0, dtype=np.int64), count=2, seconds=5
    )
    assert (nobody.best.chosen, nobody.demand) == ((), 0)


@pytest.mark.parametrize("count", [0, -1, MOST_SITES + 1])
def test_a_count_out_of_bounds_is_refused(count: int) -> None:
    with pytest.raises(InvalidSites):
        site_plan(TRAP, ONES, count=count, seconds=5)


def test_shapes_that_do_not_agree_are_refused() -> None:
    with pytest.raises(InvalidSites):
        site_plan(TRAP, np.ones(5, dtype=np.int64), count=1, seconds=5)
