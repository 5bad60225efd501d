"""Who became entitled, and who no longer is, between two months that were screened."""

from dataclasses import dataclass

import ibis.expr.types as ir

from leye.data.pool import Snapshot
from leye.decision.policy.queries.lists import keyed, only
from leye.kernel.place import Scope, place_prefix

_TABLE = "entitlement"


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """How many of a programme became eligible since the earlier month, and how many no longer are.

    ``lost`` counts whoever is no longer eligible, for whatever reason, those who left the registers
    among them.
    """

    programme: str
    new: int
    lost: int


def change_counts(
    snapshot: Snapshot, month: int, *, before: int, within: str, scope: Scope
) -> tuple[ChangeCount, ...]:
    """Give the changes of each programme inside a place, of those that have any.

    Both months must have been screened; else nothing is given.
    """
    both = _both(snapshot, month, before, within, scope)
    if both is None:
        return ()
    now, then = both
    sums: dict[str, list[int]] = {}
    for at, rows in enumerate((only(now, then), only(then, now))):
        counted = rows.group_by("programme").agg(n=rows.count())
        for row in counted.to_pyarrow().to_pylist():
            sums.setdefault(row["programme"], [0, 0])[at] = row["n"]
    return tuple(ChangeCount(name, *sums[name]) for name in sorted(sums))


def _both(
    snapshot: Snapshot, month: int, before: int, within: str, scope: Scope
) -> tuple[ir.Table, ir.Table] | None:
    if not {month, before} <= set(snapshot.months_of(_TABLE)):
        return None
    now, then = (_eligible(snapshot, each, within, scope) for each in (month, before))
    return now, then


def _eligible(snapshot: Snapshot, month: int, within: str, scope: Scope) -> ir.Table:
    rows = snapshot.months(_TABLE, (month,), scope=scope)
    rows = rows.filter((rows.outcome == "eligible") & rows.place.startswith(place_prefix(within)))
    return keyed(rows)
