"""What a change is made of: the parts sum to the whole, whatever the numbers."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.analysis.metrics.contribution import (
    Counted,
    NothingToSplit,
    Split,
    split_rate,
    split_total,
)

counts = st.integers(0, 10**7).map(Decimal)
parts = st.dictionaries(st.sampled_from("abcdefgh"), counts)
rate_parts = st.dictionaries(
    st.sampled_from("abcdefgh"), st.tuples(counts, counts), min_size=1
).filter(lambda found: sum(base for _, base in found.values()) > 0)


def whole_of(found: Mapping[str, tuple[Decimal, Decimal]]) -> Counted:
    """Add parts up; who is nowhere cannot be anything, so a base of 0 has a numerator of 0."""
    return (
        sum((n for n, base in found.values() if base), Decimal(0)),
        sum((base for _, base in found.values()), Decimal(0)),
    )


def possible(found: Mapping[str, tuple[Decimal, Decimal]]) -> dict[str, Counted]:
    return {key: (n if base else Decimal(0), base) for key, (n, base) in found.items()}


def summed(split: Split) -> Fraction:
    return sum((part.effect for part in split.parts), Fraction(0)) + split.rest


@given(parts, parts, st.integers(0, 9))
def test_the_parts_of_a_total_sum_to_its_change(
    before: dict[str, Decimal], after: dict[str, Decimal], most: int
) -> None:
    whole = (sum(before.values(), Decimal(0)), sum(after.values(), Decimal(0)))
    split = split_total(whole, before=before, after=after, most=most)
    assert summed(split) == split.change == Fraction(whole[1]) - Fraction(whole[0])
    assert split.unexplained == 0
    sizes = [abs(part.effect) for part in split.parts]
    assert sizes == sorted(sizes, reverse=True)


@given(rate_parts, rate_parts, st.integers(0, 9))
def test_the_parts_of_a_rate_sum_to_its_change(
    before: dict[str, tuple[Decimal, Decimal]],
    after: dict[str, tuple[Decimal, Decimal]],
    most: int,
) -> None:
    whole = (whole_of(before), whole_of(after))
    split = split_rate(
        whole, before=possible(before), after=possible(after), scale=Decimal(100), most=most
    )
    assert summed(split) == split.change
    assert split.unexplained == 0
    assert all(part.within + part.between == part.effect for part in split.parts)


@given(rate_parts)
def test_a_rate_that_rises_alike_everywhere_moved_within_alone(
    before: dict[str, tuple[Decimal, Decimal]],
) -> None:
    first = possible(before)
    after = {key: (n + base / 10, base) for key, (n, base) in first.items()}
    split = split_rate((whole_of(before), whole_of(after)), before=first, after=after, most=9)
    assert split.change == Fraction(1, 10)
    assert all(part.between == 0 for part in split.parts)


def test_a_worked_example() -> None:
    """Two counties of 100; one of 5% grows to 150, the other goes from 10% to 12%."""
    before = {"a": (Decimal(5), Decimal(100)), "b": (Decimal(10), Decimal(100))}
    after = {"a": (Decimal("7.5"), Decimal(150)), "b": (Decimal(12), Decimal(100))}
    whole = ((Decimal(15), Decimal(200)), (Decimal("19.5"), Decimal(250)))
    split = split_rate(whole, before=before, after=after, scale=Decimal(100))
    found = {part.key: part for part in split.parts}
    # Shares go from 1/2, 1/2 to 3/5, 2/5; the mean overall rate is (7.5 + 7.8) / 2 = 7.65.
    assert found["a"].within == 0
    assert found["a"].between == Fraction(1, 10) * (5 - Fraction(765, 100))
    assert found["b"].within == Fraction(45, 100) * 2
    assert found["b"].between == -Fraction(1, 10) * (11 - Fraction(765, 100))
    assert split.change == Fraction(3, 10)


def test_a_part_without_data_is_unknown_not_zero() -> None:
    split = split_total(
        (Decimal(10), Decimal(16)),
        before={"a": Decimal(4), "b": None},
        after={"a": Decimal(5), "b": Decimal(11)},
    )
    assert [(part.key, part.effect) for part in split.parts] == [("a", 1)]
    assert split.unknown == ("b",)
    assert split.unexplained == 5


def test_a_part_that_comes_counts_between() -> None:
    before = {"a": (Decimal(5), Decimal(100))}
    after = {"a": (Decimal(5), Decimal(100)), "new": (Decimal(10), Decimal(50))}
    whole = ((Decimal(5), Decimal(100)), (Decimal(15), Decimal(150)))
    split = split_rate(whole, before=before, after=after)
    new = next(part for part in split.parts if part.key == "new")
    assert new.before is None
    assert new.after == Fraction(1, 5)
    assert new.within == 0
    assert new.between == new.effect != 0
    assert split.unexplained == 0


def test_a_total_without_a_value_cannot_be_split() -> None:
    with pytest.raises(NothingToSplit):
        split_total((None, Decimal(1)), before={}, after={})
    with pytest.raises(NothingToSplit):
        split_rate(((Decimal(0), Decimal(0)), (Decimal(1), Decimal(2))), before={}, after={})
