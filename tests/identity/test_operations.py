"""Writes to accounts: what they do, whom they refuse, and the event each leaves."""

import re
from collections.abc import Callable

import pytest

from leye.kernel.errors import Forbidden, UnknownCode
from leye.service.identity.actions import Action
from leye.service.identity.errors import (
    AccountExists,
    InvalidAccount,
    InvalidGrant,
    OwnAccount,
    UnknownAccount,
    WeakPassword,
    WrongPassword,
)
from leye.service.identity.models import AuditEvent, User
from leye.service.identity.operations import (
    Granted,
    NewAccount,
    change_grants,
    change_own_password,
    create_account,
    disable_account,
    enable_account,
    reset_password,
)
from leye.service.identity.roles import Role
from tests.samples import AT, password_of

MakeAccount = Callable[..., User]
OFFICIAL = Granted(Role.COUNTY_OFFICIAL, "360902")


def create(by: User | None = None, **changes: object) -> NewAccount:
    asked = {
        "username": "wang",
        "display_name": "王",
        "place": "360902",
        "grants": [OFFICIAL],
        "at": AT,
        **changes,
    }
    return create_account(by=by, **asked)  # type: ignore[arg-type] - varied on purpose


def actions(user: User) -> list[str]:
    events = AuditEvent.objects.filter(subject_id=user.key).order_by("pk")
    return [event.action for event in events]


def test_a_new_account_has_a_generated_password_and_its_role(db: None) -> None:
    made = create()
    assert made.user.check_password(made.password)
    assert made.user.held == ((Role.COUNTY_OFFICIAL, "360902"),)
    assert made.user.must_change_password
    assert actions(made.user) == [Action.ACCOUNT_CREATED, Action.GRANT_ADDED]


def test_no_two_generated_passwords_agree(db: None) -> None:
    made = {create(username=f"user{n}").password for n in range(20)}
    assert len(made) == 20


def test_account_names_are_one_whatever_their_case_and_width(db: None) -> None:
    assert create(username="  Ｗang ").user.username == "wang"
    with pytest.raises(AccountExists):
        create(username="WANG")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"username": "王"}, {"username": "ab"}, {"display_name": "  "}, {"grants": []}],
)
def test_an_account_without_what_it_needs_is_refused(db: None, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidAccount):
        create(**changes)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.COUNTY_OFFICIAL, "360900"),
        (Role.CITY_OFFICIAL, "360902"),
        (Role.VILLAGE_WORKER, "360902"),
        (Role.PUBLIC, "360902"),
    ],
)
def test_a_role_is_granted_at_its_level_only(db: None, role: Role, place: str) -> None:
    with pytest.raises(InvalidGrant):
        create(grants=[Granted(role, place)])
    assert not User.objects.exists()


def test_a_place_that_is_not_listed_is_refused(db: None) -> None:
    with pytest.raises(UnknownCode):
        create(grants=[Granted(Role.COUNTY_OFFICIAL, "360999")])


def test_an_administrator_opens_accounts_in_their_places(account: MakeAccount) -> None:
    made = create(by=account("administrator", "360902"))
    assert made.user.place == "360902"


@pytest.mark.parametrize(
    "changes",
    [
        {"grants": [Granted(Role.COUNTY_OFFICIAL, "360981")]},
        {"grants": [Granted(Role.CITY_OFFICIAL, "360900")]},
        {"grants": [Granted(Role.ADMINISTRATOR, "360900")]},
        {"place": "360981"},
    ],
)
def test_an_administrator_gives_nothing_beyond_their_places(
    account: MakeAccount, changes: dict[str, object]
) -> None:
    administrator = account("administrator", "360902")
    with pytest.raises(Forbidden):
        create(by=administrator, **changes)
    assert User.objects.count() == 1


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.PUBLIC, Role.ADMINISTRATOR)])
def test_no_other_role_opens_accounts(account: MakeAccount, role: Role) -> None:
    place = {"village_worker": "360902001", "county_official": "360902"}.get(role.value, "360900")
    with pytest.raises(Forbidden):
        create(by=account(role.value, place))


def test_grants_are_added_and_removed_each_with_its_event(account: MakeAccount) -> None:
    administrator = account("administrator", "360900")
    user = create().user
    steward = Granted(Role.DATA_STEWARD, "360981")
    change_grants(user=user, by=administrator, at=AT, add=[steward], remove=[OFFICIAL])
    assert User.objects.get(pk=user.pk).held == ((Role.DATA_STEWARD, "360981"),)
    last = AuditEvent.objects.order_by("-pk")[:2]
    assert [(e.action, e.place, e.actor) for e in last] == [
        (Action.GRANT_ADDED, "360981", administrator),
        (Action.GRANT_REMOVED, "360902", administrator),
    ]


def test_a_grant_already_held_or_never_held_changes_nothing(account: MakeAccount) -> None:
    user = create().user
    before = AuditEvent.objects.count()
    never = Granted(Role.AUDITOR, "360902")
    change_grants(user=user, by=None, at=AT, add=[OFFICIAL], remove=[never])
    assert AuditEvent.objects.count() == before


def test_nobody_changes_their_own_account(account: MakeAccount) -> None:
    administrator = account("administrator", "360900")
    more = Granted(Role.DATA_STEWARD, "360900")
    with pytest.raises(OwnAccount):
        change_grants(user=administrator, by=administrator, at=AT, add=[more])
    with pytest.raises(OwnAccount):
        reset_password(user=administrator, by=administrator, at=AT)
    with pytest.raises(OwnAccount):
        disable_account(user=administrator, by=administrator, at=AT)


def test_an_account_that_reaches_further_is_not_the_countys_to_manage(
    account: MakeAccount,
) -> None:
    administrator = account("administrator", "360902")
    user = create(grants=[OFFICIAL, Granted(Role.AUDITOR, "360900")]).user
    with pytest.raises(UnknownAccount):
        reset_password(user=user, by=administrator, at=AT)
    with pytest.raises(UnknownAccount):
        change_grants(user=user, by=administrator, at=AT, remove=[OFFICIAL])
    with pytest.raises(UnknownAccount):
        disable_account(user=user, by=administrator, at=AT)


def test_a_reset_password_must_be_changed(account: MakeAccount) -> None:
    user = account("county_official", "360902")
    password = reset_password(user=user, by=account("administrator", "360902"), at=AT)
    user.refresh_from_db()
    assert user.check_password(password)
    assert not user.check_password(password_of(user.username))
    assert user.must_change_password
    assert actions(user)[-1] == Action.PASSWORD_RESET


def test_disabling_twice_is_recorded_once(account: MakeAccount) -> None:
    user = account("county_official", "360902")
    for _ in range(2):
        disable_account(user=user, by=None, at=AT)
    assert actions(user).count(Action.ACCOUNT_DISABLED) == 1
    enable_account(user=user, by=None, at=AT)
    user.refresh_from_db()
    assert user.is_active
    assert actions(user)[-1] == Action.ACCOUNT_ENABLED


def test_ones_own_password_is_changed_with_the_current_one(account: MakeAccount) -> None:
    user = account("county_official", "360902", must_change=True)
    change_own_password(by=user, current=password_of(user.username), new="chun-Tai-7781", at=AT)
    user.refresh_from_db()
    assert user.check_password("chun-Tai-7781")
    assert not user.must_change_password


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("short", "密码太短"),
        ("12345678901", "密码全是数字"),
        ("password123", "这个密码太常见"),
        ("county.official", "密码与账号或姓名太相近"),
    ],
)
def test_a_weak_password_is_refused_with_reasons(
    account: MakeAccount, new: str, reason: str
) -> None:
    user = account("county_official", "360902")
    with pytest.raises(WeakPassword) as caught:
        change_own_password(by=user, current=password_of(user.username), new=new, at=AT)
    assert reason in caught.value.detail
    assert not re.search("[a-z]", caught.value.detail)
    user.refresh_from_db()
    assert user.check_password(password_of(user.username))


def test_a_wrong_current_password_changes_nothing(account: MakeAccount) -> None:
    user = account("county_official", "360902")
    with pytest.raises(WrongPassword):
        change_own_password(by=user, current="nonsense", new="chun-Tai-7781", at=AT)
    same = password_of(user.username)
    with pytest.raises(WrongPassword):
        change_own_password(by=user, current=same, new=same, at=AT)
