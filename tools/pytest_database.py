"""Choose tests by the database they need.

``--database-only`` keeps the tests that touch a database, for a second run on another engine.
Tests marked ``postgres`` are left out where the database is another one.
"""

import os

import pytest

DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
    "client",
    "admin_client",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--database-only``."""
    parser.addoption(
        "--database-only", action="store_true", help="only the tests that touch a database"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests the chosen database is not for."""
    only_database = bool(config.getoption("--database-only"))
    on_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        wanted = not only_database or _touches_database(item)
        able = on_postgres or item.get_closest_marker("postgres") is None
        (kept if wanted and able else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def _touches_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db") or item.get_closest_marker("postgres"):
        return True
    return bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))
