"""What was found in a delivery, counted by check."""

from dataclasses import dataclass

from leye.data.pool import Severity, Snapshot
from leye.data.pool.catalogue import ISSUES
from leye.data.registers.queries.tables import has
from leye.kernel.place import Scope


@dataclass(frozen=True, slots=True)
class IssueCount:
    """How many rows a check spoke of in one column. Of each kind the pool keeps so many at most."""

    code: str
    column: str
    severity: Severity
    rows: int


def issue_counts(snapshot: Snapshot, delivery: str, *, scope: Scope) -> tuple[IssueCount, ...]:
    """Give the issues kept of a delivery by check, those that set rows aside first, then by number.

    :raises UnknownDelivery: there is none, or the scope does not cover its place.
    """
    found = snapshot.delivery(delivery, scope=scope)
    if not has(snapshot, ISSUES):
        return ()
    rows = snapshot.whole(ISSUES)
    mine = rows.filter(rows.delivery == found.id)
    counted = mine.group_by("code", "column", "severity").agg(rows=mine.count())
    listed = [
        IssueCount(row["code"], row["column"], Severity(row["severity"]), row["rows"])
        for row in counted.to_pyarrow().to_pylist()
    ]
    return tuple(sorted(listed, key=lambda c: (c.severity is Severity.FLAG, -c.rows, c.code)))
