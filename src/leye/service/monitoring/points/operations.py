"""Keeping the panel: draw, add, replace, take out. Each leaves its audit event.

``by`` is None for the command line of the machine itself, which nothing is asked of.
"""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from leye.kernel.months import month_add
from leye.service.identity.actions import Action
from leye.service.identity.audit import Fact, Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.monitoring.errors import (
    InvalidMonitoringPoint,
    InvalidPanel,
    NoReplacement,
    NotInPanel,
)
from leye.service.monitoring.points.enums import EntryRole, LeaveReason, PointKind, SizeBand
from leye.service.monitoring.points.frame import Frame
from leye.service.monitoring.points.models import (
    MOST_NOTE,
    MonitoringPoint,
    Panel,
    PanelEntry,
    PanelExit,
    PanelStratum,
)
from leye.service.monitoring.points.queries import ever_in_panel, open_entry
from leye.service.monitoring.points.rules import PointFields
from leye.service.monitoring.points.sampling import (
    Draw,
    Drawn,
    FrameFirm,
    StratumKey,
    draw,
    replacement,
)


def plan_panel(
    frame: Frame,
    *,
    seed: int,
    target: int,
    least: int = 1,
    certain_from: int = SizeBand.LARGE.least,
    keep: Collection[str] = (),
) -> Draw:
    """Work out a panel without writing anything.

    :raises InvalidPanel: the frame is empty, or the numbers cannot be used.
    """
    return draw(
        frame.firms, seed=seed, target=target, least=least, certain_from=certain_from, keep=keep
    )


@transaction.atomic
def draw_panel(
    *,
    frame: Frame,
    seed: int,
    target: int,
    from_month: int,
    by: User | None,
    at: datetime,
    least: int = 1,
    certain_from: int = SizeBand.LARGE.least,
    keep: Collection[str] = (),
    request_id: str = "",
) -> Panel:
    """Draw a panel and put it to work from a month on.

    Firms that report now and are not in it end with the month before (rotated); those that are go
    on under a new entry. Nothing that was written is changed.

    :raises Forbidden: ``by`` does not direct the monitoring of the city.
    :raises InvalidPanel: it cannot be drawn as asked, or it begins before one that is at work.
    """
    if by is not None:
        require(by, Permission.DIRECT_MONITORING, settings.LEYE_CITY)
    found = plan_panel(
        frame, seed=seed, target=target, least=least, certain_from=certain_from, keep=keep
    )
    panel = Panel.objects.create(
        seed=seed,
        frame_month=frame.month,
        release=frame.release,
        target=target,
        least=least,
        certain_from=certain_from,
        frame_firms=len(frame.firms),
        frame_insured=sum(firm.insured for firm in frame.firms),
        from_month=from_month,
        by=by,
        at=at,
    )
    _end_running(from_month, by=by, at=at)
    _enter(panel, found, from_month=from_month, by=by, at=at)
    record(
        action=Action.PANEL_DRAWN,
        by=by,
        at=at,
        place=settings.LEYE_CITY,
        subject=Subject("panel", panel.number),
        detail={"rows": len(found.drawn), "month": from_month, "release": frame.release},
        request_id=request_id,
    )
    return panel


@transaction.atomic
def add_point(
    *,
    fields: PointFields,
    from_month: int,
    by: User | None,
    at: datetime,
    request_id: str = "",
) -> MonitoringPoint:
    """Register a market, park, village or firm by name; it reports from a month on.

    :raises Forbidden: ``by`` does not look after the points there.
    :raises InvalidMonitoringPoint: there is such a point already.
    """
    _require(by, fields.place)
    point = MonitoringPoint(
        kind=fields.kind.value,
        name=fields.name,
        place=fields.place,
        uscc=fields.uscc,
        employer=fields.employer,
        industry=fields.industry,
        section=fields.section,
        phone=fields.phone,
        added_at=at,
        added_by=by,
    )
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError as error:
        raise InvalidMonitoringPoint(
            "这个监测点已经登记过", field="uscc" if fields.uscc else "name", hint="请在列表中查找"
        ) from error
    PanelEntry.objects.create(
        point=point, role=EntryRole.NAMED.value, from_month=from_month, by=by, at=at
    )
    _record(Action.MONITORING_POINT_ADDED, point, by=by, at=at, request_id=request_id)
    return point


@transaction.atomic
def leave(
    *,
    point: MonitoringPoint,
    reason: LeaveReason,
    to_month: int,
    by: User | None,
    at: datetime,
    note: str = "",
    request_id: str = "",
) -> PanelExit:
    """Take a point out of the panel after a month, for a reason.

    :raises Forbidden: ``by`` does not look after the points there.
    :raises NotInPanel: it is out already.
    :raises InvalidText: the reason needs words, and there are none, or they cannot be kept.
    """
    entry = _locked_entry(point, by)
    words = plain_text(note, what="说明", most=MOST_NOTE, required=reason.needs_words)
    ended = PanelExit.objects.create(
        entry=entry,
        reason=reason.value,
        note=words,
        to_month=max(to_month, month_add(entry.from_month, -1)),
        by=by,
        at=at,
    )
    detail: dict[str, Fact] = {"reason": reason.value, "month": ended.to_month}
    _record(Action.MONITORING_POINT_LEFT, point, by=by, at=at, request_id=request_id, detail=detail)
    return ended


@transaction.atomic
def replace_point(
    *,
    point: MonitoringPoint,
    frame: Frame,
    reason: LeaveReason,
    to_month: int,
    by: User | None,
    at: datetime,
    note: str = "",
    request_id: str = "",
) -> PanelEntry:
    """Take a drawn firm out, and the next of its stratum in from the following month on.

    Who comes next is decided by the panel's seed alone. A firm that was ever in the panel does
    not come again.

    :raises Forbidden: ``by`` does not look after the points there.
    :raises NotInPanel: it is out already, or was not drawn.
    :raises NoReplacement: the stratum holds no other firm; nothing was changed.
    :raises InvalidText: the reason needs words.
    """
    entry = _locked_entry(point, by)
    stratum = entry.stratum
    if stratum is None:
        raise NotInPanel("这个监测点不是抽取的", hint="可以直接退出，另行登记新的监测点")
    key = StratumKey(stratum.county, stratum.section, SizeBand(stratum.size))
    firm = replacement(frame.firms, seed=stratum.panel.seed, stratum=key, taken=ever_in_panel())
    if firm is None:
        raise NoReplacement(
            f"{stratum.size_label}这一层的企业都已在样本中或曾在样本中", hint="可以选“退出样本”"
        )
    ended = leave(
        point=point,
        reason=reason,
        to_month=to_month,
        by=by,
        at=at,
        note=note,
        request_id=request_id,
    )
    made = PanelEntry.objects.create(
        point=_point_of(firm, by=by, at=at),
        stratum=stratum,
        role=EntryRole.REPLACEMENT.value,
        from_month=month_add(ended.to_month, 1),
        insured=firm.insured,
        replaces=entry,
        by=by,
        at=at,
    )
    _record(
        Action.MONITORING_POINT_REPLACED,
        made.point,
        by=by,
        at=at,
        request_id=request_id,
        detail={"reason": reason.value, "month": made.from_month},
    )
    return made


def _end_running(from_month: int, *, by: User | None, at: datetime) -> None:
    """End the entries of drawn firms the month before a new panel begins."""
    running = PanelEntry.objects.open().exclude(stratum=None).select_related("point")
    last = month_add(from_month, -1)
    ended = []
    for entry in running:
        if entry.from_month >= from_month:
            raise InvalidPanel(
                f"已有样本从 {entry.from_month} 起用", hint="新的样本要从更晚的月份起用"
            )
        ended.append(
            PanelExit(entry=entry, reason=LeaveReason.ROTATED.value, to_month=last, by=by, at=at)
        )
    PanelExit.objects.bulk_create(ended)


def _enter(panel: Panel, found: Draw, *, from_month: int, by: User | None, at: datetime) -> None:
    strata = PanelStratum.objects.bulk_create(
        PanelStratum(
            panel=panel,
            county=each.key.county,
            section=each.key.section,
            size=each.key.size.value,
            firms=each.firms,
            insured=each.insured,
            allocated=each.allocated,
        )
        for each in found.strata
    )
    by_key = {StratumKey(s.county, s.section, SizeBand(s.size)): s for s in strata}
    points = _points_of(found.drawn, by=by, at=at)
    PanelEntry.objects.bulk_create(
        PanelEntry(
            point=points[each.firm.uscc],
            stratum=by_key[each.firm.stratum],
            role=each.role.value,
            from_month=from_month,
            insured=each.firm.insured,
            by=by,
            at=at,
        )
        for each in found.drawn
    )


def _points_of(
    drawn: Collection[Drawn], *, by: User | None, at: datetime
) -> dict[str, MonitoringPoint]:
    """Give the points of drawn firms by credit code, those that are new made."""
    codes = [each.firm.uscc for each in drawn]
    known = {p.uscc: p for p in MonitoringPoint.objects.filter(uscc__in=codes)}
    made = [_new(each.firm, by=by, at=at) for each in drawn if each.firm.uscc not in known]
    created = MonitoringPoint.objects.bulk_create(made)
    return known | {point.uscc: point for point in created}


def _point_of(firm: FrameFirm, *, by: User | None, at: datetime) -> MonitoringPoint:
    found = MonitoringPoint.objects.filter(uscc=firm.uscc).first()
    if found is not None:
        return found
    made = _new(firm, by=by, at=at)
    made.save()
    return made


def _new(firm: FrameFirm, *, by: User | None, at: datetime) -> MonitoringPoint:
    return MonitoringPoint(
        kind=PointKind.FIRM.value,
        name=firm.name[:80],
        place=firm.place,
        uscc=firm.uscc,
        employer=firm.employer,
        industry=firm.industry,
        section=firm.section,
        added_at=at,
        added_by=by,
    )


def _locked_entry(point: MonitoringPoint, by: User | None) -> PanelEntry:
    locked = MonitoringPoint.objects.select_for_update().get(pk=point.pk)
    _require(by, locked.place)
    entry = open_entry(locked)
    if entry is None:
        raise NotInPanel(f"{locked.number} 已经退出", hint="请刷新页面")
    return entry


def _require(by: User | None, place: str) -> None:
    if by is not None:
        require(by, Permission.MANAGE_MONITORING, place)


def _record(
    action: Action,
    point: MonitoringPoint,
    *,
    by: User | None,
    at: datetime,
    request_id: str,
    detail: dict[str, Fact] | None = None,
) -> None:
    record(
        action=action,
        by=by,
        at=at,
        place=point.place,
        subject=Subject("monitoring_point", point.number),
        detail=detail,
        request_id=request_id,
    )
