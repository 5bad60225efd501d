"""What a worker may claim and until when: arbitration, inspection, severance pay.

Time limits run from day to day and registers know months, so in the month in which a limit falls
only the day tells: that month is UNKNOWN.
"""

import numpy as np

from leye.decision.policy.conditions import Changes, among, condition, holds, lacks
from leye.decision.policy.kleene import (
    NO,
    UNKNOWN,
    YES,
    Number,
    Truth,
    all_of,
    any_of,
    at_least,
    at_most,
    negate,
)
from leye.decision.policy.law.wages import minimum_wage_at
from leye.decision.policy.programmes import Programme, quantity
from leye.decision.policy.situation import Situation

_ARBITRATION = "《劳动争议调解仲裁法》第二十七条"
_SEVERANCE = "《劳动合同法》第四十六条"
_PAID_REASONS = ("dismissed", "expired", "agreed_employer", "employer_at_fault")
_YEAR = 12
_HALF_YEAR = 6


def within_limit(since: Number, months: float) -> Truth:
    """Tell whether a limit of so many months is kept, by the months gone (never negative)."""
    gone = np.where(since < 0, np.nan, since)
    late = np.where(gone > months, NO, UNKNOWN)
    return np.where(gone < months, YES, late).astype(np.int8)


@quantity("person", label="在仲裁时效内", kind="answer")
def claim_in_time(s: Situation) -> Truth:
    """Tell whether a year has not passed: from knowing, or for arrears of pay from leaving."""
    months = s.value("disputes.arbitration.claim_months")
    pay, works = s.answer("dispute_about_pay"), s.answer("still_works_there")
    after_leaving = within_limit(s.since("last_job_ended"), months)
    known = within_limit(s.since("dispute_known"), months)
    of_pay = any_of(works, all_of(negate(works), after_leaving))
    return any_of(all_of(pay, of_pay), all_of(negate(pay), known), all_of(of_pay, known))


LABOUR_ARBITRATION = Programme(
    name="labour_arbitration",
    entity="person",
    in_force=("disputes.arbitration.claim_months",),
    conditions=(
        condition(
            "in_time",
            "自知道权益受侵害起不超过{disputes.arbitration.claim_months}个月；"
            "拖欠劳动报酬的，在职期间不受限制，离职后{disputes.arbitration.claim_months}个月内提出"
            "（到期的当月要看具体日期）",
            lambda s: s.answer("claim_in_time"),
            basis=_ARBITRATION,
            changes=Changes.NEVER,
        ),
    ),
)
"""The right to file for arbitration, which is free of charge."""

FINAL_AWARD = Programme(
    name="final_award",
    entity="person",
    in_force=("disputes.arbitration.final_wage_months",),
    conditions=(
        holds(
            "about_money",
            "追索劳动报酬、工伤医疗费、经济补偿或者赔偿金",
            fact="dispute_about_money",
            basis="《劳动争议调解仲裁法》第四十七条",
            changes=Changes.NEVER,
        ),
        condition(
            "small_claim",
            "请求金额不超过当地月最低工资的{disputes.arbitration.final_wage_months}倍",
            lambda s: at_most(s.number("claim_amount"), s.number("final_award_most")),
            basis="《劳动争议调解仲裁法》第四十七条",
            changes=Changes.NEVER,
            gap=lambda s: s.number("claim_amount") - s.number("final_award_most"),
            gap_unit="元",
        ),
    ),
)
"""一裁终局: an award that the employer cannot take to a court of first instance."""


@quantity("person", label="一裁终局的请求上限")
def final_award_most(s: Situation) -> Number:
    """Give twelve monthly minimum wages of the place of the employer."""
    months = s.value("disputes.arbitration.final_wage_months")
    return months * minimum_wage_at(s, "dispute_county")


LABOUR_INSPECTION = Programme(
    name="labour_inspection",
    entity="person",
    in_force=("disputes.inspection.look_back_months",),
    conditions=(
        condition(
            "in_time",
            "违法行为发生或者终了不超过{disputes.inspection.look_back_months}个月（到期的当月要看具体日期）",
            lambda s: within_limit(
                s.since("violation_ended"), s.value("disputes.inspection.look_back_months")
            ),
            basis="《劳动保障监察条例》第二十条",
            changes=Changes.NEVER,
        ),
    ),
)
"""The right to have a violation looked into."""


@quantity("person", label="经济补偿月数")
def severance_months(s: Situation) -> Number:
    """Give a month for each full year, one for a rest of half a year or more, else half of one."""
    served = s.number("service_months")
    years, rest = np.floor(served / _YEAR), served % _YEAR
    part = np.where(rest >= _HALF_YEAR, 1.0, np.where(rest > 0, 0.5, 0.0))
    return s.value("disputes.severance.months_each_year") * (years + part)


@quantity("person", label="经济补偿")
def severance_sum(s: Situation) -> Number:
    """Give months x wage; above three local averages the wage and the years are capped."""
    wage, months = s.number("average_wage_12"), s.number("severance_months")
    local = s.value("setting.local_average_wage_month")
    cap = s.value("disputes.severance.wage_cap") * local
    most = s.value("disputes.severance.most_years")
    capped = cap * np.minimum(most, months)
    known = np.where(wage > cap, capped, wage * months)
    return np.where(np.isnan(cap), np.nan, known)


_SERVED = condition(
    "served",
    "在本单位工作过",
    lambda s: at_least(s.number("service_months"), 1),
    basis="《劳动合同法》第四十七条",
    changes=Changes.NEVER,
)

SEVERANCE_PAY = Programme(
    name="severance_pay",
    entity="person",
    in_force=("disputes.severance.months_each_year",),
    conditions=(
        among(
            "ended_by_employer",
            "被单位解除或裁员、合同到期单位没有续签、单位提出协商解除，或因单位欠薪等违法而离开",
            fact="job_end_reason",
            options=_PAID_REASONS,
            basis=_SEVERANCE,
            changes=Changes.NEVER,
        ),
        lacks(
            "not_for_fault",
            "不是因本人严重违纪、失职等过错被解除",
            fact="dismissed_for_fault",
            basis="《劳动合同法》第三十九条、第四十六条",
        ),
        _SERVED,
    ),
    amount=lambda s: s.number("severance_sum"),
)
"""经济补偿 that the employer owes once at the end of the contract."""

UNLAWFUL_DISMISSAL_PAY = Programme(
    name="unlawful_dismissal_pay",
    entity="person",
    in_force=("disputes.severance.unlawful_multiple",),
    conditions=(
        holds(
            "unlawful",
            "仲裁或法院认定单位违法解除或终止劳动合同",
            fact="dismissal_unlawful",
            basis="《劳动合同法》第八十七条",
            changes=Changes.NEVER,
        ),
        _SERVED,
    ),
    amount=lambda s: s.value("disputes.severance.unlawful_multiple") * s.number("severance_sum"),
)
"""赔偿金: twice the severance pay, instead of it."""
