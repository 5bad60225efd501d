"""Figures of the registers as rows: in what words, in what order, as JSON or as CSV."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leye.analysis.metrics.labels import code_label, group_label, place_label
from leye.analysis.metrics.register_figures import register_catalogue
from leye.data.reference import places
from leye.data.registers.map_places import ALL, PARK_PREFIX
from leye.data.registers.queries.served import level_of
from leye.doors.api.register_asked import month_text, written
from leye.doors.api.register_reading import Cut, Given

_REST = {"county": "县（市、区）不详", "town": "乡镇（街道）不详", "village": "村（社区）不详"}
_FINEST = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure with the level it was asked at and the cut it was asked with."""

    given: Given
    level: str
    cut: Cut

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it one of its own in a list of one indicator and one group."""
        figure = self.given.figure
        return (str(figure.month), figure.place, self.cut.axis, self.cut.code)


def number_text(value: Decimal | None) -> str | None:
    """Write a number in full, to six places behind the point at most."""
    if value is None:
        return None
    rounded = f"{value.quantize(_FINEST):f}"
    return rounded.rstrip("0").rstrip(".")


def place_name(place: str, level: str) -> str:
    """Give what a place is called where places of a level are listed: the rest is 不详."""
    if is_listed(place, level):
        return place_label(place)
    known = place != "" and place in places() and level_of(place) != level
    if known:
        return f"{place_label(place)}：{_REST[level]}"
    return place_label(place)


def is_listed(place: str, level: str) -> bool:
    """Whether a place is one of the list of its level, and not what is known of none of them."""
    if place.startswith(PARK_PREFIX):
        return level == "park"
    return place in places() and level_of(place) == level


def row_body(row: FigureRow, release: int) -> dict[str, Any]:
    """Give a row as the API writes it."""
    figure, cut = row.given.figure, row.cut
    indicator = register_catalogue().get(figure.indicator)
    return {
        "indicator": indicator.code,
        "indicator_name": indicator.name,
        "month": month_text(figure.month),
        "level": row.level,
        "place": written(figure.place),
        "place_name": place_name(figure.place, row.level),
        "group": cut.group,
        "group_name": group_label(cut.group),
        "axis": cut.axis,
        "code": written(cut.code),
        "code_name": "合计" if cut.axis == ALL else code_label(cut.axis, cut.code),
        "value": number_text(figure.value),
        "unit": indicator.unit,
        "state": figure.state,
        "hidden": figure.hidden,
        "edition": row.given.edition,
        "data_version": release,
    }


def table_line(body: Mapping[str, Any], names: Iterable[str]) -> list[Any]:
    """Give the fields of a body as a line of a table: numbers as numbers."""
    return [_cell(name, body[name]) for name in names]


def _cell(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A text that begins with a minus would be kept from being run as a formula.
    return Decimal(value) if name == "value" and value is not None else value
