"""Shades of a map: in order, at most five, each value in its class."""

from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from leye.doors.web import shades
from leye.doors.web.shades import CHANGE_SHADES, SET_APART, SHADES, diverging, ordered

SHEET = Path(shades.__file__).parent / "static" / "web" / "atlas.css"
VALUES = st.lists(st.decimals(-1000, 1000, places=1), min_size=1, max_size=60)


def written(value: Decimal) -> str:
    return f"{value:f}"


@given(VALUES)
def test_a_higher_value_is_never_lighter(values: list[Decimal]) -> None:
    shading = ordered(values)
    shades = [shading.shade_of(value) for value in sorted(values)]
    assert shades == sorted(shades)
    assert set(shades) <= {"k1", "k2", "k3", "k4", "k5"}


@given(VALUES)
def test_changes_are_told_apart_by_their_sign(values: list[Decimal]) -> None:
    shading = diverging(values)
    for value in values:
        wanted = {"d1", "d2"} if value < 0 else {"d4", "d5"} if value > 0 else {"d3"}
        assert shading.shade_of(value) in wanted
    shades = [shading.shade_of(value) for value in sorted(values)]
    assert shades == sorted(shades)


@given(VALUES, st.booleans())
def test_the_legend_has_every_shade_once_from_low_to_high(
    values: list[Decimal], colored_by_change: bool
) -> None:
    shading = diverging(values) if colored_by_change else ordered(values)
    shades = [entry.shade for entry in shading.legend(written)]
    assert shades == sorted(set(shades))
    assert set(shades) == {shading.shade_of(value) for value in values}
    assert len(shades) <= 5


def test_a_class_is_written_with_both_its_ends() -> None:
    labels = [entry.label for entry in ordered(map(Decimal, range(1, 11))).legend(written)]
    assert labels == ["1 至 2", "3 至 4", "5 至 6", "7 至 8", "9 至 10"]
    assert [entry.label for entry in diverging([Decimal(0)]).legend(written)] == ["没有变化"]


def test_a_value_of_no_class_is_set_apart() -> None:
    assert diverging([Decimal(3)]).shade_of(Decimal(-1)) == SET_APART


def test_dots_have_every_shade_of_their_legend() -> None:
    states = (shades.MISSING, shades.ZERO_DENOMINATOR, shades.HIDDEN, SET_APART, shades.SETTLED)
    numbered = [f"k{number}" for number in range(1, SHADES + 1)]
    sheet = SHEET.read_text("utf-8")
    lacking = [
        each
        for each in (*numbered, *CHANGE_SHADES, *states)
        if f".shaded-points .{each} " not in sheet
    ]
    assert lacking == []
