"""Groups of people whom several programmes name, and the tests they share."""

import numpy as np

from leye.decision.policy.kleene import (
    NO,
    UNKNOWN,
    YES,
    Number,
    Truth,
    above,
    all_of,
    any_of,
    at_least,
    at_most,
    between,
    choose,
    month_plus,
    months_from,
    negate,
)
from leye.decision.policy.law.people import retirement_within
from leye.decision.policy.programmes import quantity
from leye.decision.policy.situation import Situation

WORKING = (
    *("employed_insured", "employed_filed", "public_welfare_post"),
    *("self_employed", "flexible", "migrant"),
)
"""The statuses of who has work."""

NEAR_RETIREMENT_MONTHS = 60
"""Five years: whoever is nearer to retirement at the first approval is paid up to it."""

_REFORM = 202501
"""From this month the retirement age rises (decision of the Standing Committee, 2024-09-13)."""


def not_working(s: Situation) -> Truth:
    """Tell whether a person has no work."""
    return negate(s.is_one("work_status", *WORKING))


def if_then(truth: Truth, then: Truth, otherwise: Truth) -> Truth:
    """Give ``then`` where YES, ``otherwise`` where NO, and what both say where UNKNOWN."""
    return any_of(all_of(truth, then), all_of(negate(truth), otherwise), all_of(then, otherwise))


def set_to_yes(s: Situation, setting: str) -> Truth:
    """Tell whether the city has set a yes/no setting to 1; UNKNOWN while it is not set."""
    value = s.value(f"setting.{setting}")
    truth = UNKNOWN if value != value else YES if value >= 1 else NO
    return np.full(s.size, truth, dtype=np.int8)


def of_age_by_sex(s: Situation, age: Number, path: str) -> Truth:
    """Tell whether an age in months reaches ``path.men`` or ``path.women`` (years)."""
    return if_then(
        s.is_one("sex", "male"),
        at_least(age, s.value(f"{path}.men") * 12),
        at_least(age, s.value(f"{path}.women") * 12),
    )


def months_to_age_by_sex(s: Situation, path: str) -> Number:
    """Give the months to the age of ``path.men`` or ``path.women``; NaN where not known."""
    years = choose(s.is_one("sex", "male"), s.value(f"{path}.men"), s.value(f"{path}.women"))
    return years * 12 - s.number("age_months")


def months_ago(s: Situation, first: str, count: str) -> Number:
    """Give how long ago a subsidy was first paid; 0 for who has had no month of it."""
    paid = s.number(count)
    return np.where(paid == 0, 0.0, np.where(np.isnan(paid), np.nan, s.since(first)))


def near_retirement(s: Situation, ago: Number) -> Truth:
    """Tell whether less than five years were left to retirement ``ago`` months before ``now``.

    Before 2025 the former retirement age counts.
    """
    former = -s.number("months_past_former_age") + ago
    return if_then(
        before_reform(s, ago),
        at_most(former, NEAR_RETIREMENT_MONTHS - 1),
        retirement_within(s, NEAR_RETIREMENT_MONTHS - 1 - ago),
    )


def before_reform(s: Situation, ago: Number) -> Truth:
    """Tell whether the month ``ago`` months before ``now`` lies before the retirement reform."""
    now = np.full(s.size, s.now, dtype=np.int32)
    return above(months_from(month_plus(now, -ago), _REFORM), 0)


@quantity("person", label="高校毕业生离校2年内", kind="answer")
def recent_graduate(s: Situation) -> Truth:
    """Tell whether a university graduate left school no longer ago than the law counts."""
    return graduated_within(s, s.value("graduates.recent_months"))


@quantity("person", label="毕业年度内的高校毕业生", kind="answer")
def graduate_of_the_year(s: Situation) -> Truth:
    """Tell whether somebody graduates from a university in this calendar year."""
    return all_of(s.is_one("school_kind", "university"), s.same_year("graduated"))


def graduated_within(s: Situation, months: float) -> Truth:
    """Tell whether a university graduate left school within so many months."""
    return all_of(s.is_one("school_kind", "university"), between(s.since("graduated"), 0, months))
