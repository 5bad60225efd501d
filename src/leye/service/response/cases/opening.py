"""How a case begins: by a signal, by a report of a layoff or emergency, or by somebody's hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from leye.analysis.warning.types import ALL, Layer
from leye.kernel.months import month_of
from leye.kernel.place import PlaceLevel, county_of, place_level
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.monitoring.desk.clocks import Level
from leye.service.monitoring.notices.models import Notice
from leye.service.monitoring.settings.values import values
from leye.service.response.cases.clocks import due_at
from leye.service.response.cases.enums import Found, Stage, State, StepKind
from leye.service.response.cases.hold import CASE
from leye.service.response.cases.log import write_step
from leye.service.response.cases.models import MOST_TEXT, Case, CaseSignal
from leye.service.response.drills.models import Drill
from leye.service.response.errors import InvalidStep
from leye.service.response.signals.models import KeptSignal

MOST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Miss:
    """Something found by another way than the watch: what, where, how it came up, why not before.

    ``place`` is a county or the city; ``persons`` None where nobody knows.
    """

    title: str
    place: str
    month: int
    found: Found
    why: str
    level: Level
    persons: int | None = None


@transaction.atomic
def open_or_join(signal: KeptSignal, *, at: datetime) -> tuple[Case, bool]:
    """Merge a signal into the open case of its subject, or open one; True where it was opened.

    However many do it at once, there is one open case for a subject: the database refuses a second,
    and the signal joins the first.
    """
    level = _level_of(signal)
    found = _open_case(signal.subject, signal.drill)
    if found is None:
        try:
            with transaction.atomic():
                return _opened(signal, level, at=at), True
        except IntegrityError:
            found = _open_case(signal.subject, signal.drill)
            if found is None:
                raise
    _join(found, signal, level, at=at)
    return found, False


@transaction.atomic
def open_by_notice(notice: Notice, *, at: datetime) -> Case:
    """Open the case of a report of a layoff or emergency, or join it to that of its firm.

    A correction goes to the case of what it corrects. The same report never opens two, and two
    reports of a firm at once share one.
    """
    known = Case.objects.filter(notice=notice).first()
    if known is not None:
        return known
    if notice.corrects_id is not None:
        told = Case.objects.select_for_update().filter(notice_id=notice.corrects_id)
        earlier = told.first()
        if earlier is not None and earlier.standing.open:
            return _corrected(earlier, notice, at=at)
    employer = _employer_of(notice)
    subject = f"firm:{employer}" if employer else f"notice:{notice.uscc or notice.number}"
    found = _open_case(subject, None)
    if found is None:
        try:
            with transaction.atomic():
                return _reported(notice, subject, at=at)
        except IntegrityError:
            found = _open_case(subject, None)
            if found is None:
                raise
    return _told(found, notice, at=at)


@transaction.atomic
def open_miss(*, miss: Miss, by: User, at: datetime, request_id: str = "") -> Case:
    """Open a case of what the watch had missed; that it was missed stays on record.

    :raises Forbidden: ``by`` does not look after the monitoring there.
    :raises InvalidText: no title, no reason, or one that cannot be kept.
    :raises InvalidStep: a place that is neither county nor city, or found by the watch after all.
    """
    require(by, Permission.MANAGE_MONITORING, miss.place)
    if place_level(miss.place) not in (PlaceLevel.COUNTY, PlaceLevel.CITY):
        raise InvalidStep("请选择市或者县（市、区）", field="place")
    if miss.found in (Found.SIGNAL, Found.NOTICE):
        raise InvalidStep("请选择是怎样发现的", field="found")
    title = plain_text(miss.title, what="标题", most=MOST_TITLE)
    why = plain_text(miss.why, what="没有预警的原因", most=MOST_TEXT)
    case = _new(
        subject="",
        title=title,
        place=miss.place,
        month=miss.month,
        found=miss.found,
        missed=why,
        persons=miss.persons,
        level=miss.level.value,
        at=at,
    )
    case.subject = f"case:{case.number}"
    case.save(update_fields=["subject"])
    write_step(case, StepKind.OPENED, by=by, at=at, data={"found": miss.found.value}, text=why)
    record(
        action=Action.CASE_OPENED,
        by=by,
        at=at,
        place=case.place,
        subject=Subject(CASE, case.number),
        detail={"kind": miss.found.value, "level": miss.level.value},
        request_id=request_id,
    )
    return case


def _opened(signal: KeptSignal, level: int | None, *, at: datetime) -> Case:
    case = _new(
        subject=signal.subject,
        title=signal.title,
        place=county_of(signal.place),
        industry=signal.cell_code if _is_industry(signal) else "",
        employer=signal.employer,
        month=signal.month,
        found=Found.SIGNAL,
        watch=signal.watch,
        feed=signal.layer == Layer.QUALITY,
        persons=signal.persons,
        level=level,
        drill=signal.drill,
        at=at,
    )
    CaseSignal.objects.create(case=case, signal=signal, at=at)
    write_step(case, StepKind.OPENED, by=None, at=at, data={"signal": signal.key})
    return case


def _reported(notice: Notice, subject: str, *, at: datetime) -> Case:
    case = _new(
        subject=subject,
        title=_title_of(notice),
        place=county_of(notice.place),
        employer=_employer_of(notice),
        industry=notice.point.industry if notice.point is not None else "",
        month=month_of(localtime(notice.at).date()),
        found=Found.NOTICE,
        persons=notice.persons,
        level=notice.level,
        notice=notice,
        at=at,
    )
    write_step(case, StepKind.OPENED, by=None, at=at, data={"notice": notice.number})
    return case


def _join(case: Case, signal: KeptSignal, level: int | None, *, at: datetime) -> None:
    CaseSignal.objects.create(case=case, signal=signal, at=at)
    graver = _make_graver(case, level, at=at)
    if signal.persons is not None:
        case.persons = max(signal.persons, case.persons or 0)
    if case.place == settings.LEYE_CITY != signal.place:
        # Later data knew where it is: from now on it is that county's.
        case.place, case.title = county_of(signal.place), signal.title
        case.industry = signal.cell_code if _is_industry(signal) else ""
    case.save(update_fields=["level", "due_at", "persons", "place", "title", "industry"])
    write_step(case, StepKind.JOINED, by=None, at=at,
               data={"signal": signal.key, "graver": graver})  # fmt: skip


def _told(case: Case, notice: Notice, *, at: datetime) -> Case:
    """Join a firm's own report to the case its numbers had opened before."""
    if case.notice_id is None:
        case.notice = notice
    _make_graver(case, notice.level, at=at)
    case.persons = max(case.persons or 0, notice.persons)
    case.save(update_fields=["notice", "level", "due_at", "persons"])
    write_step(case, StepKind.JOINED, by=None, at=at, data={"notice": notice.number})
    return case


def _corrected(case: Case, notice: Notice, *, at: datetime) -> Case:
    """Put a firm's correction in the place of its report; what signals support is not corrected."""
    signals = list(KeptSignal.objects.filter(in_case__case=case))
    levels = [level for each in signals if (level := _level_of(each)) is not None]
    _make_graver(case, notice.level, at=at)
    case.notice, case.level = notice, min([notice.level, *levels])
    case.persons = max([notice.persons, *(each.persons or 0 for each in signals)])
    if case.found == Found.NOTICE.value:
        case.title = _title_of(notice)
    case.save(update_fields=["notice", "persons", "level", "due_at", "title"])
    write_step(case, StepKind.JOINED, by=None, at=at, data={"notice": notice.number})
    return case


def _make_graver(case: Case, level: int | None, *, at: datetime) -> bool:
    """Give a case a graver level, never a lighter one; whether it became graver."""
    if level is None or (case.level is not None and level >= case.level):
        return False
    case.level = level
    if case.stage == Stage.TAKE.value:
        # Graver than it seemed: whoever is to take it has the shorter of both times.
        rules = values(localtime(at).date())
        case.due_at = min(case.due_at or at, due_at(Stage.TAKE, level, at, rules))
    return True


def _employer_of(notice: Notice) -> int:
    return (notice.point.employer or 0) if notice.point is not None else 0


def _title_of(notice: Notice) -> str:
    return f"{notice.firm}：{notice.kind_label}，涉及{notice.persons}人"


def _new(*, at: datetime, **fields: Any) -> Case:
    rules = values(localtime(at).date())
    subject, drill = fields["subject"], fields.get("drill")
    before = None
    if subject:
        before = Case.objects.filter(subject=subject, drill=drill).order_by("-id").first()
    return Case.objects.create(
        state=State.VERIFY.value,
        stage=Stage.TAKE.value,
        due_at=due_at(Stage.TAKE, fields["level"], at, rules),
        opened_at=at,
        follows=before,
        **fields,
    )


def _open_case(subject: str, drill: Drill | None) -> Case | None:
    found = Case.objects.select_for_update().open().filter(subject=subject, drill=drill)
    return found.first()


def _level_of(signal: KeptSignal) -> int | None:
    """Give the desk's level (1 red to 4 blue) of the engine's (4 red to 1 blue); None for none."""
    return 5 - signal.level if signal.level else None


def _is_industry(signal: KeptSignal) -> bool:
    return signal.cell_axis == "division" and signal.cell_code != ALL
