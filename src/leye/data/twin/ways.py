"""Taking up and leaving a way of living: the one place where a status changes.

Whatever a person leaves is closed on record (a filing, a registration, an own firm, a post); what
is taken up is opened, as far as people register it at all.
"""

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import UNIT, City, days_number
from leye.data.twin.codes import CancelReason, EmploymentForm, EndReason, Status
from leye.data.twin.draws import Index, Rng, chance, pick, yyyymm
from leye.data.twin.sources import assumptions
from leye.data.twin.state import NEVER
from leye.data.twin.trades import activity, trades

_OCCUPATIONS = {Status.SELF_EMPLOYED: "self_employed", Status.FLEXIBLE: "flexible",
                Status.FARMING: "farming", Status.MIGRANT: "migrant"}  # fmt: skip
_FORMS = {
    Status.SELF_EMPLOYED: (EmploymentForm.STARTUP, "startup"),
    Status.FLEXIBLE: (EmploymentForm.FLEXIBLE, "flexible"),
    Status.FARMING: (EmploymentForm.FARMING, "farming"),
    Status.MIGRANT: (EmploymentForm.MIGRANT, "migrant"),
    Status.EMPLOYED_INSURED: (EmploymentForm.UNIT, "unit"),
    Status.EMPLOYED_FILED: (EmploymentForm.UNIT, "unit"),
    Status.PUBLIC_WELFARE_POST: (EmploymentForm.WELFARE_POST, "welfare_post"),
}
_PAY = {Status.SELF_EMPLOYED: 4200.0, Status.FLEXIBLE: 3400.0, Status.FARMING: 1500.0,
        Status.MIGRANT: 5600.0}  # fmt: skip
_SHUTS = 0.85  # of own firms are struck off when their owner gives up; the others stay on paper


def leave(city: City, index: Index, *, reason: NDArray[np.uint8] | EndReason, rng: Rng) -> None:
    """Close whatever the people at ``index`` do now; ``reason`` is that of unit employees."""
    if not len(index):
        return
    day = city.early(rng, len(index))
    reasons = np.broadcast_to(np.asarray(reason, dtype=np.uint8), len(index))
    _close_unit_jobs(city, index, day, reasons)
    _close_registrations(city, index, day)
    _close_own_firms(city, rng, index, day)
    _close_posts(city, index, day)
    _clear(city, index)


def take_up(city: City, index: Index, status: Status, *, rng: Rng) -> None:
    """Give the people at ``index`` another way of living outside a unit (see jobs.hire for those).

    What they did before must have been left.
    """
    if not len(index):
        return
    people = city.people
    people.status[index] = status
    people.job_start[index] = city.ordinal
    if status in _OCCUPATIONS:
        _begin_work(city, rng, index, status)
        found_work(city, index, rng=rng)
    elif status in {Status.UNEMPLOYED_LOOKING, Status.UNEMPLOYED_REGISTERED}:
        people.jobless_since[index] = city.ordinal
        people.occupation[index] = -1
    else:
        people.occupation[index] = -1
    if status in _FORMS:
        register(city, index, status, rng=rng)


def _begin_work(city: City, rng: Rng, index: Index, status: Status) -> None:
    people = city.people
    begin_occupation(city, rng, index, status)
    notes = assumptions()["support"]
    age = city.ages(index)
    share = {
        Status.FLEXIBLE: notes["flexible_insured"],
        Status.SELF_EMPLOYED: notes["owner_insured"],
    }
    pays = chance(rng, share.get(status, 0.0), len(index)) & (age >= 25)
    people.self_pays[index] = pays & (people.pension[index] == 0)
    if status == Status.MIGRANT:
        people.destination[index] = pick(rng, city.land.destination_share, len(index))
    else:
        people.workplace[index] = city.county_of(index)


def begin_occupation(city: City, rng: Rng, index: Index, status: Status) -> None:
    """Draw the occupation and the earnings of people who work on their own, at home or away."""
    people = city.people
    kind = activity(_OCCUPATIONS[status])
    people.occupation[index] = kind.occupation[pick(rng, kind.weight, len(index))]
    if status == Status.FLEXIBLE:
        young = (city.ages(index) < 48) & (city.population.sex[index] == 1)
        share = assumptions()["support"]["platform_share"] * np.where(young, 2.2, 0.4)
        riders = index[chance(rng, share, len(index))]
        platform = activity("platform")
        people.platform[riders] = True
        people.occupation[riders] = platform.occupation[pick(rng, platform.weight, len(riders))]
    pay = _PAY[status] * trades().occupation_pay[people.occupation[index]]
    people.wage[index] = pay * rng.lognormal(0, 0.35, len(index))


def register(
    city: City, index: Index, status: Status, *, rng: Rng, since: NDArray[np.int32] | None = None
) -> None:
    """Register the employment of some of those who take it up, or did on the days ``since``."""
    form, share = _FORMS[status]
    here = chance(rng, assumptions()["support"]["registered_form"][share], len(index))
    some = index[here]
    people = city.people
    record = city.records.numbers("employment", len(some))
    start = city.late(rng, len(some))
    people.job_record[some] = record
    people.job_record_start[some] = days_number(start) if since is None else since[here]
    people.job_record_form[some] = form
    people.job_record_firm[some] = people.employer[some]
    people.job_record_occupation[some] = people.occupation[some]
    _note_employment(city, some, end=np.datetime64("NaT"))


def found_work(city: City, index: Index, *, rng: Rng) -> None:
    """Cancel the unemployment registrations of those who work again, most of them at once."""
    people = city.people
    registered = index[people.unemployment[index] > 0]
    prompt = chance(rng, assumptions()["support"]["cancel_at_once"], len(registered))
    cancel_registration(city, registered[prompt], CancelReason.EMPLOYED, rng=rng)


def cancel_registration(city: City, index: Index, reason: CancelReason, *, rng: Rng) -> None:
    """Cancel the unemployment registrations of the people at ``index``."""
    people = city.people
    index = index[people.unemployment[index] > 0]
    city.records.add(
        "unemployment",
        len(index),
        record=people.unemployment[index],
        person=index,
        registered=people.unemployment_day[index].astype("M8[D]"),
        reason=people.unemployment_reason[index],
        last_firm=people.last_employer[index],
        cancelled=city.late(rng, len(index)),
        cancel_reason=reason,
        village=people.residence[index],
    )
    people.unemployment[index] = 0


def _close_unit_jobs(
    city: City, index: Index, day: NDArray[np.datetime64], reasons: NDArray[np.uint8]
) -> None:
    people = city.people
    unit = np.isin(people.status[index], UNIT)
    who, when, why = index[unit], day[unit], reasons[unit]
    city.records.add(
        "separations",
        len(who),
        person=who,
        firm=people.employer[who],
        day=when,
        start_month=yyyymm(people.job_start[who]),
        reason=why,
        insured=people.insured[who],
        filed=people.filed[who],
    )
    people.last_employer[who] = people.employer[who]
    people.last_reason[who] = why
    people.last_left[who] = city.ordinal
    filed = people.filing[who] > 0
    people.last_filed[who] = filed
    note_filings(city, who[filed], ended=when[filed], end_reason=why[filed])
    people.filing[who] = 0


def note_filings(
    city: City, index: Index, *, ended: NDArray[np.datetime64] | None, end_reason: object = 0
) -> None:
    """Write the open filings of the people at ``index`` as they are now."""
    people = city.people
    expired = np.asarray(end_reason) == EndReason.EXPIRED
    agreed = people.filing_end[index].astype("M8[D]")
    agreed = np.where(people.filing_end[index] >= NEVER, np.datetime64("NaT"), agreed)
    if ended is not None:
        agreed = np.where(expired, ended, agreed)
    firm = people.employer[index]
    city.records.add(
        "filings",
        len(index),
        record=people.filing[index],
        person=index,
        firm=firm,
        kind=people.filing_kind[index],
        occupation=people.occupation[index],
        start=people.filing_start[index].astype("M8[D]"),
        end=agreed,
        ended=np.datetime64("NaT") if ended is None else ended,
        end_reason=end_reason,
        wage=np.round(people.wage[index]),
        county=city.firms.county[firm],
    )


def _close_registrations(city: City, index: Index, day: NDArray[np.datetime64]) -> None:
    has = city.people.job_record[index] > 0
    start = city.people.job_record_start[index].astype("M8[D]")
    _note_employment(city, index[has], end=np.maximum(day, start)[has])
    city.people.job_record[index] = 0


def _note_employment(
    city: City, index: Index, *, end: NDArray[np.datetime64] | np.datetime64
) -> None:
    people = city.people
    city.records.add(
        "employment",
        len(index),
        record=people.job_record[index],
        person=index,
        form=people.job_record_form[index],
        firm=people.job_record_firm[index],
        occupation=people.job_record_occupation[index],
        start=people.job_record_start[index].astype("M8[D]"),
        end=end,
        village=people.residence[index],
    )


def _close_own_firms(city: City, rng: Rng, index: Index, day: NDArray[np.datetime64]) -> None:
    people, units = city.people, city.units
    own = (people.status[index] == Status.SELF_EMPLOYED) & (people.employer[index] >= 0)
    firm, when = people.employer[index][own], day[own]
    # A company with staff goes on under others.
    alone = city.recount()[firm] == 0 if len(firm) else own[:0]
    shut = alone & chance(rng, _SHUTS, len(firm)) & units.open[firm]
    units.open[firm[shut]] = False
    city.records.add("firms", int(shut.sum()), firm=firm[shut], state=2, closed=when[shut])


def _close_posts(city: City, index: Index, day: NDArray[np.datetime64]) -> None:
    people = city.people
    held = people.post[index] > 0
    who = index[held]
    city.records.add(
        "welfare_posts",
        len(who),
        record=people.post[who],
        person=who,
        occupation=people.occupation[who],
        firm=people.employer[who],
        start=people.post_start[who].astype("M8[D]"),
        end=day[held],
        monthly=people.wage[who],
        village=people.residence[who],
    )
    people.post[who] = 0


def _clear(city: City, index: Index) -> None:
    people = city.people
    people.employer[index] = -1
    people.wage[index] = 0
    people.insured[index] = False
    people.filed[index] = False
    people.insure_from[index] = NEVER
    people.file_from[index] = NEVER
    people.workplace[index] = -1
    people.destination[index] = -1
    people.self_pays[index] = False
    people.platform[index] = False
