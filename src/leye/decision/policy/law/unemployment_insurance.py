"""Unemployment insurance: the benefit, how long, what stops it, and what goes with it."""

import numpy as np

from leye.decision.policy.conditions import (
    Changes,
    among,
    condition,
    holds,
    lacks,
    reaches,
    within,
)
from leye.decision.policy.kleene import (
    NO,
    Number,
    Truth,
    above,
    all_of,
    any_of,
    at_least,
    negate,
)
from leye.decision.policy.law.people import retirement_in_less_than
from leye.decision.policy.law.wages import by_class, minimum_wage_at
from leye.decision.policy.programmes import Programme, quantity
from leye.decision.policy.situation import Situation

_AT = "unemployment_insurance"
_NOT_BY_CHOICE = ("dismissed", "expired", "agreed_employer", "employer_at_fault")
_WORKING = (
    *("employed_insured", "employed_filed", "public_welfare_post"),
    *("self_employed", "flexible", "migrant"),
)
_STEPS = ("years_1", "years_2", "years_3", "years_4", "years_5")
_STOPS = "《社会保险法》第五十一条"


@quantity("person", label="失业保险金月标准")
def unemployment_benefit_month(s: Situation) -> Number:
    """Give the benefit of a month: by notice, and a share of the minimum wage where linked."""
    share = s.optional(f"{_AT}.share_of_minimum_wage")
    linked = share * minimum_wage_at(s, "ui_county")
    noticed = by_class(s, f"{_AT}.by_notice", "ui_county")
    return noticed if np.isnan(share) else linked


@quantity("person", label="按缴费年限可领月数")
def benefit_months_earned(s: Situation) -> Number:
    """Give the months that full years of contributions earn: a table to 5, then one a year."""
    months = s.number("ui_months")
    years = np.floor(np.where(np.isnan(months), 0, months) / 12)
    steps = s.table(f"{_AT}.duration", _STEPS, np.clip(years, 1, 5).astype(np.int16) - 1)
    more = s.value(f"{_AT}.duration.each_year_from_6") * np.maximum(0, years - 5)
    earned = np.where(years < 1, 0, steps + more)
    capped = np.minimum(earned, s.value(f"{_AT}.duration.most"))
    return np.where(np.isnan(months), np.nan, capped)


@quantity("person", label="本次核定月数")
def benefit_months_total(s: Situation) -> Number:
    """Give the months granted: those earned and those left over, up to the most."""
    whole = s.number("benefit_months_earned") + s.number("ui_months_left_over")
    return np.minimum(whole, s.value(f"{_AT}.duration.most"))


@quantity("person", label="还可领的月数")
def benefit_months_left(s: Situation) -> Number:
    """Give the months granted and not yet drawn."""
    return np.maximum(0, s.number("benefit_months_total") - s.number("ui_months_drawn"))


@quantity("person", label="已出现停发情形", kind="answer")
def benefit_stop_event(s: Situation) -> Truth:
    """Tell whether any event of article 51 has happened."""
    return any_of(
        s.is_one("work_status", *_WORKING),
        s.answer("in_military"),
        s.answer("emigrated"),
        s.answer("draws_pension"),
        s.answer("refused_job"),
    )


def _registered(s: Situation) -> Truth:
    """Whoever registers declares to look for work; only a plain no undoes it."""
    gave_up = s.answer("wants_work") == NO
    return np.where(gave_up, NO, s.answer("registered_unemployed")).astype(np.int8)


_NOT_ENLISTED = lacks("not_in_military", "不在服兵役", fact="in_military", basis=_STOPS)
_NOT_EMIGRATED = lacks("not_emigrated", "没有移居境外", fact="emigrated", basis=_STOPS)
NO_PENSION = lacks("no_pension", "没有享受基本养老保险待遇", fact="draws_pension", basis=_STOPS)
_ACCEPTS = lacks(
    "accepts_offers",
    "没有无正当理由拒绝介绍的适当工作或培训",
    fact="refused_job",
    basis=_STOPS,
    changes=Changes.SELF,
)
NOT_WORKING = condition(
    "not_working",
    "没有重新就业",
    lambda s: negate(s.is_one("work_status", *_WORKING)),
    basis=_STOPS,
    changes=Changes.NEVER,
)
_REGISTERED = condition(
    "registered",
    "已办理失业登记，并有求职要求",
    _registered,
    basis="《社会保险法》第四十五条",
)
_CONTRIBUTED = reaches(
    "contributed",
    "失业前单位和本人缴纳失业保险费满{unemployment_insurance.minimum_months}个月",
    fact="ui_months",
    least=f"{_AT}.minimum_months",
    basis="《社会保险法》第四十五条",
)
_INVOLUNTARY = among(
    "not_by_choice",
    "不是因本人意愿中断就业",
    fact="job_end_reason",
    options=_NOT_BY_CHOICE,
    basis="《社会保险法》第四十五条",
    changes=Changes.NEVER,
)
_GOING_ON = (_REGISTERED, NOT_WORKING, _NOT_ENLISTED, _NOT_EMIGRATED, NO_PENSION, _ACCEPTS)

UNEMPLOYMENT_BENEFIT = Programme(
    name="unemployment_benefit",
    entity="person",
    in_force=(f"{_AT}.minimum_months",),
    conditions=(
        _CONTRIBUTED,
        _INVOLUNTARY,
        *_GOING_ON,
        condition(
            "months_left",
            "核定的月数还没有领完（最长{unemployment_insurance.duration.most}个月）",
            lambda s: above(s.number("benefit_months_left"), 0),
            basis="《社会保险法》第四十六条",
            changes=Changes.NEVER,
        ),
    ),
    amount=lambda s: s.number("unemployment_benefit_month"),
    months=lambda s: s.number("benefit_months_left"),
    months_cap=f"{_AT}.duration.most",
)
"""失业保险金: monthly, for as long as contributions earned."""

BENEFIT_TO_RETIREMENT = Programme(
    name="unemployment_benefit_to_retirement",
    entity="person",
    in_force=(f"{_AT}.to_retirement_months",),
    conditions=(
        condition(
            "drawn_out",
            "失业保险金已经领满核定的月数",
            lambda s: all_of(
                at_least(s.number("ui_months_drawn"), 1),
                at_least(s.number("ui_months_drawn"), s.number("benefit_months_total")),
            ),
            basis="人社部发〔2024〕76号",
            changes=Changes.TIME,
            gap=lambda s: s.number("benefit_months_left"),
        ),
        condition(
            "close_to_retirement",
            "距法定退休年龄不足{unemployment_insurance.to_retirement_months}个月",
            lambda s: all_of(
                retirement_in_less_than(s, s.value(f"{_AT}.to_retirement_months")),
                negate(s.answer("reached_retirement")),
            ),
            basis="人社部发〔2024〕76号",
            changes=Changes.TIME,
            gap=lambda s: (
                s.number("months_to_retirement") - (s.value(f"{_AT}.to_retirement_months") - 1)
            ),
        ),
        *_GOING_ON,
    ),
    amount=lambda s: s.number("unemployment_benefit_month"),
    months=lambda s: np.maximum(0, s.number("months_to_retirement")),
    months_cap=f"{_AT}.to_retirement_months",
)
"""续发: the benefit goes on to the retirement age for who has less than a year to it."""

BENEFIT_STOP = Programme(
    name="unemployment_benefit_stop",
    entity="person",
    in_force=(f"{_AT}.minimum_months",),
    conditions=(
        holds("receiving", "正在领取失业保险金", fact="receiving_ui", basis=_STOPS),
        condition(
            "stop_event",
            "重新就业、服兵役、移居境外、享受养老待遇、无正当理由拒绝工作或培训，出现其中一种",
            lambda s: s.answer("benefit_stop_event"),
            basis=_STOPS,
            changes=Changes.NEVER,
        ),
    ),
)
"""停发: a recipient for whom an event of article 51 has happened."""

MEDICAL_INSURANCE = Programme(
    name="unemployment_medical_insurance",
    entity="person",
    in_force=(f"{_AT}.medical_share_paid",),
    conditions=(
        holds(
            "receiving",
            "正在领取失业保险金",
            fact="receiving_ui",
            basis="《社会保险法》第四十八条",
        ),
    ),
)
"""The fund pays the employees' medical insurance of recipients, who pay nothing."""

OLDER_RECIPIENT_PENSION = Programme(
    name="older_recipient_pension",
    entity="person",
    in_force=(f"{_AT}.fund_pays_pension_months",),
    conditions=(
        holds(
            "receiving",
            "正在领取失业保险金（含续发）",
            fact="receiving_ui",
            basis="人社部发〔2024〕76号",
        ),
        condition(
            "close_to_retirement",
            "距法定退休年龄不足{unemployment_insurance.fund_pays_pension_months}个月",
            lambda s: all_of(
                retirement_in_less_than(s, s.value(f"{_AT}.fund_pays_pension_months")),
                negate(s.answer("reached_retirement")),
            ),
            basis="人社部发〔2024〕76号",
            changes=Changes.TIME,
            gap=lambda s: (
                s.number("months_to_retirement") - (s.value(f"{_AT}.fund_pays_pension_months") - 1)
            ),
        ),
        holds(
            "insured_alone",
            "以个人身份参加企业职工基本养老保险（先缴后补）",
            fact="flexible_insured",
            basis="人社部发〔2024〕76号",
        ),
    ),
    amount=lambda s: s.all(s.value("setting.flexible_pension_minimum_month")),
    months=lambda s: np.maximum(0, s.number("months_to_retirement")),
    months_cap=f"{_AT}.fund_pays_pension_months",
)
"""The fund refunds the lowest pension contribution of recipients close to retirement."""

RURAL_WORKER_AID = Programme(
    name="rural_worker_living_aid",
    entity="person",
    in_force=(f"{_AT}.rural_worker_months",),
    conditions=(
        holds(
            "rural_contract_worker",
            "是农民合同制工人（本人不缴失业保险费）",
            fact="rural_contract_worker",
            basis="《失业保险条例》第二十一条",
            changes=Changes.NEVER,
        ),
        holds(
            "one_year_in_a_row",
            "连续工作满{unemployment_insurance.rural_worker_months}个月",
            fact="worked_one_year_in_a_row",
            basis="《失业保险条例》第二十一条",
            changes=Changes.TIME,
        ),
        holds(
            "employer_paid",
            "单位已经缴纳失业保险费",
            fact="employer_paid_ui",
            basis="《失业保险条例》第二十一条",
            changes=Changes.NEVER,
        ),
        among(
            "contract_ended",
            "劳动合同期满没有续订，或者提前解除",
            fact="job_end_reason",
            options=_NOT_BY_CHOICE,
            basis="《失业保险条例》第二十一条",
            changes=Changes.NEVER,
        ),
    ),
    amount=lambda s: (
        s.value("setting.rural_worker_aid_month") * np.floor(s.number("ui_months_this_year") / 12)
    ),
)
"""一次性生活补助 for rural contract workers; the standard is the province's to set."""

EMPLOYEE_CONTRIBUTION = Programme(
    name="unemployment_contribution_employee",
    entity="person",
    in_force=(f"{_AT}.contribution.statutory_employee_rate",),
    conditions=(
        among(
            "employee",
            "在单位工作并参保",
            fact="work_status",
            options=("employed_insured",),
            basis="《社会保险法》第四十四条",
        ),
    ),
    amount=lambda s: s.number("wage_month") * s.value(f"{_AT}.contribution.employee_rate"),
)
"""What an employee pays a month; unknown where no rate of the year was found."""

EMPLOYER_CONTRIBUTION = Programme(
    name="unemployment_contribution_employer",
    entity="employer",
    in_force=(f"{_AT}.contribution.statutory_employer_rate",),
    conditions=(
        condition(
            "has_staff",
            "单位有职工",
            lambda s: at_least(s.number("firm_staff"), 1),
            basis="《社会保险法》第四十四条",
            changes=Changes.TIME,
        ),
    ),
    amount=lambda s: s.number("firm_payroll_month") * s.value(f"{_AT}.contribution.employer_rate"),
)
"""What an employer pays a month; unknown where no rate of the year was found."""

REPORT_NAMES = Programme(
    name="dismissal_names_report",
    entity="employer",
    in_force=(f"{_AT}.report_names_days",),
    conditions=(
        within(
            "in_time",
            "自解除或终止劳动关系之日起{unemployment_insurance.report_names_days}日内告知名单",
            fact="firm_days_to_report",
            most=f"{_AT}.report_names_days",
            basis="《社会保险法》第五十条",
            unit="天",
        ),
    ),
)
"""The employer's duty to report who lost the job; eligible means it was kept."""
