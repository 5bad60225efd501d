"""A frame of made-up firms, and a panel of three at work."""

from datetime import UTC, datetime
from typing import Any

from stdnum.cn import uscc

from leye.service.identity.models import User
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.frame import Frame
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.points.operations import add_point
from leye.service.monitoring.points.rules import PointFields
from leye.service.monitoring.points.sampling import FrameFirm
from leye.service.monitoring.reports.checks import CheckContext
from leye.service.monitoring.settings.values import catalogue

AT = datetime(2026, 9, 5, 2, 0, tzinfo=UTC)
"""Five days into September: August is over and due on the tenth."""
MONTH = 202608
YUANZHOU, FENGCHENG = "360902", "360981"
USUAL = {name: each.value for name, each in catalogue().items()}


def credit_code(number: int) -> str:
    """A credit code with its right check digit."""
    body = f"91360900MA{number:06d}0"
    return body + uscc.calc_check_digit(body)


def firm(
    number: int, *, place: str = "360902001", section: str = "C", insured: int = 50
) -> FrameFirm:
    """A firm; its credit code is made of its number."""
    return FrameFirm(
        employer=1000 + number,
        uscc=credit_code(number),
        name=f"宜春市第{number}电子有限公司",
        place=place,
        industry="39" if section == "C" else "51",
        section=section,
        insured=insured,
    )


def small_frame() -> Frame:
    """Forty firms in two counties, two sections and several sizes."""
    sizes = (12, 30, 45, 80, 150, 260, 400, 700, 1200, 15)
    firms = [
        firm(
            number,
            place="360902001" if number % 2 else "360981001",
            section="C" if number % 3 else "F",
            insured=sizes[number % len(sizes)],
        )
        for number in range(1, 41)
    ]
    return Frame(month=MONTH, release=7, firms=tuple(firms))


def named(number: int = 1, *, place: str = "360902001", by: User | None = None) -> MonitoringPoint:
    """A firm that reports from July on."""
    chosen = firm(number, place=place)
    fields = PointFields(
        kind=PointKind.FIRM,
        name=chosen.name,
        place=place,
        uscc=chosen.uscc,
        employer=chosen.employer,
        industry="39",
        section="C",
    )
    return add_point(fields=fields, from_month=202607, by=by, at=AT)


def filled(**changes: str) -> dict[str, str]:
    """A firm's form as typed, without a fault."""
    return {
        "base": "120",
        "current": "120",
        "hidden": "0",
        "planned": "5",
        "gap": "3",
        "dispatch": "0",
        **changes,
    }


def context(**changes: Any) -> CheckContext:
    """What a form is checked against when nothing is known."""
    return CheckContext(settings=USUAL, **changes)
