"""Comparisons about firms: separations against layoff reports, reports against headcounts."""

import ibis
import ibis.expr.types as ir

from leye.data.registers.comparison.ground import (
    Ground,
    count_fact,
    evidence,
    fact,
    finding,
    open_at,
)
from leye.data.registers.terms import month_literal, whole
from leye.kernel.months import month_add

_NOT_THE_FIRMS_DOING = ("3", "5", "6")
"""Resigned, retired, died: separations that no layoff report has to name."""

_GONE_SINCE = 2
"""Whom a firm has not paid for in as many months had left before, whenever it was filed."""


def unreported_layoff(ground: Ground) -> ibis.Table:
    """Find firms that let many people go within the month and reported no layoff.

    The staff is who was insured the month before, or filed at its end where nobody was.
    """
    firms = _separated(ground)
    many = (firms.separated >= ground.rule.whole("persons")) | (
        (firms.separated >= ground.rule.whole("least"))
        & (firms.separated >= firms.staff * ground.rule.limit("share"))
    )
    found = firms.filter(many).anti_join(_reported(ground), "employer")
    return finding(
        found,
        employer=found.employer,
        place=found.place,
        since=ground.month,
        evidence=evidence(
            count_fact("separation", "labour_filing", {"persons": found.separated}),
            count_fact("insured", "contributions", {"before": found.staff, "now": found.insured}),
        ),
    )


def _separated(ground: Ground) -> ibis.Table:
    """Give how many left each firm, not of their own will, and of how many."""
    gone = _gone_before(ground)
    filings = ground.shelf.source("labour_filing")
    this_month = (filings.ended >= ground.first) & (filings.ended <= ground.last)
    own_will = filings.end_reason.isin(_NOT_THE_FIRMS_DOING).fill_null(False)
    standing = (filings.start < ground.first) & open_at(filings.ended, ground.before)
    filings = filings.select(
        "person",
        "employer",
        reported=(this_month & ~own_will).fill_null(False),
        own_will=(this_month & own_will).fill_null(False),
        filed=standing.fill_null(False),
    )
    filings = filings.filter(filings.employer.notnull())
    filings = filings.left_join(gone, ["person", "employer"], rname="{name}_gone")
    now = filings.person_gone.isnull()
    counted = filings.group_by("employer").agg(
        reported=(filings.reported & now).sum(),
        own_will=(filings.own_will & now).sum(),
        filed=filings.filed.sum(),
    )
    before_now = gone.group_by("employer").agg(gone=gone.count())
    months = ground.shelf.register("employer_month").select(
        "employer", "insured", "insured_last_month", "separations"
    )
    firms = ground.shelf.register("employer").select("employer", "place")
    both = (
        counted.left_join(months, "employer", rname="{name}_month")
        .left_join(firms, "employer", rname="{name}_firm")
        .left_join(before_now, "employer", rname="{name}_gone")
    )
    before = both.insured_last_month.fill_null(0)
    return both.select(
        "employer",
        "place",
        separated=both.reported + _unfiled(both),
        insured=both.insured.fill_null(0),
        staff=ibis.ifelse(before > 0, before, both.filed),
    )


def _gone_before(ground: Ground) -> ibis.Table:
    """Give whose job is over by what came this month, but who had left before; once each."""
    jobs = ground.shelf.register("job_spell")
    last = month_literal(month_add(ground.month, -_GONE_SINCE))
    gone = jobs.filter(jobs.ended & (jobs.paid_month <= last).fill_null(False))
    return gone.select("person", "employer")


def _unfiled(firms: ibis.Table) -> ir.IntegerValue:
    """Give how many of the ends seen only in contributions that stop were the firm's doing.

    All, unless people also left of their own will that month: then nobody can say which it was.
    """
    seen = firms.separations.fill_null(0) - firms.gone.fill_null(0)
    unfiled = ibis.greatest(seen - firms.reported - firms.own_will, whole(0))
    return ibis.ifelse(firms.own_will > whole(0), whole(0), unfiled)


def _reported(ground: Ground) -> ibis.Table:
    reports = ground.shelf.source("layoff_reports")
    around = ground.rule.whole("around")
    planned = reports.planned.fill_null(reports.reported)
    from_first = planned.delta(ibis.literal(ground.first), unit="day")
    from_last = planned.delta(ibis.literal(ground.last), unit="day")
    near = (from_first >= -around) & (from_last <= around)
    return reports.filter(near & reports.employer.notnull()).select("employer").distinct()


def report_far_from_insured(ground: Ground) -> ibis.Table:
    """Find monitored firms whose report of staff is far from who they pay contributions for."""
    reports = ground.shelf.source("firm_reports")
    months = ground.shelf.register("employer_month")
    both = reports.filter(reports.employer.notnull() & reports.current.notnull()).inner_join(
        months.select("employer", "insured"), ["employer"]
    )
    gap = (both.current.cast("int64") - both.insured).abs()
    far = both.filter(
        (gap > ground.rule.whole("persons")) & (gap > both.insured * ground.rule.limit("share"))
    )
    return finding(
        far,
        employer=far.employer,
        place=far.place,
        since=ground.month,
        evidence=evidence(
            fact("report", "firm_reports", far, month=far.month, current=far.current),
            count_fact("insured", "contributions", {"persons": far.insured}),
        ),
    )
