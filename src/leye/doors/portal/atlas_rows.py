"""The lines of a map: a figure for each place with its changes, in words and in order."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property

from leye.analysis.metrics.labels import place_label
from leye.analysis.metrics.register_figures import (
    RegisterFigure,
    RegisterFigures,
    RegisterIndicator,
)
from leye.data.reference import places
from leye.data.registers.map_places import PARK_PREFIX
from leye.doors.portal.atlas_state import MONTHS_BACK, AtlasState
from leye.doors.portal.atlas_words import (
    STATE_WORDS,
    ChangeWords,
    bound_words,
    change_words,
    measured,
    pattern_of,
    value_words,
)
from leye.doors.web.maps import Mark
from leye.doors.web.shades import HIDDEN, SET_APART, LegendEntry, Shading, diverging, ordered

_LEGEND_WORDS = {
    **{shade: words for shade, words in STATE_WORDS.items() if shade != SET_APART},
    HIDDEN: "已隐去（少于5，或能推算出少于5的数）",
}
_NOT_COMPARED = "无法比较（没有上一个数，或者已隐去）"
_SMALL_BEFORE = "上一个数不到30（只写增减，不分颜色）"
_UNKNOWN = {"county": "县（市、区）不详", "town": "乡镇（街道）不详", "village": "村（社区）不详"}


class Row:
    """A place's line: its figure, its changes, and all in words, worked out when asked for.

    ``on_map`` is False for what lies in no place of the list: 不详, 市外. ``measured`` is the value
    as it is shown, None where there is none. ``rank`` and ``bar`` (0 to 100) are set by
    ``arranged``.
    """

    def __init__(
        self,
        figures: RegisterFigures,
        figure: RegisterFigure,
        state: AtlasState,
        link: Callable[[str], str],
    ) -> None:
        self.figure = figure
        self.place = figure.place
        self.on_map = is_listed(figure.place, state.level)
        self.measured = measured(figure, state.indicator)
        self.rank: int | None = None
        self.bar = 0
        self._figures = figures
        self._state = state
        self._link = link

    @property
    def name(self) -> str:
        """What the place is called; what is known of the layer's own place alone is 不详."""
        return place_name(self.place, self._state)

    @property
    def within(self) -> str:
        """The name of the place above, blank where that is the layer's own."""
        above = places().get(self.place).parent if self.place in places() else None
        if above in (None, self._state.place) or not self.on_map:
            return ""
        return place_label(above)

    @property
    def url(self) -> str:
        """The address of the place's own page, blank for what lies in none."""
        return self._link(self.place) if self.on_map else ""

    @property
    def value(self) -> str:
        """The value in words, without its unit, or the state the figure is in."""
        return value_words(self.figure, self._state.indicator)

    @cached_property
    def month(self) -> ChangeWords:
        """The change against last month."""
        return self._change(MONTHS_BACK["month"])

    @cached_property
    def year(self) -> ChangeWords:
        """The change against the same month a year ago."""
        return self._change(MONTHS_BACK["year"])

    def change(self, by: str) -> ChangeWords:
        """Give the change against last ``month``, or the same month of last ``year``."""
        return self.month if by == "month" else self.year

    def by(self, color: str) -> Decimal | None:
        """Give what the line is compared by: its ``value``, or one of its changes."""
        return self.measured if color == "value" else self.change(color).measured

    def _change(self, back: int) -> ChangeWords:
        found = self._figures.change(self.figure, months_back=back, **self._state.cut)
        return change_words(found, self._state.indicator)


def rows_of(figures: RegisterFigures, state: AtlasState, base: str = "") -> tuple[Row, ...]:
    """Give a line for each place of the layer, as it comes; ``base`` is the address of the map."""
    if not state.level:
        return ()
    found = figures.layer(
        state.indicator.code,
        parent=state.place,
        level=state.level,
        month=state.month,
        **state.cut,
    )
    link = state.link(base)
    return tuple(Row(figures, figure, state, link) for figure in found)


def own_row(figures: RegisterFigures, state: AtlasState) -> Row:
    """Give the line of the place itself."""
    figure = figures.value(state.indicator.code, place=state.place, month=state.month, **state.cut)
    return Row(figures, figure, state, state.link(""))


def arranged(rows: Iterable[Row], sort: str) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Give the places in the order asked for, ranked by value, and apart what lies in none.

    What has no value comes last whichever way round.
    """
    every = tuple(rows)
    listed = _ranked([row for row in every if row.on_map])
    apart = tuple(row for row in every if not row.on_map)
    key, backward = sort.removeprefix("-"), sort.startswith("-")
    if key == "name":
        ordered_rows = sorted(listed, key=lambda row: row.place, reverse=backward)
        return tuple(ordered_rows), apart
    measured = [(row.by(key), row) for row in listed]
    held = [(value, row) for value, row in measured if value is not None]
    held.sort(key=lambda pair: (pair[0] if backward else -pair[0], pair[1].place))
    rest = [row for value, row in measured if value is None]
    return (*(row for _, row in held), *rest), apart


def shading_of(rows: Sequence[Row], color: str) -> Shading:
    """Give the classes of the places' values, or of their changes."""
    values = [value for row in rows if row.on_map and (value := row.by(color)) is not None]
    return ordered(values) if color == "value" else diverging(values)


def marks_of(rows: Iterable[Row], shading: Shading, color: str) -> tuple[Mark, ...]:
    """Give what a map draws of each place."""
    return tuple(_mark(row, shading, color) for row in rows if row.on_map)


def legend_of(
    rows: Iterable[Row], shading: Shading, color: str, indicator: RegisterIndicator
) -> tuple[LegendEntry, ...]:
    """Give the classes with their bounds, and the patterns of the states that occur."""
    entries = shading.legend(lambda value: bound_words(value, color, indicator))
    located = [row for row in rows if row.on_map]
    found = {shade_of(row, shading, color) for row in located}
    states = [LegendEntry(shade, words) for shade, words in _LEGEND_WORDS.items() if shade in found]
    apart = [row for row in located if shade_of(row, shading, color) == SET_APART]
    if words := _apart_words(apart, color):
        states.append(LegendEntry(SET_APART, words))
    return (*entries, *states)


def shade_of(row: Row, shading: Shading, color: str) -> str:
    """Give the shade of a line: of its class, or the pattern of the state it is in."""
    value = row.by(color)
    return pattern_of(row.figure) if value is None else shading.shade_of(value)


def place_name(place: str, state: AtlasState) -> str:
    """Give what a line of the layer is called; what is known of the parent alone is 不详."""
    if place == "" or (place == state.place and state.level in _UNKNOWN):
        return _UNKNOWN[state.level]
    if state.level in ("town", "village") and _coarser(place, state.level):
        return f"{place_label(place)}：{_UNKNOWN[state.level]}"
    return place_label(place)


def is_listed(place: str, level: str) -> bool:
    """Whether a line of a layer is of a place of its level, not of what nobody knows closer."""
    if place.startswith(PARK_PREFIX):
        return True
    return place in places() and places().get(place).level == level


def _coarser(place: str, level: str) -> bool:
    return len(place) < {"town": 9, "village": 12}.get(level, 0)


def _ranked(rows: list[Row]) -> list[Row]:
    """Give each its rank by value and a bar; equal values share a rank."""
    values = sorted((row.measured for row in rows if row.measured is not None), reverse=True)
    most = max(map(abs, values), default=Decimal(0))
    ranks: dict[Decimal, int] = {}
    for number, value in enumerate(values, 1):
        ranks.setdefault(value, number)
    for row in rows:
        if row.measured is not None:
            row.rank = ranks[row.measured]
            row.bar = int(100 * max(row.measured, Decimal(0)) / most) if most else 0
    return rows


def _apart_words(rows: Iterable[Row], color: str) -> str:
    """Say why places have a value and no color: one of two reasons, or both."""
    reasons = {_NOT_COMPARED if row.change(color).is_none else _SMALL_BEFORE for row in rows}
    return "；".join(sorted(reasons, reverse=True))


def _mark(row: Row, shading: Shading, color: str) -> Mark:
    words = row.value
    if color != "value" and row.measured is not None:
        held = row.change(color)
        words = STATE_WORDS[SET_APART] if held.is_none else held.short
    return Mark(
        place=row.place,
        name=row.name,
        # A tile has room for 均在业, its table says 按定义均在业.
        value=words.removeprefix("按定义") if row.figure.settled else words,
        spoken=f"{row.name}：{words}",
        shade=shade_of(row, shading, color),
        url=row.url,
    )
