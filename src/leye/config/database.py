"""The operations database: SQLite in a file by default, PostgreSQL by one address."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_POSTGRES = {"postgres", "postgresql"}


def database(url: str, *, file: Path) -> dict[str, Any]:
    """Give Django's database setting for ``url``, or for the SQLite ``file`` when it is empty.

    The form is ``postgres://user:password@host:port/name?sslmode=require``; what follows the
    question mark is handed to libpq. A host given as ``?host=/run/postgresql`` is a socket folder.

    :raises ImproperlyConfigured: another scheme, or no database name.
    """
    return _postgres(url) if url else _sqlite(file)


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            # A transaction that reads first and writes later would fail at once when another
            # writes in between; taking the lock at the start makes it wait for its turn instead.
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            ),
        },
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in _POSTGRES or not name:
        raise ImproperlyConfigured(
            "DATABASE_URL must read postgres://user:password@host:port/name, or be left out"
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": options.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
