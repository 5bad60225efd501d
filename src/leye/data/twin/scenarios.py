"""What a demonstration city has planted in it, in measure with its size."""

from leye.data.twin.codes import ComparisonRule, ScenarioKind
from leye.data.twin.types import Scenario
from leye.kernel.months import month_add

_FULL_CITY = 5_000_000
# Cases a month of each fraud in a city of five million; at least one in any city.
_CASES = {
    ComparisonRule.BENEFIT_WHILE_INSURED: 60,
    ComparisonRule.REGISTERED_BUT_EMPLOYED: 120,
    ComparisonRule.FILED_WITHOUT_CONTRIBUTIONS: 200,
    ComparisonRule.CONTRIBUTIONS_WITHOUT_FILING: 150,
    ComparisonRule.DEAD_OR_RETIRED_PAID: 40,
    ComparisonRule.OWNER_WITH_FLEXIBLE_SUBSIDY: 80,
    ComparisonRule.WELFARE_POST_EMPLOYED_ELSEWHERE: 60,
    ComparisonRule.OVERLAPPING_TRAININGS: 80,
    ComparisonRule.SAME_SUBSIDY_TWICE: 80,
    ComparisonRule.GRADUATE_WITHOUT_EVIDENCE: 40,
    ComparisonRule.HOUSEHOLD_ZERO_EMPLOYMENT: 80,
    ComparisonRule.UNREPORTED_LAYOFF: 6,
    ComparisonRule.REPORT_FAR_FROM_INSURED: 12,
    ComparisonRule.SEPARATION_REASON_DIFFERS: 120,
}
_EVERY = 3
"""Frauds come in months, so many apart, from the third month on."""


def default_scenarios(*, people: int, months: int, first_month: int) -> tuple[Scenario, ...]:
    """Give a closure, a silent layoff, a slump, a return of migrants, and every fraud repeatedly.

    In a city simulated for less than a year they come closer together.
    """
    scale = people / _FULL_CITY
    return (*_troubles(scale, months, first_month), *_frauds(scale, months, first_month))


def _troubles(scale: float, months: int, first_month: int) -> tuple[Scenario, ...]:
    def at(share: float) -> int:
        return month_add(first_month, min(months - 1, round(share * (months - 1))))

    return (
        Scenario(
            ScenarioKind.PLANT_CLOSURE, at(0.75), size=max(30, 1_800 * scale), division="19",
            county="",
        ),
        Scenario(ScenarioKind.UNREPORTED_LAYOFF, at(0.6), size=max(22, 260 * scale)),
        Scenario(
            ScenarioKind.SECTOR_SLUMP, at(0.5), months=max(1, months // 4), size=0.18, division="30"
        ),
        Scenario(
            ScenarioKind.RETURN_OF_MIGRANTS, at(0.85), months=min(2, months), size=14_000 * scale
        ),
    )  # fmt: skip


def _frauds(scale: float, months: int, first_month: int) -> tuple[Scenario, ...]:
    starts = range(min(2, months - 1), months, _EVERY)
    return tuple(
        Scenario(rule, month_add(first_month, start + number % 2), size=max(1.0, cases * scale * 3))
        for start in starts
        for number, (rule, cases) in enumerate(_CASES.items())
        if start + number % 2 < months
    )
