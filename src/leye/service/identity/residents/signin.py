"""How a resident gets in: by a code once, then by a password.

``prove`` is where a city puts its own real-name sign-in in place of the password: whatever proves
who somebody is ends with the account of one person key, and everything after it knows only that.

The number that is typed becomes a pseudonym at once and is neither kept nor logged. An unknown
person, one without an account, a wrong code and a wrong password read alike and cost the same: one
look into the table of person keys, one slow hash, the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from leye.kernel.errors import LeyeError
from leye.service.identity.actions import Action
from leye.service.identity.attempts import open_attempt, pass_attempt
from leye.service.identity.audit import NOTHING, Subject, record
from leye.service.identity.errors import SignInRefused, TooManyAttempts, WrongPassword
from leye.service.identity.models import LoginAttempt
from leye.service.identity.passwords import check_resident_password
from leye.service.identity.residents.codes import plain_code
from leye.service.identity.residents.models import ActivationCode, ResidentAccount
from leye.service.identity.vault.numbers import plain_number
from leye.service.identity.vault.vault import Vault

PersonOf = Callable[[bytes], int | None]
"""Gives the person of a token: the pool's table of person keys, looked up."""
_DOOR = "resident|"
# Apart, and not limited from anywhere: a new code is the way back for who was shut out by somebody
# who knows their number, and at 59 bits it is not guessed from however many addresses.
_CODE_DOOR = "resident code|"
_NOBODY = -1
_WRONG = SignInRefused(
    "身份证号码或者密码不正确，或者还没有开通",
    hint="请核对后再试；忘记密码，请本人带身份证到窗口重新领开通码",
)
_WRONG_CODE = SignInRefused(
    "身份证号码或者开通码不正确，或者开通码已经用过、过期",
    hint="请核对后再试；仍不行，请本人带身份证到窗口重新领开通码",
)


@dataclass(frozen=True, slots=True)
class Knocking:
    """From where and when somebody tries to get in."""

    address: str
    at: datetime
    request_id: str = ""


def prove(
    *, number: str, password: str, knocking: Knocking, vault: Vault, person_of: PersonOf
) -> ResidentAccount:
    """Give the account of the person who has this number and this password.

    :raises TooManyAttempts: a limit is reached; the password was not looked at.
    :raises SignInRefused: unknown person, no account, or wrong password: not said which.
    :raises StoreFailure: the table of person keys cannot be read.
    """
    token = vault.token(plain_number(number))
    attempt = _open_attempt(token.hex(), None, knocking)
    person = _looked_up(token, person_of, attempt)
    account = ResidentAccount.objects.filter(person=person, closed_at=None).first()
    # Outside a transaction: hashing takes long. No account, no password: hashed all the same.
    if not check_password(password, account.password if account else "") or account is None:
        _record(Action.RESIDENT_SIGN_IN_FAILED, account, knocking)
        raise _WRONG
    with transaction.atomic():
        pass_attempt(attempt)
        _record(Action.RESIDENT_SIGNED_IN, account, knocking, by=account)
    return account


def activate(
    *,
    number: str,
    code: str,
    password: str,
    knocking: Knocking,
    vault: Vault,
    person_of: PersonOf,
) -> ResidentAccount:
    """Give the account of the person who has this number and this code, with the new password.

    The code is used up; sessions under a password the account had before end.

    :raises WeakPassword: the password does not meet the rules; nothing else was looked at.
    :raises TooManyAttempts: a limit is reached; the code was not looked at.
    :raises SignInRefused: unknown person, or a wrong, used, voided or expired code: not said which.
    :raises StoreFailure: the table of person keys cannot be read.
    """
    plain = plain_number(number)
    check_resident_password(password, number=plain)
    token = vault.token(plain)
    attempt = _open_attempt(token.hex(), None, knocking, door=_CODE_DOOR)
    found = _code_of(_looked_up(token, person_of, attempt))
    right = check_password(plain_code(code), found.code_hash if found else "")
    if found is None or not right or found.expires_at <= knocking.at:
        _record(Action.RESIDENT_SIGN_IN_FAILED, found.account if found else None, knocking)
        raise _WRONG_CODE
    hashed = make_password(password)
    with transaction.atomic():
        # The account before its code, as on issuing and closing: else two wait for each other.
        account = ResidentAccount.objects.select_for_update().get(pk=found.account_id)
        # Whoever used or voided the code in this moment was first.
        waiting = ActivationCode.objects.filter(pk=found.pk, used_at=None, voided_at=None)
        if not waiting.update(used_at=knocking.at):
            raise _WRONG_CODE
        account.password = hashed
        account.activated_at = knocking.at
        account.session_epoch += 1
        account.save(update_fields=["password", "activated_at", "session_epoch"])
        pass_attempt(attempt)
        _record(Action.RESIDENT_ACTIVATED, account, knocking, by=account)
    return account


def check_own_password(*, by: ResidentAccount, password: str, knocking: Knocking) -> None:
    """Do nothing for the right current password of a resident signed in.

    :raises TooManyAttempts: a limit is reached; the password was not looked at.
    :raises WrongPassword: it is not the password.
    """
    attempt = _open_attempt(by.key, by, knocking)
    if not check_password(password, by.password):
        _record(Action.RESIDENT_SIGN_IN_FAILED, by, knocking)
        raise WrongPassword("请重新输入您现在使用的密码")
    pass_attempt(attempt)


def signed_in(number: int, *, epoch: int) -> ResidentAccount | None:
    """Give the account of a session, if it is open and the session is of its present epoch."""
    found = ResidentAccount.objects.filter(pk=number, session_epoch=epoch).first()
    return found if found is not None and found.is_active else None


def _code_of(person: int) -> ActivationCode | None:
    codes = ActivationCode.objects.filter(used_at=None, voided_at=None, account__person=person)
    return codes.filter(account__closed_at=None).select_related("account").first()


def _looked_up(token: bytes, person_of: PersonOf, attempt: LoginAttempt) -> int:
    try:
        person = person_of(token)
    except LeyeError:
        # Not the fault of who tries.
        attempt.delete()
        raise
    return _NOBODY if person is None else person


def _open_attempt(
    name: str, account: ResidentAccount | None, knocking: Knocking, *, door: str = _DOOR
) -> LoginAttempt:
    anywhere = door != _CODE_DOOR
    try:
        return open_attempt(
            name, knocking.address, at=knocking.at, door=door, from_anywhere=anywhere
        )
    except TooManyAttempts:
        _record(Action.RESIDENT_SIGN_IN_BLOCKED, account, knocking)
        raise


def _record(
    action: Action,
    account: ResidentAccount | None,
    knocking: Knocking,
    *,
    by: ResidentAccount | None = None,
) -> None:
    record(
        action=action,
        by=by,
        at=knocking.at,
        place=account.place if account else settings.LEYE_CITY,
        subject=Subject("person", str(account.person)) if account else NOTHING,
        request_id=knocking.request_id,
    )
