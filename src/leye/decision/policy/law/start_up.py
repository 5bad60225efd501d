"""Support of the place where a business starts: the running costs in an incubator."""

import numpy as np

from leye.decision.policy.conditions import condition, holds
from leye.decision.policy.kleene import above
from leye.decision.policy.law.employers import months_left, still_months
from leye.decision.policy.programmes import Programme

_AT = "start_up.incubator"
_TEXT = "江西省创业孵化基地运行费补贴"

INCUBATOR_COST_SUBSIDY = Programme(
    name="incubator_cost_subsidy",
    entity="employer",
    in_force=(f"{_AT}.share",),
    conditions=(
        holds(
            "in_incubator",
            "入驻人社部门认定的创业孵化基地",
            fact="firm_in_incubator",
            basis=_TEXT,
        ),
        condition(
            "has_costs",
            "上季度实际付了物管、卫生、房租或非生产性水电费",
            lambda s: above(s.number("firm_incubator_cost_quarter"), 0),
            basis=_TEXT,
        ),
        still_months(
            "补贴期限还没有满（最长{start_up.incubator.most_months}个月）",
            months_left(f"{_AT}.most_months", "firm_incubator_months"),
            _TEXT,
        ),
    ),
    amount=lambda s: np.minimum(
        s.value(f"{_AT}.quarter"), s.value(f"{_AT}.share") * s.number("firm_incubator_cost_quarter")
    ),
    months=months_left(f"{_AT}.most_months", "firm_incubator_months"),
    amount_cap=f"{_AT}.quarter",
    months_cap=f"{_AT}.most_months",
)
"""孵化运行费补贴: a share of the costs of the last quarter, up to a sum."""
