"""Classes: every value in exactly one, in order, equal values together."""

from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leye.analysis.atlas import InvalidClasses, classes

NUMBERS = st.decimals(-1_000_000, 1_000_000, places=2)
VALUES = st.lists(NUMBERS, max_size=60) | st.lists(st.sampled_from([Decimal(n) for n in range(8)]))
CLASSES = st.integers(1, 9)


@settings(deadline=None)
@given(VALUES, CLASSES)
def test_every_value_falls_in_exactly_one_class(values: list[Decimal], n: int) -> None:
    breaks = classes(values, n)
    for value in values:
        holding = [k for k, (low, high) in enumerate(breaks.bounds) if low <= value <= high]
        assert holding == [breaks.class_of(value)]


@settings(deadline=None)
@given(VALUES, CLASSES)
def test_classes_are_as_many_as_asked_or_as_there_are_values(values: list[Decimal], n: int) -> None:
    breaks = classes(values, n)
    assert len(breaks) == min(n, len(set(values)))
    counted = Counter(breaks.class_of(value) for value in values)
    assert set(counted) == set(range(len(breaks)))


@settings(deadline=None)
@given(VALUES, CLASSES)
def test_classes_are_ordered_and_end_in_values(values: list[Decimal], n: int) -> None:
    ends = [end for bound in classes(values, n).bounds for end in bound]
    assert ends == sorted(ends)
    assert set(ends) <= set(values)
    for (_, high), (low, _) in pairwise(classes(values, n).bounds):
        assert high < low


@settings(deadline=None)
@given(VALUES, CLASSES, st.randoms(use_true_random=False))
def test_the_order_of_values_does_not_matter(values: list[Decimal], n: int, dice) -> None:
    mixed = list(values)
    dice.shuffle(mixed)
    assert classes(mixed, n) == classes(values, n)


@settings(deadline=None)
@given(st.lists(NUMBERS, unique=True, min_size=1, max_size=60), CLASSES)
def test_distinct_values_are_shared_out_evenly(values: list[Decimal], n: int) -> None:
    breaks = classes(values, n)
    sizes = Counter(breaks.class_of(value) for value in values).values()
    assert max(sizes) - min(sizes) <= 1


def test_ties_are_never_split() -> None:
    breaks = classes([Decimal(v) for v in (1, 2, 2, 2, 2, 2, 3, 4, 5)], 3)
    assert breaks.bounds == ((1, 1), (2, 2), (3, 5))


def test_equal_numbers_written_differently_are_one_value() -> None:
    assert len(classes([Decimal("1.0"), Decimal("1.00")])) == 1


def test_values_between_and_beyond() -> None:
    breaks = classes([Decimal(v) for v in (1, 2, 5, 6)], 2)
    assert [breaks.class_of(Decimal(v)) for v in (0, 3, 9)] == [0, 1, 1]


def test_nothing_has_no_class() -> None:
    assert len(classes([])) == 0
    with pytest.raises(InvalidClasses):
        classes([]).class_of(Decimal(1))


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(bad: str) -> None:
    with pytest.raises(InvalidClasses):
        classes([Decimal(1), Decimal(bad)])


def test_no_classes_are_refused() -> None:
    with pytest.raises(InvalidClasses):
        classes([Decimal(1)], 0)
