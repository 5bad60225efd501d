"""The synthetic city, month by month: what happens in which order, and what is handed out."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from leye.data.twin import (
    aid,
    business,
    courses,
    figures,
    grants,
    jobless,
    jobs,
    life,
    rolls,
    shifts,
    staffing,
    truth,
)
from leye.data.twin import ledger as village
from leye.data.twin import school as schools
from leye.data.twin.city import IDLE, City
from leye.data.twin.codes import Pension
from leye.data.twin.draws import last_day, yyyymm
from leye.data.twin.events import no_rows
from leye.data.twin.facts import FACT, TOLD, true_facts
from leye.data.twin.opening import Ground, Plan, make_ground, open_city
from leye.data.twin.payments import contribute, contribution_counties
from leye.data.twin.planting import plant
from leye.data.twin.sources import rows
from leye.data.twin.trades import trades
from leye.data.twin.types import Scenario, World, WorldMonth
from leye.kernel.months import month_add

Column = TypeVar("Column", bound=NDArray[Any])


def build_world(
    *, people: int, months: int, first_month: int, seed: int, scenarios: Sequence[Scenario] = ()
) -> World:
    """Give a city of ``people`` at the start, to be simulated for ``months`` from ``first_month``.

    The same arguments give the same city, to the last digit.
    """
    plan = Plan(people, months, first_month, seed, tuple(scenarios))
    ground = make_ground(plan)
    kinds = trades()
    return World(
        people=people,
        first_month=first_month,
        month_count=months,
        seed=seed,
        scenarios=plan.scenarios,
        places=ground.land.table,
        population=ground.people.population,
        firms=ground.units.firms,
        opening=open_city(ground).records.taken(),
        occupations=kinds.occupations,
        occupation_names=kinds.occupation_names,
        schools=np.array([row["school"] for row in rows("schools.csv")]),
        majors=np.array([row["major"] for row in rows("majors.csv")]),
        runner=lambda: _run(ground),
    )


def simulate(
    *, people: int, months: int, first_month: int, seed: int, scenarios: Sequence[Scenario] = ()
) -> Iterator[WorldMonth]:
    """Give the months of a city one after the other (see build_world)."""
    return build_world(
        people=people, months=months, first_month=first_month, seed=seed, scenarios=scenarios
    ).months()


def _run(ground: Ground) -> Iterator[WorldMonth]:
    city = open_city(ground)
    city.records.taken()
    for left in reversed(range(ground.plan.months)):
        city.month = month_add(city.month, 1)
        _live(city)
        yield _handed_out(city, tell=left < TOLD)


def _live(city: City) -> None:
    """Let one month pass."""
    city.recount()
    city.memory[IDLE] = np.zeros(0, dtype=np.int64)
    life.be_born(city)
    life.come_of_age(city)
    life.die(city)
    schools.study(city)
    life.retire(city)
    life.move_house(city)
    staffing.settle(city, rng=city.rng("settle"))
    shifts.found_firms(city)
    business.plan_staff(city)
    business.shrink(city)
    business.close_some(city)
    plant(city)
    jobs.separate(city)
    shifts.shift(city)
    aid.fill_posts(city)
    jobs.fill(city)
    _keep_books(city)


def _keep_books(city: City) -> None:
    """Let departments record and pay, now that everybody has come to what they do."""
    end = int(last_day(city.month).astype(np.int64))
    staffing.renew_contracts(city, last_day=end, rng=city.rng("renew"))
    jobless.register_jobless(city)
    contribute(city)
    jobless.pay_benefit(city)
    jobless.cancel_stale(city)
    aid.certify(city)
    aid.end_kept_posts(city)
    courses.train(city)
    courses.examine(city)
    grants.grant(city)
    grants.lend(city)
    rolls.keep_rolls(city)
    village.keep_ledger(city)
    figures.advertise(city)
    city.recount()


def _handed_out(city: City, *, tell: bool) -> WorldMonth:
    people, units = city.people, city.units
    firms = figures.firm_figures(city)
    reports = figures.firm_reports(city)
    conflicts = truth.conflicts(city, reports)
    paid = people.pension > Pension.NONE
    month = WorldMonth(
        month=city.month,
        status=_kept(people.status),
        employer=_kept(people.employer),
        job_start=_kept(np.where(people.job_start > 0, yyyymm(people.job_start), 0).astype("i4")),
        occupation=_kept(people.occupation),
        wage=_kept(people.wage),
        insured=_kept(people.insured),
        filed=_kept(people.filed),
        workplace=_kept(people.workplace),
        destination=_kept(people.destination),
        residence=_kept(people.residence),
        education=_kept(people.education),
        alive=_kept(people.alive),
        enrolled=_kept((people.leaves_school >= city.ordinal) & people.alive),
        contributor=_kept(people.contributor),
        payer=_kept(people.payer),
        base=_kept(people.base),
        contribution_county=_kept(contribution_counties(city)),
        pension=_kept(people.pension),
        pension_amount=_kept(np.where(paid, people.pension_amount, 0).astype(np.float32)),
        open=_kept(units.open),
        headcount=_kept(units.headcount),
        tax_headcount=_kept(firms.tax_headcount),
        payroll=_kept(firms.payroll),
        kwh=_kept(firms.kwh),
        reports=reports,
        flows=figures.flows(city),
        conflicts=conflicts,
        facts=true_facts(city) if tell else no_rows(FACT),
        events=city.records.taken(),
    )
    city.memory["last headcount"] = units.headcount.copy()
    business.recover(city)
    return month


def _kept(values: Column) -> Column:
    copied = values.copy()
    copied.flags.writeable = False
    return copied
