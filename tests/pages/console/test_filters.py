"""Choosing a place: the city's counties, and step by step what lies inside one."""

import pytest

from leye.doors.console.filters import places_to_choose
from leye.kernel.place import Scope

CITY, COUNTY, TOWN = "360900", "360902", "360902001"
VILLAGE = "360902001001"


def codes(scope: str, chosen: str = "") -> list[str]:
    return [code for code, _ in places_to_choose(Scope.of([scope]), chosen)]


def test_a_city_chooses_among_its_counties() -> None:
    found = codes(CITY)
    assert found[0] == CITY
    assert COUNTY in found
    assert TOWN not in found


def test_of_the_county_chosen_the_towns_are_there_and_of_no_other() -> None:
    found = codes(CITY, COUNTY)
    assert found.index(TOWN) == found.index(COUNTY) + 1
    assert VILLAGE not in found
    assert not [code for code in found if len(code) == 9 and not code.startswith(COUNTY)]


def test_of_the_town_chosen_the_villages_are_there_with_its_neighbours() -> None:
    found = codes(CITY, TOWN)
    assert found.index(VILLAGE) == found.index(TOWN) + 1
    assert "360902002" in found
    assert codes(CITY, VILLAGE) == found


def test_a_county_chooses_among_its_towns() -> None:
    assert codes(COUNTY)[:2] == [COUNTY, TOWN]


@pytest.mark.parametrize("chosen", ["360981", "440100", "1", "x", "360902999"])
def test_what_lies_elsewhere_is_not_offered(chosen: str) -> None:
    assert codes(COUNTY, chosen)[0] == COUNTY
    assert chosen not in codes(COUNTY, chosen)


def test_places_are_set_in_under_the_one_above() -> None:
    named = dict(places_to_choose(Scope.of([CITY]), TOWN))
    depths = [
        len(named[code]) - len(named[code].lstrip("　")) for code in (CITY, COUNTY, TOWN, VILLAGE)
    ]
    assert depths == [0, 1, 2, 3]
