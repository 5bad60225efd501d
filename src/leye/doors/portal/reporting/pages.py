"""What a reporter's pages show, as plain values."""

from datetime import date
from typing import Any

from leye.data.reference import places
from leye.kernel.errors import UnknownCode
from leye.kernel.months import valid_month
from leye.service.monitoring.notices.models import Notice
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.points.queries import history_of
from leye.service.monitoring.reports.due import due_days, months_asked
from leye.service.monitoring.reports.known import reports_of
from leye.service.monitoring.reports.models import MonthlyReport
from leye.service.monitoring.reports.queries import steps_of
from leye.service.monitoring.reports.states import Act
from leye.service.monitoring.settings.values import values

BACK = 13
"""How many months back a reporter finds their reports."""


def month_words(month: int) -> str:
    """Give a month in Chinese."""
    return f"{month // 100}年{month % 100}月" if valid_month(month) else "—"


def place_words(code: str) -> str:
    """Give the names of a place from its county down."""
    try:
        path = places().path(code)
    except UnknownCode:
        return code
    return "".join(place.name for place in path if len(place.code) > 6 or place.code[4:6] != "00")


def point_facts(point: MonitoringPoint) -> dict[str, Any]:
    """Give what is known of the point on every page."""
    return {
        "number": point.number,
        "name": point.name,
        "kind": point.kind_label,
        "place": place_words(point.place),
        "firm": point.kind == "firm",
    }


def month_lines(point: MonitoringPoint, *, on: date) -> list[dict[str, Any]]:
    """Give the months the point is asked for, the latest first, with where each stands."""
    rules = values(on)
    asked: set[int] = set()
    for entry in history_of(point):
        ended = getattr(entry, "exit", None)
        last = ended.to_month if ended is not None else None
        asked |= set(months_asked(entry.from_month, last, on=on, back=BACK))
    found = reports_of(point, asked)
    return [
        _month_line(month, found.get(month), on=on, rules=rules)
        for month in sorted(asked, reverse=True)
    ]


def returned_reason(report: MonthlyReport | None) -> str:
    """Give why a report stands returned; "" where it does not."""
    if report is None or report.state != "returned":
        return ""
    back = {Act.RETURN.value, Act.REOPEN.value}
    reasons = [step.reason for step in steps_of(report) if step.act in back]
    return reasons[-1] if reasons else ""


def notice_lines(notices: list[Notice]) -> list[dict[str, Any]]:
    """Give notices as lines of a list."""
    return [
        {
            "number": notice.number,
            "kind": notice.kind_label,
            "at": notice.at,
            "persons": notice.persons,
            "corrected": getattr(notice, "corrected_by", None) is not None,
        }
        for notice in notices
    ]


def _month_line(
    month: int, report: MonthlyReport | None, *, on: date, rules: dict[str, int]
) -> dict[str, Any]:
    due = due_days(
        month,
        report=rules["report_due_day"],
        county=rules["county_due_day"],
        city=rules["city_due_day"],
    ).report
    open_ = report is None or report.standing.with_reporter
    return {
        "month": month,
        "label": month_words(month),
        "state": report.standing.label if report is not None else "未填",
        "tone": report.standing.tone if report is not None else "info",
        "open": open_,
        "due": due,
        "late": open_ and on > due,
    }
