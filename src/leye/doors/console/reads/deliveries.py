"""Which deliveries somebody may open."""

from collections.abc import Iterable

from leye.data.pool import Snapshot, UnknownDelivery
from leye.kernel.place import Scope


def openable(snapshot: Snapshot, deliveries: Iterable[str], *, scope: Scope) -> frozenset[str]:
    """Give those of the deliveries that the scope covers."""
    found = set()
    for number in deliveries:
        try:
            found.add(snapshot.delivery(number, scope=scope).id)
        except UnknownDelivery:
            continue
    return frozenset(found)
