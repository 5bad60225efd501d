"""Job spells: who works for whom since when, from contributions and labour filings.

Contributions are read as a mask of months, newest first: bit 0 is the month itself, bit 1 the month
before. Late rows make gaps of a month or two, so such gaps are bridged; a longer one ends the
spell. Ends that nobody reported are inferred: contributions moved to another employer or stopped,
the firm closed, the contract ran out.
"""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.insurance import UNIT
from leye.data.registers.schemas import JOB_SPELL, MONEY
from leye.data.registers.terms import (
    by_end_of,
    month_from_ordinal,
    month_literal,
    month_number,
    ordinal,
    stack,
    text,
    whole,
)
from leye.kernel.months import month_add

HISTORY = 36
"""How many months of contributions are read; older starts are taken from the spells of then."""

BRIDGED = 2
"""The longest gap in contributions that late rows explain."""

_PAIR = ["person", "employer"]


def build_spells(build: Build) -> ir.Table:
    """Give the jobs that touch the month, open or ended in it."""
    spells = build.keep("spell_facts", _facts(build))
    return _spells(build, _with_ends(build, spells))


def _facts(build: Build) -> ir.Table:
    """Give one row for each person and employer: what was paid, what was filed."""
    rows = stack([_paid(build), _filed(build)])
    return rows.group_by(_PAIR).agg(
        paid=rows.paid.max().fill_null(whole(0)),
        full_at=rows.full_at.max(),
        base=rows.base.max(),
        filed_month=rows.filed_month.max(),
        agreed_month=rows.agreed_month.max(),
        ended_month=rows.ended_month.max(),
        end_reason=rows.end_reason.max().fill_null(""),
        occupation=rows.occupation.max().fill_null(""),
        wage=rows.wage.max(),
    )


def _paid(build: Build) -> ir.Table:
    """Give the months in which units paid, as a mask for each person and employer."""
    rows = stack([_paid_in(build, back) for back in range(HISTORY)])
    # Each month has one row, so that the sum of bits is the mask; floats hold 53 bits and add fast.
    found = rows.group_by(_PAIR).agg(
        paid=rows.bit.sum().cast("int64"), full_at=rows.full_at.max(), base=rows.base.max()
    )
    return found.select(
        *_PAIR,
        "paid",
        "full_at",
        "base",
        filed_month=ibis.null("int32"),
        agreed_month=ibis.null("int32"),
        ended_month=ibis.null("int32"),
        end_reason=ibis.null("string"),
        occupation=ibis.null("string"),
        wage=ibis.null(MONEY),
    )


def _paid_in(build: Build, back: int) -> ir.Table:
    month = month_add(build.month, -back)
    rows = build.register("insurance_month", month)
    rows = rows.filter((rows.kind == text(UNIT)) & (rows.employer != whole(0)))
    full = rows.pension | rows.unemployment
    at = whole(_month_ordinal(month))
    return rows.select(
        *_PAIR,
        bit=ibis.literal(float(1 << back), type="float64"),
        full_at=ibis.ifelse(full, at, ibis.null("int64")),
        base=rows.base if back <= BRIDGED else ibis.null(MONEY).cast(MONEY),
    )


def _filed(build: Build) -> ir.Table:
    """Give the newest filing of each person and employer."""
    rows = build.source("labour_filing")
    begun = by_end_of(rows.start, build.month)
    rows = rows.filter(rows.person.notnull() & rows.employer.notnull() & begun)
    place = ibis.row_number().over(
        group_by=_PAIR, order_by=[rows.start.desc(), rows.contract.desc()]
    )
    rows = rows.mutate(place_in_time=place)
    rows = rows.filter(rows.place_in_time == whole(0))
    over = by_end_of(rows.ended, build.month).fill_null(False)
    return rows.select(
        *_PAIR,
        paid=ibis.null("int64"),
        full_at=ibis.null("int64"),
        base=ibis.null(MONEY),
        filed_month=month_number(rows.start),
        agreed_month=month_number(rows.end),
        ended_month=ibis.ifelse(over, month_number(rows.ended), ibis.null("int32")),
        end_reason=ibis.ifelse(over, rows.end_reason.fill_null(""), text("")),
        occupation=rows.occupation.fill_null(""),
        wage=rows.wage.cast(MONEY),
    )


def _offset(mask: ir.IntegerValue) -> ir.IntegerValue:
    """Give the place of the lowest bit set, null for none."""
    lowest = mask & (whole(0) - mask)
    place = lowest.cast("float64").log2().round().cast("int64")
    return ibis.ifelse(mask == whole(0), ibis.null("int64"), place)


def _run(mask: ir.IntegerValue) -> ir.IntegerValue:
    """Give how many months the newest run of a mask lasts, gaps of ``BRIDGED`` months filled."""
    older = mask | (mask * whole(2)) | (mask * whole(4))
    newer = mask | (mask >> whole(1)) | (mask >> whole(2))
    lowest = ibis.greatest(mask & (whole(0) - mask), whole(1))
    from_newest = ((older & newer).cast("float64") / lowest.cast("float64")).cast("int64")
    return _offset((from_newest + whole(1)) & ~from_newest)


def _with_ends(build: Build, facts: ir.Table) -> ir.Table:
    """Add months as numbers, what else the person has, and whether the firm closed."""
    now = whole(_month_ordinal(build.month))
    rows = facts.mutate(
        paid_at=now - _offset(facts.paid),
        filed_at=ordinal(facts.filed_month),
        agreed_at=ordinal(facts.agreed_month),
        ended_at=ordinal(facts.ended_month),
    )
    rows = rows.mutate(run_at=rows.paid_at - _run(rows.paid) + whole(1))
    rows = _with_older_starts(build, rows)
    rows = rows.mutate(
        begun_at=ibis.coalesce(
            ibis.greatest(rows.run_at, rows.filed_at), rows.run_at, rows.filed_at
        )
    )
    people = rows.group_by(payee=rows.person).agg(
        person_paid_at=rows.paid_at.max(), person_begun_at=rows.begun_at.max()
    )
    firms = build.register("employer", build.month)
    firms = firms.filter(firms.closed_month.notnull()).select(
        closer="employer", closed_at=ordinal(firms.closed_month)
    )
    rows = rows.inner_join(people, [("person", "payee")]).drop("payee")
    return rows.left_join(firms, [("employer", "closer")]).drop("closer")


def _with_older_starts(build: Build, rows: ir.Table) -> ir.Table:
    """Take the start of spells older than the months read from the spells of then."""
    first_read = month_add(build.month, 1 - HISTORY)
    then = build.register("job_spell", month_add(first_read, -1))
    then = then.filter(~then.ended & then.paid_month.notnull()).select(
        old_person="person",
        old_employer="employer",
        old_first=ordinal(then.first_month),
        old_paid=ordinal(then.paid_month),
    )
    same = [("person", "old_person"), ("employer", "old_employer")]
    joined = rows.left_join(then, same)
    reaches = joined.run_at - joined.old_paid <= whole(BRIDGED + 1)
    start = ibis.ifelse(reaches.fill_null(False), joined.old_first, joined.run_at)
    return joined.mutate(run_at=start).drop("old_person", "old_employer", "old_first", "old_paid")


def _spells(build: Build, rows: ir.Table) -> ir.Table:
    now = whole(_month_ordinal(build.month))
    rows = rows.mutate(**_filing_holds(rows))
    rows = rows.mutate(reason=_end(rows, now))
    rows = rows.mutate(
        ended=rows.reason != text(""),
        over_at=_over_at(rows),
    )
    rows = rows.filter(_touches(rows, now))
    first = ibis.ifelse(rows.holds, ibis.least(rows.run_at, rows.filed_at), rows.run_at)
    first = ibis.coalesce(first, rows.run_at, rows.filed_at)
    paid_now = (rows.paid_at == now).fill_null(False)
    filed = rows.holds & ~rows.ended
    last = ibis.ifelse(
        rows.ended,
        rows.over_at,
        ibis.ifelse(paid_now | filed, now, rows.paid_at),
    )
    recent = (rows.full_at >= now - whole(BRIDGED)).fill_null(False)
    return rows.select(
        month=month_literal(build.month),
        person=rows.person,
        employer=rows.employer,
        first_month=month_from_ordinal(first),
        last_month=month_from_ordinal(ibis.greatest(last, first)),
        insured=recent & (paid_now | ~rows.ended),
        filed=filed,
        paid_month=month_from_ordinal(rows.paid_at),
        filed_month=ibis.ifelse(rows.holds, rows.filed_month, ibis.null("int32")),
        occupation=ibis.ifelse(rows.holds, rows.occupation, text("")),
        wage=ibis.coalesce(ibis.ifelse(rows.holds, rows.wage, ibis.null(MONEY)), rows.base),
        ended=rows.ended,
        end_reason=rows.reason,
    ).cast(JOB_SPELL)


def _filing_holds(rows: ir.Table) -> dict[str, ir.Value]:
    """Whether the filing speaks of this spell, and not of one that ended before it began."""
    has_paid = rows.paid_at.notnull()
    earlier = (rows.ended_at < rows.run_at).fill_null(False)
    went_on = (rows.paid_at > rows.ended_at).fill_null(False)
    return {
        "holds": rows.filed_at.notnull() & ~(has_paid & (earlier | went_on)),
        "has_paid": has_paid,
    }


def _end(rows: ir.Table, now: ir.IntegerScalar) -> ir.StringValue:
    """Give why the spell is over, "" while it goes on. The order of the cases is their strength."""
    not_paid_now = ~(rows.paid_at == now).fill_null(False)
    reported = rows.holds & rows.ended_at.notnull()
    closed = (rows.closed_at <= now).fill_null(False) & (
        rows.paid_at.isnull() | (rows.paid_at <= rows.closed_at)
    )
    began = ibis.coalesce(rows.paid_at, rows.filed_at)
    paid_elsewhere = (rows.person_paid_at > began).fill_null(False)
    newer_elsewhere = (rows.person_begun_at > ibis.greatest(began, rows.begun_at)).fill_null(False)
    moved = not_paid_now & (paid_elsewhere | newer_elsewhere)
    ran_out = rows.holds & (rows.agreed_at < now).fill_null(False)
    ran_out &= rows.paid_at.isnull() | (rows.paid_at <= rows.agreed_at)
    refiled = (rows.filed_at > rows.paid_at).fill_null(False)
    stopped = (rows.paid_at < now - whole(BRIDGED)).fill_null(False) & ~refiled
    code = ibis.ifelse(rows.end_reason == text(""), text("9"), rows.end_reason)
    return ibis.cases(
        (reported, code),
        (closed, text("closed")),
        (moved, text("moved")),
        (ran_out & not_paid_now, text("expired")),
        (stopped, text("stopped")),
        else_=text(""),
    )


def _over_at(rows: ir.Table) -> ir.IntegerValue:
    last_seen = ibis.coalesce(rows.paid_at, rows.filed_at)
    return ibis.cases(
        (rows.reason == text("closed"), rows.closed_at),
        (rows.reason == text("expired"), rows.agreed_at),
        (rows.reason.isin(["moved", "stopped"]), last_seen),
        else_=rows.ended_at,
    )


def _touches(rows: ir.Table, now: ir.IntegerScalar) -> ir.BooleanValue:
    """Whether the spell is open, or its end lies in this month or was found in it."""
    found = ibis.cases(
        (rows.reason == text("moved"), rows.person_begun_at == now),
        (rows.reason == text("expired"), rows.agreed_at == now - whole(1)),
        (rows.reason == text("stopped"), rows.paid_at == now - whole(BRIDGED + 1)),
        else_=rows.over_at == now,
    )
    return ~rows.ended | found.fill_null(False)


def _month_ordinal(month: int) -> int:
    return month // 100 * 12 + month % 100 - 1
