"""The engine registers are tested on."""

from collections.abc import Iterator

import ibis
import pytest
from ibis.backends import BaseBackend


@pytest.fixture
def duck() -> Iterator[BaseBackend]:
    """An engine that holds nothing yet."""
    made = ibis.duckdb.connect()
    yield made
    made.disconnect()
