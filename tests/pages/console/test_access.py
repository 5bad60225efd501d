"""Every staff page for every role: who gets in, who is told no, who is told it does not exist."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, User
from leye.service.identity.operations import disable_account, enable_account
from tests.samples import ACCOUNTS, AT

ClientFor = Callable[[str], Client]

READERS = {
    "village_worker",
    "county_official",
    "other_county_official",
    "city_official",
    "data_steward",
    "auditor",
}
WRITERS = {"county_official", "other_county_official", "city_official", "data_steward"}
PUBLISHERS = {"city_official", "data_steward"}
ADMINISTRATORS = {"administrator", "county_administrator"}
AUDITORS = {"auditor", "administrator", "county_administrator"}
CITY_READERS = {"city_official", "data_steward", "auditor"}
QUALITY_READERS = {"city_official", "data_steward", "auditor"}
SOURCE_WRITERS = {"city_official", "data_steward"}
CONFLICT_READERS = READERS - {"village_worker"}
LINEAGE_READERS = READERS - {"village_worker"}
EVERYONE = set(ACCOUNTS)

# D000001: 360900, public. D000003: 360902. D000004: 360981. An account "@x" is that of ACCOUNTS.
# Conflicts: a1… lies in 360902, b2… in 360981.
A, B = "a1" * 16, "b2" * 16
PAGES: list[tuple[str, tuple[str, ...], set[str], set[str]]] = [
    # name, arguments, may open it, may open the page but not this one (404)
    ("home", (), EVERYONE, set()),
    ("password", (), EVERYONE, set()),
    ("deliveries", (), READERS, set()),
    ("delivery_new", (), WRITERS, set()),
    ("delivery_template", (), WRITERS, set()),
    ("delivery", ("D000001",), CITY_READERS, READERS - CITY_READERS),
    (
        "delivery",
        ("D000003",),
        CITY_READERS | {"county_official"},
        {"village_worker", "other_county_official"},
    ),
    (
        "delivery",
        ("D000004",),
        CITY_READERS | {"other_county_official"},
        {"village_worker", "county_official"},
    ),
    ("delivery", ("D999999",), set(), READERS),
    (
        "delivery_file",
        ("D000003",),
        CITY_READERS | {"county_official"},
        {"village_worker", "other_county_official"},
    ),
    (
        "delivery_issues",
        ("D000003",),
        CITY_READERS | {"county_official"},
        {"village_worker", "other_county_official"},
    ),
    ("delivery_publish", ("D000003",), PUBLISHERS, set()),
    ("delivery_publish", ("D999999",), set(), PUBLISHERS),
    ("source_confirm", ("D000001",), {"data_steward"}, set()),
    ("source_confirm", ("D999999",), set(), {"data_steward"}),
    ("sources", (), QUALITY_READERS, set()),
    ("source", ("contributions",), QUALITY_READERS, set()),
    ("source", ("nothing",), set(), QUALITY_READERS),
    ("source_template", ("contributions",), QUALITY_READERS, set()),
    ("source_upload", ("contributions",), SOURCE_WRITERS, set()),
    ("source_nil", ("contributions",), SOURCE_WRITERS, set()),
    ("source_nil", ("nothing",), set(), SOURCE_WRITERS),
    ("quality", (), QUALITY_READERS, set()),
    ("quality_source", ("contributions",), QUALITY_READERS, set()),
    ("quality_export", ("contributions",), QUALITY_READERS, set()),
    ("conflicts", (), CONFLICT_READERS, set()),
    ("conflicts_export", (), CONFLICT_READERS, set()),
    (
        "conflict",
        (A,),
        CITY_READERS | {"county_official"},
        {"other_county_official"},
    ),
    (
        "conflict",
        (B,),
        CITY_READERS | {"other_county_official"},
        {"county_official"},
    ),
    ("persons", (), READERS, set()),
    ("persons_export", (), READERS, set()),
    ("lineage", (), LINEAGE_READERS, set()),
    ("accounts", (), ADMINISTRATORS, set()),
    ("account_new", (), ADMINISTRATORS, set()),
    ("account", ("@county_official",), ADMINISTRATORS, set()),
    ("account", ("@village_worker",), ADMINISTRATORS, set()),
    ("account", ("@other_county_official",), {"administrator"}, {"county_administrator"}),
    ("account", ("@city_official",), {"administrator"}, {"county_administrator"}),
    ("account", ("u999999",), set(), ADMINISTRATORS),
    ("account_password", ("@other_county_official",), {"administrator"}, {"county_administrator"}),
    ("account_active", ("@other_county_official",), {"administrator"}, {"county_administrator"}),
    ("audit", (), AUDITORS, set()),
    ("audit_export", (), AUDITORS, set()),
]
POST_ONLY = {
    "sign_out",
    "account_grants",
    "conflicts_dismiss",
    "conflict_decide",
    "conflict_person",
}
"""Pages with no GET; their POST is tested on its own."""
OPEN = {"sign_in"}
QUERY_CEILING = 12


def address(name: str, arguments: tuple[str, ...], accounts: dict[str, User]) -> str:
    given = [accounts[a[1:]].key if a.startswith("@") else a for a in arguments]
    return reverse(f"console:{name}", args=given)


def test_no_page_is_forgotten() -> None:
    names = set(get_resolver("leye.doors.console.urls").reverse_dict) | {
        pattern.name for pattern in get_resolver("leye.doors.console.urls").url_patterns
    }
    pages = {name for name in names if isinstance(name, str)}
    assert pages == {page[0] for page in PAGES} | POST_ONLY | OPEN


@pytest.mark.usefixtures("registers")
@pytest.mark.parametrize("who", ["public", *ACCOUNTS])
def test_every_page_for_every_role(
    who: str, client_for: ClientFor, accounts: dict[str, User]
) -> None:
    client = client_for(who)
    wrong = []
    for name, arguments, may, hidden in PAGES:
        url = address(name, arguments, accounts)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(url)
        expected = 302 if who == "public" else 200 if who in may else 404 if who in hidden else 403
        if response.status_code != expected or len(queries) > QUERY_CEILING:
            wrong.append((url, response.status_code, expected, len(queries)))
        if response.streaming:
            # Read to its end, which closes it; closing it by hand would end the connection too.
            b"".join(response.streaming_content)  # type: ignore[arg-type] - bytes
    assert not wrong


@pytest.mark.parametrize("who", ACCOUNTS)
def test_the_first_page_offers_all_that_the_bar_does(who: str, client_for: ClientFor) -> None:
    text = client_for(who).get(reverse("console:home")).text
    bar = re.search(r'<nav class="subnav" aria-label="工作台">.*?</nav>', text, re.DOTALL)
    assert bar
    links = set(re.findall(r'href="([^"]+)"', bar[0])) - {reverse("console:home")}
    rest = set(re.findall(r'href="([^"]+)"', text.replace(bar[0], "")))
    assert links <= rest
    assert reverse("console:password") in rest


@pytest.mark.parametrize("line", PAGES, ids=lambda line: f"{line[0]}{line[1]}")
def test_strangers_are_sent_to_sign_in_and_brought_back(
    line: tuple[str, tuple[str, ...], set[str], set[str]],
    client_for: ClientFor,
    accounts: dict[str, User],
) -> None:
    url = address(line[0], line[1], accounts)
    response = client_for("public").get(url)
    assert response.status_code == 302
    assert response.headers["Location"] == f"{reverse('console:sign_in')}?next={url}"


def test_being_told_no_is_recorded(client_for: ClientFor, accounts: dict[str, User]) -> None:
    client_for("auditor").get(reverse("console:accounts"))
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.actor, event.detail) == (
        Action.ACCESS_REFUSED,
        accounts["auditor"],
        {"action": "manage_accounts"},
    )


@pytest.mark.parametrize("name", sorted(POST_ONLY))
def test_pages_that_write_have_no_get(
    name: str, client_for: ClientFor, accounts: dict[str, User]
) -> None:
    arguments = ("@county_official",) if name.startswith("account") else ()
    arguments = (A,) if name.startswith("conflict_") else arguments
    who = "city_official" if name.startswith("conflict") else "administrator"
    response = client_for(who).get(address(name, arguments, accounts))
    assert response.status_code == 405


def test_a_disabled_account_is_out_at_once(
    client_for: ClientFor, accounts: dict[str, User]
) -> None:
    client = client_for("county_official")
    assert client.get(reverse("console:home")).status_code == 200
    User.objects.filter(pk=accounts["county_official"].pk).update(is_active=False)
    assert client.get(reverse("console:home")).status_code == 302


def test_enabling_an_account_again_does_not_revive_its_sessions(
    client_for: ClientFor, accounts: dict[str, User]
) -> None:
    client, user = client_for("county_official"), accounts["county_official"]
    assert client.get(reverse("console:home")).status_code == 200
    disable_account(user=user, by=None, at=AT)
    enable_account(user=user, by=None, at=AT)
    assert client.get(reverse("console:home")).status_code == 302
    user.refresh_from_db()
    client.force_login(user)
    assert client.get(reverse("console:home")).status_code == 200


def test_who_must_change_their_password_does_nothing_else(
    client_for: ClientFor, accounts: dict[str, User]
) -> None:
    client = client_for("administrator")
    User.objects.filter(pk=accounts["administrator"].pk).update(must_change_password=True)
    for name, arguments, _may, _hidden in PAGES:
        if name != "password":
            response = client.get(address(name, arguments, accounts))
            assert (response.status_code, response.headers["Location"]) == (
                302,
                reverse("console:password"),
            )
    assert "请先换成只有您自己知道的密码" in client.get(reverse("console:password")).text


def test_pages_of_staff_are_not_cached(client_for: ClientFor) -> None:
    response = client_for("city_official").get(reverse("console:home"))
    assert "no-store" in response.headers["Cache-Control"]
