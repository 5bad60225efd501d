"""Who became entitled, and who no longer is, between two months that were screened."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from leye.data.pool import Snapshot
from leye.decision.policy.programmes import programme
from leye.decision.policy.queries.lists import EntitledLine, lines_of
from leye.kernel.errors import InvalidInput
from leye.kernel.place import Scope, place_prefix

_TABLE = "entitlement"
_SAME = ["programme", "who", "home"]
KINDS = ("new", "lost")


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
    for at, rows in enumerate((_only(now, then), _only(then, now))):
        counted = rows.group_by("programme").agg(n=rows.count())
        for row in counted.to_pyarrow().to_pylist():
            sums.setdefault(row["programme"], [0, 0])[at] = row["n"]
    return tuple(ChangeCount(name, *sums[name]) for name in sorted(sums))


def changed_lines(
    snapshot: Snapshot,
    month: int,
    name: str,
    *,
    before: int,
    kind: str,
    within: str,
    scope: Scope,
    limit: int,
    offset: int = 0,
) -> tuple[EntitledLine, ...]:
    """Give who became eligible for a programme (``new``), or no longer is (``lost``), by place.

    A line of who lost it is as it was in the earlier month.

    :raises UnknownCode: there is no such programme.
    :raises InvalidInput: ``kind`` is neither.
    """
    programme(name)
    if kind not in KINDS:
        raise InvalidInput(f"没有“{kind}”这种变化", hint="可用：" + "、".join(KINDS))
    both = _both(snapshot, month, before, within, scope)
    if both is None:
        return ()
    now, then = (rows.filter(rows.programme == name) for rows in both)
    rows = _only(now, then) if kind == "new" else _only(then, now)
    return lines_of(rows.order_by(["place", "who", "home"]).limit(limit, offset=offset))


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
    who = ibis.coalesce(rows.person, rows.employer, ibis.literal(0, type="int64"))
    return rows.mutate(who=who, home=rows.household)


def _only(rows: ir.Table, others: ir.Table) -> ir.Table:
    return rows.anti_join(others.select(*_SAME), _SAME)
