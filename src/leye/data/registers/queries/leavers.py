"""Who left some employers, and where they stand now: for the ledger of a case, as keys."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import ibis

from leye.data.pool import Snapshot
from leye.data.registers.queries.separations import NOTICED, OWN_WILL, UNFILED
from leye.data.registers.queries.tables import has, month_of
from leye.kernel.months import last_day, month_add
from leye.kernel.months import month_of as month_of_day
from leye.kernel.place import EVERYWHERE

_FILINGS, _SPELLS, _PERSONS, _TRAINING = (
    "s_labour_filing",
    "job_spell",
    "person_month",
    "s_training",
)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody's job that ended, not by their own will; ``day`` None where nobody filed it."""

    person: int
    employer: int
    day: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's month: status, employer (0: none), where they live, and whether in training."""

    person: int
    status: str
    employer: int
    residence: str
    benefit: bool
    training: bool


def leavings(
    snapshot: Snapshot, employers: Collection[int], *, first: date, last: date
) -> tuple[Leaving, ...]:
    """Give the jobs at some employers that ended from one day to another, by person.

    A filed end outweighs contributions that stopped, of which the last month counts. A person who
    left twice is given once, with the later day.
    """
    wanted = sorted(employers)
    found: dict[int, Leaving] = {}
    for each in (
        *_unfiled(snapshot, wanted, first=first, last=last),
        *_filed(snapshot, wanted, first=first, last=last),
    ):
        found[each.person] = each
    return tuple(found[key] for key in sorted(found))


def standings(
    snapshot: Snapshot, persons: Collection[int], *, month: int, benefit_bit: int
) -> tuple[Standing, ...]:
    """Give where some people stand in a month, by person; who has no row is left out."""
    if not persons or not has(snapshot, _PERSONS):
        return ()
    keys = sorted(persons)
    rows = month_of(snapshot, _PERSONS, month)
    bit = ibis.literal(benefit_bit, type="int64")
    chosen = rows.filter(rows.person.isin(keys)).select(
        "person",
        "status",
        employer=rows.employer.fill_null(ibis.literal(0, type="int64")),
        residence=rows.residence.fill_null(""),
        benefit=(rows.evidence & bit) != ibis.literal(0, type="int64"),
    )
    trained = _in_training(snapshot, keys, month)
    return tuple(
        Standing(**row, training=row["person"] in trained)
        for row in chosen.order_by("person").to_pyarrow().to_pylist()
    )


def _filed(
    snapshot: Snapshot, employers: list[int], *, first: date, last: date
) -> tuple[Leaving, ...]:
    if not has(snapshot, _FILINGS):
        return ()
    rows = snapshot.months(_FILINGS, None, scope=EVERYWHERE)
    rows = rows.filter(rows.employer.isin(employers))
    # The newest row of a contract: a corrected end counts once, on its corrected day.
    order = [rows.delivery.length().desc(), rows.delivery.desc(), rows.row.desc()]
    rank = ibis.row_number().over(group_by="contract", order_by=order)
    rows = rows.mutate(rank=rank).filter(lambda t: t["rank"] == ibis.literal(0, type="int64"))
    own = rows.end_reason.isin([*OWN_WILL]).fill_null(False)
    rows = rows.filter(rows.person.notnull() & (rows.ended >= first) & (rows.ended <= last) & ~own)
    listed = rows.select("person", "employer", day=rows.ended).order_by("day", "person")
    return tuple(Leaving(**row) for row in listed.to_pyarrow().to_pylist())


def _unfiled(
    snapshot: Snapshot, employers: list[int], *, first: date, last: date
) -> tuple[Leaving, ...]:
    if not has(snapshot, _SPELLS):
        return ()
    # Such an end stands in the month it was found in alone, up to four months after the last one.
    until = month_add(month_of_day(last), NOTICED)
    months = [m for m in snapshot.months_of(_SPELLS) if month_of_day(first) <= m <= until]
    if not months:
        return ()
    rows = snapshot.months(_SPELLS, months)
    rows = rows.filter(
        rows.ended & rows.end_reason.isin([*UNFILED]) & rows.employer.isin(employers)
    )
    chosen = rows.select("person", "employer", "last_month").distinct()
    listed = chosen.order_by("last_month", "person", "employer")
    return tuple(
        Leaving(row["person"], row["employer"], None)
        for row in listed.to_pyarrow().to_pylist()
        if first <= last_day(row["last_month"]) <= last
    )


def _in_training(snapshot: Snapshot, persons: list[int], month: int) -> frozenset[int]:
    if not has(snapshot, _TRAINING):
        return frozenset()
    end = last_day(month)
    rows = snapshot.months(_TRAINING, None, scope=EVERYWHERE)
    mine = rows.filter(
        rows.person.isin(persons) & (rows.start <= end) & (rows.end >= end.replace(day=1))
    )
    found = mine.select("person").distinct().to_pyarrow()
    return frozenset(found.column("person").to_pylist())
