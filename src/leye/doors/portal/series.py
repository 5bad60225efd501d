"""National surveyed unemployment, month by month: what the page shows, worked out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from leye.analysis.metrics import Confidence, Evaluator, Figure, Indicator, confidence_of
from leye.doors.web.charts import Line, LineChart, line_chart
from leye.kernel.errors import InvalidInput
from leye.kernel.period import Frequency, Period
from leye.kernel.place import NATION

CODES = (
    "surveyed_urban_unemployment_rate",
    "surveyed_urban_unemployment_rate_31_cities",
    "youth_unemployment_rate_incl_students",
    "youth_unemployment_rate_excl_students",
)
_SHORT = ("全国", "31个大城市", "16—24岁（旧口径，含在校生）", "16—24岁（新口径，不含在校生）")
_STOPPED = Period.parse("2023-07..2023-11")
_NEW_BASIS = Period.parse("2023-12")
_TENTH = Decimal("0.1")
_SOURCES_SHOWN = 3


class InvalidRange(InvalidInput):
    """Months of a range that are none, or the wrong way round."""

    code = "invalid_range"
    title = "起止月份有误"


@dataclass(frozen=True, slots=True)
class Monthly:
    """One series: its definition, a short name, its line style, and figures by month ordinal."""

    indicator: Indicator
    name: str
    style: int
    figures: dict[int, Figure]

    @property
    def first(self) -> Period:
        """The first month with a figure."""
        return month(min(self.figures))

    @property
    def last(self) -> Period:
        """The last month with a figure."""
        return month(max(self.figures))

    @property
    def breaks(self) -> list[tuple[str, str]]:
        """When the definition changed, in words, and why."""
        return [(Period.parse(when).label, why) for when, why in self.indicator.breaks]

    @property
    def grades(self) -> list[Confidence]:
        """The grades of its sources, the best first."""
        return sorted({confidence_of(figure) for figure in self.figures.values()})

    @property
    def sources(self) -> list[str]:
        """The titles of its sources, the most frequent first, three at most."""
        titles = Counter(f.provenance.source_title for f in self.figures.values() if f.provenance)
        return [title for title, _ in titles.most_common(_SOURCES_SHOWN)]


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest value of a series, its changes in percentage points, and the year's mean.

    ``on_month`` and ``on_year`` are None where the month to compare with has no figure.
    ``mean`` is the plain mean of the ``months`` published of that year.
    """

    series: Monthly
    figure: Figure
    on_month: Decimal | None
    on_year: Decimal | None
    mean: Decimal
    months: int


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year of a series: a figure or None for each month, and the mean of those there are."""

    year: int
    cells: tuple[Figure | None, ...]
    mean: Decimal
    months: int


def month(ordinal: int) -> Period:
    """Give the month of an ordinal."""
    return Period(Frequency.MONTH, ordinal, ordinal)


def monthly_series(evaluator: Evaluator) -> tuple[Monthly, ...]:
    """Give the four series of the nation, those without any figure left out."""
    evaluator.preload(CODES, places=(NATION,))
    found = []
    for style, (code, name) in enumerate(zip(CODES, _SHORT, strict=True), start=1):
        figures = {
            figure.period.first: figure
            for figure in evaluator.series(code, NATION)
            if figure.period and figure.period.frequency is Frequency.MONTH
            if not figure.period.is_span
        }
        if figures:
            found.append(Monthly(evaluator.catalogue.get(code), name, style, figures))
    return tuple(found)


def chosen_range(start: str, end: str, *, whole: Period) -> Period:
    """Give the months asked for, within ``whole``; blank ends mean the ends of ``whole``.

    :raises InvalidRange: an end is no month, or they are the wrong way round or both outside.
    """
    hint = f"月份写作 2024-01，范围是{whole.label}"
    ends = []
    for text, default in ((start, whole.first), (end, whole.last)):
        if not text:
            ends.append(default)
            continue
        try:
            asked = Period.parse(text)
        except InvalidInput:
            raise InvalidRange(f"“{text}”不是月份", hint=hint) from None
        if asked.frequency is not Frequency.MONTH or asked.is_span:
            raise InvalidRange(f"“{text}”不是月份", hint=hint)
        ends.append(asked.first)
    first, last = max(ends[0], whole.first), min(ends[1], whole.last)
    if ends[0] > ends[1]:
        raise InvalidRange("开始月份晚于结束月份", hint=hint)
    if first > last:
        raise InvalidRange("这个范围内没有公布过的月份", hint=hint)
    return Period(Frequency.MONTH, first, last)


def chart_of(
    series: Sequence[Monthly], *, within: Period, width: int = 960, height: int = 380
) -> LineChart:
    """Lay the series out over the months of ``within``; the two youth series stay two lines."""
    lines = [
        Line(
            each.name,
            each.style,
            tuple(
                (at, figure.value)
                for at, figure in sorted(each.figures.items())
                if within.first <= at <= within.last and figure.value is not None
            ),
        )
        for each in series
    ]
    youth = any(each.style > 2 for each in series)
    return line_chart(
        [line for line in lines if line.values],
        unit="%",
        breaks=[(_NEW_BASIS.first, "新口径起")] if youth else [],
        areas=[(_STOPPED.first, _STOPPED.last, "停止公布：2023年7—11月")] if youth else [],
        width=width,
        height=height,
    )


def latest_of(series: Monthly) -> Latest:
    """Give the latest value with its changes; a change never reaches across a missing month."""
    at = max(series.figures)
    figure, value = series.figures[at], _value(series.figures[at])
    year = [_value(f) for m, f in series.figures.items() if m // 12 == at // 12]

    def change(months: int) -> Decimal | None:
        before = series.figures.get(at - months)
        return None if before is None else value - _value(before)

    return Latest(series, figure, change(1), change(12), _mean(year), len(year))


def year_rows(series: Monthly, *, within: Period) -> tuple[YearRow, ...]:
    """Give the series as a table of years and months, the latest year first."""
    kept = {m: f for m, f in series.figures.items() if within.first <= m <= within.last}
    rows = []
    for year in sorted({m // 12 for m in kept}, reverse=True):
        cells = tuple(kept.get(year * 12 + offset) for offset in range(12))
        values = [_value(figure) for figure in cells if figure]
        rows.append(YearRow(year, cells, _mean(values), len(values)))
    return tuple(rows)


EXPORT_HEADER = (
    "月份",
    "指标",
    "指标代码",
    "数值",
    "单位",
    "可信度",
    "来源",
    "来源网址",
    "备注",
    "批次",
    "公开范围",
)


def export_rows(series: Sequence[Monthly], *, within: Period) -> list[tuple[object, ...]]:
    """Give one line for each month and series that has a figure."""
    return [
        (
            str(figure.period),
            each.indicator.name,
            each.indicator.code,
            figure.value,
            figure.unit,
            figure.provenance.confidence.value,
            figure.provenance.source_title,
            figure.provenance.source_url,
            figure.provenance.note,
            figure.provenance.delivery,
            "公开" if figure.public else "内部",
        )
        for each in series
        for at, figure in sorted(each.figures.items())
        if within.first <= at <= within.last and figure.provenance
    ]


def export_notes(series: Sequence[Monthly], *, release: int, on: date) -> list[tuple[str, str]]:
    """Give what a reader of the file must know: definitions, breaks, version."""
    notes = [("数据版本", f"第 {release} 版"), ("导出日期", on.isoformat())]
    for each in series:
        notes.append((each.indicator.name, each.indicator.definition))
        notes += [(f"{each.indicator.name}：注意", text) for text in each.indicator.caveats]
        notes += [(f"{each.indicator.name}：口径变化", "：".join(pair)) for pair in each.breaks]
    return [*notes, ("没有数值的月份", "没有公布或没有收集到，不是零。")]


def _value(figure: Figure) -> Decimal:
    assert figure.value is not None, "a series holds measurements only"
    return figure.value


def _mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(_TENTH, rounding=ROUND_HALF_UP)
