"""The Delta tables. The only module that touches ``deltalake``.

Tables only ever grow (add, replace, compact, restore) and nothing is vacuumed, so every version a
release ever pinned can be read again. A table may be partitioned by month; a month is then
replaced without touching the others.
"""

import errno
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

import duckdb
import ibis
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction

from leye.data.pool.prepared import MONTH, Prepared
from leye.kernel.errors import LeyeError

MOST_FILES = 64
"""A table, or a month of one, of more files is rewritten into fewer: each costs every reader."""

_SYNCING = 4
_FOREVER = {
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
    "delta.enableExpiredLogCleanup": "false",
}
_COMMIT = re.compile(r"[0-9]{20}\.json")
_HOOKS = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StoreFailure(LeyeError):
    """The store could not write or read; the last good version stands.

    The engine's own words are left out: they may quote rows.
    """

    code = "store_failure"
    title = "数据没有存成"


@contextmanager
def redacted(doing: str) -> Iterator[None]:
    """Turn the engines' errors, whose texts may quote rows, into ``StoreFailure``.

    :raises StoreFailure: an engine failed.
    """
    try:
        yield
    except (DeltaError, duckdb.Error, pa.ArrowException) as fault:
        raise failure(doing, fault) from None


@contextmanager
def kept_safe(doing: str) -> Iterator[None]:
    """Like ``redacted``, for steps that write: a full or failing disk is a ``StoreFailure`` too.

    :raises StoreFailure: an engine or the disk failed.
    """
    try:
        yield
    except (DeltaError, duckdb.Error, pa.ArrowException, OSError) as fault:
        raise failure(doing, fault) from None


def failure(doing: str, fault: Exception) -> StoreFailure:
    """Say that a step failed, without the words of the fault."""
    if isinstance(fault, OSError) and fault.errno in _FULL:
        return StoreFailure(
            f"{doing}时磁盘已满", hint="库中数据没有改动；请联系管理员清理或扩充磁盘后重试"
        )
    return StoreFailure(
        f"{doing}时出错（{type(fault).__name__}）",
        hint="库中数据没有改动；请稍后重试，仍不行请联系管理员",
    )


@dataclass(frozen=True, slots=True)
class Committed:
    """A version of a table as it was just made, and the paths of its files."""

    version: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of Delta tables.

    Those written to stay open, since opening one reads its log; only the writer uses them.
    """

    folder: Path
    _open: dict[str, DeltaTable] = field(default_factory=dict, compare=False, repr=False)

    def make(self, table: str, *, schema: ibis.Schema, partitioned: bool) -> int:
        """Make sure a table with these columns is there; give its version.

        Columns the table lacks are added; rows written before have no value in them.

        :raises StoreFailure: the engine failed, or the table differs in a column's type or in
            how it is cut.
        """
        path = self.folder / table
        wanted = Schema.from_arrow(schema.to_pyarrow())
        cut = [MONTH] if partitioned else []
        with kept_safe("建表"):
            if not DeltaTable.is_deltatable(str(path)):
                path.mkdir(parents=True, exist_ok=True)
                DeltaTable.create(
                    str(path), schema=wanted, partition_by=cut, configuration=_FOREVER
                )
            delta = DeltaTable(str(path))
            there = {field.name: field for field in delta.schema().fields}
            for field in wanted.fields:
                if field.name in there and there[field.name].type != field.type:
                    raise DeltaError(f"column {field.name} has another type")
            if delta.metadata().partition_columns != cut:
                raise DeltaError("the table is cut otherwise")
            added = [field for field in wanted.fields if field.name not in there]
            if added:
                delta.alter.add_columns(added, post_commithook_properties=_HOOKS)
            return last_version(path)

    def place(self, table: str, files: Sequence[Prepared]) -> list[AddAction]:
        """Move prepared files into a table's folder, where no version names them yet.

        :raises StoreFailure: the disk failed.
        """
        folder = self.folder / table
        with kept_safe("写入"):
            following = last_version(folder) + 1
            return [_placed(file, folder, following) for file in files]

    def commit(
        self,
        table: str,
        added: Sequence[AddAction],
        *,
        release: int,
        replacing: int | Literal["all"] | None = None,
    ) -> Committed:
        """Add placed files in one commit that names the release; give the new version.

        ``replacing`` is the month whose rows they take the place of, or "all".

        :raises StoreFailure: the engine failed; no version was made.
        """
        with kept_safe("写入"):
            delta = self._opened(table)
            month = None if replacing in (None, "all") else [(MONTH, "=", str(replacing))]
            delta.create_write_transaction(
                list(added),
                "append" if replacing is None else "overwrite",
                delta.schema(),
                partition_by=delta.metadata().partition_columns,
                partition_filters=month,
                commit_properties=_note(release),
                post_commithook_properties=_HOOKS,
            )
            delta.update_incremental()
            return Committed(delta.version(), tuple(_paths(delta, self.folder / table)))

    def forget(self) -> None:
        """Close what is open: what is on the disk may be undone, and versions counted again."""
        self._open.clear()

    def _opened(self, table: str) -> DeltaTable:
        """Give a table at its last version."""
        path = self.folder / table
        delta = self._open.get(table)
        if delta is None or delta.version() != last_version(path):
            delta = self._open[table] = DeltaTable(str(path))
        return delta

    def files(self, table: str, version: int) -> tuple[str, ...]:
        """Give the paths of the files that make up a version.

        :raises StoreFailure: the version cannot be read.
        """
        with redacted("读取"):
            delta = DeltaTable(str(self.folder / table), version=version)
            return tuple(_paths(delta, self.folder / table))

    def compact(self, table: str, version: int, *, files: Sequence[str], release: int) -> int:
        """Rewrite a table, or months of it, of too many files; give the version that then stands.

        ``files`` are those of the version.

        :raises StoreFailure: the engine failed.
        """
        counts = Counter(map(month_of_file, files))
        crowded = sorted((m, n) for m, n in counts.items() if n > MOST_FILES)
        for month, _ in crowded:
            with kept_safe("整理"):
                delta = DeltaTable(str(self.folder / table))
                delta.optimize.compact(
                    partition_filters=[(MONTH, "=", str(month))] if month else None,
                    commit_properties=_note(release),
                    post_commithook_properties=_HOOKS,
                )
                version = last_version(self.folder / table)
        return version

    def recover(self, pinned: dict[str, int]) -> tuple[str, ...]:
        """Undo whatever lies beyond the pinned versions, and tables that were never pinned.

        Gives the tables that are gone: their versions will be counted from the first again.

        :raises StoreFailure: the engine failed.
        """
        gone: list[str] = []
        if not self.folder.exists():
            return ()
        for path in sorted(self.folder.iterdir()):
            with kept_safe("恢复"):
                if path.name not in pinned:
                    self._open.pop(path.name, None)
                    shutil.rmtree(path)
                    gone.append(path.name)
                    continue
                version = pinned[path.name]
                if last_version(path) == version:
                    continue
                delta = DeltaTable(str(path))
                if set(_paths(delta, path)) != set(self.files(path.name, version)):
                    delta.restore(
                        version, commit_properties=CommitProperties(custom_metadata={"undo": True})
                    )
        return tuple(gone)

    def changed(
        self, table: str, *, since: int | None, version: int, written: Sequence[str]
    ) -> list[Path]:
        """Give what is to be forced to the disk of what came after version ``since`` (None: ever).

        ``written`` are the files that version did not name.
        """
        log = self.folder / table / "_delta_log"
        first = 0 if since is None else since + 1
        commits = [log / f"{number:020}.json" for number in range(first, version + 1)]
        files = [Path(file) for file in written]
        folders = {file.parent for file in files} | {log, log.parent, self.folder}
        return [*files, *(commit for commit in commits if commit.exists()), *sorted(folders)]

    def sync(self, paths: Iterable[Path]) -> None:
        """Force files, and the names in folders, to the disk: together, as each waits for it.

        :raises StoreFailure: the disk failed.
        """
        with kept_safe("写入"), ThreadPoolExecutor(_SYNCING, "sync") as beside:
            list(beside.map(_sync, dict.fromkeys(paths)))


def last_version(folder: Path) -> int:
    """Give the last version of the table in a folder, from the names in its log; -1 for none.

    Opening a table reads its whole log. Nothing is ever taken out of it, so the names tell.
    """
    names = (entry.name for entry in os.scandir(folder / "_delta_log"))
    return max((int(name[:20]) for name in names if _COMMIT.fullmatch(name)), default=-1)


def month_of_file(file: str) -> int | None:
    """Give the month whose rows a table's file holds, or None when the table is not cut."""
    name, _, month = Path(file).parent.name.partition("=")
    return int(month) if name == MONTH and month.isdigit() else None


def digest_of_file(file: str) -> str:
    """Give the digest in the name of a file this store placed; another's gives ""."""
    return Path(file).stem.partition("-")[2]


def _placed(file: Prepared, folder: Path, version: int) -> AddAction:
    # The version keeps two files of equal rows apart, the digest two attempts at one version.
    cut = {MONTH: str(file.month)} if file.month is not None else {}
    inner = Path(*(f"{name}={value}" for name, value in cut.items()))
    target = folder / inner / f"{version:08}-{file.digest}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    changed = int(file.path.stat().st_mtime * 1000)
    file.path.replace(target)
    stats = json.dumps({"numRecords": file.rows})
    return AddAction(str(inner / target.name), file.size, cut, changed, True, stats)


def _note(release: int) -> CommitProperties:
    return CommitProperties(custom_metadata={"release": str(release)})


def _paths(delta: DeltaTable, folder: Path) -> list[str]:
    # The library's own list of full addresses is percent-encoded where the folder's name is not.
    names = delta.get_add_actions(flatten=True).column("path").to_pylist()
    return [str(folder / unquote(name)) for name in names]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
