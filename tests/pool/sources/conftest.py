"""Fixtures of the tests of departmental deliveries."""

import pytest

from tests.pool.sources.feeds import TestVault


@pytest.fixture
def vault() -> TestVault:
    """A vault of the test's own."""
    return TestVault()
