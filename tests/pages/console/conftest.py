"""A pool that also holds registers."""

import shutil
from pathlib import Path

import pytest

from leye.data.pool import Pool
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
