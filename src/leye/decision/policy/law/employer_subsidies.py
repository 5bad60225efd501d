"""Subsidies of employers for those they take on: insurance, traineeships, workshops, park firms."""

import numpy as np

from leye.decision.policy.conditions import Changes, condition, holds
from leye.decision.policy.kleene import Number, above, any_of, at_least
from leye.decision.policy.law.employers import (
    FIRMS,
    SMALL,
    contract_of_a_year,
    is_kind,
    months_left,
    not_before,
    pays_insurance,
    still_months,
    took_on,
)
from leye.decision.policy.law.wages import minimum_wage_at
from leye.decision.policy.programmes import Programme, quantity
from leye.decision.policy.situation import Situation

_INSURANCE = "employer_subsidies.insurance"
_FUND_RULES = "赣财社〔2019〕1号"
_TRAINEES = "赣人社字〔2022〕183号"
_FENGXIN = "奉新县就业帮扶奖补政策"


@quantity("employer", label="招用就业困难人员社保补贴还可享月数")
def hard_hiring_months_left(s: Situation) -> Number:
    """Give the months left of three years, or to retirement for who was near it at first."""
    left = months_left(f"{_INSURANCE}.most_months", "hires_hard_months")(s)
    most = s.value(f"{_INSURANCE}.near_retirement_months")
    to_retirement = np.minimum(most, s.number("hires_hard_months_to_retirement"))
    near = s.answer("hires_hard_near_retirement")
    return np.select([near == 2, near == 0], [to_retirement, left], np.nan)


@quantity("employer", label="见习补贴每人月标准")
def trainee_subsidy_each(s: Situation) -> Number:
    """Give the monthly subsidy for a trainee: a share of the minimum wage of the county."""
    return s.value("traineeship.share") * minimum_wage_at(s, "firm_county")


@quantity("employer", label="就业帮扶车间每人年补贴标准")
def workshop_subsidy_each(s: Situation) -> Number:
    """Give the subsidy for a worker, of the county; elsewhere what the city has set."""
    return _of_county(s, "employer_subsidies.workshop.per_worker", "workshop_subsidy_per_worker")


@quantity("employer", label="园区企业吸纳脱贫劳动力每人年补贴标准")
def park_subsidy_each(s: Situation) -> Number:
    """Give the subsidy for a worker, of the county; elsewhere what the city has set."""
    return _of_county(s, "employer_subsidies.park.per_worker", "park_subsidy_per_worker")


def _of_county(s: Situation, path: str, setting: str) -> Number:
    county = s.by_place(path, "firm_county")
    elsewhere = np.where(s.is_in("firm_county") == 0, s.value(f"setting.{setting}"), np.nan)
    return np.where(np.isnan(county), elsewhere, county)


HARD_HIRING_SUBSIDY = Programme(
    name="hard_to_employ_hiring_subsidy",
    entity="employer",
    in_force=(f"{_INSURANCE}.share",),
    conditions=(
        took_on("招用了就业困难人员", "hires_hard", basis=_FUND_RULES),
        contract_of_a_year(_FUND_RULES),
        pays_insurance(_FUND_RULES),
        still_months(
            "补贴期限还没有满（最长{employer_subsidies.insurance.most_months}个月；"
            "首次核定时距退休不足{employer_subsidies.insurance.near_retirement_months}个月的可到退休）",
            lambda s: s.number("hard_hiring_months_left"),
            _FUND_RULES,
        ),
    ),
    amount=lambda s: s.value(f"{_INSURANCE}.share") * s.number("hires_hard_contribution"),
    months=lambda s: s.number("hard_hiring_months_left"),
    months_cap=f"{_INSURANCE}.near_retirement_months",
)
"""The employer's part of three insurances for hard-to-employ people, monthly."""

PARK_OLDER_HIRING_SUBSIDY = Programme(
    name="park_older_hiring_subsidy",
    entity="employer",
    in_force=(f"{_INSURANCE}.park_age",),
    conditions=(
        is_kind(*FIRMS, basis=_FUND_RULES),
        holds("in_park", "企业在工业园区里", fact="firm_in_park", basis=_FUND_RULES),
        took_on(
            "招用了{employer_subsidies.insurance.park_age}周岁以上的本省劳动力",
            "hires_park_40",
            basis=_FUND_RULES,
        ),
        contract_of_a_year(_FUND_RULES),
        pays_insurance(_FUND_RULES),
        still_months(
            "补贴期限还没有满（最长{employer_subsidies.insurance.most_months}个月）",
            months_left(f"{_INSURANCE}.most_months", "hires_park_40_months"),
            _FUND_RULES,
        ),
    ),
    amount=lambda s: s.value(f"{_INSURANCE}.share") * s.number("hires_park_40_contribution"),
    months=months_left(f"{_INSURANCE}.most_months", "hires_park_40_months"),
    months_cap=f"{_INSURANCE}.most_months",
)
"""The same for park firms that take on people of 40 or over from the province."""

GRADUATE_HIRING_SUBSIDY = Programme(
    name="graduate_hiring_subsidy",
    entity="employer",
    in_force=(f"{_INSURANCE}.graduate_months",),
    conditions=(
        is_kind(*FIRMS, basis=_FUND_RULES),
        condition(
            "small_or_family_service",
            "是小微企业，或者是家庭服务业企业",
            lambda s: any_of(s.is_one("firm_size", *SMALL), s.answer("firm_family_service")),
            basis=_FUND_RULES,
            changes=Changes.NEVER,
        ),
        took_on(
            "招用了毕业年度或离校2年内未就业的高校毕业生", "hires_graduates", basis=_FUND_RULES
        ),
        contract_of_a_year(_FUND_RULES),
        pays_insurance(_FUND_RULES),
        still_months(
            "补贴期限还没有满（最长{employer_subsidies.insurance.graduate_months}个月）",
            months_left(f"{_INSURANCE}.graduate_months", "hires_graduates_months"),
            _FUND_RULES,
        ),
    ),
    amount=lambda s: (
        s.value(f"{_INSURANCE}.graduate_share") * s.number("hires_graduates_contribution")
    ),
    months=months_left(f"{_INSURANCE}.graduate_months", "hires_graduates_months"),
    months_cap=f"{_INSURANCE}.graduate_months",
)
"""The employer's part of insurance for graduates in small firms, for a year."""

_TRAINEE_UNIT = holds("trainee_unit", "是认定的就业见习单位", fact="trainee_unit", basis=_TRAINEES)

TRAINEESHIP_SUBSIDY = Programme(
    name="traineeship_base_subsidy",
    entity="employer",
    in_force=("traineeship.share",),
    conditions=(
        _TRAINEE_UNIT,
        condition(
            "has_trainees",
            "有见习人员（离校2年内未就业毕业生或16—24岁失业青年）",
            lambda s: at_least(s.number("trainees"), 1),
            basis=_TRAINEES,
        ),
        holds(
            "pays_allowance",
            "按月给见习人员发放基本生活补助",
            fact="trainee_allowance_paid",
            basis=_TRAINEES,
        ),
    ),
    amount=lambda s: s.number("trainee_subsidy_each") * s.number("trainees"),
    months=lambda s: s.all(s.value("traineeship.most_months")),
    months_cap="traineeship.most_months",
)
"""就业见习补贴 of the unit: 80 % of the minimum wage a month for each trainee."""

TRAINEESHIP_RETENTION_BONUS = Programme(
    name="traineeship_retention_bonus",
    entity="employer",
    in_force=("traineeship.share", "setting.traineeship_retention_bonus"),
    conditions=(
        _TRAINEE_UNIT,
        condition(
            "kept",
            "见习期满后留用了见习人员，并签了劳动合同",
            lambda s: at_least(s.number("trainees_kept"), 1),
            basis="江西见习留用奖补办法未查到，由市里设定",
        ),
    ),
    amount=lambda s: s.value("setting.traineeship_retention_bonus") * s.number("trainees_kept"),
)
"""留用奖补 for trainees who are kept; the sum is the city's to set."""

WORKSHOP_SUBSIDY = Programme(
    name="workshop_subsidy",
    entity="employer",
    in_force=("employer_subsidies.workshop.open",),
    conditions=(
        holds("workshop", "是认定的就业帮扶车间", fact="firm_workshop", basis=_FENGXIN),
        condition(
            "county_pays",
            "所在县（市、区）有这项补贴（已知只有奉新县）",
            lambda s: above(s.number("workshop_subsidy_each"), 0),
            basis=_FENGXIN,
            changes=Changes.NEVER,
        ),
        took_on(
            "有稳定就业{employer_subsidies.workshop.work_months}个月以上的脱贫劳动力",
            "poverty_workers_6_months",
            basis=_FENGXIN,
        ),
        not_before("今年还没有领过这项补贴", fact="workshop_subsidy_this_year", basis=_FENGXIN),
    ),
    amount=lambda s: s.number("workshop_subsidy_each") * s.number("poverty_workers_6_months"),
)
"""就业帮扶车间补贴 of Fengxin: once a year for each worker who stayed six months."""

PARK_POVERTY_SUBSIDY = Programme(
    name="park_poverty_worker_subsidy",
    entity="employer",
    in_force=("employer_subsidies.park.open",),
    conditions=(
        is_kind(*FIRMS, basis=_FENGXIN),
        holds("in_park", "企业在工业园区里", fact="firm_in_park", basis=_FENGXIN),
        condition(
            "county_pays",
            "所在县（市、区）有这项补贴（已知只有奉新县）",
            lambda s: above(s.number("park_subsidy_each"), 0),
            basis=_FENGXIN,
            changes=Changes.NEVER,
        ),
        took_on(
            "有稳定就业{employer_subsidies.workshop.work_months}个月以上的城乡脱贫劳动力",
            "poverty_workers_6_months",
            basis=_FENGXIN,
        ),
        not_before("本自然年还没有领过这项补贴", fact="workshop_subsidy_this_year", basis=_FENGXIN),
    ),
    amount=lambda s: s.number("park_subsidy_each") * s.number("poverty_workers_6_months"),
)
"""The same of park firms in Fengxin: 1000 yuan to 2022, 1500 since."""
