"""Maps as geometry: places as tiles, outlines or points, each with its class and its words.

A page gives marks (places with the words and the class to draw), ``draw_map`` says where they go.
Counties are tiles of equal size unless boundaries may be shown, towns points where a gazetteer
locates them; villages and parks have no coordinates and are not drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString

from leye.analysis.atlas import Boundaries, Projection, boundaries, tile_grid
from leye.data.reference import Point, places, town_points
from leye.kernel.place import PlaceLevel
from leye.service.identity.models import User

TILE_WIDTH, TILE_HEIGHT = 116, 84
_GAP = 6
_WIDTH, _MARGIN = 1000.0, 60.0
_RADIUS, _SMALL, _LABEL = 0.02, 0.011, 0.024
_DARK = frozenset({"k5", "d1", "d5"})
_CROWDED = 45

Box = tuple[float, float, float, float]


class MapKind(StrEnum):
    """How places are drawn."""

    TILES = "tiles"
    OUTLINES = "outlines"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to draw. ``shade`` is a class of the style sheet: k1 to k5, d1 to d5, k-missing…

    ``value`` is what is written on it, ``spoken`` what a screen reader says; ``url`` may be blank.
    """

    place: str
    name: str
    value: str
    spoken: str
    shade: str
    url: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A mark where it is drawn: a tile at its corner, an outline with its label, or a point."""

    mark: Mark
    x: float
    y: float
    path: str = ""

    @property
    def on_dark(self) -> bool:
        """Whether words on it must be light."""
        return self.mark.shade in _DARK


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """A map, in the units of ``view_box``; ``left_out`` are the marks nobody has located.

    ``outline`` is the path around points, blank without boundaries. ``names`` says whether there
    is room for the names of points. ``notice`` and ``source`` must be printed below.
    """

    kind: MapKind
    view_box: str
    shapes: tuple[Shape, ...]
    left_out: tuple[Mark, ...] = ()
    outline: str = ""
    radius: float = 0
    label_size: float = 0
    names: bool = True
    notice: str = ""
    source: str = ""
    accuracy_m: int = 0

    @property
    def points(self) -> SafeString:
        """The points as SVG, each a link: there may be two hundred, too many for a template."""
        lines = [self._point(shape) for shape in self.shapes]
        return SafeString("".join(lines))

    def _point(self, shape: Shape) -> str:
        spoken = escape(shape.mark.spoken)
        return (
            f'<a href="{escape(shape.mark.url)}" aria-label="{spoken}">'
            f'<circle class="{shape.mark.shade}" cx="{shape.x}" cy="{shape.y}" r="{self.radius}">'
            f"<title>{spoken}</title></circle></a>"
        )

    tile_width = TILE_WIDTH
    tile_height = TILE_HEIGHT


def month_label(month: int) -> str:
    """Give a month in Chinese, such as 2024年3月."""
    return f"{month // 100}年{month % 100}月"


def boundaries_for(request: HttpRequest) -> Boundaries | None:
    """Give the boundaries this person may be shown; without approval number, staff only.

    :raises InvalidBoundaries: the file of this installation cannot be used.
    """
    path = Path(settings.LEYE_BOUNDARIES) if settings.LEYE_BOUNDARIES else None
    found = boundaries(path, approval_number=settings.LEYE_BOUNDARIES_APPROVAL)
    if found is None or found.may_publish or isinstance(request.user, User):
        return found
    return None


def draw_map(
    marks: Sequence[Mark], *, parent: str, outlines: Boundaries | None = None
) -> MapDrawing | None:
    """Draw marks that are all counties, or all towns, inside a place; None for any other.

    Marks of no place of the city's list are left out; the page lists them.
    """
    known = [mark for mark in marks if mark.place in places()]
    levels = {places().get(mark.place).level for mark in known}
    if levels == {PlaceLevel.COUNTY}:
        return _tiles(known) if outlines is None else _outlined(known, outlines)
    if levels == {PlaceLevel.TOWN}:
        return _points(known, parent, outlines)
    return None


def _tiles(marks: Sequence[Mark]) -> MapDrawing:
    grid = tile_grid()
    width = grid.columns * (TILE_WIDTH + _GAP) + _GAP
    height = grid.rows * (TILE_HEIGHT + _GAP) + _GAP
    placed = [(mark, grid.cells[mark.place]) for mark in marks if mark.place in grid.cells]
    return MapDrawing(
        kind=MapKind.TILES,
        view_box=f"0 0 {width} {height}",
        shapes=tuple(
            Shape(mark, _GAP + column * (TILE_WIDTH + _GAP), _GAP + row * (TILE_HEIGHT + _GAP))
            for mark, (column, row) in placed
        ),
        left_out=tuple(mark for mark in marks if mark.place not in grid.cells),
    )


def _outlined(marks: Sequence[Mark], outlines: Boundaries) -> MapDrawing:
    return MapDrawing(
        kind=MapKind.OUTLINES,
        view_box=_written(outlines.view_box),
        shapes=tuple(
            Shape(mark, *outlines.labels[mark.place], path=outlines.paths[mark.place])
            for mark in marks
            if mark.place in outlines.paths
        ),
        left_out=tuple(mark for mark in marks if mark.place not in outlines.paths),
        notice=outlines.notice,
        source=outlines.source,
    )


def _points(marks: Sequence[Mark], parent: str, outlines: Boundaries | None) -> MapDrawing:
    known = town_points()
    held = [(mark, known[mark.place]) for mark in marks if mark.place in known]
    projection, box = _frame([point for _, point in held], parent, outlines)
    size, named = max(box[2:]), len(held) <= _CROWDED
    return MapDrawing(
        kind=MapKind.POINTS,
        view_box=_written(box),
        shapes=tuple(_at(mark, *projection.xy(point.lng, point.lat)) for mark, point in held),
        left_out=tuple(mark for mark in marks if mark.place not in known),
        outline=_around(parent, outlines),
        radius=round(size * (_RADIUS if named else _SMALL), 1),
        label_size=round(size * _LABEL, 1),
        names=named,
        notice=outlines.notice if outlines else "",
        source="、".join(dict.fromkeys(point.source for _, point in held)),
        accuracy_m=max((point.accuracy_m for _, point in held), default=0),
    )


def _at(mark: Mark, x: float, y: float) -> Shape:
    return Shape(mark, round(x, 1), round(y, 1))


def _frame(
    held: Sequence[Point], parent: str, outlines: Boundaries | None
) -> tuple[Projection, Box]:
    if outlines is not None:
        x, y, width, height = outlines.boxes.get(parent, outlines.view_box)
        margin = max(width, height) * _MARGIN / _WIDTH
        box = (x - margin, y - margin, width + 2 * margin, height + 2 * margin)
        return outlines.projection, box
    corners = [(point.lng, point.lat) for point in held] or [(0.0, 0.0)]
    projection = Projection.fitting(corners, width=_WIDTH, margin=_MARGIN)
    drawn = [projection.xy(*corner) for corner in corners]
    right, bottom = max(x for x, _ in drawn), max(y for _, y in drawn)
    return projection, (0.0, 0.0, right + _MARGIN, bottom + _MARGIN)


def _around(parent: str, outlines: Boundaries | None) -> str:
    if outlines is None:
        return ""
    return outlines.paths.get(parent, "") or "".join(outlines.paths.values())


def _written(box: Box) -> str:
    return " ".join(f"{edge:g}" for edge in box)
