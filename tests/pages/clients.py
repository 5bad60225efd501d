"""Clients for tests of pages."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.test import Client

if TYPE_CHECKING:
    from leye.service.identity.models import User


def signed_in_by(account: Callable[..., "User"]) -> Callable[[str, str], Client]:
    """Give what makes a client signed in with one role in one place."""

    def give(role: str, place: str) -> Client:
        client = Client()
        client.force_login(account(role, place))
        return client

    return give
