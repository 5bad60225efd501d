"""The small town's pool, screened, and a vault of the test's own that knows two of its people."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from leye.data.pool import Pool
from leye.data.pool.engines import Engine
from leye.data.pool.plans import FOLDER
from leye.decision.policy.registered import prepare_plans
from leye.decision.policy.screen import screen
from leye.service.identity.vault.vault import Vault, vault
from tests.decision.policy import town
from tests.pages.known import know


@pytest.fixture(scope="session")
def town_folder(seeded_pool_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeded pool with the registers of the small town, not screened yet."""
    root = tmp_path_factory.mktemp("town") / "pool"
    shutil.copytree(seeded_pool_folder, root)
    town.fill(Pool(root))
    return root


@pytest.fixture(scope="session")
def screened_folder(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small town's pool, screened for both months."""
    root = tmp_path_factory.mktemp("screened") / "pool"
    shutil.copytree(town_folder, root)
    months = [town.BEFORE, town.NOW]
    assert screen(Pool(root), at=town.AT, months=months, engine=Engine(threads=1))
    return root


@pytest.fixture
def screened(pool: Pool, screened_folder: Path) -> Pool:
    """A copy of the screened pool, which the pages use."""
    shutil.rmtree(pool.root)
    shutil.copytree(screened_folder, pool.root)
    return pool


@pytest.fixture
def keys(tmp_path: Path, settings: Any, db: None) -> Vault:
    """The vault the pages use, with keys of its own."""
    settings.LEYE_VAULT_KEYS = tmp_path / "vault_keys"
    return vault()


@pytest.fixture(scope="session")
def plans(screened_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plans of the town's month, which take seconds to write."""
    root = tmp_path_factory.mktemp("planned") / "pool"
    shutil.copytree(screened_folder, root)
    prepare_plans(Pool(root).snapshot(), town.NOW)
    return root / FOLDER


@pytest.fixture
def people(screened: Pool, keys: Vault, plans: Path) -> Pool:
    """The screened town, two of whose people the vault knows."""
    shutil.copytree(plans, screened.root / FOLDER)
    know(screened, keys)
    return screened
