"""Months and days as staff read and choose them."""

from collections.abc import Sequence
from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone

from leye.doors.web.demo import demo_city
from leye.kernel.months import valid_month


def month_label(month: int) -> str:
    """Give a month in Chinese: 2024年3月; a dash where there is none."""
    return f"{month // 100}年{month % 100}月" if valid_month(month) else "—"


def month_choices(months: Sequence[int]) -> list[tuple[str, str]]:
    """Give months as choices of a form."""
    return [(str(month), month_label(month)) for month in months]


def chosen_month(request: HttpRequest, months: Sequence[int], *, name: str = "month") -> int | None:
    """Give the month asked for if it is one of ``months``, else the first of them."""
    text = request.GET.get(name, "")
    if text.isdecimal() and len(text) == 6 and int(text) in months:
        return int(text)
    return months[0] if months else None


def working_day() -> date:
    """Give the day on which lateness is judged: today, or the day the simulated city was loaded.

    That city stands still, so a day later nothing of it is late.
    """
    demo = demo_city()
    if demo is None or not demo.loaded_at:
        return timezone.localdate()
    return timezone.localtime(datetime.fromisoformat(demo.loaded_at)).date()
