"""Whether a geometry reaches into a box, both in degrees."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from leye.doors.api.ogc.asked import Box
from leye.doors.web.geometry import Geometry

Position = Sequence[float]


def reaches(geometry: Geometry | None, boxes: Iterable[Box]) -> bool:
    """Whether a point or a multipolygon intersects one of the boxes; nothing reaches nowhere."""
    if geometry is None:
        return False
    coordinates: Any = geometry.coordinates
    if geometry.kind == "Point":
        return any(_holds(box, coordinates) for box in boxes)
    return any(_meets(polygon, box) for box in boxes for polygon in coordinates)


def _meets(polygon: Sequence[Sequence[Position]], box: Box) -> bool:
    """A polygon meets a box when a side of one enters the other, or the box lies inside it."""
    if any(_enters(one, other, box) for ring in polygon for one, other in pairwise(ring)):
        return True
    corner = (box[0], box[1])
    return sum(_right_of(corner, ring) for ring in polygon) % 2 == 1


def _holds(box: Box, at: Position) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]


def _enters(one: Position, other: Position, box: Box) -> bool:
    """Whether a line enters the box (Liang and Barsky: what is left of it after four cuts)."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    cuts = (
        (-dx, one[0] - box[0]),
        (dx, box[2] - one[0]),
        (-dy, one[1] - box[1]),
        (dy, box[3] - one[1]),
    )
    start, end = 0.0, 1.0
    for step, room in cuts:
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            start = max(start, room / step)
        else:
            end = min(end, room / step)
    return start <= end


def _right_of(at: Position, ring: Sequence[Position]) -> int:
    """Count the sides of a ring crossed on the way from a position to the east."""
    x, y = at
    return sum(
        (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
        for a, b in pairwise(ring)
    )
