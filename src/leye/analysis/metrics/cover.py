"""Adding up reports that overlap: the choice that covers most and counts nothing twice."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from leye.analysis.metrics.formula import is_measurement, preference
from leye.analysis.metrics.types import Figure, FigureKind
from leye.kernel.period import Frequency, Period

SUMMABLE = frozenset(
    {
        FigureKind.ANNUAL,
        FigureKind.YTD,
        FigureKind.MONTHLY,
        FigureKind.CUMULATIVE,
        FigureKind.DERIVED,
    }
)
"""Kinds that tell what happened during a period, so that figures of apart periods add up."""

_Objective = tuple[int, int, int, int]
_NOTHING: _Objective = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Cover:
    """Reports of apart periods inside a period, in time order.

    ``months`` is how many months they cover, ``gaps`` the runs of months they do not.
    """

    figures: tuple[Figure, ...]
    months: int
    gaps: tuple[Period, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the figures; only the months covered are in it."""
        return sum((f.value for f in self.figures if f.value is not None), Decimal(0))


def cover(reports: Iterable[Figure], *, within: Period) -> Cover:
    """Choose reports to add up: apart from each other, covering the most months of ``within``.

    Between choices of equal months: fewer reports, then better confidence, then the better kind
    (a year's own figure before a running total). Left out are figures that are no measurement, do
    not add up (what stands at a date), reach outside ``within``, or do not consist of whole months.
    Weighted interval scheduling, O(n log n).

    Where every two reports are nested or apart (years, quarters, months, running totals of one
    year) everything reported is covered, so a further report never lowers the sum of true values.
    """
    usable = sorted(
        (r for r in reports if _adds_up(r, within)),
        key=lambda r: (_months(r)[1], _months(r)[0], preference(r), str(r.kind)),
    )
    ends = [_months(r)[1] for r in usable]
    best: list[tuple[_Objective, tuple[int, int] | None]] = [(_NOTHING, None)]
    for index, report in enumerate(usable):
        before = bisect_left(ends, _months(report)[0], 0, index)
        taken = _plus(best[before][0], report)
        if taken > best[index][0]:
            best.append((taken, (index, before)))
        else:
            best.append((best[index][0], None))
    chosen = []
    position = len(usable)
    while position > 0:
        step = best[position][1]
        if step is None:
            position -= 1
        else:
            chosen.append(usable[step[0]])
            position = step[1]
    chosen.reverse()
    return Cover(tuple(chosen), best[-1][0][0], _gaps(chosen, within))


def month_span(first: int, last: int) -> Period:
    """Give the period from one month ordinal to another, as years where it is whole years."""
    months = Period(Frequency.MONTH, first, last)
    if months.start.month == 1 and months.end.month == 12:
        return Period(Frequency.YEAR, months.start.year, months.end.year)
    return months


def _adds_up(figure: Figure, within: Period) -> bool:
    period = figure.period
    return (
        is_measurement(figure)
        and figure.kind in SUMMABLE
        and period is not None
        and within.contains(period)
        and period.start.day == 1
        and (period.end + timedelta(days=1)).day == 1
    )


def _months(figure: Figure) -> tuple[int, int]:
    period = figure.period
    return (period.first_month, period.last_month) if period else (0, -1)


def _plus(so_far: _Objective, figure: Figure) -> _Objective:
    first, last = _months(figure)
    grade, kind, _ = preference(figure)
    return (so_far[0] + last - first + 1, so_far[1] - 1, so_far[2] - grade, so_far[3] - kind)


def _gaps(chosen: Iterable[Figure], within: Period) -> tuple[Period, ...]:
    gaps = []
    expected = within.first_month
    for figure in chosen:
        first, last = _months(figure)
        if first > expected:
            gaps.append(month_span(expected, first - 1))
        expected = last + 1
    if expected <= within.last_month:
        gaps.append(month_span(expected, within.last_month))
    return tuple(gaps)
