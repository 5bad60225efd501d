"""Comparisons of jobs: contributions against filings and registrations."""

import ibis
import ibis.expr.types as ir

from leye.data.registers.comparison.ground import (
    Ground,
    evidence,
    fact,
    finding,
    open_at,
)
from leye.data.registers.terms import month_literal, month_number, stack, whole
from leye.kernel.months import first_day, month_add

_JOB = ["person", "employer"]
_ELSEWHERE = ("migrant", "flexible", "self_employed", "farming", "public_welfare_post", "student")
"""Statuses of a month in which somebody does not work for the employer of an old filing."""
_PUBLIC = "6"
"""Public bodies: their staff is appointed, not filed."""
_REASON_OF_FILING = {"1": "expired", "2": "dismissed", "3": "resigned", "4": "dismissed"}
_REASON_OF_REGISTRATION = {"1": "dismissed", "2": "expired", "3": "resigned"}
"""What both sides mean; the other codes (retired, died, graduate, other) compare with nothing."""


def registered_but_employed(ground: Ground) -> ibis.Table:
    """Find open unemployment registrations of people who took up a job after them."""
    standing = _registered(ground)
    before = standing.filter(standing.registered < ground.first)
    paid = before.inner_join(ground.paid_by_units(), ["person"], rname="{name}_job")
    contribution = fact("contribution", "contributions", paid, suffix="_job", month=paid.month_job)
    both = standing.inner_join(ground.filings(), ["person"], rname="{name}_job")
    filed = both.filter(both.start > both.registered)
    filing = fact("filing", "labour_filing", filed, suffix="_job", start=filed.start)
    return stack(
        [_while_registered(ground, paid, contribution), _while_registered(ground, filed, filing)]
    )


def _while_registered(ground: Ground, jobs: ibis.Table, job: ir.StringValue) -> ibis.Table:
    """Give jobs as findings that began with the spell, or with the registration if later."""
    spells = ground.shelf.register("job_spell").select("person", "employer", "first_month")
    registered = jobs.registered
    registration = fact("registration", "unemployment_registration", jobs, registered=registered)
    told = jobs.mutate(told=evidence(registration, job))
    both = told.left_join(spells, _JOB, rname="{name}_spell")
    now = month_literal(ground.month)
    since = ibis.greatest(both.first_month.fill_null(now), month_number(both.registered))
    return finding(
        both,
        person=both.person,
        employer=both.employer,
        place=both.place,
        since=ibis.least(since, now),
        evidence=both.told,
    )


def _registered(ground: Ground) -> ibis.Table:
    rows = ground.people("unemployment_registration")
    return rows.filter((rows.registered <= ground.last) & open_at(rows.cancelled, ground.last))


def filed_without_contributions(ground: Ground) -> ibis.Table:
    """Find standing filings whose employer pays nothing for the person in a whole month.

    Where the person has moved on, the filing's end was not reported, which is another matter. In
    a month whose contributions have not been delivered at all, nobody can be told to owe any.
    """
    filings = _once_delivered(ground.filings(), ground.insured())
    whole_month = filings.filter(filings.start < ground.first)
    unpaid = whole_month.anti_join(ground.insured(), _JOB)
    # Few are left here: kept, so that what follows does not look for them again.
    few = ground.shelf.keep("filings_unpaid", unpaid.semi_join(ground.active_firms(), "employer"))
    doing = few
    for elsewhere in _doing_something_else(ground):
        doing = doing.anti_join(elsewhere, "person")
    found = doing.anti_join(_left_for(ground, few), ["person", "contract"])
    last = ground.insured(1).mutate(paid=whole(1))
    known = found.left_join(last, _JOB, rname="{name}_last")
    before = month_add(ground.month, -1)
    earlier = known.paid.isnull() & (known.start < first_day(before))
    return finding(
        known,
        person=known.person,
        employer=known.employer,
        place=known.place,
        since=ibis.ifelse(earlier, month_literal(before), month_literal(ground.month)),
        evidence=evidence(fact("filing", "labour_filing", known, start=known.start)),
    )


def _once_delivered(rows: ibis.Table, delivered: ibis.Table) -> ibis.Table:
    """Give the rows, or none while nothing of another source has been delivered."""
    told = delivered.aggregate(told=delivered.count())
    return rows.cross_join(told).filter(told.told > whole(0)).drop("told")


def _doing_something_else(ground: Ground) -> tuple[ibis.Table, ...]:
    """Give who is known to do something else this month than the job they are filed for."""
    deaths = ground.people("deaths")
    months = ground.shelf.register("person_month")
    return (
        ground.shelf.register("insurance_month").select("person"),
        ground.people("pensions").select("person"),
        deaths.filter(deaths.death_date <= ground.last).select("person"),
        _registered(ground).select("person"),
        months.filter(months.status.isin(_ELSEWHERE)).select("person"),
    )


def _left_for(ground: Ground, filings: ibis.Table) -> ibis.Table:
    """Give which filings the person has left since, by a newer filing or a registration."""
    others = ground.people("labour_filing")
    newer = filings.inner_join(others, "person", rname="{name}_other")
    moved = newer.filter(
        (newer.employer_other != newer.employer)
        & (newer.start_other > newer.start)
        & (newer.start_other <= ground.last)
    )
    told = ground.people("employment_registration")
    both = filings.inner_join(told, "person", rname="{name}_told")
    same = (both.employer_told == both.employer).fill_null(False)
    ended = same & (both.end_told >= both.start) & (both.end_told <= ground.last)
    begun = ~same & both.end_told.isnull() & (both.start_told >= both.start)
    gone = both.filter(ended | (begun & (both.start_told <= ground.last)))
    keys = ("person", "contract")
    return stack([moved.select(*keys), gone.select(*keys)]).distinct()


def contributions_without_filing(ground: Ground) -> ibis.Table:
    """Find people for whom a unit pays contributions without a filing that reaches the month."""
    filings = ground.people("labour_filing")
    touching = filings.filter(
        filings.employer.notnull()
        & (filings.start <= ground.last)
        & open_at(filings.ended, first_day(month_add(ground.month, -1)))
    )
    firms = ground.shelf.register("employer")
    public = firms.filter(firms.kind == _PUBLIC).select("employer")
    paid = ground.insured().anti_join(touching.select(*_JOB), _JOB)
    unfiled = paid.anti_join(public, "employer")
    rows = ground.paid_by_units()
    both = unfiled.inner_join(rows, _JOB)
    return finding(
        both,
        person=both.person,
        employer=both.employer,
        place=both.place,
        since=ground.month,
        evidence=evidence(fact("contribution", "contributions", both, month=both.month)),
    )


def separation_reason_differs(ground: Ground) -> ibis.Table:
    """Find one separation with two reasons: the employer's filing and the person's registration."""
    filings = ground.people("labour_filing")
    ended = filings.filter(
        filings.employer.notnull()
        & (filings.ended <= ground.last)
        & filings.end_reason.isin(list(_REASON_OF_FILING))
    )
    registrations = ground.people("unemployment_registration")
    oldest = first_day(month_add(ground.month, 1 - ground.rule.whole("window")))
    told = registrations.filter(
        (registrations.registered <= ground.last)
        & (registrations.registered >= oldest)
        & registrations.reason.isin(list(_REASON_OF_REGISTRATION))
    )
    both = told.inner_join(ended, ["person", ("last_employer", "employer")], rname="{name}_filing")
    apart = both.registered.delta(both.ended, unit="day")
    differs = both.reason.substitute(_REASON_OF_REGISTRATION) != both.end_reason.substitute(
        _REASON_OF_FILING
    )
    found = both.filter((apart >= 0) & (apart <= ground.rule.whole("apart")) & differs)
    return finding(
        found,
        person=found.person,
        employer=found.last_employer,
        place=found.place,
        case=found.record.concat("|", found.contract),
        since=month_number(found.registered),
        evidence=evidence(
            fact(
                "filing",
                "labour_filing",
                found,
                suffix="_filing",
                ended=found.ended,
                end_reason=found.end_reason,
            ),
            fact(
                "registration",
                "unemployment_registration",
                found,
                registered=found.registered,
                reason=found.reason,
            ),
        ),
    )
