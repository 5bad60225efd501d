"""Writes to accounts. Each leaves its audit event in the same transaction.

``by`` is who acts: None is the command line of the machine itself, which nothing is asked of.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from leye.data.reference import places
from leye.kernel.place import place_level
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.errors import (
    AccountExists,
    InvalidAccount,
    InvalidGrant,
    OwnAccount,
    UnknownAccount,
    WrongPassword,
)
from leye.service.identity.models import USERNAME_PATTERN, Grant, User
from leye.service.identity.passwords import check_new_password, generate_password
from leye.service.identity.perms import require
from leye.service.identity.roles import GRANTABLE, Permission, Role

__all__ = [
    "Granted",
    "NewAccount",
    "change_grants",
    "change_own_password",
    "create_account",
    "disable_account",
    "enable_account",
    "record",
    "reset_password",
]


@dataclass(frozen=True, slots=True)
class Granted:
    """A role within a place, as asked for."""

    role: Role
    place: str


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account with the password made for it, which is kept nowhere and shown once."""

    user: User
    password: str


def normalize_username(text: str) -> str:
    """Give the one spelling of an account name."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def _account_subject(user: User) -> Subject:
    return Subject("account", user.key)


@transaction.atomic
def create_account(
    *,
    username: str,
    display_name: str,
    place: str,
    grants: Collection[Granted],
    by: User | None,
    at: datetime,
    must_change_password: bool = True,
    request_id: str = "",
) -> NewAccount:
    """Open an account with its first grants and a generated password.

    :raises InvalidAccount: the name does not have the form, or there is no display name or grant.
    :raises AccountExists: the name is taken.
    :raises InvalidGrant: a role that is not granted for that level of place.
    :raises UnknownCode: no such place.
    :raises Forbidden: ``by`` does not manage accounts there.
    """
    name, shown = normalize_username(username), display_name.strip()
    _check_identity(name, shown, grants)
    places().get(place)
    for granted in grants:
        _check_grant(granted, by=by)
    if by is not None:
        require(by, Permission.MANAGE_ACCOUNTS, place)
    password = generate_password()
    user = User(
        username=name,
        display_name=shown,
        place=place,
        must_change_password=must_change_password,
        created_at=at,
    )
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise AccountExists(f"“{name}”", hint="请换一个账号名") from error
    record(
        action=Action.ACCOUNT_CREATED,
        by=by,
        at=at,
        place=place,
        subject=_account_subject(user),
        request_id=request_id,
    )
    for granted in dict.fromkeys(grants):
        _add_grant(user, granted, by=by, at=at, request_id=request_id)
    return NewAccount(user, password)


@transaction.atomic
def change_grants(
    *,
    user: User,
    by: User | None,
    at: datetime,
    add: Collection[Granted] = (),
    remove: Collection[Granted] = (),
    request_id: str = "",
) -> None:
    """Add and remove grants of an account; one already held, or not held, is left as it is.

    :raises OwnAccount: ``by`` is the account itself.
    :raises UnknownAccount: ``by`` does not manage this account.
    :raises Forbidden: a grant reaches beyond where ``by`` manages accounts.
    :raises InvalidGrant: a role that is not granted for that level of place.
    :raises UnknownCode: no such place.
    """
    user = _locked(user)
    _check_manages(user, by=by)
    for granted in add:
        _check_grant(granted, by=by)
    held = set(user.held)
    for granted in dict.fromkeys(remove):
        if (granted.role, granted.place) in held:
            Grant.objects.filter(user=user, role=granted.role, place=granted.place).delete()
            _record_grant(Action.GRANT_REMOVED, user, granted, by=by, at=at, request_id=request_id)
    for granted in dict.fromkeys(add):
        if (granted.role, granted.place) not in held:
            _add_grant(user, granted, by=by, at=at, request_id=request_id)


@transaction.atomic
def reset_password(
    *,
    user: User,
    by: User | None,
    at: datetime,
    must_change_password: bool = True,
    request_id: str = "",
) -> str:
    """Give the account a new generated password; its sessions end.

    :raises OwnAccount: ``by`` is the account itself.
    :raises UnknownAccount: ``by`` does not manage this account.
    """
    user = _locked(user)
    _check_manages(user, by=by)
    password = generate_password()
    user.set_password(password)
    user.must_change_password = must_change_password
    user.save(update_fields=["password", "must_change_password"])
    _record_account(Action.PASSWORD_RESET, user, by=by, at=at, request_id=request_id)
    return password


def disable_account(*, user: User, by: User | None, at: datetime, request_id: str = "") -> None:
    """Shut an account: it can no longer sign in, and its sessions end.

    :raises OwnAccount: ``by`` is the account itself.
    :raises UnknownAccount: ``by`` does not manage this account.
    """
    _switch(user, active=False, by=by, at=at, request_id=request_id)


def enable_account(*, user: User, by: User | None, at: datetime, request_id: str = "") -> None:
    """Let a disabled account sign in again.

    :raises OwnAccount: ``by`` is the account itself.
    :raises UnknownAccount: ``by`` does not manage this account.
    """
    _switch(user, active=True, by=by, at=at, request_id=request_id)


@transaction.atomic
def change_own_password(
    *, by: User, current: str, new: str, at: datetime, request_id: str = ""
) -> None:
    """Change the actor's own password.

    :raises WrongPassword: ``current`` is not the password.
    :raises WeakPassword: ``new`` does not meet the rules, or is the current one.
    """
    user = _locked(by)
    if not user.check_password(current):
        raise WrongPassword("请重新输入您现在使用的密码")
    if current == new:
        raise WrongPassword("新密码与当前密码相同", hint="请换一个新密码")
    check_new_password(new, user=user)
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    _record_account(Action.PASSWORD_CHANGED, user, by=by, at=at, request_id=request_id)


def _locked(user: User) -> User:
    """Give the account as it now stands, locked until the transaction ends."""
    return User.objects.select_for_update().get(pk=user.pk)


def _check_identity(name: str, shown: str, grants: Collection[Granted]) -> None:
    if not re.fullmatch(USERNAME_PATTERN, name):
        raise InvalidAccount(
            "账号名以小写字母开头，由 3—32 个小写字母、数字、点、横线组成", hint="例如 wanzai01"
        )
    if not 1 <= len(shown) <= 40:
        raise InvalidAccount("请填写姓名，不超过 40 个字")
    if not grants:
        raise InvalidAccount("请至少选择一个角色和地区")


def _check_grant(granted: Granted, *, by: User | None) -> None:
    place = places().get(granted.place)
    if granted.role not in GRANTABLE or place_level(place.code) not in granted.role.levels:
        raise InvalidGrant(f"“{granted.role.label}”不能授予{place.name}", hint="请换一个地区或角色")
    if by is not None:
        require(by, Permission.MANAGE_ACCOUNTS, granted.place)


def _check_manages(user: User, *, by: User | None) -> None:
    if by is None:
        return
    if by.pk == user.pk:
        raise OwnAccount(
            "自己的角色、密码重置和停用由其他管理员办理", hint="修改密码请到“修改密码”"
        )
    if not User.objects.manageable_by(by).filter(pk=user.pk).exists():
        raise UnknownAccount(user.key)


def _add_grant(
    user: User, granted: Granted, *, by: User | None, at: datetime, request_id: str
) -> None:
    Grant.objects.create(user=user, role=granted.role.value, place=granted.place, at=at)
    user.forget_held()
    _record_grant(Action.GRANT_ADDED, user, granted, by=by, at=at, request_id=request_id)


def _record_grant(
    action: Action,
    user: User,
    granted: Granted,
    *,
    by: User | None,
    at: datetime,
    request_id: str,
) -> None:
    record(
        action=action,
        by=by,
        at=at,
        place=granted.place,
        subject=_account_subject(user),
        detail={"role": granted.role.value, "place": granted.place},
        request_id=request_id,
    )


def _record_account(
    action: Action, user: User, *, by: User | None, at: datetime, request_id: str
) -> None:
    record(
        action=action,
        by=by,
        at=at,
        place=user.place,
        subject=_account_subject(user),
        request_id=request_id,
    )


@transaction.atomic
def _switch(user: User, *, active: bool, by: User | None, at: datetime, request_id: str) -> None:
    user = _locked(user)
    _check_manages(user, by=by)
    if user.is_active is active:
        return
    user.is_active = active
    if not active:
        # For good: enabling the account again does not bring its old sessions back.
        user.session_epoch += 1
    user.save(update_fields=["is_active", "session_epoch"])
    action = Action.ACCOUNT_ENABLED if active else Action.ACCOUNT_DISABLED
    _record_account(action, user, by=by, at=at, request_id=request_id)
