"""Every public page: answers, is well made, leads somewhere, asks the database for nothing."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.pages.portal.markup import Page

FIGURE = "/figures/?indicator=resident_population&place=360902&period=2022-12-31&kind=year_end"
PAGES = (
    "/",
    "/plan/",
    "/plan/?state=not_reported",
    "/plan/?state=met",
    "/plan/urban_new_jobs/",
    "/plan/unemployment_benefit_to_minimum_wage/",
    "/map/",
    "/map/?indicator=gdp",
    "/map/?indicator=resident_population&period=2010-11-01",
    "/map/360902/",
    "/map/360902001/",
    "/map/360902001001/",
    "/map/search/",
    "/map/search/?q=新",
    "/series/unemployment/",
    "/series/unemployment/?from=2023-01&to=2024-06&table=youth_unemployment_rate_excl_students",
    "/indicators/",
    "/indicators/?q=失业",
    "/indicators/resident_population/",
    "/indicators/population_density/",
    FIGURE,
    "/figures/?indicator=population_density&place=360902&period=2022-12-31&kind=derived",
    "/about/",
    "/warning/backtest/",
)
STAFF_QUERIES = 6


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_well_made(public: Client, address: str) -> None:
    response = public.get(address)
    assert response.status_code == 200
    assert Page(response.text).faults == []


@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_costs_the_database_nothing(public: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        public.get(address)
    assert len(queries) == 0


def test_staff_cost_the_database_little(signed_in: Callable[[str, str], Client]) -> None:
    client = signed_in("county_official", "360902")
    for address in PAGES:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= STAFF_QUERIES, address


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/plan/urban_new_job/", 404, "urban_new_jobs"),
        ("/plan/?state=good", 400, "on_track"),
        ("/map/360999/", 404, "您是不是要找"),
        ("/map/abc/", 404, "区划"),
        ("/map/?indicator=nothing", 404, "指标"),
        ("/map/?period=20x", 400, "写作"),
        ("/map/?indicator=surveyed_urban_unemployment_rate", 400, "有数据的指标"),
        ("/map/export.pdf", 404, "没有"),
        ("/series/unemployment/?from=2024-13", 400, "月份写作"),
        ("/series/unemployment/?from=2024", 400, "不是月份"),
        ("/series/unemployment/?from=2024-06&to=2024-01", 400, "晚于"),
        ("/series/unemployment/?from=1999-01&to=1999-12", 400, "没有公布过"),
        ("/series/unemployment/?table=nothing", 404, "月度序列"),
        ("/series/unemployment/export.pdf", 404, "xlsx"),
        ("/indicators/gdpp/", 404, "gdp"),
        ("/figures/", 400, "indicator"),
        (FIGURE.replace("year_end", "final"), 400, "年末数"),
        (FIGURE.replace("2022-12-31", "1999"), 404, "已有的时期"),
        (FIGURE.replace("360902", "999999"), 404, "区划"),
        (FIGURE.replace("resident_population", "people"), 404, "指标"),
    ],
)
def test_what_does_not_exist_is_said_with_a_hint(
    public: Client, address: str, status: int, words: str
) -> None:
    response = public.get(address)
    assert response.status_code == status
    assert words in response.text
    assert Page(response.text).faults == []


def test_pages_only_read(public: Client) -> None:
    for address in PAGES:
        assert public.post(address).status_code == 405


def shape(address: str) -> str:
    """Give the kind of page an address is of: digits and codes left out."""
    path, _, query = address.partition("?")
    return re.sub(r"\d+", "#", re.sub(r"(?<=/)(?:\w+)(?=/$)", "x", path)) + ("?" if query else "")


def test_every_link_leads_somewhere(public: Client) -> None:
    """Some of each kind of page, from the first page on."""
    waiting, seen, kinds, broken = ["/"], {"/"}, Counter[str](), []
    while waiting:
        here = waiting.pop(0)
        response = public.get(here)
        if response.status_code not in {200, 302}:
            broken.append((here, response.status_code))
        if "html" not in response.headers.get("Content-Type", ""):
            continue
        page = Page(response.text)
        for link in page.links:
            if link.startswith("#"):
                if link[1:] not in page.ids:
                    broken.append((here, link))
                continue
            target = urljoin(f"http://testserver{here}", link)
            parts = urlsplit(target)
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.netloc != "testserver" or address in seen or kinds[shape(address)] >= 5:
                continue
            seen.add(address)
            kinds[shape(address)] += 1
            waiting.append(address)
    assert broken == []
    assert len(seen) > 40


def test_large_type_is_remembered_and_comes_back(public: Client) -> None:
    response = public.get("/display/?big=1&next=/plan/%3Fstate=met")
    assert (response.status_code, response.headers["Location"]) == (302, "/plan/?state=met")
    assert 'class="big"' in public.get("/plan/").text
    public.get("/display/?big=0&next=/")
    assert 'class="big"' not in public.get("/plan/").text


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_the_choice_of_type_leads_nowhere_else(public: Client, target: str) -> None:
    assert public.get("/display/", {"big": "1", "next": target}).headers["Location"] == "/"


def test_a_page_is_sent_again_only_when_it_changed(public: Client) -> None:
    first = public.get("/plan/")
    mark = first.headers["ETag"]
    assert public.get("/plan/", headers={"If-None-Match": mark}).status_code == 304
    public.cookies["big"] = "1"
    assert public.get("/plan/", headers={"If-None-Match": mark}).status_code == 200
    assert public.get("/map/", headers={"If-None-Match": mark}).status_code == 200


def test_pages_of_staff_are_never_kept(signed_in: Callable[[str, str], Client]) -> None:
    response = signed_in("county_official", "360902").get("/plan/")
    assert "ETag" not in response.headers
    assert "no-store" in response.headers["Cache-Control"]


def test_the_foot_says_who_runs_the_site_only_where_that_is_set(
    public: Client, settings: Any
) -> None:
    settings.LEYE_SITE = {}
    assert "主办单位" not in public.get("/about/").text
    settings.LEYE_SITE = {"主办单位": "某市人社局"}
    assert "主办单位：某市人社局" in public.get("/map/").text
