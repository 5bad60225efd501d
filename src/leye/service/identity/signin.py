"""Signing in: who is it, and have there been too many wrong tries (see ``attempts``).

Wrong current passwords on changing a password count the same.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction

from leye.service.identity.actions import Action
from leye.service.identity.attempts import open_attempt, pass_attempt
from leye.service.identity.audit import NOTHING, Subject, record
from leye.service.identity.errors import SignInRefused, TooManyAttempts, WrongPassword
from leye.service.identity.models import LoginAttempt, User
from leye.service.identity.operations import normalize_username


def check_credentials(
    *, username: str, password: str, address: str, at: datetime, request_id: str = ""
) -> User:
    """Give the account these credentials belong to.

    An unknown name takes the same work as a known one: a password hash, and the same two rows.

    :raises TooManyAttempts: a limit is reached; the password was not looked at.
    :raises SignInRefused: unknown account, wrong password or disabled account.
    """
    name = normalize_username(username)[:64]
    attempt = _open_attempt(name, address, at=at, request_id=request_id)
    # Outside a transaction: hashing takes long, and nobody else should wait for it.
    user = authenticate(username=name, password=password)
    if not isinstance(user, User):
        _record_attempt(Action.SIGN_IN_FAILED, name, at=at, request_id=request_id)
        raise SignInRefused(
            "账号或密码不正确，或者账号已停用", hint="请核对后再试；忘记密码请找账号管理员重置"
        )
    with transaction.atomic():
        pass_attempt(attempt)
        record(
            action=Action.SIGNED_IN,
            by=user,
            at=at,
            place=user.place,
            subject=Subject("account", user.key),
            request_id=request_id,
        )
    return user


def check_current_password(
    *, by: User, password: str, address: str, at: datetime, request_id: str = ""
) -> None:
    """Do nothing for the right current password of somebody signed in.

    :raises TooManyAttempts: a limit is reached; the password was not looked at.
    :raises WrongPassword: it is not the password.
    """
    attempt = _open_attempt(by.username, address, at=at, request_id=request_id)
    if not by.check_password(password):
        _record_attempt(Action.SIGN_IN_FAILED, by.username, at=at, request_id=request_id)
        raise WrongPassword("请重新输入您现在使用的密码")
    pass_attempt(attempt)


def _open_attempt(name: str, address: str, *, at: datetime, request_id: str) -> LoginAttempt:
    try:
        return open_attempt(name, address, at=at)
    except TooManyAttempts:
        _record_attempt(Action.SIGN_IN_BLOCKED, name, at=at, request_id=request_id)
        raise


def _record_attempt(action: Action, name: str, *, at: datetime, request_id: str) -> None:
    user = User.objects.filter(username=name).first()
    record(
        action=action,
        by=None,
        at=at,
        place=user.place if user else settings.LEYE_CITY,
        subject=Subject("account", user.key) if user else NOTHING,
        request_id=request_id,
    )
