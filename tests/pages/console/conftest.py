"""A pool that also holds registers, one with departments' deliveries, and a vault of the test's."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from leye.data.pool import Pool
from leye.data.pool.engines import Engine
from leye.decision.policy.screen import screen
from leye.service.identity.vault.vault import Vault, vault
from tests.decision.policy import town
from tests.registers.queries.sample import write_registers


@pytest.fixture(scope="session")
def registers_folder(seeded_pool_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeded pool with registers of two months, the second built from D000001."""
    root = tmp_path_factory.mktemp("registers") / "pool"
    shutil.copytree(seeded_pool_folder, root)
    write_registers(Pool(root), inputs=("D000001",))
    return root


@pytest.fixture
def registers(pool: Pool, registers_folder: Path) -> Pool:
    """A copy of that pool, which the pages use."""
    shutil.rmtree(pool.root)
    shutil.copytree(registers_folder, pool.root)
    return pool


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
