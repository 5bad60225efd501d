"""Flows between two columns of states as geometry: bands as thick as what they carry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_BAR, _GAP, _LEAST, _TOP = 14, 10, 26, 40


@dataclass(frozen=True, slots=True)
class Carried:
    """What one band carries from a state to a state, and what is said of it."""

    origin: str
    destination: str
    persons: int
    spoken: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A state at its side: the bar, the words beside it, and the number below them."""

    x: float
    y: float
    height: float
    text_x: float
    text_y: float
    anchor: str
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A band as a closed path; ``shade`` is a class of the style sheet, by where it leads."""

    path: str
    shade: str
    spoken: str


@dataclass(frozen=True, slots=True)
class BandDrawing:
    """The diagram in a box of ``width`` x ``height``; ``left_out`` says how many are too thin."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]
    left_out: int
    left_x: float
    right_x: float


def draw_bands(
    flows: Sequence[Carried],
    *,
    name: Callable[[str], str],
    shade: Callable[[str], str],
    order: Sequence[str] = (),
    width: int = 960,
    beside: int = 250,
    plot: int = 460,
    most: int = 40,
) -> BandDrawing | None:
    """Lay out the largest flows, ``most`` of them; None where nothing flows.

    States stand in the ``order`` given, others after them by what they carry. ``beside`` is the
    room for the words at either side, ``plot`` how high all bands are together.
    """
    drawn = sorted(flows, key=lambda each: -each.persons)[:most]
    carried = sum(each.persons for each in drawn)
    if not carried:
        return None
    scale = plot / carried
    left = _column(drawn, [each.origin for each in drawn], scale, order)
    right = _column(drawn, [each.destination for each in drawn], scale, order)
    left_x, right_x = float(beside), float(width - beside)
    ribbons = _ribbons(
        drawn, left, right, scale=scale, ends=(left_x + _BAR, right_x - _BAR), shade=shade
    )
    bars = (
        *(_bar(code, at, left_x, left_x - 8, "end", name) for code, at in left.items()),
        *(_bar(code, at, right_x - _BAR, right_x + 8, "start", name) for code, at in right.items()),
    )
    bottom = max(slot.bottom for slot in (*left.values(), *right.values()))
    return BandDrawing(
        width=width,
        height=int(bottom + 8),
        bars=bars,
        ribbons=ribbons,
        left_out=len(flows) - len(drawn),
        left_x=left_x,
        right_x=right_x,
    )


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a state stands: the top of its bar, how high that is, and where its room ends."""

    top: float
    height: float
    bottom: float
    persons: int


def _column(
    flows: Sequence[Carried], codes: Sequence[str], scale: float, order: Sequence[str]
) -> dict[str, _Slot]:
    sums: dict[str, int] = {}
    for code, flow in zip(codes, flows, strict=True):
        sums[code] = sums.get(code, 0) + flow.persons
    places = {code: number for number, code in enumerate(order)}
    listed = sorted(sums, key=lambda code: (places.get(code, len(places)), -sums[code], code))
    found: dict[str, _Slot] = {}
    top = float(_TOP)
    for code in listed:
        height = sums[code] * scale
        room = max(height, _LEAST)
        start = top + (room - height) / 2
        found[code] = _Slot(start, height, top + room, sums[code])
        top += room + _GAP
    return found


def _ribbons(
    flows: Sequence[Carried],
    left: Mapping[str, _Slot],
    right: Mapping[str, _Slot],
    *,
    scale: float,
    ends: tuple[float, float],
    shade: Callable[[str], str],
) -> tuple[Ribbon, ...]:
    ranks = {code: n for n, code in enumerate(right)}, {code: n for n, code in enumerate(left)}
    begins = _starts(flows, left, scale, lambda f: (f.origin, ranks[0][f.destination]))
    finishes = _starts(
        flows, right, scale, lambda f: (f.destination, ranks[1][f.origin]), at_end=True
    )
    x0, x1 = ends
    middle = (x0 + x1) / 2
    found = []
    for flow in flows:
        thick = flow.persons * scale
        a, b = begins[id(flow)], finishes[id(flow)]
        path = (
            f"M{x0:g} {a:.1f}C{middle:g} {a:.1f} {middle:g} {b:.1f} {x1:g} {b:.1f}"
            f"V{b + thick:.1f}C{middle:g} {b + thick:.1f} {middle:g} {a + thick:.1f} "
            f"{x0:g} {a + thick:.1f}Z"
        )
        found.append(Ribbon(path, shade(flow.destination), flow.spoken))
    return tuple(found)


def _starts(
    flows: Sequence[Carried],
    slots: Mapping[str, _Slot],
    scale: float,
    key: Callable[[Carried], tuple[str, int]],
    *,
    at_end: bool = False,
) -> dict[int, float]:
    """Give where each band begins on its bar, so that bands cross as little as can be."""
    used: dict[str, float] = {}
    found: dict[int, float] = {}
    for flow in sorted(flows, key=key):
        code = flow.destination if at_end else flow.origin
        found[id(flow)] = slots[code].top + used.get(code, 0.0)
        used[code] = used.get(code, 0.0) + flow.persons * scale
    return found


def _bar(
    code: str, slot: _Slot, x: float, text_x: float, anchor: str, name: Callable[[str], str]
) -> Bar:
    return Bar(
        x=x,
        y=round(slot.top, 1),
        height=round(max(slot.height, 1), 1),
        text_x=text_x,
        text_y=round(slot.top + slot.height / 2 + 5, 1),
        anchor=anchor,
        name=name(code),
        value=slot.persons,
    )
