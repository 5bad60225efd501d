"""Holding a case for one step, and moving it on."""

from datetime import datetime

from django.utils.timezone import localtime

from leye.service.identity.actions import Action
from leye.service.identity.audit import Fact, Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.monitoring.settings.values import values
from leye.service.response.cases.clocks import due_at
from leye.service.response.cases.enums import Stage, State
from leye.service.response.cases.models import Case
from leye.service.response.errors import CaseChanged, CaseNotNow

CASE = "case"
"""What the record calls a case."""


def held(number: int, seen: int, *, by: User, permission: Permission) -> Case:
    """Give a case locked for a step of somebody who had seen ``seen`` steps of it.

    :raises Forbidden: ``by`` does not hold the permission there.
    :raises CaseNotNow: the exercise it belongs to is over.
    :raises CaseChanged: somebody else took a step meanwhile.
    """
    case = Case.objects.select_for_update().get(pk=number)
    require(by, permission, case.place)
    if case.drill is not None and case.drill.ended_at is not None:
        raise CaseNotNow("演练已经结束")
    if case.steps != seen:
        raise CaseChanged("您看到的不是最新情况", hint="请刷新页面，看过新的记录再处理")
    return case


def require_open(case: Case, *states: State) -> None:
    """Do nothing for a case that stands in one of some states.

    :raises CaseNotNow: it stands elsewhere.
    """
    if case.standing not in states:
        names = "、".join(each.label for each in states)
        raise CaseNotNow(f"事项现在是“{case.state_label}”", hint=f"只有“{names}”时可以这样处理")


def move_on(case: Case, state: State, stage: Stage, *, at: datetime) -> None:
    """Put a held case where it stands now, with the clock of its next stage; to be saved."""
    case.state, case.stage = state.value, stage.value
    rules = values(localtime(at).date())
    case.due_at = due_at(stage, case.standing_level, at, rules)


def record_step(
    action: Action, case: Case, *, by: User | None, at: datetime, request_id: str, **detail: Fact
) -> None:
    """Write the audit event of a step."""
    record(
        action=action,
        by=by,
        at=at,
        place=case.place,
        subject=Subject(CASE, case.number),
        detail=detail,
        request_id=request_id,
    )
