"""Names of employers, which are public."""

from collections.abc import Collection

import ibis

from leye.data.pool import Snapshot
from leye.data.registers.queries.tables import has, month_of

_TABLE = "employer"


def employer_names(snapshot: Snapshot, employers: Collection[int], *, month: int) -> dict[int, str]:
    """Give the names behind employer keys as the register of a month knows them."""
    if not employers or not has(snapshot, _TABLE):
        return {}
    rows = month_of(snapshot, _TABLE, month)
    # As one text and not as a list, which of thousands would take seconds to write.
    text = ",".join(map(str, sorted(employers)))
    keys = ibis.literal(text).split(",").unnest().cast("int64").name("key").as_table()
    wanted = rows.semi_join(keys, rows.employer == keys.key).select("employer", "name")
    return {row["employer"]: row["name"] for row in wanted.to_pyarrow().to_pylist()}
