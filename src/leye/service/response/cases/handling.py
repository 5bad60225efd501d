"""Starting a contingency plan, doing its tasks, and choosing measures of the policy reserve."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localtime

from leye.kernel.errors import UnknownCode
from leye.kernel.months import month_of
from leye.service.identity.actions import Action
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.cases.enums import Stage, State, StepKind, Verdict
from leye.service.response.cases.hold import held, move_on, record_step, require_open
from leye.service.response.cases.judging import GRAVE
from leye.service.response.cases.log import write_step
from leye.service.response.cases.models import MOST_TEXT, Case, CaseMeasure, CaseStep
from leye.service.response.cases.planned import keep_to_plan, plan_of
from leye.service.response.cases.queries import tasks_done
from leye.service.response.errors import CaseNotNow, InvalidStep
from leye.service.response.plans.catalogue import PlanKind, plan_for
from leye.service.response.reserve.catalogue import reserve
from leye.service.response.reserve.costs import area_classes, counties_with_class, unit_cost

if TYPE_CHECKING:
    from leye.service.response.cases.judging import Hand

MOST_PERSONS = 1_000_000


@transaction.atomic
def start_plan(case: Case, kind: PlanKind, hand: "Hand") -> Case:
    """Start the plan of a graded case's level; its tasks run from now on.

    :raises Forbidden: the starter does not look after the monitoring there, or the case is orange
        or red and they do not direct it.
    :raises CaseNotNow: the case is not graded, or a plan runs.
    :raises CaseChanged: somebody else took a step meanwhile.
    """
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require_open(found, State.HANDLE)
    if found.grade is None or found.verdict != Verdict.TRUE.value:
        raise CaseNotNow("还没有定级", hint="定级后才启动预案")
    if found.plan_at is not None:
        raise CaseNotNow("预案已经启动")
    if found.grade in [each.value for each in GRAVE]:
        require(hand.by, Permission.DIRECT_MONITORING, found.place)
    plan = plan_for(found.grade, kind.value)
    found.plan, found.plan_at = plan.code, hand.at
    move_on(found, State.HANDLE, Stage.HANDLE, at=hand.at)
    keep_to_plan(found, at=hand.at)
    found.save()
    write_step(found, StepKind.PLAN_STARTED, by=hand.by, at=hand.at,
               data={"plan": plan.code, "edition": plan.edition})  # fmt: skip
    record_step(Action.CASE_PLAN_STARTED, found, by=hand.by, at=hand.at,
                request_id=hand.request_id, level=found.grade)  # fmt: skip
    return found


@transaction.atomic
def finish_task(case: Case, task: str, text: str, hand: "Hand") -> Case:
    """Say that a task of the running plan is done, and what shows it.

    :raises Forbidden: the writer does not look after the monitoring there.
    :raises CaseNotNow: no plan runs, or the task is done.
    :raises InvalidStep: the plan has no such task.
    :raises CaseChanged: somebody else took a step meanwhile.
    :raises InvalidText: nothing was written, or what cannot be kept.
    """
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require_open(found, State.HANDLE)
    plan = plan_of(found)
    if plan is None:
        raise CaseNotNow("还没有启动预案")
    if task not in {each.code for each in plan.tasks}:
        raise InvalidStep("预案里没有这项任务", field="task")
    done = set(tasks_done(CaseStep.objects.filter(case=found)))
    if task in done:
        raise CaseNotNow("这项任务已经完成")
    said = plain_text(text, what="完成情况", most=MOST_TEXT)
    move_on(found, State.HANDLE, Stage.HANDLE, at=hand.at)
    keep_to_plan(found, at=hand.at, done=done | {task})
    found.save()
    write_step(found, StepKind.TASK_DONE, by=hand.by, at=hand.at, data={"task": task}, text=said)
    record_step(Action.CASE_TASK_DONE, found, by=hand.by, at=hand.at,
                request_id=hand.request_id, step=task)  # fmt: skip
    return found


@transaction.atomic
def choose_measure(case: Case, measure: str, persons: int, text: str, hand: "Hand") -> CaseMeasure:
    """Choose a measure of the reserve for some persons; what it costs is kept where it is known.

    :raises Forbidden: the chooser does not look after the monitoring there.
    :raises CaseNotNow: the case is not graded.
    :raises InvalidStep: no such measure, one that is over or for graver levels only, or no number.
    :raises CaseChanged: somebody else took a step meanwhile.
    :raises InvalidText: a text that cannot be kept.
    """
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require_open(found, State.HANDLE)
    if found.grade is None:
        raise CaseNotNow("还没有定级", hint="定级后才选用措施")
    if not 0 < persons <= MOST_PERSONS:
        raise InvalidStep("请填写人数", field="persons")
    try:
        chosen = reserve().measure(measure)
    except UnknownCode as error:
        raise InvalidStep("政策储备里没有这项措施", field="measure") from error
    if chosen.ended or not chosen.usable_at(found.grade):
        level = Level(found.grade).label
        raise InvalidStep(f"“{chosen.title}”不能用于{level}", field="measure")
    made = CaseMeasure.objects.create(
        case=found,
        measure=measure,
        persons=persons,
        cost=_cost(found, measure, persons, hand.at),
        text=plain_text(text, what="说明", most=MOST_TEXT, required=False),
        by=hand.by,
        at=hand.at,
    )
    write_step(found, StepKind.MEASURE, by=hand.by, at=hand.at,
               data={"measure": measure, "persons": persons})  # fmt: skip
    record_step(Action.CASE_MEASURE_CHOSEN, found, by=hand.by, at=hand.at,
                request_id=hand.request_id, kind=measure, persons=persons)  # fmt: skip
    return made


def usual_kind(case: Case) -> PlanKind:
    """Give the kind of plan a case usually asks for."""
    if case.employer or case.notice_id is not None:
        return PlanKind.FIRM
    return PlanKind.INDUSTRY if case.industry else PlanKind.COUNTY


def _cost(case: Case, measure: str, persons: int, at: datetime) -> Decimal | None:
    """Give yuan for all persons (for one month where it is paid by the month), None: not known."""
    county = case.place if case.place in counties_with_class() else ""
    month = month_of(localtime(at).date())
    classes = area_classes(county, month)
    found = unit_cost(reserve().measure(measure), month=month, classes=classes)
    return None if found.amount is None else found.amount * persons
