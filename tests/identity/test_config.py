"""The settings' own parts: database address, secret key, logs, the client's address."""

import io
import logging
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from gunicorn.config import Config

from leye.config.database import database
from leye.config.logs import QuietFormatter, WithoutPersons, logging_settings
from leye.config.secret import secret_key
from leye.config.server_log import ServerLog
from leye.doors.cli.serve import _options

FILE = Path("leye.sqlite3")


def test_sqlite_is_the_default() -> None:
    given = database("", file=FILE)
    assert given["ENGINE"].endswith("sqlite3")
    assert given["NAME"] == FILE
    assert given["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in given["OPTIONS"]["init_command"]


def test_a_postgres_address_is_taken_apart() -> None:
    given = database("postgres://leye:p%40ss@db.example:5433/leye?sslmode=require", file=FILE)
    parts = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    assert [given[part] for part in parts] == [
        "django.db.backends.postgresql",
        "leye",
        "leye",
        "p@ss",
        "db.example",
        "5433",
        {"sslmode": "require"},
    ]


def test_a_socket_folder_can_be_the_host() -> None:
    given = database("postgresql:///leye?host=/run/postgresql", file=FILE)
    assert (given["HOST"], given["PORT"], given["OPTIONS"]) == ("/run/postgresql", "", {})


@pytest.mark.parametrize("url", ["mysql://a/b", "postgres://host", "leye"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        database(url, file=FILE)


def test_the_database_keeps_what_its_kind_promises(db: None) -> None:
    if connection.vendor != "sqlite":
        assert connection.settings_dict["CONN_HEALTH_CHECKS"]
        return
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_the_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(path), range(16)))
    assert len(keys) == 1
    assert len(keys.pop()) > 60
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret_key"]


def logged(write: Callable[[logging.Logger], None]) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutPersons())
    handler.setFormatter(
        QuietFormatter("%(levelname)s %(message)s %(request)s", defaults={"request": "-"})
    )
    logger = logging.getLogger("leye.tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    # The tests themselves run with a quiet log.
    logger.setLevel(logging.DEBUG)
    try:
        write(logger)
    finally:
        logger.removeHandler(handler)
    return stream.getvalue()


def test_a_failure_is_logged_without_its_message() -> None:
    person = "王五 36220119900101001X"

    def write(logger: logging.Logger) -> None:
        try:
            raise ValueError(person)
        except ValueError:
            logger.exception("failed", extra={"request": "body", "username": "wang"})

    text = logged(write)
    assert "ValueError" in text
    assert "test_config.py" in text
    assert "王五" not in text
    assert "body" not in text
    assert "wang" not in text


def test_a_logged_address_loses_its_query() -> None:
    text = logged(lambda logger: logger.warning("Not Found: %s", "/figures/?name=王五"))
    assert text.startswith("WARNING Not Found: /figures/")
    assert "王五" not in text


def test_what_is_set_up_cleans_every_record() -> None:
    given = logging_settings("INFO")
    assert {name: handler["filters"] for name, handler in given["handlers"].items()} == {
        "console": ["without_persons"]
    }
    assert given["formatters"]["line"]["()"] is QuietFormatter


TOKEN = "Zm9vYmFy_secret-x"
LINES: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("Error handling request %s %s", ("GET", f"/wall/t/{TOKEN}/firms/?a=1")),
    ("Error handling request %s", (f"/wall/t/{TOKEN}/",)),
    (f"Invalid request from ip=1.2.3.4: Invalid HTTP request line: 'GET /wall/t/{TOKEN} X'", ()),
    ("refused: %s", (ValueError(f"/wall/t/{TOKEN}"),)),
)


@pytest.mark.parametrize(("message", "given"), LINES)
def test_the_servers_own_log_holds_no_address_of_a_screen(
    message: str, given: tuple[object, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    quoted = f"/wall/t/{TOKEN}/ of 王五"
    server = logging.getLogger("gunicorn.error")
    before = server.handlers[:]
    log = ServerLog(Config())
    try:
        try:
            raise ValueError(quoted)
        except ValueError:
            log.exception(message, *given)
    finally:
        server.handlers[:] = before
    written = capsys.readouterr().err
    assert "/wall/t/…" in written
    assert "ValueError" in written
    assert TOKEN not in written
    assert "王五" not in written


def test_the_server_runs_with_that_log() -> None:
    chosen = Config()
    for name, value in _options("127.0.0.1", 8000, 2).items():
        chosen.set(name, value)
    assert chosen.logger_class is ServerLog
    assert chosen.accesslog is None


def test_a_password_never_reaches_the_log(
    db: None, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fields = {"username": "wangxiaoming", "password": "very-secret-77"}
    Client().post("/console/sign-in/", fields)
    Client(enforce_csrf_checks=True).post("/console/sign-in/", fields)
    captured = capsys.readouterr()
    # The query log of the tests' own database is below what the installation writes.
    lines = [r.getMessage() for r in caplog.records if r.name != "django.db.backends"]
    everything = "\n".join([captured.out, captured.err, *lines])
    assert "very-secret-77" not in everything
    assert "wangxiaoming" not in everything


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_a_client_cannot_choose_its_own_address(
    proxies: int, forwarded: str, expected: str
) -> None:
    from leye.doors.console.access import client_address

    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    with override_settings(LEYE_PROXIES=proxies):
        assert client_address(request) == expected


def test_only_what_is_needed_is_installed() -> None:
    assert "django.contrib.admin" not in configured.INSTALLED_APPS
    assert configured.AUTH_USER_MODEL == "identity.User"
    assert configured.LANGUAGE_CODE == "zh-hans"
    assert configured.TIME_ZONE == "Asia/Shanghai"


def test_behind_https_cookies_and_headers_are_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings_with(monkeypatch, LEYE_HTTPS="1", LEYE_HOSTS="leye.example, www.leye.example")
    assert given.SESSION_COOKIE_SECURE
    assert given.CSRF_COOKIE_SECURE
    assert given.SECURE_SSL_REDIRECT
    assert given.SECURE_HSTS_SECONDS > 0
    assert given.ALLOWED_HOSTS == ["leye.example", "www.leye.example"]
    assert not given.DEBUG


def settings_with(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Any:
    """Read the settings anew under another environment, beside the ones in use."""
    import importlib.util

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    path = Path(sys.modules["leye.config"].__file__ or "").with_name("settings.py")
    spec = importlib.util.spec_from_file_location("settings_under_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
