"""County boundaries as drawing paths, with the terms they may be shown under.

Showing administrative boundaries in public needs a reviewed map (《地图审核管理规定》): without an
approval number (审图号) the paths are for signed-in staff only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from leye.analysis.atlas.projection import Projection, area_km2
from leye.analysis.atlas.shapes import (
    InvalidBoundaries,
    Polygon,
    datum_of,
    package_shapes,
    read_document,
    shapes_of,
)
from leye.data.reference import places

CITY = "360900"
SMALLEST_PART_KM2 = 2.0
MOST_PATH_BYTES = 120_000
_WIDTHS = (2000, 1000, 500, 250)
_MARGIN_SHARE = 0.01
_NOTICE = "界线为示意，不作为划界依据"

Grid = list[tuple[int, int]]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The outlines of a city's counties, in the drawing units of ``view_box``.

    By county: ``paths`` are SVG path data (fill rule evenodd), ``labels`` a point well inside,
    ``boxes`` what is around it, as x, y, width, height. ``datum`` is that of the source; what is
    drawn is WGS-84 always.
    """

    source: str
    licence: str
    approval_number: str
    datum: str
    paths: Mapping[str, str]
    labels: Mapping[str, tuple[float, float]]
    boxes: Mapping[str, Box]
    view_box: Box
    projection: Projection

    @property
    def may_publish(self) -> bool:
        """Whether people who are not signed in may see them: only with an approval number."""
        return bool(self.approval_number)

    @property
    def notice(self) -> str:
        """What to print under the map."""
        return f"审图号：{self.approval_number}" if self.may_publish else _NOTICE


def boundaries(
    path: Path | None = None,
    *,
    approval_number: str = "",
    datum: str = "",
    source: str = "",
    licence: str = "",
    city: str = CITY,
) -> Boundaries | None:
    """Give the boundaries of a city's counties, from a GeoJSON file or else the optional package.

    What is not given here is read from the members ``approval_number``, ``datum``, ``source`` and
    ``licence`` at the top of the file. The package's boundaries never have an approval number.
    None where there is neither file nor package. Answers are kept until the file changes.

    :raises InvalidBoundaries: the file cannot be used; the detail says why.
    :raises UnknownCode: there is no such city.
    """
    if path is None:
        return _from_package(city)
    try:
        state = path.stat()
    except OSError as fault:
        raise InvalidBoundaries(f"读不到“{path.name}”", hint="请核对文件位置") from fault
    stamp = (state.st_mtime_ns, state.st_size)
    return _from_file(path, stamp, (approval_number, datum, source, licence), city)


@lru_cache(maxsize=4)
def _from_file(
    path: Path, _stamp: tuple[int, int], told: tuple[str, str, str, str], city: str
) -> Boundaries:
    document = read_document(path)
    approval, datum, source, licence = told
    known = datum_of(document, datum)
    return _drawn(
        shapes_of(document, datum=known, codes=_counties(city)),
        source=source or str(document.get("source") or path.name),
        licence=licence or str(document.get("licence") or document.get("license") or "未注明"),
        approval=(approval or str(document.get("approval_number") or "")).strip(),
        datum=known.value,
    )


@lru_cache(maxsize=2)
def _from_package(city: str) -> Boundaries | None:
    shapes = package_shapes(_counties(city))
    if shapes is None:
        return None
    return _drawn(
        shapes,
        source="高德开放平台，经 DataV.GeoAtlas 和软件包 geotool-cn",
        licence="仅供学习交流使用，不得再分发",
        approval="",
        datum="WGS-84",
    )


def _counties(city: str) -> tuple[str, ...]:
    return tuple(place.code for place in places().children(city))


def _drawn(
    shapes: Mapping[str, list[Polygon]], *, source: str, licence: str, approval: str, datum: str
) -> Boundaries:
    kept = {code: _large_parts(polygons) for code, polygons in shapes.items()}
    corners = [p for polygons in kept.values() for polygon in polygons for p in polygon[0]]
    for width in _WIDTHS:
        margin = width * _MARGIN_SHARE
        projection = Projection.fitting(corners, width=width, margin=margin)
        grids = {code: _on_grid(polygons, projection) for code, polygons in kept.items()}
        paths = {code: "".join(map(_path, rings)) for code, rings in grids.items()}
        if sum(map(len, paths.values())) < MOST_PATH_BYTES:
            break
    else:
        raise InvalidBoundaries("界线过于繁密", hint="请先简化界线再提供")
    boxes = {code: _box(rings) for code, rings in grids.items()}
    return Boundaries(
        source=source,
        licence=licence,
        approval_number=approval,
        datum=datum,
        paths=MappingProxyType(paths),
        labels=MappingProxyType({code: label_point(rings) for code, rings in grids.items()}),
        boxes=MappingProxyType(boxes),
        view_box=(
            0.0,
            0.0,
            max(x + w for x, _, w, _ in boxes.values()) + margin,
            max(y + h for _, y, _, h in boxes.values()) + margin,
        ),
        projection=projection,
    )


def _large_parts(polygons: list[Polygon]) -> list[Polygon]:
    ordered = sorted(polygons, key=lambda polygon: area_km2(polygon[0]), reverse=True)
    parts = [p for p in ordered if area_km2(p[0]) >= SMALLEST_PART_KM2] or ordered[:1]
    return [[p[0], *(h for h in p[1:] if area_km2(h) >= SMALLEST_PART_KM2)] for p in parts]


def _on_grid(polygons: list[Polygon], projection: Projection) -> list[Grid]:
    """Round to whole units: what two counties share is rounded alike, so no gap opens."""
    rings = []
    for polygon in polygons:
        for ring in polygon:
            projected = (projection.xy(*position) for position in ring)
            rings.append(thinned([(round(x), round(y)) for x, y in projected]))
    return [ring for ring in rings if len(ring) >= 3]


def thinned(ring: Grid) -> Grid:
    """Leave out points that change nothing: repeated ones, and those on the line between others.

    Done exactly, on whole numbers, so a point one county drops lies on its neighbor's line.
    """
    kept: Grid = []
    for point in ring:
        if not kept or point != kept[-1]:
            kept.append(point)
    while len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    straight = []
    for number, point in enumerate(kept):
        before, after = kept[number - 1], kept[(number + 1) % len(kept)]
        if not _between(before, point, after):
            straight.append(point)
    return straight


def _between(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    cross = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
    along = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1])
    return cross == 0 and along > 0


def _path(ring: Grid) -> str:
    (x, y), steps = ring[0], []
    for after_x, after_y in ring[1:]:
        steps.append(f"{after_x - x},{after_y - y}")
        x, y = after_x, after_y
    return f"M{ring[0][0]},{ring[0][1]}l{' '.join(steps)}z"


def _box(rings: list[Grid]) -> Box:
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    return (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def label_point(rings: list[Grid]) -> tuple[float, float]:
    """Give a point inside with room to all four sides, in the middle of a line across."""
    turned = [[(y, x) for x, y in ring] for ring in rings]
    _, top, _, height = _box(rings[:1])
    best = (0.0, 0.0, -1.0)
    for number in range(25):
        # Half a unit off the grid: the line never passes through a corner.
        y = round(top + height * number / 25) + 0.5
        crossings = sorted(x for ring in rings for x in _crossings(ring, y))
        for left, right in zip(crossings[::2], crossings[1::2], strict=True):
            x = (left + right) / 2
            room = min(abs(y - edge) for ring in turned for edge in _edges(ring, x))
            if min(room, x - left) > best[2]:
                best = (x, y, min(room, x - left))
    return (round(best[0], 1), best[1])


def _edges(ring: Grid, x: float) -> list[float]:
    return _crossings(ring, x) or [float("inf")]


def _crossings(ring: Grid, y: float) -> list[float]:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return [
        a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
        for a, b in pairs
        if (a[1] > y) != (b[1] > y)
    ]
