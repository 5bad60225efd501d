"""The plan that runs for a case, and the clock of its tasks."""

from collections.abc import Collection
from datetime import datetime

from leye.service.response.cases.models import Case, CaseStep
from leye.service.response.cases.queries import tasks_done
from leye.service.response.plans.catalogue import Plan, Task, plan_for, tasks_due


def plan_of(case: Case) -> Plan | None:
    """Give the plan that runs for a case, None before one was started."""
    if not case.plan:
        return None
    kind, _, level = case.plan.rpartition("-")
    return plan_for(int(level), kind)


def tasks_of(case: Case, plan: Plan) -> tuple[tuple[Task, datetime], ...]:
    """Give the tasks of a running plan with the moments by which they must be done."""
    return tasks_due(plan, case.plan_at) if case.plan_at is not None else ()


def keep_to_plan(case: Case, *, at: datetime, done: Collection[str] | None = None) -> None:
    """Let the clock of a case run to the plan's next task where that is sooner; to be saved.

    ``done`` are the tasks done, those of the log unless given. A task that is late was told of
    when its own clock ran out.
    """
    plan = plan_of(case)
    if plan is None or not case.standing.open or case.due_at is None:
        return
    if done is None:
        done = tasks_done(CaseStep.objects.filter(case=case))
    left = [due for task, due in tasks_of(case, plan) if task.code not in done and due > at]
    case.due_at = min([case.due_at, *left])
