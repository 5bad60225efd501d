"""From a person key back to the tokens the identity vault knows."""

from leye.data.pool import Snapshot
from leye.data.registers.queries.tables import has

_TABLE = "person_keys"


def tokens_of(snapshot: Snapshot, person: int) -> tuple[bytes, ...]:
    """Give the tokens of a person, one for each version of the key they were seen under."""
    if not has(snapshot, _TABLE):
        return ()
    rows = snapshot.whole(_TABLE)
    mine = rows.filter(rows.person == person).select("token").distinct().order_by("token")
    return tuple(row["token"] for row in mine.to_pyarrow().to_pylist())
