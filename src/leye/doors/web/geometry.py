"""Geometry that may be given away with figures: located towns, and boundaries with an approval."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from leye.analysis.atlas import boundaries
from leye.analysis.atlas.shapes import Polygon, datum_of, read_document, shapes_of
from leye.data.reference import places, town_points


@dataclass(frozen=True, slots=True)
class Geometry:
    """A geometry of GeoJSON (RFC 7946), degrees WGS-84, its longitudes first."""

    kind: str
    coordinates: object


def geometry_of(place: str) -> Geometry | None:
    """Give a town's point or a county's outline; None where there is none, or it may not leave.

    :raises InvalidBoundaries: the file of boundaries of this installation cannot be used.
    """
    point = town_points().get(place)
    if point is not None:
        return Geometry("Point", [point.lng, point.lat])
    polygons = _published().get(place)
    return None if polygons is None else Geometry("MultiPolygon", _closed(polygons))


def geometry_note(level: str) -> str:
    """Say in Chinese where the geometry of a level is from, or why there is none."""
    if level == "town":
        point = next(iter(town_points().values()))
        return f"乡镇坐标来自 {point.source}，只作示意；没有坐标的为 null。"
    if level == "county" and _published():
        path = Path(settings.LEYE_BOUNDARIES)
        found = boundaries(path, approval_number=settings.LEYE_BOUNDARIES_APPROVAL)
        return f"{found.notice}。界线来源：{found.source}。" if found else ""
    if level == "county":
        return "没有带审图号的界线，geometry 为 null。"
    return "没有坐标，geometry 为 null。"


def _published() -> Mapping[str, list[Polygon]]:
    if not settings.LEYE_BOUNDARIES:
        return {}
    path = Path(settings.LEYE_BOUNDARIES)
    found = boundaries(path, approval_number=settings.LEYE_BOUNDARIES_APPROVAL)
    if found is None or not found.may_publish:
        return {}
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read(path: Path, _stamp: int) -> Mapping[str, list[Polygon]]:
    document = read_document(path)
    codes = [place.code for place in places().children(settings.LEYE_CITY)]
    return shapes_of(document, datum=datum_of(document, ""), codes=codes)


def _closed(polygons: list[Polygon]) -> list[list[list[list[float]]]]:
    return [
        [[list(at) for at in (ring if ring[0] == ring[-1] else [*ring, ring[0]])] for ring in each]
        for each in polygons
    ]
