"""Places: the tree, names, and what is said when something is not there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leye.data.reference import AmbiguousName, places
from leye.kernel.errors import LeyeError, UnknownCode
from leye.kernel.place import PlaceLevel, contains, parent_code, place_level, place_prefix

EVERY = [place for level in PlaceLevel for place in places().at_level(level)]
PLACE = st.sampled_from(EVERY)
UNTIMED = settings(deadline=None)


def test_the_city_is_whole() -> None:
    counted = {level: len(places().at_level(level)) for level in PlaceLevel}
    assert counted == {
        PlaceLevel.NATION: 1,
        PlaceLevel.PROVINCE: 1,
        PlaceLevel.CITY: 1,
        PlaceLevel.COUNTY: 10,
        PlaceLevel.TOWN: 219,
        PlaceLevel.VILLAGE: 2794,
    }
    assert len(places()) == 3026


@pytest.mark.parametrize(
    ("code", "name", "towns"),
    [
        ("360902", "袁州区", 37),
        ("360921", "奉新县", 19),
        ("360922", "万载县", 18),
        ("360923", "上高县", 18),
        ("360924", "宜丰县", 17),
        ("360925", "靖安县", 12),
        ("360926", "铜鼓县", 14),
        ("360981", "丰城市", 34),
        ("360982", "樟树市", 22),
        ("360983", "高安市", 28),
    ],
)
def test_counties_have_their_towns(code: str, name: str, towns: int) -> None:
    assert places().get(code).name == name
    assert len(places().children(code)) == towns
    assert places().at_level(PlaceLevel.TOWN, within=code) == places().children(code)


@UNTIMED
@given(PLACE)
def test_parents_exist_and_agree_with_the_code(place) -> None:
    assert place.level is place_level(place.code)
    assert place.parent == parent_code(place.code)
    if place.parent is not None:
        assert place.parent in places()
        assert place in places().children(place.parent)


@UNTIMED
@given(PLACE)
def test_a_path_leads_from_the_nation_to_the_place(place) -> None:
    path = places().path(place.code)
    assert path[0].code == "000000"
    assert path[-1] == place
    assert [p.code for p in path[:-1]] == [p.parent for p in path[1:]]


def below(code: str) -> set[str]:
    prefix = place_prefix(code)
    return {place.code for place in EVERY if place.code.startswith(prefix)}


@UNTIMED
@given(PLACE)
def test_children_partition_what_lies_inside(place) -> None:
    found: set[str] = set()
    for child in places().children(place.code):
        inside = below(child.code)
        assert contains(place.code, child.code)
        assert not found & inside
        found |= inside
    assert found == below(place.code) - {place.code}


@UNTIMED
@given(PLACE)
def test_a_code_finds_its_place(place) -> None:
    assert places().find(place.code) == place
    assert places().find(f" {place.code} ") == place


@UNTIMED
@given(st.sampled_from([place for place in EVERY if place.level is not PlaceLevel.VILLAGE]))
def test_a_name_finds_its_place_or_says_it_is_not_alone(place) -> None:
    same = [p for p in EVERY if p.level is place.level and p.name == place.name]
    if len(same) == 1:
        assert places().find(place.name) == place
    else:
        with pytest.raises(AmbiguousName) as told:
            places().find(place.name)
        assert len(told.value.candidates) == len(same)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("袁州", "360902"),
        ("袁州区", "360902"),
        ("宜春", "360900"),
        ("江西", "360000"),
        ("全国", "000000"),
        ("丰城", "360981"),
        ("冯川", "360921100"),
    ],
)
def test_names_may_lack_their_suffix(written: str, code: str) -> None:
    assert places().find(written).code == code


def test_an_ambiguous_name_lists_its_candidates() -> None:
    villages = [p for p in EVERY if p.level is PlaceLevel.VILLAGE]
    others = {p.name for p in EVERY if p.level is not PlaceLevel.VILLAGE}
    name = next(
        p.name
        for p in villages
        if p.name not in others and sum(q.name == p.name for q in villages) > 1
    )
    with pytest.raises(AmbiguousName) as told:
        places().find(name)
    codes = [p.code for p in villages if p.name == name]
    assert [candidate.split()[0] for candidate in told.value.candidates] == codes
    assert all(code in told.value.hint for code in codes)


def test_an_unknown_code_names_near_ones() -> None:
    with pytest.raises(UnknownCode) as told:
        places().get("360903")
    assert "360902 袁州区" in told.value.near
    with pytest.raises(UnknownCode) as told:
        places().get("360902999")
    assert all(near.startswith("360902") for near in told.value.near)


def test_an_unknown_name_names_near_ones() -> None:
    with pytest.raises(UnknownCode) as told:
        places().find("袁洲区")
    assert "360902 袁州区" in told.value.near
    assert "袁州区" in told.value.hint


@UNTIMED
@given(st.text(max_size=14) | st.text("0369", max_size=12))
def test_any_text_is_a_place_or_a_plain_refusal(text: str) -> None:
    told: LeyeError | None = None
    try:
        found = places().find(text)
    except (UnknownCode, AmbiguousName) as refusal:
        told = refusal
    assert (told is not None and told.hint) or found in EVERY


def test_a_place_outside_is_not_in_the_list() -> None:
    assert "360902" in places()
    assert "110000" not in places()
    with pytest.raises(UnknownCode):
        places().children("110000")
    with pytest.raises(UnknownCode):
        places().at_level(PlaceLevel.TOWN, within="110000")
    assert places().children("360902001001") == ()
