"""Employment subsidies and guaranteed loans for founders."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import City, new_rows
from leye.data.twin.codes import PROGRAMMES, FirmKind, Programme, Status
from leye.data.twin.draws import Index, Rng, chance, days_of, first_day, pick, sample, some
from leye.data.twin.events import Rows
from leye.data.twin.sources import assumptions, policy
from leye.kernel.months import month_add

_FULL_CITY = 5_000_000
_TRAINEES_MONTHLY = 62  # the plan: 3,734 traineeships within five years
_HALF_YEAR = (5, 11)
PAID = "subsidies paid"
"""In memory: the payments of all months."""
_QUARTER = (2, 5, 8, 11)


def grant(city: City) -> None:
    """Pay this month's subsidies; a few are paid twice."""
    rng = city.rng("grant")
    _flexible_insurance(city, rng)
    _posts(city, rng)
    _training(city, rng)
    _startups(city, rng)
    _firms(city, rng)
    _trainees(city, rng)
    _graduates(city, rng)
    paid = city.records.so_far("subsidies")
    again = chance(rng, assumptions()["fraud"]["subsidy_twice"], len(paid)) & (paid["person"] >= 0)
    pay_twice(city, paid[again], rng=rng)
    payments: list[Rows] = city.memory.setdefault(PAID, [])
    payments.append(city.records.so_far("subsidies"))


def _programme(programme: Programme) -> int:
    return PROGRAMMES.index(programme)


def _pay(
    city: City,
    rng: Rng,
    programme: Programme,
    *,
    amount: NDArray[Any] | float,
    months: int,
    person: NDArray[Any] | int = -1,
    firm: NDArray[Any] | int = -1,
) -> None:
    who = person if isinstance(person, np.ndarray) else firm
    assert isinstance(who, np.ndarray)
    count = len(who)
    county = city.county_of(person) if isinstance(person, np.ndarray) else city.firms.county[who]
    city.records.add(
        "subsidies",
        count,
        record=city.records.numbers("subsidies", count),
        person=person,
        firm=firm,
        programme=_programme(programme),
        from_month=month_add(city.month, 1 - months),
        to_month=city.month,
        amount=np.round(amount, 2),
        paid=days_of(city.month, rng, count),
        county=county,
    )


def _flexible_insurance(city: City, rng: Rng) -> None:
    if city.ordinal % 12 not in _HALF_YEAR:
        return
    people, population = city.people, city.population
    index = city.of_status(Status.FLEXIBLE)
    older = city.ages(index) >= np.where(population.sex[index] == 1, 50, 40)
    entitled = people.self_pays[index] & (older | (people.hardship[index] > 0))
    entitled &= city.ordinal - people.job_start[index] >= 6
    paid = some(rng, index[entitled], assumptions()["support"]["flexible_subsidy_share"])
    pay_flexible(city, paid, rng=rng)
    owners = city.of_status(Status.SELF_EMPLOYED)
    owners = owners[people.self_pays[owners] & (city.ordinal - people.job_start[owners] >= 7)]
    wrong = some(rng, owners, assumptions()["fraud"]["owner_subsidy"])
    pay_flexible(city, wrong, rng=rng)


def pay_flexible(city: City, index: Index, *, rng: Rng) -> None:
    """Pay half a year of the subsidy of flexible workers' insurance to the people at ``index``."""
    _pay(city, rng, Programme.FLEXIBLE_INSURANCE, person=index, months=6,
         amount=city.people.base[index].astype(np.float64) * 0.2 * 6 * 0.6)  # fmt: skip


def _posts(city: City, rng: Rng) -> None:
    if city.ordinal % 12 not in _QUARTER:
        return
    people = city.people
    index = city.of_status(Status.PUBLIC_WELFARE_POST)
    index = index[city.ordinal - people.job_start[index] >= 3]
    _pay(city, rng, Programme.WELFARE_POST, person=index, months=3,
         amount=people.wage[index].astype(np.float64) * 3)  # fmt: skip


def _training(city: City, rng: Rng) -> None:
    passed: Rows | None = city.memory.pop("passed", None)
    if passed is None:
        return
    index = np.unique(passed["person"][chance(rng, 0.5, len(passed))]).astype(np.int64)
    index = index[city.people.alive[index]]
    _pay(city, rng, Programme.TRAINING, person=index, months=1,
         amount=rng.choice([800.0, 1200.0, 1500.0, 2000.0], len(index)))  # fmt: skip


def _startups(city: City, rng: Rng) -> None:
    people = city.people
    owners = city.of_status(Status.SELF_EMPLOYED)
    year = owners[city.ordinal - people.job_start[owners] == 12]
    paid = some(rng, year, assumptions()["support"]["startup_subsidy_share"] * 3)
    _pay(city, rng, Programme.STARTUP, person=paid, firm=people.employer[paid], months=1,
         amount=float(policy()["startup_subsidy"]))  # fmt: skip


def _firms(city: City, rng: Rng) -> None:
    units, firms = city.units, city.firms
    if city.ordinal % 12 in _HALF_YEAR:
        fit = units.open & (units.headcount >= 5) & (firms.kind != FirmKind.PUBLIC)
        index = some(rng, np.flatnonzero(fit), assumptions()["support"]["firm_insurance_share"])
        persons = 1 + units.headcount[index] // 25
        _pay(city, rng, Programme.FIRM_INSURANCE, firm=index, months=6, amount=persons * 760.0 * 6)
    hired = city.records.so_far("hires")
    helped = (city.population.poverty[hired["person"]] > 0) | (
        city.people.hardship[hired["person"]] > 0
    )
    firm = np.unique(hired["firm"][helped]).astype(np.int64)
    firm = some(rng, firm, assumptions()["support"]["absorption_share"])
    _pay(city, rng, Programme.ABSORPTION, firm=firm, months=1, amount=1000.0)


def _trainees(city: City, rng: Rng) -> None:
    hired = city.records.so_far("hires")
    young = city.ages(hired["person"].astype(np.int64)) < 25
    young &= city.people.education[hired["person"]] <= 30
    scale = int(city.people.alive.sum()) / _FULL_CITY
    rows = sample(rng, np.flatnonzero(young), int(_TRAINEES_MONTHLY * scale + rng.random()))
    _pay(city, rng, Programme.TRAINEE, person=hired["person"][rows].astype(np.int64),
         firm=hired["firm"][rows], months=1, amount=1496.0)  # fmt: skip


def _graduates(city: City, rng: Rng) -> None:
    """Pay the job-seeking grant, in October, to graduates of poor homes or with a disability."""
    if city.ordinal % 12 != 9:
        return
    people, population = city.people, city.population
    last = np.flatnonzero((people.leaves_school == city.ordinal + 8) & people.alive)
    higher = (people.education[last] <= 60) & (people.schooling[last] <= 30)
    entitled = higher & ((population.poverty[last] > 0) | (population.disability[last] > 0))
    _pay(city, rng, Programme.JOB_SEEKING, person=last[entitled], months=1, amount=1000.0)


def pay_twice(city: City, rows: Rows, *, rng: Rng) -> None:
    """Pay some subsidies a second time, under another number."""
    if not len(rows):
        return
    again = rows.copy()
    again["record"] = city.records.numbers("subsidies", len(rows))
    again["paid"] = days_of(city.month, rng, len(rows))
    city.records.keep("subsidies", again)


def lend(city: City) -> None:
    """Grant loans to founders; mark the few that fall overdue."""
    rng, people, notes = city.rng("lend"), city.people, assumptions()["support"]
    owners = city.of_status(Status.SELF_EMPLOYED)
    taken = some(rng, owners, notes["loan_monthly"])
    firm = people.employer[taken]
    company = city.firms.kind[firm] == FirmKind.COMPANY
    kind = np.where(
        company & (city.units.headcount[firm] >= 8), 3, 1 + chance(rng, 0.04, len(firm))
    )
    amount = rng.gamma(4.0, notes["loan_mean"] / 4, len(taken)).clip(20_000, 300_000)
    amount = np.where(kind == 3, amount * 5, amount).round(-4)
    granted = days_of(city.month, rng, len(taken))
    years = pick(rng, [0.2, 0.35, 0.45], len(taken)) + 1
    rows = _loan_rows(city, taken, firm, kind)
    rows["amount"], rows["granted"] = amount, granted
    rows["due"] = granted + (years * 365).astype("m8[D]")
    city.records.keep("loans", rows)
    _overdue(city, rng, rows)


def _loan_rows(city: City, index: Index, firm: NDArray[Any], kind: NDArray[Any]) -> Rows:
    return new_rows(
        "loans",
        len(index),
        record=city.records.numbers("loans", len(index)),
        person=index,
        firm=firm,
        kind=kind,
        county=city.county_of(index),
    )


def _overdue(city: City, rng: Rng, new: Rows) -> None:
    running: Rows | None = city.memory.get("loans")
    rows = new.copy() if running is None else np.concatenate([running, new])
    due = (rows["due"] < first_day(city.month)) & ~rows["overdue"]
    late = due & chance(rng, 0.004, len(rows))
    rows["overdue"][late] = True
    city.records.keep("loans", rows[late].copy())
    city.memory["loans"] = rows[~due]


def first_loans(city: City) -> None:
    """Give the loans that run at the start."""
    rng, people = city.rng("first loans"), city.people
    owners = city.of_status(Status.SELF_EMPLOYED)
    taken = some(rng, owners, assumptions()["support"]["loan_monthly"] * 22)
    rows = _loan_rows(city, taken, people.employer[taken], np.full(len(taken), 1))
    mean = assumptions()["support"]["loan_mean"]
    rows["amount"] = rng.gamma(4.0, mean / 4, len(taken)).clip(20_000, 300_000).round(-4)
    rows["granted"] = first_day(city.month) - rng.integers(10, 690, len(taken)).astype("m8[D]")
    rows["due"] = rows["granted"] + rng.integers(720, 1090, len(taken)).astype("m8[D]")
    city.records.keep("loans", rows)
    city.memory["loans"] = rows.copy()
