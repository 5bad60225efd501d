"""The city on the day before the first month: everybody's state, and the records that stand."""

from dataclasses import dataclass

import numpy as np

from leye.data.twin import aid, business, courses, figures, grants, jobless, ledger, rolls, school
from leye.data.twin.city import UNIT, City, Records, days_number
from leye.data.twin.codes import Pension, Status
from leye.data.twin.draws import chance, first_day, ordinal_of, pick
from leye.data.twin.land import Land, land
from leye.data.twin.life import enter_register, pay_pension
from leye.data.twin.people import People, make_people
from leye.data.twin.rules import retirement_months
from leye.data.twin.sources import assumptions, policy
from leye.data.twin.staffing import first_jobs
from leye.data.twin.start import Start, first_statuses
from leye.data.twin.state import blank_firms, blank_people
from leye.data.twin.types import Scenario
from leye.data.twin.units import Units, make_units
from leye.data.twin.ways import begin_occupation, note_filings, register
from leye.kernel.months import month_add

_YEAR = 365.2425
_OWN = (Status.SELF_EMPLOYED, Status.FLEXIBLE, Status.FARMING, Status.MIGRANT)
_FORMS_AT_START = (*UNIT, *_OWN)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a city is made from; two alike plans give the same city."""

    people: int
    months: int
    first_month: int
    seed: int
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a run of the simulation starts from and does not change."""

    plan: Plan
    people: People
    start: Start
    units: Units
    land: Land


def make_ground(plan: Plan) -> Ground:
    """Draw the people, their statuses at the start and the firms of a city."""
    place = land()
    people = make_people(
        people=plan.people,
        months=plan.months,
        first_month=plan.first_month,
        seed=plan.seed,
        land=place,
    )
    day = int(first_day(plan.first_month).astype(np.int64))
    urban = place.table.urban[people.residence]
    start = first_statuses(people, start=day, urban=urban, seed=plan.seed)
    units = make_units(
        people=people,
        status=start.status,
        months=plan.months,
        start=day,
        seed=plan.seed,
        land=place,
    )
    return Ground(plan, people, start, units, place)


def open_city(ground: Ground) -> City:
    """Give the city at the end of the month before the first, its records not yet taken."""
    city = _blank(ground)
    business.first_firms(city)
    _own_firms(city)
    first_jobs(city, ground.units.weight)
    city.memory["first target"] = city.units.target.copy()
    city.memory["first staff"] = int(city.units.headcount.sum())
    city.memory["first month"] = city.ordinal
    city.memory["first size"] = ground.units.weight
    _own_ways(city)
    _retirement(city)
    aid.first_posts(city)
    jobless.first_registrations(city)
    _first_filings(city)
    _silence(city)
    school.past_graduates(city)
    _silence_graduates(city)
    school.enrol(city, state=1)
    ledger.first_ledger(city)
    courses.first_certificates(city)
    grants.first_loans(city)
    rolls.first_rolls(city)
    figures.first_bases(city)
    _first_register(city)
    return city


def _blank(ground: Ground) -> City:
    plan, population = ground.plan, ground.people.population
    people = blank_people(population.size)
    people.status[:] = ground.start.status
    people.education[:] = ground.start.education
    people.schooling[:] = ground.people.schooling
    people.leaves_school[:] = ground.start.leaves_school
    people.residence[:] = ground.people.residence
    people.alive[:] = ground.start.status != Status.GONE
    return City(
        population=population,
        firms=ground.units.firms,
        trade=ground.units.trade,
        land=ground.land,
        seed=plan.seed,
        scenarios=plan.scenarios,
        people=people,
        units=blank_firms(ground.units.firms.size),
        records=Records(),
        month=month_add(plan.first_month, -1),
    )


def _own_firms(city: City) -> None:
    """Give the self-employed the firms drawn for them."""
    firms, people = city.firms, city.people
    index = np.flatnonzero(city.units.open & (firms.owner >= 0))
    owner = firms.owner[index]
    people.employer[owner] = index
    people.workplace[owner] = firms.county[index]
    opened = firms.opened[index].astype("M8[M]").astype(np.int64) + 1970 * 12
    people.job_start[owner] = np.maximum(opened, ordinal_of(197901))


def _own_ways(city: City) -> None:
    """Give those outside units an occupation and a past in what they do."""
    rng, people, notes = city.rng("own ways"), city.people, assumptions()["support"]
    for status in _OWN:
        index = city.of_status(status)
        begin_occupation(city, rng, index, status)
        age = city.ages(index)
        share = {Status.FLEXIBLE: notes["flexible_insured"],
                 Status.SELF_EMPLOYED: notes["owner_insured"]}.get(status, 0.0)  # fmt: skip
        people.self_pays[index] = chance(rng, share, len(index)) & (age >= 25) & (age < 59)
        if status == Status.MIGRANT:
            people.destination[index] = pick(rng, city.land.destination_share, len(index))
        else:
            people.workplace[index] = city.county_of(index)
    rest = np.flatnonzero((people.job_start == 0) & (people.status > Status.CHILD) & people.alive)
    months = rng.geometric(0.03, len(rest)).clip(1, 180)
    grown = ((city.ages(rest) - 16) * 12).clip(1)
    people.job_start[rest] = city.ordinal - np.minimum(months, grown).astype(np.int32)
    paid = people.self_pays
    people.insured_months[paid] = rng.gamma(1.5, 40.0, int(paid.sum())).clip(1, 400)


def _retirement(city: City) -> None:
    """Draw ages of retirement and pay the pensions that run."""
    rng, people, population = city.rng("retirement"), city.people, city.population
    people.retires[:] = retirement_months(rng, population.birth, population.sex)
    staff = city.of_status(*UNIT)
    # Whoever still works beyond the age does so because theirs is a later one.
    late = city.ordinal + 1 + rng.integers(0, 40, len(staff))
    passed = people.retires[staff] <= city.ordinal
    people.retires[staff] = np.where(passed, late, people.retires[staff])
    retired = city.of_status(Status.RETIRED)
    urban = city.land.table.urban[people.residence[retired]]
    young = city.ages(retired) < policy()["resident_pension_age"]
    worker = young | chance(rng, np.where(urban, 0.62, 0.14), len(retired))
    pay_pension(city, retired[worker], Pension.EMPLOYEE, rng=rng)
    old = np.flatnonzero(people.alive & (people.pension == Pension.NONE))
    old = old[city.ages(old) >= policy()["resident_pension_age"]]
    old = old[~np.isin(people.status[old], UNIT) & ~people.self_pays[old]]
    pay_pension(city, old[chance(rng, 0.975, len(old))], Pension.RESIDENT, rng=rng)


def _first_filings(city: City) -> None:
    """Write the filings and employment registrations that stand."""
    rng, people = city.rng("first filings"), city.people
    note_filings(city, np.flatnonzero(people.filing > 0), ended=None)
    for status in _FORMS_AT_START:
        index = city.of_status(status)
        if status in UNIT:
            index = index[people.filed[index]]
        began = (people.job_start[index] - 1970 * 12).astype("M8[M]").astype("M8[D]")
        since = np.where(people.filing_start[index] > 0, people.filing_start[index],
                         days_number(began) + 14)  # fmt: skip
        register(city, index, status, rng=rng, since=since.astype(np.int32))


def _silence(city: City) -> None:
    """Choose the young graduates nobody has heard of since: no ledger, no registration."""
    rng, people = city.rng("silence"), city.people
    index = city.of_status(Status.MIGRANT, Status.INACTIVE, Status.UNEMPLOYED_LOOKING)
    age = city.ages(index)
    young = index[(people.education[index] <= 30) & (age > 21) & (age < 25)]
    young = young[people.job_record[young] == 0]
    city.memory["silent"] = young[chance(rng, school.SILENT, len(young))]


def _silence_graduates(city: City) -> None:
    """Let the list of graduates say nothing of where the silent went."""
    rows = city.records.so_far("graduates")
    rows["destination"][np.isin(rows["person"], city.memory["silent"])] = 0
    city.records.replace("graduates", rows)
    city.memory["graduates"] = (rows["person"].astype(np.int64), rows["graduated_month"].copy())


def _first_register(city: City) -> None:
    """Write the population register and the firms that stand."""
    enter_register(city, np.flatnonzero(city.people.alive), state=1)
    open_firms = np.flatnonzero(city.units.open)
    city.records.add("firms", len(open_firms), firm=open_firms, state=1)
