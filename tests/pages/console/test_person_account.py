"""给本人开通网上查看: who may issue a code, after what, and what the slip shows."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leye.data.pool import Pool
from leye.service.identity.actions import Action
from leye.service.identity.models import ActivationCode, AuditEvent, ResidentAccount
from leye.service.identity.residents.codes import ALPHABET
from leye.service.identity.vault.vault import Vault
from tests.decision.policy import town
from tests.identity.residents import resident
from tests.identity.vaults import number_of
from tests.pages.portal.markup import Page

ClientFor = Callable[[str], Client]
WHY = {"person-purpose": "self_service", "person-reason": "本人要求"}
PRESENT = {"do": "issue", "here": "on", "card": "on"}
CODE = re.compile(rf"<code>([{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}})</code>")
QUERY_CEILING = 22


def address(key: int = town.DRAWS, what: str = "account/") -> str:
    return f"/console/persons/list/{key}/{what}?month={town.NOW}"


@pytest.fixture
def official(client_for: ClientFor, people: Pool) -> Client:
    """A county official who has opened one of the county's people."""
    client = client_for("county_official")
    page = client.post(address(what="open/"), WHY)
    assert address().split("?")[0] in page.text
    return client


def test_the_slip_shows_a_code_an_address_and_three_steps_once(official: Client) -> None:
    form = official.get(address())
    assert "没有开通" in form.text
    assert Page(form.text).faults == []
    with CaptureQueriesContext(connection) as queries:
        slip = official.post(address(), PRESENT)
    assert slip.status_code == 200
    assert len(queries) <= QUERY_CEILING
    assert Page(slip.text).faults == []
    assert "http://testserver/me/activate/" in slip.text
    assert slip.text.count("<li>") >= 3
    found = CODE.search(slip.text)
    assert found is not None
    assert "no-store" in slip.headers["Cache-Control"]
    # Neither who it is nor the number: whoever finds the slip learns nothing.
    for secret in ("王小明", number_of(town.DRAWS), number_of(town.DRAWS)[-4:]):
        assert secret not in slip.text
    again = official.get(address())
    assert found[1] not in again.text
    assert "已发开通码，本人还没有启用" in again.text
    event = AuditEvent.objects.get(action=Action.RESIDENT_CODE_ISSUED)
    assert (event.subject_id, event.place) == (str(town.DRAWS), "360902001001")


@pytest.mark.parametrize("ticked", [{}, {"here": "on"}, {"card": "on"}])
def test_nothing_is_issued_before_both_are_confirmed(
    official: Client, ticked: dict[str, str]
) -> None:
    page = official.post(address(), {"do": "issue", **ticked})
    assert page.status_code == 422
    assert "请先改正" in page.text
    assert Page(page.text).faults == []
    assert not ResidentAccount.objects.exists()


def test_a_second_code_voids_the_first(official: Client) -> None:
    first, second = (CODE.search(official.post(address(), PRESENT).text) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first[1] != second[1]
    assert ActivationCode.objects.filter(voided_at=None).count() == 1


def test_who_has_not_opened_the_person_lately_is_told_to(
    client_for: ClientFor, people: Pool
) -> None:
    client = client_for("county_official")
    for page in (client.get(address()), client.post(address(), PRESENT)):
        assert page.status_code == 403
        assert "请先打开本人信息" in page.text
    assert not ResidentAccount.objects.exists()


def test_people_of_other_places_do_not_exist(official: Client) -> None:
    assert official.get(address(town.FOUNDER)).status_code == 404
    assert official.post(address(town.FOUNDER), PRESENT).status_code == 404
    assert not ResidentAccount.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"),
    [("public", 302), ("auditor", 403), ("data_steward", 403), ("administrator", 403),
     ("village_worker", 403), ("other_county_official", 404)],
)  # fmt: skip
def test_others_are_kept_out(client_for: ClientFor, people: Pool, name: str, status: int) -> None:
    client = client_for(name)
    assert client.get(address()).status_code == status
    assert client.post(address(), PRESENT).status_code == status
    assert not ResidentAccount.objects.exists()


def test_staff_close_it(official: Client, keys: Vault, accounts: dict) -> None:
    held = resident(town.DRAWS, by=accounts["county_official"], vault=keys)
    page = official.get(address())
    assert "已开通，本人可以登录" in page.text
    assert "补发开通码" in page.text
    done = official.post(address(), {"do": "close"}, follow=True)
    assert "已停用" in done.text
    assert "没有开通" in done.text
    held.refresh_from_db()
    assert held.closed_at is not None
    assert official.post(address(), {"do": "close"}).status_code == 404


def test_the_record_names_the_resident_by_key_alone(
    official: Client, keys: Vault, accounts: dict, client_for: ClientFor
) -> None:
    held = resident(town.DRAWS, by=accounts["county_official"], vault=keys)
    page = client_for("auditor").get("/console/audit/").text
    assert f"居民本人 {held.key}" in page
    assert "居民启用账号" in page
    assert number_of(town.DRAWS) not in page
