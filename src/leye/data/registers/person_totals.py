"""What adds up over a person's months: contributions paid, benefit drawn, the last job left.

Carried from month to month, so that a month costs the same however long the history is. Nothing is
known of the time before ``counted_from``, the first month from which on contributions were
delivered without a gap: a count is the least it can be, and exact for who could not have paid
before.

Contributions are counted anew after unemployment benefit: the first one paid after a benefit starts
``ui_since`` at one, and from then on it is exact (``ui_again``).
"""

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.registers.insurance import FLEXIBLE, UNIT
from leye.data.registers.schemas import PERSON_TOTAL
from leye.data.registers.spells import BRIDGED
from leye.data.registers.terms import first_of_each, month_literal, stack, text, whole
from leye.kernel.months import month_add

_KINDS = {name: kind for name, kind in PERSON_TOTAL.items() if name not in {"month", "person"}}
_NOW = {
    "paid": "boolean",
    "pension_now": "boolean",
    "away": "boolean",
    "left_now": "int32",
    "left_from_now": "int32",
    "left_reason_now": "string",
    "left_employer_now": "int64",
    "nth": "int32",
    "total": "int32",
    "unit_now": "boolean",
    "flexible_now": "boolean",
    "place_now": "string",
    "drawn_place_now": "string",
}


def build_person_totals(build: Build) -> ir.Table:
    """Give everybody of whom anything was counted up to the month."""
    before = build.register("person_total", month_add(build.month, -1))
    heard_of = stack([_insured(build), _drawn(build), _left(build), _away(build)])
    found = heard_of.group_by("person").agg(**{name: heard_of[name].max() for name in _NOW})
    known = before.select(known="person", **{name: before[name] for name in _KINDS})
    found = known.outer_join(found, [("known", "person")])
    found = found.mutate(person=found.known.fill_null(found.person)).drop("known")
    now = month_literal(build.month)
    heard = build.register("insurance_month", build.month).agg(heard=ibis._.count() > whole(0))
    since = before.agg(since=before.counted_from.max())
    first = since.cross_join(heard).select(
        first=ibis.ifelse(
            ibis._.heard,
            ibis._.since.fill_null(now),
            month_literal(month_add(build.month, 1)),
        )
    )
    found = found.cross_join(first)
    return _carried(found, build.month).cast(PERSON_TOTAL)


def _carried(rows: ir.Table, month: int) -> ir.Table:
    now = month_literal(month)
    paid = rows.paid.fill_null(False)
    drew = rows.nth.notnull()
    again = paid & (rows.drawn_month >= rows.ui_month.fill_null(month_literal(0))).fill_null(False)
    goes_on = (rows.ui_month >= month_literal(month_add(month, -1 - BRIDGED))).fill_null(False)
    one = ibis.ifelse(paid, month_literal(1), month_literal(0))
    left = rows.left_now.notnull()
    away = rows.away.fill_null(False)
    return rows.select(
        month=now,
        person=rows.person,
        counted_from=rows.first,
        ui_months=_number(rows.ui_months) + one,
        ui_since=ibis.ifelse(again, month_literal(1), _number(rows.ui_since) + one),
        ui_again=rows.ui_again.fill_null(False) | again,
        ui_run=ibis.cases(
            (paid & goes_on & ~again, _number(rows.ui_run) + one),
            (paid, month_literal(1)),
            else_=_number(rows.ui_run),
        ),
        ui_month=ibis.ifelse(paid, now, rows.ui_month),
        ui_place=ibis.coalesce(
            ibis.ifelse(paid, rows.place_now, ibis.null("string")),
            rows.ui_place.nullif(text("")),
            rows.drawn_place_now,
            text(""),
        ),
        unit_month=ibis.ifelse(rows.unit_now.fill_null(False), now, rows.unit_month),
        flexible_month=ibis.ifelse(rows.flexible_now.fill_null(False), now, rows.flexible_month),
        pension_months=_number(rows.pension_months)
        + ibis.ifelse(rows.pension_now.fill_null(False), month_literal(1), month_literal(0)),
        drawn_month=ibis.ifelse(drew, now, rows.drawn_month),
        drawn_nth=ibis.ifelse(drew, rows.nth, rows.drawn_nth),
        drawn_total=ibis.ifelse(drew, rows.total, rows.drawn_total),
        left_month=ibis.ifelse(left, rows.left_now, rows.left_month),
        left_from=ibis.ifelse(left, rows.left_from_now, rows.left_from),
        left_reason=ibis.ifelse(left, rows.left_reason_now, rows.left_reason).fill_null(""),
        left_employer=ibis.ifelse(left, rows.left_employer_now, rows.left_employer),
        away_months=ibis.ifelse(away, _number(rows.away_months) + 1, month_literal(0)),
    )


def _number(value: ir.IntegerValue) -> ir.IntegerValue:
    return value.fill_null(month_literal(0))


def _some(rows: ir.Table, **known: ir.Value) -> ir.Table:
    """Give a person's part of the row, what it does not know as nulls."""
    columns = {name: known.get(name, ibis.null(kind)).cast(kind) for name, kind in _NOW.items()}
    return rows.filter(rows.person.notnull()).select("person", **columns)


def _insured(build: Build) -> ir.Table:
    rows = build.register("insurance_month", build.month)
    found = rows.group_by("person").agg(
        paid=rows.unemployment.any(),
        pension_now=rows.pension.any(),
        unit_now=((rows.kind == text(UNIT)) & (rows.pension | rows.unemployment)).any(),
        flexible_now=(rows.kind == text(FLEXIBLE)).any(),
        place_now=ibis.ifelse(rows.unemployment, rows.place, ibis.null("string")).max(),
    )
    return _some(found, **{name: found[name] for name in found.columns if name != "person"})


def _drawn(build: Build) -> ir.Table:
    rows = build.source("unemployment_benefit")
    found = rows.group_by("person").agg(
        nth=rows.nth.max(), total=rows.total.max(), place=rows.place.max()
    )
    # Benefit is paid where one was insured, also where that was before the first month counted.
    return _some(
        found,
        drawn_place_now=found.place,
        nth=found.nth.fill_null(whole(1)).cast("int32"),
        total=found.total.cast("int32"),
    )


def _left(build: Build) -> ir.Table:
    """The job left last, of those whose end was found in the month."""
    rows = build.register("job_spell", build.month)
    rows = rows.filter(rows.ended & (rows.employer != whole(0)))
    rows = first_of_each(rows, "person", [rows.last_month.desc(), rows.employer])
    return _some(
        rows,
        left_now=rows.last_month,
        left_from_now=rows.first_month,
        left_reason_now=rows.end_reason,
        left_employer_now=rows.employer,
    )


def _away(build: Build) -> ir.Table:
    rows = build.register("person_month", build.month)
    rows = rows.filter(rows.status == text("migrant"))
    return _some(rows, away=ibis.literal(True))
