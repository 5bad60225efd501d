"""Opening a person: who may, what for, how often, and what stays on record."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from leye.kernel.errors import Forbidden, LeyeError
from leye.service.identity import appendonly
from leye.service.identity.errors import AppendOnly, InvalidText
from leye.service.identity.models import AuditEvent, IdentityRecord, PersonOpening, User
from leye.service.identity.persons import OpenedPerson, Purpose, open_person, opened_lately
from leye.service.identity.vault.errors import SealBroken, TooManyOpenings, UnknownPerson
from leye.service.identity.vault.vault import Vault
from tests.identity.vaults import known, new_vault, number_of, token_of
from tests.samples import AT

MakeAccount = Callable[..., User]
WHY = "核实领取失业保险金期间的就业情况"


@pytest.fixture
def vault(tmp_path: Path, db: None) -> Vault:
    made = new_vault(tmp_path)
    made.keep(known(made, [1, 2, 3], place="360902001001"), at=AT)
    made.keep(known(made, [4], place=None), at=AT)
    return made


@pytest.fixture
def official(account: MakeAccount) -> User:
    return account("county_official", "360902")


def look(vault: Vault, by: User, person: int = 1, **changes: Any) -> OpenedPerson:
    asked: dict[str, Any] = {
        "purpose": Purpose.CHECK_CONFLICT,
        "reason": WHY,
        "at": AT,
        "tokens_of": lambda key: [token_of(vault, key)],
        **changes,
    }
    return open_person(person, by=by, vault=vault, **asked)


def test_a_person_is_opened_with_the_number_masked(vault: Vault, official: User) -> None:
    opened = look(vault, official)
    assert (opened.person, opened.name, opened.phone) == (1, "王小明", "13800138000")
    assert opened.number == f"{number_of(1)[:6]}********{number_of(1)[-4:]}"
    assert opened.place == "360902001001"


def test_the_whole_number_is_asked_for_and_that_is_on_record(vault: Vault, official: User) -> None:
    assert look(vault, official, full_number=True).number == number_of(1)
    assert PersonOpening.objects.get().full_number
    assert AuditEvent.objects.get(action="person_opened").detail["full_number"] is True


def test_an_opening_is_on_record_with_its_purpose(vault: Vault, official: User) -> None:
    look(vault, official, person=2, request_id="abc")
    event = AuditEvent.objects.get(action="person_opened")
    assert (event.subject_type, event.subject_id, event.place) == ("person", "2", "360902001001")
    assert event.detail == {"purpose": "check_conflict", "full_number": False}
    assert (event.actor, event.request_id, event.at) == (official, "abc", AT)
    opening = PersonOpening.objects.get()
    assert (opening.person, opening.by, opening.reason) == (2, official, WHY)


def test_what_somebody_opened_a_person_for_holds_for_an_hour(
    vault: Vault, official: User, account: MakeAccount
) -> None:
    assert opened_lately(1, by=official, at=AT) is None
    look(vault, official, purpose=Purpose.CONTACT)
    look(vault, official, purpose=Purpose.CHECK_BENEFIT, at=AT + timedelta(minutes=1))
    for later, found in ((30, Purpose.CHECK_BENEFIT), (62, None)):
        assert opened_lately(1, by=official, at=AT + timedelta(minutes=later)) is found
    assert opened_lately(1, by=official, at=AT) is Purpose.CONTACT
    assert opened_lately(2, by=official, at=AT) is None
    assert opened_lately(1, by=account("city_official", "360900"), at=AT) is None


def test_what_is_not_on_record_is_not_shown(
    vault: Vault, official: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_facts: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("leye.service.identity.persons.record", fail)
    with pytest.raises(RuntimeError):
        look(vault, official)
    assert not PersonOpening.objects.exists()


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("village_worker", "360902001"),
        ("data_steward", "360900"),
        ("auditor", "360900"),
        ("administrator", "360900"),
    ],
)
def test_other_roles_open_nobody(vault: Vault, account: MakeAccount, role: str, place: str) -> None:
    with pytest.raises(Forbidden):
        look(vault, account(role, place))
    assert not PersonOpening.objects.exists()


def test_a_person_elsewhere_is_nobody_and_the_attempt_is_on_record(
    vault: Vault, account: MakeAccount
) -> None:
    other = account("county_official", "360981")
    with pytest.raises(UnknownPerson) as elsewhere:
        look(vault, other)
    with pytest.raises(UnknownPerson) as nobody:
        look(vault, other, person=999)
    assert str(elsewhere.value) == str(nobody.value)
    refused = AuditEvent.objects.filter(action="access_refused")
    assert [event.subject_id for event in refused.order_by("pk")] == ["1", "999"]
    assert not PersonOpening.objects.exists()


def test_a_person_whose_place_is_unknown_is_the_citys(
    vault: Vault, official: User, account: MakeAccount
) -> None:
    with pytest.raises(UnknownPerson):
        look(vault, official, person=4)
    assert look(vault, account("city_official", "360900"), person=4).place == "360900"


def test_a_person_without_a_token_is_nobody(vault: Vault, official: User) -> None:
    with pytest.raises(UnknownPerson):
        look(vault, official, tokens_of=lambda _key: [])


@pytest.mark.parametrize(
    "reason",
    ["", " ", "查", "查" * 101, "查 11010519491231002X", "电话13800138000", "电话 138-0013-8000"],
)
def test_a_reason_is_needed_and_names_nobody(vault: Vault, official: User, reason: str) -> None:
    with pytest.raises(InvalidText) as caught:
        look(vault, official, reason=reason)
    assert "1101051949" not in str(caught.value)
    assert "138" not in str(caught.value)
    assert not PersonOpening.objects.exists()


def test_so_many_an_hour_and_then_again(vault: Vault, official: User, settings: Any) -> None:
    settings.LEYE_OPEN_PERSON_LIMIT = 2
    look(vault, official)
    look(vault, official, person=2, at=AT + timedelta(minutes=10))
    with pytest.raises(TooManyOpenings) as caught:
        look(vault, official, person=3, at=AT + timedelta(minutes=59))
    assert caught.value.retry_at == AT + timedelta(hours=1)
    look(vault, official, person=3, at=AT + timedelta(minutes=61))
    with pytest.raises(TooManyOpenings):
        look(vault, official, at=AT + timedelta(minutes=62))
    assert PersonOpening.objects.count() == 3


def test_one_accounts_limit_is_not_anothers(
    vault: Vault, official: User, account: MakeAccount, settings: Any
) -> None:
    settings.LEYE_OPEN_PERSON_LIMIT = 1
    look(vault, official)
    assert look(vault, account("city_official", "360900")).name == "王小明"


def test_a_limit_of_none_opens_nobody(vault: Vault, official: User, settings: Any) -> None:
    settings.LEYE_OPEN_PERSON_LIMIT = 0
    with pytest.raises(TooManyOpenings):
        look(vault, official)


def test_nothing_personal_reaches_logs_words_or_errors(
    vault: Vault, official: User, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.DEBUG = True
    with caplog.at_level(logging.DEBUG):
        opened = look(vault, official, full_number=True)
        IdentityRecord.objects.filter(token=token_of(vault, 2)).update(sealed=b"x" * 60)
        with pytest.raises(SealBroken) as broken:
            look(vault, official, person=2)
        opening = PersonOpening.objects.get()
        event = AuditEvent.objects.get(action="person_opened")
    shown = f"{caplog.text} {opened!r} {opened} {opening} {event} {event.detail} {broken.value!r}"
    for personal in (number_of(1), "王小明", "13800138000", number_of(2)):
        assert personal not in shown


def test_openings_are_not_changed_or_removed(vault: Vault, official: User) -> None:
    appendonly.install(connection)
    look(vault, official)
    opening = PersonOpening.objects.get()
    with pytest.raises(AppendOnly):
        opening.save()
    with pytest.raises(AppendOnly):
        PersonOpening.objects.all().delete()
    for statement in (
        "UPDATE identity_personopening SET reason = 'x'",
        "DELETE FROM identity_personopening",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_has_words(purpose: Purpose) -> None:
    assert purpose.label


@pytest.mark.parametrize("error", [UnknownPerson("x"), SealBroken("x")])
def test_failures_have_words(error: LeyeError) -> None:
    assert error.title
