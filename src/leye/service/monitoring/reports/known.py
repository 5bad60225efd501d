"""What is known before a form is filled in: the registers' figures, last month's, the base."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from leye.data.registers.queries.firms import firms
from leye.kernel.months import month_add
from leye.kernel.place import EVERYWHERE
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.reports.checks import CheckContext, Known, Value
from leye.service.monitoring.reports.models import BaseChange, MonthlyReport, ReportVersion
from leye.service.monitoring.reports.states import ReportState
from leye.service.monitoring.settings.values import values


def known_of(point: MonitoringPoint, month: int, *, pool_root: Path) -> Known | None:
    """Give the registers' figures of a firm for a month, else the last they have before it."""
    copy = firms(pool_root) if point.employer is not None else None
    if copy is None or point.employer is None:
        return None
    every = copy.months_of(point.employer, scope=EVERYWHERE)
    before = [(each, row) for each, row in every if each <= month]
    if not before:
        return None
    found, row = max(before, key=lambda pair: pair[0])
    return Known(found, row.insured, row.hires, row.separations)


def last_values(point: MonitoringPoint, month: int) -> dict[str, Value] | None:
    """Give what the point handed in for the month before, in its last version."""
    version = (
        ReportVersion.objects.filter(
            report__point=point,
            report__month=month_add(month, -1),
        )
        .exclude(report__state=ReportState.RETURNED.value)
        .order_by("-number")
        .first()
    )
    return dict(version.values) if version is not None else None


def kept_base(point: MonitoringPoint, month: int) -> int | None:
    """Give the headcount a firm is compared with; None where its first report is yet to say.

    What the county set anew counts, else what the last report before the month says.
    """
    if point.kind != PointKind.FIRM:
        return None
    changed = BaseChange.objects.filter(point=point, from_month__lte=month).order_by("id").last()
    earlier = (
        ReportVersion.objects.filter(report__point=point, report__month__lt=month)
        .order_by("-report__month", "-number")
        .select_related("report")
        .first()
    )
    if changed is not None and (earlier is None or changed.from_month > earlier.report.month):
        return changed.base
    found = earlier.values.get("base") if earlier is not None else None
    if changed is not None and not isinstance(found, int):
        return changed.base
    return found if isinstance(found, int) else None


def context_for(point: MonitoringPoint, month: int, *, on: date, pool_root: Path) -> CheckContext:
    """Give what a point's form of a month is checked against."""
    return CheckContext(
        settings=values(on),
        last=last_values(point, month),
        base=kept_base(point, month),
        known=known_of(point, month, pool_root=pool_root),
    )


def offered_of(context: CheckContext) -> dict[str, dict[str, Value]]:
    """Give what a firm's form is prefilled with: the value, and where it comes from."""
    found: dict[str, dict[str, Value]] = {}
    if context.base is not None:
        found["base"] = {"value": context.base, "source": "本单位以前的月报"}
    known = context.known
    if known is not None and known.insured is not None:
        month = f"{known.month // 100}年{known.month % 100}月"
        source = f"{known.source}，{month}参保人数"
        found["current"] = {"value": known.insured, "source": source}
        if context.base is None:
            found["base"] = {"value": known.insured, "source": source}
    last = context.last or {}
    if isinstance(last.get("dispatch"), int):
        found["dispatch"] = {"value": last["dispatch"], "source": "本单位上月月报"}
    return found


def reports_of(point: MonitoringPoint, months: Iterable[int]) -> dict[int, MonthlyReport]:
    """Give the reports of a point by month."""
    found = MonthlyReport.objects.filter(point=point, month__in=list(months))
    return {report.month: report for report in found}
