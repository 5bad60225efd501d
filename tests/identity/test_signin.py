"""Signing in: limits, what is kept of a try, and that unknown names cost the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import hashers

from leye.service.identity.actions import Action
from leye.service.identity.attempts import (
    ADDRESS_LIMIT,
    NAME_LIMIT,
    NAME_WINDOW,
    PAIR_LIMIT,
    WINDOW,
)
from leye.service.identity.errors import SignInRefused, TooManyAttempts, WrongPassword
from leye.service.identity.models import AuditEvent, LoginAttempt, User
from leye.service.identity.signin import check_credentials, check_current_password
from tests.samples import AT, password_of

MakeAccount = Callable[..., User]
HERE, THERE = "192.0.2.1", "198.51.100.7"


def attempt(
    username: str, password: str, *, address: str = HERE, after: timedelta = timedelta()
) -> User:
    return check_credentials(username=username, password=password, address=address, at=AT + after)


def fail(username: str, *, times: int, address: str = HERE) -> None:
    for second in range(times):
        with pytest.raises(SignInRefused):
            attempt(username, "wrong", address=address, after=timedelta(seconds=second))


@pytest.fixture
def user(account: MakeAccount) -> User:
    return account("county_official", "360902", username="lili")


def test_the_right_password_lets_in(user: User) -> None:
    assert attempt("lili", password_of("lili")) == user
    assert attempt(" LILI ", password_of("lili")) == user
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.actor) == (Action.SIGNED_IN, user)


@pytest.mark.parametrize("username", ["lili", "nobody"])
def test_a_wrong_password_and_an_unknown_name_read_alike(user: User, username: str) -> None:
    with pytest.raises(SignInRefused) as caught:
        attempt(username, "wrong")
    assert "账号或密码不正确" in caught.value.detail
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.actor, event.detail) == (Action.SIGN_IN_FAILED, None, {})


def test_a_disabled_account_reads_like_a_wrong_password(user: User) -> None:
    user.is_active = False
    user.save()
    with pytest.raises(SignInRefused):
        attempt("lili", password_of("lili"))


def test_unknown_names_cost_the_same_work(
    user: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[..., object]
) -> None:
    hashed: list[str] = []
    hasher = hashers.get_hasher()
    original = type(hasher).encode

    def counting(self: object, password: str, salt: str, *rest: object) -> str:
        hashed.append(password)
        return original(self, password, salt, *rest)  # type: ignore[arg-type] - passed on

    monkeypatch.setattr(type(hasher), "encode", counting)
    work = []
    for username in ("lili", "nobody"):
        hashed.clear()
        with django_assert_num_queries(8), pytest.raises(SignInRefused):
            attempt(username, "wrong")
        work.append(len(hashed))
    assert work == [1, 1]


def test_after_five_failures_even_the_right_password_waits(user: User) -> None:
    fail("lili", times=PAIR_LIMIT)
    with pytest.raises(TooManyAttempts) as caught:
        attempt("lili", password_of("lili"), after=timedelta(minutes=1))
    assert caught.value.retry_at == AT + WINDOW
    assert "09:45" in caught.value.hint
    assert AuditEvent.objects.latest("pk").action == Action.SIGN_IN_BLOCKED


def test_the_block_ends_when_said_and_does_not_grow_by_trying(user: User) -> None:
    fail("lili", times=PAIR_LIMIT)
    for minute in range(1, 15):
        with pytest.raises(TooManyAttempts) as caught:
            attempt("lili", "wrong", after=timedelta(minutes=minute))
        assert caught.value.retry_at == AT + WINDOW
    assert attempt("lili", password_of("lili"), after=WINDOW) == user


def test_a_block_is_for_that_name_from_that_address(user: User, account: MakeAccount) -> None:
    other = account("auditor", "360900", username="zhao")
    fail("lili", times=PAIR_LIMIT)
    assert attempt("zhao", password_of("zhao"), after=timedelta(minutes=1)) == other
    assert attempt("lili", password_of("lili"), address=THERE, after=timedelta(minutes=1)) == user


def test_an_unknown_name_is_blocked_like_a_known_one(user: User) -> None:
    fail("nobody", times=PAIR_LIMIT)
    with pytest.raises(TooManyAttempts):
        attempt("nobody", "wrong", after=timedelta(minutes=1))


def test_twenty_failures_from_one_address_block_it_for_every_name(user: User) -> None:
    for n in range(ADDRESS_LIMIT):
        fail(f"guess{n}", times=1)
    with pytest.raises(TooManyAttempts):
        attempt("lili", password_of("lili"), after=timedelta(minutes=1))
    assert attempt("lili", password_of("lili"), address=THERE, after=timedelta(minutes=1)) == user


def test_fifty_failures_for_a_name_from_many_addresses_block_it_for_an_hour(user: User) -> None:
    for n in range(NAME_LIMIT):
        fail("lili", times=1, address=f"198.51.100.{n}")
    with pytest.raises(TooManyAttempts) as caught:
        attempt("lili", password_of("lili"), address=HERE, after=timedelta(minutes=30))
    assert caught.value.retry_at == AT + NAME_WINDOW
    assert attempt("lili", password_of("lili"), address=HERE, after=NAME_WINDOW) == user


def test_an_ipv6_address_counts_as_its_network(user: User) -> None:
    for n in range(PAIR_LIMIT):
        fail("lili", times=1, address=f"2001:db8:0:1::{n + 1}")
    right, minute = password_of("lili"), timedelta(minutes=1)
    with pytest.raises(TooManyAttempts):
        attempt("lili", right, address="2001:db8:0:1:ffff::9", after=minute)
    assert attempt("lili", right, address="2001:db8:0:2::1", after=minute) == user


def test_an_ipv4_address_is_the_same_however_written(user: User) -> None:
    fail("lili", times=PAIR_LIMIT, address=f"::ffff:{HERE}")
    with pytest.raises(TooManyAttempts):
        attempt("lili", password_of("lili"), address=HERE, after=timedelta(minutes=1))


def test_wrong_current_passwords_count_and_are_recorded(user: User) -> None:
    def current(password: str, *, minute: int) -> None:
        at = AT + timedelta(minutes=minute)
        check_current_password(by=user, password=password, address=HERE, at=at)

    for _ in range(PAIR_LIMIT):
        with pytest.raises(WrongPassword):
            current("wrong", minute=0)
    assert AuditEvent.objects.filter(action=Action.SIGN_IN_FAILED).count() == PAIR_LIMIT
    with pytest.raises(TooManyAttempts):
        current(password_of("lili"), minute=1)
    with pytest.raises(TooManyAttempts):
        attempt("lili", password_of("lili"), after=timedelta(minutes=1))
    current(password_of("lili"), minute=15)


def test_success_wipes_the_slate(user: User) -> None:
    fail("lili", times=PAIR_LIMIT - 1)
    attempt("lili", password_of("lili"), after=timedelta(minutes=1))
    for second in range(PAIR_LIMIT - 1):
        with pytest.raises(SignInRefused):
            attempt("lili", "wrong", after=timedelta(minutes=2, seconds=second))
    assert attempt("lili", password_of("lili"), after=timedelta(minutes=3)) == user


def test_tries_are_kept_without_name_or_address_and_not_for_long(user: User) -> None:
    fail("lili", times=1)
    kept = LoginAttempt.objects.get()
    assert {len(kept.pair), len(kept.address), len(kept.name)} == {64}
    assert str(kept) == str(kept.pk)
    attempt("lili", password_of("lili"), after=timedelta(days=2))
    assert LoginAttempt.objects.filter(ok=False).count() == 0
