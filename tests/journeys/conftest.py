"""A real browser over a running server with the published figures."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.published import published_pool
from tests.registers.queries.sample import write_registers
from tools.browser import find

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer


@pytest.fixture(scope="session", autouse=True)
def _database_beside_an_event_loop() -> None:
    """Let Django be used in the thread in which the browser driver keeps its event loop."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def base_url() -> str:
    """Addresses are written out; the plugin's own fixture of this name warns under pytest 9."""
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium."""
    return {**browser_type_launch_args, "executable_path": find(), "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Ask for Chinese pages."""
    return {**browser_context_args, "locale": "zh-CN"}


@pytest.fixture(scope="session")
def published_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool of the published figures; copy it before writing."""
    root = tmp_path_factory.mktemp("published") / "pool"
    published_pool(root)
    return root


@pytest.fixture
def site(published_folder: Path, tmp_path: Path, settings: Any, live_server: "LiveServer") -> str:
    """Give the address of a running site with a pool of its own."""
    root = tmp_path / "pool"
    shutil.copytree(published_folder, root)
    settings.LEYE_POOL = root
    return str(live_server.url)


@pytest.fixture
def city(site: str, tmp_path: Path, settings: Any) -> str:
    """Give the address of a site that holds registers of a simulated city up to March 2024."""
    from leye.data.pool import Pool
    from leye.doors.web.demo import mark_demo, mark_demo_loaded

    settings.LEYE_VAR = tmp_path
    settings.LEYE_VAULT_KEYS = tmp_path / "vault_keys"
    loaded = datetime(2024, 4, 30, 4, tzinfo=UTC)
    mark_demo(people=1000, first_month=202401, last_month=202403, at=loaded)
    mark_demo_loaded()
    write_registers(Pool(settings.LEYE_POOL), inputs=("D000002",))
    return site
