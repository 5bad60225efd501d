"""Where places are drawn: counties as tiles, located towns as points, all else nowhere."""

from collections.abc import Iterable

from leye.data.reference import places, town_points
from leye.doors.web.maps import MapKind, Mark, draw_map
from leye.kernel.place import PlaceLevel

CITY, COUNTY = "360900", "360902"


def marks(codes: Iterable[str]) -> list[Mark]:
    return [Mark(code, f"名{code}", "1", f"名{code}：1", "k5", f"/{code}") for code in codes]


def codes_of(level: PlaceLevel, within: str) -> list[str]:
    return [place.code for place in places().at_level(level, within=within)]


def test_every_county_is_a_tile_of_its_own() -> None:
    drawing = draw_map(marks(codes_of(PlaceLevel.COUNTY, CITY)), parent=CITY)
    assert drawing is not None
    assert drawing.kind is MapKind.TILES
    assert len({(shape.x, shape.y) for shape in drawing.shapes}) == len(drawing.shapes) == 10
    assert drawing.left_out == ()
    assert all(shape.on_dark for shape in drawing.shapes)


def test_towns_without_coordinates_are_left_out_and_named() -> None:
    towns = codes_of(PlaceLevel.TOWN, COUNTY)
    drawing = draw_map(marks(towns), parent=COUNTY)
    assert drawing is not None
    assert drawing.kind is MapKind.POINTS
    assert {shape.mark.place for shape in drawing.shapes} == set(towns) & set(town_points())
    assert {mark.place for mark in drawing.left_out} == set(towns) - set(town_points())
    assert drawing.accuracy_m > 0
    assert "GeoNames" in drawing.source


def test_points_lie_inside_the_drawing() -> None:
    for parent in (COUNTY, CITY):
        drawing = draw_map(marks(codes_of(PlaceLevel.TOWN, parent)), parent=parent)
        assert drawing is not None
        left, top, width, height = map(float, drawing.view_box.split())
        assert all(left <= shape.x <= left + width for shape in drawing.shapes)
        assert all(top <= shape.y <= top + height for shape in drawing.shapes)
        assert drawing.names == (parent == COUNTY)


def test_villages_parks_and_unknown_places_are_not_drawn() -> None:
    assert draw_map(marks(codes_of(PlaceLevel.VILLAGE, "360902001")), parent="360902001") is None
    assert draw_map(marks(["park:某园区"]), parent=CITY) is None
    assert draw_map(marks(["", "430181"]), parent=CITY) is None
    assert draw_map([], parent=CITY) is None
