"""The facts of an employer that registers give, from the profile of an employer."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from leye.data.registers.profiles.employers import HISTORY
from leye.data.registers.terms import ordinal, text, whole
from leye.decision.policy.frames.coding import (
    NOT_KNOWN,
    answer,
    choice,
    count,
    month,
    nobody_knows,
    number,
    or_no,
    or_unknown,
    place,
)
from leye.decision.policy.frames.person import BUSINESSES
from leye.decision.policy.parameters import Parameters

_BUSINESS_SERVICES, _RESIDENT_SERVICES = "72", "80"
_RATES = "unemployment_insurance.contribution"
_YEAR = 12


def employer_facts(p: ir.Table, now: int, law: Parameters) -> Mapping[str, ir.Value]:
    """Give each fact by its name, as stored numbers."""
    return {
        **_about(p),
        **_insurance(p, now, law),
        **_hires(p),
        **_given(p),
        **_trouble(p),
    }


def employer_most(p: ir.Table, now: int) -> Mapping[str, ir.Value]:
    """Give, of what is counted, the most it can be: months before the first may have been paid."""
    open_for = ordinal(ibis.literal(now, type="int32")) - ordinal(p.opened_month) + whole(1)
    counted = p.ui_months.fill_null(whole(0))
    most = ibis.greatest(open_for.fill_null(whole(_MOST_MONTHS)), counted)
    return {
        "firm_ui_months_paid": ibis.least(most, whole(_MOST_MONTHS)).cast("float64"),
    }


_MOST_MONTHS = 600


def _about(p: ir.Table) -> Mapping[str, ir.Value]:
    # The division does not tell these services from others of its kind.
    family = ibis.ifelse(
        p.industry.isin(["", _RESIDENT_SERVICES]), ibis.null("boolean"), ibis.literal(False)
    )
    lends = p.dispatched * whole(2) > p.contracts
    dispatch = ibis.cases(
        (lends.fill_null(False), ibis.literal(True)),
        (p.industry.isin(["", _BUSINESS_SERVICES]), ibis.null("boolean")),
        else_=ibis.literal(False),
    )
    return {
        "firm_county": place(p.place),
        "firm_kind": choice("firm_kind", p.kind, {**BUSINESSES, "6": "public"}),
        "firm_staff": number(ibis.coalesce(p.insured, p.tax_headcount)),
        "firm_in_park": answer(p.park != text("")),
        "firm_family_service": answer(family),
        "firm_is_dispatch": answer(dispatch),
    }


def _insurance(p: ir.Table, now: int, law: Parameters) -> Mapping[str, ir.Value]:
    values = law.at(now // 100 * 100 - 100 + _YEAR)
    rate = values[f"{_RATES}.employee_rate"] + values[f"{_RATES}.employer_rate"]
    paid = NOT_KNOWN
    if rate == rate:
        paid = number(p.last_year_base.cast("float64") * ibis.literal(rate, type="float64"))
    average = number(
        p.last_year_person_months.cast("float64") / ibis.literal(float(_YEAR), type="float64")
    )
    return {
        "firm_ui_months_paid": count(p.ui_months),
        "firm_ui_paid_last_year": paid,
        "firm_payroll_month": number(p.payroll),
        "firm_insured_average": average,
        "firm_new_claimants": count(p.new_claimants),
        "firm_ui_registered": or_no(p.ui_paid),
        "firm_staff_average": average,
    }


def _hires(p: ir.Table) -> Mapping[str, ir.Value]:
    park = p.park != text("")
    return {
        "hires_graduates": count(p.hired_graduates),
        "hires_class_of_year": count(p.hired_class),
        "hires_young_unemployed": count(p.hired_young),
        "hires_contracted": answer(p.hired_filed),
        "hires_contract_one_year": answer(p.hired_long),
        "hires_insured_months": number(p.hired_worked),
        "hires_counted_before": or_unknown(p.absorption_paid),
        "hires_absorption_received": or_no(p.absorption_paid),
        "hires_hard": count(p.hired_hard),
        "hires_hard_months": count(p.insurance_months),
        # Who was how old when the subsidy was first granted, is in no register.
        "hires_hard_near_retirement": nobody_knows(),
        "hires_hard_months_to_retirement": NOT_KNOWN,
        "hires_park_40": count(ibis.ifelse(park, p.hired_older, whole(0))),
        "hires_park_40_months": count(p.insurance_months),
        "hires_graduates_months": count(p.insurance_months),
        "trainees_kept": count(p.trainees_kept),
        "hires_priority_12_months": count(p.hired_priority),
        "hires_tax_key": count(p.hired_key),
        "hires_tax_veterans": count(p.hired_veterans),
        "hires_tax_months": number(
            ibis.ifelse(p.hired_worked > whole(_YEAR), whole(_YEAR), p.hired_worked)
        ),
        "hires_insured": or_no(p.hired_insured),
        "poverty_workers_6_months": count(p.staff_poor),
        "firm_disabled_staff": count(p.staff_disabled),
    }


def _given(p: ir.Table) -> Mapping[str, ir.Value]:
    overdue = ibis.cases(
        (p.loan_defaulted.fill_null(False), ibis.literal(True)), else_=p.firm_loan_overdue
    )
    return {
        "firm_loan_rounds": count(p.firm_loans),
        "firm_loan_overdue": answer(overdue),
        "firm_loan_month": month(p.firm_loan_month),
    }


def _trouble(p: ir.Table) -> Mapping[str, ir.Value]:
    return {
        "firm_wages_owed": or_unknown(p.wages_owed),
        "arrears_amount": number(p.wages_owed_amount),
        "layoff_persons": number(p.layoff_persons),
        "layoff_notice_days": number(p.layoff_days),
        "layoff_reported": or_no(p.layoff_persons.notnull()),
    }


__all__ = ["HISTORY", "employer_facts", "employer_most"]
