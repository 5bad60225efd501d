"""A PostgreSQL for the tests: the one named by DATABASE_URL, or a private one that leaves nothing.

The private cluster lives in a temporary folder on a free loopback port and is thrown away.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tools.packages import Unavailable, install

SYSTEM_USER = "postgres"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=50")


@contextmanager
def database() -> Iterator[str]:
    """Give the URL of a reachable PostgreSQL, as ``DATABASE_URL`` spells it.

    :raises Unavailable: there is none and none can be started; the text says what to do.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        if not is_reachable(given):
            raise Unavailable("DATABASE_URL names a PostgreSQL that does not answer")
        yield given
        return
    binaries = find_binaries()
    if binaries is None:
        install(["postgresql"], why="PostgreSQL")
        binaries = find_binaries()
    if binaries is None:
        raise Unavailable("PostgreSQL was installed, but initdb was not found")
    with private_cluster(binaries) as url:
        yield url


def is_reachable(url: str) -> bool:
    """Tell whether a database answers at the URL."""
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def find_binaries() -> Path | None:
    """Give the folder of the newest installed server's programs."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(debian, key=lambda path: float(path.parent.parent.name))
    if newest:
        return newest[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def private_cluster(binaries: Path) -> Iterator[str]:
    """Start a cluster of its own, give its URL, and remove it.

    :raises Unavailable: it did not start.
    """
    # The server refuses to run as root.
    user = SYSTEM_USER if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="leye-postgres-") as folder:
        home = Path(folder)
        password = secrets.token_urlsafe(18)
        (home / "password").write_text(password)
        if user:
            entry = pwd.getpwnam(user)
            for path in (home, home / "password"):
                os.chown(path, entry.pw_uid, entry.pw_gid)
        port = free_port()
        server = [str(binaries / "pg_ctl"), "-D", str(home / "data")]
        options = [f"-p {port}", f"-k {home}", "-c listen_addresses=127.0.0.1"]
        options += [f"-c {setting}" for setting in FAST]
        initdb = [str(binaries / "initdb"), "-D", str(home / "data"), "-U", "leye", "-N"]
        initdb += ["-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256"]
        _run([*initdb, f"--pwfile={home / 'password'}"], user=user)
        start = ["-l", str(home / "log"), "-w", "-t", "60", "-o", " ".join(options), "start"]
        _run([*server, *start], user=user)
        try:
            yield f"postgres://leye:{password}@127.0.0.1:{port}/postgres"
        finally:
            _run([*server, "-m", "immediate", "-w", "stop"], user=user)


def free_port() -> int:
    """Give a loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: Sequence[str], *, user: str | None) -> None:
    # Output goes to a file, not a pipe: the server would hold a pipe open for as long as it lives.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command, user=user, stdout=output, stderr=output, cwd="/", check=False
        )
        if done.returncode:
            output.seek(0)
            raise Unavailable(f"{Path(command[0]).name} failed: {output.read()[-2000:]}")
