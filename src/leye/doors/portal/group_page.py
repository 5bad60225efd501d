"""The pages of the key groups (重点群体): all of them, and one by place, people and month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from leye.analysis.metrics.labels import axis_label, code_label, place_label
from leye.analysis.metrics.register_figures import (
    RegisterFigure,
    RegisterFigures,
    RegisterIndicator,
    register_catalogue,
)
from leye.data.reference import key_groups, places
from leye.data.reference.classification import Entry
from leye.doors.portal.atlas_words import change_words, measured, value_words
from leye.doors.portal.chart_pair import ChartPair, chart_pair, points
from leye.doors.portal.region import region_parts
from leye.doors.web.charts import Line
from leye.doors.web.maps import month_label
from leye.kernel.errors import UnknownCode, near_matches
from leye.kernel.place import PlaceLevel

COLUMNS: Mapping[str, str] = {
    "population_16_plus": "规模",
    "employed": "就业",
    "employment_rate": "就业率",
    "unemployed": "失业",
    "unknown_status": "情况不明",
    "became_unknown": "失去线索",
}
"""The figures of the tables, each with the word at its head."""

FACTS = (
    "population_16_plus",
    "employed",
    "employment_rate",
    "unemployed_registered",
    "unemployed_looking",
    "unknown_status",
    "became_unknown",
    "entered_work",
    "left_work",
)
"""The figures at the head of a group's page."""

AXES = ("age", "sex", "education")
TREND = 13


@dataclass(frozen=True, slots=True)
class Value:
    """A figure in words; ``known`` is False for one that is hidden or was never delivered."""

    words: str
    known: bool


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A line of a table: its name, where it leads, and a value for each of ``COLUMNS``."""

    name: str
    url: str
    values: tuple[Value, ...]
    change: str = ""


@dataclass(frozen=True, slots=True)
class GroupCut:
    """A key group, at a place, in a month."""

    group: str
    place: str
    month: int


def columns() -> list[dict[str, str]]:
    """Give the columns: the word at the head, the unit, and the definition."""
    return [
        {
            "words": words,
            "unit": _unit(code),
            "name": _indicator(code).name,
            "definition": _indicator(code).definition,
        }
        for code, words in COLUMNS.items()
    ]


def group_of(code: str) -> Entry:
    """Give a key group.

    :raises UnknownCode: there is no such group.
    """
    if code not in key_groups():
        known = [entry.code for entry in key_groups().entries]
        raise UnknownCode("重点群体", code, near=near_matches(code, known))
    return key_groups().get(code)


def group_lines(figures: RegisterFigures, *, place: str, month: int) -> list[GroupLine]:
    """Give a line for each of the groups, in the order of the reference list."""
    query = _query(place, month)
    return [
        GroupLine(
            entry.name,
            f"{reverse('registers:group', args=[entry.code])}?{query}",
            _values(figures, place=place, month=month, group=entry.code),
            _change(figures, place=place, month=month, group=entry.code),
        )
        for entry in key_groups().entries
    ]


def place_lines(figures: RegisterFigures, cut: GroupCut) -> list[GroupLine]:
    """Give a line for each place inside the city or county, with those of no known place last."""
    level = "county" if cut.place == settings.LEYE_CITY else "town"
    layers = [
        figures.layer(code, parent=cut.place, level=level, month=cut.month, group=cut.group)
        for code in COLUMNS
    ]
    base = reverse("registers:group", args=[cut.group])
    found = []
    for every in zip(*layers, strict=True):
        code = every[0].place
        url = f"{base}?{_query(code, cut.month)}" if _is_county(code) and level == "county" else ""
        found.append(GroupLine(_place_words(code, cut.place), url, tuple(map(_value, every))))
    return found


def axis_tables(figures: RegisterFigures, cut: GroupCut) -> list[tuple[str, list[GroupLine]]]:
    """Give a table by age, one by sex and one by education, each with its name."""
    return [(axis_label(axis), _by_code(figures, axis, cut)) for axis in AXES]


def fact_lines(figures: RegisterFigures, cut: GroupCut) -> list[dict[str, Any]]:
    """Give the figures at the head, each with its changes and its definition."""
    found = []
    for code in FACTS:
        figure = figures.value(code, place=cut.place, month=cut.month, group=cut.group)
        indicator = _indicator(code)
        found.append(
            {
                "name": indicator.name,
                "value": _value(figure),
                "unit": indicator.unit,
                "month": str(_changed(figures, figure, 1, cut.group)),
                "year": str(_changed(figures, figure, 12, cut.group)),
                "definition": indicator.definition,
            }
        )
    return found


def trend(
    figures: RegisterFigures, *, group: str, place: str
) -> tuple[ChartPair | None, list[GroupLine]]:
    """Give the employment rate as a chart, and the table of the latest months."""
    months = figures.months[-TREND:]
    series = [figures.series(code, place=place, months=months, group=group) for code in COLUMNS]
    rows = [
        GroupLine(month_label(every[0].month), "", tuple(map(_value, every)))
        for every in zip(*series, strict=True)
    ]
    rate = _indicator("employment_rate")
    rates = series[list(COLUMNS).index(rate.code)]
    line = Line(rate.name, 1, points((each.month, measured(each, rate)) for each in rates))
    return chart_pair([line], unit=rate.unit), rows[::-1]


def people_query(cut: GroupCut, *, status: str = "") -> str:
    """Give the address of the list of these people."""
    given = {"group": cut.group, "status": status, "place": cut.place, "month": str(cut.month)}
    return urlencode({key: value for key, value in given.items() if value})


def export_cells(
    figures: RegisterFigures, groups: Sequence[Entry], *, place: str, month: int
) -> list[tuple[Any, ...]]:
    """Give the figures of groups as lines of a sheet: the values themselves, None for none."""
    return [
        (
            f"{month // 100}-{month % 100:02}",
            place,
            place_label(place),
            entry.code,
            entry.name,
            *(
                measured(
                    figures.value(code, place=place, month=month, group=entry.code),
                    _indicator(code),
                )
                for code in COLUMNS
            ),
        )
        for entry in groups
    ]


def export_header() -> tuple[str, ...]:
    """Give the heads of ``export_cells``."""
    heads = (f"{words}（{_unit(code)}）" for code, words in COLUMNS.items())
    return ("月份", "地区代码", "地区", "群体代码", "重点群体", *heads)


def detail_cells(tables: Iterable[tuple[str, Sequence[GroupLine]]]) -> list[tuple[str, ...]]:
    """Give the tables of a group's page as lines of a sheet, as the page words them."""
    return [
        (name, line.name, *(value.words for value in line.values))
        for name, lines in tables
        for line in lines
    ]


def detail_header() -> tuple[str, ...]:
    """Give the heads of ``detail_cells``."""
    heads = (f"{words}（{_unit(code)}）" for code, words in COLUMNS.items())
    return ("分类", "项目", *heads)


def _by_code(figures: RegisterFigures, axis: str, cut: GroupCut) -> list[GroupLine]:
    found = [
        figures.by_code(code, place=cut.place, month=cut.month, axis=axis, group=cut.group)
        for code in COLUMNS
    ]
    codes = sorted({code for each in found for code in each}, key=lambda code: (code == "", code))
    return [
        GroupLine(
            code_label(axis, code),
            "",
            tuple(
                _value(each[code]) if code in each else Value("—", known=False) for each in found
            ),
        )
        for code in codes
    ]


def _values(figures: RegisterFigures, *, place: str, month: int, group: str) -> tuple[Value, ...]:
    every = (figures.value(code, place=place, month=month, group=group) for code in COLUMNS)
    return tuple(map(_value, every))


def _value(figure: RegisterFigure) -> Value:
    return Value(value_words(figure, _indicator(figure.indicator)), figure.value is not None)


def _change(figures: RegisterFigures, *, place: str, month: int, group: str) -> str:
    rate = figures.value("employment_rate", place=place, month=month, group=group)
    return str(_changed(figures, rate, 1, group))


def _changed(figures: RegisterFigures, figure: RegisterFigure, back: int, group: str) -> object:
    found = figures.change(figure, months_back=back, group=group)
    return change_words(found, _indicator(figure.indicator))


def _place_words(code: str, parent: str) -> str:
    if code == parent:
        return "乡镇（街道）不详"
    return "县（市、区）不详" if code == "" else place_label(code)


def _is_county(code: str) -> bool:
    return code in places() and places().get(code).level is PlaceLevel.COUNTY


def _query(place: str, month: int) -> str:
    return urlencode({key: value for key, value in region_parts(place, month).items() if value})


def _unit(code: str) -> str:
    return _indicator(code).unit


def _indicator(code: str) -> RegisterIndicator:
    return register_catalogue().get(code)
