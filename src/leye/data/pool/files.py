"""Files that are whole or absent: landing by digest, atomic replacement, the writer's lock."""

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from leye.data.pool.types import PoolBusy

_CHUNK = 1024 * 1024
GLANCE = 0.2
"""Seconds to wait for somebody who only looks whether a lock is held."""


@dataclass(frozen=True, slots=True)
class Landed:
    """Original bytes as kept: where, their SHA-256 and their number."""

    path: Path
    digest: str
    size: int


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in place at once: a reader, or a crash, meets the old or the new one."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def digest_of(content: bytes | Path) -> str:
    """Give the SHA-256 of a file or of bytes, in hexadecimal."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def land(content: bytes | Path, *, folder: Path) -> Landed:
    """Keep the original bytes in ``folder`` under their digest; the same bytes are kept once."""
    digest = digest_of(content)
    path = landed_path(folder, digest)
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    if path.exists() and path.stat().st_size == size:
        return Landed(path, digest, size)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{digest}.new")
    with beside.open("wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with content.open("rb") as source:
                shutil.copyfileobj(source, file, _CHUNK)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)
    sync_folder(folder)
    return Landed(path, digest, size)


def landed_path(folder: Path, digest: str) -> Path:
    """Give where the bytes of a digest are kept."""
    return folder / digest[:2] / digest


@contextmanager
def locked(path: Path, *, wait: float) -> Iterator[None]:
    """Hold the writer's lock, trying for up to ``wait`` seconds.

    The lock is the operating system's, so it goes with its process, however that ends.

    :raises PoolBusy: another process or thread held it all that time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, time.monotonic() + wait)
        yield
    finally:
        os.close(handle)


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock; looking holds it for no longer than it takes to look."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _take(handle: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise PoolBusy("请等它完成", hint="稍候一分钟再试") from None
            time.sleep(0.02)
        else:
            return


@contextmanager
def work_folder(parent: Path) -> Iterator[Path]:
    """Give an empty folder for this process, removed at the end."""
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{os.getpid()}-", dir=parent) as name:
        yield Path(name)


def clear_abandoned(parent: Path) -> None:
    """Remove the work folders of processes that are gone."""
    if not parent.exists():
        return
    for folder in parent.iterdir():
        owner = folder.name.partition("-")[0]
        if not (owner.isdigit() and _alive(int(owner))):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    with suppress(ProcessLookupError):
        try:
            os.kill(process, 0)
        except PermissionError:
            return True
        return True
    return False
