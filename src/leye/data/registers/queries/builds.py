"""What a month of a register was built from (数据血缘)."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from leye.data.pool import Snapshot
from leye.data.pool.builds import BUILDS
from leye.data.registers.queries.tables import has


@dataclass(frozen=True, slots=True)
class BuildLine:
    """One month of one register as it was built: in which release, by which engine, from what.

    ``based_on`` is the release whose deliveries it read, ``inputs`` those it read directly.
    """

    release: int
    based_on: int
    table: str
    month: int
    engine: str
    rows: int
    inputs: tuple[str, ...]
    at: datetime


def built_months(snapshot: Snapshot, table: str) -> tuple[int, ...]:
    """Give the months of which the register was built, the latest first."""
    if not has(snapshot, BUILDS):
        return ()
    rows = snapshot.whole(BUILDS)
    months = rows.filter(rows.table == table).select("month").distinct()
    return tuple(sorted((row["month"] for row in months.to_pyarrow().to_pylist()), reverse=True))


def builds_of(snapshot: Snapshot, month: int) -> tuple[BuildLine, ...]:
    """Give the latest build of every register of a month, in the order of their names."""
    if not has(snapshot, BUILDS):
        return ()
    rows = snapshot.whole(BUILDS)
    found = rows.filter(rows.month == month).order_by("table", "release").to_pyarrow().to_pylist()
    latest = {row["table"]: row for row in found}
    return tuple(_line(row) for row in latest.values())


def _line(row: dict[str, Any]) -> BuildLine:
    inputs = tuple(name for name in row["inputs"].split(",") if name)
    known = {field.name: row[field.name] for field in fields(BuildLine)}
    return BuildLine(**{**known, "inputs": inputs})
