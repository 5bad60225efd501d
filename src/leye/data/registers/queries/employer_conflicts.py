"""The conflicts of one month that an employer is part of."""

from dataclasses import fields

from leye.data.pool import Snapshot
from leye.data.registers.queries.conflicts import ConflictLine
from leye.data.registers.queries.tables import has, month_of
from leye.kernel.place import Scope

_TABLE = "conflict"


def employer_conflicts(
    snapshot: Snapshot, employer: int, *, month: int, scope: Scope, limit: int
) -> tuple[ConflictLine, ...]:
    """Give those about an employer that the scope covers, past their grace first."""
    if not has(snapshot, _TABLE):
        return ()
    rows = month_of(snapshot, _TABLE, month, scope=scope)
    mine = rows.filter(rows.employer == employer)
    order = [mine.within_grace, mine.months.desc(), mine.rule, mine.id]
    names = [each.name for each in fields(ConflictLine)]
    found = mine.order_by(order).limit(limit).select(*names)
    return tuple(ConflictLine(**row) for row in found.to_pyarrow().to_pylist())
