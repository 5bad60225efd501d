"""Between person keys and the tokens the identity vault knows."""

import ibis

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


def person_of(snapshot: Snapshot, token: bytes) -> int | None:
    """Give the person of a token; None for one that nobody was seen under.

    :raises StoreFailure: the pool cannot be read.
    """
    if not has(snapshot, _TABLE):
        return None
    rows = snapshot.whole(_TABLE)
    found = rows.filter(rows.token == ibis.literal(token, type="binary")).select("person").limit(1)
    return next((int(row["person"]) for row in found.to_pyarrow().to_pylist()), None)
