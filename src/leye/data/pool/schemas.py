"""The columns of what the pool keeps."""

import ibis

from leye.data.pool.cells import STORED
from leye.data.pool.contract import Contract

INSTANT = "timestamp('UTC')"

ISSUE_SCHEMA = ibis.schema(
    {
        "row": "int64",
        "column": "string",
        "value": "string",
        "code": "string",
        "reason": "string",
        "severity": "string",
    }
)


def stored_schema(contract: Contract) -> ibis.Schema:
    """Give the columns a row of the contract is stored with, without those of its delivery."""
    return ibis.schema({**{c.field: STORED[c.type] for c in contract.stored}, "public": "boolean"})


def table_schema(contract: Contract) -> ibis.Schema:
    """Give the columns of a contract's table: its fields, ``public``, and where a row came from."""
    origin = {"delivery": "string", "row": "int64", "accepted_at": INSTANT}
    return ibis.schema({**dict(stored_schema(contract)), **origin})


def newest(rows: ibis.Table, key: tuple[str, ...]) -> ibis.Table:
    """Keep the newest row of each key: of the highest delivery number, then of the highest row."""
    order = [rows.delivery.length().desc(), rows.delivery.desc(), rows.row.desc()]
    ranked = rows.mutate(_rank=ibis.row_number().over(group_by=list(key), order_by=order))
    return ranked.filter(ranked["_rank"] == ibis.literal(0, type="int64")).drop("_rank")
