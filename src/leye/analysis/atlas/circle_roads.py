"""Isochrones a road network gave: polygons within which a point is reached in some minutes."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from leye.analysis.atlas.circles import Flags, Position
from leye.analysis.atlas.shapes import Polygon
from leye.kernel.errors import InvalidInput

_COSTINGS = {"pedestrian": "walk", "bicycle": "ebike", "auto": "car"}
_MOST_BYTES = 200 * 1024 * 1024
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEAD = "文件顶层应写明 engine、engine_version、extract_date（2026-11-01 样式）和 attribution"


class InvalidIsochrones(InvalidInput):
    """A file of isochrones that cannot be used as it stands."""

    code = "invalid_isochrones"
    title = "等时圈文件有误"


@dataclass(frozen=True, slots=True)
class Isochrone:
    """Where one service point is reached from within ``minutes`` by a mode."""

    point: str
    mode: str
    minutes: int
    polygons: tuple[Polygon, ...]


@dataclass(frozen=True, slots=True)
class IsochroneFile:
    """The isochrones of a file, and what they were made with."""

    engine: str
    engine_version: str
    extract_date: date
    attribution: str
    isochrones: tuple[Isochrone, ...]


def read_isochrones(path: Path, *, modes: Iterable[str]) -> IsochroneFile:
    """Give the isochrones of a GeoJSON file, coordinates WGS-84.

    Members engine, engine_version, extract_date and attribution stand at the top. Each feature's
    properties hold ``point`` (number of the service point), ``mode`` (or the engine's
    ``costing``), ``minutes`` (or the engine's ``contour``); its geometry is of polygons.

    :raises InvalidIsochrones: anything is missing, unknown or twice; the detail says which feature.
    """
    document = _document(path)
    known = set(modes)
    found: dict[tuple[str, str, int], Isochrone] = {}
    for number, feature in enumerate(document["features"], start=1):
        each = _isochrone(feature, number, known)
        key = (each.point, each.mode, each.minutes)
        if key in found:
            raise InvalidIsochrones(f"第 {number} 个要素：{each.point} 的同一等时圈出现两次")
        found[key] = each
    if not found:
        raise InvalidIsochrones("文件里没有等时圈", hint="请先用路径引擎生成")
    return IsochroneFile(
        engine=_text(document, "engine"),
        engine_version=_text(document, "engine_version"),
        extract_date=_day(document),
        attribution=_text(document, "attribution"),
        isochrones=tuple(found.values()),
    )


def inside(positions: Sequence[Position], polygons: Iterable[Polygon]) -> Flags:
    """Mark the positions that lie inside any of the polygons and outside its holes."""
    lng = np.array([each.lng for each in positions], dtype=np.float64)
    lat = np.array([each.lat for each in positions], dtype=np.float64)
    found = np.zeros(len(positions), dtype=np.bool_)
    for polygon in polygons:
        outer = np.array(polygon[0])
        (west, south), (east, north) = outer.min(axis=0), outer.max(axis=0)
        near = ~found & (lng >= west) & (lng <= east) & (lat >= south) & (lat <= north)
        if near.any():
            crossed = np.zeros(int(near.sum()), dtype=np.int64)
            for ring in polygon:
                crossed += _crossings(lng[near], lat[near], np.array(ring))
            found[near] = crossed % 2 == 1
    return found


def _crossings(lng: Any, lat: Any, ring: Any) -> Any:
    """Count how often a ray to the east crosses a ring's edges: odd inside, even outside."""
    x1, y1 = ring[:, 0], ring[:, 1]
    x2, y2 = np.roll(x1, -1), np.roll(y1, -1)
    spans = (y1[None, :] > lat[:, None]) != (y2[None, :] > lat[:, None])
    rise = np.where(y2 == y1, 1.0, y2 - y1)
    at = x1[None, :] + (lat[:, None] - y1[None, :]) * (x2 - x1)[None, :] / rise[None, :]
    return (spans & (lng[:, None] < at)).sum(axis=1)


def _document(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidIsochrones("文件超过 200 MB", hint="请简化多边形后再导入")
        held = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise InvalidIsochrones(f"读不到“{path.name}”", hint="请核对文件位置和权限") from fault
    except (ValueError, RecursionError) as fault:
        raise InvalidIsochrones(f"“{path.name}”不是 JSON", hint="请另存为 GeoJSON") from fault
    if not isinstance(held, dict) or not isinstance(held.get("features"), list):
        raise InvalidIsochrones("不是 GeoJSON 要素集合", hint=_HEAD)
    return held


def _text(document: Mapping[str, Any], name: str) -> str:
    given = document.get(name)
    if not isinstance(given, str) or not 1 <= len(given.strip()) <= 200:
        raise InvalidIsochrones(f"没有写明 {name}", hint=_HEAD)
    return given.strip()


def _day(document: Mapping[str, Any]) -> date:
    given = _text(document, "extract_date")
    try:
        if not _DAY.fullmatch(given):
            raise ValueError(given)
        return date.fromisoformat(given)
    except ValueError as fault:
        raise InvalidIsochrones(f"extract_date“{given}”不是日期", hint=_HEAD) from fault


def _isochrone(feature: Any, number: int, modes: set[str]) -> Isochrone:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise InvalidIsochrones(f"第 {number} 个要素没有属性")
    costing = str(properties.get("costing", ""))
    mode = str(properties.get("mode") or _COSTINGS.get(costing, costing))
    if mode not in modes:
        raise InvalidIsochrones(
            f"第 {number} 个要素的 mode“{mode}”未知", hint=f"可用：{'、'.join(sorted(modes))}"
        )
    minutes = properties.get("minutes", properties.get("contour"))
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or minutes != int(minutes):
        raise InvalidIsochrones(f"第 {number} 个要素的 minutes 不是整数分钟")
    point = str(properties.get("point") or "")
    if not point:
        raise InvalidIsochrones(f"第 {number} 个要素没有 point", hint="point 是服务网点编号")
    return Isochrone(point, mode, int(minutes), _polygons(feature.get("geometry"), number))


def _polygons(geometry: Any, number: int) -> tuple[Polygon, ...]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise InvalidIsochrones(f"第 {number} 个要素的图形是{kind or '空'}", hint="图形应为多边形")
    given = geometry.get("coordinates")
    try:
        every = [given] if kind == "Polygon" else list(given)
        return tuple(_polygon(each) for each in every)
    except (TypeError, ValueError, IndexError) as fault:
        raise InvalidIsochrones(
            f"第 {number} 个要素的坐标无法读取", hint="坐标应为[经度, 纬度]，WGS-84"
        ) from fault


def _polygon(coordinates: Any) -> Polygon:
    polygon = [[(float(p[0]), float(p[1])) for p in ring] for ring in coordinates]
    if not polygon or any(len(ring) < 4 for ring in polygon):
        raise ValueError("a ring of fewer than four positions")
    for ring in polygon:
        for lng, lat in ring:
            if not (isfinite(lng) and isfinite(lat) and 70 < lng < 140 and 0 < lat < 60):
                raise ValueError("outside China")
    return polygon
