"""Filling in, handing in, passing, returning and closing reports. Each leaves its audit event.

``by`` is staff, a link, or None for the command line of the machine itself.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from leye.kernel.errors import InvalidInput
from leye.service.identity.actions import Action
from leye.service.identity.audit import Fact, Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.monitoring.errors import (
    NotThisMonth,
    ReportChanged,
    ReportIncomplete,
    ReportNotNow,
)
from leye.service.monitoring.hands import (
    Hand,
    actor_of,
    hand_fields,
    link_fact,
    require_reporter,
)
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.models import MonitoringPoint, PanelEntry
from leye.service.monitoring.reports.checks import (
    MOST_WHY,
    WHY,
    CheckContext,
    Filled,
    read_form,
)
from leye.service.monitoring.reports.definitions import FieldKind, FormDefinition, form_named
from leye.service.monitoring.reports.due import is_over
from leye.service.monitoring.reports.known import offered_of
from leye.service.monitoring.reports.models import (
    MOST_REASON,
    BaseChange,
    MonthlyReport,
    Reminder,
    ReportStep,
    ReportVersion,
)
from leye.service.monitoring.reports.states import Act, ReportState, after

WAYS = {"phone": "电话", "wechat": "微信", "visit": "上门", "letter": "书面"}
_MOST_DRAFT = 400
_ACTIONS = {
    Act.SUBMIT: Action.REPORT_SUBMITTED,
    Act.PASS: Action.REPORT_PASSED,
    Act.CLOSE: Action.REPORT_CLOSED,
    Act.RETURN: Action.REPORT_RETURNED,
    Act.REOPEN: Action.REPORT_REOPENED,
}


@transaction.atomic
def save_draft(
    *,
    point: MonitoringPoint,
    month: int,
    given: Mapping[str, str],
    seen: int,
    by: Hand | None,
    at: datetime,
    request_id: str = "",
) -> MonthlyReport:
    """Keep what was typed so far, right or wrong. ``seen`` is the stamp the form was read with.

    :raises Forbidden: ``by`` does not report for the point.
    :raises NotThisMonth: the month is not over, or the point does not report for it.
    :raises ReportNotNow: it was handed in.
    :raises ReportChanged: somebody else changed it.
    :raises InvalidText: a text holds somebody's number.
    """
    report = _held(point, month, seen, by=by, at=at)
    report.draft = _draft(form_named(report.form), given)
    report.draft_at = at
    _save(report, at)
    _record(Action.REPORT_DRAFTED, report, by=by, at=at, request_id=request_id)
    return report


@transaction.atomic
def submit(
    *,
    point: MonitoringPoint,
    month: int,
    given: Mapping[str, str],
    context: CheckContext,
    seen: int,
    by: Hand | None,
    at: datetime,
    request_id: str = "",
) -> ReportVersion:
    """Hand a report in: a version that is never changed again.

    :raises Forbidden: ``by`` does not report for the point.
    :raises NotThisMonth: the month is not over, or the point does not report for it.
    :raises ReportNotNow: it was handed in.
    :raises ReportChanged: somebody else changed it.
    :raises ReportIncomplete: hard findings, or soft ones without a reason; nothing is kept.
    """
    report = _held(point, month, seen, by=by, at=at)
    form = form_named(report.form)
    filled = read_form(form, given, context)
    if filled.unsettled:
        raise ReportIncomplete(
            f"有 {len(filled.unsettled)} 处要处理", findings=filled.unsettled, hint="逐条改正或说明"
        )
    version = _version(report, form, filled, context, by=by, at=at)
    report.draft, report.draft_at = {}, None
    report.submitted_at = report.submitted_at or at
    report.versions_made = version.number
    _step(report, Act.SUBMIT, "", by=by, at=at, request_id=request_id)
    return version


@transaction.atomic
def pass_county(
    *, report: MonthlyReport, seen: int, by: User, at: datetime, request_id: str = ""
) -> MonthlyReport:
    """Pass a report on to the city.

    :raises Forbidden: ``by`` does not review reports there.
    :raises ReportNotNow: it does not wait for the county.
    :raises ReportChanged: somebody else changed it.
    """
    found = _locked(report, seen)
    require(by, Permission.MANAGE_MONITORING, found.place)
    return _step(found, Act.PASS, "", by=by, at=at, request_id=request_id)


@transaction.atomic
def close(
    *, report: MonthlyReport, seen: int, by: User | None, at: datetime, request_id: str = ""
) -> MonthlyReport:
    """Close a report: it counts, and goes to the pool with the next delivery.

    :raises Forbidden: ``by`` does not direct the monitoring of the city.
    :raises ReportNotNow: it does not wait for the city.
    :raises ReportChanged: somebody else changed it.
    """
    found = _locked(report, seen)
    if by is not None:
        require(by, Permission.DIRECT_MONITORING, settings.LEYE_CITY)
    return _step(found, Act.CLOSE, "", by=by, at=at, request_id=request_id)


@transaction.atomic
def give_back(
    *,
    report: MonthlyReport,
    reason: str,
    seen: int,
    by: User,
    at: datetime,
    request_id: str = "",
) -> MonthlyReport:
    """Give a report back to its reporter, with the reason; the version stays as it is.

    One that waits for the county or city is returned; one that is closed is opened for a
    correction, by the city alone.

    :raises Forbidden: ``by`` has not to decide on it where it stands.
    :raises ReportNotNow: the reporter has it already.
    :raises ReportChanged: somebody else changed it.
    :raises InvalidText: no reason, or one that cannot be kept.
    """
    found = _locked(report, seen)
    state = found.standing
    if state in (ReportState.CITY, ReportState.CLOSED):
        require(by, Permission.DIRECT_MONITORING, settings.LEYE_CITY)
    require(by, Permission.MANAGE_MONITORING, found.place)
    words = plain_text(reason, what="退回理由", most=MOST_REASON)
    act = Act.REOPEN if state is ReportState.CLOSED else Act.RETURN
    return _step(found, act, words, by=by, at=at, request_id=request_id)


@transaction.atomic
def set_base(
    *,
    point: MonitoringPoint,
    base: int,
    from_month: int,
    reason: str,
    by: User,
    at: datetime,
    request_id: str = "",
) -> BaseChange:
    """Set the headcount a firm is compared with anew, from a month on.

    :raises Forbidden: ``by`` does not look after the points there.
    :raises InvalidInput: the point is no firm, or the number cannot be.
    :raises InvalidText: no reason, or one that cannot be kept.
    """
    require(by, Permission.MANAGE_MONITORING, point.place)
    if point.kind != PointKind.FIRM or not 0 <= base <= 200_000:
        raise InvalidInput("建档期人数应在 0 到 200,000 之间", hint="只有企业有建档期人数")
    words = plain_text(reason, what="理由", most=MOST_REASON)
    made = BaseChange.objects.create(
        point=point, base=base, from_month=from_month, reason=words, by=by, at=at
    )
    record(
        action=Action.REPORT_BASE_CHANGED,
        by=by,
        at=at,
        place=point.place,
        subject=Subject("monitoring_point", point.number),
        detail={"month": from_month},
        request_id=request_id,
    )
    return made


@transaction.atomic
def remind(
    *,
    point: MonitoringPoint,
    month: int,
    way: str,
    by: User,
    at: datetime,
    request_id: str = "",
) -> Reminder:
    """Note that a reporter was reminded of a month.

    :raises Forbidden: ``by`` does not look after the points there.
    :raises InvalidInput: no such way.
    """
    require(by, Permission.MANAGE_MONITORING, point.place)
    if way not in WAYS:
        raise InvalidInput("请选择催报方式")
    made = Reminder.objects.create(point=point, month=month, way=way, by=by, at=at)
    record(
        action=Action.REPORT_REMINDED,
        by=by,
        at=at,
        place=point.place,
        subject=Subject("monitoring_point", point.number),
        detail={"month": month, "way": way},
        request_id=request_id,
    )
    return made


def _held(
    point: MonitoringPoint, month: int, seen: int, *, by: Hand | None, at: datetime
) -> MonthlyReport:
    """Give the report that the reporter may write in, locked; made where there is none."""
    locked = MonitoringPoint.objects.select_for_update().get(pk=point.pk)
    require_reporter(by, locked, at=at)
    if not is_over(month, localtime(at).date()):
        raise NotThisMonth("这个月还没有过完", hint="月末以后再填")
    if not PanelEntry.objects.in_month(month).filter(point=locked).exists():
        raise NotThisMonth("这个监测点这个月不在样本中")
    report = MonthlyReport.objects.filter(point=locked, month=month).first()
    if report is None:
        report = MonthlyReport(
            point=locked,
            month=month,
            place=locked.place,
            form=PointKind(locked.kind).form,
            changed_at=at,
        )
    _unchanged(report, seen)
    if not report.standing.with_reporter:
        raise ReportNotNow(f"这份月报{report.standing.label}", hint="要改请联系县就业局退回")
    return report


def _locked(report: MonthlyReport, seen: int) -> MonthlyReport:
    found = MonthlyReport.objects.select_for_update().get(pk=report.pk)
    _unchanged(found, seen)
    return found


def _unchanged(report: MonthlyReport, seen: int) -> None:
    if report.stamp != seen:
        raise ReportChanged("您打开以后，这份月报又有了变化", hint="请刷新页面，看过再处理")


def _draft(form: FormDefinition, given: Mapping[str, str]) -> dict[str, str]:
    """Give what was typed, cut to what a field can hold; a text with somebody's number is refused.

    :raises InvalidText: it is.
    """
    names = {each.name: each.kind for each in form.fields()}
    kept: dict[str, str] = {}
    for name, raw in given.items():
        text = raw.strip()[:_MOST_DRAFT]
        if not text or not (name in names or name.startswith(WHY)):
            continue
        if names.get(name, FieldKind.TEXT) is FieldKind.TEXT:
            plain_text(text, what="文字", most=max(_MOST_DRAFT, MOST_WHY), required=False)
        kept[name[:60]] = text
    return kept


def _version(
    report: MonthlyReport,
    form: FormDefinition,
    filled: Filled,
    context: CheckContext,
    *,
    by: Hand | None,
    at: datetime,
) -> ReportVersion:
    _save(report, at)
    return ReportVersion.objects.create(
        report=report,
        number=report.versions_made + 1,
        edition=form.edition,
        values=filled.values,
        reasons=filled.reasons,
        offered=offered_of(context) if form.kind == PointKind.FIRM else {},
        at=at,
        **hand_fields(by),
    )


def _step(
    report: MonthlyReport,
    act: Act,
    reason: str,
    *,
    by: Hand | None,
    at: datetime,
    request_id: str,
) -> MonthlyReport:
    then = after(report.standing, act)
    if then is None:
        raise ReportNotNow(
            f"这份月报{report.standing.label}，不能{act.label}", hint="请刷新页面，看最新情况"
        )
    report.state = then.value
    _save(report, at)
    done = ReportStep.objects.filter(report=report).count()
    ReportStep.objects.create(
        report=report,
        step=done + 1,
        act=act.value,
        version=report.versions_made,
        reason=reason,
        at=at,
        **hand_fields(by),
    )
    _record(_ACTIONS[act], report, by=by, at=at, request_id=request_id)
    return report


def _save(report: MonthlyReport, at: datetime) -> None:
    report.changed_at = at
    report.stamp += 1
    report.save()


def _record(
    action: Action, report: MonthlyReport, *, by: Hand | None, at: datetime, request_id: str
) -> None:
    detail: dict[str, Fact] = {"month": report.month, **link_fact(by)}
    record(
        action=action,
        by=actor_of(by),
        at=at,
        place=report.place,
        subject=Subject("monthly_report", report.number),
        detail=detail,
        request_id=request_id,
    )
