"""Isochrones of a road network: read whole or refused, and who lies inside."""

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from leye.analysis.atlas.circle_roads import InvalidIsochrones, inside, read_isochrones
from leye.analysis.atlas.circles import Position

MODES = ("walk", "ebike", "car")
SQUARE = [[114.0, 28.0], [114.2, 28.0], [114.2, 28.2], [114.0, 28.2], [114.0, 28.0]]
HOLE = [[114.05, 28.05], [114.15, 28.05], [114.15, 28.15], [114.05, 28.15], [114.05, 28.05]]
GOOD: dict[str, Any] = {
    "type": "FeatureCollection",
    "engine": "valhalla",
    "engine_version": "3.9.1",
    "extract_date": "2026-11-01",
    "attribution": "© OpenStreetMap contributors, ODbL 1.0",
    "features": [
        {
            "type": "Feature",
            "properties": {"point": "S000001", "costing": "pedestrian", "contour": 15},
            "geometry": {"type": "Polygon", "coordinates": [SQUARE, HOLE]},
        },
        {
            "type": "Feature",
            "properties": {"point": "S000001", "mode": "ebike", "minutes": 15},
            "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE], [HOLE]]},
        },
    ],
}


def written(folder: Path, document: object) -> Path:
    path = folder / "isochrones.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_file_is_read_with_what_it_was_made_with(tmp_path: Path) -> None:
    found = read_isochrones(written(tmp_path, GOOD), modes=MODES)
    assert (found.engine, found.engine_version) == ("valhalla", "3.9.1")
    assert found.extract_date == date(2026, 11, 1)
    assert [(i.point, i.mode, i.minutes) for i in found.isochrones] == [
        ("S000001", "walk", 15),
        ("S000001", "ebike", 15),
    ]
    assert [len(i.polygons) for i in found.isochrones] == [1, 2]


@pytest.mark.parametrize(
    ("lng", "lat", "walk", "ebike"),
    [
        (114.02, 28.02, True, True),
        (114.10, 28.10, False, True),
        (114.30, 28.10, False, False),
        (114.10, 27.90, False, False),
        (113.90, 28.10, False, False),
    ],
)
def test_inside_is_inside_the_ring_and_outside_its_holes(
    tmp_path: Path, lng: float, lat: float, walk: bool, ebike: bool
) -> None:
    on_foot, by_ebike = read_isochrones(written(tmp_path, GOOD), modes=MODES).isochrones
    position = [Position("v", lng, lat, 1)]
    assert inside(position, on_foot.polygons).tolist() == [walk]
    assert inside(position, by_ebike.polygons).tolist() == [ebike]


def test_a_dent_is_outside() -> None:
    dented = [[(114.0, 28.0), (114.4, 28.0), (114.4, 28.4), (114.2, 28.1), (114.0, 28.4)]]
    places = [Position("a", 114.2, 28.2, 1), Position("b", 114.05, 28.2, 1)]
    assert inside(places, [dented]).tolist() == [False, True]
    assert inside([], [dented]).tolist() == []
    assert inside(places, []).tolist() == [False, False]


def changed(*path: object, value: object = None) -> dict[str, Any]:
    document: Any = deepcopy(GOOD)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return dict(document)


FIRST = ("features", 0)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "要素集合"),
        (changed("features"), "要素集合"),
        (changed("features", value=[]), "没有等时圈"),
        (changed("engine"), "engine"),
        (changed("engine_version", value=""), "engine_version"),
        (changed("extract_date", value="2026/11/01"), "不是日期"),
        (changed("extract_date", value="2026-13-01"), "不是日期"),
        (changed("attribution"), "attribution"),
        (changed(*FIRST, "properties"), "第 1 个"),
        (changed(*FIRST, "properties", "costing", value="boat"), "boat"),
        (changed(*FIRST, "properties", "contour"), "分钟"),
        (changed(*FIRST, "properties", "contour", value=7.5), "分钟"),
        (changed(*FIRST, "properties", "contour", value=True), "分钟"),
        (changed(*FIRST, "properties", "point"), "point"),
        (changed(*FIRST, "geometry"), "空"),
        (changed(*FIRST, "geometry", "type", value="LineString"), "LineString"),
        (changed(*FIRST, "geometry", "coordinates", value=[[[114, 28]]]), "坐标"),
        (changed(*FIRST, "geometry", "coordinates", value=[SQUARE[::2]]), "坐标"),
        (changed(*FIRST, "geometry", "coordinates", 0, 0, value=[28.0, 114.0]), "坐标"),
        (changed("features", 1, "properties", value=GOOD["features"][0]["properties"]), "两次"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_and_says_where(
    tmp_path: Path, document: object, words: str
) -> None:
    with pytest.raises(InvalidIsochrones, match=words):
        read_isochrones(written(tmp_path, document), modes=MODES)


def test_no_file_and_no_json_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidIsochrones, match="读不到"):
        read_isochrones(tmp_path / "none.geojson", modes=MODES)
    path = tmp_path / "broken.geojson"
    path.write_text("{")
    with pytest.raises(InvalidIsochrones, match="JSON"):
        read_isochrones(path, modes=MODES)
