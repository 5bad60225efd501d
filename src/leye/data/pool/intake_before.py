"""What was delivered before, read off the catalogue's files: few rows, asked for at every turn."""

import pyarrow as pa
import pyarrow.compute as pc
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
        files = ledger.files(DELIVERIES, pin.version)
        held = pa.concat_tables(map(pq.read_table, files), promote_options="default")
        numbers = pc.utf8_slice_codeunits(held.column("id"), 1).cast(pa.int64())
        mine = held.filter(pc.equal(held.column("contract"), source)).to_pylist()
    # Records written before a field was are read with its default.
    known = [delivery_of({k: v for k, v in row.items() if v is not None}) for row in mine]
    known.sort(key=lambda each: delivery_number(each.id), reverse=True)
    return tuple(known), delivery_id(pc.max(numbers).as_py() + 1)
