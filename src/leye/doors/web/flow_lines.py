"""Flows between places as geometry: counties as tiles, what lies outside as points around them.

Lines bend to the right of their way, so that there and back are two lines. They are as wide as
what they carry; only the largest are drawn, each with the number of its line in the table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import atan2, cos, hypot, pi, radians, sin

from leye.analysis.atlas import tile_grid
from leye.analysis.atlas.elsewhere import elsewhere
from leye.doors.web.maps import TILE_HEIGHT, TILE_WIDTH

WIDTH, HEIGHT = 960, 680
_GAP, _WIDE_GAP = 14, 48
_RING_X, _RING_Y = 390, 285
_THIN, _THICK = 2.5, 15.0
_BEND, _APART = 0.18, 20
_NOT_KNOWN_AT, _OUTSIDE_AT = 215, 145
_LETTER, _ROOM = 26, 12
_HEAD, _NUMBER, _NAME_X, _NAME_Y = 9, 34, 54, 28
_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
MOST = 10

At = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Way:
    """How many go from a place to a place, and what is said of it."""

    origin: str
    destination: str
    persons: int
    spoken: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as drawn: a county's tile by its upper left corner, else a point by its middle."""

    code: str
    name: str
    x: float
    y: float
    is_tile: bool
    is_own: bool
    anchor: str = "middle"
    text_x: float = 0
    text_y: float = 0


@dataclass(frozen=True, slots=True)
class DrawnWay:
    """A line with its head, and the number at its middle."""

    path: str
    head: str
    width: float
    number: int
    x: float
    y: float
    spoken: str


@dataclass(frozen=True, slots=True)
class LineDrawing:
    """The diagram, in the units of ``view_box``."""

    spots: tuple[Spot, ...]
    ways: tuple[DrawnWay, ...]
    view_box: str

    tile_width = TILE_WIDTH
    tile_height = TILE_HEIGHT


def draw_lines(
    ways: Sequence[Way], *, name: Callable[[str], str], own: str = ""
) -> LineDrawing | None:
    """Lay out the largest flows, ``MOST`` of them, in the order given; None where there are none.

    ``own`` is the county the page is about, set apart from the others.
    """
    drawn = ways[:MOST]
    if not drawn:
        return None
    around = {code for way in drawn for code in (way.origin, way.destination)}
    around -= set(tile_grid().cells)
    # Between neighbors a number would hide a line as short as the narrow gap.
    tiles = _tiles(name, own, gap=_GAP if around else _WIDE_GAP)
    spots = tiles | _points(sorted(around), name)
    centers = {code: _center(spot) for code, spot in spots.items()}
    most = max(way.persons for way in drawn)
    names = [centers[code] for code, spot in spots.items() if spot.is_tile]
    numbers: list[At] = []
    found = []
    for number, way in enumerate(drawn, 1):
        curve = _curve(way, centers, spots, round(max(_THICK * way.persons / most, _THIN), 1))
        numbers.append(_free(curve, numbers, names))
        found.append(_way(curve, number, numbers[-1], way.spoken))
    return LineDrawing(tuple(spots.values()), tuple(found), _box(tuple(spots.values()), found))


def _box(spots: Sequence[Spot], ways: Sequence[DrawnWay]) -> str:
    """Give the box around everything drawn, with room for names and for the bends of lines."""
    tiles = [each for each in spots if each.is_tile]
    points = [each for each in spots if not each.is_tile]
    numbers = [(way.x, way.y) for way in ways]
    lefts = [each.x for each in tiles] + [x - 20 for x, _ in numbers]
    rights = [each.x + TILE_WIDTH for each in tiles] + [x + 20 for x, _ in numbers]
    for each in points:
        room = _LETTER * len(each.name) + 14
        lefts.append(each.x - {"start": 12, "end": room, "middle": room / 2}[each.anchor])
        rights.append(each.x + {"start": room, "end": 12, "middle": room / 2}[each.anchor])
    tops = (
        [each.y for each in tiles] + [each.y - 45 for each in points] + [y - 20 for _, y in numbers]
    )
    ends = [each.y + TILE_HEIGHT for each in tiles] + [each.y + 45 for each in points]
    ends += [y + 20 for _, y in numbers]
    left, top = min(lefts) - _ROOM, min(tops) - _ROOM
    return f"{left:.0f} {top:.0f} {max(rights) + _ROOM - left:.0f} {max(ends) + _ROOM - top:.0f}"


def _tiles(name: Callable[[str], str], own: str, *, gap: int) -> dict[str, Spot]:
    grid = tile_grid()
    wide, high = TILE_WIDTH + gap, TILE_HEIGHT + gap
    left = (WIDTH - grid.columns * wide + gap) / 2
    top = (HEIGHT - grid.rows * high + gap) / 2
    return {
        code: Spot(
            code,
            name(code),
            round(left + column * wide, 1),
            round(top + row * high, 1),
            is_tile=True,
            is_own=code == own,
        )
        for code, (column, row) in grid.cells.items()
    }


def _points(codes: Sequence[str], name: Callable[[str], str]) -> dict[str, Spot]:
    """Set places around the tiles by the way they lie, moved on where two lie the same way."""
    found: dict[str, Spot] = {}
    for at, code in _apart(sorted((_bearing(code), code) for code in codes)):
        x = WIDTH / 2 + _RING_X * sin(radians(at))
        y = HEIGHT / 2 - _RING_Y * cos(radians(at))
        side = sin(radians(at))
        anchor = "start" if side > 0.5 else "end" if side < -0.5 else "middle"
        below = 30 if cos(radians(at)) < 0 else -18
        found[code] = Spot(
            code,
            name(code),
            round(x, 1),
            round(y, 1),
            is_tile=False,
            is_own=False,
            anchor=anchor,
            text_x=round(x + {"start": 14, "end": -14, "middle": 0}[anchor], 1),
            text_y=round(y + (6 if anchor != "middle" else below), 1),
        )
    return found


def _bearing(code: str) -> int:
    known = elsewhere().get(code)
    if known:
        return known.bearing
    return _NOT_KNOWN_AT if code == "" else _OUTSIDE_AT


def _apart(wanted: Sequence[tuple[int, str]]) -> list[tuple[float, str]]:
    """Give each a bearing near its own, no two closer than names need, or evenly all around."""
    if not wanted:
        return []
    gap = min(float(_APART), 360 / len(wanted))
    found: list[tuple[float, str]] = []
    for bearing, code in wanted:
        least = found[-1][0] + gap if found else float(bearing)
        found.append((max(float(bearing), least), code))
    first = found[0][0]
    if found[-1][0] - first > 360 - gap:
        return [(first + gap * number, code) for number, (_, code) in enumerate(found)]
    return found


def _center(spot: Spot) -> At:
    if spot.is_tile:
        return spot.x + TILE_WIDTH / 2, spot.y + TILE_HEIGHT / 2
    return spot.x, spot.y


@dataclass(frozen=True, slots=True)
class _Curve:
    """A line: a quadratic curve from ``start`` by ``bend`` to ``base``, then its head."""

    start: At
    bend: At
    base: At
    tip: At
    angle: float
    width: float

    def at(self, share: float) -> At:
        """Give where the curve is after a share of its way."""
        rest = 1 - share
        x, y = (
            rest * rest * a + 2 * rest * share * b + share * share * c
            for a, b, c in zip(self.start, self.bend, self.base, strict=True)
        )
        return x, y


def _curve(way: Way, centers: Mapping[str, At], spots: Mapping[str, Spot], width: float) -> _Curve:
    (x0, y0), (x1, y1) = centers[way.origin], centers[way.destination]
    bend = (x0 + x1) / 2 - (y1 - y0) * _BEND, (y0 + y1) / 2 + (x1 - x0) * _BEND
    tip = _edge(spots[way.destination], bend, 2)
    angle = atan2(tip[1] - bend[1], tip[0] - bend[0])
    reach = _HEAD + width
    base = tip[0] - reach * cos(angle), tip[1] - reach * sin(angle)
    return _Curve(_edge(spots[way.origin], bend, 0), bend, base, tip, angle, width)


def _free(curve: _Curve, taken: Sequence[At], names: Sequence[At]) -> At:
    """Give where on its line a number covers no other and no name, as near the middle as can be."""
    for share in _SHARES:
        x, y = curve.at(share)
        clear = all(hypot(x - other[0], y - other[1]) > _NUMBER for other in taken)
        if clear and all(abs(x - nx) > _NAME_X or abs(y - ny) > _NAME_Y for nx, ny in names):
            return x, y
    return curve.at(0.5)


def _way(curve: _Curve, number: int, at: At, spoken: str) -> DrawnWay:
    (x0, y0), (bx, by), (x1, y1) = curve.start, curve.bend, curve.base
    return DrawnWay(
        path=f"M{x0:.1f} {y0:.1f}Q{bx:.1f} {by:.1f} {x1:.1f} {y1:.1f}",
        head=_head(curve.tip, curve.angle, _HEAD + curve.width),
        width=curve.width,
        number=number,
        x=round(at[0], 1),
        y=round(at[1], 1),
        spoken=spoken,
    )


def _edge(spot: Spot, towards: At, beyond: float) -> At:
    """Give where a line from ``towards`` meets the place, ``beyond`` units before it."""
    x, y = _center(spot)
    dx, dy = towards[0] - x, towards[1] - y
    length = hypot(dx, dy) or 1.0
    if spot.is_tile:
        share = min(
            (TILE_WIDTH / 2 - 14) / abs(dx) if dx else 1e9,
            (TILE_HEIGHT / 2 - 14) / abs(dy) if dy else 1e9,
        )
        at = share * length
    else:
        at = 9.0
    at = min(at + beyond, length)
    return x + dx / length * at, y + dy / length * at


def _head(tip: At, angle: float, reach: float) -> str:
    half = reach * 0.62
    back = tip[0] - reach * 1.05 * cos(angle), tip[1] - reach * 1.05 * sin(angle)
    left, right = (
        (back[0] + half * cos(angle + turn), back[1] + half * sin(angle + turn))
        for turn in (pi / 2, -pi / 2)
    )
    return f"M{tip[0]:.1f} {tip[1]:.1f}L{left[0]:.1f} {left[1]:.1f}L{right[0]:.1f} {right[1]:.1f}Z"
