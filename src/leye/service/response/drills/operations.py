"""Starting and ending drills, and what came of one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from leye.kernel.months import month_of
from leye.kernel.place import PlaceLevel, place_level
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import Asker, require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.response.cases.enums import StepKind, Verdict
from leye.service.response.cases.models import Case, CaseSignal, CaseStep
from leye.service.response.drills.models import Drill
from leye.service.response.drills.scenario import planted_month, scenario_named, truths
from leye.service.response.errors import DrillRunning, InvalidStep, UnknownDrill
from leye.service.response.signals.operations import keep_month

MOST_LESSONS = 500


@dataclass(frozen=True, slots=True)
class DrillLine:
    """One case of a drill: the minutes until it was taken (None: never), what should have been
    found, what was, and how often it was late.
    """

    case: Case
    minutes: float | None
    truth: Verdict | None
    late: int

    @property
    def right(self) -> bool | None:
        """Whether the verdict was right; None before there is one."""
        if not self.case.verdict or self.truth is None:
            return None
        return self.case.verdict == self.truth.value


@transaction.atomic
def start_drill(
    *, scenario: str, place: str, by: User, at: datetime, request_id: str = ""
) -> Drill:
    """Plant a scenario at a place: its cases go through the real desk, marked as an exercise.

    :raises Forbidden: ``by`` does not look after the monitoring there.
    :raises UnknownDrill: there is no such scenario.
    :raises InvalidStep: the place is neither the city nor a county.
    :raises DrillRunning: one goes on there.
    """
    require(by, Permission.MANAGE_MONITORING, place)
    chosen = scenario_named(scenario)
    if place_level(place) not in (PlaceLevel.CITY, PlaceLevel.COUNTY):
        raise InvalidStep("请选择市或者县（市、区）", field="place")
    try:
        with transaction.atomic():
            drill = Drill.objects.create(
                scenario=scenario, name=chosen.title, place=place, started_at=at, started_by=by
            )
    except IntegrityError as error:
        raise DrillRunning("同一地区一次只做一场", hint="先结束正在进行的演练") from error
    keep_month(planted_month(chosen, place=place, month=_month(at)), at=at, drill=drill)
    _record(Action.DRILL_STARTED, drill, by=by, at=at, request_id=request_id)
    return drill


@transaction.atomic
def end_drill(drill: Drill, *, lessons: str, by: User, at: datetime, request_id: str = "") -> Drill:
    """End a drill with what was learned.

    :raises Forbidden: ``by`` does not look after the monitoring there.
    :raises DrillRunning: it is over already.
    :raises InvalidText: nothing was written, or what cannot be kept.
    """
    found = Drill.objects.select_for_update().get(pk=drill.pk)
    require(by, Permission.MANAGE_MONITORING, found.place)
    if found.ended_at is not None:
        raise DrillRunning("这次演练已经结束")
    found.lessons = plain_text(lessons, what="复盘意见", most=MOST_LESSONS)
    found.ended_at = at
    found.save()
    _record(Action.DRILL_ENDED, found, by=by, at=at, request_id=request_id)
    return found


def drills_for(user: Asker) -> list[Drill]:
    """Give the drills of the asker's places, the latest first."""
    return list(Drill.objects.visible_to(user).select_related("started_by"))


def drill_for(user: Asker, number: str) -> Drill:
    """Give one drill of the asker's places.

    :raises UnknownDrill: none of that number, or not in one of their places.
    """
    digits = number[1:]
    usable = number[:1] == "Y" and 5 <= len(digits) < 12 and digits.isascii() and digits.isdigit()
    found = Drill.objects.visible_to(user).filter(pk=int(digits)).first() if usable else None
    if found is None:
        raise UnknownDrill(f"“{number[:20]}”")
    return found


def drill_lines(drill: Drill) -> list[DrillLine]:
    """Give what came of each case of a drill."""
    scenario = scenario_named(drill.scenario)
    truth = truths(scenario, place=drill.place, month=_month(drill.started_at))
    causes: dict[int, str] = {}
    rows = CaseSignal.objects.filter(case__drill=drill).order_by("id")
    for case, cause in rows.values_list("case_id", "signal__cause"):
        causes.setdefault(case, cause)
    late: dict[int, int] = {}
    steps = CaseStep.objects.filter(case__drill=drill, kind=StepKind.ESCALATED.value)
    for case in steps.values_list("case_id", flat=True):
        late[case] = late.get(case, 0) + 1
    cases = Case.objects.filter(drill=drill).select_related("taken_by").order_by("id")
    return [
        DrillLine(
            case=each,
            minutes=(each.taken_at - each.opened_at).total_seconds() / 60
            if each.taken_at
            else None,
            truth=truth.get(causes.get(each.pk, "")),
            late=late.get(each.pk, 0),
        )
        for each in cases
    ]


def _month(at: datetime) -> int:
    return month_of(localtime(at).date())


def _record(action: Action, drill: Drill, *, by: User, at: datetime, request_id: str) -> None:
    record(
        action=action,
        by=by,
        at=at,
        place=drill.place,
        subject=Subject("drill", drill.number),
        request_id=request_id,
    )
