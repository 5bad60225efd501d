"""What was built from what (数据血缘); which months are to be built again is in ``staleness``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import ibis
import pyarrow as pa

from leye.data.pool.files import digest_of
from leye.data.pool.schemas import INSTANT
from leye.data.pool.snapshot import Snapshot
from leye.data.pool.source_types import Shape, SourceContract
from leye.data.pool.store import digest_of_file
from leye.data.pool.transaction import of_months
from leye.data.pool.types import Delivery, Verdict
from leye.kernel.place import EVERYWHERE

BUILDS = "builds"
VERSION = "version."
"""Begins the name in a look that tells the version a table was made by, not a month of a table."""
_DIGITS = 16
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
        "digest": "string",
        "looks": "string",
        "links": "int64",
    }
)
"""``release`` made the month's table from ``based_on``, from the deliveries in ``inputs``.

``digest`` is of the month's content, ``looks`` names the months of tables it was made from with
their digests, ``links`` is the version of the links filled in. Records written before these were
have no value in them, and do not count: their months are built again.
"""


@dataclass(frozen=True, slots=True)
class Look:
    """That a month of a table, a register or a monthly source, was read, and what it held then."""

    table: str
    month: int
    digest: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a month of a table was built from: a release, and the deliveries read directly.

    ``looks`` are the months of registers and of monthly sources asked for by month, ``links`` the
    version of the links, -1 where there were none.
    """

    release: int
    deliveries: tuple[str, ...]
    looks: tuple[Look, ...] = ()
    links: int = -1


@dataclass(frozen=True, slots=True)
class Built:
    """A month of a table as built; ``digest`` as ``content_digest`` gives it."""

    table: str
    month: int
    rows: int
    inputs: Inputs
    digest: str = ""


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
            "digest": each.digest,
            "looks": _looks_text(each.inputs.looks),
            "links": each.inputs.links,
        }
        for each in built
    ]
    return pa.Table.from_pylist(rows, schema=BUILD_SCHEMA.to_pyarrow()).to_reader()


def looks_of(text: str) -> tuple[Look, ...]:
    """Give the looks a record of ``builds`` names."""
    parts = (each.split(":") for each in text.split(",") if each)
    return tuple(Look(table, int(month), digest) for table, month, digest in parts)


def content_digest(files: Iterable[str]) -> str:
    """Give a short digest of a month's content from the digests of its files; "" for no files."""
    names = sorted(files)
    if not names:
        return ""
    return digest_of("\n".join(names).encode())[:_DIGITS]


def digest_of_month(snapshot: Snapshot, table: str, month: int) -> str:
    """Give the digest of what a month of a table cut by month holds in a release.

    Equal rows have equal digests: registers come out the same, bit for bit. Where many files were
    written into fewer the digest changes though the rows did not; that costs a build, no more.

    :raises StoreFailure: the pool cannot be read.
    """
    pin = snapshot.manifest.tables.get(table)
    files = snapshot.files(table, pin.version) if pin is not None else ()
    return content_digest(digest_of_file(file) or file for file in of_months(files, [month]))


def _looks_text(looks: Iterable[Look]) -> str:
    return ",".join(f"{each.table}:{each.month}:{each.digest}" for each in looks)


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
