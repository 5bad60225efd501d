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
from leye.data.registers.terms import month_literal, month_number, stack, text
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
    subsidies = ground.people("subsidies")
    benefit = _paid(ground, "unemployment_benefit", "benefit")
    to_anybody = [
        benefit,
        _paid(ground, "pensions", "pension"),
        _paid(ground, "contributions", "contribution"),
        _subsidised(ground, subsidies),
    ]
    working = subsidies.filter(subsidies.programme.isin(_WORKING_AGE))
    parts = (
        _late(_dead(ground), stack(to_anybody), case="dead"),
        _late(_retired(ground), stack([benefit, _subsidised(ground, working)]), case="retired"),
    )
    return stack(list(parts))


def _dead(ground: Ground) -> ibis.Table:
    """Give who died before the month, and the month of death."""
    rows = ground.people("deaths")
    before = rows.filter(rows.death_date < ground.first)
    return before.select(
        "person", "delivery", "row",
        left=month_number(before.death_date),
        day=before.death_date.cast("string"),
        kind=text("death"),
        source=text("deaths"),
    )  # fmt: skip


def _retired(ground: Ground) -> ibis.Table:
    """Give who is paid a worker's pension this month; what begins this month is late for them."""
    rows = ground.people("pensions")
    workers = rows.filter(rows.kind == "1")
    return workers.select(
        "person", "delivery", "row",
        left=month_literal(month_add(ground.month, -1)),
        day=workers.month.cast("string"),
        kind=text("pension"),
        source=text("pensions"),
    )  # fmt: skip


def _paid(ground: Ground, source: str, kind: str) -> ibis.Table:
    rows = ground.people(source)
    return rows.select(
        "person", "place", "delivery", "row",
        from_month=rows.month,
        to_month=rows.month,
        kind=text(kind),
        source=text(source),
    )  # fmt: skip


def _subsidised(ground: Ground, rows: ibis.Table) -> ibis.Table:
    this = rows.filter(covers(rows.from_month, rows.to_month, ground.month))
    return this.select(
        "person", "place", "delivery", "row", "from_month", "to_month",
        kind=text("subsidy"),
        source=text("subsidies"),
    )  # fmt: skip


def _late(people: ibis.Table, payments: ibis.Table, *, case: str) -> ibis.Table:
    """Find payments for a time after a person has left."""
    both = people.inner_join(payments, "person", rname="{name}_paid")
    late = both.filter(both.from_month > both.left)
    return finding(
        late,
        person=late.person,
        place=late.place,
        case=case,
        since=late.from_month,
        evidence=evidence(
            fact(late.kind, late.source, late, day=late.day),
            fact(
                late.kind_paid,
                late.source_paid,
                late,
                suffix="_paid",
                from_month=late.from_month,
                to_month=late.to_month,
            ),
        ),
    )


def owner_with_flexible_subsidy(ground: Ground) -> ibis.Table:
    """Find owners of a firm, open since before the months paid for, who draw the subsidy."""
    subsidies = ground.people("subsidies")
    this_month = (subsidies.paid >= ground.first) & (subsidies.paid <= ground.last)
    paid = subsidies.filter((subsidies.programme == "flexible_insurance") & this_month)
    owned = ground.active_firms().select("employer", "owner")
    firms = ground.shelf.source("firms").select("employer", "delivery", "row", "opened")
    owners = paid.drop("employer").inner_join(owned, [("person", "owner")])
    joined = owners.inner_join(firms, "employer", rname="{name}_firm")
    before = joined.opened.isnull() | (month_number(joined.opened) <= joined.to_month)
    both = joined.filter(before)
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
        (rows.paid <= ground.last)
        & (rows.to_month > month_add(ground.month, -ground.rule.whole("window")))
        & (rows.person.notnull() | rows.employer.notnull())
    )
    columns = ("person", "employer", "programme", "payment", "place")
    span = ("from_month", "to_month", "paid", "delivery", "row")
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
    second = ibis.greatest(twice.paid, twice.paid_other)
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
        since=month_number(second),
        evidence=evidence(*facts),
    )
