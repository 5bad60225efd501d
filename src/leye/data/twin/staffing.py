"""Putting people into the jobs of units: who, where, at what wage, insured and filed since when."""

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import City, days_number
from leye.data.twin.codes import FirmKind, Status
from leye.data.twin.draws import Index, Rng, chance, pick, pick_rows
from leye.data.twin.sources import assumptions
from leye.data.twin.state import NEVER
from leye.data.twin.trades import trades
from leye.data.twin.ways import found_work, note_filings, register

_MEAN_WAGE = 4700.0  # 56,492 yuan a year in private units of the province, 2024
_FIXED_TERMS = (12, 24, 36, 60)


def hire(city: City, index: Index, firm: NDArray[np.int32], *, rng: Rng) -> None:
    """Start the people at ``index`` in their firms; what they did before must have been left."""
    if not len(index):
        return
    people = city.people
    day = city.late(rng, len(index))
    place_in_job(city, index, firm, rng=rng)
    people.job_start[index] = city.ordinal
    _when_insured(city, rng, index)
    city.records.add(
        "hires", len(index), person=index, firm=firm, day=day, occupation=people.occupation[index]
    )
    people.filing_start[index] = days_number(day)
    file_jobs(city, index[people.filed[index]], rng=rng)
    register(city, index[people.filed[index]], Status.EMPLOYED_INSURED, rng=rng)
    found_work(city, index, rng=rng)


def place_in_job(city: City, index: Index, firm: NDArray[np.int32], *, rng: Rng) -> None:
    """Give people the firm, the occupation, the wage and the place of work of a job."""
    people, kinds = city.people, trades()
    people.employer[index] = firm
    row = np.maximum(city.trade[firm], 0)
    schooled = people.education[index] <= 30
    profession = chance(rng, np.where(schooled, 0.72, 0.07), len(index))
    public = kinds.public[row] & chance(rng, 0.75, len(index))
    by_profession = pick_rows(rng, kinds.professions, row)
    by_work = pick_rows(rng, kinds.workers, row)
    occupation = np.where(profession | public, by_profession, by_work)
    people.occupation[index] = occupation
    pay = _MEAN_WAGE * 0.92 * kinds.pay[row] * kinds.occupation_pay[occupation]
    wage = pay * rng.lognormal(0, 0.27, len(index))
    people.wage[index] = np.round(np.maximum(wage, 1800), -1)
    people.workplace[index] = city.firms.county[firm]


def _when_insured(city: City, rng: Rng, index: Index) -> None:
    """Draw from when the job is insured and filed; at least one of the two is done at once."""
    notes, people, now = assumptions()["jobs"], city.people, city.ordinal
    firm = people.employer[index]
    small = (city.units.headcount[firm] < 8) & (city.firms.kind[firm] != FirmKind.PUBLIC)
    public = city.firms.kind[firm] == FirmKind.PUBLIC
    never = np.where(public, 0.0, np.where(small, 3.0, 0.7)) * notes["never_insured"]
    drawn = rng.random(len(index))
    at_once = np.where(public, 0.98, notes["insured_at_once"])
    lag = np.where(drawn < at_once, 0, np.where(drawn < 0.97, 1, 2))
    insure = np.where(chance(rng, never, len(index)), NEVER, now + lag)
    drawn = rng.random(len(index))
    once, later = notes["filed_at_once"], notes["filed_next_month"]
    file = np.where(drawn < once, now, np.where(drawn < once + later, now + 1, now + 2))
    file = np.where(chance(rng, notes["never_filed"], len(index)), NEVER, file)
    file = np.where(insure > now, now, file)
    people.insure_from[index] = insure
    people.file_from[index] = file
    set_insured(city, index)


def set_insured(city: City, index: Index) -> None:
    """Make people insured and filed as far as their time has come, with the status of that."""
    people, now = city.people, city.ordinal
    people.insured[index] = people.insure_from[index] <= now
    people.filed[index] = people.file_from[index] <= now
    people.status[index] = np.where(
        people.insured[index], Status.EMPLOYED_INSURED, Status.EMPLOYED_FILED
    )


def file_jobs(city: City, index: Index, *, rng: Rng) -> None:
    """Open the labour filings of people; the start must stand in ``filing_start``."""
    draw_contracts(city, index, rng=rng)
    note_filings(city, index, ended=None)


def draw_contracts(city: City, index: Index, *, rng: Rng) -> None:
    """Number the filings of people and draw the kind and the term of their contracts."""
    people, count = city.people, len(index)
    people.filing[index] = city.records.numbers("filings", count)
    division = city.firms.division[people.employer[index]]
    dispatch = (division == 72) & chance(rng, 0.7, count)
    building = np.isin(division, [47, 48, 50]) & chance(rng, 0.35, count)
    kind = np.select([dispatch, building, chance(rng, 0.12, count)], [4, 3, 2], 1)
    people.filing_kind[index] = kind
    term = np.array(_FIXED_TERMS)[pick(rng, [3, 2, 4, 1], count)]
    end = people.filing_start[index] + (term * 30.44).astype(np.int32)
    people.filing_end[index] = np.where(kind == 2, NEVER, end)


def renew_contracts(city: City, *, last_day: int, rng: Rng) -> None:
    """Renew the contracts that end by ``last_day`` with people who stay."""
    people = city.people
    ending = np.flatnonzero((people.filing > 0) & (people.filing_end <= last_day))
    if not len(ending):
        return
    # Two fixed terms give a right to an open one.
    open_now = chance(rng, 0.35, len(ending))
    term = (np.array(_FIXED_TERMS)[pick(rng, [2, 2, 5, 1], len(ending))] * 30.44).astype(np.int32)
    people.filing_kind[ending] = np.where(open_now, 2, people.filing_kind[ending])
    people.filing_end[ending] = np.where(open_now, NEVER, people.filing_end[ending] + term)
    note_filings(city, ending, ended=None)


def settle(city: City, *, rng: Rng) -> None:
    """Insure and file those whose time has come since they were hired."""
    people, now = city.people, city.ordinal
    unit = city.has_status(Status.EMPLOYED_INSURED, Status.EMPLOYED_FILED)
    due = np.flatnonzero(unit & ~people.insured & (people.insure_from <= now))
    to_file = np.flatnonzero(unit & ~people.filed & (people.file_from <= now))
    set_insured(city, np.concatenate([due, to_file]))
    file_jobs(city, to_file, rng=rng)


def first_jobs(city: City, weight: NDArray[np.float64]) -> None:
    """Put those employed at the start into firms, each with a past in the job."""
    rng, people = city.rng("first jobs"), city.people
    staff = city.of_status(Status.EMPLOYED_INSURED, Status.EMPLOYED_FILED)
    insured = people.status[staff] == Status.EMPLOYED_INSURED
    county = work_counties(city, staff, rng=rng)
    firm = np.zeros(len(staff), dtype=np.int32)
    for one in range(len(city.land.table.counties)):
        here = np.flatnonzero(county == one)
        open_here = np.flatnonzero((city.firms.county == one) & (weight > 0) & city.units.open)
        firm[here] = open_here[pick(rng, weight[open_here], len(here))]
    place_in_job(city, staff, firm, rng=rng)
    city.recount()
    _past_in_job(city, rng, staff, firm)
    people.insure_from[staff] = np.where(insured, people.job_start[staff], NEVER)
    filed = ~insured | ~chance(rng, assumptions()["jobs"]["never_filed"], len(staff))
    people.file_from[staff] = np.where(filed, people.job_start[staff], NEVER)
    set_insured(city, staff)
    draw_contracts(city, staff[filed], rng=rng)
    city.units.target[:] = city.units.headcount


def _past_in_job(city: City, rng: Rng, staff: Index, firm: NDArray[np.int32]) -> None:
    people = city.people
    months = rng.gamma(0.9, 58.0, len(staff))
    public = city.firms.kind[firm] == FirmKind.PUBLIC
    months = np.where(public, months * 2 + 12, months)
    grown = (city.ages(staff) - 17.5) * 12
    since = (city.firms.opened[firm].astype("M8[M]").astype(np.int64) + 1970 * 12).clip(0)
    months = np.minimum(np.minimum(months, grown * 0.9), city.ordinal - since - 1).clip(1)
    people.job_start[staff] = city.ordinal - months.astype(np.int32)
    day = (people.job_start[staff] - 1970 * 12).astype("M8[M]").astype("M8[D]")
    people.filing_start[staff] = days_number(day + rng.integers(0, 28, len(staff)).astype("m8[D]"))
    earlier = rng.gamma(1.2, 22.0, len(staff)) * (grown > months + 12)
    insured = np.minimum(months + earlier, grown.clip(0)).clip(0, 420)
    people.insured_months[staff] = np.where(
        people.status[staff] == Status.EMPLOYED_INSURED, insured, 0
    )


def work_counties(city: City, index: Index, *, rng: Rng) -> NDArray[np.int64]:
    """Draw the county in which each works: mostly the own, else a neighbour."""
    home = city.county_of(index).astype(np.int64)
    away = chance(rng, assumptions()["jobs"]["commuters"], len(index))
    edges = np.cumsum(city.land.commute, axis=1)
    return np.where(away, pick_rows(rng, edges, home), home)
