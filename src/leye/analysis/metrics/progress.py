"""How far a target is: pure functions of the target, its figures and a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from math import floor

from leye.analysis.metrics.cover import Cover, cover, month_span
from leye.analysis.metrics.formula import PRECISION, is_measurement, time_series
from leye.analysis.metrics.targets import Goal, PlanTarget, Relation, TargetKind
from leye.analysis.metrics.types import Figure, FigureKind, Indicator, SampleState
from leye.kernel.period import Frequency, Period


class TargetState(StrEnum):
    """Where a target stands, as far as reports tell."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NOT_REPORTED = "not_reported"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        labels = {
            "met": "已达标",
            "on_track": "正常推进",
            "behind": "进度滞后",
            "not_reported": "未填报",
        }
        return labels[self.value]


@dataclass(frozen=True, slots=True)
class Progress:
    """What reports say of a target.

    ``result`` is the figure compared with the goal (a sum where several were added, its ``inputs``
    are the parts), None when nothing is reported. ``share_done`` is the share of the way to the
    goal, ``share_of_time`` that of the time the reports speak for, both None where they mean
    nothing. ``expected`` is the value the straight path from baseline to goal has at the end of the
    reported period. ``gaps`` are the runs of months up to the day that a sum lacks,
    ``missing_years`` the finished years of the plan without (complete) report. ``window`` is the
    round judged where a number is due anew every few years.
    """

    state: TargetState
    result: Figure | None
    share_done: Decimal | None
    share_of_time: Decimal | None
    expected: Decimal | None
    gaps: tuple[Period, ...]
    missing_years: tuple[int, ...]
    window: Period | None = None
    missed_windows: tuple[Period, ...] = ()


def reaches(value: Decimal, goal: Goal, *, higher_is_better: bool | None) -> bool:
    """Whether a value stands to the goal as the plan asks.

    左右 (about) is judged after rounding half up to the places the goal is printed with: 54.5
    reaches “55左右”, 5.54 keeps “5.5左右”. A better value than about the goal reaches it too.
    """
    if goal.relation is Relation.ABOUT:
        value = value.quantize(goal.value, rounding=ROUND_HALF_UP)
        if higher_is_better is None:
            return value == goal.value
        return value >= goal.value if higher_is_better else value <= goal.value
    if goal.relation is Relation.AT_LEAST:
        return value >= goal.value
    if goal.relation is Relation.MORE_THAN:
        return value > goal.value
    if goal.relation is Relation.AT_MOST:
        return value <= goal.value
    return value == goal.value


def assess(
    target: PlanTarget, *, indicator: Indicator, figures: Iterable[Figure], on: date
) -> Progress:
    """Judge a target by the figures of its own place.

    A cumulative target adds apart reports of the plan's period (see ``cover``) and compares their
    share of the goal with their share of the months, so that a missing report is neither a zero nor
    a delay. Any other target takes the latest measurement of the plan's period and compares it with
    the straight path from the baseline. Targets and bounds among the figures count for nothing.
    """
    given = tuple(figures)
    if target.kind is TargetKind.CUMULATIVE:
        return _assess_sum(target, indicator, given, on)
    if target.every is not None:
        return _assess_rounds(target, indicator, given, on)
    return _assess_level(target, indicator, given, on)


def _assess_sum(
    target: PlanTarget, indicator: Indicator, figures: Sequence[Figure], on: date
) -> Progress:
    period = target.goal.period
    chosen = cover(figures, within=period)
    gaps = _until(chosen.gaps, on)
    missing = _years_in(gaps, target, on)
    return _judge_sum(target, indicator, chosen, period=period, gaps=gaps, missing=missing)


def _assess_rounds(
    target: PlanTarget, indicator: Indicator, figures: Sequence[Figure], on: date
) -> Progress:
    years, step = target.plan_period, target.every or 1
    rounds = [
        Period(Frequency.YEAR, first, first + step - 1)
        for first in range(years.first, years.last - step + 2, step)
    ]
    covers = {each: cover(figures, within=each) for each in rounds}
    reported = [each for each in rounds if covers[each].figures]
    gaps = _until(cover(figures, within=years).gaps, on)
    missing = _years_in(gaps, target, on)
    if not reported:
        return _not_reported(gaps, missing)
    last = reported[-1]
    judged = _judge_sum(target, indicator, covers[last], period=last, gaps=gaps, missing=missing)
    missed = tuple(
        each
        for each in reported[:-1]
        if not covers[each].gaps
        and not reaches(
            covers[each].total, target.goal, higher_is_better=indicator.higher_is_better
        )
    )
    return replace(judged, window=last, missed_windows=missed)


def _judge_sum(
    target: PlanTarget,
    indicator: Indicator,
    chosen: Cover,
    *,
    period: Period,
    gaps: tuple[Period, ...],
    missing: tuple[int, ...],
) -> Progress:
    if not chosen.figures:
        return _not_reported(gaps, missing)
    months = period.last_month - period.first_month + 1
    total, goal = chosen.total, target.goal.value
    done, time = Fraction(total) / Fraction(goal), Fraction(chosen.months, months)
    if reaches(total, target.goal, higher_is_better=indicator.higher_is_better):
        state = TargetState.MET
    elif done >= time and chosen.months < months:
        state = TargetState.ON_TRACK
    else:
        state = TargetState.BEHIND
    return Progress(
        state=state,
        result=_sum_figure(chosen),
        share_done=_decimal(done),
        share_of_time=_decimal(time),
        expected=_decimal(time * Fraction(goal)),
        gaps=gaps,
        missing_years=missing,
    )


def _assess_level(
    target: PlanTarget, indicator: Indicator, figures: Sequence[Figure], on: date
) -> Progress:
    inside = [f for f in figures if f.period is not None and target.plan_period.contains(f.period)]
    series = time_series(inside)
    reported = {f.period.end.year for f in series if f.period}
    missing = tuple(year for year in _finished_years(target, on) if year not in reported)
    if not series:
        return _not_reported((), missing)
    result = series[-1]
    value, reported_to = result.value, result.period
    if value is None or reported_to is None:
        return _not_reported((), missing)
    start = target.baseline.value if target.baseline else Decimal(0) if target.from_zero else None
    path = _path(target, indicator, start, reported_to.end)
    if reaches(value, target.goal, higher_is_better=indicator.higher_is_better):
        state = TargetState.MET
    elif reported_to.end < target.goal.period.end and _keeps_up(value, path, target, indicator):
        state = TargetState.ON_TRACK
    else:
        state = TargetState.BEHIND
    return Progress(
        state=state,
        result=result,
        share_done=_share_of_way(value, start, target.goal.value, indicator),
        share_of_time=_decimal(_time(target).elapsed(reported_to.end)),
        expected=None if path is None else _decimal(path),
        gaps=(),
        missing_years=missing,
    )


def _path(
    target: PlanTarget, indicator: Indicator, start: Decimal | None, day: date
) -> Fraction | None:
    """Give the path's value on a day; whole things to be built are due as whole things."""
    if start is None:
        return None
    way = Fraction(target.goal.value) - Fraction(start)
    value = Fraction(start) + way * _time(target).elapsed(day)
    return Fraction(floor(value)) if target.from_zero and indicator.decimals == 0 else value


def _keeps_up(
    value: Decimal, path: Fraction | None, target: PlanTarget, indicator: Indicator
) -> bool:
    if path is None or target.goal.relation is Relation.EXACTLY:
        return False
    lower = indicator.higher_is_better is False or target.goal.relation is Relation.AT_MOST
    return Fraction(value) <= path if lower else Fraction(value) >= path


def _share_of_way(
    value: Decimal, start: Decimal | None, goal: Decimal, indicator: Indicator
) -> Decimal | None:
    if start is not None:
        way = Fraction(goal) - Fraction(start)
        return _decimal((Fraction(value) - Fraction(start)) / way) if way else None
    if indicator.higher_is_better and goal > 0:
        return _decimal(Fraction(value) / Fraction(goal))
    return None


def _time(target: PlanTarget) -> Period:
    return Period.day(target.plan_period.start).to(Period.day(target.goal.period.end))


def _finished_years(target: PlanTarget, on: date) -> tuple[int, ...]:
    return tuple(year.first for year in target.plan_period if year.end < on)


def _years_in(gaps: Iterable[Period], target: PlanTarget, on: date) -> tuple[int, ...]:
    spans = tuple(gaps)
    return tuple(
        year
        for year in _finished_years(target, on)
        if any(gap.overlaps(Period.year(year)) for gap in spans)
    )


def _until(gaps: Iterable[Period], on: date) -> tuple[Period, ...]:
    """Cut gaps at the last month finished before the day: the future is not missing."""
    last = on.year * 12 + on.month - 2
    return tuple(
        month_span(gap.first_month, min(gap.last_month, last))
        for gap in gaps
        if gap.first_month <= last
    )


def _sum_figure(chosen: Cover) -> Figure:
    first, last = chosen.figures[0], chosen.figures[-1]
    if len(chosen.figures) == 1 or first.period is None or last.period is None:
        return first
    return Figure(
        indicator=first.indicator,
        place=first.place,
        period=month_span(first.period.first_month, last.period.last_month),
        kind=FigureKind.CUMULATIVE,
        value=chosen.total,
        unit=first.unit,
        state=SampleState.HAS_DATA,
        data_version=first.data_version,
        public=all(figure.public for figure in chosen.figures),
        inputs=chosen.figures,
    )


def _not_reported(gaps: tuple[Period, ...], missing: tuple[int, ...]) -> Progress:
    return Progress(TargetState.NOT_REPORTED, None, None, None, None, gaps, missing)


def _decimal(value: Fraction) -> Decimal:
    with localcontext() as context:
        context.prec = PRECISION
        return Decimal(value.numerator) / Decimal(value.denominator)


def bounds(figures: Iterable[Figure], *, within: Period) -> tuple[Figure, ...]:
    """Give the upper and lower bounds among the figures that overlap a period, in time order."""
    kinds = (FigureKind.UPPER_BOUND, FigureKind.LOWER_BOUND)
    found = [
        f
        for f in figures
        if f.kind in kinds and f.value is not None and f.period and f.period.overlaps(within)
    ]
    return tuple(sorted(found, key=lambda f: (str(f.period), str(f.kind))))


def comparable(series: Sequence[Figure], *, flow: bool) -> tuple[Figure, ...]:
    """Give the part of a series that can stand in one line.

    Flows of different length cannot: those of the most frequent length stay, of the longer one
    where two are as frequent.
    """
    measured = [f for f in series if is_measurement(f) and f.period]
    if not flow:
        return tuple(measured)
    groups: dict[int, list[Figure]] = {}
    for figure in measured:
        if figure.period:
            length = figure.period.last_month - figure.period.first_month + 1
            groups.setdefault(length, []).append(figure)
    best = max(groups, key=lambda length: (len(groups[length]), length), default=0)
    return tuple(groups.get(best, ()))
