"""Scope: nobody ever gets a row from outside their places."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leye.kernel.errors import Forbidden
from leye.kernel.place import NATION, PUBLIC, PlaceLevel, Scope, contains, place_level
from leye.service.identity.actions import Action
from leye.service.identity.audit import record
from leye.service.identity.models import AuditEvent, Grant, User
from leye.service.identity.perms import (
    holds,
    require,
    scope_of,
    submitter_for,
    submitting_places,
    viewer_scope,
)
from leye.service.identity.queries import accounts_for, audit_events_for
from leye.service.identity.roles import GRANTABLE, Permission, Role
from tests.samples import AT

MakeAccount = Callable[..., User]

PLACES = [
    "000000",
    "360000",
    "360900",
    "360902",
    "360981",
    "360902001",
    "360902002",
    "360981100",
    "360902001001",
    "360981100200",
    "361000",
    "361002",
]
roles = st.sampled_from(GRANTABLE)
grants = st.lists(st.tuples(roles, st.sampled_from(PLACES)), max_size=3, unique=True)


def make(number: int, place: str, held: list[tuple[Role, str]]) -> User:
    user = User.objects.create(
        username=f"user{number}", display_name="测试", place=place, created_at=AT
    )
    Grant.objects.bulk_create(
        Grant(user=user, role=role.value, place=where, at=AT) for role, where in held
    )
    return user


def reach(held: list[tuple[Role, str]], permission: Permission, place: str) -> bool:
    """Say it again in the plainest way: some grant with the permission holds the place."""
    return any(permission in role.permissions and contains(at, place) for role, at in held)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    asker=grants,
    others=st.lists(st.tuples(st.sampled_from(PLACES), grants), max_size=5),
    events=st.lists(st.sampled_from(PLACES), max_size=8),
)
def test_querysets_agree_with_the_plain_rule(
    django_db_reset: Callable[[], None],
    asker: list[tuple[Role, str]],
    others: list[tuple[str, list[tuple[Role, str]]]],
    events: list[str],
) -> None:
    django_db_reset()
    user = make(0, "360900", asker)
    made = [make(n, place, held) for n, (place, held) in enumerate(others, start=1)]
    written = [record(action=Action.SIGNED_IN, by=None, at=AT, place=place) for place in events]

    may = {
        other.pk
        for other, (place, held) in zip(made, others, strict=True)
        if reach(asker, Permission.MANAGE_ACCOUNTS, place)
        and all(reach(asker, Permission.MANAGE_ACCOUNTS, where) for _role, where in held)
    }
    assert set(accounts_for(user).values_list("pk", flat=True)) - {user.pk} == may
    seen = {
        event.pk
        for event, place in zip(written, events, strict=True)
        if reach(asker, Permission.READ_AUDIT, place)
    }
    assert set(audit_events_for(user).values_list("pk", flat=True)) == seen
    for permission in Permission:
        for place in PLACES:
            assert holds(user, permission, place) == reach(asker, permission, place)


@pytest.fixture
def django_db_reset(db: None) -> Callable[[], None]:
    """Start each example from an empty database: all inside the test's own transaction."""
    from django.db import connection

    from leye.service.identity import appendonly

    def reset() -> None:
        appendonly.lift(connection)
        with connection.cursor() as cursor:
            for table in ("auditevent", "grant", "user"):
                cursor.execute(f"DELETE FROM identity_{table}")

    return reset


def test_the_public_holds_nothing(db: None) -> None:
    nobody = AnonymousUser()
    assert all(scope_of(nobody, permission) == PUBLIC for permission in Permission)
    assert not accounts_for(nobody).exists()
    assert not audit_events_for(nobody).exists()
    with pytest.raises(Forbidden):
        submitter_for(nobody)


@pytest.mark.parametrize("change", [{"is_active": False}, {"must_change_password": True}])
def test_a_closed_account_holds_nothing(account: MakeAccount, change: dict[str, bool]) -> None:
    user = account("city_official", "360900")
    assert viewer_scope(user) == Scope.of(["360900"])
    for name, value in change.items():
        setattr(user, name, value)
    assert viewer_scope(user) == PUBLIC


def test_require_tells_the_place_from_another(account: MakeAccount) -> None:
    user = account("county_official", "360902")
    require(user, Permission.SUBMIT_FIGURES, "360902")
    require(user, Permission.SUBMIT_FIGURES, "360902001")
    with pytest.raises(Forbidden):
        require(user, Permission.SUBMIT_FIGURES, "360981")
    with pytest.raises(Forbidden):
        require(user, Permission.PUBLISH_FIGURES, "360902")


def test_a_submitter_answers_for_one_place(account: MakeAccount) -> None:
    user = account("county_official", "360902")
    Grant.objects.create(user=user, role="county_official", place="360981", at=AT)
    user.forget_held()
    assert submitting_places(user) == ("360902", "360981")
    first, second = submitter_for(user), submitter_for(user, "360981")
    assert (first.place, second.place) == ("360902", "360981")
    assert not first.scope.covers("360981")
    assert first.account == user.key
    assert not first.may_publish
    with pytest.raises(Forbidden):
        submitter_for(user, "360900")


def test_the_widest_place_comes_first(account: MakeAccount) -> None:
    user = account("data_steward", "360902")
    Grant.objects.create(user=user, role="data_steward", place="000000", at=AT)
    user.forget_held()
    assert submitter_for(user).place == NATION
    assert submitter_for(user).may_publish


def test_levels_of_grants_are_levels_of_places() -> None:
    assert {place_level(place) for place in PLACES} == set(PlaceLevel)
    assert all(role.levels <= set(PlaceLevel) for role in Role)


def test_events_are_listed_newest_first(db: None, account: MakeAccount) -> None:
    user = account("auditor", "360900")
    numbers = list(audit_events_for(user).values_list("pk", flat=True))
    assert numbers == sorted(AuditEvent.objects.values_list("pk", flat=True), reverse=True)
