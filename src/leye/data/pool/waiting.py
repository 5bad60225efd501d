"""What waits to be built, and whether it is being built."""

from collections.abc import Mapping, Sequence

from leye.data.pool.build import RegisterTable, months_to_build
from leye.data.pool.current import note_up_to_date
from leye.data.pool.files import is_locked
from leye.data.pool.pool import Pool
from leye.data.pool.source_types import SourceContract
from leye.data.pool.store import kept_safe


def waiting_months(
    pool: Pool,
    *,
    tables: Sequence[RegisterTable],
    sources: Mapping[str, SourceContract] | None = None,
) -> tuple[int, ...]:
    """Give what ``months_to_build`` gives, and where that is none, keep it in mind for next time.

    :raises StoreFailure: the pool cannot be read, or the disk is full.
    """
    before = pool.snapshot().manifest
    months = months_to_build(pool, tables=tables, sources=sources)
    if not months and before.number and before.number == pool.snapshot().release:
        with kept_safe("写入"):
            note_up_to_date(pool.root, before, tables=[table.name for table in tables])
    return months


def is_building(pool: Pool) -> bool:
    """Whether some process builds registers at this moment."""
    return is_locked(pool.root / "build.lock")
