"""Reading a month's inputs out of the registers and the pool's records, for the engine."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np

from leye.analysis.warning.inputs import Inputs, Reported, SampleNoise, Seat
from leye.analysis.warning.judged import month_words
from leye.analysis.warning.layoffs import Separations, merged
from leye.analysis.warning.panels import Floats, Panel, counties, panel_of
from leye.analysis.warning.quality import Arrival, FeedRule
from leye.analysis.warning.types import Cell
from leye.analysis.warning.watches import Method, Watches
from leye.data.pool import Snapshot
from leye.data.pool.source_contract import Shape, source_contracts
from leye.data.pool.types import Verdict
from leye.data.reference import calendar
from leye.data.registers.map_places import city_code
from leye.data.registers.queries import ConflictChoice, conflict, conflict_lines
from leye.data.registers.queries.firm_reports import FirmReport, firm_reports, report_months
from leye.data.registers.queries.separations import (
    JobEnds,
    filed_ends,
    layoff_reports,
    unfiled_ends,
)
from leye.data.registers.queries.served import FirmRow, Served
from leye.kernel.months import first_day, last_day, month_add, month_range
from leye.kernel.place import EVERYWHERE

MONTHS_BACK = 72
"""How far back series are read: six years."""

_EVERY = 1_000_000
_AHEAD = 60
_FEWEST_FIRMS = 10


def read_inputs(
    served: Served, snapshot: Snapshot, watches: Watches, *, month: int, on: date
) -> Inputs:
    """Read what is known of a month on a day.

    :raises UnknownMonth: the serving copy has no such month.
    """
    first = max(served.months[0], month_add(month, 1 - MONTHS_BACK))
    months = month_range(first, month)
    rows = served.firms(month, limit=_EVERY)
    panels, exposures = _panels(served, watches, months)
    reports, noise = _post_loss(snapshot, months, rows)
    if reports is not None:
        panels["post_loss_rate"] = reports
    last, earlier = (_firms(served, month_add(month, back)) for back in (-1, -3))
    return Inputs(
        month=month,
        on=on,
        city=city_code(),
        data_version=served.release,
        panels=panels,
        exposures=exposures,
        festivals=festivals(months),
        ends=_ends(snapshot, month),
        seats=seats_of(rows, last, earlier),
        conflicts=_conflicts(snapshot, watches, month),
        reports=_reports(snapshot, month),
        arrivals=_arrivals(snapshot),
        rules=feed_rules(),
        noise=noise,
        firms=rows,
        firms_before=earlier,
    )


def festivals(months: Iterable[int]) -> Mapping[int, date]:
    """Give the Spring Festival of every year of these months, and of the next."""
    years = {month // 100 for month in months}
    known = calendar()
    return {year: known.spring_festival(year) for year in sorted(years | {max(years) + 1})}


def seats_of(*months: Iterable[FirmRow]) -> dict[int, Seat]:
    """Give where firms sit and how many they had, from the first of some months that knows them.

    A firm that has let everybody go has no row of its own any more: the month before knows it.
    """
    found: dict[int, Seat] = {}
    for rows in months:
        for row in rows:
            staff = row.insured_last_month or row.insured
            found.setdefault(row.employer, Seat(row.place[:6], row.industry, staff))
    return found


def feed_rules() -> dict[str, FeedRule]:
    """Give the monthly feeds and the day each is due."""
    return {
        each.name: FeedRule(each.name, each.title, each.due_day)
        for each in source_contracts().values()
        if each.shape is Shape.MONTHLY
    }


def _panels(
    served: Served, watches: Watches, months: tuple[int, ...]
) -> tuple[dict[str, Panel], dict[str, Panel]]:
    panels, exposures = {}, {}
    wanted = tuple(month for month in months if month in served.months)
    for watch in watches:
        if not watch.series.indicator:
            continue
        panels[watch.code] = panel_of(served, watch.series, months=wanted)
        if watch.series.exposure:
            exposures[watch.code] = panel_of(served, watch.series, months=wanted, what="exposure")
        elif watch.series.against:
            exposures[watch.code] = panel_of(served, watch.series, months=wanted, what="against")
    return panels, exposures


def _firms(served: Served, month: int) -> tuple[FirmRow, ...]:
    return served.firms(month, limit=_EVERY) if month in served.months else ()


def _ends(snapshot: Snapshot, month: int) -> Separations | None:
    """Give the ends that were not the worker's will, from a window before the month to its end."""
    first, last = first_day(month) - timedelta(days=_AHEAD), last_day(month)
    filed = filed_ends(snapshot, first=first, last=last)
    stopped = [unfiled_ends(snapshot, each) for each in (month_add(month, -1), month)]
    if not len(filed.day) and not any(len(each.day) for each in stopped):
        return None
    mine = ~filed.own_will
    kept = Separations(filed.employer[mine], filed.person[mine], filed.day[mine])
    for each in stopped:
        kept = merged(kept, _the_firms_part(each, filed))
    return kept


def _the_firms_part(stopped: JobEnds, filed: JobEnds) -> Separations:
    """Give as many of a firm's unfiled ends as were its own doing among those it filed.

    All of a firm that filed none: as the comparison of layoff reports does.
    """
    counted: dict[int, list[int]] = {}
    for employer, own_will in zip(filed.employer.tolist(), filed.own_will.tolist(), strict=True):
        counts = counted.setdefault(employer, [0, 0])
        counts[0] += 1
        counts[1] += not own_will
    employers, starts, sizes = np.unique(stopped.employer, return_index=True, return_counts=True)
    keep = np.zeros(len(stopped.employer), dtype=bool)
    for employer, start, size in zip(employers, starts, sizes, strict=True):
        every, firms = counted.get(int(employer), [1, 1])
        keep[start : start + int(size * firms / every + 0.5)] = True
    return Separations(stopped.employer[keep], stopped.person[keep], stopped.day[keep])


def _conflicts(snapshot: Snapshot, watches: Watches, month: int) -> tuple[Reported, ...]:
    found = []
    for watch in watches.by(Method.CONFLICT):
        chosen = ConflictChoice(month, rule=watch.rule)
        for line in conflict_lines(snapshot, chosen=chosen, scope=EVERYWHERE, limit=_EVERY):
            if line.employer is None:
                continue
            facts = conflict(snapshot, line.id, month=month, scope=EVERYWHERE).facts
            counts = [int(each.values["persons"]) for each in facts if "persons" in each.values]
            persons = max(counts, default=0)
            words = f"{month_words(month)}减员{persons}人，前后60日没有收到裁员报告"
            if line.months > 1:
                words += f"，已连续{line.months}个月"
            found.append(Reported(line.employer, line.place, persons, words))
    return tuple(sorted(found, key=lambda each: each.employer))


def _reports(snapshot: Snapshot, month: int) -> tuple[Reported, ...]:
    sums: dict[int, Reported] = {}
    reports = layoff_reports(
        snapshot, first=first_day(month), last=last_day(month) + timedelta(days=_AHEAD)
    )
    for each in reports:
        if each.reported > last_day(month):
            continue
        before = sums.get(each.employer)
        persons = each.persons + (before.persons if before else 0)
        day = f"{each.planned.year}年{each.planned.month}月{each.planned.day}日"
        words = f"单位报告拟于{day}裁减{each.persons}人"
        sums[each.employer] = Reported(each.employer, each.place, persons, words)
    return tuple(sums[key] for key in sorted(sums))


def _arrivals(snapshot: Snapshot) -> tuple[Arrival, ...]:
    accepted = (Verdict.ACCEPTED, Verdict.UNCHANGED, Verdict.NIL)
    return tuple(
        Arrival(each.contract, each.place, each.month, each.rows_read, each.verdict is Verdict.NIL)
        for each in snapshot.deliveries(EVERYWHERE, limit=_EVERY)
        if each.month and each.verdict in accepted
    )


def _post_loss(
    snapshot: Snapshot, months: tuple[int, ...], rows: Iterable[FirmRow]
) -> tuple[Panel | None, dict[tuple[str, str], SampleNoise]]:
    """Give the share of posts monitored firms lost each month, and its error in the last.

    Of firms that reported this month and the one before, since the form's own base is a fixed one.
    A place with fewer than ``_FEWEST_FIRMS`` has no value. The error is that of a ratio of sums.
    """
    delivered = frozenset(report_months(snapshot))
    if months[-1] not in delivered:
        return None, {}
    county = {row.employer: row.place[:6] for row in rows}
    places = (city_code(), *counties())
    above, below = (np.full((len(places), len(months)), np.nan) for _ in range(2))
    noise: dict[tuple[str, str], SampleNoise] = {}
    before: Mapping[int, int] = {}
    for t, month in enumerate(months):
        now = _staff(firm_reports(snapshot, month)) if month in delivered else {}
        both = [
            (before[key], before[key] - now[key], county.get(key, ""))
            for key in now
            if key in before
        ]
        before = now
        for row, place in enumerate(places):
            mine = np.array(
                [each[:2] for each in both if place in (places[0], each[2])], dtype=float
            )
            if len(mine) < _FEWEST_FIRMS or not mine[:, 0].sum():
                continue
            below[row, t], above[row, t] = mine.sum(axis=0)
            if month == months[-1]:
                error = _ratio_error(mine[:, 0], mine[:, 1])
                noise["post_loss_rate", place] = SampleNoise(error, len(mine))
    with np.errstate(invalid="ignore"):
        values = 100 * above / below
    cells = tuple(Cell(place) for place in places)
    return Panel(months, cells, values, above, below, snapshot.release), noise


def _staff(reports: Iterable[FirmReport]) -> dict[int, int]:
    return {each.employer: each.current for each in reports if each.current is not None}


def _ratio_error(base: Floats, lost: Floats) -> float:
    count = len(base)
    off = lost - lost.sum() / base.sum() * base
    return float(100 * np.sqrt(count / (count - 1) * (off**2).sum()) / base.sum())
