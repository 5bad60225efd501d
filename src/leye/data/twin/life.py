"""Being born, coming of age, moving house, retiring, dying."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import UNIT, City
from leye.data.twin.codes import CancelReason, EndReason, Pension, Status
from leye.data.twin.draws import Index, Rng, chance, first_day, pick, some
from leye.data.twin.households import HEAD
from leye.data.twin.sources import assumptions, policy
from leye.data.twin.ways import cancel_registration, leave, take_up
from leye.kernel.months import month_add

_YEAR = 365.2425
_SIXTEEN = 16
_PENSION_MONTHS = 120
# Mortality a year (Gompertz), for men; women die at about six tenths of it.
_MORTALITY, _GROWTH, _WOMEN = 3.6e-5, 0.0935, 0.62
_AT_SIXTEEN = (
    (Status.UNEMPLOYED_LOOKING, 0.32), (Status.MIGRANT, 0.28), (Status.FLEXIBLE, 0.24),
    (Status.INACTIVE, 0.16),
)  # fmt: skip


def be_born(city: City) -> None:
    """Bring into the city those whose birthday lies in this month."""
    first, last = _days(city.month)
    birth = city.population.birth
    born = np.flatnonzero((birth >= first) & (birth < last) & ~city.people.alive)
    city.people.alive[born] = True
    city.people.status[born] = Status.CHILD
    enter_register(city, born, state=1)


def come_of_age(city: City) -> None:
    """Give a status to those who turn sixteen: most go to school, the others do something else."""
    rng, people = city.rng("sixteen"), city.people
    young = city.of_status(Status.CHILD)
    grown = young[city.ages(young) >= _SIXTEEN]
    schooled = people.leaves_school[grown] >= city.ordinal
    take_up(city, grown[schooled], Status.STUDENT, rng=rng)
    spread(city, grown[~schooled], _AT_SIXTEEN, rng=rng)


def spread(city: City, index: Index, ways: tuple[tuple[Status, float], ...], *, rng: Rng) -> None:
    """Give each of ``index`` one of some ways of living, drawn by weight."""
    drawn = pick(rng, [weight for _, weight in ways], len(index))
    for at, (status, _) in enumerate(ways):
        take_up(city, index[drawn == at], status, rng=rng)


def die(city: City) -> None:
    """Let people die by age and sex; what they had is closed, some of it late."""
    rng, people = city.rng("die"), city.people
    living = np.flatnonzero(people.alive)
    age = city.ages(living)
    hazard = _MORTALITY * np.exp(_GROWTH * age) / 12
    hazard *= np.where(city.population.sex[living] == 2, _WOMEN, 1.0)
    dead = some(rng, living, np.minimum(hazard + 1.5e-5, 0.2))
    day = city.early(rng, len(dead))
    leave(city, dead, reason=EndReason.DIED, rng=rng)
    cancel_registration(city, dead, CancelReason.DIED, rng=rng)
    people.status[dead] = Status.GONE
    people.alive[dead] = False
    people.died[dead] = city.ordinal
    people.occupation[dead] = -1
    people.leaves_school[dead] = 0
    people.benefit_left[dead] = 0
    city.records.add("deaths", len(dead), person=dead, day=day)
    enter_register(city, dead, state=3)
    _stop_pensions(city, rng, dead)


def _stop_pensions(city: City, rng: Rng, dead: Index) -> None:
    """Let pensions end with the month of death; of a few the payer learns late."""
    memory, people = city.memory, city.people
    paid: dict[str, NDArray[Any]] = memory.setdefault(
        "dead paid", {"person": np.zeros(0, np.int64), "until": np.zeros(0, np.int64)}
    )
    over = paid["until"] < city.ordinal
    people.pension[paid["person"][over]] = Pension.NONE
    late = chance(rng, assumptions()["fraud"]["dead_paid"], len(dead))
    one_more = chance(rng, 0.06, len(dead))
    months = np.where(late, rng.integers(2, 9, len(dead)), one_more)
    paid["person"] = np.concatenate([paid["person"][~over], dead])
    paid["until"] = np.concatenate([paid["until"][~over], city.ordinal + months])


def retire(city: City) -> None:
    """Let people retire at their age, draw pensions, and give up work little by little after it."""
    rng, people = city.rng("retire"), city.people
    due = (people.retires <= city.ordinal) & people.alive & (people.pension == Pension.NONE)
    staff = np.flatnonzero(due & city.has_status(*UNIT))
    leave(city, staff, reason=EndReason.RETIRED, rng=rng)
    pay_pension(city, staff, Pension.EMPLOYEE, rng=rng)
    take_up(city, staff, Status.RETIRED, rng=rng)
    own = np.flatnonzero(due & (people.self_pays | (people.insured_months >= _PENSION_MONTHS)))
    own = own[~np.isin(people.status[own], [*UNIT, Status.GONE])]
    pay_pension(city, own, Pension.EMPLOYEE, rng=rng)
    # Who draws a worker's pension counts as retired, whatever else they do.
    _give_up(city, own, rng)
    _grow_old(city, rng)


_JOBLESS = (Status.UNEMPLOYED_REGISTERED, Status.UNEMPLOYED_LOOKING, Status.INACTIVE)


def _give_up(city: City, index: Index, rng: Rng) -> None:
    leave(city, index, reason=EndReason.RETIRED, rng=rng)
    cancel_registration(city, index, CancelReason.RETIRED, rng=rng)
    take_up(city, index, Status.RETIRED, rng=rng)


def _grow_old(city: City, rng: Rng) -> None:
    """Pay the residents' pension from sixty on; after that people stop working one by one."""
    people = city.people
    sixty = _days(city.month)[1] - policy()["resident_pension_age"] * _YEAR
    old = np.flatnonzero(people.alive & (city.population.birth < sixty))
    new = old[(people.pension[old] == Pension.NONE) & ~np.isin(people.status[old], UNIT)]
    pay_pension(city, some(rng, new, 0.8), Pension.RESIDENT, rng=rng)
    age = city.ages(old)
    stops = np.select([age < 65, age < 70, age < 76], [0.003, 0.006, 0.014], 0.05)
    stops = np.where(np.isin(people.status[old], _JOBLESS), 0.9, stops)
    tired = some(rng, old, stops)
    keep = (*UNIT, Status.RETIRED, Status.PUBLIC_WELFARE_POST)
    _give_up(city, tired[~np.isin(people.status[tired], keep)], rng)


def pay_pension(city: City, index: Index, kind: Pension, *, rng: Rng) -> None:
    """Start paying a pension to the people at ``index``."""
    people, rule = city.people, policy()
    people.pension[index] = kind
    if kind == Pension.EMPLOYEE:
        note = rule["employee_pension"]
        amount = note["mean"] * rng.lognormal(0, note["spread"], len(index))
    else:
        note = rule["resident_pension"]
        amount = rng.uniform(note["low"], note["high"], len(index))
    people.pension_amount[index] = np.round(amount, 1)
    # A pension ends the benefit and the payments to it.
    if kind == Pension.EMPLOYEE:
        people.benefit_left[index] = 0
        people.self_pays[index] = False


def move_house(city: City) -> None:
    """Let households move, mostly within the county and towards its town."""
    rng, people, table = city.rng("move"), city.people, city.land.table
    households = int(city.population.household.max()) + 1
    moving = chance(rng, assumptions()["moves"]["inside_monthly"], households)
    index = np.flatnonzero(moving[city.population.household] & people.alive)
    if not len(index):
        return
    target = np.zeros(households, dtype=np.int64)
    heads = index[city.population.relation[index] == HEAD]
    target[:] = -1
    target[city.population.household[heads]] = _new_homes(city, heads, rng)
    index = index[target[city.population.household[index]] >= 0]
    before = people.residence[index].copy()
    people.residence[index] = target[city.population.household[index]]
    city.records.add(
        "moves", len(index), person=index, from_village=before, to_village=people.residence[index]
    )
    here = index[people.workplace[index] >= 0]
    own = here[
        ~np.isin(people.status[here], [*UNIT, Status.PUBLIC_WELFARE_POST, Status.SELF_EMPLOYED])
    ]
    people.workplace[own] = table.village_county[people.residence[own]]
    enter_register(city, index, state=1)


def _new_homes(city: City, heads: Index, rng: Rng) -> Index:
    table = city.land.table
    weight = city.land.village_weight * np.where(table.urban, 1.6, 0.5)
    found = pick(rng, weight, len(heads))
    home = city.county_of(heads)
    for county in range(len(table.counties)):
        stays = np.flatnonzero((home == county) & chance(rng, 0.8, len(heads)))
        villages = np.flatnonzero(table.village_county == county)
        found[stays] = villages[pick(rng, weight[villages], len(stays))]
    return found


def enter_register(city: City, index: Index, *, state: int) -> None:
    """Write the population register's rows of the people at ``index`` as they are now."""
    city.records.add(
        "register",
        len(index),
        person=index,
        state=state,
        village=city.people.residence[index],
        education=city.people.education[index],
    )


def _days(month: int) -> tuple[int, int]:
    first, after = first_day(month), first_day(month_add(month, 1))
    return int(first.astype(np.int64)), int(after.astype(np.int64))
