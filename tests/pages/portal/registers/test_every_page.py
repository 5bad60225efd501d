"""Every page beside the map: well made, cheap, and exact for those entitled alone."""

import re
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.pages.portal.markup import Page
from tests.pages.portal.register_sample import (
    CITY,
    FENGCHENG,
    FIRM,
    FIRM_LIST,
    KINDS,
    TOWN,
    YUANZHOU,
)

Staff = Callable[[str, str], Client]

PUBLIC = (
    "/atlas/flows/",
    *(f"/atlas/flows/?k={kind}" for kind in KINDS),
    f"/atlas/flows/?k=status&p={YUANZHOU}&v=matrix",
    "/atlas/flows/?k=commute&v=ends",
    "/atlas/flows/?k=commute&v=matrix",
    "/atlas/flows/?m=202303",
    f"/atlas/flows/?p={FENGCHENG}",
    "/atlas/groups/",
    f"/atlas/groups/?p={YUANZHOU}&m=202402",
    "/atlas/groups/woman/",
    f"/atlas/groups/college_graduate/?p={YUANZHOU}",
    "/atlas/groups/woman/?m=202303",
    "/atlas/parks/",
    "/atlas/parks/宜春经开区/",
)
STAFF = (
    FIRM_LIST,
    f"{FIRM_LIST}?s=name&q=企业&p={YUANZHOU}&n=2",
    f"{FIRM_LIST}?q=没有这样的",
    FIRM,
)
STAFF_QUERIES = 6


@pytest.mark.parametrize("address", PUBLIC)
def test_a_page_is_well_made(visitor: Client, address: str) -> None:
    response = visitor.get(address)
    assert response.status_code == 200
    assert Page(response.text).faults == []
    assert "公开版" in response.text
    assert "内部版" not in response.text


@pytest.mark.parametrize("address", PUBLIC)
def test_a_visitor_costs_the_database_nothing(visitor: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        visitor.get(address)
    assert len(queries) == 0


def test_staff_cost_the_database_little(staff: Staff) -> None:
    client = staff("county_official", YUANZHOU)
    for address in (*PUBLIC, *STAFF):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address if "?" in address else f"{address}?m=202403")
        assert response.status_code == 200, address
        assert Page(response.text).faults == [], address
        assert len(queries) <= STAFF_QUERIES, address


def test_every_link_leads_somewhere(staff: Staff) -> None:
    client = staff("city_official", CITY)
    for address in (PUBLIC[0], "/atlas/groups/woman/", "/atlas/parks/宜春经开区/", FIRM_LIST, FIRM):
        for link in Page(client.get(address).text).links:
            target = urljoin(address, link)
            if re.match(r"/atlas/(flows|groups|parks|firms)/", target):
                assert client.get(target).status_code == 200, target


@pytest.mark.parametrize(
    ("role", "home", "exact"),
    [
        ("county_official", YUANZHOU, [YUANZHOU]),
        ("city_official", CITY, [CITY, YUANZHOU, FENGCHENG]),
        ("auditor", CITY, []),
        ("administrator", CITY, []),
        ("village_worker", TOWN, []),
    ],
)
def test_exact_numbers_are_for_those_who_may_see_persons(
    staff: Staff, role: str, home: str, exact: list[str]
) -> None:
    client = staff(role, home)
    for place in (CITY, YUANZHOU, FENGCHENG):
        for page in ("/atlas/flows/", "/atlas/groups/", "/atlas/groups/woman/"):
            text = client.get(f"{page}?p={place}").text
            assert ("内部版" in text) == (place in exact), (page, place)
            assert ("名单" in text and "/persons/list/" in text) == (
                place in exact and page.endswith("woman/")
            )
