"""Which months of the registers are to be built again.

A month is stale when

- it was never built, or was built before records of builds told what was looked at;
- a delivery came since that changed rows that stand in it;
- persons were linked since to rows that stand in it;
- a month of a table it looked at holds something else now, or what it is made by, such as the law,
  is another version (outdated).

The first three are told by what came; the last shows only as months are built, the earliest first,
and ends where a month comes out as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import ibis

from leye.data.pool.builds import BUILDS, VERSION, Look, bears_on, digest_of_month, looks_of
from leye.data.pool.builds import taken_deliveries as taken_by
from leye.data.pool.catalogue import delivery_number
from leye.data.pool.current import NEVER, UpToDate
from leye.data.pool.engine import parquet, reader
from leye.data.pool.linked import LINK_SCHEMA, LINKS, best_links, links_of, with_links
from leye.data.pool.prepared import MONTH
from leye.data.pool.resolve import (
    PERSON,
    Read,
    effective_month,
    first_seen,
    key_of,
    named_by,
    span_of,
)
from leye.data.pool.snapshot import Snapshot
from leye.data.pool.source_contract import stored_schema
from leye.data.pool.source_types import Shape, SourceContract
from leye.data.pool.store import month_of_file, redacted
from leye.data.pool.types import Delivery
from leye.kernel.months import month_range

_WRITTEN = ("digest", "looks", "links")
_EARLIEST = 1900_01


@dataclass(frozen=True, slots=True)
class _Month:
    """A month as its tables were built last: from which release and links at least, seeing what."""

    based_on: int
    links: int
    looks: frozenset[Look]

    def reads(self, month: int, contract: SourceContract) -> frozenset[int]:
        """Give the months of a source that this one, ``month``, is made from."""
        others = (look.month for look in self.looks if look.table == contract.table)
        return frozenset({month, *others})


def stale_months(
    snapshot: Snapshot,
    *,
    sources: Mapping[str, SourceContract],
    tables: Sequence[str] = (),
    known: UpToDate = NEVER,
    versions: Mapping[str, str] = MappingProxyType({}),
) -> tuple[int, ...]:
    """Give the months to build, of those between the first and the last delivered.

    A month counts as built when each of ``tables``, or every table ever built, was built for it.
    ``versions``: of tables, what they are made by now. What came up to the release ``known`` to be
    up to date is not judged again.

    :raises StoreFailure: the pool cannot be read.
    """
    taken = taken_by(snapshot, sources)
    if not taken:
        return ()
    months = month_range(min(d.month for d in taken), max(d.month for d in taken))
    built = {month: each for month, each in _built(snapshot, tables).items() if month in months}
    stale = {month for month in months if month not in built} | _outdated(snapshot, built, versions)
    for delivery in taken:
        if delivery.release <= known.release:
            continue
        waiting = {m for m in built if built[m].based_on < delivery.release} - stale
        stale |= _touched(snapshot, delivery, sources[delivery.contract], waiting, built)
    for since, delivery, rows in _linked(snapshot, built, taken, known.links):
        waiting = {m for m in built if built[m].links <= since} - stale
        contract = sources[delivery.contract]
        stale |= _touched(snapshot, delivery, contract, waiting, built, rows=rows)
    return tuple(sorted(stale))


def outdated_months(
    snapshot: Snapshot,
    *,
    tables: Sequence[str] = (),
    versions: Mapping[str, str] = MappingProxyType({}),
) -> set[int]:
    """Give the built months that looked at a month of a table which holds something else now.

    :raises StoreFailure: the pool cannot be read.
    """
    return _outdated(snapshot, _built(snapshot, tables), versions)


def touched(
    snapshot: Snapshot,
    delivery: Delivery,
    contract: SourceContract,
    last: int,
    *,
    rows: ibis.Table | None = None,
) -> frozenset[int]:
    """Give the months up to ``last`` whose standing rows a delivery changed.

    Of a monthly source, those it has rows of. Of a standing one, those from its own month on, and
    those from which a record speaks that first came with it, late: whoever looks at what is over
    may find it there. A record known from a later delivery is no longer the first one: where that
    had stood since before, it stands no more. With ``rows`` (``link_delivery``, ``link_row``) only
    these rows count, and each as if it were new.

    :raises StoreFailure: the pool cannot be read.
    """
    pin = snapshot.manifest.tables.get(contract.table)
    files = snapshot.files(contract.table, pin.version) if pin is not None else ()
    read = _reading(snapshot, contract)
    number = delivery_number(delivery.id)
    with redacted("读取"):
        own = read([file for file in files if _holds(file, number)])
        own = own.filter(own.delivery == delivery.id)
        if rows is not None:
            own = own.semi_join(rows, [("delivery", "link_delivery"), ("row", "link_row")])
        if contract.shape is Shape.MONTHLY:
            return frozenset(own.select(MONTH).distinct().to_pyarrow().column(MONTH).to_pylist())
        months = set(month_range(delivery.month, last))
        if contract.effective_from != MONTH:
            key = key_of(contract)
            here = (delivery.month, number)
            if rows is None:
                before = read([file for file in files if _last_of(file) < here])
                own = first_seen(own, before, key)
            # A row linked to a person may come before that person's own in the same file.
            since = here if rows is None else (delivery.month, number - 1)
            after = read([file for file in files if _last_of(file) > since])
            for each in (own, named_by(after, own, key)):
                months |= _spoken_of(each, contract, delivery.month)
    return frozenset(months)


def _touched(
    snapshot: Snapshot,
    delivery: Delivery,
    contract: SourceContract,
    waiting: AbstractSet[int],
    built: Mapping[int, _Month],
    *,
    rows: ibis.Table | None = None,
) -> set[int]:
    """Give those of the waiting months whose rows changed; the files are read if any may have."""
    reads = {month: built[month].reads(month, contract) for month in waiting}
    reads = {
        month: own
        for month, own in reads.items()
        if any(bears_on(delivery, contract, each) for each in own)
    }
    if not reads:
        return set()
    found = touched(snapshot, delivery, contract, max(built), rows=rows)
    return {month for month, own in reads.items() if own & found}


def _outdated(
    snapshot: Snapshot, built: Mapping[int, _Month], versions: Mapping[str, str]
) -> set[int]:
    now: dict[tuple[str, int], str] = {}
    outdated = set()
    for month, each in built.items():
        for look in each.looks:
            at = (look.table, look.month)
            if look.table.startswith(VERSION):
                table = look.table.removeprefix(VERSION)
                now[at] = versions.get(table, look.digest)
            elif at not in now:
                now[at] = digest_of_month(snapshot, *at)
            if now[at] != look.digest:
                outdated.add(month)
                break
    return outdated


def _linked(
    snapshot: Snapshot, built: Mapping[int, _Month], taken: Sequence[Delivery], known: int
) -> Iterator[tuple[int, Delivery, ibis.Table]]:
    """Give the rows linked since some month was built: after which version, of which delivery."""
    pin = snapshot.manifest.tables.get(LINKS)
    if pin is None:
        return
    versions = sorted({max(each.links, known) for each in built.values()} | {pin.version})
    deliveries = {delivery.id: delivery for delivery in taken}
    for since, until in pairwise(versions):
        added = _added(snapshot, since, until)
        with redacted("读取"):
            names = added.select("link_delivery").distinct().to_pyarrow().column(0).to_pylist()
        for name in sorted(names):
            if name in deliveries:
                yield since, deliveries[name], added.filter(added.link_delivery == name)


def _added(snapshot: Snapshot, since: int, until: int) -> ibis.Table:
    """Give the rows that one version of the links names and an earlier one did not."""
    earlier = snapshot.files(LINKS, since) if since >= 0 else ()
    later = snapshot.files(LINKS, until)

    def links(files: Sequence[str]) -> ibis.Table:
        found = parquet(reader(), files, schema=LINK_SCHEMA)
        return found.select(link_delivery=found.delivery, link_row=found.row, by=found.person)

    new = links([file for file in later if file not in earlier])
    old = links([file for file in earlier if file not in later])
    return new.anti_join(old, ["link_delivery", "link_row", "by"])


def _reading(snapshot: Snapshot, contract: SourceContract) -> Read:
    """Give how rows of a source are read, with the persons they were linked to."""
    schema = stored_schema(contract)
    pin = snapshot.manifest.tables.get(LINKS)
    links = None
    if pin is not None and PERSON in schema.names:
        files = snapshot.files(LINKS, pin.version)
        every = parquet(reader(), files, schema=LINK_SCHEMA)
        links = links_of(best_links(every.filter(every.source == contract.name)), contract.name)

    def read(files: Sequence[str]) -> ibis.Table:
        rows = parquet(reader(), files, schema=schema, partitioned=True)
        return rows if links is None or not files else with_links(rows, links)

    return read


def _spoken_of(rows: ibis.Table, contract: SourceContract, before: int) -> set[int]:
    """Give the months before a delivery's own from which on its rows speak."""
    since = effective_month(rows, contract.effective_from)
    first = rows.select(since=since).since.min().to_pyarrow().as_py()
    if first is None:
        return set()
    # A record may be decades old; months before the first delivery are cut off by the caller.
    first = max(first, _EARLIEST)
    return set(month_range(first, before)) if first <= before else set()


def _holds(file: str, delivery: int) -> bool:
    span = span_of(file)
    return span is None or span.first <= delivery <= span.last


def _last_of(file: str) -> tuple[int, int]:
    """Give the month and the last delivery of the rows of a file."""
    span = span_of(file)
    return month_of_file(file) or 0, span.last if span is not None else 10**12


def _built(snapshot: Snapshot, tables: Sequence[str]) -> dict[int, _Month]:
    """Give each month of which every table was built, as it was built last."""
    pin = snapshot.manifest.tables.get(BUILDS)
    if pin is None or not set(_WRITTEN) <= pin.columns.keys():
        return {}
    rows = snapshot.whole(BUILDS)
    rows = rows.filter(rows.looks.notnull())
    rank = ibis.row_number().over(group_by=["month", "table"], order_by=rows.release.desc())
    rows = rows.mutate(rank=rank)
    last = rows.filter(rows["rank"] == ibis.literal(0, type="int64"))
    with redacted("读取"):
        found: list[dict[str, Any]] = last.drop("rank").to_pyarrow().to_pylist()
    wanted = set(tables) or {row["table"] for row in found}
    by_month: dict[int, dict[str, dict[str, Any]]] = {}
    for row in found:
        if row["table"] in wanted:
            by_month.setdefault(row["month"], {})[row["table"]] = row
    return {
        month: _Month(
            min(row["based_on"] for row in own.values()),
            min(row["links"] for row in own.values()),
            frozenset(look for row in own.values() for look in looks_of(row["looks"])),
        )
        for month, own in by_month.items()
        if wanted <= own.keys()
    }
