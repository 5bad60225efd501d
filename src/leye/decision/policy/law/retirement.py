"""The statutory retirement age (gradually later since 2025) and leaving earlier by choice."""

from leye.decision.policy.conditions import Changes, condition, lacks
from leye.decision.policy.kleene import at_least, negate
from leye.decision.policy.law.people import retirement_within
from leye.decision.policy.programmes import Programme

_DECISION = "全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定"

STATUTORY_RETIREMENT = Programme(
    name="statutory_retirement",
    entity="person",
    in_force=("retirement.men.former_age",),
    conditions=(
        condition(
            "age_reached",
            "达到法定退休年龄",
            lambda s: s.answer("reached_retirement"),
            basis=_DECISION,
            changes=Changes.TIME,
            gap=lambda s: s.number("months_to_retirement"),
        ),
    ),
)
"""Whether the statutory retirement age is reached, month exact."""

EARLY_RETIREMENT = Programme(
    name="early_retirement",
    entity="person",
    in_force=("retirement.early_months",),
    conditions=(
        condition(
            "within_reach",
            "距法定退休年龄不超过{retirement.early_months}个月",
            lambda s: retirement_within(s, s.value("retirement.early_months")),
            basis=_DECISION,
            changes=Changes.TIME,
            gap=lambda s: s.number("months_to_retirement") - s.value("retirement.early_months"),
        ),
        condition(
            "former_age",
            "不早于原法定退休年龄",
            lambda s: at_least(s.number("months_past_former_age"), 0),
            basis=_DECISION,
            changes=Changes.TIME,
            gap=lambda s: -s.number("months_past_former_age"),
        ),
        condition(
            "contributed",
            "养老保险达到最低缴费年限",
            lambda s: at_least(
                s.number("pension_months"), s.value("setting.pension_minimum_months")
            ),
            basis=_DECISION,
            changes=Changes.TIME,
            gap=lambda s: s.value("setting.pension_minimum_months") - s.number("pension_months"),
        ),
        condition(
            "not_yet",
            "还没有到法定退休年龄",
            lambda s: negate(s.answer("reached_retirement")),
            basis=_DECISION,
            changes=Changes.NEVER,
        ),
        lacks("no_pension", "还没有领基本养老金", fact="draws_pension", basis=_DECISION),
    ),
)
"""弹性提前退休: up to three years before, not before the former age."""
