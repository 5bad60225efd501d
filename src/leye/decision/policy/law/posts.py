"""Public-welfare posts and traineeships: who may take one, what is paid and for how long."""

import numpy as np

from leye.decision.policy.conditions import Changes, condition, holds
from leye.decision.policy.kleene import (
    NO,
    UNKNOWN,
    YES,
    Number,
    Truth,
    all_of,
    any_of,
    at_least,
    below,
    between,
    choose,
    negate,
)
from leye.decision.policy.law.groups import (
    graduated_within,
    months_ago,
    near_retirement,
    not_working,
    of_age_by_sex,
)
from leye.decision.policy.law.wages import minimum_wage_at
from leye.decision.policy.programmes import Programme, quantity
from leye.decision.policy.situation import Situation

_AT = "posts"
_RULES = "江西省公益性岗位开发管理办法（赣人社规〔2024〕6号）"
_TRAINEES = "赣人社字〔2022〕183号"


@quantity("person", label="公益性岗位安置优先顺序")
def welfare_post_rank(s: Situation) -> Number:
    """Give the order of placement by the rule of 2024: 1 comes first, 5 is anybody else.

    NaN where an order before the first that holds is not known.
    """
    age = s.number("age_months")
    certified, poor = s.answer("hard_to_employ"), s.answer("out_of_poverty")
    oldest = of_age_by_sex(s, age, f"{_AT}.rank.oldest")
    older = of_age_by_sex(s, age, "hard_to_employ.older")
    first = any_of(
        all_of(
            certified,
            any_of(
                s.answer("zero_employment_member"),
                s.answer("minimum_allowance"),
                s.answer("disabled"),
                oldest,
            ),
        ),
        all_of(poor, any_of(s.answer("cannot_leave_home"), oldest)),
    )
    second = all_of(certified, any_of(s.answer("land_lost"), s.answer("ex_fisher"), older))
    fourth = graduated_within(s, s.value(f"{_AT}.graduate_months"))
    rank = np.full(s.size, 5.0)
    for order, truth in ((4, fourth), (3, poor), (2, second), (1, first)):
        rank = np.where(truth == YES, order, np.where(truth == UNKNOWN, np.nan, rank))
    return rank


@quantity("person", label="公益性岗位剩余月数")
def welfare_post_months_left(s: Situation) -> Number:
    """Give 36 months less those served, or all up to retirement for who was close to it."""
    left = np.maximum(0, s.value(f"{_AT}.most_months") - s.number("welfare_post_months"))
    near = s.answer("welfare_post_near_retirement")
    return choose(near, np.maximum(0, s.number("months_to_retirement")), left)


@quantity("person", label="首次上岗时距退休不足5年", kind="answer")
def welfare_post_near_retirement(s: Situation) -> Truth:
    """Tell whether less than five years were left to retirement when the first post began."""
    return near_retirement(s, months_ago(s, "welfare_post_first", "welfare_post_months"))


def _group(s: Situation, served: Number | float) -> Truth:
    """Of a group to be placed ``served`` months ago."""
    poor = s.answer("out_of_poverty")
    if np.isnan(s.optional(f"{_AT}.out_of_poverty")):
        poor = np.full(s.size, NO, dtype=np.int8)
    graduate = all_of(
        s.is_one("school_kind", "university"),
        between(s.since("graduated") - served, 0, s.value(f"{_AT}.graduate_months")),
    )
    return any_of(s.answer("hard_to_employ"), poor, graduate)


_WHO = (
    "就业困难人员[posts.out_of_poverty?、脱贫人口]"
    "或离校{posts.graduate_months}个月内未就业的高校毕业生"
)
_GROUP = condition("group", f"需要是{_WHO}", lambda s: _group(s, 0), basis=_RULES)
_GROUP_AT_START = condition(
    "group",
    f"上岗时需要是{_WHO}",
    lambda s: _group(s, s.number("welfare_post_months")),
    basis=_RULES,
    changes=Changes.NEVER,
)
_MONTHS_LEFT = condition(
    "months_left",
    "上岗还没有满{posts.most_months}个月（首次上岗时距退休不足5年的，可到退休）",
    lambda s: any_of(
        below(s.number("welfare_post_months"), s.value(f"{_AT}.most_months")),
        s.answer("welfare_post_near_retirement"),
    ),
    basis=_RULES,
    changes=Changes.NEVER,
)
_BELOW_RETIREMENT = condition(
    "below_retirement",
    "还没有到法定退休年龄",
    lambda s: negate(s.answer("reached_retirement")),
    basis=_RULES,
    changes=Changes.NEVER,
)
_IN_POST = holds("in_post", "需要在公益性岗位上", fact="in_welfare_post", basis=_RULES)

WELFARE_POST = Programme(
    name="public_welfare_post",
    entity="person",
    in_force=(f"{_AT}.most_months",),
    conditions=(
        _GROUP,
        condition(
            "not_working",
            "现在没有工作",
            not_working,
            basis=_RULES,
            changes=Changes.NEVER,
        ),
        holds(
            "able",
            "需要有劳动能力",
            fact="able_to_work",
            basis=_RULES,
            changes=Changes.NEVER,
        ),
        _BELOW_RETIREMENT,
        _MONTHS_LEFT,
    ),
    months=lambda s: s.number("welfare_post_months_left"),
)
"""公益性岗位安置: who may be placed; ``welfare_post_rank`` says who comes first."""


def _post_subsidy(s: Situation) -> Number:
    share = s.optional(f"{_AT}.subsidy_share_of_minimum_wage")
    by_wage = share * minimum_wage_at(s, "work_county")
    set_by_city = s.all(s.value("setting.urban_post_subsidy_month"))
    urban = set_by_city if np.isnan(share) else by_wage
    rural = s.all(s.value("setting.rural_post_subsidy_month"))
    return choose(s.is_one("welfare_post_kind", "urban"), urban, rural)


WELFARE_POST_SUBSIDY = Programme(
    name="public_welfare_post_subsidy",
    entity="person",
    in_force=(f"{_AT}.most_months",),
    conditions=(_IN_POST, _GROUP_AT_START, _BELOW_RETIREMENT, _MONTHS_LEFT),
    amount=_post_subsidy,
    months=lambda s: s.number("welfare_post_months_left"),
)
"""公益性岗位补贴: up to 70 % of the minimum wage to 2023; the amounts since are for the city."""

WELFARE_POST_INSURANCE = Programme(
    name="public_welfare_post_insurance",
    entity="person",
    in_force=(f"{_AT}.most_months",),
    conditions=(_IN_POST, _GROUP_AT_START, _BELOW_RETIREMENT, _MONTHS_LEFT),
    amount=lambda s: (
        s.value("setting.welfare_post_insurance_share") * s.number("welfare_post_contribution")
    ),
    months=lambda s: s.number("welfare_post_months_left"),
)
"""公益性岗位社会保险补贴: of what the employer paid; the share is for the city to set."""


def _may_train(s: Situation, ago: Number | float) -> Truth:
    """Of the age or newly out of school ``ago`` months before; 24 counts to the 25th birthday."""
    age = s.number("age_months") - ago
    return any_of(
        all_of(
            s.is_one("school_kind", "university"),
            between(s.since("graduated") - ago, 0, s.value("graduates.recent_months")),
        ),
        all_of(
            at_least(age, s.value("posts.trainee.youngest") * 12),
            below(age, (s.value("posts.trainee.oldest") + 1) * 12),
        ),
    )


_TRAINEE_GROUP = condition(
    "group",
    "需要是离校{graduates.recent_months}个月内未就业的高校毕业生，"
    "或{posts.trainee.youngest}至{posts.trainee.oldest}周岁的失业青年",
    lambda s: _may_train(s, 0),
    basis=_TRAINEES,
    changes=Changes.NEVER,
)
_TRAINEE_MONTHS = condition(
    "months_left",
    "见习还没有满{traineeship.most_months}个月",
    lambda s: below(s.number("trainee_months"), s.value("traineeship.most_months")),
    basis=_TRAINEES,
    changes=Changes.NEVER,
)


def _trainee_months_left(s: Situation) -> Number:
    return np.maximum(0, s.value("traineeship.most_months") - s.number("trainee_months"))


TRAINEESHIP = Programme(
    name="traineeship",
    entity="person",
    in_force=("traineeship.share",),
    conditions=(
        _TRAINEE_GROUP,
        condition(
            "not_working",
            "现在没有工作",
            not_working,
            basis=_TRAINEES,
            changes=Changes.NEVER,
        ),
        condition(
            "not_enrolled",
            "不在校读书",
            lambda s: negate(s.answer("enrolled")),
            basis=_TRAINEES,
            changes=Changes.TIME,
        ),
        _TRAINEE_MONTHS,
    ),
    months=_trainee_months_left,
    months_cap="traineeship.most_months",
)
"""就业见习: who may become a trainee."""

TRAINEE_SUBSIDY = Programme(
    name="trainee_subsidy",
    entity="person",
    in_force=("traineeship.share",),
    conditions=(
        holds("is_trainee", "需要正在见习单位见习", fact="is_trainee", basis=_TRAINEES),
        condition(
            "group",
            "见习开始时需要是离校{graduates.recent_months}个月内未就业的高校毕业生，"
            "或{posts.trainee.youngest}至{posts.trainee.oldest}周岁的失业青年",
            lambda s: _may_train(s, s.number("trainee_months")),
            basis=_TRAINEES,
            changes=Changes.NEVER,
        ),
        _TRAINEE_MONTHS,
    ),
    amount=lambda s: s.value("traineeship.share") * minimum_wage_at(s, "trainee_county"),
    months=_trainee_months_left,
    months_cap="traineeship.most_months",
)
"""就业见习补贴: a share of the minimum wage where the unit lies, paid through the unit."""
