"""Charts of the situation room: a figure's past with where it may go, for pages and for Word."""

from decimal import Decimal
from typing import Any

from leye.analysis.atlas.situation_types import Headline, Mover, Situation
from leye.analysis.atlas.situation_words import month_code, month_name
from leye.doors.web.charts import Band, Line, LineChart, line_chart
from leye.doors.web.word import ChartKind, WordChart, WordSeries

SHOWN_MONTHS = 36
_MANY = 100_000
_TEN_THOUSAND = Decimal(10_000)
_BLUE, _ORANGE, _GREY = "0B57A4", "B45309", "7C8796"
LEVELS = (95, 80)
_BAND_STYLES = {95: 1, 80: 2}


def outlook_chart(headline: Headline, *, width: int = 960, height: int = 380) -> LineChart:
    """Draw a figure's last three years, its forecast, and the intervals of it."""
    factor, unit, places = _scale(headline)

    def point(month: int, *values: Decimal) -> tuple[Any, ...]:
        return (month // 100 * 12 + month % 100 - 1, *(round(v / factor, places) for v in values))

    past = [
        point(each.month, each.value)
        for each in headline.series[-SHOWN_MONTHS:]
        if each.value is not None
    ]
    lines = [Line("实际", 1, past)]
    bands = []
    if headline.ahead:
        ahead = [point(each.month, each.value.value) for each in headline.ahead]
        lines.append(Line("预测", 2, [past[-1], *ahead]))
        for level in LEVELS:
            ends = [
                point(each.month, *(end.value for end in found))
                for each in headline.ahead
                if (found := each.bound(level))
            ]
            if ends:
                bands.append(
                    Band(f"{level}%区间", _BAND_STYLES[level], [(*past[-1], past[-1][1]), *ends])
                )
    return line_chart(lines, unit=unit, bands=bands, width=width, height=height)


def outlook_word(headline: Headline) -> WordChart:
    """Draw the same for Word: intervals as thin dashed lines."""
    shown = headline.series[-SHOWN_MONTHS:]
    months = [each.month for each in shown] + [each.month for each in headline.ahead]
    decimals = headline.indicator.decimals
    actual = {each.month: each.value for each in shown if each.value is not None}
    series = [WordSeries("实际", _row(months, actual, decimals), _BLUE)]
    # Where the forecast starts from, so that the lines meet.
    start = {months[len(shown) - 1]: headline.figure.value} if headline.figure.value else {}
    if headline.ahead:
        ahead = start | {each.month: each.value.value for each in headline.ahead}
        series.append(WordSeries("预测", _row(months, ahead, decimals), _ORANGE, dashed=True))
    for level in LEVELS:
        for name, side in (("下限", 0), ("上限", 1)):
            ends = {
                each.month: found[side].value
                for each in headline.ahead
                if (found := each.bound(level))
            }
            if ends:
                row = _row(months, start | ends, decimals)
                label = f"{level}%区间{name}"
                series.append(WordSeries(label, row, _GREY, dashed=True, thin=True))
    return WordChart(
        ChartKind.LINE,
        f"{headline.indicator.name}及未来三个月预测",
        headline.indicator.unit,
        [month_code(month) for month in months],
        series,
        decimals,
    )


def mover_word(mover: Mover, found: Situation) -> WordChart | None:
    """Draw which places account for a change; None where they cannot be told."""
    by_place = next((each for each in mover.breakdowns if each.axis == "place"), None)
    if by_place is None:
        return None
    indicator = mover.headline.indicator
    decimals = indicator.decimals + (1 if indicator.unit == "%" else 0)
    names = [each.name for each in by_place.parts]
    values = [each.number.value for each in by_place.parts]
    if by_place.rest is not None:
        names.append("其余地区")
        values.append(by_place.rest.value)
    return WordChart(
        ChartKind.BAR,
        f"{month_name(found.month)}{indicator.name}比上月变化的地区构成",
        "百分点" if indicator.unit == "%" else indicator.unit,
        names,
        [WordSeries("对变化的影响", [round(float(each), decimals) for each in values], _BLUE)],
        decimals,
    )


def shortage_word(found: Situation, *, most: int = 10) -> WordChart | None:
    """Draw the largest gaps of the shortage list; None for an empty list."""
    listed = [each for each in found.market.listed if each.gap is not None][:most]
    if not listed:
        return None
    return WordChart(
        ChartKind.BAR,
        "紧缺职业的岗位和求职人数",
        "个（人）",
        [each.name for each in listed],
        [
            WordSeries("月末岗位", [each.market.now.vacancies for each in listed], _BLUE),
            WordSeries("求职人数", [each.market.now.applicants for each in listed], _ORANGE),
        ],
    )


def _scale(headline: Headline) -> tuple[Decimal, str, int]:
    """Give factor, unit and places: in tens of thousands where numbers are too long for an axis."""
    largest = max((abs(f.value) for f in headline.series if f.value is not None), default=0)
    indicator = headline.indicator
    if largest >= _MANY:
        return _TEN_THOUSAND, f"万{indicator.unit}", indicator.decimals + 4
    return Decimal(1), indicator.unit, indicator.decimals


def _row(months: list[int], values: dict[int, Decimal], decimals: int) -> list[float | None]:
    return [round(float(values[at]), decimals) if at in values else None for at in months]
