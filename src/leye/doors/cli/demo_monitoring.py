"""The monitoring network of the demonstration city: its firms' reports as they were delivered.

The firms that report in the synthetic city are the panel of old; for the last month a larger panel
is drawn that keeps them. Markets and villages, and two notices, are invented. Seeded rows have
nobody's name on them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from leye.data.reference import places
from leye.kernel.months import last_day
from leye.kernel.place import PlaceLevel

if TYPE_CHECKING:
    from leye.data.registers.queries.firm_reports import FirmReport
    from leye.service.monitoring.points.frame import Frame
    from leye.service.monitoring.points.models import MonitoringPoint
    from leye.service.monitoring.reports.checks import Value
    from leye.service.monitoring.reports.models import MonthlyReport

SEED = 20_260_101
_MORE = 40
_SUBMITTED, _PASSED, _CLOSED = 5, 12, 14
"""Days after the end of the month on which a report usually takes each step."""
_RETURNED = "调查期人数与社保参保人数相差较大，请核对后重报"


def seed_monitoring(*, at: datetime) -> int:
    """Draw the panels and file the reports that were delivered; give how many, 0 if any are there.

    Nothing happens before the registers are built.
    """
    from django.conf import settings
    from django.db import transaction

    from leye.data.registers.queries.firm_reports import firm_reports, report_months
    from leye.doors.web.reading import pool
    from leye.service.monitoring.errors import NoFrame
    from leye.service.monitoring.points.frame import frame_of
    from leye.service.monitoring.points.models import Panel

    if Panel.objects.exists():
        return 0
    snapshot = pool().snapshot()
    months = report_months(snapshot)
    try:
        frame = frame_of(settings.LEYE_POOL)
    except NoFrame:
        return 0
    if not months:
        return 0
    told = {month: firm_reports(snapshot, month) for month in months}
    with transaction.atomic():
        firms = _panels(frame, told, at=at)
        made = sum(_file(month, firms, told[month], months[-1]) for month in months)
        made += _others(months[-1], at=at)
        _notices(frame, at=at)
    return made


def _panels(
    frame: "Frame", told: "dict[int, tuple[FirmReport, ...]]", *, at: datetime
) -> "dict[int, MonitoringPoint]":
    """Draw the panel of old and the larger one; give the points of firms that report by key."""
    from leye.service.monitoring.points.models import MonitoringPoint
    from leye.service.monitoring.points.operations import draw_panel

    known = {each.employer for reports in told.values() for each in reports}
    keep = [firm.uscc for firm in frame.firms if firm.employer in known]
    first, last = min(told), max(told)
    target = max(len(keep), 1)
    draw_panel(frame=frame, seed=SEED, target=target, from_month=first, keep=keep, by=None, at=at,
               least=0)  # fmt: skip
    if first < last:
        draw_panel(frame=frame, seed=SEED, target=target + _MORE, from_month=last, keep=keep,
                   by=None, at=at)  # fmt: skip
    found = MonitoringPoint.objects.filter(employer__in=known)
    return {point.employer: point for point in found if point.employer is not None}


def _file(
    month: int,
    firms: "dict[int, MonitoringPoint]",
    told: "Iterable[FirmReport]",
    newest: int,
) -> int:
    """File the reports of a month: all closed, of the newest month some still under way."""
    ways = ("submit", "pass", "close")
    lines = []
    for number, each in enumerate(told):
        if each.employer not in firms:
            continue
        acts: tuple[str, ...] = ways
        if month == newest:
            acts = (ways, ways, ways, (), ("submit", "return"), ways[:1], ways[:2])[number % 7]
        if acts:
            lines.append((firms[each.employer], _values(each), acts))
    return _write(month, lines)


def _write(
    month: int, lines: "Sequence[tuple[MonitoringPoint, dict[str, Value], tuple[str, ...]]]"
) -> int:
    from django.conf import settings

    from leye.service.identity.actions import Action
    from leye.service.identity.audit import Subject, record
    from leye.service.monitoring.points.enums import PointKind
    from leye.service.monitoring.reports.definitions import form_named
    from leye.service.monitoring.reports.models import MonthlyReport, ReportStep, ReportVersion

    states = {"submit": "county", "pass": "city", "close": "closed", "return": "returned"}
    reports = MonthlyReport.objects.bulk_create(
        MonthlyReport(
            point=point,
            month=month,
            place=point.place,
            form=PointKind(point.kind).form,
            state=states[acts[-1]],
            stamp=len(acts),
            versions_made=1,
            submitted_at=_day(month, _SUBMITTED),
            changed_at=_day(month, _CLOSED),
        )
        for point, _, acts in lines
    )
    ReportVersion.objects.bulk_create(
        ReportVersion(
            report=report,
            number=1,
            edition=form_named(report.form).edition,
            values=values,
            at=_day(month, _SUBMITTED),
        )
        for report, (_, values, _) in zip(reports, lines, strict=True)
    )
    ReportStep.objects.bulk_create(
        step
        for report, (_, _, acts) in zip(reports, lines, strict=True)
        for step in _steps(report, acts)
    )
    record(
        action=Action.REPORT_CLOSED,
        by=None,
        at=_day(month, _CLOSED),
        place=settings.LEYE_CITY,
        subject=Subject("monthly_report", ""),
        detail={"month": month, "rows": len(reports)},
    )
    return len(reports)


def _steps(report: "MonthlyReport", acts: tuple[str, ...]) -> "list[Any]":
    from leye.service.monitoring.reports.models import ReportStep

    days = {"submit": _SUBMITTED, "pass": _PASSED, "return": _PASSED, "close": _CLOSED}
    return [
        ReportStep(
            report=report,
            step=number,
            act=act,
            version=1,
            reason=_RETURNED if act == "return" else "",
            at=_day(report.month, days[act]),
        )
        for number, act in enumerate(acts, 1)
    ]


def _values(each: "FirmReport") -> "dict[str, Value]":
    reasons = each.reasons
    return {
        "base": each.base,
        "current": each.current,
        "reduction": each.reduction,
        "reason1": reasons[0],
        "note1": each.note if reasons[0] else "",
        "reason2": reasons[1],
        "note2": "",
        "reason3": reasons[2],
        "note3": "",
        "other": "",
        "hidden": each.hidden,
        "planned": each.planned,
        "gap": each.gap,
        "dispatch": each.dispatch,
    }


def _others(month: int, *, at: datetime) -> int:
    """Register a market and a village in each county, and file what they reported."""
    from django.conf import settings

    from leye.service.monitoring.points.operations import add_point
    from leye.service.monitoring.points.rules import named_point

    lines = []
    for county in places().children(settings.LEYE_CITY):
        villages = places().at_level(PlaceLevel.VILLAGE, within=county.code)
        market = named_point(kind="market", name=f"{county.name}人力资源市场", place=county.code)
        village = named_point(kind="village", name="", place=villages[0].code)
        for fields in (market, village):
            point = add_point(fields=fields, from_month=month, by=None, at=at)
            lines.append((point, _invented(point), ("submit", "pass", "close")))
    return _write(month, lines)


def _invented(point: "MonitoringPoint") -> "dict[str, Value]":
    size = 100 + int.from_bytes(sha256(point.place.encode()).digest()[:2], "big") % 300
    if point.kind == "market":
        return {
            "vacancies": size * 4,
            "vacancies_new": size,
            "applicants": size * 3,
            "applicants_new": size * 4 // 5,
            "placed": size * 2 // 5,
            "other": "",
        }
    return {
        "labour": size * 3,
        "away": size,
        "returned": size // 40,
        "jobless": size // 90,
        "leaving": size // 60,
        "other": "厂里放假" if size % 2 else "",
    }


def _notices(frame: "Frame", *, at: datetime) -> None:
    """Report a layoff and a stoppage of two firms of the frame."""
    from leye.service.monitoring.notices.enums import NoticeKind
    from leye.service.monitoring.notices.rules import NoticeFields

    firms = sorted(frame.firms, key=lambda firm: -firm.insured)
    day = at.date()
    layoff = NoticeFields(
        kind=NoticeKind.LAYOFF,
        firm=firms[0].name,
        persons=max(firms[0].insured // 5, 20),
        day=day + timedelta(days=35),
        reason="trouble",
        text="海外订单取消，两条生产线停产，拟分两批裁减",
        staff=firms[0].insured,
        explained_on=day - timedelta(days=2),
        heard=True,
    )
    stopped = NoticeFields(
        kind=NoticeKind.EMERGENCY,
        firm=firms[-1].name,
        persons=firms[-1].insured,
        day=day - timedelta(days=1),
        reason="stopped",
        text="厂房租约到期，全厂停产，工人在厂外等候说法",
    )
    _report(layoff, firms[0].place, firms[0].uscc, at=at)
    _report(stopped, firms[-1].place, firms[-1].uscc, at=at - timedelta(hours=30))


def _report(fields: Any, place: str, uscc: str, *, at: datetime) -> None:
    from django.utils.timezone import localtime

    from leye.service.identity.actions import Action
    from leye.service.identity.audit import Subject, record
    from leye.service.monitoring.desk.clocks import level_of
    from leye.service.monitoring.desk.operations import put_on_desk
    from leye.service.monitoring.notices.models import Notice
    from leye.service.monitoring.settings.values import values
    from leye.service.response.cases.opening import open_by_notice

    rules = values(localtime(at).date())
    level = level_of(fields.persons, rules)
    notice = Notice.objects.create(
        kind=fields.kind.value,
        origin="staff",
        place=place,
        uscc=uscc,
        firm=fields.firm,
        persons=fields.persons,
        staff=fields.staff,
        day=fields.day,
        reason=fields.reason,
        text=fields.text,
        explained_on=fields.explained_on,
        heard=fields.heard,
        level=level.value,
        at=at,
    )
    put_on_desk(
        kind="notice", subject=notice.number, place=place, level=level, settings=rules, at=at
    )
    open_by_notice(notice, at=at)
    record(
        action=Action.NOTICE_REPORTED,
        by=None,
        at=at,
        place=place,
        subject=Subject("notice", notice.number),
        detail={"level": level.value, "kind": notice.kind},
    )


def _day(month: int, days: int) -> datetime:
    """Give ten in the morning of a day after the end of a month."""
    from django.utils import timezone

    morning = datetime.combine(last_day(month) + timedelta(days=days), time(10))
    return timezone.make_aware(morning)
