"""Asking a what-if, working it out, and reading it within one's places."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from leye.data.pool import Pool
from leye.data.pool.engines import Engine
from leye.decision.policy.parameters import Change
from leye.decision.policy.replay import affected, replay
from leye.kernel.errors import LeyeError
from leye.kernel.months import valid_month
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require, scope_of
from leye.service.identity.querysets import Asker, within
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.scenario.errors import InvalidScenario, ScenarioRunning, UnknownScenario
from leye.service.scenario.models import MOST_NAME, MOST_REASON, Scenario, State, as_rows
from leye.service.scenario.results import kept

NEEDED = Permission.OPEN_PERSON
"""Who gains and who loses is counted exactly, down to one: for those who may see who it is."""
MOST_CHANGES = 5
_STOPPED = "没有算完：计算被中断，或者超过了时限。可以重新运行。"


def scenarios_for(user: Asker) -> QuerySet[Scenario]:
    """Give the scenarios of the asker's places, the latest first."""
    return Scenario.objects.filter(within(scope_of(user, NEEDED))).select_related("by")


def scenario_for(user: Asker, number: int) -> Scenario:
    """Give a scenario of the asker's places.

    :raises UnknownScenario: there is none.
    """
    found = scenarios_for(user).filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise UnknownScenario(f"{number}", hint="可能不在您负责的地区")
    return found


def ask(
    *,
    name: str,
    place: str,
    month: int,
    changes: Sequence[Change],
    by: User,
    at: datetime,
    request_id: str = "",
) -> Scenario:
    """Put a scenario on record as running; whoever calls sees to it that it is worked out.

    :raises Forbidden: ``by`` may not see exact counts of the place.
    :raises InvalidText: no name, or one that cannot be kept.
    :raises InvalidScenario: nothing is changed, too much, one thing twice, or in no month.
    :raises UnknownCode: a change names no parameter.
    :raises NothingChanges: no programme rests on what is changed.
    :raises ScenarioRunning: another one is being worked out.
    """
    require(by, NEEDED, place)
    said = plain_text(name, what="名称", most=MOST_NAME)
    _check(month, changes)
    affected(changes)
    _give_up_lost(at)
    try:
        with transaction.atomic():
            made = Scenario.objects.create(
                name=said, place=place, month=month, changes=as_rows(changes), by=by, at=at
            )
            record(
                action=Action.SCENARIO_ASKED,
                by=by,
                at=at,
                place=place,
                subject=Subject("scenario", made.number),
                detail={"month": month},
                request_id=request_id,
            )
    except IntegrityError:
        if Scenario.objects.filter(state=State.RUNNING.value).exists():
            raise ScenarioRunning("同时只算一个", hint="请等它算完再试，一般一两分钟") from None
        raise
    return made


def work_out(
    number: int, *, pool: Pool, clock: Callable[[], datetime], engine: Engine | str = ""
) -> Scenario:
    """Work a running scenario out and keep what came of it; another one is given as it is.

    What is expected to go wrong is kept as the reason; anything else too, and raised.

    :raises UnknownScenario: there is none.
    """
    try:
        scenario = Scenario.objects.get(pk=number)
    except Scenario.DoesNotExist:
        raise UnknownScenario(f"{number}", hint="请核对编号") from None
    if scenario.state != State.RUNNING.value:
        return scenario
    try:
        found = replay(pool, month=scenario.month, changes=scenario.given(), engine=engine)
    except LeyeError as error:
        fail(number, reason=f"{error.title}：{error.detail}", at=clock())
    except BaseException:
        fail(number, reason=_STOPPED, at=clock())
        raise
    else:
        _running(number).update(
            state=State.DONE.value,
            release=found.release,
            result=kept(found),
            ended_at=clock(),
        )
    scenario.refresh_from_db()
    return scenario


def fail(number: int, *, at: datetime, reason: str = _STOPPED) -> None:
    """Say of a scenario that still runs that it will not be worked out."""
    _running(number).update(state=State.FAILED.value, reason=reason[:MOST_REASON], ended_at=at)


def _running(number: int) -> QuerySet[Scenario]:
    return Scenario.objects.filter(pk=number, state=State.RUNNING.value)


def _give_up_lost(at: datetime) -> None:
    for each in Scenario.objects.filter(state=State.RUNNING.value):
        if each.lost_by(at):
            fail(each.pk, at=at)


def _check(month: int, changes: Sequence[Change]) -> None:
    if not 1 <= len(changes) <= MOST_CHANGES:
        raise InvalidScenario(f"应改动 1 到 {MOST_CHANGES} 个数", hint="请增减改动")
    if len({each.path for each in changes}) < len(changes):
        raise InvalidScenario("同一个数改了两次", hint="每个数只改一次")
    for each in changes:
        if not valid_month(each.since) or each.since > month:
            raise InvalidScenario(
                f"起始月 {each.since} 应不晚于 {month}", hint="从更晚的月份起改，对这个月没有影响"
            )
