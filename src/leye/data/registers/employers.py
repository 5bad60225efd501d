"""The employer register: every firm and unit, with its group, its head office and its owner."""

from itertools import groupby

import ibis
import ibis.expr.types as ir

from leye.data.pool.build import Build
from leye.data.reference import industries
from leye.data.registers.schemas import EMPLOYER
from leye.data.registers.terms import by_end_of, month_literal, month_number, text

STEPS = 3
"""How far a chain of branches or subsidiaries is followed to its top."""


def build_employers(build: Build) -> ir.Table:
    """Give the firms and units known at the end of the month."""
    firms = build.source("firms")
    firms = firms.filter(firms.employer.notnull())
    group = _top(firms, "group_employer")
    parent = _top(firms, "parent_employer")
    rows = firms.drop("group_employer", "parent_employer")
    rows = rows.left_join(group, [("employer", "below")]).drop("below")
    rows = rows.left_join(parent, [("employer", "below")]).drop("below")
    opened = by_end_of(rows.opened, build.month).fill_null(True)
    closed = by_end_of(rows.closed, build.month).fill_null(False)
    return rows.select(
        month=month_literal(build.month),
        employer=rows.employer,
        uscc=rows.uscc.fill_null(""),
        name=rows.name.fill_null(""),
        kind=rows.kind.fill_null(""),
        industry=rows.industry.fill_null(""),
        section=section_of(rows.industry.fill_null("")),
        place=rows.place.fill_null(""),
        park=rows.park.fill_null(""),
        group_employer=rows.group_employer,
        parent_employer=rows.parent_employer,
        opened_month=month_number(rows.opened),
        closed_month=ibis.ifelse(closed, month_number(rows.closed), ibis.null("int32")),
        owner=rows.person,
        active=(rows.state == text("1")).fill_null(True) & opened & ~closed,
    ).cast(EMPLOYER)


def _top(firms: ir.Table, column: str) -> ir.Table:
    """Give each employer below another, and the one at the top of its chain."""
    links = firms.filter(firms[column].notnull() & (firms[column] != firms.employer))
    rows = links.select(below="employer", over0=column)
    for step in range(1, STEPS):
        above = links.select(**{f"step{step}": "employer", f"over{step}": column}).view()
        rows = rows.left_join(above, [(f"over{step - 1}", f"step{step}")])
    tops = [rows[f"over{step}"] for step in reversed(range(STEPS))]
    # Firms that own each other in a ring have no top: each keeps the one directly above it.
    higher = [top.nullif(rows.below) for top in tops[:-1]]
    return rows.select("below", **{column: ibis.coalesce(*higher, tops[-1])})


def section_of(industry: ir.StringValue) -> ir.StringValue:
    """Give the section's letter (门类) of a division (大类), "" where there is none."""
    divisions = [entry for entry in industries().entries if entry.level == 2]
    sections = [
        (str(section), [entry.code for entry in held])
        for section, held in groupby(divisions, key=lambda entry: entry.parent)
    ]
    cases = [(industry.isin(codes), text(section)) for section, codes in sections]
    return ibis.cases(*cases, else_=text(""))
