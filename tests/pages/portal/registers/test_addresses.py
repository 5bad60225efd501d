"""Addresses that are wrong, nothing built yet, and who is offered what."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.pages.portal.markup import Page
from tests.pages.portal.register_sample import (
    CITY,
    FIRM_LIST,
    TOWN,
)

Staff = Callable[[str, str], Client]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/atlas/flows/?k=water", 404),
        ("/atlas/flows/?v=pie", 400),
        ("/atlas/flows/?n=0", 400),
        ("/atlas/flows/?m=202413", 400),
        (f"/atlas/flows/?p={TOWN}", 400),
        ("/atlas/flows/?p=360100", 404),
        ("/atlas/flows/export.pdf", 404),
        ("/atlas/groups/?p=1", 404),
        ("/atlas/groups/export.pdf", 404),
        ("/atlas/parks/没有的园区/", 404),
    ],
)
def test_a_wrong_address_is_said_with_a_hint(visitor: Client, address: str, status: int) -> None:
    response = visitor.get(address)
    assert response.status_code == status
    assert Page(response.text).faults == []


def test_before_anything_is_built_the_pages_say_so(
    public: Client, signed_in: Callable[[str, str], Client]
) -> None:
    for address in ("/atlas/flows/", "/atlas/groups/", "/atlas/groups/woman/", "/atlas/parks/"):
        response = public.get(address)
        assert "还没有数" in response.text, address
        assert Page(response.text).faults == []
    for address in ("/atlas/flows/export.csv", "/atlas/groups/export.csv", "/atlas/parks/x/"):
        assert public.get(address).status_code == 404
    assert "还没有数" in signed_in("city_official", CITY).get(FIRM_LIST).text


def test_the_navigation_offers_firms_to_staff_alone(visitor: Client, staff: Staff) -> None:
    assert 'href="/atlas/firms/"' not in visitor.get("/atlas/flows/").text
    text = staff("auditor", CITY).get("/atlas/flows/").text
    assert 'href="/atlas/firms/"' in text
    assert 'href="/atlas/flows/" aria-current="page"' in text
