"""Residents' accounts: who opens them, what a code is worth, and what is kept."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from leye.kernel.errors import Forbidden
from leye.service.identity.actions import Action
from leye.service.identity.errors import NoResidentAccount, NotOpened, NotPresent, WeakPassword
from leye.service.identity.models import ActivationCode, AuditEvent, ResidentAccount, User
from leye.service.identity.passwords import check_resident_password
from leye.service.identity.residents.codes import (
    ALPHABET,
    LENGTH,
    foreign,
    new_code,
    plain_code,
    spelled,
)
from leye.service.identity.residents.operations import (
    DAYS,
    account_of,
    change_own_password,
    close_by_staff,
    close_own,
    issue_code,
    open_code_of,
)
from leye.service.identity.residents.queries import looks_at
from leye.service.identity.residents.signin import signed_in
from leye.service.identity.vault.numbers import is_sound, plain_number
from leye.service.identity.vault.vault import Vault
from tests.identity.residents import PASSWORD, PLACE, issued, opened, resident
from tests.identity.vaults import new_vault, number_of
from tests.samples import AT

MakeAccount = Callable[..., User]
PERSON = 7


@pytest.fixture
def vault(tmp_path: Path, db: None) -> Vault:
    return new_vault(tmp_path)


@pytest.fixture
def official(account: MakeAccount) -> User:
    return account("county_official", "360902")


def test_a_code_has_more_than_50_bits_and_nothing_that_looks_alike() -> None:
    assert len(set(ALPHABET)) ** LENGTH > 2**50
    assert not set(ALPHABET) & set("01OIL")
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(f"[{ALPHABET}]{{{LENGTH}}}", code) for code in codes)


@given(
    st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH),
    st.sampled_from(["-", " ", "  ", "—", "．", "_", "", "‑", "−", "\u200b", "：", "、"]),
    st.booleans(),
)
def test_a_code_is_read_however_it_is_typed(code: str, gap: str, small: bool) -> None:
    typed = spelled(code).replace("-", gap)
    assert plain_code(typed.lower() if small else typed) == code
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert plain_code(wide) == code


def test_what_looks_alike_on_paper_is_in_no_code() -> None:
    assert foreign(plain_code("abcd-0o1i-lo23")) == "0O1IL"
    assert foreign(new_code()) == ""


@given(st.integers(0, 20_000))
def test_a_citizen_number_is_sound_until_a_character_changes(serial: int) -> None:
    number = number_of(serial)
    assert is_sound(plain_number(f" {number[:6]} {number[6:14]}-{number[14:].lower()} "))
    for at in (0, 9, 16):
        wrong = str((int(number[at]) + 1) % 10)
        assert not is_sound(number[:at] + wrong + number[at + 1 :])
    assert not is_sound(number[:17])
    assert not is_sound(f"{number}0")


def test_a_code_opens_an_account_and_is_on_record(official: User) -> None:
    code = issued(PERSON, by=official, at=AT)
    assert code.expires_at == AT + timedelta(days=DAYS)
    assert code.account == account_of(PERSON)
    assert not code.account.is_active
    event = AuditEvent.objects.get(action=Action.RESIDENT_CODE_ISSUED)
    assert (event.actor, event.subject_type, event.subject_id) == (official, "person", str(PERSON))
    assert (event.place, event.detail) == (PLACE, {"days": 7})
    assert (code.account.opened_by, code.account.opened_at) == (official, AT)


def test_a_code_is_kept_as_a_hash_and_never_printed(official: User) -> None:
    code = issued(PERSON, by=official, at=AT)
    plain = plain_code(code.code)
    for model in (ActivationCode, ResidentAccount, AuditEvent):
        assert plain not in str(list(model.objects.values()))
        assert code.code not in str(list(model.objects.values()))
    assert repr(code) == "IssuedCode"


def test_a_new_code_voids_the_old_one_and_keeps_the_account(official: User) -> None:
    first = issued(PERSON, by=official, at=AT)
    second = issued(PERSON, by=official, at=AT + timedelta(minutes=5))
    assert first.account == second.account
    assert first.code != second.code
    assert [code.voided_at is None for code in ActivationCode.objects.order_by("id")] == [
        False,
        True,
    ]
    found = open_code_of(second.account)
    assert found is not None
    assert found.issued_at == AT + timedelta(minutes=5)


def test_who_has_not_opened_the_person_issues_nothing(official: User) -> None:
    with pytest.raises(NotOpened):
        issue_code(PERSON, place=PLACE, present=True, by=official, at=AT)
    opened(PERSON, by=official, at=AT)
    with pytest.raises(NotOpened):
        issue_code(PERSON, place=PLACE, present=True, by=official, at=AT + timedelta(hours=2))
    with pytest.raises(NotOpened):
        issue_code(PERSON + 1, place=PLACE, present=True, by=official, at=AT)
    assert not ResidentAccount.objects.exists()


def test_nothing_is_issued_unless_the_person_stands_there(official: User) -> None:
    opened(PERSON, by=official, at=AT)
    with pytest.raises(NotPresent):
        issue_code(PERSON, place=PLACE, present=False, by=official, at=AT)
    assert not ResidentAccount.objects.exists()


@pytest.mark.parametrize(
    ("role", "place"),
    [("county_official", "360981"), ("auditor", "360900"), ("data_steward", "360900"),
     ("administrator", "360900"), ("village_worker", "360902001")],
)  # fmt: skip
def test_a_code_is_issued_by_who_may_open_the_person(
    account: MakeAccount, role: str, place: str
) -> None:
    by = account(role, place)
    opened(PERSON, by=by, at=AT)
    with pytest.raises(Forbidden):
        issue_code(PERSON, place=PLACE, present=True, by=by, at=AT)
    assert not ResidentAccount.objects.exists()


def test_staff_close_an_account_within_their_places(
    official: User, account: MakeAccount, vault: Vault
) -> None:
    held = resident(PERSON, by=official, vault=vault, at=AT)
    other = account("county_official", "360981", username="other")
    opened(PERSON, by=other, at=AT)
    with pytest.raises(Forbidden):
        close_by_staff(PERSON, place=PLACE, by=other, at=AT)
    close_by_staff(PERSON, place=PLACE, by=official, at=AT)
    held.refresh_from_db()
    assert (held.closed_by, held.closed_at, held.password) == (official, AT, "")
    assert account_of(PERSON) is None
    assert AuditEvent.objects.get(action=Action.RESIDENT_CLOSED).actor == official
    with pytest.raises(NoResidentAccount):
        close_by_staff(PERSON, place=PLACE, by=official, at=AT)


def test_an_account_moves_with_the_person(
    official: User, account: MakeAccount, vault: Vault
) -> None:
    """The county they live in now helps them, and reads of it in its own record."""
    held, moved = resident(PERSON, by=official, vault=vault, at=AT), "360981001201"
    there = account("county_official", "360981", username="there")
    opened(PERSON, by=there, at=AT)
    again = issue_code(PERSON, place=moved, present=True, by=there, at=AT)
    assert (again.account, again.account.place) == (held, moved)
    assert AuditEvent.objects.latest("pk").place == moved
    ResidentAccount.objects.filter(pk=held.pk).update(place=PLACE)
    close_by_staff(PERSON, place=moved, by=there, at=AT)
    assert AuditEvent.objects.get(action=Action.RESIDENT_CLOSED).place == moved
    assert account_of(PERSON) is None


def test_a_closed_account_is_opened_anew_and_its_code_is_void(official: User, vault: Vault) -> None:
    held = resident(PERSON, by=official, vault=vault, at=AT)
    issued(PERSON, by=official, at=AT)
    close_own(by=held, at=AT)
    assert not ActivationCode.objects.filter(used_at=None, voided_at=None).exists()
    event = AuditEvent.objects.get(action=Action.RESIDENT_CLOSED)
    assert (event.actor, event.resident) == (None, held)
    again = issued(PERSON, by=official, at=AT)
    assert again.account != held
    assert ResidentAccount.objects.filter(person=PERSON).count() == 2


def test_sessions_end_with_the_password_and_with_the_account(official: User, vault: Vault) -> None:
    held = resident(PERSON, by=official, vault=vault, at=AT)
    assert signed_in(held.pk, epoch=held.session_epoch) == held
    assert signed_in(held.pk, epoch=held.session_epoch + 1) is None
    later = change_own_password(by=held, new="gao-shan-liu-shui", at=AT)
    assert signed_in(held.pk, epoch=held.session_epoch) is None
    assert signed_in(held.pk, epoch=later.session_epoch) == held
    close_own(by=held, at=AT)
    later.refresh_from_db()
    assert signed_in(held.pk, epoch=later.session_epoch) is None
    with pytest.raises(NoResidentAccount):
        change_own_password(by=held, new="gao-shan-liu-shui", at=AT)


@pytest.mark.parametrize("password", ["short", "12345678901234", "password12"])
def test_passwords_keep_the_rules_of_staff(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_resident_password(password)


def test_a_password_holds_nothing_of_the_citizen_number() -> None:
    number = number_of(PERSON)
    for part in (number[6:14], number[6:12], number[8:14], number[-6:]):
        with pytest.raises(WeakPassword, match="身份证号码"):
            check_resident_password(f"abcdefgh{part}", number=number)
    check_resident_password("abcdefgh" + number[6:11], number=number)
    with pytest.raises(WeakPassword, match="身份证号码"):
        check_resident_password("abcdefgh01233x", number=f"{number[:12]}01233X")
    check_resident_password(PASSWORD, number=number)


def test_a_person_has_one_account_in_force(official: User) -> None:
    issued(PERSON, by=official, at=AT)
    double = ResidentAccount(person=PERSON, place=PLACE, opened_by=official, opened_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        double.save()


def test_an_event_has_one_actor_and_is_never_changed(official: User, vault: Vault) -> None:
    held = resident(PERSON, by=official, vault=vault, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent(at=AT, actor=official, resident=held, action="x", place="360900").save()
    event = AuditEvent.objects.get(action=Action.RESIDENT_ACTIVATED)
    assert (event.resident, event.actor) == (held, None)
    for statement in (
        f"UPDATE identity_auditevent SET resident_id = NULL WHERE id = {event.pk}",
        f"DELETE FROM identity_auditevent WHERE id = {event.pk}",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_person_learns_which_office_looked_but_not_who(
    official: User, account: MakeAccount, django_assert_num_queries: Callable[..., object]
) -> None:
    city = account("city_official", "360900")
    issued(PERSON, by=official, at=AT)
    issued(PERSON, by=city, at=AT)
    issued(PERSON + 1, by=city, at=AT)
    with django_assert_num_queries(2):
        seen = looks_at(PERSON, most=50)
    assert [(each.place, each.role) for each in seen] == [
        ("360900", "市级经办人员"),
        ("360902", "县级经办人员"),
    ]
    assert "测试人员" not in str(seen)
    assert official.username not in str(seen)
    official.grants.all().delete()
    assert looks_at(PERSON, most=50)[1].role == "工作人员"
    assert len(looks_at(PERSON, most=1)) == 1
