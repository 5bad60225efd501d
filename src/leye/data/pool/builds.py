"""What was built from what (数据血缘), and which months are to be built."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import ibis
import pyarrow as pa

from leye.data.pool.catalogue import delivery_number
from leye.data.pool.engine import parquet, reader
from leye.data.pool.prepared import MONTH
from leye.data.pool.resolve import effective_month, first_seen, key_of, span_of
from leye.data.pool.schemas import INSTANT
from leye.data.pool.snapshot import Snapshot
from leye.data.pool.source_contract import stored_schema
from leye.data.pool.source_types import Shape, SourceContract
from leye.data.pool.store import month_of_file, redacted
from leye.data.pool.types import Delivery, Verdict
from leye.kernel.months import month_range
from leye.kernel.place import EVERYWHERE

BUILDS = "builds"
BUILD_SCHEMA = ibis.schema(
    {
        "release": "int64",
        "based_on": "int64",
        "table": "string",
        "month": "int32",
        "engine": "string",
        "rows": "int64",
        "inputs": "string",
        "at": INSTANT,
    }
)
"""``release`` made the month's table from ``based_on``, from the deliveries in ``inputs``."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a month of a table was built from: a release, and the deliveries read directly."""

    release: int
    deliveries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """A month of a table as built."""

    table: str
    month: int
    rows: int
    inputs: Inputs


def build_rows(
    built: Iterable[Built], *, release: int, engine: str, at: datetime
) -> pa.RecordBatchReader:
    """Give the rows of ``builds`` that record a build."""
    rows = [
        {
            "release": release,
            "based_on": each.inputs.release,
            "table": each.table,
            "month": each.month,
            "engine": engine,
            "rows": each.rows,
            "inputs": ",".join(sorted(each.inputs.deliveries)),
            "at": at.astimezone(UTC),
        }
        for each in built
    ]
    return pa.Table.from_pylist(rows, schema=BUILD_SCHEMA.to_pyarrow()).to_reader()


def taken_deliveries(
    snapshot: Snapshot, sources: Mapping[str, SourceContract]
) -> tuple[Delivery, ...]:
    """Give the accepted deliveries of the sources, oldest first."""
    found = snapshot.deliveries(EVERYWHERE, limit=10**9, verdict=Verdict.ACCEPTED)
    return tuple(each for each in reversed(found) if each.contract in sources)


def bears_on(delivery: Delivery, contract: SourceContract, month: int) -> bool:
    """Whether rows of a delivery may stand in a month, by what the catalogue says of it."""
    first = delivery.touched_from or delivery.month
    last = delivery.touched_to or delivery.month
    return first <= month and (contract.shape is Shape.STANDING or month <= last)


def stale_months(
    snapshot: Snapshot,
    *,
    sources: Mapping[str, SourceContract],
    tables: Sequence[str] = (),
) -> tuple[int, ...]:
    """Give the months to build: never built ones, and those that later deliveries touch.

    A month counts as built when each of ``tables``, or every table ever built, was built for it.

    :raises StoreFailure: the pool cannot be read.
    """
    taken = taken_deliveries(snapshot, sources)
    if not taken:
        return ()
    months = month_range(min(d.month for d in taken), max(d.month for d in taken))
    built = _built(snapshot, tables)
    stale = {month for month in months if month not in built}
    for delivery in taken:
        waiting = {m for m in months if m in built and built[m] < delivery.release} - stale
        if waiting:
            stale |= waiting & touched(snapshot, delivery, sources[delivery.contract], months[-1])
    return tuple(sorted(stale))


def touched(
    snapshot: Snapshot, delivery: Delivery, contract: SourceContract, last: int
) -> frozenset[int]:
    """Give the months up to ``last`` whose standing rows a delivery changed.

    Of a monthly source, those it has rows of. Of a standing one, those from its own month on, and
    those that a record spoke of which first came with it, late.

    :raises StoreFailure: the pool cannot be read.
    """
    pin = snapshot.manifest.tables.get(contract.table)
    files = snapshot.files(contract.table, pin.version) if pin is not None else ()
    number = delivery_number(delivery.id)
    schema = stored_schema(contract)

    def read(some: Sequence[str]) -> ibis.Table:
        return parquet(reader(), some, schema=schema, partitioned=True)

    with redacted("读取"):
        own = read([file for file in files if _holds(file, number)])
        own = own.filter(own.delivery == delivery.id)
        if contract.shape is Shape.MONTHLY:
            return frozenset(own.select(MONTH).distinct().to_pyarrow().column(MONTH).to_pylist())
        months = set(month_range(delivery.month, last))
        if contract.effective_from != MONTH:
            before = read([file for file in files if _before(file, delivery.month, number)])
            months |= _spoken_of(
                first_seen(own, before, key_of(contract)), contract, delivery.month
            )
    return frozenset(months)


def _spoken_of(rows: ibis.Table, contract: SourceContract, before: int) -> set[int]:
    """Give the months before a delivery's own that its rows speak of."""
    since = effective_month(rows, contract.effective_from)
    until = ibis.null("int32")
    if contract.effective_to not in ("", MONTH):
        ended = rows[contract.effective_to]
        until = ended.isnull().ifelse(until, effective_month(rows, contract.effective_to))
    spans = rows.select(since=since, until=until)
    spans = spans.filter(spans.since < ibis.literal(before, type="int32")).distinct()
    months: set[int] = set()
    for row in spans.to_pyarrow().to_pylist():
        until_month = row["until"] if row["until"] is not None else before
        months |= _between(row["since"], min(until_month, before))
    return months


def _between(first: int, last: int) -> set[int]:
    # A record may be decades old; months before the first delivery are cut off by the caller.
    since = max(first, 1900_01)
    return set(month_range(since, last)) if since <= last else set()


def _holds(file: str, delivery: int) -> bool:
    span = span_of(file)
    return span is None or span.first <= delivery <= span.last


def _before(file: str, month: int, delivery: int) -> bool:
    """Whether a file's rows were delivered for an earlier month, or for the same one before."""
    own = month_of_file(file) or 0
    span = span_of(file)
    return own < month or (own == month and span is not None and span.last < delivery)


def _built(snapshot: Snapshot, tables: Sequence[str]) -> dict[int, int]:
    """Give, for each month of which every table was built, the oldest release one is based on."""
    if BUILDS not in snapshot.manifest.tables:
        return {}
    rows = snapshot.whole(BUILDS)
    with redacted("读取"):
        last = rows.group_by("month", "table").agg(based_on=rows.based_on.max())
        found: list[dict[str, Any]] = last.to_pyarrow().to_pylist()
    wanted = set(tables) or {row["table"] for row in found}
    by_month: dict[int, dict[str, int]] = {}
    for row in found:
        by_month.setdefault(row["month"], {})[row["table"]] = row["based_on"]
    return {
        month: min(based_on[name] for name in wanted)
        for month, based_on in by_month.items()
        if wanted <= based_on.keys()
    }
