"""The person behind a conflict: opened for a purpose, on record, by those who handle the case."""

from collections.abc import Callable

import pyarrow as pa
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from leye.data.pool import Pool
from leye.data.pool.person_keys import PERSON_KEYS, PERSON_KEYS_SCHEMA
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, PersonOpening
from leye.service.identity.vault.vault import Vault
from tests.identity.vaults import known, number_of, token_of
from tests.samples import AT

ClientFor = Callable[[str], Client]
A, B = "a1" * 16, "b2" * 16
PERSON = 7
"""Whom the conflicts of the sample concern."""
WHY = {"person-purpose": "check_conflict", "person-reason": "电话核实离职时间"}


@pytest.fixture(autouse=True)
def _known_to_the_vault(registers: Pool, keys: Vault) -> None:
    keys.keep(known(keys, [PERSON], name="王小明", place="360902001001"), at=AT)
    row = {"token": token_of(keys, PERSON), "key_version": keys.key_version, "person": PERSON}
    rows = pa.Table.from_pylist([row], schema=PERSON_KEYS_SCHEMA.to_pyarrow())
    with registers.ledger.writing() as change:
        change.append(PERSON_KEYS, rows.to_reader(), schema=PERSON_KEYS_SCHEMA)
        change.commit(label="delivery", at=AT)


def look(client: Client, number: str = A, **given: str) -> HttpResponse:
    url = reverse("console:conflict_person", args=[number])
    return client.post(f"{url}?month=202403", {**WHY, **given})  # type: ignore[return-value] - a test response


def test_nobody_is_named_before_it_is_asked(client_for: ClientFor) -> None:
    page = client_for("county_official").get(f"/console/conflicts/{A}/").text
    assert "人员 7" in page
    assert "打开姓名和号码" in page
    assert "王小明" not in page


def test_a_person_is_opened_with_the_number_masked(client_for: ClientFor) -> None:
    response = look(client_for("county_official"))
    assert response.status_code == 200
    assert "王小明" in response.text
    assert number_of(PERSON) not in response.text
    assert f"{number_of(PERSON)[:6]}********" in response.text
    assert "no-store" in response.headers["Cache-Control"]
    opening = PersonOpening.objects.get()
    assert (opening.person, opening.reason) == (PERSON, "电话核实离职时间")
    event = AuditEvent.objects.filter(action=Action.PERSON_OPENED).get()
    assert event.detail == {"purpose": "check_conflict", "full_number": False}
    assert event.request_id


@pytest.mark.parametrize(
    "given",
    [
        {"person-purpose": ""},
        {"person-purpose": "curiosity"},
        {"person-reason": ""},
        {"person-reason": "他的电话是13979512345"},
    ],
)
def test_without_a_purpose_and_a_reason_nobody_is_named(
    client_for: ClientFor, given: dict[str, str]
) -> None:
    response = look(client_for("county_official"), **given)
    assert response.status_code == 422
    assert "请先改正下面的问题" in response.text
    assert "王小明" not in response.text
    assert not PersonOpening.objects.exists()


def test_a_person_of_another_county_does_not_exist(client_for: ClientFor) -> None:
    assert look(client_for("other_county_official"), A).status_code == 404
    # The conflict lies in one's county, the person it concerns lives in another.
    response = look(client_for("other_county_official"), B)
    assert response.status_code == 422
    assert "没有可以查看的身份信息" in response.text
    assert "王小明" not in response.text


@pytest.mark.parametrize("who", ["auditor", "data_steward"])
def test_who_handles_no_cases_opens_nobody(client_for: ClientFor, who: str) -> None:
    assert look(client_for(who)).status_code == 403


def test_too_many_openings_are_stopped(client_for: ClientFor, settings: object, pool: Pool) -> None:
    settings.LEYE_OPEN_PERSON_LIMIT = 1  # type: ignore[attr-defined] - Django's settings
    client = client_for("county_official")
    assert look(client).status_code == 200
    response = look(client)
    assert response.status_code == 429
    assert "王小明" not in response.text
