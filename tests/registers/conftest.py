"""The engine registers are tested on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from leye.data.pool.engines import Engine, Workbench, workbench_of


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[Workbench]:
    """An engine that holds nothing yet."""
    with workbench_of(Engine(threads=1), root=tmp_path, folder=tmp_path) as bench:
        yield bench
