"""Towns as points: located ones drawn where they are, the others listed, none invented."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leye.analysis.atlas import NotACounty, boundaries, point_map
from leye.data.reference import places, town_points
from leye.kernel.errors import UnknownCode

COUNTIES = [place.code for place in places().children("360900")]


@pytest.mark.parametrize("county", COUNTIES)
def test_every_town_is_drawn_or_listed(county: str) -> None:
    drawing = point_map(county)
    towns = {place.code for place in places().children(county)}
    located = {town.place.code for town in drawing.located}
    unlocated = {place.code for place in drawing.unlocated}
    assert located | unlocated == towns
    assert not located & unlocated
    assert located == towns & set(town_points())


@pytest.mark.parametrize("county", COUNTIES)
def test_points_lie_in_the_view_box(county: str) -> None:
    drawing = point_map(county)
    left, top, width, height = drawing.view_box
    for town in drawing.located:
        assert left + town.radius < town.x < left + width - town.radius
        assert top + town.radius < town.y < top + height - town.radius


@pytest.mark.parametrize("county", COUNTIES)
def test_a_circle_stands_for_the_villages(county: str) -> None:
    drawing = point_map(county)
    for town in drawing.located:
        assert town.villages == len(places().children(town.place.code))
    most = max(drawing.located, key=lambda town: town.villages)
    for town in drawing.located:
        share = (town.radius / most.radius) ** 2
        assert share == pytest.approx(max(town.villages, 1) / most.villages, rel=0.02)


@settings(deadline=None)
@given(st.sampled_from([c for c in COUNTIES if len(point_map(c).located) > 1]), st.data())
def test_distances_keep_their_proportions(county: str, data) -> None:
    located = point_map(county).located
    pair = st.lists(st.sampled_from(located), min_size=2, max_size=2, unique=True)
    (a, b), (c, d) = data.draw(pair), data.draw(pair)

    def ratio(one, other) -> float:
        p, q = town_points()[one.place.code], town_points()[other.place.code]
        east = (p.lng - q.lng) * math.cos(math.radians((p.lat + q.lat) / 2))
        return math.hypot(one.x - other.x, one.y - other.y) / math.hypot(east, p.lat - q.lat)

    assert ratio(a, b) == pytest.approx(ratio(c, d), rel=0.02)


def test_the_source_is_named() -> None:
    assert "GeoNames" in point_map("360902").source
    assert point_map("360902").accuracy_m >= 1000


def test_north_is_up_and_east_is_right() -> None:
    drawn = {town.place.code: town for town in point_map("360902").located}
    points = town_points()
    north = max(drawn, key=lambda code: points[code].lat)
    east = max(drawn, key=lambda code: points[code].lng)
    assert drawn[north].y == min(town.y for town in drawn.values())
    assert drawn[east].x == max(town.x for town in drawn.values())


def test_a_county_without_any_point_lists_its_towns() -> None:
    drawing = point_map("360902", points={})
    assert drawing.located == ()
    assert len(drawing.unlocated) == 37
    assert (drawing.source, drawing.accuracy_m) == ("", 0)
    assert drawing.view_box[2] > 0


def test_with_boundaries_the_outline_is_in_the_same_units() -> None:
    pytest.importorskip("GeoToolCN")
    outlines = boundaries()
    assert outlines is not None
    drawing = point_map("360981", boundaries=outlines)
    assert drawing.outline == outlines.paths["360981"]
    left, top, width, height = drawing.view_box
    for town in drawing.located:
        assert left < town.x < left + width
        assert top < town.y < top + height


def test_only_counties_have_a_point_map() -> None:
    with pytest.raises(NotACounty):
        point_map("360900")
    with pytest.raises(UnknownCode):
        point_map("360999")
