"""Small sources and registers for the tests of building; rows are put in as a delivery does."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import ibis
import pyarrow as pa

from leye.data.pool import Pool
from leye.data.pool.build import Build, RegisterTable
from leye.data.pool.catalogue import DELIVERIES, DELIVERY_SCHEMA, delivery_id, delivery_rows
from leye.data.pool.contract import Privacy
from leye.data.pool.release import DELIVERY
from leye.data.pool.source_contract import stored_schema
from leye.data.pool.source_types import (
    BatchLimits,
    Kind,
    Shape,
    SourceColumn,
    SourceContract,
)
from leye.data.pool.types import Delivery, Verdict
from leye.kernel.place import EVERYWHERE

AT = datetime(2026, 9, 1, 1, 30, tzinfo=UTC)


def column(field: str, kind: Kind, stored: str = "") -> SourceColumn:
    """A column of a source."""
    privacy = Privacy.PERSONAL if kind is Kind.IDENTITY else Privacy.OPEN
    return SourceColumn(field, kind, field, privacy=privacy, stored=stored or field)


def _date(field: str) -> SourceColumn:
    return column(field, Kind.DATE)


def contract(
    name: str, shape: Shape, key: Sequence[str], columns: Sequence[SourceColumn], **effective: str
) -> SourceContract:
    """The contract of a source."""
    last = "month" if shape is Shape.MONTHLY else effective.get("to", "")
    return SourceContract(
        name=name,
        title=name,
        department="试验",
        edition="1",
        shape=shape,
        columns=tuple(columns),
        key=tuple(key),
        place="place",
        due_day=1,
        effective_from=effective.get("since", "month"),
        effective_to=last,
        codes={},
        checks=(),
        limits=BatchLimits(),
    )


_WHO = column("id_number", Kind.IDENTITY, "person")
_FIRM = column("uscc", Kind.CREDIT_CODE, "employer")
_PLACE = column("place", Kind.PLACE)
_MONTH = column("month", Kind.MONTH)
SOURCES: Mapping[str, SourceContract] = {
    each.name: each
    for each in (
        contract(
            "pays",
            Shape.MONTHLY,
            ["person", "employer", "month"],
            [_WHO, _FIRM, column("base", Kind.DECIMAL), _MONTH, _PLACE],
        ),
        contract(
            "jobs",
            Shape.STANDING,
            ["record"],
            [column("record", Kind.TEXT), _WHO, *map(_date, ("start", "end")), _PLACE],
            since="start",
            to="end",
        ),
        contract("people", Shape.STANDING, ["person"], [_WHO, column("state", Kind.TEXT), _PLACE]),
    )
}


def deliver(
    pool: Pool,
    source: str,
    month: int,
    rows: Sequence[Mapping[str, Any]],
    *,
    sources: Mapping[str, SourceContract] = SOURCES,
) -> Delivery:
    """Put rows of a source into the pool in one release, as an accepted delivery for a month."""
    standard = sources[source]
    schema = stored_schema(standard)
    known = pool.snapshot().deliveries(EVERYWHERE, limit=1)
    identity = delivery_id(int(known[0].id[1:]) + 1 if known else 1)
    blank = dict.fromkeys(schema.names) | {"month": month, "delivery": identity, "flags": 0}
    full = [{**blank, "row": at, **row} for at, row in enumerate(rows, start=2)]
    months = sorted({row["month"] for row in full})
    with pool.ledger.writing() as change:
        delivery = Delivery(
            id=identity,
            contract=source,
            edition="1",
            file_name=f"{source}.csv",
            digest=identity,
            size=1,
            account="account",
            place="360900",
            at=AT,
            verdict=Verdict.ACCEPTED,
            reason="",
            rows_read=len(rows),
            rows_refused=0,
            rows_flagged=0,
            rows_new=len(rows),
            rows_changed=0,
            rows_same=0,
            release=change.number,
            month=month,
            touched_from=min(months[0], *map(partial(_since, standard), full)),
            touched_to=months[-1] if standard.shape is Shape.MONTHLY else 999912,
        )
        table = pa.Table.from_pylist(full, schema=schema.to_pyarrow())
        change.append(
            standard.table,
            table.to_reader(),
            schema=schema,
            partitioned=True,
            key=standard.key,
            place=standard.place,
        )
        change.append(DELIVERIES, delivery_rows(delivery), schema=DELIVERY_SCHEMA)
        change.commit(label=DELIVERY, at=AT, delivery=identity)
    return delivery


def _since(standard: SourceContract, row: Mapping[str, Any]) -> int:
    """From when a row speaks, as intake counts it."""
    given = row.get(standard.effective_from)
    month: int = row["month"]
    return given.year * 100 + given.month if isinstance(given, date) else month


def pay(
    person: int | None, base: int = 3000, employer: int | None = 7, **more: Any
) -> dict[str, Any]:
    """A payment for a person."""
    money = Decimal(base).quantize(Decimal("0.01"))
    return {"person": person, "employer": employer, "base": money, "place": "360902", **more}


def job(record: str, person: int | None, start: date, end: date | None = None) -> dict[str, Any]:
    """A job on record."""
    return {"record": record, "person": person, "start": start, "end": end, "place": "360902"}


def lives(person: int | None, state: str = "1", place: str = "360902") -> dict[str, Any]:
    """A person on the register."""
    return {"person": person, "state": state, "place": place}


PERSON = ibis.schema(
    {"month": "int32", "person": "int64", "state": "string", "place": "string", "jobs": "int64"}
)
TOTAL = ibis.schema(
    {"month": "int32", "place": "string", "persons": "int64", "paid": "decimal(18, 2)"}
    | {"before": "int64"}
)


def build_person(build: Build) -> ibis.Table:
    """Everybody, with how many jobs are on record."""
    people = build.source("people")
    jobs = build.source("jobs")
    jobs = jobs.filter(jobs.person.notnull())
    jobs = jobs.group_by(worker=jobs.person).agg(jobs=jobs.count())
    rows = people.filter(people.person.notnull()).left_join(jobs, [("person", "worker")])
    month = ibis.literal(build.month, type="int32")
    nought = ibis.literal(0, type="int64")
    return rows.select("person", "state", "place", month=month, jobs=rows.jobs.fill_null(nought))


def build_total(build: Build) -> ibis.Table:
    """How many there are in each place, what was paid for them, how many there were before."""
    people = build.keep("people", build.register("person"))
    paid = build.source("pays")
    paid = paid.group_by(payee=paid.person).agg(base=paid.base.sum())
    rows = people.left_join(paid, [("person", "payee")])
    totals = rows.group_by("place").agg(persons=rows.count(), paid=rows.base.sum())
    before = build.register("total", _month_before(build.month))
    before = before.select(there="place", before="persons")
    nought = ibis.literal(0, type="int64")
    joined = totals.left_join(before, [("place", "there")])
    return joined.select(
        "place",
        "persons",
        month=ibis.literal(build.month, type="int32"),
        paid=joined.paid.fill_null(ibis.literal("0", type="decimal(18, 2)")),
        before=joined.before.fill_null(nought),
    )


def _month_before(month: int) -> int:
    return month - 1 if month % 100 > 1 else month - 89


TABLES = (
    RegisterTable("person", PERSON, build_person, monthly=True, key=("person",), place="place"),
    RegisterTable("total", TOTAL, build_total, monthly=True, key=("place",), place="place"),
)


def fill(pool: Pool) -> None:
    """Three months of deliveries, with late, corrected and unlinked rows."""
    deliver(pool, "people", 202401, [lives(n, place=f"36090{2 + n % 2}") for n in range(1, 9)])
    deliver(pool, "pays", 202401, [pay(n) for n in range(1, 6)])
    jobs = [job("a", 1, date(2020, 5, 1)), job("b", None, date(2023, 1, 1))]
    deliver(pool, "jobs", 202401, jobs)
    deliver(pool, "people", 202402, [lives(8, "2"), lives(9)])
    february = [pay(n, 3100) for n in range(1, 6)]
    deliver(pool, "pays", 202402, [*february, pay(6, month=202401), pay(1, 9, month=202401)])
    deliver(pool, "jobs", 202402, [job("c", 2, date(2024, 2, 3))])
    march = [pay(2, employer=None), pay(None), pay(2)]
    deliver(pool, "pays", 202403, march)
    deliver(pool, "jobs", 202403, [job("a", 1, date(2020, 5, 1), date(2024, 3, 4))])


def contents(pool: Pool, release: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """All rows of the registers in a release, in order."""
    snapshot = pool.snapshot(release)
    found: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES:
        if table.name in snapshot.manifest.tables:
            rows = snapshot.months(table.name, None).order_by(["month", *table.key])
            found[table.name] = rows.to_pyarrow().to_pylist()
    return found


def digests(pool: Pool) -> dict[str, list[str]]:
    """The names of the registers' live files: the digest of their bytes after the version."""
    snapshot = pool.snapshot()
    files: dict[str, list[str]] = {}
    for table in TABLES:
        version = snapshot.manifest.tables[table.name].version
        paths = sorted(snapshot.files(table.name, version), key=lambda p: p.split("month=")[1])
        files[table.name] = [path.rpartition("-")[2] for path in paths]
    return files
