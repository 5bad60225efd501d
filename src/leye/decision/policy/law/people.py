"""Ages and the retirement age, month exact, for every programme that reads them."""

import numpy as np

from leye.decision.policy.kleene import (
    NO,
    UNKNOWN,
    YES,
    Months,
    Number,
    Truth,
    all_of,
    at_least,
    month_plus,
    months_from,
    negate,
)
from leye.decision.policy.programmes import quantity
from leye.decision.policy.situation import Situation

_RULES = ("men", "women_55", "women_50")


@quantity("person", label="年龄（足月）")
def age_months(s: Situation) -> Number:
    """Give the age in full months at the end of the month."""
    return months_from(s.month("birth_month"), s.now)


@quantity("person", label="法定退休年月", kind="month")
def retirement_month(s: Situation) -> Months:
    """Give the month of the statutory retirement age; 0 where sex, birth or rule is not known."""
    months = [_retirement(s, rule) for rule in _RULES]
    rule = _rule(s)
    found = np.select([rule == n for n in range(len(_RULES))], months, 0)
    return found.astype(np.int32)


@quantity("person", label="距法定退休年龄的月数")
def months_to_retirement(s: Situation) -> Number:
    """Give the months left, negative once past; NaN where not known."""
    return months_from(s.now, s.month("retirement_month"))


@quantity("person", label="距法定退休年龄最少的月数")
def months_to_retirement_least(s: Situation) -> Number:
    """Give the least the months left can be, whatever of sex and rule is not known."""
    return _bound(s, earliest=True)


@quantity("person", label="距法定退休年龄最多的月数")
def months_to_retirement_most(s: Situation) -> Number:
    """Give the most the months left can be, whatever of sex and rule is not known."""
    return _bound(s, earliest=False)


@quantity("person", label="已过原法定退休年龄的月数")
def months_past_former_age(s: Situation) -> Number:
    """Give the months since the retirement age before the reform, negative before it."""
    rule = _rule(s)
    birth = s.month("birth_month")
    past = [
        months_from(month_plus(birth, s.value(f"retirement.{name}.former_age") * 12), s.now)
        for name in _RULES
    ]
    return np.select([rule == n for n in range(len(_RULES))], past, np.nan)


@quantity("person", label="已到法定退休年龄", kind="answer")
def reached_retirement(s: Situation) -> Truth:
    """Tell whether the statutory retirement age is reached."""
    return retirement_within(s, 0)


@quantity("person", label="在法定劳动年龄内", kind="answer")
def of_working_age(s: Situation) -> Truth:
    """Tell whether a person is 16 or over and below the statutory retirement age."""
    old_enough = at_least(s.number("age_months"), s.value("people.lowest_working_age") * 12)
    return all_of(old_enough, negate(s.answer("reached_retirement")))


def retirement_within(s: Situation, months: float) -> Truth:
    """Tell whether at most ``months`` are left to the retirement age (0: it is reached)."""
    least, most = s.number("months_to_retirement_least"), s.number("months_to_retirement_most")
    return np.where(most <= months, YES, np.where(least > months, NO, UNKNOWN)).astype(np.int8)


def retirement_in_less_than(s: Situation, months: float) -> Truth:
    """Tell whether fewer than ``months`` are left to the retirement age."""
    return retirement_within(s, months - 1)


def _rule(s: Situation) -> Months:
    sex = s.is_one("sex", "male")
    at_50 = s.is_one("women_retire_at", "at_50")
    women = np.select([at_50 == YES, at_50 == NO], [2, 1], -1)
    return np.select([sex == YES, sex == NO], [np.int64(0), women], -1).astype(np.int32)


def _bound(s: Situation, *, earliest: bool) -> Number:
    sex = s.is_one("sex", "male")
    at_50 = s.is_one("women_retire_at", "at_50")
    possible = ((sex != NO), (sex != YES) & (at_50 != YES), (sex != YES) & (at_50 != NO))
    found = np.full(s.size, np.nan)
    pick = np.fmin if earliest else np.fmax
    for rule, may_be in zip(_RULES, possible, strict=True):
        left = months_from(s.now, _retirement(s, rule))
        found = np.where(may_be, pick(found, left), found)
    return found


def _retirement(s: Situation, rule: str) -> Months:
    """Birth month plus the former age plus the delay: one month for each step after the base."""
    birth = s.month("birth_month")
    base = int(s.value(f"retirement.{rule}.base_birth_month"))
    steps = s.value(f"retirement.{rule}.months_of_birth_for_one_of_delay")
    most = s.value(f"retirement.{rule}.most_delay")
    after = months_from(np.full(s.size, base, dtype=np.int32), birth)
    delay = np.minimum(most, np.floor(after / steps) + 1)
    delay = np.where((after < 0) | np.isnan(delay), 0, delay)
    return month_plus(birth, s.value(f"retirement.{rule}.former_age") * 12 + delay)
