"""A line chart twice: for wide windows, where two stand side by side, and for phones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from leye.doors.web.charts import Line, LineChart, line_chart

Points = tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class ChartPair:
    """The same lines laid out for a wide window and for a narrow one."""

    wide: LineChart
    narrow: LineChart


def chart_pair(
    lines: Iterable[Line], *, unit: str = "", marks: Sequence[tuple[int, str]] = ()
) -> ChartPair | None:
    """Lay out the lines that have two months at least; None where none has."""
    drawn = [line for line in lines if len(line.values) > 1]
    if not drawn:
        return None
    return ChartPair(
        wide=line_chart(drawn, unit=unit, breaks=marks, width=620, height=300),
        narrow=line_chart(drawn, unit=unit, breaks=marks, width=400, height=320),
    )


def ordinal(month: int) -> int:
    """Give a month as charts count them."""
    return month // 100 * 12 + month % 100 - 1


def points(values: Iterable[tuple[int, Decimal | int | None]]) -> Points:
    """Give the known values of months as charts take them."""
    return tuple((ordinal(month), Decimal(value)) for month, value in values if value is not None)
