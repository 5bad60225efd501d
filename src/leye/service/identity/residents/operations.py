"""Opening, closing and looking after residents' accounts. Each leaves its audit event."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from leye.service.identity.actions import Action
from leye.service.identity.audit import Fact, Subject, record
from leye.service.identity.errors import NoResidentAccount, NotOpened, NotPresent
from leye.service.identity.models import User
from leye.service.identity.passwords import check_resident_password
from leye.service.identity.perms import require
from leye.service.identity.persons import opened_lately
from leye.service.identity.residents.codes import new_code, spelled
from leye.service.identity.residents.models import ActivationCode, ResidentAccount
from leye.service.identity.roles import Permission

DAYS = 7
"""How long a code can be used."""


@dataclass(frozen=True, slots=True, repr=False)
class IssuedCode:
    """A code as it is printed: kept nowhere, and shown once."""

    account: ResidentAccount
    code: str
    expires_at: datetime

    def __repr__(self) -> str:
        return "IssuedCode"


def account_of(person: int) -> ResidentAccount | None:
    """Give the open account of a person; None where there is none."""
    return ResidentAccount.objects.filter(person=person, closed_at=None).first()


def open_code_of(account: ResidentAccount) -> ActivationCode | None:
    """Give the code of an account that was neither used nor voided, expired or not."""
    return account.codes.filter(used_at=None, voided_at=None).first()


@transaction.atomic
def issue_code(
    person: int, *, place: str, present: bool, by: User, at: datetime, request_id: str = ""
) -> IssuedCode:
    """Give a person who stands here a code, and an account where they have none.

    A code they had before is void. An account in use goes on until the new code is used, and moves
    with the person. ``place`` is where they live, ``present`` that they stand here with their
    identity card.

    :raises Forbidden: ``by`` opens nobody there.
    :raises NotOpened: ``by`` has not opened the person for a purpose within the last hour.
    :raises NotPresent: it was not confirmed that the person is here.
    """
    require(by, Permission.OPEN_PERSON, place)
    check_opened(person, by=by, at=at)
    if not present:
        raise NotPresent("没有确认本人在场、证件已核对", hint="请当面核对居民身份证，再勾选确认")
    account = _opened(person, place=place, by=by, at=at)
    _move(account, place)
    account.codes.filter(used_at=None, voided_at=None).update(voided_at=at)
    code, expires_at = new_code(), at + timedelta(days=DAYS)
    ActivationCode.objects.create(
        account=account,
        code_hash=make_password(code),
        issued_by=by,
        issued_at=at,
        expires_at=expires_at,
    )
    _record(Action.RESIDENT_CODE_ISSUED, account, by=by, at=at, request_id=request_id, days=DAYS)
    return IssuedCode(account, spelled(code), expires_at)


def check_opened(person: int, *, by: User, at: datetime) -> None:
    """Do nothing for who has opened a person for a purpose within the last hour.

    :raises NotOpened: the asker has not.
    """
    if opened_lately(person, by=by, at=at) is None:
        raise NotOpened("要有办理事由", hint="请回到人员页，填写事由打开本人信息后再办")


@transaction.atomic
def close_by_staff(
    person: int, *, place: str, by: User, at: datetime, request_id: str = ""
) -> None:
    """Close a person's account: its sessions end, its codes are void.

    ``place`` is where the person lives now, wherever the account was opened.

    :raises NoResidentAccount: the person has none.
    :raises Forbidden: ``by`` opens nobody there.
    :raises NotOpened: ``by`` has not opened the person for a purpose within the last hour.
    """
    require(by, Permission.OPEN_PERSON, place)
    check_opened(person, by=by, at=at)
    account = account_of(person)
    if account is None:
        raise NoResidentAccount(f"人员 {person}")
    _move(account, place)
    _close(account, by=by, at=at, request_id=request_id)


def close_own(*, by: ResidentAccount, at: datetime, request_id: str = "") -> None:
    """Close one's own account."""
    _close(by, by=by, at=at, request_id=request_id)


@transaction.atomic
def change_own_password(
    *, by: ResidentAccount, new: str, at: datetime, request_id: str = ""
) -> ResidentAccount:
    """Change one's own password, the current one having been checked; other sessions end.

    :raises WeakPassword: ``new`` does not meet the rules.
    :raises NoResidentAccount: the account was closed meanwhile.
    """
    check_resident_password(new)
    account = _locked(by)
    account.password = make_password(new)
    account.session_epoch += 1
    account.save(update_fields=["password", "session_epoch"])
    _record(Action.RESIDENT_PASSWORD_CHANGED, account, by=account, at=at, request_id=request_id)
    return account


def record_own(
    action: Action, *, by: ResidentAccount, at: datetime, request_id: str = "", **detail: Fact
) -> None:
    """Write down what a resident did with their own record."""
    _record(action, by, by=by, at=at, request_id=request_id, **detail)


def _opened(person: int, *, place: str, by: User, at: datetime) -> ResidentAccount:
    """Give the open account of a person, locked, made where there is none."""
    held = ResidentAccount.objects.select_for_update().filter(person=person, closed_at=None)
    account = held.first()
    if account is not None:
        return account
    try:
        with transaction.atomic():
            return ResidentAccount.objects.create(
                person=person, place=place, opened_by=by, opened_at=at
            )
    except IntegrityError:
        # Somebody else opened it in this moment.
        return held.get()


def _move(account: ResidentAccount, place: str) -> None:
    """Have what is recorded from now on be of the place where the person lives now."""
    if account.place != place:
        account.place = place
        account.save(update_fields=["place"])


def _locked(account: ResidentAccount) -> ResidentAccount:
    held = ResidentAccount.objects.select_for_update()
    found = held.filter(pk=account.pk, closed_at=None).first()
    if found is None:
        raise NoResidentAccount(account.key)
    return found


@transaction.atomic
def _close(
    account: ResidentAccount, *, by: User | ResidentAccount, at: datetime, request_id: str
) -> None:
    found = _locked(account)
    found.codes.filter(used_at=None, voided_at=None).update(voided_at=at)
    found.password = ""
    found.closed_at = at
    found.closed_by = by if isinstance(by, User) else None
    found.session_epoch += 1
    found.save(update_fields=["password", "closed_at", "closed_by", "session_epoch"])
    _record(Action.RESIDENT_CLOSED, found, by=by, at=at, request_id=request_id)


def _record(
    action: Action,
    account: ResidentAccount,
    *,
    by: User | ResidentAccount,
    at: datetime,
    request_id: str,
    **detail: Fact,
) -> None:
    record(
        action=action,
        by=by,
        at=at,
        place=account.place,
        subject=Subject("person", str(account.person)),
        detail=detail,
        request_id=request_id,
    )
