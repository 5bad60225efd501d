"""People by status (人员状态): a place, the places inside it, and the change on last month."""

from collections.abc import Mapping
from dataclasses import dataclass

from leye.data.pool import Snapshot
from leye.data.reference import places
from leye.data.registers.queries import TOTAL, built_months, hidden_cells, status_counts
from leye.data.registers.queries.disclosure import Cell
from leye.kernel.months import month_add
from leye.kernel.place import EVERYWHERE, PlaceLevel, Scope

TABLE = "map_cube"
_BELOW = {
    PlaceLevel.NATION: PlaceLevel.COUNTY,
    PlaceLevel.PROVINCE: PlaceLevel.COUNTY,
    PlaceLevel.CITY: PlaceLevel.COUNTY,
    PlaceLevel.COUNTY: PlaceLevel.TOWN,
    PlaceLevel.TOWN: PlaceLevel.VILLAGE,
    PlaceLevel.VILLAGE: PlaceLevel.VILLAGE,
}
_TOP = {PlaceLevel.NATION, PlaceLevel.PROVINCE, PlaceLevel.CITY}
Counts = dict[Cell, int]


@dataclass(frozen=True, slots=True)
class Number:
    """A count and its change on last month; None: hidden, or nothing to compare with.

    ``covered`` tells the two apart for the count itself, which is always there.
    """

    persons: int | None
    change: int | None

    @property
    def covered(self) -> bool:
        """Whether the count is hidden because it is small."""
        return self.persons is None


@dataclass(frozen=True, slots=True)
class StatusTable:
    """One month: the numbers by place and status. ``TOTAL`` stands for all statuses.

    ``own`` are those of the place itself, ``rows`` those of the places inside it, by code.
    """

    month: int
    place: str
    statuses: tuple[str, ...]
    own: Mapping[str, Number]
    rows: Mapping[str, Mapping[str, Number]]
    covered: bool
    compared: bool


def status_months(snapshot: Snapshot) -> tuple[int, ...]:
    """Give the months that can be looked at, the latest first."""
    return built_months(snapshot, TABLE)


def status_table(
    snapshot: Snapshot,
    *,
    month: int,
    place: str,
    statuses: tuple[str, ...],
    scope: Scope,
    whole: bool,
) -> StatusTable:
    """Give the people of a place by status; ``whole`` shows small counts as they are.

    Others see no count below five, nor any from which such a count would follow.
    """

    def read(when: int) -> Counts:
        return _counts(snapshot, when, place, scope)

    now = read(month)
    earlier = month_add(month, -1)
    before = read(earlier) if earlier in status_months(snapshot) else None
    hidden = frozenset() if whole else _hidden(snapshot, month, place)
    gone = frozenset() if whole or before is None else _hidden(snapshot, earlier, place)
    shown = _numbers(now, before, statuses, hidden=hidden, hidden_before=gone)
    own = shown.pop(TOTAL, {})
    rows = {} if places().get(place).level is PlaceLevel.VILLAGE else shown
    numbers = [*own.values(), *(number for row in rows.values() for number in row.values())]
    covered = any(number.covered for number in numbers)
    return StatusTable(month, place, statuses, own, rows, covered, before is not None)


def _counts(snapshot: Snapshot, month: int, place: str, scope: Scope) -> Counts:
    level = _BELOW[places().get(place).level]
    found = status_counts(snapshot, month=month, within=place, level=level, scope=scope)
    return {(each.place, each.status): each.persons for each in found}


def _hidden(snapshot: Snapshot, month: int, place: str) -> frozenset[Cell]:
    """Give what is hidden among the places inside ``place``.

    What the table one level up hides of this place stays hidden here, and does not follow here.
    """
    counts = _counts(snapshot, month, place, EVERYWHERE)
    above = places().get(place).parent
    if above is None or places().get(place).level in _TOP:
        return hidden_cells(counts)
    over = _hidden(snapshot, month, above)
    return hidden_cells(counts, forced=[(TOTAL, column) for row, column in over if row == place])


def _numbers(
    now: Counts,
    before: Counts | None,
    statuses: tuple[str, ...],
    *,
    hidden: frozenset[Cell],
    hidden_before: frozenset[Cell],
) -> dict[str, dict[str, Number]]:
    rows = sorted({place for place, _ in now})
    if not rows:
        return {}

    def number(row: str, column: str) -> Number:
        if (row, column) in hidden:
            return Number(None, None)
        count = _sum(now, row, column)
        if before is None or (row, column) in hidden_before:
            return Number(count, None)
        return Number(count, count - _sum(before, row, column))

    columns = (*statuses, TOTAL)
    return {row: {column: number(row, column) for column in columns} for row in (*rows, TOTAL)}


def _sum(counts: Counts, row: str, column: str) -> int:
    return sum(
        count
        for (place, status), count in counts.items()
        if row in (TOTAL, place) and column in (TOTAL, status)
    )
