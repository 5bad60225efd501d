"""What is planted happens, and the truth knows of it."""

import numpy as np
import pytest

from leye.data.twin.codes import COMPARISON_RULES, ComparisonRule, EndReason, ScenarioKind, Status
from leye.data.twin.scenarios import default_scenarios
from leye.data.twin.types import Scenario, World
from leye.data.twin.world import build_world
from tests.twin.world.conftest import Run

WHEN = {"months": 9, "first_month": 202401}


def _world(*scenarios: Scenario, people: int = 8_000) -> World:
    return build_world(people=people, seed=3, scenarios=scenarios, **WHEN)


@pytest.fixture(scope="module")
def quiet() -> Run:
    world = _world()
    return Run(world, list(world.months()))


def test_every_rule_has_planted_cases_in_the_default_scenarios() -> None:
    kinds = {one.kind for one in default_scenarios(people=50_000, months=24, first_month=202401)}
    assert kinds == {*ScenarioKind, *ComparisonRule}


@pytest.mark.parametrize("months", [1, 2, 3, 6, 24])
def test_default_scenarios_lie_within_the_months(months: int) -> None:
    for one in default_scenarios(people=5_000, months=months, first_month=202411):
        assert 202411 <= one.month < 202411 + 300


@pytest.mark.parametrize("rule", COMPARISON_RULES)
def test_a_planted_fraud_is_true(rule: ComparisonRule) -> None:
    """A graduate falls silent in July and counts half a year later; the dead must have died."""
    month = 202403 if rule is not ComparisonRule.GRADUATE_WITHOUT_EVIDENCE else 202401
    size = 1 if rule is ComparisonRule.UNREPORTED_LAYOFF else 4
    months = 14 if rule is ComparisonRule.GRADUATE_WITHOUT_EVIDENCE else 6
    world = build_world(
        people=20_000,
        months=months,
        first_month=202401,
        seed=3,
        scenarios=[Scenario(rule, month, size=size)],
    )
    found = [
        row
        for one in world.months()
        for row in one.conflicts
        if COMPARISON_RULES[row["rule"]] is rule and row["planted"]
    ]
    assert found
    assert all(row["since"] <= row["month"] for row in found)


def test_a_plant_closes_and_its_staff_is_dismissed() -> None:
    world = _world(Scenario(ScenarioKind.PLANT_CLOSURE, 202406, size=60, division="38"))
    months = list(world.months())
    before, then = months[4], months[5]
    closed = np.flatnonzero(before.open & ~then.open & (before.headcount >= 20))
    assert len(closed) >= 1
    reasons = then.events.separations["reason"][np.isin(then.events.separations["firm"], closed)]
    assert np.isin(reasons, [EndReason.LAID_OFF, EndReason.AGREED, EndReason.RESIGNED]).all()
    assert set(closed) <= set(then.events.layoff_reports["firm"])
    # Its electricity had fallen before.
    plant = closed[np.argmax(before.headcount[closed])]
    if world.firms.meters[plant]:
        used = [month.kwh[plant] / (month.headcount[plant] + 1.5) for month in months[:5]]
        assert used[-1] < 0.8 * used[0]


def test_a_silent_layoff_has_no_report(quiet: Run) -> None:
    world = _world(Scenario(ScenarioKind.UNREPORTED_LAYOFF, 202405, size=22))
    month = list(world.months())[4]
    rule = COMPARISON_RULES.index(ComparisonRule.UNREPORTED_LAYOFF)
    firms = month.conflicts["firm"][(month.conflicts["rule"] == rule) & month.conflicts["planted"]]
    assert len(firms) == 1
    gone = month.events.separations["firm"] == firms[0]
    assert gone.sum() >= 20
    assert firms[0] not in month.events.layoff_reports["firm"]


def test_a_slump_takes_jobs_from_its_industry(quiet: Run) -> None:
    world = _world(Scenario(ScenarioKind.SECTOR_SLUMP, 202403, months=5, size=0.4, division="30"))

    def staff(run_world: World, month: object) -> int:
        employer = month.employer[np.isin(month.status, [1, 2])]
        return int((run_world.firms.division[employer] == 30).sum())

    slumped = list(world.months())[-1]
    assert staff(world, slumped) < 0.85 * staff(quiet.world, quiet.months[-1])


def test_migrants_return(quiet: Run) -> None:
    world = _world(Scenario(ScenarioKind.RETURN_OF_MIGRANTS, 202406, size=120))
    month = list(world.months())[5]
    away = int((month.status == Status.MIGRANT).sum())
    assert away < int((quiet.months[5].status == Status.MIGRANT).sum()) - 90


def test_conflicts_name_a_person_or_a_firm(small: Run) -> None:
    for month in small.months:
        rows = month.conflicts
        assert ((rows["person"] >= 0) | (rows["firm"] >= 0)).all()
        assert (rows["month"] == month.month).all()
        assert (rows["since"] <= rows["month"]).all()
        key = rows["rule"].astype(np.int64) * 10**12 + rows["person"] * 10**5 + rows["firm"]
        assert len(np.unique(key)) == len(rows)
