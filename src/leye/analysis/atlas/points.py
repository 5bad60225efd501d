"""The towns of a county as points: those a gazetteer locates are drawn, the others listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from leye.analysis.atlas.boundaries import Boundaries, Box
from leye.analysis.atlas.projection import Projection
from leye.data.reference import Place, Point, places, town_points
from leye.kernel.errors import InvalidInput
from leye.kernel.place import PlaceLevel

_WIDTH = 1000.0
_MARGIN = 60.0
_LARGEST = 0.03


class NotACounty(InvalidInput):
    """A place that is no county was asked for its towns."""

    code = "not_a_county"
    title = "不是县级区划"


@dataclass(frozen=True, slots=True)
class TownPoint:
    """A located town: where it is drawn, how many villages it has, and a circle of that area."""

    place: Place
    x: float
    y: float
    villages: int
    radius: float


@dataclass(frozen=True, slots=True)
class PointMap:
    """A county's towns: ``located`` in the units of ``view_box``, and those without coordinates.

    ``outline`` is the county's path in the same units, blank without boundaries. ``accuracy_m`` is
    the largest error to expect of a point, 0 where there is none.
    """

    county: Place
    located: tuple[TownPoint, ...]
    unlocated: tuple[Place, ...]
    view_box: Box
    outline: str
    source: str
    accuracy_m: int


def point_map(
    county: str,
    *,
    points: Mapping[str, Point] | None = None,
    boundaries: Boundaries | None = None,
) -> PointMap:
    """Give a county's towns as points, the area of each circle standing for its villages.

    ``points`` are the gazetteer's unless given. With ``boundaries`` the drawing is in their units
    and carries the county's outline.

    :raises UnknownCode: there is no such place.
    :raises NotACounty: it is no county.
    """
    place = places().get(county)
    if place.level is not PlaceLevel.COUNTY:
        raise NotACounty(f"“{place.name}”", hint="请选择县、市、区")
    known = town_points() if points is None else points
    towns = places().children(county)
    held = [known[town.code] for town in towns if town.code in known]
    projection, view_box = _frame(county, held, boundaries)
    return PointMap(
        county=place,
        located=_drawn(held, projection, view_box),
        unlocated=tuple(town for town in towns if town.code not in known),
        view_box=view_box,
        outline=boundaries.paths[county] if boundaries else "",
        source="、".join(dict.fromkeys(point.source for point in held)),
        accuracy_m=max((point.accuracy_m for point in held), default=0),
    )


def _frame(county: str, held: list[Point], boundaries: Boundaries | None) -> tuple[Projection, Box]:
    if boundaries is not None:
        x, y, width, height = boundaries.boxes[county]
        margin = max(width, height) * _MARGIN / _WIDTH
        box = (x - margin, y - margin, width + 2 * margin, height + 2 * margin)
        return boundaries.projection, box
    corners = [(point.lng, point.lat) for point in held] or [(0.0, 0.0)]
    projection = Projection.fitting(corners, width=_WIDTH, margin=_MARGIN)
    drawn = [projection.xy(*corner) for corner in corners]
    width = max(x for x, _ in drawn) + _MARGIN
    return projection, (0.0, 0.0, width, max(y for _, y in drawn) + _MARGIN)


def _drawn(held: list[Point], projection: Projection, view_box: Box) -> tuple[TownPoint, ...]:
    counts = {point.place: len(places().children(point.place)) for point in held}
    most = max(counts.values(), default=0) or 1
    largest = max(view_box[2:]) * _LARGEST
    found = []
    for point in held:
        x, y = projection.xy(point.lng, point.lat)
        villages = counts[point.place]
        radius = round(largest * sqrt(max(villages, 1) / most), 2)
        town = places().get(point.place)
        found.append(TownPoint(town, round(x, 2), round(y, 2), villages, radius))
    return tuple(found)
