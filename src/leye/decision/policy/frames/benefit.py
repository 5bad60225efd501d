"""What a grant of unemployment benefit tells of the contributions it was earned by."""

import ibis
import ibis.expr.types as ir

from leye.data.registers.terms import whole
from leye.decision.policy.parameters import Parameters

_MOST_YEARS = 40
_STEPS = 5
_AT = "unemployment_insurance.duration"


def least_months_of(granted: ir.IntegerValue, law: Parameters, now: int) -> ir.IntegerValue:
    """Give the fewest months of contributions for which so many months of benefit are granted."""
    values = law.at(now)
    first_of: dict[int, int] = {}
    for years in range(1, _MOST_YEARS + 1):
        step = values[f"{_AT}.years_{min(years, _STEPS)}"]
        more = values[f"{_AT}.each_year_from_6"] * max(0, years - _STEPS)
        earned = min(step + more, values[f"{_AT}.most"])
        if earned == earned:
            first_of.setdefault(int(earned), years * 12)
    steps = sorted(first_of.items(), reverse=True)
    cases = [(granted >= whole(months), whole(earned_by)) for months, earned_by in steps]
    return ibis.cases(*cases, else_=whole(0))
