"""Fixtures of the pool's tests."""

from pathlib import Path

import pytest

from leye.data.pool import Pool


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    """An empty pool."""
    return Pool(tmp_path / "pool")
