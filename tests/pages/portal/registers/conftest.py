"""The pages beside the map over a made-up serving copy: for a visitor, and for staff."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from leye.data.pool import Pool
from tests.pages.clients import signed_in_by
from tests.pages.portal.register_sample import write_registers_copy

if TYPE_CHECKING:
    from leye.service.identity.models import User


@pytest.fixture(scope="session")
def copied_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool with a serving copy; shared, so it is only read."""
    root = tmp_path_factory.mktemp("registers") / "pool"
    Pool(root)
    write_registers_copy(root)
    return root


@pytest.fixture
def visitor(copied_folder: Path, settings: Any, db: None) -> Client:
    """Somebody who is not signed in."""
    settings.LEYE_POOL = copied_folder
    return Client()


@pytest.fixture
def staff(
    copied_folder: Path, settings: Any, account: Callable[..., "User"]
) -> Callable[[str, str], Client]:
    """Give a client signed in with one role in one place."""
    settings.LEYE_POOL = copied_folder
    return signed_in_by(account)
