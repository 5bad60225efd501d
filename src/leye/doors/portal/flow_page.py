"""The page of flows put together: diagram, tables and pulse in words, for one state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from django.conf import settings

from leye.analysis.atlas.flow_kinds import Drawing, FlowKind, flow_kinds
from leye.analysis.atlas.flow_pulse import PulseMonth, pulse
from leye.analysis.atlas.flow_tables import FlowEnd, FlowLine, FlowTable, Total, flow_table
from leye.analysis.metrics.labels import place_label
from leye.analysis.metrics.register_types import share_of_change
from leye.data.registers.codes import EMPLOYED, STATUS, UNEMPLOYED
from leye.data.registers.flows import ABSENT
from leye.data.registers.queries.served import Served
from leye.doors.portal.atlas_choices import month_options
from leye.doors.portal.atlas_words import share_words
from leye.doors.portal.flow_state import VIEWS, FlowState, last_page
from leye.doors.portal.region import compared_words, months_list, region_options
from leye.doors.web.flow_bands import BandDrawing, Carried, draw_bands
from leye.doors.web.flow_lines import MOST, LineDrawing, Way, draw_lines
from leye.doors.web.maps import month_label
from leye.doors.web.templatetags.web import amount

PAGE_LINES = 50
HIDDEN, NONE = "已隐去", "—"


@dataclass(frozen=True, slots=True)
class LineRow:
    """A flow in words; ``number`` is its place in the ranking, None for those who stayed."""

    number: int | None
    origin: str
    destination: str
    persons: str
    share: str
    month: str
    year: str


@dataclass(frozen=True, slots=True)
class EndRow:
    """An end in words."""

    name: str
    out: str
    into: str
    net: str
    change: str
    stayed: str


def page_context(copy: Served, state: FlowState, *, protected: bool) -> dict[str, object]:
    """Give all that the template of the page shows."""
    table = flow_table(
        copy, state.month, kind=state.kind.code, place=state.place, protected=protected
    )
    rows = line_rows(table, state.kind)
    ends = end_rows(table, state.kind)
    state = replace(state, page=last_page(state.page, len(rows), PAGE_LINES))
    start = (state.page - 1) * PAGE_LINES
    return {
        "state": state,
        "kind": state.kind,
        "title": title_of(state),
        "place_words": place_label(state.place),
        "month_words": month_label(state.month),
        "kinds": [
            (f"?{state.with_kind(kind).query}", kind.name, kind.code == state.kind.code)
            for kind in flow_kinds().values()
        ],
        "views": [
            (f"?{state.with_view(view).query}", words, view == state.view)
            for view, words in VIEWS.items()
        ],
        "place_options": region_options(state.place),
        "month_options": month_options(copy, state.month),
        "months": months_list(copy, state.month, f"?{_without_month(state)}&m="),
        "table": table,
        "why_none": why_none(copy, state, table),
        "compared": compared_words(copy, state.month),
        "moved": total_words(table.moved),
        "moved_month": change_of(table.moved, table.moved_last_month),
        "moved_year": change_of(table.moved, table.moved_last_year),
        "rows": rows[start : start + PAGE_LINES] if state.view == "list" else (),
        "count": len(table.lines),
        "hidden_lines": len(table.lines) - len(rows),
        "before": _turned(state, -1) if start else "",
        "after": _turned(state, 1) if start + PAGE_LINES < len(rows) else "",
        "matrix": matrix_of(table, state.kind) if state.view == "matrix" else None,
        "ends": ends if state.view == "ends" else (),
        "hidden_ends": len(table.ends) - len(ends),
        "stays": stay_rows(table, state.kind),
        "hidden_stays": sum(each.persons is None for each in table.stays),
        "bands": bands_of(table, state.kind),
        "bands_narrow": bands_of(table, state.kind, narrow=True),
        "lines": lines_of(table, state),
        "most": MOST,
        "release": copy.release,
    }


def title_of(state: FlowState) -> str:
    """Give what the page shows in words: place, kind, month."""
    return f"{place_label(state.place)}{state.kind.title}，{month_label(state.month)}"


def why_none(copy: Served, state: FlowState, table: FlowTable) -> str:
    """Say why there is no flow to show, blank where there is one."""
    if table.lines or table.stays:
        return ""
    if state.kind.looks_back and state.month == copy.months[0]:
        return "这是最早的一个月，没有上月可比，看不出谁变了。请看后面的月份。"
    if state.kind.code == "mobile":
        return "这个月没有收到通信企业的手机信令汇总，不是没有人流动。"
    return "这个月没有人在两处之间流动，或者没有部门报送。"


def line_rows(table: FlowTable, kind: FlowKind) -> tuple[LineRow, ...]:
    """Give the ranking, the largest first; what is hidden, and staying, is not in it."""
    shown = (each for each in table.lines if each.persons is not None)
    return tuple(_row(number, each, kind) for number, each in enumerate(shown, 1))


def stay_rows(table: FlowTable, kind: FlowKind) -> tuple[LineRow, ...]:
    """Give those who stayed where they were, as far as they are shown."""
    return tuple(_row(None, each, kind) for each in table.stays if each.persons is not None)


def end_rows(table: FlowTable, kind: FlowKind) -> tuple[EndRow, ...]:
    """Give the totals by end of which any number is shown, the busiest first."""
    return tuple(_end(each, kind) for each in table.ends if _is_shown(each))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Origins down, destinations across; a blank is nobody."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def matrix_of(table: FlowTable, kind: FlowKind) -> Matrix:
    """Give every flow in its row and column, staying included."""
    every = {(each.origin, each.destination): each for each in (*table.lines, *table.stays)}
    order = _order(kind)
    origins = _sorted({origin for origin, _ in every}, order)
    destinations = _sorted({to for _, to in every}, order)
    return Matrix(
        tuple(kind.destination_label(code) for code in destinations),
        tuple(
            (
                kind.origin_label(origin),
                tuple(_cell(every.get((origin, to))) for to in destinations),
            )
            for origin in origins
        ),
    )


def bands_of(table: FlowTable, kind: FlowKind, *, narrow: bool = False) -> BandDrawing | None:
    """Draw flows between states; None for those between places."""
    if kind.drawing is not Drawing.BANDS:
        return None
    flows = [
        Carried(each.origin, each.destination, each.persons, spoken_of(each, kind))
        for each in table.lines
        if each.persons
    ]
    shape = {"width": 400, "beside": 104, "plot": 380} if narrow else {}
    return draw_bands(
        flows, name=kind.short if narrow else kind.label, shade=_shade, order=_order(kind), **shape
    )


def lines_of(table: FlowTable, state: FlowState) -> LineDrawing | None:
    """Draw the largest flows between places; None for those between states."""
    kind = state.kind
    if kind.drawing is not Drawing.LINES:
        return None
    ways = [
        Way(each.origin, each.destination, each.persons, spoken_of(each, kind))
        for each in table.lines
        if each.persons and (kind.draws_empty or (each.origin and each.destination))
    ]
    own = "" if state.place == settings.LEYE_CITY else state.place
    return draw_lines(ways, name=kind.label, own=own)


def spoken_of(line: FlowLine, kind: FlowKind) -> str:
    """Say a flow in one breath."""
    persons = HIDDEN if line.persons is None else f"{amount(line.persons)} {kind.unit}"
    origin, to = kind.origin_label(line.origin), kind.destination_label(line.destination)
    return f"{origin} → {to}：{persons}"


def total_words(total: Total | None) -> str:
    """Give a sum in words; where numbers are hidden it is a least one, and says so."""
    if total is None:
        return NONE
    if total.hidden and not total.persons:
        return HIDDEN
    return f"至少 {amount(total.persons)}" if total.hidden else amount(total.persons)


def change_of(now: Total, then: Total | None) -> str:
    """Give the change of a sum, with its share; a dash where either lacks a number."""
    if then is None or now.hidden or then.hidden:
        return NONE
    difference = now.persons - then.persons
    share = share_of_change(Decimal(difference), Decimal(then.persons))
    return signed(difference) + ("" if share is None else f"（{share_words(share)}）")


def signed(value: int | None) -> str:
    """Give a change with its sign; a dash where there is none to give."""
    if value is None:
        return NONE
    return f"+{amount(value)}" if value > 0 else amount(value)


@lru_cache(maxsize=64)
def pulse_of(copy: Served, place: str, *, protected: bool) -> tuple[PulseMonth, ...]:
    """Give the months of the pulse, kept: they are the same until the copy changes."""
    return pulse(copy, place=place, protected=protected)


def _is_shown(end: FlowEnd) -> bool:
    known = (end.stayed, end.out.persons, end.into.persons)
    return any(known) or not (end.out.hidden or end.into.hidden)


def _row(number: int | None, line: FlowLine, kind: FlowKind) -> LineRow:
    return LineRow(
        number=number,
        origin=kind.origin_label(line.origin),
        destination=kind.destination_label(line.destination),
        persons=amount(line.persons) if line.persons is not None else HIDDEN,
        share=NONE if line.share is None else f"{line.share * 100:.1f}%",
        month=signed(line.last_month),
        year=signed(line.last_year),
    )


def _end(end: FlowEnd, kind: FlowKind) -> EndRow:
    then = end.net_last_month
    change = None if end.net is None or then is None else end.net - then
    return EndRow(
        name=kind.label(end.code),
        out=total_words(end.out),
        into=total_words(end.into),
        net=signed(end.net),
        change=signed(change),
        stayed=NONE if end.stayed is None else amount(end.stayed),
    )


def _cell(line: FlowLine | None) -> str:
    if line is None:
        return ""
    return HIDDEN if line.persons is None else amount(line.persons)


def _order(kind: FlowKind) -> tuple[str, ...]:
    return (*STATUS, ABSENT) if kind.code == "status" else ()


def _sorted(codes: Iterable[str], order: tuple[str, ...]) -> list[str]:
    at: Mapping[str, int] = {code: number for number, code in enumerate(order)}
    return sorted(codes, key=lambda code: (at.get(code, len(at)), code == "", code))


def _shade(destination: str) -> str:
    """Give the class of a band by what it leads to: work, the search for it, or neither."""
    if destination in EMPLOYED or (len(destination) == 1 and destination.isupper()):
        return "band-work"
    return "band-search" if destination in UNEMPLOYED else "band-other"


def _turned(state: FlowState, step: int) -> str:
    return f"?{replace(state, page=state.page + step).query}"


def _without_month(state: FlowState) -> str:
    return "&".join(f"{key}={value}" for key, value in state.parts if key not in ("m", "n"))
