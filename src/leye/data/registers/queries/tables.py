"""The tables the queries read, one month of each, cut to the asker's places."""

import ibis

from leye.data.pool import Snapshot
from leye.kernel.place import EVERYWHERE, Scope


def has(snapshot: Snapshot, table: str) -> bool:
    """Whether the release holds the table at all."""
    return table in snapshot.manifest.tables


def month_of(
    snapshot: Snapshot, table: str, month: int, *, scope: Scope = EVERYWHERE
) -> ibis.Table:
    """Give the rows of one month of a register that the release holds, inside the scope."""
    return snapshot.months(table, (month,), scope=scope)
