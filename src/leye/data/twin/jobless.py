"""Being unemployed on record: registrations, their cancellation, benefit month by month."""

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import City, days_number
from leye.data.twin.codes import CancelReason, EndReason, LossReason, Status
from leye.data.twin.draws import Index, Rng, chance, first_day, some
from leye.data.twin.rules import benefit_months, minimum_wages
from leye.data.twin.sources import assumptions, policy
from leye.data.twin.ways import cancel_registration

_TOLD = {
    EndReason.EXPIRED: LossReason.EXPIRED,
    EndReason.AGREED: LossReason.DISMISSED,
    EndReason.RESIGNED: LossReason.RESIGNED,
    EndReason.LAID_OFF: LossReason.DISMISSED,
    EndReason.OTHER: LossReason.OTHER,
}
_AGAINST_THEIR_WILL = (LossReason.DISMISSED, LossReason.EXPIRED)
_YEAR_INSURED = 12
_CHEATS = "benefit cheats"
_STALE = "stale registrations"


def register_jobless(city: City) -> None:
    """Register those who became registered unemployed this month; some of them get benefit."""
    rng, people = city.rng("register jobless"), city.people
    new = np.flatnonzero(
        (people.status == Status.UNEMPLOYED_REGISTERED) & (people.unemployment == 0)
    )
    day = city.late(rng, len(new))
    reason = _told_reasons(city, new, rng=rng)
    open_registrations(city, new, day, reason)
    entitled = np.isin(reason, _AGAINST_THEIR_WILL) & (people.insured_months[new] >= _YEAR_INSURED)
    claim = new[entitled & chance(rng, assumptions()["support"]["benefit_share"], len(new))]
    grant_benefit(city, claim[people.benefit_left[claim] == 0])


def open_registrations(
    city: City, index: Index, day: NDArray[np.datetime64], reason: NDArray[np.uint8]
) -> None:
    """Open unemployment registrations."""
    people = city.people
    people.unemployment[index] = city.records.numbers("unemployment", len(index))
    people.unemployment_day[index] = days_number(day)
    people.unemployment_reason[index] = reason
    recent = np.isin(reason, [LossReason.GRADUATE, LossReason.OTHER])
    people.last_employer[index] = np.where(recent, -1, people.last_employer[index])
    city.records.add(
        "unemployment",
        len(index),
        record=people.unemployment[index],
        person=index,
        registered=day,
        reason=reason,
        last_firm=people.last_employer[index],
        village=people.residence[index],
    )


def _told_reasons(city: City, index: Index, *, rng: Rng) -> NDArray[np.uint8]:
    """Give the reason each writes down; a few who resigned say they were dismissed."""
    people = city.people
    table = np.full(16, int(LossReason.OTHER), dtype=np.uint8)
    for ended, told in _TOLD.items():
        table[ended] = told
    recent = (people.last_employer[index] >= 0) & _left_lately(city, index)
    reason = np.where(recent, table[people.last_reason[index]], LossReason.OTHER)
    lies = chance(rng, assumptions()["fraud"]["reason_differs"], len(index))
    reason = np.where((reason == LossReason.RESIGNED) & lies, LossReason.DISMISSED, reason)
    graduate = ~recent & (people.education[index] <= 30) & (city.ages(index) < 26)
    return np.where(graduate, LossReason.GRADUATE, reason).astype(np.uint8)


def _left_lately(city: City, index: Index) -> NDArray[np.bool_]:
    lately: NDArray[np.bool_] = city.ordinal - city.people.jobless_since[index] <= 1
    return lately


def grant_benefit(city: City, index: Index) -> None:
    """Grant benefit for as many months as the insured months have earned; it starts next month."""
    people = city.people
    total = benefit_months(people.insured_months[index]).astype(np.int8)
    people.benefit_total[index] = total
    people.benefit_left[index] = total
    people.benefit_nth[index] = 0
    people.insured_months[index] = 0


def pay_benefit(city: City) -> None:
    """Pay this month's benefit to those granted it before; who finds work should get none."""
    rng, people = city.rng("benefit"), city.people
    granted = np.flatnonzero((people.benefit_left > 0) & people.alive)
    jobless = people.status[granted] == Status.UNEMPLOYED_REGISTERED
    cheats: Index = city.memory.setdefault(_CHEATS, np.zeros(0, dtype=np.int64))
    just = people.job_start[granted] == city.ordinal
    fresh = granted[~jobless & just & people.insured[granted]]
    new_cheats = some(rng, fresh, assumptions()["fraud"]["benefit_while_insured"])
    cheats = np.union1d(cheats, new_cheats)
    city.memory[_CHEATS] = cheats[people.benefit_left[cheats] > 0]
    one_more = just & chance(rng, assumptions()["support"]["benefit_lag"], len(granted))
    goes_on = jobless | np.isin(granted, cheats) | one_more
    people.benefit_left[granted[~goes_on]] = 0
    paid = granted[goes_on & ~_granted_now(city, granted)]
    people.benefit_nth[paid] += 1
    people.benefit_left[paid] -= 1
    _write_benefit(city, paid)


def _granted_now(city: City, index: Index) -> NDArray[np.bool_]:
    """Tell whose grant is of this month: the first payment comes in the next."""
    start = int(first_day(city.month).astype(np.int64))
    found: NDArray[np.bool_] = (city.people.benefit_nth[index] == 0) & (
        city.people.unemployment_day[index] >= start
    )
    return found


def _write_benefit(city: City, index: Index) -> None:
    people, counties = city.people, city.land.table.counties
    county = city.county_of(index)
    amount = minimum_wages(city.month, counties) * policy()["benefit_share"]["value"]
    city.records.add(
        "benefits",
        len(index),
        person=index,
        nth=people.benefit_nth[index],
        total=people.benefit_total[index],
        amount=amount[county],
        county=county,
    )


def keep_drawing(city: City, index: Index) -> None:
    """Let the people at ``index`` draw benefit on although they work."""
    known = city.memory.setdefault(_CHEATS, np.zeros(0, dtype=np.int64))
    city.memory[_CHEATS] = np.union1d(known, index)


def keep_registered(city: City, index: Index) -> None:
    """Let the people at ``index`` leave their registration standing although they work."""
    known = city.memory.setdefault(_STALE, np.zeros(0, dtype=np.int64))
    city.memory[_STALE] = np.union1d(known, index)


def cancel_stale(city: City) -> None:
    """Cancel, bit by bit, the registrations of those who are no longer registered unemployed."""
    rng, people = city.rng("cancel"), city.people
    stale = np.flatnonzero(
        (people.unemployment > 0) & (people.status != Status.UNEMPLOYED_REGISTERED)
    )
    stale = stale[~np.isin(stale, city.memory.get(_STALE, stale[:0]))]
    due = some(rng, stale, assumptions()["support"]["cancel_lag_monthly"])
    status = people.status[due]
    retired = status == Status.RETIRED
    idle = np.isin(status, [Status.INACTIVE, Status.UNEMPLOYED_LOOKING, Status.STUDENT])
    cancel_registration(city, due[retired], CancelReason.RETIRED, rng=rng)
    cancel_registration(city, due[idle], CancelReason.OTHER, rng=rng)
    cancel_registration(city, due[~retired & ~idle], CancelReason.EMPLOYED, rng=rng)


def first_registrations(city: City) -> None:
    """Open the registrations, and the benefit, of those registered unemployed at the start."""
    rng, people = city.rng("first registrations"), city.people
    index = city.of_status(Status.UNEMPLOYED_REGISTERED)
    months = 1 + rng.geometric(0.19, len(index)).clip(1, 20)
    days = first_day(city.month) - (months * 30 - rng.integers(0, 20, len(index))).astype("m8[D]")
    people.jobless_since[index] = city.ordinal - months - 1
    people.job_start[index] = city.ordinal - months - 1
    had_job = chance(rng, 0.55, len(index)) & (city.ages(index) > 21)
    reason = rng.choice([1, 2, 3], p=[0.36, 0.2, 0.44], size=len(index))
    graduate = (people.education[index] <= 30) & (city.ages(index) < 26)
    reason = np.where(had_job, reason, np.where(graduate, 4, 5)).astype(np.uint8)
    firms = np.flatnonzero(city.units.headcount > 0)
    if len(firms):
        people.last_employer[index] = rng.choice(firms, len(index))
    people.insured_months[index] = np.where(had_job, rng.gamma(1.6, 30.0, len(index)), 0)
    open_registrations(city, index, days, reason)
    entitled = np.isin(reason, _AGAINST_THEIR_WILL) & (people.insured_months[index] >= 12)
    claim = entitled & chance(rng, assumptions()["support"]["benefit_share"], len(index))
    grant_benefit(city, index[claim])
    gone = np.minimum(months[claim] - 1, people.benefit_total[index[claim]]).astype(np.int8)
    people.benefit_nth[index[claim]] = gone
    people.benefit_left[index[claim]] -= gone
