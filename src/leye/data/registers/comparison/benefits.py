"""Comparisons of what is paid to people: benefits, pensions and subsidies."""

import ibis

from leye.data.registers.comparison.ground import (
    Ground,
    covers,
    evidence,
    fact,
    finding,
    open_at,
)
from leye.data.registers.terms import month_number
from leye.kernel.months import month_add

_WORKING_AGE = ("flexible_insurance", "welfare_post", "trainee", "job_seeking")
"""Programmes for people who work or look for work, which end with the pension."""


def benefit_while_insured(ground: Ground) -> ibis.Table:
    """Find who draws unemployment benefit in a month for which a unit pays contributions."""
    benefit = ground.people("unemployment_benefit")
    both = benefit.inner_join(ground.paid_by_units(), ["person"], rname="{name}_paid")
    return finding(
        both,
        person=both.person,
        employer=both.employer,
        place=both.place,
        since=ground.month,
        evidence=evidence(
            fact("benefit", "unemployment_benefit", both, month=both.month, nth=both.nth),
            fact("contribution", "contributions", both, suffix="_paid", month=both.month_paid),
        ),
    )


def dead_or_retired_paid(ground: Ground) -> ibis.Table:
    """Find the dead who are paid or insured, the retired who draw what ends with a pension."""
    deaths = ground.people("deaths")
    gone = deaths.select(
        "person",
        left=month_number(deaths.death_date),
        reason=fact("death", "deaths", deaths, day=deaths.death_date),
        state=ibis.literal("dead"),
    )
    pensions = ground.people("pensions")
    pensioners = pensions.filter(pensions.kind == "1").select(
        "person",
        left=ibis.literal(month_add(ground.month, -1), type="int32"),
        reason=fact("pension", "pensions", pensions, month=pensions.month),
        state=ibis.literal("retired"),
    )
    pairs = (
        (gone.filter(gone.left < ground.month), _paid_to_the_dead(ground)),
        (pensioners, _paid_to_the_retired(ground)),
    )
    parts = []
    for people, payments in pairs:
        both = people.inner_join(payments, ["person"])
        late = both.filter(both.paid_from > both.left)
        parts.append(
            finding(
                late,
                person=late.person,
                place=late.place,
                case=late.state,
                since=ground.month,
                evidence=evidence(late.reason, late.payment),
            )
        )
    return ibis.union(*parts)


def _payments(ground: Ground, source: str, name: str) -> ibis.Table:
    rows = ground.people(source)
    return rows.select(
        "person", "place", paid_from=rows.month, payment=fact(name, source, rows, month=rows.month)
    )


def _subsidies(ground: Ground, rows: ibis.Table) -> ibis.Table:
    this = rows.filter(covers(rows.from_month, rows.to_month, ground.month))
    payment = fact(
        "subsidy",
        "subsidies",
        this,
        programme=this.programme,
        from_month=this.from_month,
        to_month=this.to_month,
    )
    return this.select("person", "place", paid_from=this.from_month, payment=payment)


def _paid_to_the_dead(ground: Ground) -> ibis.Table:
    return ibis.union(
        _payments(ground, "pensions", "pension"),
        _payments(ground, "unemployment_benefit", "benefit"),
        _payments(ground, "contributions", "contribution"),
        _subsidies(ground, ground.people("subsidies")),
    )


def _paid_to_the_retired(ground: Ground) -> ibis.Table:
    subsidies = ground.people("subsidies")
    return ibis.union(
        _payments(ground, "unemployment_benefit", "benefit"),
        _subsidies(ground, subsidies.filter(subsidies.programme.isin(_WORKING_AGE))),
    )


def owner_with_flexible_subsidy(ground: Ground) -> ibis.Table:
    """Find owners of an open firm who are paid the subsidy of flexible workers."""
    subsidies = ground.people("subsidies")
    paid = subsidies.filter(
        (subsidies.programme == "flexible_insurance")
        & covers(subsidies.from_month, subsidies.to_month, ground.month)
    )
    owned = ground.active_firms().select("employer", "owner")
    firms = ground.shelf.source("firms").select("employer", "delivery", "row", "opened")
    owners = paid.drop("employer").inner_join(owned, [("person", "owner")])
    both = owners.inner_join(firms, "employer", rname="{name}_firm")
    return finding(
        both,
        person=both.person,
        employer=both.employer,
        place=both.place,
        since=ground.month,
        evidence=evidence(
            fact(
                "subsidy",
                "subsidies",
                both,
                from_month=both.from_month,
                to_month=both.to_month,
            ),
            fact("firm", "firms", both, suffix="_firm", opened=both.opened),
        ),
    )


def welfare_post_employed_elsewhere(ground: Ground) -> ibis.Table:
    """Find holders of a public-welfare post for whom another unit pays contributions."""
    posts = ground.people("public_welfare_posts")
    held = posts.filter((posts.start < ground.first) & open_at(posts.end, ground.last))
    both = held.inner_join(ground.paid_by_units(), ["person"], rname="{name}_paid")
    elsewhere = both.filter((both.employer != both.employer_paid).fill_null(True))
    return finding(
        elsewhere,
        person=elsewhere.person,
        employer=elsewhere.employer_paid,
        place=elsewhere.place,
        since=ground.month,
        evidence=evidence(
            fact("post", "public_welfare_posts", elsewhere, start=elsewhere.start),
            fact(
                "contribution",
                "contributions",
                elsewhere,
                suffix="_paid",
                month=elsewhere.month_paid,
            ),
        ),
    )


def same_subsidy_twice(ground: Ground) -> ibis.Table:
    """Find two payments of one programme to the same person, or firm, for overlapping months."""
    rows = ground.shelf.source("subsidies")
    recent = rows.filter(
        (rows.from_month <= ground.month)
        & (rows.to_month > month_add(ground.month, -ground.rule.whole("window")))
        & (rows.person.notnull() | rows.employer.notnull())
    )
    columns = ("person", "employer", "programme", "payment", "place")
    span = ("from_month", "to_month", "delivery", "row")
    nobody = ibis.literal(0, type="int64")
    payee = recent.select(
        *columns, *span, who=recent.person.fill_null(nobody), firm=recent.employer.fill_null(nobody)
    ).mutate(unit=lambda t: ibis.ifelse(t.who == 0, t.firm, nobody))
    other = payee.view().select("who", "unit", "programme", "payment", *span)
    both = payee.inner_join(other, ["who", "unit", "programme"], rname="{name}_other")
    twice = both.filter(
        (both.payment < both.payment_other)
        & (both.from_month <= both.to_month_other)
        & (both.from_month_other <= both.to_month)
    )
    started = ibis.greatest(twice.from_month, twice.from_month_other)
    facts = [
        fact(
            name,
            "subsidies",
            twice,
            suffix=suffix,
            programme=twice.programme,
            from_month=twice["from_month" + suffix],
            to_month=twice["to_month" + suffix],
        )
        for name, suffix in (("payment", ""), ("other_payment", "_other"))
    ]
    return finding(
        twice,
        person=twice.person,
        employer=twice.employer,
        place=twice.place,
        case=twice.payment.concat("|", twice.payment_other),
        since=started,
        evidence=evidence(*facts),
    )
