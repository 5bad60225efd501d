"""The serving copy: one read-only SQLite file for each month, for pages that ask cell by cell.

``served.json`` names the files of a release and is replaced at once: before that, readers have the
old files, afterwards the new ones. A file is named for what it was made from, so what has not
changed is not written again. The files of the set before are kept, for readers that hold it.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from leye.data.pool.files import locked, replace_file, sync_folder
from leye.data.pool.snapshot import Snapshot
from leye.data.pool.store import digest_of_file, failure, kept_safe
from leye.data.pool.transaction import nothing, of_months

FOLDER = "served"
NAMES = "served.json"
_WAIT = 60.0
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class ServedTable:
    """A table of a serving file: SQL types by column, its key, and rows in the key's order."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    rows: Iterable[Sequence[object]]
    indexes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServedSet:
    """The serving files of a release by month, and those of the set before."""

    release: int = 0
    files: Mapping[int, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()


def served_set(root: Path) -> ServedSet | None:
    """Give the set the pool at ``root`` serves, or None when there is none yet."""
    try:
        given = json.loads((root / FOLDER / NAMES).read_bytes())
    except FileNotFoundError:
        return None
    files = {int(month): str(name) for month, name in given["files"].items()}
    return ServedSet(int(given["release"]), files, tuple(given["before"]))


def served_digest(snapshot: Snapshot, tables: Sequence[str], month: int, *, layout: str) -> str:
    """Give a digest of the files a month's tables consist of, and of how they are laid out."""
    found = sha256(layout.encode())
    for table in tables:
        pin = snapshot.manifest.tables.get(table)
        files = snapshot.files(table, pin.version) if pin is not None else ()
        own = of_months(files, [month])
        names = sorted(digest_of_file(file) or Path(file).name for file in own)
        found.update("\n".join([table, *names, ""]).encode())
    return found.hexdigest()[:_DIGITS]


def write_served(
    root: Path,
    *,
    release: int,
    months: Mapping[int, tuple[str, Callable[[], Sequence[ServedTable]]]],
    checkpoint: Callable[[str], None] = nothing,
) -> tuple[int, ...]:
    """Make the set of these months: for each its digest, and what gives its tables.

    Gives the months whose files were written; a file of the same digest stands. Cut short, the set
    before stands, and what was written is found by the next call.

    :raises PoolBusy: another process is writing the serving copy.
    :raises StoreFailure: the disk failed; the set before stands.
    """
    folder = root / FOLDER
    with kept_safe("生成查询副本"), locked(root / "served.lock", wait=_WAIT):
        folder.mkdir(parents=True, exist_ok=True)
        old = served_set(root) or ServedSet()
        names = {month: _file_of(month, digest) for month, (digest, _) in months.items()}
        missing = [month for month in sorted(names) if not (folder / names[month]).exists()]
        for month in missing:
            _write(folder / names[month], months[month][1])
            checkpoint(f"served_{month}")
        if old.release != release or old.files != names:
            replaced = tuple(sorted(set(old.files.values()) - set(names.values())))
            _name(folder, ServedSet(release, names, replaced or _kept(old, names)))
            checkpoint("served_named")
        _clear(folder)
    return tuple(missing)


def write_beside(
    root: Path, month: int, digest: str, tables: Callable[[], Sequence[ServedTable]]
) -> None:
    """Write the file of a month where ``write_served`` will look for it; one that is there stands.

    :raises PoolBusy: another process is writing the serving copy.
    :raises StoreFailure: the disk failed.
    """
    folder = root / FOLDER
    with kept_safe("生成查询副本"), locked(root / "served.lock", wait=_WAIT):
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / _file_of(month, digest)).exists():
            _write(folder / _file_of(month, digest), tables)


def open_served(file: Path) -> sqlite3.Connection:
    """Open a serving file for reading, from any thread: it never changes once it is named."""
    return sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True, check_same_thread=False)


def _kept(old: ServedSet, names: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(name for name in old.before if name not in names.values())


def _name(folder: Path, named: ServedSet) -> None:
    content = {
        "release": named.release,
        "files": {str(month): name for month, name in sorted(named.files.items())},
        "before": list(named.before),
    }
    replace_file(folder / NAMES, json.dumps(content).encode())


def _clear(folder: Path) -> None:
    """Remove what neither this set nor the one before names, halves of a killed writer included."""
    named = served_set(folder.parent) or ServedSet()
    wanted = {NAMES, *named.files.values(), *named.before}
    for file in folder.iterdir():
        if file.name not in wanted:
            file.unlink(missing_ok=True)


def _file_of(month: int, digest: str) -> str:
    return f"{month}-{digest}.sqlite"


def _write(path: Path, tables: Callable[[], Sequence[ServedTable]]) -> None:
    try:
        _filled(path, tables())
    except sqlite3.Error as fault:
        # Its words may quote rows.
        raise failure("生成查询副本", fault) from None


def _filled(path: Path, tables: Sequence[ServedTable]) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    connection = sqlite3.connect(beside, isolation_level=None)
    try:
        connection.execute("PRAGMA page_size = 8192")
        # Whole or absent: the file gets its name only once it is finished.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for table in tables:
            _fill(connection, table)
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
    finally:
        connection.close()
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def _fill(connection: sqlite3.Connection, table: ServedTable) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
    key = ", ".join(table.key)
    connection.execute(f"CREATE TABLE {table.name} ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID")
    marks = ", ".join("?" for _ in table.columns)
    insert = f"INSERT INTO {table.name} VALUES ({marks})"  # noqa: S608 - names of our own
    connection.executemany(insert, table.rows)
    for number, index in enumerate(table.indexes):
        connection.execute(f"CREATE INDEX {table.name}_{number} ON {table.name} ({index})")
