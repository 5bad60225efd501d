"""Headlines of the situation room: figures of a month against earlier ones, and what may come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from leye.analysis.atlas.situation_types import Ahead, Comparison, Headline, NumberKind, Turn
from leye.analysis.atlas.situation_words import Writer, compared, outlook, sentence
from leye.analysis.metrics.forecast import Forecast, forecast
from leye.analysis.metrics.register_figures import (
    RegisterFigure,
    RegisterFigures,
    RegisterIndicator,
)
from leye.analysis.metrics.register_types import share_of_change
from leye.kernel.months import month_add


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: a place's figures, the months there are up to the one shown."""

    figures: RegisterFigures
    place: str
    month: int
    months: tuple[int, ...]
    data_version: int
    festivals: Mapping[int, date]

    @property
    def level_below(self) -> str:
        """The level the place is split into: counties of a city, towns of a county."""
        return "county" if self.place.endswith("00") else "town"

    def writer(self, indicator: RegisterIndicator) -> Writer:
        """Give what writes the numbers of an indicator."""
        return Writer(indicator, self.place, self.month, self.data_version)


def headline(indicator: RegisterIndicator, asked: Asked) -> Headline:
    """Give an indicator's figure of the month with its comparisons, its past and its outlook."""
    series = asked.figures.series(indicator.code, place=asked.place, months=asked.months)
    by_month = {each.month: each for each in series}
    figure = by_month[asked.month]
    writer = asked.writer(indicator)
    on_month, on_year = (
        comparison(figure, by_month.get(month_add(asked.month, -back)), writer, back=back)
        for back in (1, 12)
    )
    number = None if figure.value is None else writer.number(NumberKind.VALUE, figure.value)
    values = [(each.month, None if each.value is None else float(each.value)) for each in series]
    made = forecast(values, festivals=asked.festivals, lowest=0.0)
    told = sentence(f"{indicator.name}：{state_words(figure)}。")
    if number is not None:
        told = sentence(
            indicator.name,
            number,
            "，",
            *compared(on_month, indicator.unit, label="上月"),
            "，",
            *compared(on_year, indicator.unit, label="去年同月"),
            "。",
        )
    return Headline(
        indicator=indicator,
        figure=figure,
        number=number,
        on_month=on_month,
        on_year=on_year,
        series=tuple(series),
        forecast=made,
        ahead=_ahead(made, writer),
        sentence=told,
        outlook=outlook(made, writer, name=indicator.name),
    )


def _ahead(made: Forecast, writer: Writer) -> tuple[Ahead, ...]:
    return tuple(
        Ahead(
            step.month,
            writer.number(NumberKind.FORECAST, step.value, month=step.month),
            tuple(
                (
                    each.level,
                    writer.number(NumberKind.LOW, each.low, month=step.month),
                    writer.number(NumberKind.HIGH, each.high, month=step.month),
                )
                for each in step.intervals
            ),
        )
        for step in made.steps
    )


def state_words(figure: RegisterFigure) -> str:
    """Say why a figure has no value."""
    return "不公开（很小，或能推算出很小的数）" if figure.hidden else figure.state.label


def comparison(
    now: RegisterFigure, then: RegisterFigure | None, writer: Writer, *, back: int
) -> Comparison:
    """Compare a figure with that of ``back`` months earlier."""
    against = month_add(now.month, -back)
    if then is None or now.value is None or then.value is None:
        return Comparison(against, None, None, None, Turn.UNKNOWN)
    change = now.value - then.value
    relative = None
    if then.value > 0 and writer.indicator.unit != "%":
        share = share_of_change(change, then.value)
        if share is not None:
            relative = writer.number(NumberKind.RELATIVE, share * 100, against=against)
    return Comparison(
        against=against,
        before=writer.number(NumberKind.VALUE, then.value, month=against),
        difference=writer.number(NumberKind.DIFFERENCE, change, against=against),
        relative=relative,
        turn=turn(change, writer),
    )


def turn(change: Decimal, writer: Writer) -> Turn:
    """Say which way a figure went, and whether that is good where the indicator knows."""
    if writer.rounds_to_nothing(change):
        return Turn.SAME
    rises = change > 0
    good = writer.indicator.higher_is_better
    if good is None:
        return Turn.UP if rises else Turn.DOWN
    return Turn.BETTER if rises == good else Turn.WORSE
