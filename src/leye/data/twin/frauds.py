"""Planted cases of what each comparison rule is to find."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from leye.data.twin import aid, business, courses, grants, jobless
from leye.data.twin.city import IDLE, City, mark_planted, new_rows
from leye.data.twin.codes import (
    PROGRAMMES,
    ComparisonRule,
    EndReason,
    FirmKind,
    LossReason,
    Pension,
    Programme,
    Status,
)
from leye.data.twin.draws import Index, Rng, sample
from leye.data.twin.payments import pay_for_ghosts
from leye.data.twin.staffing import hire
from leye.data.twin.state import NEVER
from leye.data.twin.ways import leave, take_up

Fraud = Callable[[City, int, Rng], None]


def _hired(city: City, index: Index, rng: Rng, *, least: int = 5) -> Index:
    """Put people into jobs of private firms of some size; insured and filed at once."""
    firms = np.flatnonzero(
        city.units.open & (city.firms.kind == FirmKind.COMPANY) & (city.units.headcount >= least)
    )
    if not len(firms):
        return index[:0]
    leave(city, index, reason=EndReason.OTHER, rng=rng)
    hire(city, index, firms[rng.integers(0, len(firms), len(index))].astype(np.int32), rng=rng)
    people = city.people
    people.insured[index] = True
    people.insure_from[index] = city.ordinal
    people.status[index] = Status.EMPLOYED_INSURED
    return index


def _keeps_benefit(city: City, count: int, rng: Rng) -> None:
    people = city.people
    drawing = city.of_status(Status.UNEMPLOYED_REGISTERED)
    index = sample(rng, drawing[people.benefit_left[drawing] >= 3], count)
    _hired(city, index, rng)
    jobless.keep_drawing(city, index)
    mark_planted(city, ComparisonRule.BENEFIT_WHILE_INSURED, index)


def _stays_registered(city: City, count: int, rng: Rng) -> None:
    jobless_now = city.of_status(Status.UNEMPLOYED_REGISTERED)
    jobless_now = jobless_now[city.people.unemployment[jobless_now] > 0]
    index = sample(rng, jobless_now, count)
    kept = city.people.unemployment[index].copy()
    city.people.unemployment[index] = 0
    _hired(city, index, rng)
    city.people.unemployment[index] = kept
    jobless.keep_registered(city, index)
    mark_planted(city, ComparisonRule.REGISTERED_BUT_EMPLOYED, index)


def _uninsured(city: City, count: int, rng: Rng) -> None:
    """Let one firm pay no contributions for some of its staff any more."""
    staff = _private_staff(city)
    index = sample(rng, staff[city.people.filed[staff]], count)
    people = city.people
    people.insured[index] = False
    people.insure_from[index] = NEVER
    people.status[index] = Status.EMPLOYED_FILED
    mark_planted(city, ComparisonRule.FILED_WITHOUT_CONTRIBUTIONS, index)


def _unfiled(city: City, count: int, rng: Rng) -> None:
    seekers = city.of_status(Status.UNEMPLOYED_LOOKING, Status.FLEXIBLE)
    seekers = seekers[(city.ages(seekers) < 50) & (city.people.pension[seekers] == 0)]
    index = sample(rng, seekers, count)
    firms = np.flatnonzero(city.units.open & (city.firms.kind == FirmKind.COMPANY))
    if not len(firms):
        return
    leave(city, index, reason=EndReason.OTHER, rng=rng)
    people = city.people
    hire(city, index, firms[rng.integers(0, len(firms), len(index))].astype(np.int32), rng=rng)
    # The filing is taken back before anybody has seen it.
    filings = city.records.so_far("filings")
    city.records.replace("filings", filings[~np.isin(filings["record"], people.filing[index])])
    people.filing[index] = 0
    people.filed[index] = False
    people.file_from[index] = NEVER
    people.insured[index] = True
    people.insure_from[index] = city.ordinal
    people.status[index] = Status.EMPLOYED_INSURED
    mark_planted(city, ComparisonRule.CONTRIBUTIONS_WITHOUT_FILING, index)


def _dead_on_the_books(city: City, count: int, rng: Rng) -> None:
    """Let firms pay contributions for people who died in the months before."""
    people = city.people
    gone = np.flatnonzero((people.died > 0) & (people.died < city.ordinal))
    gone = gone[city.ordinal - people.died[gone] <= 12]
    index = sample(rng, gone, count)
    pay_for_ghosts(city, index, _payers(city, len(index), rng), months=5)
    mark_planted(city, ComparisonRule.DEAD_OR_RETIRED_PAID, index)


def _payers(city: City, count: int, rng: Rng) -> Index:
    firms = np.flatnonzero(city.units.open & (city.units.headcount >= 3))
    return firms[rng.integers(0, len(firms), count)]


def _owner_subsidy(city: City, count: int, rng: Rng) -> None:
    owners = city.of_status(Status.SELF_EMPLOYED)
    owners = owners[city.ordinal - city.people.job_start[owners] >= 7]
    owners = owners[city.people.pension[owners] == Pension.NONE]
    index = sample(rng, owners, count)
    city.people.base[index] = np.maximum(city.people.base[index], 3800)
    grants.pay_flexible(city, index, rng=rng)
    mark_planted(city, ComparisonRule.OWNER_WITH_FLEXIBLE_SUBSIDY, index)


def _post_and_job(city: City, count: int, rng: Rng) -> None:
    holders = city.of_status(Status.PUBLIC_WELFARE_POST)
    holders = holders[city.people.job_start[holders] < city.ordinal]
    index = sample(rng, holders, count)
    aid.keep_post(city, index, months=8)
    _hired(city, index, rng)
    mark_planted(city, ComparisonRule.WELFARE_POST_EMPLOYED_ELSEWHERE, index)


def _two_classes(city: City, count: int, rng: Rng) -> None:
    fit = city.of_status(Status.FLEXIBLE, Status.FARMING, Status.UNEMPLOYED_REGISTERED)
    fit = fit[(city.ages(fit) < 55) & (city.people.class_until[fit] < city.ordinal)]
    fit = fit[city.people.pension[fit] == Pension.NONE]
    index = sample(rng, fit, count)
    rows = courses.open_classes(city, index, rng=rng)
    courses.enter(city, rows)
    courses.overlap(city, rows, rng=rng)
    mark_planted(city, ComparisonRule.OVERLAPPING_TRAININGS, index)


def _subsidy_twice(city: City, count: int, rng: Rng) -> None:
    owners = city.of_status(Status.SELF_EMPLOYED)
    index = sample(rng, owners, count)
    rows = new_rows(
        "subsidies",
        len(index),
        record=city.records.numbers("subsidies", len(index)),
        person=index,
        firm=city.people.employer[index],
        programme=PROGRAMMES.index(Programme.STARTUP),
        from_month=city.month,
        to_month=city.month,
        amount=5000.0,
        paid=city.early(rng, len(index)),
        county=city.county_of(index),
    )
    city.records.keep("subsidies", rows)
    grants.pay_twice(city, rows, rng=rng)
    mark_planted(city, ComparisonRule.SAME_SUBSIDY_TWICE, index)


def _private_staff(city: City) -> Index:
    staff = city.of_status(Status.EMPLOYED_INSURED)
    staff = staff[city.people.employer[staff] >= 0]
    private = city.firms.kind[city.people.employer[staff]] == FirmKind.COMPANY
    found: Index = staff[private & (city.people.job_start[staff] < city.ordinal)]
    return found


def _silent(city: City, count: int, _: Rng) -> None:
    """Let so many more of the next graduates fall out of every register."""
    city.memory["to silence"] = city.memory.get("to silence", 0) + count


def _household_loses_all(city: City, count: int, rng: Rng) -> None:
    """Let everybody who works in some urban households lose the job in one month."""
    people, population = city.people, city.population
    grown = np.flatnonzero(people.alive & (people.status > Status.CHILD))
    households = population.household[grown]
    size = int(population.household.max()) + 1
    movable = city.has_status(
        Status.EMPLOYED_INSURED, Status.EMPLOYED_FILED, Status.FLEXIBLE
    )  # fmt: skip
    others = city.has_status(
        Status.PUBLIC_WELFARE_POST, Status.SELF_EMPLOYED, Status.FARMING, Status.MIGRANT
    )
    works = np.bincount(households[movable[grown]], minlength=size)
    held = np.bincount(households[others[grown]], minlength=size)
    urban = np.bincount(households[population.hukou[grown] == 10], minlength=size)
    old = grown[city.ages(grown) >= 54]
    older = np.bincount(population.household[old], minlength=size)
    chosen = sample(
        rng, np.flatnonzero((works > 0) & (held == 0) & (urban > 0) & (older == 0)), count
    )
    index = grown[np.isin(households, chosen) & movable[grown]]
    leave(city, index, reason=EndReason.AGREED, rng=rng)
    take_up(city, index, Status.UNEMPLOYED_LOOKING, rng=rng)
    idle = grown[np.isin(households, chosen) & city.has_status(Status.INACTIVE)[grown]]
    take_up(city, idle[population.able[idle]], Status.UNEMPLOYED_LOOKING, rng=rng)
    heads = np.flatnonzero(np.isin(population.household, chosen) & (population.relation == 1))
    city.memory[IDLE] = np.union1d(city.memory[IDLE], grown[np.isin(households, chosen)])
    mark_planted(city, ComparisonRule.HOUSEHOLD_ZERO_EMPLOYMENT, heads)


def _layoff_in_silence(city: City, count: int, rng: Rng) -> None:
    firms = city.units.open & (city.firms.kind == FirmKind.COMPANY)
    fit = np.flatnonzero(firms & (city.units.headcount >= 26) & (city.units.headcount < 400))
    index = sample(rng, fit, count)
    for firm in index:
        dismiss_in_silence(city, np.array([firm]), persons=21, rng=rng)


def dismiss_in_silence(city: City, firm: Index, *, persons: float, rng: Rng) -> None:
    """Let a firm dismiss at least ``persons`` of its staff and report nothing."""
    share = min(1.0, (persons * 1.25 + 4) / max(1, int(city.units.headcount[firm][0])))
    mark_planted(city, ComparisonRule.UNREPORTED_LAYOFF, firm)
    tells = np.zeros(len(firm), dtype=np.bool_)
    business.lay_off(city, firm, np.full(len(firm), share), reported=tells, rng=rng)


def _false_reports(city: City, count: int, rng: Rng) -> None:
    units = city.units
    watched = city.firms.monitored & units.open & (units.base_headcount >= 20)
    fit = np.flatnonzero(watched & (units.headcount >= 40) & (units.reported_gap == 0))
    index = sample(rng, fit, count)
    units.reported_gap[index] = rng.choice([-0.4, 0.45], len(index))
    mark_planted(city, ComparisonRule.REPORT_FAR_FROM_INSURED, index)


def _another_reason(city: City, count: int, rng: Rng) -> None:
    """Let people resign and register as dismissed."""
    staff = _private_staff(city)
    staff = staff[city.people.filed[staff] & (city.ages(staff) < 48)]
    index = sample(rng, staff, count)
    leave(city, index, reason=EndReason.RESIGNED, rng=rng)
    take_up(city, index, Status.UNEMPLOYED_REGISTERED, rng=rng)
    reason = np.full(len(index), int(LossReason.DISMISSED), dtype=np.uint8)
    index_free = city.people.unemployment[index] == 0
    jobless.open_registrations(
        city, index[index_free], city.late(rng, int(index_free.sum())), reason[index_free]
    )
    city.memory[IDLE] = np.union1d(city.memory[IDLE], index)
    mark_planted(city, ComparisonRule.SEPARATION_REASON_DIFFERS, index)


FRAUDS: Mapping[ComparisonRule, Fraud] = MappingProxyType(
    {
        ComparisonRule.BENEFIT_WHILE_INSURED: _keeps_benefit,
        ComparisonRule.REGISTERED_BUT_EMPLOYED: _stays_registered,
        ComparisonRule.FILED_WITHOUT_CONTRIBUTIONS: _uninsured,
        ComparisonRule.CONTRIBUTIONS_WITHOUT_FILING: _unfiled,
        ComparisonRule.DEAD_OR_RETIRED_PAID: _dead_on_the_books,
        ComparisonRule.OWNER_WITH_FLEXIBLE_SUBSIDY: _owner_subsidy,
        ComparisonRule.WELFARE_POST_EMPLOYED_ELSEWHERE: _post_and_job,
        ComparisonRule.OVERLAPPING_TRAININGS: _two_classes,
        ComparisonRule.SAME_SUBSIDY_TWICE: _subsidy_twice,
        ComparisonRule.GRADUATE_WITHOUT_EVIDENCE: _silent,
        ComparisonRule.HOUSEHOLD_ZERO_EMPLOYMENT: _household_loses_all,
        ComparisonRule.UNREPORTED_LAYOFF: _layoff_in_silence,
        ComparisonRule.REPORT_FAR_FROM_INSURED: _false_reports,
        ComparisonRule.SEPARATION_REASON_DIFFERS: _another_reason,
    }
)
"""How a case of each rule is planted: into a city, so many of them."""
