"""The laws of three-valued logic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.decision.policy import kleene
from leye.decision.policy.kleene import NO, UNKNOWN, YES
from leye.kernel.months import month_add, months_between

TRUTHS = st.sampled_from([NO, UNKNOWN, YES]).map(lambda t: np.array([t], dtype=np.int8))
NUMBERS = st.one_of(st.just(np.nan), st.floats(-1e6, 1e6)).map(lambda x: np.array([x]))
MONTHS = st.builds(lambda y, m: y * 100 + m, st.integers(1900, 2099), st.integers(1, 12))


@given(TRUTHS, TRUTHS, TRUTHS)
def test_and_and_or_keep_their_laws(a, b, c) -> None:
    assert (kleene.all_of(a, b) == kleene.all_of(b, a)).all()
    assert (kleene.any_of(a, b) == kleene.any_of(b, a)).all()
    assert (kleene.all_of(a, kleene.all_of(b, c)) == kleene.all_of(a, b, c)).all()
    left = kleene.all_of(a, kleene.any_of(b, c))
    assert (left == kleene.any_of(kleene.all_of(a, b), kleene.all_of(a, c))).all()
    assert (kleene.all_of(a, kleene.any_of(a, b)) == a).all()


@given(TRUTHS, TRUTHS)
def test_not_turns_and_into_or(a, b) -> None:
    assert (kleene.negate(kleene.negate(a)) == a).all()
    both = kleene.negate(kleene.all_of(a, b))
    assert (both == kleene.any_of(kleene.negate(a), kleene.negate(b))).all()


@given(NUMBERS, NUMBERS)
def test_comparing_is_unknown_only_where_a_side_is(left, right) -> None:
    missing = np.isnan(left[0]) or np.isnan(right[0])
    for compare, plain in (
        (kleene.at_least, np.greater_equal),
        (kleene.above, np.greater),
        (kleene.at_most, np.less_equal),
        (kleene.below, np.less),
        (kleene.same, np.equal),
    ):
        expected = UNKNOWN if missing else (YES if plain(left, right)[0] else NO)
        assert compare(left, right)[0] == expected
        assert compare(left, float(right[0]))[0] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.9, NO), (1.0, YES), (2.0, YES), (3.0, YES), (3.1, NO), (np.nan, UNKNOWN)],
)
def test_between_holds_at_both_ends(value: float, expected: int) -> None:
    assert kleene.between(np.array([value]), 1, 3)[0] == expected


def test_choosing_on_what_is_not_known_is_not_known_unless_both_agree() -> None:
    truths = np.array([NO, UNKNOWN, YES], dtype=np.int8)
    chosen = kleene.choose(truths, 1.0, 2.0)
    assert chosen[0] == 2
    assert np.isnan(chosen[1])
    assert chosen[2] == 1
    assert (kleene.choose(truths, 5.0, 5.0) == 5).all()


def test_a_number_is_known_or_not() -> None:
    assert kleene.known(np.array([0.0, np.nan, 3.0])).tolist() == [True, False, True]


def test_a_truth_of_flags() -> None:
    assert kleene.truth_of(np.array([True, False])).tolist() == [YES, NO]


@given(MONTHS, MONTHS)
def test_months_are_counted_as_the_calendar_counts(first: int, last: int) -> None:
    counted = kleene.months_from(np.array([first], dtype=np.int32), last)
    assert counted[0] == months_between(first, last)
    back = kleene.month_plus(np.array([first], dtype=np.int32), counted)
    assert back[0] == last


@given(MONTHS, st.integers(-500, 500))
def test_a_month_later(month: int, count: int) -> None:
    later = kleene.month_plus(np.array([month], dtype=np.int32), float(count))
    assert later[0] == month_add(month, count)


def test_no_month_gives_no_count_and_no_month() -> None:
    nothing = np.array([0], dtype=np.int32)
    assert np.isnan(kleene.months_from(nothing, 202501)[0])
    assert np.isnan(kleene.months_from(202501, nothing)[0])
    assert kleene.month_plus(nothing, 3.0)[0] == 0
    assert kleene.month_plus(np.array([202501], dtype=np.int32), np.array([np.nan]))[0] == 0


def test_a_month_is_not_before_another() -> None:
    months = np.array([202012, 202101, 202112, 0], dtype=np.int32)
    assert kleene.not_before(months, 202101).tolist() == [NO, YES, YES, UNKNOWN]
    assert kleene.not_before(months, float("nan")).tolist() == [UNKNOWN] * 4
