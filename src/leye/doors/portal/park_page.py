"""The parks of the 1+N park platform: each at a glance, and one over the months."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from leye.analysis.metrics.labels import code_label
from leye.analysis.metrics.register_figures import (
    RegisterFigure,
    RegisterFigures,
    RegisterIndicator,
    register_catalogue,
)
from leye.data.registers.map_places import PARK_PREFIX
from leye.doors.portal.atlas_words import change_words, measured, value_words
from leye.doors.portal.chart_pair import ChartPair, chart_pair, points
from leye.doors.portal.group_page import Value
from leye.doors.web.charts import Line
from leye.doors.web.maps import month_label

COLUMNS: Mapping[str, str] = {
    "firms_active": "企业",
    "jobs_insured": "参保岗位",
    "hires": "新进",
    "separations": "离职",
    "electricity": "用电量",
}
FACTS = (
    "firms_active",
    "jobs_insured",
    "jobs_year_growth",
    "hires",
    "separations",
    "payroll_per_person",
    "electricity",
    "electricity_per_job",
)


@dataclass(frozen=True, slots=True)
class ParkLine:
    """A park, a month or a branch of industry: a value for each of ``COLUMNS``.

    ``jobs`` and ``power`` are the changes of jobs and electricity against last year.
    """

    name: str
    url: str
    exact: bool
    values: tuple[Value, ...]
    jobs: str
    power: str

    @property
    def labelled(self) -> tuple[tuple[str, str, Value], ...]:
        """The values, each with the word at the head of its column and its unit."""
        units = (_indicator(code).unit for code in COLUMNS)
        return tuple(zip(COLUMNS.values(), units, self.values, strict=True))


def columns() -> list[dict[str, str]]:
    """Give the columns: the word at the head, unit, name and definition."""
    return [_column(code, words) for code, words in COLUMNS.items()]


def park_line(figures: RegisterFigures, park: str, month: int) -> ParkLine:
    """Give a park's line; ``park`` is its place, with ``park:``."""
    name = park.removeprefix(PARK_PREFIX)
    found = {code: figures.value(code, place=park, month=month) for code in COLUMNS}
    url = f"{reverse('registers:park', args=[name])}?m={month}"
    return _line(figures, found, name=name, url=url)


def month_lines(figures: RegisterFigures, park: str, months: tuple[int, ...]) -> list[ParkLine]:
    """Give a park's months, the latest first."""
    return [
        _line(
            figures,
            {code: figures.value(code, place=park, month=month) for code in COLUMNS},
            name=month_label(month),
        )
        for month in reversed(months)
    ]


def industry_lines(figures: RegisterFigures, park: str, month: int) -> list[ParkLine]:
    """Give a park's branches of industry, as far as they are told apart."""
    found = {
        code: figures.by_code(code, place=park, month=month, axis="industry") for code in COLUMNS
    }
    codes = sorted(
        {key for each in found.values() for key in each}, key=lambda key: (key == "", key)
    )
    return [
        ParkLine(
            code_label("industry", key),
            "",
            exact=not figures.protected,
            values=tuple(_value(each.get(key)) for each in found.values()),
            jobs=_since(figures, found["jobs_insured"].get(key), axis="industry", code=key),
            power=_since(figures, found["electricity"].get(key), axis="industry", code=key),
        )
        for key in codes
    ]


def fact_lines(figures: RegisterFigures, park: str, month: int) -> list[dict[str, Any]]:
    """Give the figures at the head, each with its changes."""
    found = []
    for code in FACTS:
        figure = figures.value(code, place=park, month=month)
        found.append(
            {
                "name": _indicator(code).name,
                "value": _value(figure),
                "unit": _indicator(code).unit,
                "month": str(change_words(figures.change(figure, months_back=1), _indicator(code))),
                "year": _since(figures, figure),
                "definition": _indicator(code).definition,
            }
        )
    return found


def charts_of(
    figures: RegisterFigures, park: str, months: tuple[int, ...]
) -> dict[str, ChartPair | None]:
    """Give the charts of jobs, of hires and separations, and of electricity."""

    def line(code: str, style: int) -> Line:
        indicator = _indicator(code)
        series = figures.series(code, place=park, months=months)
        values = points((each.month, measured(each, indicator)) for each in series)
        return Line(f"{indicator.name}（{indicator.unit}）", style, values)

    return {
        "jobs": chart_pair([line("jobs_insured", 1)]),
        "moves": chart_pair([line("hires", 1), line("separations", 2)]),
        "power": chart_pair([line("electricity", 1)]),
    }


def export_cells(
    figures: RegisterFigures, park: str, months: tuple[int, ...]
) -> list[tuple[Any, ...]]:
    """Give a park's months as lines of a sheet: the values themselves, None for none."""
    return [
        (
            f"{month // 100}-{month % 100:02}",
            park.removeprefix(PARK_PREFIX),
            *(
                measured(figures.value(code, place=park, month=month), _indicator(code))
                for code in COLUMNS
            ),
            "公开版" if figures.protected else "内部版",
        )
        for month in months
    ]


def export_header() -> tuple[str, ...]:
    """Give the heads of ``export_cells``."""
    heads = (f"{each['name']}（{each['unit']}）" for each in columns())
    return ("月份", "园区", *heads, "版本类型")


def export_notes(release: int) -> list[tuple[str, str]]:
    """Give what a reader of the file must know."""
    return [
        *((each["name"], each["definition"]) for each in columns()),
        ("数据版本", f"第 {release} 版"),
        ("空白", "未填报，或者能推算出单个企业、少于5人而隐去，不是零"),
    ]


def _line(
    figures: RegisterFigures, found: Mapping[str, RegisterFigure], *, name: str, url: str = ""
) -> ParkLine:
    return ParkLine(
        name,
        url,
        exact=not figures.protected,
        values=tuple(map(_value, found.values())),
        jobs=_since(figures, found["jobs_insured"]),
        power=_since(figures, found["electricity"]),
    )


def _since(figures: RegisterFigures, figure: RegisterFigure | None, **cut: str) -> str:
    """Give the change against last year in words."""
    if figure is None:
        return "—"
    found = figures.change(figure, months_back=12, **cut)
    return str(change_words(found, _indicator(figure.indicator)))


def _value(figure: RegisterFigure | None) -> Value:
    if figure is None:
        return Value("—", known=False)
    return Value(value_words(figure, _indicator(figure.indicator)), figure.value is not None)


def _column(code: str, words: str) -> dict[str, str]:
    indicator = _indicator(code)
    return {
        "words": words,
        "unit": indicator.unit,
        "name": indicator.name,
        "definition": indicator.definition,
    }


def _indicator(code: str) -> RegisterIndicator:
    return register_catalogue().get(code)
