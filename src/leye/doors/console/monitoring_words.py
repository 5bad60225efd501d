"""Plain values for the templates of the monitoring network."""

from datetime import date
from typing import Any

from django.http import HttpRequest

from leye.doors.console.months import chosen_month, month_label, working_day
from leye.doors.console.presenters import place_name
from leye.kernel.months import month_add, month_range
from leye.kernel.place import Scope
from leye.service.identity.perms import scope_of
from leye.service.identity.roles import Permission
from leye.service.monitoring.points.coverage import Cover
from leye.service.monitoring.points.models import PanelEntry
from leye.service.monitoring.reports.due import due_days, last_month
from leye.service.monitoring.reports.queries import Late, Round

BACK = 13


def read_scope(request: HttpRequest) -> Scope:
    """Give the places whose monitoring the asker may see."""
    return scope_of(request.user, Permission.READ_MONITORING)


def round_months() -> tuple[int, ...]:
    """Give the months that can be looked at, the last that is over first."""
    newest = last_month(working_day())
    return tuple(reversed(month_range(month_add(newest, 1 - BACK), newest)))


def coming_months() -> tuple[int, ...]:
    """Give the months from which something can begin: the last that is over, and the next five."""
    newest = last_month(working_day())
    return month_range(newest, month_add(newest, 5))


def shown_month(request: HttpRequest) -> int:
    """Give the month asked for, else the last that is over."""
    months = round_months()
    return chosen_month(request, months) or months[0]


def due_words(month: int, rules: dict[str, int]) -> dict[str, date]:
    """Give the days of a month's round."""
    due = due_days(
        month,
        report=rules["report_due_day"],
        county=rules["county_due_day"],
        city=rules["city_due_day"],
    )
    return {"report": due.report, "county": due.county, "city": due.city}


def round_lines(rounds: tuple[Round, ...]) -> list[dict[str, Any]]:
    """Give the rounds as lines of a table, with a last line for all of them."""
    names = ("asked", "handed_in", "late", "missing", "returned", "at_county", "at_city", "closed")
    lines = [
        {
            "code": each.county,
            "name": place_name(each.county),
            **{n: getattr(each, n) for n in names},
        }
        for each in rounds
    ]
    if len(lines) > 1:
        total = {name: sum(int(line[name]) for line in lines) for name in names}
        lines.append({"code": "", "name": "合计", **total})
    return lines


def late_lines(found: tuple[Late, ...]) -> list[dict[str, Any]]:
    """Give the late as lines of a table."""
    return [
        {
            "number": each.member.number,
            "name": each.member.name,
            "county": place_name(each.member.place[:6]),
            "kind": each.member.kind.label,
            "months": "、".join(month_label(month) for month in each.months),
            "month": each.months[-1],
            "since": each.since,
            "days": each.days,
            "state": each.state.label if each.state is not None else "未填",
            "reminders": each.reminders,
            "reminded_at": each.reminded_at,
        }
        for each in found
    ]


def cover_line(name: str, cover: Cover) -> dict[str, Any]:
    """Give a cover as a line of a table."""
    return {
        "name": name,
        "firms": cover.firms,
        "insured": cover.insured,
        "panel_firms": cover.panel_firms,
        "panel_insured": cover.panel_insured,
        "share": cover.share,
    }


def entry_lines(entries: list[PanelEntry]) -> list[dict[str, Any]]:
    """Give a point's times in the panel, the first first."""
    lines = []
    for entry in entries:
        ended = getattr(entry, "exit", None)
        came = getattr(entry, "replaced_by", None)
        lines.append(
            {
                "role": entry.role_label,
                "from": month_label(entry.from_month),
                "by": entry.by.display_name if entry.by else "系统",
                "at": entry.at,
                "panel": entry.stratum.panel.number if entry.stratum else "",
                "size": entry.stratum.size_label if entry.stratum else "",
                "insured": entry.insured,
                "to": month_label(ended.to_month) if ended else "",
                "reason": ended.reason_label if ended else "",
                "note": ended.note if ended else "",
                "ended_by": (ended.by.display_name if ended.by else "系统") if ended else "",
                "replaced_by": came.point.number if came else "",
            }
        )
    return lines
