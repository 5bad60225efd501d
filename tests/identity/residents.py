"""Residents for tests: people the vault knows, with accounts of theirs."""

from datetime import datetime, timedelta

from django.utils import timezone

from leye.service.identity.models import PersonOpening, ResidentAccount, User
from leye.service.identity.residents.operations import IssuedCode, issue_code
from leye.service.identity.residents.signin import Knocking, activate
from leye.service.identity.vault.vault import Vault
from tests.identity.vaults import number_of, token_of

HERE, THERE = "192.0.2.1", "198.51.100.7"
PASSWORD = "liu-shui-qian-nian"
PLACE = "360902001001"


def opened(person: int, *, by: User, at: datetime) -> None:
    """Have the official open the person for a purpose, as before issuing a code."""
    PersonOpening.objects.create(
        person=person,
        purpose="self_service",
        reason="本人要求",
        full_number=False,
        place=PLACE,
        by=by,
        at=at,
    )


def issued(person: int, *, by: User, at: datetime | None = None) -> IssuedCode:
    """Issue a code at the counter."""
    now = at or timezone.now()
    opened(person, by=by, at=now - timedelta(minutes=1))
    return issue_code(person, place=PLACE, present=True, by=by, at=now)


def persons_of(vault: Vault, *people: int) -> dict[bytes, int]:
    """Give the table of person keys: each of these people by their token."""
    return {token_of(vault, person): person for person in people}


def resident(
    person: int,
    *,
    by: User,
    vault: Vault,
    password: str = PASSWORD,
    at: datetime | None = None,
) -> ResidentAccount:
    """Give the account of a person who has chosen a password."""
    now = at or timezone.now()
    code = issued(person, by=by, at=now)
    return activate(
        number=number_of(person),
        code=code.code,
        password=password,
        knocking=Knocking(HERE, now),
        vault=vault,
        person_of=persons_of(vault, person).get,
    )
