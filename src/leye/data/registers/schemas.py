"""The columns of every register table. ``month`` is the month at whose end the row holds.

Places, industries and other codes are text, "" where not known; employers and persons are the
pool's keys, null where there is none; money is decimal; bit masks are read with ``codes``.
"""

from collections.abc import Mapping

import ibis

from leye.data.registers.codes import STATUS

MONEY = "decimal(18, 2)"

PERSON = ibis.schema(
    {
        "month": "int32",
        "person": "int64",
        "sex": "string",
        "birth_month": "int32",
        "death_month": "int32",
        "residence": "string",
        "hukou_place": "string",
        "hukou": "string",
        "household": "string",
        "relation": "string",
        "education": "string",
        "name_token": "int64",
        "state": "string",
        "groups": "int32",
    }
)
"""Everybody the population register has ever named. ``state``: 1 on it, 2 moved out, 3 struck off.

``groups``: only the key groups that a department's list gives; the others follow from the status.
"""

EMPLOYER = ibis.schema(
    {
        "month": "int32",
        "employer": "int64",
        "uscc": "string",
        "name": "string",
        "kind": "string",
        "industry": "string",
        "section": "string",
        "place": "string",
        "park": "string",
        "group_employer": "int64",
        "parent_employer": "int64",
        "opened_month": "int32",
        "closed_month": "int32",
        "owner": "int64",
        "active": "boolean",
    }
)
"""Every firm and unit. ``group_employer`` and ``parent_employer``: the top ones, never itself."""

INSURANCE_MONTH = ibis.schema(
    {
        "month": "int32",
        "person": "int64",
        "employer": "int64",
        "kind": "string",
        "pension": "boolean",
        "unemployment": "boolean",
        "injury": "boolean",
        "base": MONEY,
        "place": "string",
    }
)
"""One row for each person, payer and kind of contributor of the month; ``employer`` 0: themselves.

A function of the month's contributions alone, so job spells read months back without the pool.
"""

JOB_SPELL = ibis.schema(
    {
        "month": "int32",
        "person": "int64",
        "employer": "int64",
        "first_month": "int32",
        "last_month": "int32",
        "insured": "boolean",
        "filed": "boolean",
        "paid_month": "int32",
        "filed_month": "int32",
        "occupation": "string",
        "wage": MONEY,
        "ended": "boolean",
        "end_reason": "string",
    }
)
"""Jobs that touch the month: one row for each person and employer.

``last_month``: the last month with evidence of the job. ``insured``: pension contributions were
paid in it or, not yet found missing for long, are late; ``paid_month`` the last one paid.
``filed``: a filing stands; ``filed_month`` its first. ``end_reason``: the code of the filing,
or ``moved``, ``stopped``, ``closed`` or ``expired`` where nobody reported the end.
"""

PERSON_MONTH = ibis.schema(
    {
        "month": "int32",
        "person": "int64",
        "status": "string",
        "employer": "int64",
        "industry": "string",
        "occupation": "string",
        "workplace": "string",
        "residence": "string",
        "age": "int16",
        "sex": "string",
        "education": "string",
        "insured_wage": MONEY,
        "groups": "int32",
        "evidence": "int64",
        "confidence": "float64",
        "household": "string",
    }
)
"""One status for each registered living person of 16 or over."""

PERSON_TOTAL = ibis.schema(
    {
        "month": "int32",
        "person": "int64",
        "counted_from": "int32",
        "ui_months": "int32",
        "ui_since": "int32",
        "ui_again": "boolean",
        "ui_run": "int32",
        "ui_month": "int32",
        "ui_place": "string",
        "unit_month": "int32",
        "flexible_month": "int32",
        "pension_months": "int32",
        "drawn_month": "int32",
        "drawn_nth": "int32",
        "drawn_total": "int32",
        "left_month": "int32",
        "left_from": "int32",
        "left_reason": "string",
        "left_employer": "int64",
        "away_months": "int32",
    }
)
"""What adds up over a person's months since ``counted_from``; see ``person_totals``.

``ui``: unemployment insurance; ``ui_since`` counts since the last benefit, ``ui_run`` the newest
run, gaps that late rows explain bridged. ``ui_month``, ``unit_month``, ``flexible_month``: when it
was paid last, at all, by a unit, by the person as a flexible worker; ``ui_place``: where.
``drawn``: the benefit drawn last, ``left`` the job left last. ``away_months``: working elsewhere,
month after month up to now.
"""

HOUSEHOLD = ibis.schema(
    {
        "month": "int32",
        "household": "string",
        "residence": "string",
        "members": "int32",
        "adults": "int32",
        "able": "int32",
        "employed": "int32",
        "was_employed": "boolean",
        "zero_employment": "boolean",
    }
)
"""Households. ``able``: of working age, able, and neither student nor retired.

``zero_employment``: an urban household with able members, all of them unemployed.
"""

EMPLOYER_MONTH = ibis.schema(
    {
        "month": "int32",
        "employer": "int64",
        "place": "string",
        "industry": "string",
        "insured": "int64",
        "filed": "int64",
        "hires": "int64",
        "separations": "int64",
        "layoffs": "int64",
        "tax_headcount": "int64",
        "payroll": MONEY,
        "kwh": MONEY,
        "reported_current": "int64",
        "insured_last_month": "int64",
        "insured_last_year": "int64",
    }
)
"""Employers with anybody or any figure this month; a figure nobody delivered is null, not 0."""

CONFLICT = ibis.schema(
    {
        "month": "int32",
        "id": "string",
        "rule": "string",
        "place": "string",
        "person": "int64",
        "employer": "int64",
        "since_month": "int32",
        "months": "int32",
        "within_grace": "boolean",
        "evidence": "string",
        "suggested": "string",
    }
)
"""What two registers say differently (数据比对). ``evidence`` is JSON, ``suggested`` a task."""

MAP_KEY = ("axis", "code", "group_code", "level", "place")
"""What tells the cells of a month of the map apart; cells are kept in this order."""

RESIDENCE_MEASURES: Mapping[str, str] = {
    "population16": "int64",
    "working_age": "int64",
    "employed": "int64",
    "unemployed": "int64",
    **dict.fromkeys(STATUS, "int64"),
    "wage_sum": MONEY,
    "wage_n": "int64",
    "entered_work": "int64",
    "left_work": "int64",
    "became_unemployed": "int64",
    "became_unknown": "int64",
    "new_self_employed": "int64",
    "moved_in": "int64",
    "moved_out": "int64",
    "certified": "int64",
    "high_skilled": "int64",
    "trained": "int64",
    "loans_n": "int64",
    "loans_amount": MONEY,
}
"""What the map counts of persons, at their place of residence.

``employed`` and ``unemployed`` are sums of statuses, kept because in the copy for everybody their
terms may be hidden where the sum need not be.
"""

WORKPLACE_MEASURES: Mapping[str, str] = {
    "firms_active": "int64",
    "firms_opened": "int64",
    "firms_closed": "int64",
    "traders_active": "int64",
    "traders_opened": "int64",
    "traders_closed": "int64",
    "jobs_insured": "int64",
    "jobs_last_year": "int64",
    "hires": "int64",
    "separations": "int64",
    "layoffs": "int64",
    "tax_headcount": "int64",
    "payroll": MONEY,
    "kwh": MONEY,
}
"""What the map counts of employers, at their own place. Traders (个体工商户) are not firms here."""

MARKET_MEASURES: Mapping[str, str] = {
    "vacancies": "int64",
    "vacancies_new": "int64",
    "applicants": "int64",
}
"""What the map counts of the labour market, at the place of work offered or wanted."""

MAP_MEASURES: Mapping[str, str] = {
    **RESIDENCE_MEASURES,
    **WORKPLACE_MEASURES,
    **MARKET_MEASURES,
}

MAP_CUBE = ibis.schema(
    {"month": "int32", **dict.fromkeys(MAP_KEY, "string"), **MAP_MEASURES},
)
"""Cells of the map: one row for each place, key group (or ``all``) and value of one axis.

A measure is null where nobody delivered it or it does not apply to such a cell, never for 0.
"""

FLOW = ibis.schema(
    {
        "month": "int32",
        "kind": "string",
        "place": "string",
        "origin": "string",
        "destination": "string",
        "persons": "int64",
    }
)
"""Who went from where to where, for the city and for each county; see ``flows``."""

FIRM_MONTH = ibis.schema(
    {
        "month": "int32",
        "employer": "int64",
        "uscc": "string",
        "name": "string",
        "place": "string",
        "park": "string",
        "industry": "string",
        "kind": "string",
        "insured": "int64",
        "insured_last_month": "int64",
        "insured_last_year": "int64",
        "hires": "int64",
        "separations": "int64",
        "payroll": MONEY,
        "kwh": MONEY,
        "kwh_last_year": MONEY,
        "tax_headcount": "int64",
    }
)
"""Employers with ten people or more, now or a year ago; a figure nobody delivered is null."""
