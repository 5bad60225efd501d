"""The catalogue: a record of every delivery, and every issue found in one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import UTC
from functools import reduce
from operator import or_
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import BooleanValue

from leye.data.pool.schemas import INSTANT, ISSUE_SCHEMA
from leye.data.pool.types import Delivery, RowIssue, Severity, Verdict
from leye.kernel.place import Scope

_ID = re.compile(r"D\d{6,12}")
DELIVERIES = "deliveries"
ISSUES = "issues"

_NUMBERS = frozenset(
    {"size", "rows_read", "rows_refused", "rows_flagged", "rows_new", "rows_changed", "rows_same"}
    | {"release", "month", "touched_from", "touched_to", "rows_set_aside"}
)
_KINDS = {"at": INSTANT} | dict.fromkeys(_NUMBERS, "int64")
DELIVERY_SCHEMA = ibis.schema(
    {field.name: _KINDS.get(field.name, "string") for field in fields(Delivery)}
)
_DEFAULTS = {
    field.name: field.default for field in fields(Delivery) if field.default is not MISSING
}
KEPT_ISSUE_SCHEMA = ibis.schema({"delivery": "string", "place": "string", **dict(ISSUE_SCHEMA)})


def delivery_rows(delivery: Delivery) -> pa.RecordBatchReader:
    """Give a delivery's record as the one row of its table."""
    values = {field.name: getattr(delivery, field.name) for field in fields(Delivery)}
    values |= {"at": delivery.at.astimezone(UTC), "verdict": str(delivery.verdict)}
    schema = DELIVERY_SCHEMA.to_pyarrow()
    return pa.Table.from_pylist([values], schema=schema).to_reader()


def delivery_of(row: dict[str, Any]) -> Delivery:
    """Give the delivery a row records."""
    return Delivery(**{**row, "verdict": Verdict(row["verdict"])})


def with_defaults(table: ibis.Table) -> ibis.Table:
    """Fill what records of deliveries lack that were written before a column was."""
    filled = {
        name: table[name].fill_null(ibis.literal(value, type=DELIVERY_SCHEMA[name]))
        for name, value in _DEFAULTS.items()
    }
    return table.mutate(**filled)


def issues_of(table: ibis.Table, *, limit: int, offset: int = 0) -> tuple[RowIssue, ...]:
    """Give some of a table's issues, refusals first, then as the sheet shows them."""
    flags = table.severity != Severity.REFUSE
    ordered = table.order_by([flags, "row", "column", "code", "reason"]).limit(limit, offset=offset)
    return row_issues(ordered.select(*ISSUE_SCHEMA.names).to_pyarrow().to_pylist())


def row_issues(rows: Iterable[Mapping[str, Any]]) -> tuple[RowIssue, ...]:
    """Give the issues that rows of the table record."""
    return tuple(RowIssue(**{**row, "severity": Severity(row["severity"])}) for row in rows)


def inside(place: ibis.expr.types.StringValue, scope: Scope) -> BooleanValue:
    """Whether each place lies in the scope."""
    return any_of(place.startswith(prefix) for prefix in scope.prefixes)


def any_of(conditions: Iterable[BooleanValue]) -> BooleanValue:
    """Whether any holds; none does when there are none."""
    return reduce(or_, conditions, ibis.literal(False))


def delivery_number(delivery: str) -> int:
    """Give the number in a delivery's id.

    :raises ValueError: it is no delivery id.
    """
    if not _ID.fullmatch(delivery):
        raise ValueError(delivery)
    return int(delivery[1:])


def delivery_id(number: int) -> str:
    """Give the id of the delivery of a number, such as D000012."""
    return f"D{number:06}"
