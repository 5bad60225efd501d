"""The public pages over the figures the product ships with."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from tests.pages.clients import signed_in_by
from tests.published import published_pool

if TYPE_CHECKING:
    from leye.service.identity.models import User


@pytest.fixture(scope="session")
def published_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool of the published figures; shared, so it is only read."""
    root = tmp_path_factory.mktemp("published") / "pool"
    published_pool(root)
    return root


@pytest.fixture
def public(published_folder: Path, settings: Any, db: None) -> Client:
    """A visitor who is not signed in."""
    settings.LEYE_POOL = published_folder
    return Client()


@pytest.fixture
def signed_in(
    published_folder: Path, settings: Any, account: Callable[..., "User"]
) -> Callable[[str, str], Client]:
    """Give a client signed in with one role in one place."""
    settings.LEYE_POOL = published_folder
    return signed_in_by(account)
