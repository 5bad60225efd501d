"""Counts of people by status, out of the map of a month."""

from dataclasses import dataclass

from leye.data.pool import Snapshot
from leye.data.registers.codes import STATUS
from leye.data.registers.map_places import ALL
from leye.data.registers.queries.tables import has, month_of
from leye.kernel.place import PlaceLevel, Scope, place_prefix

_TABLE = "map_cube"


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many people of a place had a status at the end of the month."""

    place: str
    status: str
    persons: int


def status_counts(
    snapshot: Snapshot, *, month: int, within: str, level: PlaceLevel, scope: Scope
) -> tuple[StatusCount, ...]:
    """Give the people by status for each place of a level inside ``within``.

    What lies outside the scope is left out. Places and statuses without people have no line.
    """
    if not has(snapshot, _TABLE):
        return ()
    rows = month_of(snapshot, _TABLE, month, scope=scope)
    mine = rows.filter(
        (rows.level == level.value)
        & (rows.axis == ALL)
        & (rows.group_code == ALL)
        & rows.place.startswith(place_prefix(within))
    )
    found = mine.select("place", *STATUS).order_by("place").to_pyarrow().to_pylist()
    return tuple(
        StatusCount(row["place"], status, row[status])
        for row in found
        for status in sorted(STATUS)
        if row[status]
    )
