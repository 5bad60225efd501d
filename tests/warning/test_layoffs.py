"""The legal line: any thirty days, each person once."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leye.analysis.warning.layoffs import (
    LegalLine,
    Separations,
    crossings,
    merged,
)


def ends(*rows: tuple[int, int, int]) -> Separations:
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Separations(table[:, 0], table[:, 1], table[:, 2])


def layoff(firm: int, persons: int, first: int, last: int) -> list[tuple[int, int, int]]:
    days = np.linspace(first, last, persons).astype(int).tolist()
    return [(firm, 1000 * firm + at, day) for at, day in enumerate(days)]


@pytest.mark.parametrize(
    ("persons", "staff", "crosses"),
    [(19, 500, False), (20, 5000, True), (10, 100, True), (10, 101, False), (9, 10, False)],
)
def test_twenty_persons_or_a_tenth_of_at_least_ten(persons: int, staff: int, crosses: bool) -> None:
    found = crossings(ends(*layoff(1, persons, 5, 20)), {1: staff}, line=LegalLine())
    assert bool(found) is crosses
    assert all(each.persons == persons and each.staff == staff for each in found)


def test_thirty_days_are_any_thirty_not_a_calendar_month() -> None:
    inside = layoff(1, 20, 100, 129)
    assert crossings(ends(*inside), {}, line=LegalLine())[0].persons == 20
    beyond = [*layoff(1, 10, 100, 100), *[(1, 5000 + at, 130) for at in range(10)]]
    assert crossings(ends(*beyond), {}, line=LegalLine()) == ()


def test_runs_of_one_firm_are_one_crossing_and_far_ones_two() -> None:
    many = [*layoff(1, 60, 10, 50), *[(1, 9000 + at, 400) for at in range(25)]]
    found = crossings(ends(*many, *layoff(2, 30, 30, 31)), {1: 800}, line=LegalLine())
    assert [(each.employer, each.persons) for each in found] == [(1, 45), (2, 30), (1, 25)]
    first = found[0]
    assert first.first == 10
    assert first.crossed == 22
    assert first.last == 50
    assert first.share == 45 / 800
    assert found[1].share is None


def test_what_cannot_be_matched_lowers_the_count_that_is_needed() -> None:
    seen = ends(*layoff(1, 19, 5, 20))
    assert crossings(seen, {1: 900}, line=LegalLine(matched=0.95))
    assert not crossings(seen, {1: 900}, line=LegalLine())


def test_nothing_gives_nothing() -> None:
    assert crossings(ends(), {}, line=LegalLine()) == ()
    assert len(merged(ends(), ends((1, 1, 5))).day) == 1
    assert len(merged(ends((1, 1, 5)), ends()).day) == 1


def test_an_end_nobody_filed_is_laid_on_the_firms_last_filed_one() -> None:
    filed = ends((1, 1, 10), (1, 2, 40), (2, 3, 44))
    found = merged(filed, ends((1, 9, 50), (2, 8, 90), (3, 7, 20), (1, 6, 5)))
    rows = zip(found.person.tolist(), found.day.tolist(), strict=True)
    assert dict(rows) == {1: 10, 2: 40, 3: 44, 9: 40, 8: 90, 7: 20, 6: 5}


ROWS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 12), st.integers(0, 90)), max_size=60)


@given(ROWS)
@settings(max_examples=60)
def test_the_most_within_a_window_is_the_most_there_is(rows: list[tuple[int, int, int]]) -> None:
    line = LegalLine(persons=4, least=4, share=1.0)
    found = crossings(ends(*rows), {}, line=line)
    for firm in {row[0] for row in rows}:
        days = sorted(row[2] for row in rows if row[0] == firm)
        most = max(sum(day <= other < day + 30 for other in days) for day in days)
        mine = [each.persons for each in found if each.employer == firm]
        assert max(mine, default=0) == (most if most >= 4 else 0)


@given(ROWS, ROWS)
@settings(max_examples=60)
def test_one_end_in_two_sources_counts_once(
    filed: list[tuple[int, int, int]], stopped: list[tuple[int, int, int]]
) -> None:
    found = merged(ends(*filed), ends(*stopped), within=10, snap=-1)
    both = list(
        zip(found.employer.tolist(), found.person.tolist(), found.day.tolist(), strict=True)
    )
    added = [
        row
        for row in stopped
        if not any(f[:2] == row[:2] and abs(f[2] - row[2]) <= 10 for f in filed)
    ]
    assert Counter(both) == Counter([*filed, *added])
