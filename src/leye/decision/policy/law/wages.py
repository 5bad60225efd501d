"""The minimum wage by area and month, and what is due to who is paid less."""

import numpy as np

from leye.decision.policy.conditions import Changes, among, condition
from leye.decision.policy.kleene import Number, below, negate
from leye.decision.policy.programmes import Programme, quantity
from leye.decision.policy.situation import Situation

_LAW = "《劳动法》第四十八条"
_CLASSES = "minimum_wage.area_class"


def by_class(s: Situation, path: str, place: str) -> Number:
    """Look up ``path.class_<n>`` for the minimum-wage class of the county in a place fact."""
    return s.by_place_class(path, place, classes=_CLASSES)


def minimum_wage_at(s: Situation, place: str) -> Number:
    """Give the monthly minimum wage of the county in a place fact."""
    return by_class(s, "minimum_wage.month", place)


@quantity("person", label="工作地月最低工资")
def minimum_wage_month(s: Situation) -> Number:
    """Give the monthly minimum wage where the person works."""
    return minimum_wage_at(s, "work_county")


@quantity("person", label="工作地小时最低工资")
def minimum_wage_hour(s: Situation) -> Number:
    """Give the hourly minimum wage where the person works."""
    return by_class(s, "minimum_wage.hour", "work_county")


@quantity("person", label="试用期工资下限")
def probation_wage_floor(s: Situation) -> Number:
    """Give 80 % of the agreed wage, and no less than the minimum wage."""
    share = s.value("probation.share_of_agreed_wage") * s.number("agreed_wage")
    return np.maximum(share, s.number("minimum_wage_month"))


_AT_WORK = ("employed_insured", "employed_filed", "public_welfare_post", "migrant")
_WORKS = among(
    "works_for_an_employer",
    "需要在用人单位工作",
    fact="work_status",
    options=_AT_WORK,
    basis="《劳动法》第二条",
)

MINIMUM_WAGE_TOP_UP = Programme(
    name="minimum_wage_top_up",
    entity="person",
    in_force=("minimum_wage.month.class_3",),
    conditions=(
        _WORKS,
        condition(
            "full_time",
            "需要是全日制用工",
            lambda s: negate(s.answer("part_time")),
            basis="《劳动合同法》第六十八条",
            changes=Changes.NEVER,
        ),
        condition(
            "paid_below_minimum",
            "月工资需要低于工作地的月最低工资标准",
            lambda s: below(s.number("wage_month"), s.number("minimum_wage_month")),
            basis=_LAW,
            changes=Changes.NEVER,
        ),
    ),
    amount=lambda s: np.maximum(0, s.number("minimum_wage_month") - s.number("wage_month")),
    amount_cap="minimum_wage.month.class_1",
)
"""What the employer owes to somebody paid less than the monthly minimum wage, a month."""

HOURLY_WAGE_TOP_UP = Programme(
    name="hourly_wage_top_up",
    entity="person",
    in_force=("minimum_wage.hour.class_3",),
    conditions=(
        _WORKS,
        condition(
            "part_time",
            "需要是按小时计酬的非全日制用工",
            lambda s: s.answer("part_time"),
            basis="《劳动合同法》第六十八条",
            changes=Changes.NEVER,
        ),
        condition(
            "paid_below_minimum",
            "小时工资需要低于工作地的小时最低工资标准",
            lambda s: below(s.number("wage_hour"), s.number("minimum_wage_hour")),
            basis="《劳动合同法》第七十二条",
            changes=Changes.NEVER,
        ),
    ),
    amount=lambda s: np.maximum(0, s.number("minimum_wage_hour") - s.number("wage_hour")),
    amount_cap="minimum_wage.hour.class_1",
)
"""What the employer owes to somebody paid less than the hourly minimum wage, for each hour."""

PROBATION_WAGE_TOP_UP = Programme(
    name="probation_wage_top_up",
    entity="person",
    in_force=("probation.share_of_agreed_wage",),
    conditions=(
        _WORKS,
        condition(
            "on_probation",
            "需要在试用期内",
            lambda s: s.answer("on_probation"),
            basis="《劳动合同法》第十九条",
            changes=Changes.NEVER,
        ),
        condition(
            "paid_below_floor",
            "试用期工资需要低于约定工资的{probation.share_of_agreed_wage}，或低于最低工资标准",
            lambda s: below(s.number("wage_month"), s.number("probation_wage_floor")),
            basis="《劳动合同法》第二十条",
            changes=Changes.NEVER,
        ),
    ),
    amount=lambda s: np.maximum(0, s.number("probation_wage_floor") - s.number("wage_month")),
)
"""What the employer owes to somebody paid less than the floor while on probation, a month."""
