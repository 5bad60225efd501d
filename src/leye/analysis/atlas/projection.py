"""From degrees to a drawing, equirectangular at the city's latitude; GCJ-02 undone."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt

# True to scale at 28.3° N, the middle of Yichun; over one degree of latitude the error is < 1 %.
_LATITUDE = 28.3
KM_PER_DEGREE = 111.32


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees WGS-84 to drawing units, x to the right and y down; ``scale`` units per degree."""

    west: float
    north: float
    scale: float
    margin: float

    @classmethod
    def fitting(
        cls, points: Iterable[tuple[float, float]], *, width: float, margin: float
    ) -> "Projection":
        """Give the projection that draws these (lng, lat) inside ``width``, margins included.

        Points of no extent are drawn as if they were 0.1° apart.
        """
        every = list(points)
        west, east = min(p[0] for p in every), max(p[0] for p in every)
        south, north = min(p[1] for p in every), max(p[1] for p in every)
        extent = max((east - west) * cos(radians(_LATITUDE)), (north - south), 0.1)
        return cls(west, north, (width - 2 * margin) / extent, margin)

    def xy(self, lng: float, lat: float) -> tuple[float, float]:
        """Give where a point is drawn."""
        x = (lng - self.west) * cos(radians(_LATITUDE)) * self.scale + self.margin
        return (x, (self.north - lat) * self.scale + self.margin)


def area_km2(ring: list[tuple[float, float]]) -> float:
    """Give the area inside a ring of (lng, lat), in square kilometers, from the shoelace rule."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)
    return abs(doubled) / 2 * cos(radians(_LATITUDE)) * KM_PER_DEGREE**2


# Krasovsky 1940, the ellipsoid GCJ-02 is computed on.
_AXIS = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323


def from_gcj02(lng: float, lat: float) -> tuple[float, float]:
    """Give the WGS-84 coordinate of a GCJ-02 one, to within about 5 m inside China.

    One step of the usual inverse: the offset is taken at the shifted point.
    """
    east, north = _offset(lng - 105.0, lat - 35.0)
    curve = 1 - _ECCENTRICITY2 * sin(radians(lat)) ** 2
    d_lat = north * 180 / (_AXIS * (1 - _ECCENTRICITY2) / (curve * sqrt(curve)) * pi)
    d_lng = east * 180 / (_AXIS / sqrt(curve) * cos(radians(lat)) * pi)
    return (lng - d_lng, lat - d_lat)


def _offset(x: float, y: float) -> tuple[float, float]:
    """Give the published offset in meters east and north, x and y degrees from 105° E, 35° N."""
    ripple = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    return (east, north)
