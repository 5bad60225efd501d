"""The Spring Festival pulse as a chart and a table."""

from collections.abc import Iterable
from dataclasses import dataclass

from leye.analysis.atlas.flow_pulse import PulseMonth
from leye.analysis.atlas.flow_tables import Total
from leye.analysis.metrics.register_figures import (
    RegisterFigure,
    RegisterFigures,
    RegisterIndicator,
    register_catalogue,
)
from leye.data.reference import calendar
from leye.data.reference.calendar import NoArrangement
from leye.doors.portal.atlas_words import value_words
from leye.doors.portal.chart_pair import chart_pair, ordinal, points
from leye.doors.portal.flow_page import pulse_of, total_words
from leye.doors.web.charts import Line
from leye.doors.web.maps import month_label
from leye.kernel.months import month_of

STOCK = "migrant"


@dataclass(frozen=True, slots=True)
class PulseRow:
    """A month in words."""

    month: str
    festival: bool
    out: str
    back: str
    stock: str
    left: str
    returned: str


def pulse_context(figures: RegisterFigures, place: str) -> dict[str, object]:
    """Give the charts, wide and narrow, and the table of the pulse; None where nothing is known."""
    months = pulse_of(figures.served, place, protected=figures.protected)
    stock = figures.series(STOCK, place=place, months=[each.month for each in months])
    marks = [(ordinal(each), "春节") for each in festival_months(each.month for each in months)]
    trips = (
        Line("出市人次", 1, points((each.month, _known_total(each.out)) for each in months)),
        Line("回市人次", 2, points((each.month, _known_total(each.back)) for each in months)),
    )
    away = Line(_indicator().name, 3, points((each.month, each.value) for each in stock))
    return {
        "trips": chart_pair(trips, marks=marks),
        "away": chart_pair((away,), marks=marks),
        "pulse_rows": [
            _row(each, figure) for each, figure in reversed(list(zip(months, stock, strict=True)))
        ],
        "pulse_few": len(months) < 13,
    }


def festival_months(months: Iterable[int]) -> tuple[int, ...]:
    """Give those of the months in which a Spring Festival falls, where its date is known."""
    known = set(months)
    found = []
    for year in sorted({month // 100 for month in known}):
        try:
            found.append(month_of(calendar().spring_festival(year)))
        except NoArrangement:
            continue
    return tuple(month for month in found if month in known)


def _known_total(total: Total | None) -> int | None:
    """Give a sum to draw; one that lacks hidden numbers would draw changes that are none."""
    return None if total is None or total.hidden else total.persons


def _row(month: PulseMonth, stock: RegisterFigure) -> PulseRow:
    return PulseRow(
        month=month_label(month.month),
        festival=bool(festival_months([month.month])),
        out=_known(month.out),
        back=_known(month.back),
        stock=value_words(stock, _indicator()),
        left=total_words(month.left),
        returned=total_words(month.returned),
    )


def _known(total: Total | None) -> str:
    return "未填报" if total is None else total_words(total)


def _indicator() -> RegisterIndicator:
    return register_catalogue().get(STOCK)
