"""Adding up reports: nothing twice, most months, and the same as trying every choice."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from leye.analysis.metrics.cover import cover
from leye.analysis.metrics.formula import preference
from leye.analysis.metrics.types import (
    Confidence,
    Figure,
    FigureKind,
    Provenance,
    SampleState,
)
from leye.kernel.period import Frequency, Period

PLAN = Period.parse("2021..2025")
START = PLAN.first_month
TRUTH = [Decimal((month * 7) % 5) for month in range(60)]


def report(
    period: Period | str,
    value: Decimal | str,
    kind: FigureKind = FigureKind.YTD,
    grade: Confidence = Confidence.A,
) -> Figure:
    return Figure(
        indicator="urban_new_jobs",
        place="360900",
        period=Period.parse(period) if isinstance(period, str) else period,
        kind=kind,
        value=Decimal(value),
        unit="万人",
        state=SampleState.HAS_DATA,
        data_version=1,
        provenance=Provenance(
            "D000001", 2, datetime(2026, 1, 1, tzinfo=UTC), "公报", "", grade, ""
        ),
    )


def true_report(first: int, last: int, grade: Confidence = Confidence.A) -> Figure:
    """What an honest source would print for months ``first`` to ``last`` of the plan."""
    period = Period(Frequency.MONTH, START + first, START + last)
    return report(period, sum(TRUTH[first : last + 1], Decimal(0)), grade=grade)


def months(figure: Figure) -> set[int]:
    assert figure.period is not None
    return set(range(figure.period.first_month, figure.period.last_month + 1))


spans = st.tuples(st.integers(0, 15), st.integers(0, 15)).map(lambda pair: tuple(sorted(pair)))
reports = st.lists(
    st.builds(
        lambda span, grade: true_report(*span, grade=grade), spans, st.sampled_from(Confidence)
    ),
    max_size=7,
    unique_by=lambda r: str(r.period),
)


def objective(chosen: tuple[Figure, ...]) -> tuple[int, ...]:
    grades = [preference(figure) for figure in chosen]
    return (
        sum(len(months(figure)) for figure in chosen),
        -len(chosen),
        -sum(grade for grade, _, _ in grades),
        -sum(kind for _, kind, _ in grades),
    )


@given(reports)
def test_it_is_the_best_of_all_choices(given_reports: list[Figure]) -> None:
    best = max(
        objective(choice)
        for size in range(len(given_reports) + 1)
        for choice in combinations(given_reports, size)
        if sum(len(months(f)) for f in choice) == len(set().union(*map(months, choice)))
    )
    assert objective(cover(given_reports, within=PLAN).figures) == best


@given(reports)
def test_nothing_is_counted_twice_and_gaps_are_the_rest(given_reports: list[Figure]) -> None:
    chosen = cover(given_reports, within=PLAN)
    covered = [month for figure in chosen.figures for month in months(figure)]
    assert len(covered) == len(set(covered)) == chosen.months
    missing = [m for gap in chosen.gaps for m in range(gap.first_month, gap.last_month + 1)]
    assert sorted(covered + missing) == list(range(START, PLAN.last_month + 1))
    assert chosen.total == sum(TRUTH[month - START] for month in covered)


@given(reports, st.randoms(use_true_random=False))
def test_the_order_of_reports_does_not_matter(given_reports: list[Figure], random: Random) -> None:
    mixed = list(given_reports)
    random.shuffle(mixed)
    assert cover(mixed, within=PLAN) == cover(given_reports, within=PLAN)


@given(reports, st.integers(16, 59), st.integers(16, 59))
def test_a_report_of_later_months_never_lowers_the_sum(
    given_reports: list[Figure], one: int, other: int
) -> None:
    later = true_report(min(one, other), max(one, other))
    before = cover(given_reports, within=PLAN)
    after = cover([*given_reports, later], within=PLAN)
    assert after.total == before.total + (later.value or 0)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 11)), max_size=8, unique=True))
def test_running_totals_of_years_only_add(reported: list[tuple[int, int]]) -> None:
    """Each further running total, whatever the order it comes in, leaves the sum no smaller."""
    held: list[Figure] = []
    total = Decimal(0)
    for year, month in reported:
        held.append(true_report(year * 12, year * 12 + month))
        now = cover(held, within=PLAN).total
        assert now >= total
        total = now
    last = {year: max(m for y, m in reported if y == year) for year, _ in reported}
    assert total == sum(
        sum(TRUTH[year * 12 : year * 12 + month + 1], Decimal(0)) for year, month in last.items()
    )


def test_a_year_and_its_running_total_count_once() -> None:
    chosen = cover(
        [
            report("2021", "4", FigureKind.ANNUAL),
            report("2021-01..2021-12", "4.1"),
            report("2021-01..2021-06", "2"),
            report("2022-01..2022-03", "1"),
        ],
        within=PLAN,
    )
    assert [str(f.period) for f in chosen.figures] == ["2021", "2022-01..2022-03"]
    assert chosen.total == 5
    assert chosen.months == 15
    assert [str(gap) for gap in chosen.gaps] == ["2022-04..2025-12"]


def test_a_better_source_is_taken_for_the_same_months() -> None:
    chosen = cover(
        [
            report("2021", "4", FigureKind.ANNUAL, Confidence.C),
            report("2021-01..2021-12", "4.1", FigureKind.YTD, Confidence.B),
        ],
        within=PLAN,
    )
    assert chosen.total == Decimal("4.1")


def test_what_does_not_add_up_is_left_out() -> None:
    chosen = cover(
        [
            report("2021..2025", "22", FigureKind.TARGET_CUMULATIVE),
            report("2021", "3.2", FigureKind.UPPER_BOUND),
            report("2022-12-31", "9", FigureKind.YEAR_END),
            report("2022", "9", FigureKind.POINT),
            report("2020..2021", "9", FigureKind.CUMULATIVE),
            report("2021-01-01..2021-06-15", "9", FigureKind.CUMULATIVE),
            report("2026", "9", FigureKind.ANNUAL),
        ],
        within=PLAN,
    )
    assert chosen.figures == ()
    assert [str(gap) for gap in chosen.gaps] == ["2021..2025"]


def test_days_that_are_whole_months_count() -> None:
    chosen = cover([report("2021-01-01..2021-06-30", "2", FigureKind.CUMULATIVE)], within=PLAN)
    assert chosen.months == 6
