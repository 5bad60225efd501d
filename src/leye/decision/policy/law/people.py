"""Ages and the retirement age, month exact, for every programme that reads them."""

import math

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
    return s.since("birth_month")


@quantity("person", label="男性法定退休年龄（月）")
def retirement_age_men(s: Situation) -> Number:
    """Give the retirement age in months of a man born in the person's month."""
    return _retirement_age(s, "men")


@quantity("person", label="原55周岁女性法定退休年龄（月）")
def retirement_age_women_55(s: Situation) -> Number:
    """Give the retirement age in months of a woman of the 55-year rule born in that month."""
    return _retirement_age(s, "women_55")


@quantity("person", label="原50周岁女性法定退休年龄（月）")
def retirement_age_women_50(s: Situation) -> Number:
    """Give the retirement age in months of a woman of the 50-year rule born in that month."""
    return _retirement_age(s, "women_50")


@quantity("person", label="法定退休年月", kind="month")
def retirement_month(s: Situation) -> Months:
    """Give the month of the statutory retirement age; 0 where sex, birth or rule is not known."""
    return month_plus(s.month("birth_month"), s.number("age_months") + _left(s))


@quantity("person", label="距法定退休年龄的月数")
def months_to_retirement(s: Situation) -> Number:
    """Give the months left, negative once past; NaN where not known."""
    return _left(s)


@quantity("person", label="距法定退休年龄最少的月数")
def months_to_retirement_least(s: Situation) -> Number:
    """Give the least the months left can be, whatever of sex and rule is not known."""
    return _bound(s, np.inf, np.fmin)


@quantity("person", label="距法定退休年龄最多的月数")
def months_to_retirement_most(s: Situation) -> Number:
    """Give the most the months left can be, whatever of sex and rule is not known."""
    return _bound(s, -np.inf, np.fmax)


@quantity("person", label="已过原法定退休年龄的月数")
def months_past_former_age(s: Situation) -> Number:
    """Give the months since the retirement age before the reform, negative before it."""
    ages = np.array([*(s.value(f"retirement.{rule}.former_age") for rule in _RULES), np.nan])
    former: Number = ages[_rule(s)] * 12
    return s.number("age_months") - former


@quantity("person", label="已到法定退休年龄", kind="answer")
def reached_retirement(s: Situation) -> Truth:
    """Tell whether the statutory retirement age is reached."""
    return retirement_within(s, 0)


@quantity("person", label="在法定劳动年龄内", kind="answer")
def of_working_age(s: Situation) -> Truth:
    """Tell whether a person is 16 or over and below the statutory retirement age."""
    old_enough = at_least(s.number("age_months"), s.value("people.lowest_working_age") * 12)
    return all_of(old_enough, negate(s.answer("reached_retirement")))


def retirement_within(s: Situation, months: Number | float) -> Truth:
    """Tell whether at most ``months`` are left to the retirement age (0: it is reached)."""
    found = np.full(s.size, UNKNOWN)
    found[s.number("months_to_retirement_most") <= months] = YES
    found[s.number("months_to_retirement_least") > months] = NO
    return found


def retirement_in_less_than(s: Situation, months: Number | float) -> Truth:
    """Tell whether fewer than ``months`` are left to the retirement age."""
    return retirement_within(s, months - 1)


def _rule(s: Situation) -> Months:
    """Give the place in ``_RULES`` of each person's rule, -1 where it is not known."""
    women = np.array([1, -1, 2], dtype=np.int32)[s.is_one("women_retire_at", "at_50")]
    men = s.is_one("sex", "male")
    women[men == YES] = 0
    women[men == UNKNOWN] = -1
    return women


def _left(s: Situation) -> Number:
    """Give the months to the retirement age of each person's rule."""
    rule = _rule(s)
    found = np.full(s.size, np.nan)
    for n, name in enumerate(_RULES):
        np.copyto(found, s.number(f"retirement_age_{name}"), where=rule == n)
    return found - s.number("age_months")


def _bound(s: Situation, start: float, pick: np.ufunc) -> Number:
    """Give the least or most months to the retirement age among the rules that may apply."""
    men = s.is_one("sex", "male")
    at_50 = s.is_one("women_retire_at", "at_50")
    possible = (men != NO, (men != YES) & (at_50 != YES), (men != YES) & (at_50 != NO))
    found = s.all(start)
    for rule, may_be in zip(_RULES, possible, strict=True):
        pick(found, s.number(f"retirement_age_{rule}"), out=found, where=may_be)
    return found - s.number("age_months")


def _retirement_age(s: Situation, rule: str) -> Number:
    """The former age plus the delay: one month for each step of birth months after the base."""
    former = s.value(f"retirement.{rule}.former_age") * 12
    steps = s.value(f"retirement.{rule}.months_of_birth_for_one_of_delay")
    most = s.value(f"retirement.{rule}.most_delay")
    base = s.value(f"retirement.{rule}.base_birth_month")
    if math.isnan(steps) or math.isnan(base):
        return s.all(former)
    oldest = float(months_from(int(base), s.now))
    after = oldest - s.number("age_months")
    return np.asarray(former + np.clip(np.floor(after / steps) + 1, 0, most))
