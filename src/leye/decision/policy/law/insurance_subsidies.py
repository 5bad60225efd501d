"""Subsidies of a person's own social-insurance contributions."""

import numpy as np

from leye.decision.policy.conditions import Changes, among, condition, holds, lacks
from leye.decision.policy.kleene import (
    NO,
    YES,
    Number,
    Truth,
    all_of,
    any_of,
    at_least,
    below,
    between,
    choose,
    months_from,
    negate,
    same,
)
from leye.decision.policy.law.groups import (
    before_reform,
    if_then,
    months_ago,
    near_retirement,
    of_age_by_sex,
    set_to_yes,
)
from leye.decision.policy.programmes import Programme, quantity
from leye.decision.policy.situation import Situation

_AT = "insurance_subsidy"
_RULES = "江西省就业补助资金管理办法（赣财社〔2019〕1号）"
_SHARE_25 = "国办发〔2025〕25号（江西落实）"

_REGISTERED = holds(
    "registered_employed", "需要办理就业登记", fact="registered_employed", basis=_RULES
)
_INSURED = holds(
    "pays_alone",
    "需要自己以灵活就业人员身份缴社保（先缴后补）",
    fact="flexible_insured",
    basis=_RULES,
)


@quantity("person", label="首次核定灵活就业社保补贴时临近退休", kind="answer")
def flexible_near_retirement(s: Situation) -> Truth:
    """Tell whether the subsidy runs to the retirement age.

    The guide names ages at the first approval (men 55, women 45). Whether they moved with the
    retirement reform was not found: for approvals since 2025 a setting says so, and without it
    there is an answer only where both readings agree.
    """
    ago = months_ago(s, "flexible_subsidy_first", "flexible_subsidy_months")
    by_age = of_age_by_sex(s, s.number("age_months") - ago, f"{_AT}.to_retirement_from")
    moved = set_to_yes(s, "flexible_ages_moved_with_retirement")
    now = if_then(moved, near_retirement(s, ago), by_age)
    return if_then(before_reform(s, ago), by_age, now)


@quantity("person", label="灵活就业社保补贴剩余月数")
def flexible_months_left(s: Situation) -> Number:
    """Give 36 months less those paid, or all up to retirement for who was close to it."""
    left = np.maximum(0, s.value(f"{_AT}.most_months") - s.number("flexible_subsidy_months"))
    to_retirement = np.maximum(0, s.number("months_to_retirement"))
    return choose(s.answer("flexible_near_retirement"), to_retirement, left)


FLEXIBLE_SUBSIDY = Programme(
    name="flexible_insurance_subsidy",
    entity="person",
    in_force=(f"{_AT}.share",),
    conditions=(
        holds("hard_to_employ", "需要认定为就业困难人员", fact="hard_to_employ", basis=_RULES),
        _REGISTERED,
        _INSURED,
        condition(
            "below_retirement",
            "还没有到法定退休年龄",
            lambda s: negate(s.answer("reached_retirement")),
            basis=_RULES,
            changes=Changes.NEVER,
        ),
        condition(
            "months_left",
            "补贴还没有领满{insurance_subsidy.most_months}个月"
            "（首次核定时男满{insurance_subsidy.to_retirement_from.men}周岁、"
            "女满{insurance_subsidy.to_retirement_from.women}周岁的，可领到退休）",
            lambda s: any_of(
                below(s.number("flexible_subsidy_months"), s.value(f"{_AT}.most_months")),
                s.answer("flexible_near_retirement"),
            ),
            basis=_RULES,
            changes=Changes.NEVER,
        ),
    ),
    amount=lambda s: s.value(f"{_AT}.share") * s.number("flexible_contribution"),
    months=lambda s: s.number("flexible_months_left"),
)
"""就业困难人员灵活就业社保补贴: up to two thirds of what was paid, three years or to retirement."""

GRADUATE_SUBSIDY = Programme(
    name="graduate_flexible_insurance_subsidy",
    entity="person",
    in_force=(f"{_AT}.graduate_share",),
    conditions=(
        condition(
            "recent_graduate",
            "需要是离校{graduates.recent_months}个月内的高校毕业生（按首次享受时算）",
            lambda s: all_of(
                s.is_one("school_kind", "university"),
                between(
                    s.since("graduated") - s.number("graduate_flexible_months"),
                    0,
                    s.value("graduates.recent_months"),
                ),
            ),
            basis=_RULES,
            changes=Changes.NEVER,
        ),
        lacks(
            "no_employer",
            "没有用人单位为本人参保",
            fact="insured_by_employer",
            basis=_RULES,
            changes=Changes.NEVER,
        ),
        _INSURED,
        condition(
            "months_left",
            "补贴还没有领满{insurance_subsidy.graduate_most_months}个月",
            lambda s: below(
                s.number("graduate_flexible_months"), s.value(f"{_AT}.graduate_most_months")
            ),
            basis=_RULES,
            changes=Changes.NEVER,
        ),
    ),
    amount=lambda s: s.value(f"{_AT}.graduate_share") * s.number("flexible_contribution"),
    months=lambda s: np.maximum(
        0, s.value(f"{_AT}.graduate_most_months") - s.number("graduate_flexible_months")
    ),
    months_cap=f"{_AT}.graduate_most_months",
)
"""高校毕业生灵活就业社保补贴."""

GRADUATE_FOUNDER_SUBSIDY = Programme(
    name="graduate_founder_insurance_subsidy",
    entity="person",
    in_force=(f"{_AT}.graduate_founder_most_months",),
    conditions=(
        condition(
            "graduate",
            "需要是毕业{insurance_subsidy.graduate_founder_within}个月内的高校毕业生",
            lambda s: all_of(
                s.is_one("school_kind", "university"),
                between(s.since("graduated"), 0, s.value(f"{_AT}.graduate_founder_within")),
            ),
            basis=_RULES,
            changes=Changes.NEVER,
        ),
        holds("owns_business", "需要自己创办企业或个体经营", fact="owns_business", basis=_RULES),
        _REGISTERED,
        _INSURED,
        condition(
            "months_left",
            "补贴还没有领满{insurance_subsidy.graduate_founder_most_months}个月",
            lambda s: below(
                s.number("graduate_flexible_months"),
                s.value(f"{_AT}.graduate_founder_most_months"),
            ),
            basis=_RULES,
            changes=Changes.NEVER,
        ),
    ),
    amount=lambda s: (
        s.value("setting.graduate_founder_insurance_share") * s.number("flexible_contribution")
    ),
    months=lambda s: np.maximum(
        0, s.value(f"{_AT}.graduate_founder_most_months") - s.number("graduate_flexible_months")
    ),
    months_cap=f"{_AT}.graduate_founder_most_months",
)
"""毕业5年内自主创业毕业生社保补贴: the share was not found and is for the city to set."""


def _applied_in_time(s: Situation) -> Truth:
    still_open = s.optional(f"{_AT}.personal.open")
    taken = NO if still_open != still_open else YES
    begun = at_least(s.number("contribution_subsidy_months"), 1)
    return any_of(np.full(s.size, taken, dtype=np.int8), begun)


def _personal_group(s: Situation) -> Truth:
    year = np.where(s.month("graduated") == 0, np.nan, s.month("graduated") // 100)
    from_university = s.is_one("school_kind", "university")
    class_of = s.value(f"{_AT}.personal.class_of")
    without_job = s.is_one("graduate_destination", "not_employed")
    unemployed = months_from(s.month("registered_since"), s.month("job_started"))
    return any_of(
        all_of(from_university, same(year, class_of)),
        all_of(from_university, between(year, class_of - 2, class_of - 1), without_job),
        at_least(unemployed, s.value(f"{_AT}.personal.unemployed_months")),
        s.answer("monitored"),
    )


PERSONAL_SUBSIDY = Programme(
    name="personal_contribution_subsidy",
    entity="person",
    in_force=(f"{_AT}.personal.share",),
    conditions=(
        condition(
            "applied_in_time",
            "需要在2025年12月31日前申请（已经享受的可以领完）",
            _applied_in_time,
            basis=_SHARE_25,
            changes=Changes.NEVER,
        ),
        condition(
            "key_group",
            "需要是{insurance_subsidy.personal.class_of}届高校毕业生、前两届离校未就业毕业生、"
            "登记失业满{insurance_subsidy.personal.unemployed_months}个月的人员、"
            "防止返贫监测对象之一",
            _personal_group,
            basis=_SHARE_25,
            changes=Changes.NEVER,
        ),
        holds(
            "firm_small",
            "所在单位需要是中小微企业",
            fact="firm_small",
            basis=_SHARE_25,
            changes=Changes.NEVER,
        ),
        holds(
            "firm_of_the_trades",
            "所在单位需要属于制造业或生活服务业",
            fact="firm_life_or_making",
            basis=_SHARE_25,
            changes=Changes.NEVER,
        ),
        holds(
            "contract_one_year",
            "需要签1年以上劳动合同",
            fact="contract_one_year",
            basis=_SHARE_25,
        ),
        among(
            "insured",
            "单位需要为本人缴社保",
            fact="work_status",
            options=("employed_insured",),
            basis=_SHARE_25,
        ),
        condition(
            "months_left",
            "补贴还没有领满{insurance_subsidy.personal.most_months}个月",
            lambda s: below(
                s.number("contribution_subsidy_months"), s.value(f"{_AT}.personal.most_months")
            ),
            basis=_SHARE_25,
            changes=Changes.NEVER,
        ),
    ),
    amount=lambda s: s.value(f"{_AT}.personal.share") * s.number("personal_contribution"),
    months=lambda s: np.maximum(
        0, s.value(f"{_AT}.personal.most_months") - s.number("contribution_subsidy_months")
    ),
    months_cap=f"{_AT}.personal.most_months",
)
"""重点群体个人缴费25%补贴: applications closed at the end of 2025, payments run out later."""
