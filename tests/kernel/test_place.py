"""How division codes nest, and what a scope covers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.kernel.place import (
    EVERYWHERE,
    NATION,
    PUBLIC,
    InvalidPlaceCode,
    PlaceLevel,
    Scope,
    contains,
    parent_code,
    place_level,
    place_prefix,
)

LEVELS = list(PlaceLevel)


@st.composite
def codes(draw: st.DrawFn) -> str:
    """Draw a code of any level from a small country, so that codes often nest."""
    part = st.sampled_from(("01", "02", "11"))
    long_part = st.sampled_from(("001", "002", "100"))
    parts = [draw(part), draw(part), draw(part), draw(long_part), draw(long_part)]
    kept = parts[: draw(st.integers(0, 5))]
    return "".join(kept).ljust(6, "0")


def ancestors(code: str) -> list[str]:
    chain = [code]
    while (up := parent_code(chain[-1])) is not None:
        chain.append(up)
    return chain


@pytest.mark.parametrize(
    ("code", "level", "prefix", "parent"),
    [
        ("000000", PlaceLevel.NATION, "", None),
        ("360000", PlaceLevel.PROVINCE, "36", "000000"),
        ("360900", PlaceLevel.CITY, "3609", "360000"),
        ("360902", PlaceLevel.COUNTY, "360902", "360900"),
        ("360902001", PlaceLevel.TOWN, "360902001", "360902"),
        ("360902001001", PlaceLevel.VILLAGE, "360902001001", "360902001"),
    ],
)
def test_the_levels_of_yichun(
    code: str, level: PlaceLevel, prefix: str, parent: str | None
) -> None:
    assert (place_level(code), place_prefix(code), parent_code(code)) == (level, prefix, parent)


@given(codes())
def test_every_place_lies_in_each_of_its_parents_up_to_the_nation(code: str) -> None:
    chain = ancestors(code)
    assert chain[-1] == NATION
    depths = [LEVELS.index(place_level(each)) for each in chain]
    assert depths == list(range(depths[0], -1, -1))
    for lower, upper in pairwise(chain):
        assert contains(upper, lower)
        assert not contains(lower, upper)
        assert lower.startswith(place_prefix(upper))


@given(codes(), codes())
def test_to_lie_inside_is_to_have_it_among_the_parents(outer: str, inner: str) -> None:
    assert contains(outer, inner) == (outer in ancestors(inner))


@given(codes(), codes(), codes())
def test_containing_is_a_partial_order(one: str, two: str, three: str) -> None:
    assert contains(one, one)
    if contains(one, two) and contains(two, one):
        assert one == two
    if contains(one, two) and contains(two, three):
        assert contains(one, three)


@pytest.mark.parametrize(
    "text",
    [
        *("", "36", "3609", "36090", "3609020", "36090200100", "3609020010010", "36090a"),
        *("360902 ", "360902\n", "３６０９０２", "٣٦٠٩٠٢", "宜春市"),
    ],
)
def test_what_is_no_code_is_refused_everywhere(text: str) -> None:
    for use in (place_level, place_prefix, parent_code):
        with pytest.raises(InvalidPlaceCode) as caught:
            use(text)
        assert caught.value.hint
    for pair in ((text, NATION), (NATION, text)):
        with pytest.raises(InvalidPlaceCode):
            contains(*pair)
    with pytest.raises(InvalidPlaceCode):
        Scope.of([NATION, text])


@given(st.lists(codes()), codes())
def test_a_scope_covers_what_any_of_its_places_contains(given_codes: list[str], code: str) -> None:
    assert Scope.of(given_codes).covers(code) == any(contains(each, code) for each in given_codes)


@given(st.lists(codes()))
def test_a_scope_keeps_no_place_inside_another(given_codes: list[str]) -> None:
    scope = Scope.of(given_codes)
    assert scope.places <= set(given_codes)
    assert not any(
        one != other and contains(one, other) for one in scope.places for other in scope.places
    )
    assert Scope.of(scope.places) == scope


@given(st.lists(codes()))
def test_the_order_and_repetition_of_places_do_not_matter(given_codes: list[str]) -> None:
    again = [*given_codes, *reversed(given_codes)]
    assert Scope.of(again) == Scope.of(given_codes)
    assert hash(Scope.of(again)) == hash(Scope.of(given_codes))


@given(st.lists(codes()), codes())
def test_the_prefixes_of_a_scope_select_what_it_covers(given_codes: list[str], code: str) -> None:
    scope = Scope.of(given_codes)
    selected = any(code.startswith(prefix) for prefix in scope.prefixes)
    assert selected == scope.covers(code)
    assert list(scope.prefixes) == sorted(set(scope.prefixes))


@given(codes())
def test_the_public_sees_nothing_unpublished_and_the_nation_everything(code: str) -> None:
    assert not PUBLIC.covers(code)
    assert EVERYWHERE.covers(code)
    assert Scope.of([code, NATION]) == EVERYWHERE
    assert Scope.of([]) == PUBLIC
