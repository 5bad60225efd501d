"""The contingency plans: one for each level and kind, with clocks that agree with the desk's."""

import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from leye.kernel.errors import UnknownCode
from leye.service.monitoring.desk.clocks import Level
from leye.service.monitoring.settings.values import Origin
from leye.service.monitoring.settings.values import catalogue as settings_of_the_desk
from leye.service.response.errors import InvalidPlan
from leye.service.response.plans import catalogue
from leye.service.response.plans.catalogue import (
    Plan,
    PlanKind,
    Role,
    plan_for,
    read_plans,
    tasks_due,
)
from leye.service.response.reserve.catalogue import reserve

FILE = Path(catalogue.__file__).with_name("plans.yaml")
EVERY = [plan_for(level.value, kind.value) for level in Level for kind in PlanKind]


def given() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return copy.deepcopy(found)


def test_every_level_and_kind_has_its_plan_and_none_is_signed() -> None:
    assert len({plan.code for plan in EVERY}) == 16
    assert {plan.signed for plan in EVERY} == {""}
    assert all(plan.lead and plan.sign and plan.reports_to and plan.basis for plan in EVERY)


@pytest.mark.parametrize("plan", EVERY, ids=lambda plan: plan.code)
def test_a_plan_begins_with_its_report_and_ends_with_looking_back(plan: Plan) -> None:
    assert plan.tasks[0].code == "report"
    assert plan.tasks[-1].code == "lookback"
    assert [task.hours for task in plan.tasks] == sorted(task.hours for task in plan.tasks)
    assert all(task.done and task.title for task in plan.tasks)


@pytest.mark.parametrize("plan", EVERY, ids=lambda plan: plan.code)
def test_a_plan_names_only_what_may_be_used_at_its_level(plan: Plan) -> None:
    measures = [reserve().measure(code) for code in plan.measures]
    assert measures
    assert all(each.usable_at(plan.level) and not each.ended for each in measures)


@pytest.mark.parametrize("level", list(Level))
def test_the_first_report_is_due_when_the_desk_says(level: Level) -> None:
    setting = settings_of_the_desk()[f"clock_hours_{level.value}"]
    task = plan_for(level.value, "firm").tasks[0]
    assert (task.hours, task.origin) == (setting.value, setting.origin)


def test_a_graver_level_is_never_slower() -> None:
    for kind in PlanKind:
        graver = {task.code: task.hours for task in plan_for(1, kind.value).tasks}
        for level in (2, 3, 4):
            hours = {task.code: task.hours for task in plan_for(level, kind.value).tasks}
            assert graver.keys() >= hours.keys()
            assert all(graver[code] <= hours[code] for code in hours)
            graver = {code: hours.get(code, graver[code]) for code in graver}


def test_the_kinds_differ_in_what_is_done_first() -> None:
    only = {kind: {task.code for task in plan_for(1, kind.value).tasks} for kind in PlanKind}
    assert "layoff_duties" in only[PlanKind.FIRM] - only[PlanKind.INDUSTRY]
    assert "returnee_list" in only[PlanKind.RETURNEES] - only[PlanKind.COUNTY]


def test_every_role_has_something_to_do_in_the_gravest() -> None:
    assert {task.who for task in plan_for(1, "industry").tasks} == set(Role)


def test_tasks_are_due_from_the_start() -> None:
    start = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
    due = tasks_due(plan_for(1, "firm"), start)
    assert due[0][1] == start + timedelta(hours=2)
    assert [at for _, at in due] == sorted(at for _, at in due)
    assert len(due) == len(plan_for(1, "firm").tasks)


@pytest.mark.parametrize(("level", "kind"), [(0, "firm"), (5, "firm"), (1, "flood")])
def test_a_plan_that_does_not_exist_is_told(level: int, kind: str) -> None:
    with pytest.raises(UnknownCode):
        plan_for(level, kind)


def break_measure(file: dict[str, Any]) -> None:
    file["tasks"][3]["measures"] = ["no_such_measure"]


def break_role(file: dict[str, Any]) -> None:
    file["tasks"][0]["who"] = "somebody"


def break_hours(file: dict[str, Any]) -> None:
    file["tasks"][0]["hours"][1] = 0


def break_done(file: dict[str, Any]) -> None:
    file["tasks"][0]["done"] = ""


def break_level(file: dict[str, Any]) -> None:
    del file["levels"][2]


def break_kind(file: dict[str, Any]) -> None:
    del file["kinds"]["county"]


def repeat(file: dict[str, Any]) -> None:
    file["tasks"].append(file["tasks"][0])


def leave_none(file: dict[str, Any]) -> None:
    file["tasks"] = []


@pytest.mark.parametrize(
    "spoil",
    [
        *(break_measure, break_role, break_hours, break_done),
        *(break_level, break_kind, repeat, leave_none),
    ],
)
def test_a_file_that_says_less_is_refused(spoil: Any) -> None:
    file = given()
    spoil(file)
    with pytest.raises(InvalidPlan):
        read_plans(file)


def test_the_hours_of_another_city_are_marked_as_such() -> None:
    marked = {task.code for task in plan_for(3, "firm").tasks if task.origin is Origin.PRACTICE}
    assert marked == {"report"}
