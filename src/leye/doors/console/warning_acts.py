"""What can be done with a case on its page: which forms stand open to whom, and what they do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from leye.doors.console.access import Acting
from leye.doors.console.warning_forms import (
    ApproveForm,
    CaseForm,
    CloseForm,
    DraftForm,
    GradeForm,
    JudgeForm,
    MeasureForm,
    NoteForm,
    OpinionForm,
    PlanForm,
    ReviewForm,
    TakeForm,
    TaskForm,
    VisitForm,
)
from leye.service.identity.perms import Asker, holds
from leye.service.identity.roles import Permission
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.cases.closing import close, review
from leye.service.response.cases.enums import Audience, State, Verdict
from leye.service.response.cases.handling import choose_measure, finish_task, start_plan
from leye.service.response.cases.judging import (
    Hand,
    give_opinion,
    judge,
    note,
    set_grade,
    take,
    visit,
)
from leye.service.response.cases.models import Case, Release
from leye.service.response.cases.queries import releases_of
from leye.service.response.cases.releasing import approve, draft
from leye.service.response.errors import InvalidStep
from leye.service.response.plans.catalogue import PlanKind


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: its form, what it does, and what is said when it is done."""

    form: type[CaseForm]
    run: Callable[[Case, Mapping[str, Any], Hand], object]
    done: str


def _approve(case: Case, given: Mapping[str, Any], hand: Hand) -> object:
    found = next((each for each in releases_of(case) if each.pk == given["release"]), None)
    if not isinstance(found, Release):
        raise InvalidStep("没有这份发布稿", field="release")
    return approve(found, hand)


ACTS: Mapping[str, Act] = {
    "take": Act(TakeForm, lambda case, _given, hand: take(case, hand), "已受理，请尽快核实。"),
    "judge": Act(
        JudgeForm,
        lambda case, given, hand: judge(case, Verdict(given["verdict"]), given["text"], hand),
        "判定已保存。",
    ),
    "visit": Act(
        VisitForm, lambda case, given, hand: visit(case, given["text"], hand), "现场情况已保存。"
    ),
    "note": Act(
        NoteForm, lambda case, given, hand: note(case, given["text"], hand), "进展已保存。"
    ),
    "opinion": Act(
        OpinionForm,
        lambda case, given, hand: give_opinion(
            case, Level(int(given["level"])), given["text"], hand
        ),
        "意见已保存。",
    ),
    "grade": Act(
        GradeForm,
        lambda case, given, hand: set_grade(case, Level(int(given["level"])), given["text"], hand),
        "已定级。",
    ),
    "plan": Act(
        PlanForm,
        lambda case, given, hand: start_plan(case, PlanKind(given["kind"]), hand),
        "预案已启动，任务开始计时。",
    ),
    "task": Act(
        TaskForm,
        lambda case, given, hand: finish_task(case, given["task"], given["text"], hand),
        "任务已完成。",
    ),
    "measure": Act(
        MeasureForm,
        lambda case, given, hand: choose_measure(
            case, given["measure"], given["persons"], given["text"], hand
        ),
        "措施已选用。",
    ),
    "draft": Act(
        DraftForm,
        lambda case, given, hand: draft(case, Audience(given["audience"]), given["text"], hand),
        "已存为待批准稿。",
    ),
    "approve": Act(ApproveForm, _approve, "已批准发布。"),
    "close": Act(CloseForm, lambda case, given, hand: close(case, given["text"], hand), "已解除。"),
    "review": Act(
        ReviewForm, lambda case, given, hand: review(case, given["text"], hand), "复盘已保存。"
    ),
}


def open_acts(case: Case, user: Asker) -> tuple[str, ...]:
    """Give what the asker can do with a case as it stands, the next thing first."""
    over = case.drill is not None and case.drill.ended_at is not None
    if over or not holds(user, Permission.MANAGE_MONITORING, case.place):
        return ()
    return _by_state(case)


def hand_of(actor: Acting, seen: int) -> Hand:
    """Give who acts on a case, having seen some of its steps."""
    return Hand(actor.by, actor.at, seen, actor.request_id)


def _by_state(case: Case) -> tuple[str, ...]:
    if case.standing is State.VERIFY:
        return ("judge", "visit", "note") if case.taken_at else ("take",)
    if case.standing is State.CONSULT:
        return ("opinion", "grade", "visit", "note")
    if case.standing is State.HANDLE and (case.verdict != Verdict.TRUE.value or case.feed):
        return ("note", "close")
    if case.standing is State.HANDLE:
        first = ("task",) if case.plan_at is not None else ("plan",)
        return (*first, "measure", "draft", "note", "opinion", "grade", "close")
    if case.standing is State.CLOSED:
        return ("review", "draft") if case.grade else ("review",)
    return ()
