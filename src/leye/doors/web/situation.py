"""The situation room at the doors: read once for each month and version, and its numbers traced."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from django.conf import settings
from django.http import HttpRequest

from leye.analysis.atlas.situation import situation, with_plan
from leye.analysis.atlas.situation_figures import state_words
from leye.analysis.atlas.situation_types import (
    Comparison,
    Number,
    Sentence,
    Situation,
    Turn,
)
from leye.analysis.atlas.situation_words import amount, month_code
from leye.analysis.metrics import Evaluator, catalogue, score_all
from leye.analysis.metrics.labels import axis_label, code_label, place_label
from leye.analysis.metrics.register_figures import (
    RegisterFigure,
    RegisterFigures,
    RegisterIndicator,
    register_catalogue,
)
from leye.data.reference import NoArrangement, calendar, places
from leye.data.registers.queries.served import Served
from leye.doors.web.atlas import figures_for, is_exact, served_copy
from leye.doors.web.reading import pool, scores_for, targets
from leye.kernel.place import EVERYWHERE, PUBLIC

TRACE_HEADER = (
    "编号",
    "数字",
    "含义",
    "指标",
    "指标代码",
    "地区",
    "分组",
    "月份",
    "对比月份",
    "数据版本",
)


def situation_for(
    request: HttpRequest, *, place: str, month: int | None, on: date
) -> Situation | None:
    """Give the situation of a place, of the last month where none is named; None: nothing built.

    Exact for those who may see the place's exact numbers, else from the protected copy. The plan's
    standing on the day is added for the city.

    :raises UnknownCode: there is no such month.
    """
    copy, figures = served_copy(), figures_for(request, place)
    if copy is None or figures is None or not copy.months:
        return None
    chosen = copy.months[-1] if month is None else month
    made = situation_of(
        copy, figures, place=place, month=chosen, protected=not is_exact(request, place)
    )
    if place != settings.LEYE_CITY:
        return made
    return with_plan(made, scores_for(request, on=on))


def situation_at(*, place: str, month: int | None, protected: bool, on: date) -> Situation | None:
    """Give the situation to whoever runs the installation; None: nothing built.

    ``place`` is the city where it is empty. The plan's standing is of all figures, or of the public
    ones where ``protected``.

    :raises UnknownCode: there is no such month, or no such place.
    """
    place = place or settings.LEYE_CITY
    places().get(place)
    copy = served_copy()
    if copy is None or not copy.months:
        return None
    chosen = copy.months[-1] if month is None else month
    figures = RegisterFigures(copy, protected=protected)
    made = situation_of(copy, figures, place=place, month=chosen, protected=protected)
    if place != settings.LEYE_CITY:
        return made
    scope = PUBLIC if protected else EVERYWHERE
    evaluator = Evaluator(pool().snapshot(), catalogue=catalogue(), scope=scope)
    return with_plan(made, score_all(targets(), evaluator, on=on))


@lru_cache(maxsize=8)
def situation_of(
    copy: Served, figures: RegisterFigures, *, place: str, month: int, protected: bool
) -> Situation:
    """Give the situation of a place and month from a serving copy.

    :raises UnknownCode: the copy has no such month.
    """
    return situation(
        figures,
        place=place,
        month=month,
        months=copy.months,
        data_version=copy.release,
        protected=protected,
        festivals=festivals(),
    )


@cache
def festivals() -> Mapping[int, date]:
    """Give the days of the Spring Festival by year, of every year the calendar knows."""
    found = {}
    for year in range(2000, 2100):
        try:
            found[year] = calendar().spring_festival(year)
        except NoArrangement:
            continue
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with the marks of its numbers, such as 1—3、7, and the first of them."""

    text: str
    marks: str
    first: int


class Ledger:
    """Numbers every number printed, in the order it is met, so that a list can say where from."""

    def __init__(self) -> None:
        self._at: dict[Number, int] = {}

    def marks(self, numbers: Iterable[Number | None]) -> str:
        """Give the marks of numbers, runs drawn together: 1—3、7; empty for none."""
        found = sorted({self._mark(each) for each in numbers if each is not None})
        runs: list[list[int]] = []
        for mark in found:
            if runs and mark == runs[-1][-1] + 1:
                runs[-1].append(mark)
            else:
                runs.append([mark])
        return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs)

    def line(self, sentence: Sentence) -> Line:
        """Give a sentence with its marks."""
        marks = self.marks(sentence.numbers)
        first = min((self._at[each] for each in sentence.numbers), default=0)
        return Line(sentence.text, marks, first)

    def lines(self, sentences: Iterable[Sentence]) -> list[Line]:
        """Give sentences with their marks."""
        return [self.line(each) for each in sentences]

    def rows(self) -> list[tuple[str, ...]]:
        """Give a row of ``TRACE_HEADER`` for each number, in the order of the marks."""
        return [trace_row(mark, number) for number, mark in self._at.items()]

    def indicators(self) -> list[str]:
        """Give the codes of the indicators met, in that order."""
        return list(dict.fromkeys(number.indicator for number in self._at))

    def _mark(self, number: Number) -> int:
        return self._at.setdefault(number, len(self._at) + 1)


def trace_row(mark: int, number: Number) -> tuple[str, ...]:
    """Say of a number what it is and where it comes from."""
    group = "" if number.axis == "all" else axis_label(number.axis)
    if number.axis != "all":
        group = f"{group}：{code_label(number.axis, number.code)}"
    return (
        str(mark),
        number.text,
        number.kind.label,
        register_catalogue().get(number.indicator).name,
        number.indicator,
        f"{place_label(number.place)}（{number.place}）",
        group,
        month_code(number.month),
        month_code(number.against) if number.against else "",
        str(number.data_version),
    )


def compared_text(comparison: Comparison) -> str:
    """Write a comparison for a table cell: +12人（1.3%）, 持平, or a dash without data."""
    if comparison.difference is None:
        return "—"
    if comparison.turn is Turn.SAME:
        return "持平"
    sign = "+" if comparison.difference.value > 0 else "-"
    share = f"（{sign}{comparison.relative.text}）" if comparison.relative else ""
    return f"{sign}{comparison.difference.text}{share}"


def state_text(figure: RegisterFigure, indicator: RegisterIndicator | None = None) -> str:
    """Write a figure's value where the indicator is given, else (or without one) its state."""
    if figure.value is not None and indicator is not None:
        return amount(figure.value, indicator.decimals) + indicator.unit
    return state_words(figure)
