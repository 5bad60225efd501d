"""What was delivered before, read off the catalogue's files: few rows, asked for at every turn."""

from functools import lru_cache

import pyarrow.parquet as pq

from leye.data.pool.catalogue import DELIVERIES, delivery_id, delivery_number, delivery_of
from leye.data.pool.release import Release
from leye.data.pool.store import redacted
from leye.data.pool.transaction import Ledger
from leye.data.pool.types import Delivery


def before(ledger: Ledger, release: Release, source: str) -> tuple[tuple[Delivery, ...], str]:
    """Give a source's deliveries, newest first, and the id of the next delivery of any source.

    :raises StoreFailure: the catalogue cannot be read.
    """
    pin = release.tables.get(DELIVERIES)
    if pin is None:
        return (), delivery_id(1)
    with redacted("读取"):
        held = [
            each for file in ledger.files(DELIVERIES, pin.version) for each in _deliveries(file)
        ]
    known = sorted((number, each) for number, each in held if each.contract == source)
    last = max(number for number, _ in held)
    return tuple(each for _, each in reversed(known)), delivery_id(last + 1)


@lru_cache(maxsize=256)
def _deliveries(file: str) -> tuple[tuple[int, Delivery], ...]:
    """Give the deliveries in a file, with their numbers; a file of the store never changes."""
    rows = pq.read_table(file).to_pylist()
    # Records written before a field was are read with its default.
    found = [delivery_of({k: v for k, v in row.items() if v is not None}) for row in rows]
    return tuple((delivery_number(each.id), each) for each in found)
