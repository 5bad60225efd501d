"""Staff of one county begin there; an address that asks for anything is the same to all."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from leye.data.reference import places
from tests.pages.portal.register_sample import CITY, FENGCHENG, TOWN, YUANZHOU

Staff = Callable[[str, str], Client]
PAGES = (
    ("/atlas/", "p"),
    ("/atlas/compare/", "p"),
    ("/atlas/flows/", "p"),
    ("/atlas/groups/", "p"),
    ("/atlas/groups/woman/", "p"),
    ("/atlas/circle/", "place"),
    ("/atlas/circle/sites/", "place"),
    ("/situation/", "place"),
)


@pytest.mark.parametrize(("page", "name"), PAGES)
@pytest.mark.parametrize(
    ("role", "home", "county"),
    [
        ("county_official", FENGCHENG, FENGCHENG),
        ("village_worker", TOWN, YUANZHOU),
        ("administrator", YUANZHOU, YUANZHOU),
    ],
)
def test_staff_of_a_county_begin_there(
    staff: Staff, page: str, name: str, role: str, home: str, county: str
) -> None:
    client = staff(role, home)
    response = client.get(page)
    assert response.status_code == 302
    assert response["Location"] == f"{page}?{name}={county}"
    shown = client.get(response["Location"])
    assert shown.status_code == 200
    name_of = places().get(county).name
    chosen = rf'<option value="{county}" selected|<(title|h1|h2)[^>]*>[^<]*{name_of}'
    assert re.search(chosen, shown.text)


@pytest.mark.parametrize(("page", "name"), PAGES)
def test_an_address_that_asks_shows_everybody_the_same(staff: Staff, page: str, name: str) -> None:
    client = staff("county_official", FENGCHENG)
    asked = [f"{name}={CITY}"] if page == "/situation/" else [f"{name}={CITY}", "m=202403"]
    for query in asked:
        assert client.get(f"{page}?{query}").status_code == 200


@pytest.mark.parametrize(("page", "name"), PAGES)
def test_visitors_and_the_citys_staff_begin_with_the_city(
    visitor: Client, staff: Staff, page: str, name: str
) -> None:
    assert visitor.get(page).status_code == 200
    assert staff("city_official", CITY).get(page).status_code == 200
