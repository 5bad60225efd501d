"""Flows as drawings: as thick as what they carry, nothing outside the box, no number on another."""

import re
from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from leye.analysis.atlas import tile_grid
from leye.analysis.atlas.elsewhere import elsewhere
from leye.doors.web.flow_bands import Carried, draw_bands
from leye.doors.web.flow_lines import MOST, Way, draw_lines

STATES = "abcdef"


def numbers(path: str) -> list[float]:
    return [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", path)]


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(STATES), st.sampled_from(STATES)),
        st.integers(1, 9999),
        min_size=1,
    )
)
def test_bands_fill_their_bars(flows: dict[tuple[str, str], int]) -> None:
    carried = [Carried(*pair, persons, "") for pair, persons in flows.items()]
    drawing = draw_bands(carried, name=str, shade=str, order=STATES)
    assert drawing
    assert len(drawing.ribbons) == len(flows)
    whole = sum(flows.values())
    assert sum(bar.value for bar in drawing.bars) == 2 * whole
    for bar in drawing.bars:
        assert bar.y >= 0
        assert bar.y + bar.height <= drawing.height
        assert abs(bar.height - max(bar.value / whole * 460, 1)) < 0.1


def test_states_stand_in_the_order_given_and_the_thinnest_are_left_out() -> None:
    carried = [Carried("b", "a", 5, ""), Carried("a", "b", 9, ""), Carried("c", "a", 1, "")]
    drawing = draw_bands(carried, name=str.upper, shade=str, order="abc", most=2)
    assert drawing
    assert [bar.name for bar in drawing.bars] == ["A", "B", "A", "B"]
    assert drawing.left_out == 1


def test_where_nothing_flows_nothing_is_drawn() -> None:
    assert draw_bands([], name=str, shade=str) is None
    assert draw_lines([], name=str) is None


def test_between_neighbors_a_line_is_seen_beside_its_number() -> None:
    cells = tile_grid().cells
    neighbors = [
        (one, other)
        for one, (x, y) in cells.items()
        for other, (right, below) in cells.items()
        if abs(right - x) + abs(below - y) == 1
    ]
    assert neighbors
    for one, other in neighbors:
        drawing = draw_lines([Way(one, other, 5, "")], name=str)
        assert drawing
        (way,) = drawing.ways
        x0, y0, _, _, x1, y1 = numbers(way.path)
        assert hypot(way.x - x0, way.y - y0) > 15, "its start is under the number"
        assert hypot(way.x - x1, way.y - y1) > 15, "its head is under the number"


PLACES = [*tile_grid().cells, *elsewhere(), "", "outside"]


@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES), st.integers(1, 99_999)),
        min_size=1,
        max_size=14,
        unique_by=lambda each: each[:2],
    )
)
def test_lines_stay_in_the_box(flows: list[tuple[str, str, int]]) -> None:
    ways = [Way(*each, spoken="") for each in flows if each[0] != each[1]]
    drawing = draw_lines(ways, name=str)
    if not ways:
        assert drawing is None
        return
    assert drawing
    assert len(drawing.ways) == min(len(ways), MOST)
    left, top, width, height = map(float, drawing.view_box.split())
    for way in drawing.ways:
        x0, y0, *_, x1, y1 = numbers(way.path)
        for x, y in ((x0, y0), (x1, y1), (way.x, way.y)):
            assert left <= x <= left + width
            assert top <= y <= top + height
        assert 2 < way.width <= 15
    assert [way.number for way in drawing.ways] == list(range(1, len(drawing.ways) + 1))


def test_there_and_back_are_two_lines_with_numbers_apart() -> None:
    ways = [Way("360902", "440000", 60, "去"), Way("440000", "360902", 50, "回")]
    drawing = draw_lines(ways, name=str, own="360902")
    assert drawing
    there, back = drawing.ways
    assert there.path != back.path
    assert there.width > back.width
    assert hypot(there.x - back.x, there.y - back.y) > 20
    assert [spot.code for spot in drawing.spots if spot.is_own] == ["360902"]
    assert there.spoken == "去"
