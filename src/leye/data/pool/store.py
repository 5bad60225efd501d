"""The Delta tables. The only module that touches ``deltalake``.

Tables only ever grow (append, compact, restore) and nothing is vacuumed, so every version a
release ever pinned can be read again.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import duckdb
import ibis
import pyarrow as pa
from deltalake import (
    CommitProperties,
    DeltaTable,
    PostCommitHookProperties,
    Schema,
    write_deltalake,
)
from deltalake.exceptions import DeltaError

from leye.data.pool.files import sync_folder
from leye.kernel.errors import LeyeError

MOST_FILES = 64
"""A table of more files than this is rewritten into fewer, since each costs every reader."""

_FOREVER = {
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
    "delta.enableExpiredLogCleanup": "false",
}
_HOOKS = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


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
        raise StoreFailure(
            f"{doing}时出错（{type(fault).__name__}）",
            hint="库中数据没有改动；请稍后重试，仍不行请联系管理员",
        ) from None


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of Delta tables."""

    folder: Path

    def append(
        self, table: str, rows: pa.RecordBatchReader, *, schema: ibis.Schema, delivery: str
    ) -> int:
        """Append rows in one commit that names the delivery; give the new version.

        :raises StoreFailure: the engine failed; no version was made.
        """
        path = self.folder / table
        commit = CommitProperties(custom_metadata={"delivery": delivery})
        with redacted("写入"):
            if not DeltaTable.is_deltatable(str(path)):
                path.mkdir(parents=True, exist_ok=True)
                arrow = Schema.from_arrow(schema.to_pyarrow())
                DeltaTable.create(str(path), schema=arrow, configuration=_FOREVER)
            delta = DeltaTable(str(path))
            write_deltalake(
                delta,
                rows,
                mode="append",
                commit_properties=commit,
                post_commithook_properties=_HOOKS,
            )
            return DeltaTable(str(path)).version()

    def files(self, table: str, version: int) -> tuple[str, ...]:
        """Give the paths of the files that make up a version.

        :raises StoreFailure: the version cannot be read.
        """
        with redacted("读取"):
            delta = DeltaTable(str(self.folder / table), version=version)
            return tuple(_paths(delta, self.folder / table))

    def compact(self, table: str, version: int, *, delivery: str) -> int:
        """Rewrite a table of too many files into fewer; give the version that then stands.

        :raises StoreFailure: the engine failed.
        """
        if len(self.files(table, version)) <= MOST_FILES:
            return version
        with redacted("整理"):
            delta = DeltaTable(str(self.folder / table))
            delta.optimize.compact(
                commit_properties=CommitProperties(custom_metadata={"delivery": delivery}),
                post_commithook_properties=_HOOKS,
            )
            return DeltaTable(str(self.folder / table)).version()

    def recover(self, pinned: dict[str, int]) -> None:
        """Undo whatever lies beyond the pinned versions, and tables that were never pinned.

        :raises StoreFailure: the engine failed.
        """
        if not self.folder.exists():
            return
        for path in sorted(self.folder.iterdir()):
            if path.name not in pinned:
                shutil.rmtree(path)
                continue
            with redacted("恢复"):
                delta = DeltaTable(str(path))
                version = pinned[path.name]
                if delta.version() == version:
                    continue
                if set(_paths(delta, path)) != set(self.files(path.name, version)):
                    delta.restore(
                        version, commit_properties=CommitProperties(custom_metadata={"undo": True})
                    )

    def sync(self, table: str, *, since: int | None, version: int) -> None:
        """Force what was written after version ``since`` (None: ever) to the disk.

        :raises StoreFailure: a version cannot be read.
        """
        before = set() if since is None else set(self.files(table, since))
        log = self.folder / table / "_delta_log"
        first = 0 if since is None else since + 1
        commits = [log / f"{number:020}.json" for number in range(first, version + 1)]
        written = [Path(f) for f in self.files(table, version) if f not in before]
        _sync([*written, *(commit for commit in commits if commit.exists())])
        sync_folder(log)
        sync_folder(log.parent)
        sync_folder(self.folder)


def _paths(delta: DeltaTable, folder: Path) -> list[str]:
    # The library's own list of full addresses is percent-encoded where the folder's name is not.
    names = delta.get_add_actions(flatten=True).column("path").to_pylist()
    return [str(folder / unquote(name)) for name in names]


def _sync(paths: Sequence[Path]) -> None:
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
