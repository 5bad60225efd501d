"""The map page put together: lines, drawing, legend, links, for one state."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from leye.analysis.atlas import Boundaries
from leye.analysis.metrics.labels import (
    axis_label,
    code_label,
    group_label,
    level_label,
    place_label,
)
from leye.analysis.metrics.register_figures import RegisterFigures
from leye.analysis.metrics.settled import settled_lines
from leye.data.reference import places
from leye.data.registers.map_places import PARK_PREFIX
from leye.data.registers.queries.served import Served
from leye.doors.portal import atlas_choices as choices
from leye.doors.portal.atlas_rows import (
    Row,
    arranged,
    legend_of,
    marks_of,
    own_row,
    rows_of,
    shading_of,
)
from leye.doors.portal.atlas_state import MONTHS_BACK, AtlasState
from leye.doors.portal.atlas_words import BY_DIFFERENCE, change_unit
from leye.doors.portal.flow_state import last_page
from leye.doors.web.maps import MapDrawing, boundaries_for, draw_map, month_label
from leye.doors.web.shades import CHANGE_SHADES, LegendEntry
from leye.kernel.months import month_add

PAGE_ROWS = 100
DRAWN_LEVELS = ("county", "town")
"""The levels whose places have a place on a map; villages and parks have no coordinates."""
BASIS: Mapping[str, str] = {
    "residence": "人在哪里居住（常住地）",
    "workplace": "单位在哪里（工作地）",
    "market": "招聘、求职登记的工作地",
}
"""What the basis of an indicator is called."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A map with its lines: ``rows`` ranked, ``apart`` what lies in no place of the list.

    ``bars`` says that the lines carry bars, there being no map. ``before`` and ``after``
    are the addresses of the pages before and after, blank for none.
    """

    state: AtlasState
    own: Row
    rows: tuple[Row, ...]
    apart: tuple[Row, ...]
    total: int
    located: int
    drawing: MapDrawing | None
    legend: tuple[LegendEntry, ...]
    before: str
    after: str

    @property
    def bars(self) -> bool:
        """Whether lines carry bars, there being no map."""
        return self.drawing is None

    @property
    def color_note(self) -> str:
        """What the colors of the map stand for, as a sentence below it."""
        if self.state.color == "value":
            return f"单位：{self.state.indicator.unit}。"
        said = f"颜色表示{choices.COLORS[self.state.color]}"
        if any(entry.shade in CHANGE_SHADES for entry in self.legend):
            return f"{said}：棕色是减少，青色是增加。"
        return f"{said}，这里没有一处可以分颜色。"

    @property
    def order_note(self) -> str:
        """What the lines are put in order by where it is not what stands first in the column."""
        key = self.state.sort.removeprefix("-")
        if key not in MONTHS_BACK or self.state.indicator.unit in BY_DIFFERENCE:
            return ""
        return "变化按百分比排，没有百分比的在最后。"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the table: its words, where a click leads, and which way it is ordered."""

    words: str
    url: str
    sorted_as: str
    css: str


def layer_of(
    figures: RegisterFigures,
    state: AtlasState,
    *,
    outlines: Boundaries | None,
    base: str,
) -> Layer:
    """Put a layer together; ``base`` is the address its places are linked on."""
    listed, apart = arranged(rows_of(figures, state, base), state.sort)
    state = _within(state, len(listed))
    drawing: MapDrawing | None = None
    legend: tuple[LegendEntry, ...] = ()
    if state.level in DRAWN_LEVELS:
        shading = shading_of(listed, state.color)
        marks = marks_of(listed, shading, state.color)
        drawing = draw_map(marks, parent=state.place, outlines=outlines)
        legend = legend_of(listed, shading, state.color, state.indicator)
    start = (state.page - 1) * PAGE_ROWS
    return Layer(
        state=state,
        own=own_row(figures, state),
        rows=listed[start : start + PAGE_ROWS],
        apart=apart,
        total=len(listed),
        located=sum(row.figure.value is not None for row in listed),
        drawing=drawing,
        legend=legend,
        before=_page(state, -1) if state.page > 1 else "",
        after=_page(state, 1) if start + PAGE_ROWS < len(listed) else "",
    )


def page_context(
    request: HttpRequest, figures: RegisterFigures, copy: Served, state: AtlasState
) -> dict[str, object]:
    """Give all that the template of the map page shows."""
    base = reverse("portal:atlas")
    layer = layer_of(figures, state, outlines=boundaries_for(request), base=base)
    state = layer.state
    return {
        "state": state,
        "indicator": state.indicator,
        "layer": layer,
        "title": title_of(state),
        "cut_words": cut_words(state),
        "level_words": level_label(state.level) if state.level else "",
        "crumbs": crumbs_of(state, base, copy),
        "form": form_of(copy, state),
        "headings": headings_of(state),
        "months": months_of(copy, state),
        "before_words": before_words(copy, state),
        "basis_words": state.indicator.basis.label,
        "settled": settled_lines([state.indicator.code]),
        "month_words": month_label(state.month),
        "compare_query": compare_query(state),
        "address": request.build_absolute_uri(f"{base}?{state.query}"),
        "release": copy.release,
    }


def form_of(copy: Served, state: AtlasState) -> Mapping[str, str]:
    """Give the options of every select of the form."""
    return {
        "i": choices.indicator_options(state.indicator.code),
        "g": choices.group_options("" if state.group == choices.ALL else state.group),
        "by": choices.cut_options(copy, state.indicator.axes, state.by),
        "m": choices.month_options(copy, state.month),
        "l": choices.level_options(state.levels, state.level),
        "c": choices.color_options(state.color),
    }


def title_of(state: AtlasState) -> str:
    """Give what the page shows in words: place, level, indicator, month."""
    name = place_label(state.place)
    level = f"各{level_label(state.level)}" if state.level else ""
    return f"{name}{level}{state.indicator.name}，{month_label(state.month)}"


def cut_words(state: AtlasState) -> str:
    """Give the group and the value of an axis in words, blank for everybody."""
    words = []
    if state.group != choices.ALL:
        words.append(group_label(state.group))
    if state.axis != choices.ALL:
        words.append(f"{axis_label(state.axis)}：{code_label(state.axis, state.code)}")
    return "，".join(words)


def crumbs_of(state: AtlasState, base: str, copy: Served) -> list[tuple[str, str]]:
    """Give the way from the city to the place, each step with the state kept."""
    city = settings.LEYE_CITY
    if state.place.startswith(PARK_PREFIX):
        path = [city, *county_of_park(copy, state.place), state.place]
    else:
        path = [each.code for each in places().path(state.place) if each.code.startswith(city[:4])]
    return [
        (place_label(code), "" if code == state.place else f"{base}?{state.at(code).query}")
        for code in path
    ]


def county_of_park(copy: Served, park: str) -> list[str]:
    """Give the county a park lies in, or nothing where none is known."""
    return [
        county.code
        for county in places().children(settings.LEYE_CITY)
        if any(
            cell.place == park
            for cell in copy.children(
                copy.months[-1], parent=county.code, level="park", protected=True
            )
        )
    ][:1]


def headings_of(state: AtlasState) -> tuple[Heading, ...]:
    """Give the columns that can be sorted by, each leading to that order or its reverse."""
    changed = change_unit(state.indicator)
    unit = f"（{changed}）" if changed else ""
    return tuple(
        _heading(state, key, words, css)
        for key, words, css in (
            ("name", "地区", ""),
            (
                "value",
                f"数值（{state.indicator.unit}）" if state.indicator.unit else "数值",
                "number",
            ),
            ("month", f"比上月{unit}", "number"),
            ("year", f"比上年同月{unit}", "number phone-hide"),
        )
    )


def months_of(copy: Served, state: AtlasState) -> list[dict[str, object]]:
    """Give the months to choose from, each with its address and its words."""
    return [
        {
            "url": f"?{replace(state, month=month, page=1).query}",
            "label": month_label(month),
            "short": f"{month // 100}.{month % 100}",
            "current": month == state.month,
        }
        for month in copy.months
    ]


def compare_query(state: AtlasState) -> str:
    """Give the address of the place's months beside the place above it."""
    kept = {key: value for key, value in state.parts if key in ("i", "g", "by")}
    return urlencode({**kept, "a": state.place}, safe=":")


def before_words(copy: Served, state: AtlasState) -> str:
    """Say which months there are none to compare with, blank where there are both."""
    lacking = [
        words
        for back, words in ((1, "上月"), (12, "上年同月"))
        if month_add(state.month, -back) not in copy.months
    ]
    return f"没有{'和'.join(lacking)}的数，不能比较。" if lacking else ""


def _within(state: AtlasState, lines: int) -> AtlasState:
    """Give the last page, with a notice, where fewer lines are there than pages were asked for."""
    last = last_page(state.page, lines, PAGE_ROWS)
    if state.page == last:
        return state
    said = f"没有第 {state.page} 页，这里是最后一页（第 {last} 页）。"
    return replace(state, page=last, notices=(*state.notices, said))


def _heading(state: AtlasState, key: str, words: str, css: str) -> Heading:
    current = state.sort.removeprefix("-") == key
    backward = state.sort.startswith("-")
    rising = (key == "name") != backward
    target = f"-{key}" if current and not backward else key
    return Heading(
        words=words,
        url=f"?{replace(state, sort=target, page=1).query}",
        sorted_as=("ascending" if rising else "descending") if current else "",
        css=css,
    )


def _page(state: AtlasState, step: int) -> str:
    return f"?{replace(state, page=state.page + step).query}"
