"""Computed figures and the choice between figures: pure functions, no data store."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext

from leye.analysis.metrics.types import (
    Confidence,
    Figure,
    FigureKind,
    Indicator,
    IndicatorKind,
    SampleState,
)
from leye.kernel.period import Period, sort_key

PRECISION = 28
"""Significant digits of a quotient; everything else is exact."""

_KIND_ORDER = {
    kind: place
    for place, kind in enumerate(
        (
            FigureKind.ANNUAL,
            FigureKind.YEAR_END,
            FigureKind.POINT,
            FigureKind.MONTHLY,
            FigureKind.YTD,
            FigureKind.CUMULATIVE,
            FigureKind.RANK,
            FigureKind.EFFECTIVE_FROM,
            FigureKind.SINCE_2002,
            FigureKind.BASELINE,
            FigureKind.ANNOUNCED,
            FigureKind.DERIVED,
        )
    )
}
_GRADES = tuple(Confidence)


def is_measurement(figure: Figure) -> bool:
    """Whether the figure holds a value, and that value measures something."""
    return figure.state is SampleState.HAS_DATA and figure.kind is not None and figure.kind.measures


def confidence_of(figure: Figure) -> Confidence:
    """Give the grade of a figure; a computed one is as good as its worst input."""
    if figure.provenance is not None:
        return figure.provenance.confidence
    grades = [confidence_of(each) for each in figure.inputs]
    return max(grades, key=_GRADES.index, default=Confidence.C)


def preference(figure: Figure) -> tuple[int, int, str]:
    """Order figures of the same days, the one to use first.

    The better source comes first (A, B, C); between equal sources a full-period figure comes
    before a running total, and what was derived by arithmetic comes last.
    """
    kind = _KIND_ORDER.get(figure.kind, len(_KIND_ORDER)) if figure.kind else len(_KIND_ORDER)
    return (_GRADES.index(confidence_of(figure)), kind, str(figure.period))


def time_series(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Give the measurements in time order, one for each run of days.

    Of figures that cover exactly the same days (2024 as a year and 2024-01..2024-12 as a running
    total) only the preferred one stays. Figures of overlapping but different days all stay.
    """
    chosen: dict[tuple[object, object], Figure] = {}
    for figure in sorted(filter(is_measurement, figures), key=preference):
        if figure.period is not None:
            chosen.setdefault(sort_key(figure.period), figure)
    return tuple(chosen[days] for days in sorted(chosen))


def segments(series: Sequence[Figure], *, indicator: Indicator) -> tuple[tuple[Figure, ...], ...]:
    """Cut a series where the indicator's definition changed; lines must not cross the cuts.

    A figure lies before a change when its period ends before the changed period starts. No segment
    is empty.
    """
    changes = [Period.parse(when).start for when, _ in indicator.breaks]
    cut: dict[int, list[Figure]] = {}
    for figure in series:
        if figure.period is not None:
            end = figure.period.end
            cut.setdefault(sum(end >= change for change in changes), []).append(figure)
    return tuple(tuple(cut[part]) for part in sorted(cut))


def compute(
    indicator: Indicator,
    *,
    numerators: Sequence[Figure],
    denominators: Sequence[Figure],
    kinds: Mapping[str, IndicatorKind],
) -> tuple[Figure, ...]:
    """Give the figures of a formula for one place, in time order.

    A numerator meets the denominator of the same days; where the denominator is a stock and has
    none, its latest value of an earlier day. A flow is divided by a stock for single whole years
    only. A numerator without denominator gives no figure; a zero denominator gives a figure without
    value in the state ZERO_DENOMINATOR.
    """
    formula = indicator.formula
    if formula is None:
        return ()
    stock = kinds[formula.denominator] is IndicatorKind.STOCK
    yearly = stock and kinds[formula.numerator] is IndicatorKind.FLOW
    below = time_series(denominators)
    made = []
    for numerator in time_series(numerators):
        if numerator.period is None or (yearly and not _is_one_year(numerator.period)):
            continue
        denominator = _matching(numerator.period, below, stock=stock)
        if denominator is not None:
            made.append(_quotient(indicator, numerator, denominator))
    return tuple(made)


def _is_one_year(period: Period) -> bool:
    year = period.start.year
    return (period.start, period.end) == (Period.year(year).start, Period.year(year).end)


def _matching(period: Period, below: Sequence[Figure], *, stock: bool) -> Figure | None:
    earlier = None
    for figure in below:
        if figure.period is None:
            continue
        if sort_key(figure.period) == sort_key(period):
            return figure
        if stock and figure.period.end <= period.end:
            earlier = figure
    return earlier


def _quotient(indicator: Indicator, numerator: Figure, denominator: Figure) -> Figure:
    value = None
    formula = indicator.formula
    if formula and numerator.value is not None and denominator.value:
        with localcontext() as context:
            context.prec = PRECISION
            value = numerator.value / denominator.value * formula.scale
    return Figure(
        indicator=indicator.code,
        place=numerator.place,
        period=numerator.period,
        kind=FigureKind.DERIVED,
        value=value,
        unit=indicator.unit,
        state=SampleState.ZERO_DENOMINATOR if value is None else SampleState.HAS_DATA,
        data_version=numerator.data_version,
        public=numerator.public and denominator.public,
        inputs=(numerator, denominator),
    )


def plain(value: Decimal) -> Decimal:
    """Give the same number without trailing zeros and without an exponent."""
    short = value.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else short
