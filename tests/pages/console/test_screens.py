"""The staff pages of screens: for every role, and what they write."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leye.service.identity.models import ScreenPass, User
from leye.service.identity.screens import open_screen, screen_of
from tests.pages.portal.markup import Page
from tests.samples import ACCOUNTS, AT

ClientFor = Callable[[str], Client]
OWN = {"county_official", "city_official"}
ALL = OWN | {"other_county_official"}
QUERIES = 8
FORM = {"label": "人社局三楼指挥室", "place": "360902", "days": "30"}


@pytest.fixture
def screen(accounts: dict[str, User]) -> ScreenPass:
    """A screen of 360902."""
    made = open_screen(
        label="大厅",
        place="360902",
        days=30,
        shows_firms=False,
        by=accounts["county_official"],
        at=AT,
    )
    return made.screen


@pytest.mark.parametrize("who", ["public", *ACCOUNTS])
def test_every_page_for_every_role(who: str, client_for: ClientFor, screen: ScreenPass) -> None:
    client = client_for(who)
    wrong = []
    for name, arguments, may in (
        ("screens", (), ALL),
        ("screen_new", (), ALL),
        ("screen_shut", (screen.number,), OWN),
        ("screen_shut", ("s99999",), set()),
    ):
        url = reverse(f"screens:{name}", args=arguments)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        expected = 302 if who == "public" else 200 if who in may else 404 if who in ALL else 403
        if response.status_code != expected or len(queries) > QUERIES:
            wrong.append((url, response.status_code, expected, len(queries)))
        if response.status_code == 200:
            assert Page(response.text).faults == []
    assert not wrong


def test_a_screen_is_opened_and_its_address_shown_once(client_for: ClientFor) -> None:
    client = client_for("county_official")
    response = client.post(reverse("screens:screen_new"), {**FORM, "shows_firms": "on"})
    found = re.search(r"<code>http://testserver/wall/t/([\w-]{43})/</code>", response.text)
    assert found is not None
    assert Page(response.text).faults == []
    screen = ScreenPass.objects.get()
    assert (screen.label, screen.place, screen.shows_firms) == ("人社局三楼指挥室", "360902", True)
    assert screen_of(found[1], at=screen.issued_at) == screen
    listed = client.get(reverse("screens:screens")).text
    assert screen.number in listed
    assert found[1] not in listed


@pytest.mark.parametrize(
    "given",
    [
        {"place": "360900"},
        {"place": "360981"},
        {"place": "360902001"},
        {"days": "9999"},
        {"days": "x"},
        {"label": ""},
        {"label": "张三13800138000"},
    ],
)
def test_what_is_wrong_is_said_at_its_field(client_for: ClientFor, given: dict[str, str]) -> None:
    client = client_for("county_official")
    response = client.post(reverse("screens:screen_new"), {**FORM, **given})
    assert response.status_code == 422
    assert "请先改正下面的问题" in response.text
    assert f'href="#id_{next(iter(given))}"' in response.text
    assert not ScreenPass.objects.exists()


def test_a_screen_is_shut_after_a_question(client_for: ClientFor, screen: ScreenPass) -> None:
    client, url = client_for("county_official"), reverse("screens:screen_shut", args=["s00000"])
    assert client.post(url).status_code == 404
    url = reverse("screens:screen_shut", args=[screen.number])
    assert "停用" in client.get(url).text
    assert ScreenPass.objects.get().shut_at is None
    after = client.post(url, follow=True)
    assert "大屏已停用" in after.text
    assert ScreenPass.objects.get().shut_at is not None
    other = client_for("other_county_official")
    assert other.post(url).status_code == 404


def test_only_who_may_open_screens_posts(client_for: ClientFor, screen: ScreenPass) -> None:
    for who in ("village_worker", "data_steward", "auditor", "administrator"):
        client = client_for(who)
        assert client.post(reverse("screens:screen_new"), FORM).status_code == 403
        shut = reverse("screens:screen_shut", args=[screen.number])
        assert client.post(shut).status_code == 403
    assert ScreenPass.objects.filter(shut_at=None).count() == 1


def test_the_navigation_leads_there_for_those_who_may(client_for: ClientFor) -> None:
    link = f'href="{reverse("screens:screens")}"'
    assert link in client_for("city_official").get(reverse("console:home")).text
    assert link not in client_for("auditor").get(reverse("console:home")).text
