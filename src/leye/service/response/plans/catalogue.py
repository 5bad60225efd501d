"""The contingency plans: read once from ``plans.yaml``, one for each level and kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from leye.kernel.errors import UnknownCode, near_matches
from leye.service.monitoring.desk.clocks import Level
from leye.service.monitoring.settings.values import Origin
from leye.service.response.errors import InvalidPlan
from leye.service.response.reserve.catalogue import reserve

_FILE = Path(__file__).with_name("plans.yaml")


class PlanKind(StrEnum):
    """What a plan is for."""

    FIRM = "firm"
    INDUSTRY = "industry"
    RETURNEES = "returnees"
    COUNTY = "county"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return plan_book().kinds[self]


class Role(StrEnum):
    """Who does a task."""

    COUNTY_DESK = "county_desk"
    CITY_DESK = "city_desk"
    LEADERSHIP = "leadership"
    DEPARTMENTS = "departments"

    @property
    def label(self) -> str:
        """The role in Chinese."""
        return _ROLES[self]


_ROLES = {
    Role.COUNTY_DESK: "县级失业监测岗",
    Role.CITY_DESK: "市级失业监测岗",
    Role.LEADERSHIP: "领导小组",
    Role.DEPARTMENTS: "有关部门",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a plan: ``hours`` from its start within which it must be ``done``.

    ``origin``: what the hours rest on.

    ``measures``: codes of the reserve that it may use at the plan's level.
    """

    code: str
    title: str
    who: Role
    hours: int
    done: str
    origin: Origin
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a level and a kind; ``signed`` "" is a starting value the city has not signed.

    ``tasks`` in the order in which they are due.
    """

    code: str
    title: str
    level: Level
    kind: PlanKind
    edition: str
    since: date
    origin: Origin
    basis: str
    signed: str
    lead: str
    sign: str
    reports_to: str
    tasks: tuple[Task, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """The codes of the measures its tasks may use, each once, in their order."""
        return tuple(dict.fromkeys(code for task in self.tasks for code in task.measures))


@dataclass(frozen=True, slots=True)
class PlanBook:
    """An edition of all plans."""

    edition: str
    since: date
    signed: str
    kinds: Mapping[str, str]
    plans: Mapping[tuple[int, str], Plan]


@cache
def plan_book() -> PlanBook:
    """Give the plans as the product has them.

    :raises InvalidPlan: the file lacks something, or names what does not exist.
    """
    return read_plans(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def plan_for(level: int, kind: str) -> Plan:
    """Give the plan of a level (1 red … 4 blue) and a kind of situation.

    :raises UnknownCode: there is no such level or kind.
    """
    plans = plan_book().plans
    found = plans.get((level, kind))
    if found is None:
        known = [each.code for each in plans.values()]
        given = f"{kind}-{level}"
        raise UnknownCode("应急预案", given, near=near_matches(given, known))
    return found


def tasks_due(plan: Plan, started_at: datetime) -> tuple[tuple[Task, datetime], ...]:
    """Give each task of a plan with the moment by which it must be done, the first first."""
    return tuple((task, started_at + timedelta(hours=task.hours)) for task in plan.tasks)


def read_plans(given: Mapping[str, Any]) -> PlanBook:
    """Give the plans that a file says.

    :raises InvalidPlan: something is missing, or names what does not exist.
    """
    try:
        made = {
            (level.value, kind.value): _plan(given, level, kind)
            for level in Level
            for kind in PlanKind
        }
    except (KeyError, ValueError, TypeError) as error:
        raise InvalidPlan("预案缺少内容或写错", hint=str(error)) from None
    codes = [each["code"] for each in given["tasks"]]
    if len(set(codes)) != len(codes):
        raise InvalidPlan("任务代码重复", hint="每项任务一个代码")
    return PlanBook(
        edition=str(given["edition"]),
        since=given["from"],
        signed=str(given["signed"]),
        kinds={PlanKind(kind).value: str(words) for kind, words in given["kinds"].items()},
        plans=made,
    )


def _plan(given: Mapping[str, Any], level: Level, kind: PlanKind) -> Plan:
    at = given["levels"][level.value]
    tasks = [
        _task(each, level)
        for each in given["tasks"]
        if level.value in each["hours"] and kind in each.get("kinds", list(PlanKind))
    ]
    if not tasks:
        raise InvalidPlan(f"{level.label}“{kind}”没有任务")
    return Plan(
        code=f"{kind.value}-{level.value}",
        title=f"{given['kinds'][kind.value]}{level.label}应急预案",
        level=level,
        kind=kind,
        edition=str(given["edition"]),
        since=given["from"],
        origin=Origin(at["origin"]),
        basis=str(at["basis"]),
        signed=str(given["signed"]),
        lead=str(at["lead"]),
        sign=str(at["sign"]),
        reports_to=str(at["reports_to"]),
        tasks=tuple(sorted(tasks, key=lambda task: task.hours)),
    )


def _task(given: Mapping[str, Any], level: Level) -> Task:
    code, hours = str(given["code"]), int(given["hours"][level.value])
    named = [str(each) for each in given.get("measures", [])]
    unknown = [each for each in named if each not in reserve().codes]
    if unknown:
        raise InvalidPlan(f"任务“{code}”的措施不在政策储备里", hint="、".join(unknown))
    if hours <= 0 or not given["done"]:
        raise InvalidPlan(f"任务“{code}”没有时限或完成标准")
    return Task(
        code=code,
        title=str(given["title"]),
        who=Role(given["who"]),
        hours=hours,
        done=str(given["done"]),
        origin=Origin(given.get("origin", {}).get(level.value, Origin.PROPOSAL)),
        measures=tuple(each for each in named if _usable(each, level)),
    )


def _usable(code: str, level: Level) -> bool:
    measure = reserve().measure(code)
    return measure.usable_at(level) and not measure.ended
