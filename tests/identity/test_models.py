"""What the database itself refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from leye.service.identity import appendonly
from leye.service.identity.actions import Action
from leye.service.identity.audit import record
from leye.service.identity.errors import AppendOnly
from leye.service.identity.models import AuditEvent, Grant, User
from tests.samples import AT

MakeAccount = Callable[..., User]


def refused(write: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


def test_a_grant_is_held_once(account: MakeAccount) -> None:
    user = account("county_official", "360902")
    again = Grant(user=user, role="county_official", place="360902", at=AT)
    assert refused(again.save)


@pytest.mark.parametrize(
    ("role", "place"),
    [("public", "360902"), ("superuser", "360902"), ("auditor", "3609"), ("auditor", "36090a")],
)
def test_a_grant_has_a_known_role_and_the_form_of_a_place(
    account: MakeAccount, role: str, place: str
) -> None:
    user = account("county_official", "360902")
    assert refused(Grant(user=user, role=role, place=place, at=AT).save)


@pytest.mark.parametrize("username", ["Wang", "a", "1abc", "王五", "a b c"])
def test_an_account_name_has_its_form(db: None, username: str) -> None:
    user = User(username=username, display_name="测试", place="360902", created_at=AT)
    assert refused(user.save)


def test_an_account_name_is_taken_once(account: MakeAccount) -> None:
    account("county_official", "360902", username="one")
    again = User(username="one", display_name="测试", place="360902", created_at=AT)
    assert refused(again.save)


def test_an_account_with_grants_cannot_be_deleted(account: MakeAccount) -> None:
    user = account("county_official", "360902")
    with pytest.raises(models.ProtectedError):
        user.delete()


def test_an_account_is_named_by_its_key(account: MakeAccount) -> None:
    user = account("county_official", "360902")
    assert str(user) == user.key == f"u{user.pk:06d}"
    assert User.objects.by_key(user.key) == user


@pytest.mark.parametrize("key", ["", "u", "x000001", "u-1", "u１２", "u99999999999999999999"])
def test_a_key_that_is_none_finds_nobody(db: None, key: str) -> None:
    with pytest.raises(User.DoesNotExist):
        User.objects.by_key(key)


@pytest.fixture
def event(db: None) -> AuditEvent:
    appendonly.install(connection)
    return record(action=Action.SIGNED_IN, by=None, at=AT, place="360900")


def test_an_event_is_not_saved_twice(event: AuditEvent) -> None:
    event.place = "360902"
    with pytest.raises(AppendOnly):
        event.save()


def test_an_event_is_not_deleted(event: AuditEvent) -> None:
    with pytest.raises(AppendOnly):
        event.delete()


def test_events_are_not_changed_or_deleted_in_bulk(event: AuditEvent) -> None:
    with pytest.raises(AppendOnly):
        AuditEvent.objects.all().update(place="360902")
    with pytest.raises(AppendOnly):
        AuditEvent.objects.all().delete()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE identity_auditevent SET place = '360902'", "DELETE FROM identity_auditevent"],
)
def test_the_database_refuses_what_goes_round_the_models(event: AuditEvent, statement: str) -> None:
    with connection.cursor() as cursor:
        assert refused(lambda: cursor.execute(statement))
    assert AuditEvent.objects.get(pk=event.pk).place == "360900"


def test_an_event_carries_known_facts_only(db: None) -> None:
    with pytest.raises(ValueError, match="username"):
        record(action=Action.SIGNED_IN, by=None, at=AT, place="360900", detail={"username": "wang"})


@pytest.mark.parametrize("action", list(Action))
def test_each_action_has_words(action: Action) -> None:
    assert action.label


def test_sessions_signed_with_a_former_key_go_on_until_the_account_is_disabled(
    account: Callable[..., User], settings: Any
) -> None:
    user = account("county_official", "360902")
    before = user.get_session_auth_hash()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert before in list(user.get_session_auth_fallback_hash())
    user.session_epoch += 1
    assert before not in list(user.get_session_auth_fallback_hash())
