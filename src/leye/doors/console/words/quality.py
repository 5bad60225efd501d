"""The five dimensions of quality as cells of tables and as a chart."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse

from leye.data.pool.quality import Dimension, Quality
from leye.doors.console.months import month_label
from leye.doors.console.reads.quality import MonthQuality, Shares, SourceQuality
from leye.doors.web.charts import Line, LineChart, line_chart

_LOW, _MIDDLE = Decimal("0.95"), Decimal("0.99")
_POINT = Decimal("0.1")
_HUNDRED = 100
_AXIS = (Decimal(95), Decimal(100))
"""What the chart shows in any case: a tenth of a point is no cliff."""


def dimensions() -> list[tuple[str, str]]:
    """Give the dimensions with what each is the share of."""
    return [(each.label, each.meaning) for each in Dimension]


def quality_groups(found: Iterable[SourceQuality]) -> list[dict[str, Any]]:
    """Give the sources by department with their shares."""
    by_department: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        line = {
            "title": each.contract.title,
            "url": reverse("console:quality_source", args=[each.contract.name]),
            "month": month_label(each.month) if each.month else "",
            "cells": _cells(each.shares, {}),
        }
        by_department.setdefault(each.contract.department, []).append(line)
    return [{"department": name, "lines": lines} for name, lines in by_department.items()]


def month_rows(months: Iterable[MonthQuality]) -> list[dict[str, Any]]:
    """Give the months of a source, the latest first, with the change on the month before."""
    listed = list(months)
    earlier: list[Shares] = [*(each.shares for each in listed[1:]), {}][: len(listed)]
    return [
        {
            "month": month_label(each.month),
            "delivery": each.delivery.id if each.delivery else "",
            "url": reverse("console:delivery", args=[each.delivery.id]) if each.delivery else "",
            "cells": _cells(each.shares, before),
        }
        for each, before in zip(listed, earlier, strict=True)
    ]


def quality_chart(months: Iterable[MonthQuality], *, width: int, height: int) -> LineChart:
    """Lay the five dimensions out over months; a month without a share is a gap."""
    listed = list(months)
    lines = [
        Line(dimension.label, style, _points(listed, dimension))
        for style, dimension in enumerate(Dimension, start=1)
    ]
    drawn = [line for line in lines if line.values]
    return line_chart(drawn, unit="%", at_least=_AXIS, width=width, height=height)


def quality_cells(months: Iterable[MonthQuality]) -> list[tuple[Any, ...]]:
    """Give one line for each month and dimension, for a sheet under ``QUALITY_HEADER``."""
    return [
        (
            month_label(each.month),
            each.delivery.id if each.delivery else "",
            dimension.label,
            told.numerator if told else None,
            told.denominator if told else None,
            float(told.share) if told and told.share is not None else "无数据",
        )
        for each in months
        for dimension in Dimension
        for told in [each.shares.get(dimension)]
    ]


QUALITY_HEADER = ("月份", "批次", "方面", "合格", "总数", "比例")


def _points(months: list[MonthQuality], dimension: Dimension) -> tuple[tuple[int, Decimal], ...]:
    found = []
    for each in months:
        share = _share(each.shares.get(dimension))
        if share is not None:
            ordinal = each.month // 100 * 12 + each.month % 100 - 1
            found.append((ordinal, (share * _HUNDRED).quantize(_POINT)))
    return tuple(sorted(found))


def _cells(shares: Shares, before: Shares) -> list[dict[str, Any]]:
    return [
        _cell(dimension.label, _share(shares.get(dimension)), _share(before.get(dimension)))
        for dimension in Dimension
    ]


def _cell(name: str, share: Decimal | None, before: Decimal | None) -> dict[str, Any]:
    tone = ""
    if share is not None and share < _MIDDLE:
        tone = "low" if share < _LOW else "middle"
    change = ""
    if share is not None and before is not None:
        points = ((share - before) * _HUNDRED).quantize(_POINT)
        if points:
            change = f"{'升' if points > 0 else '降'} {abs(points)}"
    return {"name": name, "share": share, "tone": tone, "change": change}


def _share(told: Quality | None) -> Decimal | None:
    if told is None or not told.denominator:
        return None
    return Decimal(told.numerator) / Decimal(told.denominator)
