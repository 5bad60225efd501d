"""The facts of a person that registers give, from the profile of a person."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from leye.data.registers.codes import EMPLOYED
from leye.data.registers.terms import month_literal, ordinal, text, whole
from leye.decision.policy.facts import fact
from leye.decision.policy.frames.benefit import least_months_of
from leye.decision.policy.frames.coding import (
    answer,
    choice,
    count,
    month,
    nobody_knows,
    number,
    or_no,
    or_unknown,
    pick,
    place,
)
from leye.decision.policy.parameters import Parameters
from leye.kernel.months import month_add

STILL_PAYING = 3
"""Who paid as a flexible worker within so many months still does: many pay by the quarter."""
_LAST = ("dismissed", "expired", "resigned", "never_worked", "other")
REASONS = {str(n): reason for n, reason in enumerate(_LAST, 1)}
"""The reasons of an unemployment registration."""
ENDS = {"1": "expired", "3": "resigned", "4": "dismissed", "5": "other", "9": "other"}
"""The reasons of a labour filing; 2, by agreement, does not say who proposed it."""
EDUCATION = {
    "10": "postgraduate", "20": "bachelor", "30": "college", "40": "secondary",
    "50": "technical", "60": "high_school", "70": "junior", "80": "primary", "90": "primary",
}  # fmt: skip
SCHOOLS = {
    "10": "university", "20": "university", "30": "university", "40": "vocational",
    "50": "technical_school", "60": "other", "70": "other", "80": "other",
}  # fmt: skip
DESTINATIONS = ("employed", "further_study", "enlisted", "not_employed", "flexible")
BUSINESSES = {
    "1": "company",
    "2": "sole",
    "3": "partnership",
    "4": "cooperative",
    "5": "individual",
}
MAKING_OR_LIFE, NEITHER = ("C", "H", "O"), ("A", "B", "D", "E", "J")
"""Sections that are, and that are not, manufacturing or services of daily life; of others one
cannot tell by the section."""
VILLAGE_FROM = "200"
"""From here on the last three digits of a place's code are of a village, below of a community."""


def person_facts(p: ir.Table, now: int, law: Parameters) -> Mapping[str, ir.Value]:
    """Give each fact by its name, as stored numbers."""
    return {
        **_about(p),
        **_work(p, now),
        **_insurance(p, now, law),
        **_family(p),
        **_subsidies(p, now),
        **_school(p),
        **_business(p),
        **_skills(p),
        **_disputes(p),
    }


def _about(p: ir.Table) -> Mapping[str, ir.Value]:
    return {
        "birth_month": month(p.birth_month),
        "sex": choice("sex", p.sex, {"1": "male", "2": "female"}),
        "residence": place(p.residence),
        "hukou": choice("hukou", p.hukou, {"10": "urban", "20": "rural"}),
        "education": choice("education", p.education, EDUCATION),
    }


def _work(p: ir.Table, now: int) -> Mapping[str, ir.Value]:
    statuses = {name: name for name in fact("work_status").options}
    works = p.status.isin([*sorted(EMPLOYED)])
    registered = p.jobless_open.fill_null(False)
    fit = ibis.cases(
        ((p.ledger_status == text("09")) & ~works & ~registered, ibis.literal(False)),
        (p.disability_able.notnull(), p.disability_able),
        (works | registered, ibis.literal(True)),
        else_=ibis.null("boolean"),
    )
    looks = ibis.cases(
        (p.seeker_month >= month_literal(month_add(now, -2)), ibis.literal(True)),
        (p.ledger_status == text("06"), ibis.literal(True)),
        (p.ledger_status == text("07"), ibis.literal(False)),
        else_=ibis.null("boolean"),
    )
    contact = ibis.greatest(p.seeker_month, ibis.ifelse(registered, p.jobless_since, None))
    own, filed = p.jobless_reason, p.left_reason
    job = p.job_employer.notnull()
    county = p.workplace.substr(0, 6)
    away = p.status == text("migrant")
    return {
        "work_status": choice("work_status", p.status, statuses),
        "able_to_work": answer(fit),
        "wants_work": answer(looks),
        "registered_unemployed": or_no(p.jobless_open),
        "registered_since": month(ibis.ifelse(registered, p.jobless_since, None)),
        "job_end_reason": ibis.ifelse(
            registered & own.notnull(),
            choice("job_end_reason", own, REASONS),
            choice("job_end_reason", filed, ENDS),
        ),
        "last_job_ended": month(ibis.ifelse(job, None, p.left_month)),
        "last_contact": month(ibis.coalesce(contact, p.seeker_month, p.jobless_since)),
        "job_started": month(_job_from(p)),
        "service_months": number(_service(p, now)),
        "registered_employed": or_no(p.work_registered),
        "insured_by_employer": or_no(p.job_insured),
        "work_county": place(p.workplace),
        "wage_month": number(ibis.coalesce(p.job_wage, p.insured_wage)),
        "contract_one_year": answer(ibis.ifelse(job, p.contract_one_year, None)),
        "firm_life_or_making": answer(_making_or_life(p.firm_section)),
        "work_region": pick(
            "work_region",
            (_within(p, county), "in_county"),
            (p.workplace.startswith("36"), "other_county"),
            (away & (p.workplace.length() >= 2), "out_of_province"),
        ),
        "months_working_away": number(_months_away(p, now)),
        "rural_transfer": answer(_transferred(p, works)),
    }


def _job_from(p: ir.Table) -> ir.IntegerValue:
    """When the job began; unknown where it goes back to before contributions were delivered."""
    cut = p.job_filed_from.isnull() & (p.job_from <= p.counted_from)
    return ibis.ifelse(cut.fill_null(False), ibis.null("int32"), p.job_from)


def _service(p: ir.Table, now: int) -> ir.IntegerValue:
    """How many months the person has worked for the employer, or had for the last one."""
    here = ordinal(month_literal(now)) - ordinal(_job_from(p)) + whole(1)
    whole_job = (p.left_from > p.counted_from).fill_null(True)
    then = ordinal(p.left_month) - ordinal(p.left_from) + whole(1)
    left = ibis.ifelse(whole_job, then, ibis.null("int64"))
    return ibis.ifelse(p.job_employer.notnull(), here, left)


def _within(p: ir.Table, county: ir.StringValue) -> ir.BooleanValue:
    return (p.workplace.length() >= 6) & (county == p.residence.substr(0, 6))


def _making_or_life(section: ir.StringValue) -> ir.BooleanValue:
    return ibis.cases(
        (section.isin([*MAKING_OR_LIFE]), ibis.literal(True)),
        (section.isin([*NEITHER]), ibis.literal(False)),
        else_=ibis.null("boolean"),
    )


def _months_away(p: ir.Table, now: int) -> ir.IntegerValue:
    """The months of the year spent away up to now; unknown where the year is not known whole."""
    of_year = whole(now % 100)
    run = p.away_months.cast("int64").fill_null(whole(0))
    known = ordinal(month_literal(now)) - ordinal(p.counted_from) + whole(1)
    cut = (run >= known) & (known < of_year)
    return ibis.ifelse(cut.fill_null(False), ibis.null("int64"), ibis.least(run, of_year))


def _transferred(p: ir.Table, works: ir.BooleanValue) -> ir.BooleanValue:
    return ibis.cases(
        (p.hukou == text("10"), ibis.literal(False)),
        (p.hukou != text("20"), ibis.null("boolean")),
        (p.status == text("unknown"), ibis.null("boolean")),
        else_=works & (p.status != text("farming")),
    )


def _insurance(p: ir.Table, now: int, law: Parameters) -> Mapping[str, ir.Value]:
    draws = drawing(p)
    again = (p.drawn_month < p.ui_month).fill_null(False)
    granted = least_months_of(p.drawn_total, law, now)
    since = p.ui_since.cast("int64").fill_null(whole(0))
    still = p.flexible_month >= month_literal(month_add(now, 1 - STILL_PAYING))
    whole_year = ordinal(p.left_month) - ordinal(p.left_from) + whole(1) >= whole(12)
    cut = p.left_from <= p.counted_from
    return {
        "ui_county": place(p.ui_place),
        "ui_months": number(ibis.ifelse(draws, ibis.greatest(since, granted), since)),
        "ui_months_total": count(p.ui_months),
        "ui_months_left_over": count(ibis.ifelse(again, p.drawn_total - p.drawn_nth, None)),
        "ui_months_drawn": count(ibis.ifelse(draws, p.drawn_nth, None)),
        "receiving_ui": or_no(p.drawn_month == month_literal(now)),
        "worked_one_year_in_a_row": ibis.ifelse(
            whole_year | ~cut, answer(whole_year), nobody_knows()
        ),
        "employer_paid_ui": or_unknown(p.unit_month.notnull()),
        "ui_months_this_year": count(p.ui_run),
        "pension_months": count(p.pension_months),
        "draws_pension": or_no(p.pension_month.notnull()),
        "flexible_insured": or_no(still),
        "platform_worker": or_unknown(p.insured_platform),
    }


def drawing(p: ir.Table) -> ir.BooleanValue:
    """Tell who has drawn benefit since the last contribution: the months drawn are this time's."""
    paid = p.ui_month.fill_null(month_literal(0))
    return (p.drawn_month >= paid).fill_null(False)


def person_most(p: ir.Table, now: int, law: Parameters) -> Mapping[str, ir.Value]:
    """Give, of what is counted, the most it can be: what nobody delivered may have been paid."""
    working_age = int(law.at(now)["people.lowest_working_age"]) * 12
    first = ordinal(p.birth_month) + whole(working_age)
    since = ordinal(p.counted_from.fill_null(month_literal(month_add(now, 1))))
    before = ibis.greatest(since - first, whole(0)).fill_null(whole(_MOST_MONTHS))

    def most(counted: ir.IntegerValue, unseen: ir.IntegerValue) -> ir.FloatingValue:
        found = counted.cast("int64").fill_null(whole(0)) + unseen
        return ibis.least(found, whole(_MOST_MONTHS)).cast("float64")

    facts = _insurance(p, now, law)
    exact = drawing(p) | p.ui_again.fill_null(False)
    run_from = ordinal(p.ui_month) - p.ui_run.cast("int64") + whole(1)
    cut = (run_from <= since).fill_null(True)
    return {
        "ui_months": ibis.ifelse(exact, facts["ui_months"], most(p.ui_since, before)),
        "ui_months_total": most(p.ui_months, before),
        "ui_months_this_year": most(p.ui_run, ibis.ifelse(cut, before, whole(0))),
        "pension_months": most(p.pension_months, before),
    }


_MOST_MONTHS = 600


def _family(p: ir.Table) -> Mapping[str, ir.Value]:
    return {
        "hard_to_employ": or_no(p.hardship.notnull()),
        "disabled": or_no(p.disability_grade.notnull()),
        "minimum_allowance": or_unknown(p.hardship == text("3")),
        "land_lost": or_unknown(p.hardship == text("4")),
        "ex_fisher": or_unknown(p.hardship == text("7")),
        "zero_employment_member": answer(p.home_without_work),
        "out_of_poverty": or_no(p.poverty_kind == text("1")),
        "monitored": or_no(p.poverty_kind == text("2")),
        "veteran": or_no(p.discharged_month.notnull()),
        "veteran_placement": choice(
            "veteran_placement", p.veteran_placement, {"1": "self", "2": "placed", "3": "other"}
        ),
    }


def _subsidies(p: ir.Table, now: int) -> Mapping[str, ir.Value]:
    village = p.post_place.substr(9, 3)
    known = p.post_place.length() >= 12
    covered = ordinal(month_literal(now)) - ordinal(p.flexible_first) + whole(1)
    return {
        "flexible_subsidy_months": count(ibis.least(p.flexible_months, covered)),
        "flexible_subsidy_first": month(p.flexible_first),
        "in_welfare_post": or_no(p.post_place.notnull()),
        "welfare_post_kind": pick(
            "welfare_post_kind",
            (known & (village < text(VILLAGE_FROM)), "urban"),
            (known, "rural"),
        ),
        "welfare_post_first": month(p.post_first),
        "welfare_post_months": count(p.post_months),
        "job_seeking_granted": or_no(p.job_seeking_paid),
        "is_trainee": or_unknown(p.trainee_now),
        "trainee_months": count(p.trainee_months),
        "startup_granted": or_no(p.startup_paid),
        "same_grant_received": or_unknown(p.training_paid >= p.certificate_month),
    }


def _school(p: ir.Table) -> Mapping[str, ir.Value]:
    went = {str(number): each for number, each in enumerate(DESTINATIONS, 1)}
    level = ibis.coalesce(p.graduate_level, p.left_school_level, p.enrolled_level)
    studies = p.enrolled_level.notnull()
    leaver = ibis.cases(
        (studies, ibis.literal(False)),
        (p.left_school_level.isin(["60", "70"]), ibis.literal(True)),
        (p.education.isin(["10", "20", "30"]), ibis.literal(False)),
        else_=ibis.null("boolean"),
    )
    return {
        "enrolled": or_no(studies),
        "graduated": month(p.graduated),
        "school_kind": choice("school_kind", level, SCHOOLS),
        "graduate_destination": choice("graduate_destination", p.graduate_destination, went),
        "school_leaver": answer(leaver),
    }


def _business(p: ir.Table) -> Mapping[str, ir.Value]:
    return {
        "owns_business": or_no(p.business.notnull()),
        "business_kind": choice("business_kind", p.business_kind, BUSINESSES),
        "business_opened": month(p.business_opened),
        "first_business": answer(p.business_is_first),
        "loan_rounds": count(p.loans),
        "loan_unpaid": or_no(p.loan_open),
        "loan_overdue": answer(p.loan_overdue),
        "loan_month": month(p.loan_month),
        "startup_training_done": or_no(p.founders_passed.notnull()),
        "startup_training_passed": answer(p.founders_passed),
    }


def _skills(p: ir.Table) -> Mapping[str, ir.Value]:
    levels = {str(level): f"level_{level}" for level in range(1, 6)} | {"0": "special"}
    trained = {"1": "job_skills", "2": "on_the_job", "3": "startup", "4": "apprenticeship"}
    return {
        "certificate_level": choice("certificate_level", p.certificate_level, levels),
        "certificate_month": month(p.certificate_month),
        "training_kind": choice("training_kind", p.training_kind, trained),
        # How many hours are asked depends on the occupation, which no register says.
        "training_hours_full": nobody_knows(),
        "training_days": number(p.training_days),
    }


def _disputes(p: ir.Table) -> Mapping[str, ir.Value]:
    works, left = p.job_employer.notnull(), p.left_month.notnull()
    return {
        "still_works_there": answer(ibis.ifelse(works | left, works, None)),
        "dispute_county": place(p.opponent_place),
    }
