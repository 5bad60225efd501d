"""Every page of the policies: well made, cheap, the same for staff."""

import html
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leye.decision.policy import catalogue
from tests.pages.portal.markup import Page
from tests.pages.portal.policies.walking import CHECK, FIRM
from tests.samples import ACCOUNTS

PAGES = (
    "/policies/",
    CHECK,
    FIRM,
    "/policies/rules/",
    "/policies/rules/?q=毕业生&who=person&paid=once&force=met",
    "/policies/rules/?q=没有这个词",
    "/policies/rules/unemployment_benefit/",
    "/policies/rules/changes/",
    "/policies/rules/changes/?page=2",
)
STAFF_QUERIES = 6


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_well_made_and_costs_nothing(public: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = public.get(address)
    assert response.status_code == 200
    assert Page(response.text).faults == []
    assert len(queries) == 0


@pytest.mark.parametrize("name", catalogue())
def test_every_programme_has_its_page(public: Client, name: str) -> None:
    response = public.get(f"/policies/rules/{name}/")
    assert response.status_code == 200
    assert Page(response.text).faults == []
    assert catalogue()[name].title in html.unescape(response.text)
    assert "案例" in response.text


@pytest.mark.parametrize("name", ACCOUNTS)
def test_staff_see_the_same_pages(signed_in: Callable[[str, str], Client], name: str) -> None:
    client = signed_in(*ACCOUNTS[name])
    for address in PAGES:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= STAFF_QUERIES, address


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/policies/rules/unemployment_benefits/", 404, "unemployment_benefit"),
        ("/policies/rules/?who=dog", 400, "person"),
        ("/policies/rules/?paid=%3Cscript%3E", 400, "&lt;script&gt;"),
        ("/policies/rules/changes/?page=0", 400, "页码"),
        ("/policies/rules/changes/?page=9999", 400, "页码"),
        ("/policies/rules/changes/?page=x", 400, "页码"),
        ("/policies/rules/export.pdf", 404, "xlsx"),
        ("/policies/rules/values.pdf", 404, "xlsx"),
        ("/policies/rules/export.csv?force=maybe", 400, "met"),
    ],
)
def test_what_does_not_exist_is_said_with_a_hint(
    public: Client, address: str, status: int, words: str
) -> None:
    response = public.get(address)
    assert response.status_code == status
    assert words in response.text
    assert Page(response.text).faults == []


def test_what_is_searched_for_is_shown_as_text(public: Client) -> None:
    text = public.get("/policies/rules/", {"q": '"><script>alert(1)</script>' + "长" * 5000}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert "长" * 61 not in text
