"""Where boundaries come from: a file the deployer supplies, or an optional package."""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from importlib import import_module
from importlib.resources import as_file, files
from math import isfinite
from pathlib import Path
from typing import Any

from leye.analysis.atlas.projection import from_gcj02
from leye.data.reference import places
from leye.kernel.errors import InvalidInput

Ring = list[tuple[float, float]]
Polygon = list[Ring]
"""An outer ring and its holes, as (lng, lat) in degrees WGS-84."""

_CODE_NAMES = ("code", "adcode", "gb", "qhdm", "id")
_PACKAGE = "GeoToolCN"
_PACKAGE_FILE = "china.full.gtc"


class InvalidBoundaries(InvalidInput):
    """A boundary file that cannot be used as it stands."""

    code = "invalid_boundaries"
    title = "界线文件有误"


class Datum(StrEnum):
    """The datum coordinates are in: WGS-84, or GCJ-02 as Chinese web maps have it."""

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"


def read_document(path: Path) -> Mapping[str, Any]:
    """Give the GeoJSON FeatureCollection of a file.

    :raises InvalidBoundaries: the file cannot be read, or holds no FeatureCollection.
    """
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise InvalidBoundaries(f"读不到“{path.name}”", hint="请核对文件位置和权限") from fault
    except (ValueError, RecursionError) as fault:
        raise InvalidBoundaries(f"“{path.name}”不是 JSON", hint="请另存为 GeoJSON") from fault
    features = held.get("features") if isinstance(held, dict) else None
    if not isinstance(features, list) or held.get("type") != "FeatureCollection":
        raise InvalidBoundaries(
            f"“{path.name}”不是 FeatureCollection", hint="请另存为 GeoJSON 要素集合"
        )
    return dict(held)


def datum_of(document: Mapping[str, Any], declared: str) -> Datum:
    """Give the datum declared beside the file, or else in its member ``datum``.

    :raises InvalidBoundaries: it is not declared, or is no datum known here.
    """
    given = declared or document.get("datum") or ""
    known = {datum.value.replace("-", ""): datum for datum in Datum}
    found = known.get(str(given).upper().replace("-", ""))
    if found is None:
        raise InvalidBoundaries(
            f"坐标系“{given}”未知" if given else "没有声明坐标系",
            hint="请在文件顶层写明 datum，取 WGS-84 或 GCJ-02",
        )
    return found


def shapes_of(
    document: Mapping[str, Any], *, datum: Datum, codes: Iterable[str]
) -> dict[str, list[Polygon]]:
    """Give the polygons of every county wanted; other features are passed over.

    The code is the first property called code, adcode, gb, qhdm or id, in any case, as 6 digits,
    as 12 with zeros behind, or as 9 with the country code 156 before.

    :raises InvalidBoundaries: a county is missing, or its geometry is no polygon.
    """
    wanted = list(codes)
    found: dict[str, list[Polygon]] = {code: [] for code in wanted}
    for feature in document["features"]:
        code = _code(feature)
        if code in found:
            found[code] += _polygons(feature, code, datum)
    missing = [f"{code} {places().get(code).name}" for code in wanted if not found[code]]
    if missing:
        raise InvalidBoundaries(
            f"缺少{len(missing)}个县（市、区）的界线：{'、'.join(missing)}",
            hint="每个要素的 code 或 adcode 属性应为6位区划代码",
        )
    return found


def package_shapes(codes: Iterable[str]) -> dict[str, list[Polygon]] | None:
    """Give the polygons the optional package geotool-cn holds, None where it is not installed.

    Its data come from 高德 through DataV, WGS-84, for study only: they are never published.

    :raises InvalidBoundaries: the package is there, but its data cannot be read or lack a county.
    """
    try:
        # The package has no public way to its polygons; the version is pinned in the extra.
        reader = import_module(f"{_PACKAGE}._gtc")
    except ModuleNotFoundError:
        return None
    try:
        with as_file(files(_PACKAGE) / "data" / _PACKAGE_FILE) as path:
            data = reader.GTCData(str(path))
            try:
                return {code: _package_polygons(data, code) for code in codes}
            finally:
                data.close()
    except (OSError, AttributeError, TypeError, ValueError, reader.GTCFormatError) as fault:
        raise InvalidBoundaries(
            "界线软件包的数据读不出来", hint="请重新安装 geotool-cn 或改用界线文件"
        ) from fault


def _package_polygons(data: Any, code: str) -> list[Polygon]:
    _, polygons = data.geometry(data.index_of(code, "district"))
    return [
        [[(x / data.scale, y / data.scale) for x, y in zip(*ring, strict=True)] for ring in rings]
        for rings in polygons
    ]


def _code(feature: object) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return ""
    lowered = {str(name).lower(): value for name, value in properties.items()}
    written = (str(lowered[name]).strip() for name in _CODE_NAMES if lowered.get(name))
    for text in written:
        if len(text) == 12 and text.endswith("000000"):
            return text[:6]
        if len(text) == 9 and text.startswith("156"):
            return text[3:]
        if len(text) == 6 and text.isdigit():
            return text
    return ""


def _polygons(feature: Mapping[str, Any], code: str, datum: Datum) -> list[Polygon]:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    try:
        if kind == "Polygon":
            return [_polygon(feature["geometry"]["coordinates"], datum)]
        if kind == "MultiPolygon":
            return [_polygon(each, datum) for each in feature["geometry"]["coordinates"]]
    except (KeyError, IndexError, TypeError, ValueError) as fault:
        raise InvalidBoundaries(f"{code} 的坐标无法读取", hint="坐标应为[经度, 纬度]") from fault
    raise InvalidBoundaries(f"{code} 的图形是{kind or '空'}", hint="图形应为多边形")


def _polygon(coordinates: Any, datum: Datum) -> Polygon:
    polygon = [_ring(ring, datum) for ring in coordinates]
    if not polygon:
        raise ValueError("a polygon without rings")
    return polygon


def _ring(positions: Any, datum: Datum) -> Ring:
    ring: Ring = []
    for position in positions:
        lng, lat = float(position[0]), float(position[1])
        if not (isfinite(lng) and isfinite(lat) and 70 < lng < 140 and 0 < lat < 60):
            raise ValueError(f"outside China: {lng}, {lat}")
        ring.append(from_gcj02(lng, lat) if datum is Datum.GCJ02 else (lng, lat))
    if len(ring) < 4:
        raise ValueError("a ring of fewer than four positions")
    return ring
