"""What each source says of a person's month: rows of one shape, one for each thing said.

``key`` orders a person's rows, the least decides (see ``precedence``); ``bit`` marks the kind of
evidence; the texts are "" where not known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.precedence import (
    AGE,
    OLDEST,
    Line,
    line_of,
    order_of,
    window_of,
)
from leye.data.registers.terms import (
    by_end_of,
    day_number,
    first_of_each,
    month_end,
    month_literal,
    picked,
    stands,
    text,
    whole,
)
from leye.kernel.months import month_add

FORMS = {
    "1": "registered_unit",
    "2": "registered_startup",
    "3": "registered_flexible",
    "4": "registered_post",
    "5": "registered_farming",
    "6": "registered_migrant",
}
"""The forms of an employment registration, by the kind of evidence each is."""

_BY_UNITS = ("1", "4")
_WORKERS = "1"

PENSIONS = {"1": "pension_worker", "2": "pension_resident"}
"""The kinds of pension, by the kind of evidence each is."""

LEDGER = {
    "01": "ledger_farming",
    "02": "ledger_local",
    "03": "ledger_migrant",
    "04": "ledger_flexible",
    "05": "ledger_startup",
    "06": "ledger_looking",
    "07": "ledger_home",
    "08": "ledger_student",
    "09": "ledger_unable",
    "10": "ledger_retired",
}
"""The statuses of the labour ledger, by the kind of evidence each is."""

DESTINATIONS = {
    "1": "graduate_signed",
    "2": "graduate_study",
    "3": "graduate_army",
    "4": "graduate_looking",
    "5": "graduate_flexible",
}
"""Where graduates went, by the kind of evidence each is."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Kinds of evidence that a column of codes tells apart."""

    column: ir.StringValue
    kinds: Mapping[str, str]

    def place(self) -> ir.IntegerValue:
        """Give the place of each row's kind in ``lines``, null where the code is no evidence."""
        codes = enumerate(self.kinds)
        cases = ((self.column == text(code), whole(place)) for place, code in codes)
        return ibis.cases(*cases, else_=ibis.null("int64"))

    @property
    def lines(self) -> list[Line]:
        """The kinds of evidence, in the order of their codes."""
        return [line_of(kind) for kind in self.kinds.values()]


def said(
    rows: ir.Table,
    kind: str | Coded,
    *,
    month: int,
    since: ir.IntegerValue | None = None,
    employer: ir.IntegerValue | None = None,
    occupation: ir.StringValue | None = None,
    workplace: ir.StringValue | None = None,
) -> ir.Table:
    """Give rows of evidence, without what is older than its window and what is nobody's.

    ``since`` is the day number the evidence speaks of, by default the end of ``month``.
    """
    now = month_end(month_literal(month))
    age = whole(0) if since is None else ibis.greatest(now - since, whole(0))
    rows = rows.mutate(
        of_line=whole(0) if isinstance(kind, str) else kind.place(),
        age=ibis.least(age, whole(OLDEST)),
        employer=whole(0) if employer is None else employer.fill_null(whole(0)),
        occupation=text("") if occupation is None else occupation.fill_null(""),
        workplace=text("") if workplace is None else workplace.fill_null(""),
    )
    lines = [line_of(kind)] if isinstance(kind, str) else kind.lines

    def value(of: Callable[[Line], int]) -> ir.IntegerValue:
        numbers = [of(line) for line in lines]
        return whole(numbers[0]) if len(lines) == 1 else picked(numbers, rows.of_line, kind="int64")

    found = rows.select(
        "person",
        "age",
        "employer",
        "occupation",
        "workplace",
        "of_line",
        window=value(window_of),
        order=value(order_of),
        bit=value(lambda line: 1 << line.bit),
    )
    current = found.person.notnull() & found.of_line.notnull() & (found.age <= found.window)
    return found.filter(current).select(
        "person",
        "bit",
        "occupation",
        "workplace",
        "employer",
        key=found.order + found.age * whole(AGE),
    )


def pensioners(build: Build) -> ir.Table:
    """Give whom a worker's pension was paid this month or last: their contracts are over by law."""
    rows = _pension_months(build)
    rows = rows.filter((rows.kind == text(_WORKERS)) & rows.person.notnull())
    return rows.select(pensioner="person").distinct()


def not_pensioned(rows: ir.Table, pensioned: ir.Table) -> ir.Table:
    """Leave out what a pension has ended."""
    return rows.anti_join(pensioned, [("person", "pensioner")])


def from_lists(build: Build, pensioned: ir.Table) -> list[ir.Table]:
    """Give the evidence of everything but contributions, jobs and businesses."""
    return [
        _welfare_posts(build),
        _pensions(build),
        _benefits(build),
        *_enrolment(build),
        _unemployed(build, pensioned),
        _registered(build, pensioned),
        _ledger(build),
        _graduates(build),
        _seekers(build),
        _unable(build),
        _subsidies(build),
    ]


def _welfare_posts(build: Build) -> ir.Table:
    rows = build.source("public_welfare_posts")
    rows = rows.filter(stands(rows.start, rows.end, build.month))
    rows = first_of_each(rows, "person", [rows.start.desc(), rows.agreement])
    return said(
        rows,
        "welfare_post",
        month=build.month,
        since=day_number(rows.start),
        employer=rows.employer,
    )


def _pension_months(build: Build) -> ir.Table:
    return build.source_months("pensions", [month_add(build.month, -1), build.month])


def _pensions(build: Build) -> ir.Table:
    rows = _pension_months(build)
    paid = rows.group_by(["person", "kind"]).agg(since=rows.month.max())
    return said(paid, Coded(paid.kind, PENSIONS), month=build.month, since=month_end(paid.since))


def _benefits(build: Build) -> ir.Table:
    rows = build.source("unemployment_benefit")
    return said(rows, "benefit", month=build.month)


def _enrolment(build: Build) -> list[ir.Table]:
    rows = build.source("enrolment")
    now = month_literal(build.month)
    there = (rows.from_month <= now) & (rows.to_month >= now) & (rows.state == text("1"))
    this_year = rows.filter(there).select("person").distinct()
    over = (rows.to_month < now) & (rows.state == text("1"))
    last = rows.filter(over).group_by("person").agg(to_month=rows.to_month.max())
    return [
        said(this_year, "enrolled", month=build.month),
        said(last, "between_years", month=build.month, since=month_end(last.to_month)),
    ]


def _unemployed(build: Build, pensioned: ir.Table) -> ir.Table:
    """A registration, as fresh as the last sign that the person is still looking."""
    rows = build.source("unemployment_registration")
    rows = rows.filter(stands(rows.registered, rows.cancelled, build.month))
    rows = not_pensioned(rows, pensioned)
    newest = rows.group_by("person").agg(registered=rows.registered.max())
    ledger = build.source("labour_ledger")
    ledger = ledger.filter(by_end_of(ledger.checked, build.month) & (ledger.status == text("06")))
    seekers = _active(build)
    signs = ledger.select(looker="person", seen=day_number(ledger.checked)).union(
        seekers.select(looker="person", seen=month_end(seekers.active_month))
    )
    signs = signs.group_by("looker").agg(seen=signs.seen.max())
    found = newest.left_join(signs, [("person", "looker")])
    registered = day_number(found.registered)
    since = ibis.greatest(registered, found.seen.fill_null(whole(0)))
    return said(found, "unemployed", month=build.month, since=since)


def _registered(build: Build, pensioned: ir.Table) -> ir.Table:
    """Only the newest registration of a person speaks: each ends the one before.

    A pension ends the work at a unit, and no other.
    """
    rows = build.source("employment_registration")
    rows = rows.filter(rows.person.notnull() & by_end_of(rows.start, build.month))
    rows = first_of_each(rows, "person", [rows.start.desc(), rows.record.desc()])
    rows = rows.filter(~by_end_of(rows.end, build.month).fill_null(False))
    rows = rows.left_join(pensioned, [("person", "pensioner")])
    rows = rows.filter(~(rows.form.isin(_BY_UNITS).fill_null(False) & rows.pensioner.notnull()))
    return said(
        rows,
        Coded(rows.form, FORMS),
        month=build.month,
        since=day_number(rows.start),
        employer=rows.employer,
        occupation=rows.occupation,
    )


def _ledger(build: Build) -> ir.Table:
    rows = build.source("labour_ledger")
    rows = rows.filter(by_end_of(rows.checked, build.month))
    away = rows.status == text("03")
    return said(
        rows,
        Coded(rows.status, LEDGER),
        month=build.month,
        since=day_number(rows.checked),
        occupation=rows.occupation,
        workplace=ibis.ifelse(away, rows.destination.fill_null(""), text("")),
    )


def _graduates(build: Build) -> ir.Table:
    rows = build.source("graduates")
    rows = rows.filter(rows.graduated <= month_literal(build.month))
    kind = Coded(rows.destination, DESTINATIONS)
    return said(rows, kind, month=build.month, since=month_end(rows.graduated))


def _active(build: Build) -> ir.Table:
    """Give when each person was last active on a recruitment site."""
    rows = build.source("job_seekers")
    known = rows.person.notnull() & (rows.active_month <= month_literal(build.month))
    rows = rows.filter(known)
    return rows.group_by("person").agg(active_month=rows.active_month.max())


def _seekers(build: Build) -> ir.Table:
    newest = _active(build)
    return said(newest, "job_seeker", month=build.month, since=month_end(newest.active_month))


def _unable(build: Build) -> ir.Table:
    rows = build.source("disabled")
    rows = rows.filter(~by_end_of(rows.withdrawn, build.month).fill_null(False))
    return said(rows.filter(~rows.able), "unable", month=build.month)


def _subsidies(build: Build) -> ir.Table:
    rows = build.source("subsidies")
    now = month_literal(build.month)
    covered = (rows.from_month <= now) & (rows.to_month >= now)
    rows = rows.filter(covered & (rows.programme == text("flexible_insurance")))
    return said(rows.select("person").distinct(), "flexible_subsidy", month=build.month)
