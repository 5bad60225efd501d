"""The wall: what everybody's screen shows, and what one shows that staff opened an address for."""

import logging
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leye.config.logs import WithoutPersons
from leye.doors.portal.views.wall import POLL_SECONDS, TURN_SECONDS
from leye.doors.portal.wall.panels import MOST_PANELS
from leye.service.identity.models import ScreenPass
from leye.service.identity.operations import disable_account
from leye.service.identity.screens import open_screen
from tests.pages.portal.markup import Page
from tests.pages.portal.wall_sample import (
    COUNTY_FIRM,
    EXACT,
    FIRM,
    ROUNDED,
    TRADER,
    write_city,
)
from tests.samples import ACCOUNTS, AT

if TYPE_CHECKING:
    from leye.service.identity.models import User

SLUGS = ("overview", "flows", "groups", "firms", "plan")
PAGES = ("/wall/", *(f"/wall/{slug}/" for slug in SLUGS))
Account = Callable[..., "User"]


@pytest.fixture(autouse=True)
def city(published_folder: Path, tmp_path: Path, settings: Any, db: None) -> Path:
    """A pool of the published figures with a serving copy."""
    root = tmp_path / "pool"
    shutil.copytree(published_folder, root)
    write_city(root)
    settings.LEYE_POOL = root
    return root


def opened(
    user: "User", place: str = "360900", *, firms: bool = False, days: int = 30, late: int = 0
) -> str:
    """Open a screen some days ago, and give its address."""
    made = open_screen(
        label="三楼指挥室",
        place=place,
        days=days,
        shows_firms=firms,
        by=user,
        at=timezone.now() - timedelta(days=late),
    )
    return f"/wall/t/{made.token}/"


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_well_made_and_every_panel_has_its_table(address: str) -> None:
    client = Client()
    response = client.get(address)
    assert response.status_code == 200
    assert Page(response.text).faults == []
    panels = re.findall(r'<section class="panel', response.text)
    assert 1 <= len(panels) <= MOST_PANELS
    links = re.findall(r'class="panel-table" href="([^"#]+)#([\w-]+)"', response.text)
    assert len(links) == len(panels)
    for url, anchor in links:
        tables = client.get(url).text
        assert Page(tables).faults == []
        assert f'<h2 id="{anchor}">' in tables


def test_the_tables_hold_the_numbers_of_the_panels() -> None:
    client = Client()
    for slug in SLUGS:
        shown, tables = client.get(f"/wall/{slug}/").text, client.get(f"/wall/{slug}/tables/").text
        numbers = re.findall(r'<span class="bar-value">([^<]+)</span>', shown)
        numbers += re.findall(r"<b>([^<]+)</b>[^<]*</p><p class=.kpi-delta", shown)
        assert slug == "plan" or numbers
        assert [number for number in numbers if f">{number}<" not in tables] == []


@pytest.mark.parametrize("who", [None, *ACCOUNTS.values()])
def test_everybodys_wall_is_protected_whoever_looks(
    who: tuple[str, str] | None, account: Account
) -> None:
    client = Client()
    if who is not None:
        client.force_login(account(*who))
    with CaptureQueriesContext(connection) as queries:
        pages = [client.get(address).text for address in PAGES]
    shown = "".join(pages)
    assert f">{ROUNDED}<" in shown
    assert f">{EXACT}<" not in shown
    assert FIRM not in shown
    assert "公开版" in shown
    assert len(queries) <= (0 if who is None else 3 * len(PAGES))


def test_a_visitor_who_has_the_page_is_told_so() -> None:
    client = Client()
    tag = client.get("/wall/flows/").headers["ETag"]
    assert client.get("/wall/flows/", headers={"If-None-Match": tag}).status_code == 304


def test_the_state_changes_with_the_data_and_with_nothing_else(city: Path) -> None:
    client = Client()
    before = client.get("/wall/state.json")
    assert before.headers["Cache-Control"] == "no-store"
    assert (before.json()["month"], before.json()["release"]) == ("2024-03", 7)
    assert before.json()["as_of"]
    assert client.get("/wall/state.json").json() == before.json()
    write_city(city, release=8)
    assert client.get("/wall/state.json").json() != before.json()


def test_pages_turn_slowly_and_ask_every_minute() -> None:
    shown = Client().get("/wall/").text
    assert TURN_SECONDS >= 15
    assert POLL_SECONDS == 60
    assert f'data-turn="{TURN_SECONDS}" data-poll="60"' in shown


@pytest.mark.parametrize("address", ["/wall/nothing/", "/wall/nothing/tables/", "/wall/t/"])
def test_what_there_is_not_is_said_plainly(address: str) -> None:
    assert Client().get(address).status_code == 404


def test_without_any_month_the_plan_is_shown(published_folder: Path, settings: Any) -> None:
    settings.LEYE_POOL = published_folder
    shown = Client().get("/wall/").text
    assert "登记库还没有生成" in shown
    assert "城镇新增就业" in shown
    assert Client().get("/wall/overview/").status_code == 404


def test_the_way_to_the_wall_is_on_the_pages() -> None:
    assert 'href="/wall/"' in Client().get("/").text


# -- Screens that staff opened --


def test_a_screen_shows_exact_figures_without_signing_in(account: Account) -> None:
    address = opened(account("city_official", "360900"))
    client = Client()
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"{address}flows/")
    assert len(queries) <= 8
    assert f">{EXACT}<" in response.text
    assert "三楼指挥室" in response.text
    assert "公开版" not in response.text
    assert Page(response.text).faults == []
    assert EXACT in client.get(f"{address}flows/tables/").text
    assert client.get(f"{address}state.json").json()["month"] == "2024-03"


@pytest.mark.parametrize("path", ["", "firms/", "state.json", "firms/tables/"])
def test_a_screens_address_stays_out_of_caches_and_search(path: str, account: Account) -> None:
    response = Client().get(opened(account("city_official", "360900")) + path)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert not response.cookies


def test_firms_are_named_where_that_was_ticked_and_traders_never(account: Account) -> None:
    user = account("city_official", "360900")
    without, named = opened(user), opened(user, firms=True)
    client = Client()
    for path in ("firms/", "firms/tables/"):
        assert FIRM not in client.get(without + path).text
        shown = client.get(named + path).text
        assert FIRM in shown
        assert (f"{FIRM}有限公司" in shown) == path.endswith("tables/"), "in full in the table"
        assert COUNTY_FIRM in shown
        assert TRADER not in shown


def test_a_countys_screen_shows_the_county_alone(account: Account) -> None:
    address = opened(account("county_official", "360902"), "360902", firms=True)
    client = Client()
    shown = client.get(address).text
    assert "<h1>袁州区就业形势</h1>" in shown
    firms = client.get(f"{address}firms/").text
    assert FIRM in firms
    assert COUNTY_FIRM not in firms
    assert client.get(f"{address}plan/").status_code == 404
    for slug in ("overview", "flows", "groups", "firms"):
        assert Page(client.get(f"{address}{slug}/").text).faults == []


@pytest.mark.parametrize("path", ["", "firms/", "firms/tables/", "state.json"])
def test_a_screen_that_ended_shows_nothing(path: str, account: Account) -> None:
    user = account("city_official", "360900")
    ended, shut, lost = opened(user, days=1, late=2), opened(user), opened(user)
    ScreenPass.objects.filter(pk=ScreenPass.objects.order_by("pk")[1].pk).update(shut_at=AT)
    client = Client()
    for address in (ended, shut, "/wall/t/wrong/"):
        response = client.get(address + path)
        assert response.status_code == 404
        assert EXACT not in response.text
    assert client.get(lost + path).status_code == 200
    disable_account(user=user, by=None, at=AT)
    assert client.get(lost + path).status_code == 404


@pytest.mark.parametrize(
    "line", ["Not Found: %s", "Method Not Allowed (%s): %s", "Internal Server Error: %s"]
)
def test_a_screens_address_stays_out_of_the_log(line: str) -> None:
    given = ("POST",) * (line.count("%s") - 1)
    address = "/wall/t/Zm9v-YmFy_x/firms/?a=1"
    record = logging.LogRecord("django.request", 30, "", 1, line, (*given, address), None)
    WithoutPersons().filter(record)
    assert "Zm9v" not in record.getMessage()
    assert "/wall/t/…/firms/" in record.getMessage()


def test_no_link_carries_a_screens_address_in_its_query(account: Account) -> None:
    address = opened(account("city_official", "360900"))
    token = address.split("/")[3]
    for path in (f"{address}firms/tables/", f"{address}nothing/tables/"):
        text = Client().get(path).text
        assert "?big=1" in text
        assert not any(
            token in href.partition("?")[2] for href in re.findall('href="([^"]*)"', text)
        )


def test_nobody_writes_to_a_screen(account: Account) -> None:
    address = opened(account("city_official", "360900"))
    for path in ("", "firms/", "state.json"):
        assert Client().post(address + path).status_code == 405
