"""Names of employers, which are public."""

from collections.abc import Collection

from leye.data.pool import Snapshot
from leye.data.registers.queries.tables import has, month_of

_TABLE = "employer"


def employer_names(snapshot: Snapshot, employers: Collection[int], *, month: int) -> dict[int, str]:
    """Give the names behind employer keys as the register of a month knows them."""
    if not employers or not has(snapshot, _TABLE):
        return {}
    rows = month_of(snapshot, _TABLE, month)
    wanted = rows.filter(rows.employer.isin(sorted(employers))).select("employer", "name")
    return {row["employer"]: row["name"] for row in wanted.to_pyarrow().to_pylist()}
