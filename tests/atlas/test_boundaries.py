"""Boundaries: what a file must hold, what is drawn, and who may see it."""

import importlib
import json
import os
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leye.analysis.atlas import Boundaries, InvalidBoundaries, boundaries
from leye.analysis.atlas.boundaries import MOST_PATH_BYTES, label_point, thinned
from leye.analysis.atlas.projection import area_km2, from_gcj02
from leye.data.reference import places, town_points

COUNTIES = [place.code for place in places().children("360900")]


def square(lng: float, lat: float, size: float = 0.2) -> list[list[float]]:
    east, north = lng + size, lat + size
    return [[lng, lat], [east, lat], [east, north], [lng, north], [lng, lat]]


def collection(**members) -> dict:
    """Ten squares in a row, sharing their sides."""
    features = [
        {
            "type": "Feature",
            "properties": {"adcode": int(code)},
            "geometry": {"type": "Polygon", "coordinates": [square(114 + 0.2 * n, 28)]},
        }
        for n, code in enumerate(COUNTIES)
    ]
    return {
        "type": "FeatureCollection",
        "datum": "WGS-84",
        "source": "测试数据",
        "licence": "测试用",
        "features": features,
    } | members


@pytest.fixture
def write(tmp_path):
    def keep(document: object, name: str = "counties.json") -> Path:
        path = tmp_path / name
        text = document if isinstance(document, str) else json.dumps(document)
        path.write_text(text, encoding="utf-8")
        return path

    return keep


def drawn(path: Path, **told: str) -> Boundaries:
    found = boundaries(path, **told)
    assert found is not None
    return found


def test_a_file_is_drawn(write) -> None:
    found = drawn(write(collection()))
    assert set(found.paths) == set(COUNTIES)
    assert (found.source, found.licence, found.datum) == ("测试数据", "测试用", "WGS-84")
    assert all(path.startswith("M") and path.endswith("z") for path in found.paths.values())
    _, _, width, height = found.view_box
    assert width == pytest.approx(2000)
    assert 200 < height < 300
    for code, (x, y) in found.labels.items():
        left, top, wide, high = found.boxes[code]
        assert left < x < left + wide
        assert top < y < top + high


def test_neighbors_share_their_side(write) -> None:
    boxes = drawn(write(collection())).boxes
    for one, other in pairwise(COUNTIES):
        assert boxes[one][0] + boxes[one][2] == boxes[other][0]


def test_only_an_approval_number_lets_the_public_see(write) -> None:
    path = write(collection())
    assert not drawn(path).may_publish
    assert "不作为划界依据" in drawn(path).notice
    approved = drawn(path, approval_number="赣S(2026)001号")
    assert approved.may_publish
    assert "赣S(2026)001号" in approved.notice
    assert drawn(write(collection(approval_number="赣S(2026)002号"), "b.json")).may_publish
    assert not drawn(path, approval_number=" ").may_publish


@pytest.mark.parametrize(
    "properties",
    [
        {"code": "360902"},
        {"adcode": 360902},
        {"gb": "156360902"},
        {"GB": 156360902},
        {"ADCODE": "360902000000"},
        {"id": "x1", "Code": " 360902 "},
    ],
)
def test_codes_are_read_as_they_are_commonly_written(write, properties) -> None:
    document = collection()
    document["features"][COUNTIES.index("360902")]["properties"] = properties
    assert "360902" in drawn(write(document)).paths


def test_other_features_are_passed_over(write) -> None:
    document = collection()
    document["features"] += [
        {"properties": {"adcode": 360100}, "geometry": None},
        {"properties": None},
        "nonsense",
    ]
    assert set(drawn(write(document)).paths) == set(COUNTIES)


def test_a_missing_county_is_named(write) -> None:
    document = collection()
    document["features"] = document["features"][1:]
    with pytest.raises(InvalidBoundaries) as told:
        boundaries(write(document))
    assert "360902 袁州区" in told.value.detail
    assert told.value.hint


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"type": "Feature"}', '{"type": "FeatureCollection"}', "\x00"],
)
def test_what_is_no_collection_is_refused(write, text: str) -> None:
    with pytest.raises(InvalidBoundaries):
        boundaries(write(text))


def test_a_file_that_is_not_there_is_refused(tmp_path) -> None:
    with pytest.raises(InvalidBoundaries):
        boundaries(tmp_path / "none.json")


def test_bytes_that_are_no_text_are_refused(tmp_path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(InvalidBoundaries):
        boundaries(path)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "Point", "coordinates": [114, 28]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": [[[114, 28], [115, 28], [114, 28]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"]] * 4]},
        {"type": "Polygon", "coordinates": [[[28, 114]] * 4]},
        {"type": "Polygon", "coordinates": [[[float("nan"), 28]] * 4]},
        {"type": "MultiPolygon", "coordinates": [[]]},
    ],
)
def test_a_county_that_is_no_polygon_is_refused(write, geometry) -> None:
    document = collection()
    document["features"][0]["geometry"] = geometry
    with pytest.raises(InvalidBoundaries) as told:
        boundaries(write(document))
    assert COUNTIES[0] in told.value.detail


def test_the_datum_must_be_declared(write) -> None:
    document = collection()
    del document["datum"]
    path = write(document)
    with pytest.raises(InvalidBoundaries) as told:
        boundaries(path)
    assert "datum" in told.value.hint
    assert drawn(path, datum="wgs84").datum == "WGS-84"
    with pytest.raises(InvalidBoundaries):
        boundaries(path, datum="BD-09")


def test_gcj02_is_undone(write) -> None:
    plain, shifted = drawn(write(collection())), drawn(write(collection(datum="gcj02"), "g.json"))
    assert shifted.datum == "GCJ-02"
    moved = (shifted.projection.west - plain.projection.west) * 98.0
    assert -0.7 < moved < -0.3  # about 500 m to the east is taken back, in kilometers


@settings(deadline=None)
@given(st.floats(113.6, 116.4), st.floats(27.6, 29.1))
def test_gcj02_agrees_with_an_independent_inverse(lng: float, lat: float) -> None:
    coords = pytest.importorskip("GeoToolCN.coords")
    theirs = coords.gcj02_to_wgs84(lng, lat)
    assert from_gcj02(lng, lat) == pytest.approx(theirs, abs=1e-5)


def test_small_parts_are_left_out_but_never_the_whole(write) -> None:
    document = collection()
    big, small = square(114, 28), square(114.5, 27.5, 0.01)
    document["features"][0]["geometry"] = {"type": "MultiPolygon", "coordinates": [[small], [big]]}
    document["features"][9]["geometry"] = {"type": "Polygon", "coordinates": [small]}
    found = drawn(write(document))
    assert found.paths[COUNTIES[0]].count("M") == 1
    assert found.paths[COUNTIES[9]].count("M") == 1


def test_holes_stay_open(write) -> None:
    document = collection()
    hole = square(114.05, 28.05, 0.1)
    document["features"][0]["geometry"]["coordinates"].append(hole)
    found = drawn(write(document))
    assert found.paths[COUNTIES[0]].count("M") == 2


def test_a_changed_file_is_read_again(write) -> None:
    path = write(collection())
    first = drawn(path)
    assert drawn(path) is first
    write(collection(source="更新后的测试数据"))
    os.utime(path, ns=(1, 1))
    assert drawn(path).source == "更新后的测试数据"


def test_nothing_is_drawn_without_file_and_package(monkeypatch) -> None:
    module = importlib.import_module("leye.analysis.atlas.boundaries")
    for name in [name for name in sys.modules if name.partition(".")[0] == "GeoToolCN"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [p for p in sys.path if "site-packages" not in p])
    importlib.invalidate_caches()
    module._from_package.cache_clear()
    try:
        assert boundaries() is None
    finally:
        module._from_package.cache_clear()


def test_the_package_gives_the_counties() -> None:
    pytest.importorskip("GeoToolCN")
    found = boundaries()
    assert found is not None
    assert set(found.paths) == set(COUNTIES)
    assert found.paths["360902"].count("M") == 1  # its 1 km² part elsewhere is left out
    assert sum(map(len, found.paths.values())) < MOST_PATH_BYTES
    assert not found.may_publish
    assert "不得再分发" in found.licence


def test_located_towns_lie_in_their_county() -> None:
    pytest.importorskip("GeoToolCN")
    found = boundaries()
    assert found is not None
    for code, point in town_points().items():
        x, y = found.projection.xy(point.lng, point.lat)
        left, top, wide, high = found.boxes[code[:6]]
        assert left <= x <= left + wide
        assert top <= y <= top + high


POINT = st.tuples(st.integers(0, 40), st.integers(0, 40))


def twice_the_area(ring: list[tuple[int, int]]) -> int:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)


@settings(deadline=None)
@given(st.lists(POINT, min_size=3, max_size=30))
def test_thinning_changes_no_area(ring: list[tuple[int, int]]) -> None:
    kept = thinned(ring)
    assert twice_the_area(kept) == twice_the_area(ring)
    assert set(kept) <= set(ring)
    assert len(kept) <= len(ring)


def test_thinning_drops_points_on_a_line() -> None:
    assert thinned([(0, 0), (1, 0), (1, 0), (2, 0), (2, 2), (0, 2), (0, 0)]) == [
        (0, 0), (2, 0), (2, 2), (0, 2),
    ]  # fmt: skip


def test_a_label_is_inside_a_crooked_shape() -> None:
    hook = [(0, 0), (100, 0), (100, 100), (90, 100), (90, 10), (0, 10)]
    x, y = label_point([hook])
    assert (0 < x < 100 and 0 < y < 10) or (90 < x < 100 and 0 < y < 100)


def test_area_of_a_square_of_one_tenth_degree() -> None:
    ring = [(114.0, 28.3), (114.1, 28.3), (114.1, 28.4), (114.0, 28.4)]
    assert area_km2(ring) == pytest.approx(109.1, rel=0.01)
