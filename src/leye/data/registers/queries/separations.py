"""Ends of jobs by day and firm, and reported layoffs, for the legal lines of warnings."""

from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
from numpy.typing import NDArray

from leye.data.pool import Snapshot
from leye.data.registers.queries.tables import has
from leye.kernel.months import last_day, month_add
from leye.kernel.place import EVERYWHERE

OWN_WILL = ("3", "5", "6")
"""Resigned, retired, died: ends that are not the firm's doing."""
UNFILED = ("stopped", "closed")
"""Why a job ended that nobody filed the end of."""
NOTICED = 4
"""Within how many months after a job's last one such an end is found."""

_FILINGS, _SPELLS, _REPORTS = "s_labour_filing", "job_spell", "s_layoff_reports"
_EPOCH = date(1970, 1, 1)

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class JobEnds:
    """Ends of jobs, one element each: keys, the day since 1970, whether it was the worker's will.

    A person nobody could be found for has a negative number of its own.
    """

    employer: Whole
    person: Whole
    day: Whole
    own_will: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LayoffReport:
    """A layoff a firm reported: how many, where, and the day planned."""

    report: str
    employer: int
    place: str
    persons: int
    reported: date
    planned: date


def filed_ends(snapshot: Snapshot, *, first: date, last: date) -> JobEnds:
    """Give the filed ends from one day to another, both included, by employer and day."""
    if not has(snapshot, _FILINGS):
        return _none()
    rows = snapshot.months(_FILINGS, None, scope=EVERYWHERE)
    rows = rows.filter(rows.employer.notnull() & (rows.ended >= first) & (rows.ended <= last))
    # The newest row of a contract: a corrected end counts once, on its corrected day.
    order = [rows.delivery.length().desc(), rows.delivery.desc(), rows.row.desc()]
    rank = ibis.row_number().over(group_by="contract", order_by=order)
    rows = rows.mutate(rank=rank).filter(lambda t: t["rank"] == ibis.literal(0, type="int64"))
    chosen = rows.select("employer", "person", "ended", "end_reason", "contract")
    found = chosen.order_by("employer", "ended", "contract").to_pyarrow()
    days = [each.toordinal() for each in found.column("ended").to_pylist()]
    reasons = found.column("end_reason").to_pylist()
    return JobEnds(
        _whole(found.column("employer").to_pylist()),
        _persons(found.column("person").to_pylist()),
        np.array(days, dtype=np.int64) - _EPOCH.toordinal(),
        np.array([each in OWN_WILL for each in reasons], dtype=bool),
    )


def unfiled_ends(snapshot: Snapshot, month: int) -> JobEnds:
    """Give the ends seen only in contributions that stopped, for jobs last seen in a month.

    Registers call a job over when nothing has come for three months, so that a recent month has
    few of them yet. Each is laid on the last day of the month.
    """
    later = [
        each for each in snapshot.months_of(_SPELLS) if month <= each <= month_add(month, NOTICED)
    ]
    if not later:
        return _none()
    rows = snapshot.months(_SPELLS, later)
    wanted = rows.ended & rows.end_reason.isin([*UNFILED]) & rows.employer.notnull()
    rows = rows.filter(wanted & (rows.last_month == ibis.literal(month, type="int32")))
    chosen = rows.select("employer", "person").distinct()
    found = chosen.order_by("employer", "person").to_pyarrow()
    day = last_day(month).toordinal() - _EPOCH.toordinal()
    return JobEnds(
        _whole(found.column("employer").to_pylist()),
        _persons(found.column("person").to_pylist()),
        np.full(found.num_rows, day, dtype=np.int64),
        np.zeros(found.num_rows, dtype=bool),
    )


def layoff_reports(snapshot: Snapshot, *, first: date, last: date) -> tuple[LayoffReport, ...]:
    """Give the newest row of each layoff planned from one day to another, by day and report."""
    if not has(snapshot, _REPORTS):
        return ()
    rows = snapshot.months(_REPORTS, None, scope=EVERYWHERE)
    rows = rows.filter(rows.employer.notnull() & (rows.planned >= first) & (rows.planned <= last))
    listed = rows.order_by("delivery", "row").to_pyarrow().to_pylist()
    newest = {row["report"]: row for row in listed}
    found = [
        LayoffReport(
            report,
            row["employer"],
            row["place"] or "",
            row["persons"],
            row["reported"],
            row["planned"],
        )
        for report, row in newest.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.planned, each.report)))


def _whole(values: list[int]) -> Whole:
    return np.array(values, dtype=np.int64)


def _persons(values: list[int | None]) -> Whole:
    return np.array(
        [-1 - at if value is None else value for at, value in enumerate(values)], dtype=np.int64
    )


def _none() -> JobEnds:
    nothing = np.array([], dtype=np.int64)
    return JobEnds(nothing, nothing, nothing, nothing.astype(bool))
