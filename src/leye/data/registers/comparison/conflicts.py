"""Conflicts (数据比对结果) of a month: every rule's findings, with how long each has stood."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import ibis
from ibis.expr.types import BooleanValue, IntegerValue, StringValue

from leye.data.registers.comparison import benefits, employment, firms, people
from leye.data.registers.comparison.catalogue import Comparison, comparison_catalogue
from leye.data.registers.comparison.ground import Ground, Shelf
from leye.data.registers.schemas import CONFLICT
from leye.data.registers.terms import ordinal, whole
from leye.kernel.months import month_add

RULES: Mapping[str, Callable[[Ground], ibis.Table]] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            benefits.benefit_while_insured,
            employment.registered_but_employed,
            employment.filed_without_contributions,
            employment.contributions_without_filing,
            benefits.dead_or_retired_paid,
            benefits.owner_with_flexible_subsidy,
            benefits.welfare_post_employed_elsewhere,
            people.overlapping_trainings,
            benefits.same_subsidy_twice,
            people.graduate_without_evidence,
            people.household_zero_employment,
            firms.unreported_layoff,
            firms.report_far_from_insured,
            employment.separation_reason_differs,
        )
    }
)
"""The function of each comparison; its words and numbers are the entry of ``rules.yaml``."""


def build_conflicts(build: Shelf) -> ibis.Table:
    """Give the conflicts of the build's month.

    A conflict that stood the month before keeps its ``since_month``; its ``id`` is made from the
    rule and whom it concerns, so it stays the same however often a month is built again.
    """
    parts = [_found(build, rule) for rule in comparison_catalogue().values()]
    return _timed(build, ibis.union(*parts)).select(*CONFLICT.names).cast(CONFLICT)


def _found(build: Shelf, rule: Comparison) -> ibis.Table:
    """Give one rule's findings, each once, kept so that the rules do not wait for each other."""
    rows = RULES[rule.code](Ground(build, rule))
    one = rows.group_by("person", "employer", "case").agg(
        place=rows.place.min(), since=rows.since_month.min(), evidence=rows.evidence.min()
    )
    named = one.select(
        "person",
        "employer",
        "place",
        "since",
        "evidence",
        id=_id(rule.code, one.person, one.employer, one.case),
        rule=ibis.literal(rule.code),
        grace=ibis.literal(rule.grace_months, type="int32"),
        suggested=ibis.literal(rule.task),
    )
    return build.keep(f"conflict_{rule.code}", named)


def _id(rule: str, person: IntegerValue, employer: IntegerValue, case: StringValue) -> StringValue:
    whom = (_text(person), "|", _text(employer), "|", case.fill_null(""))
    return ibis.literal(f"{rule}|").concat(*whom).hexdigest("md5")


def _text(number: IntegerValue) -> StringValue:
    return number.cast("string").fill_null("")


def _timed(build: Shelf, found: ibis.Table) -> ibis.Table:
    """Add since when and for how long each has stood, as the month before knew it."""
    earlier = build.register("conflict", month_add(build.month, -1))
    before = earlier.select("id", stood=earlier.since_month)
    rows = found.left_join(before, "id", rname="{name}_before")
    since = ibis.ifelse(rows.stood.notnull() & (rows.stood < rows.since), rows.stood, rows.since)
    dated = rows.mutate(month=ibis.literal(build.month, type="int32"), since_month=since)
    months = (ordinal(dated.month) - ordinal(dated.since_month) + whole(1)).cast("int32")
    counted = dated.mutate(months=months)
    within: BooleanValue = counted.months <= counted.grace
    return counted.mutate(within_grace=within)
