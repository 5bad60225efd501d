"""The page of warnings, for screens that staff opened: levels, cases with clocks, silent feeds.

Warnings are internal until somebody releases them, so the public wall has no such page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Sum

from leye.analysis.metrics.labels import place_label
from leye.analysis.warning import Level as Colour
from leye.data.reference import places
from leye.doors.portal.wall.panels import Bar, Delta, Kpi, Page, Panel, Row, Table
from leye.doors.web.maps import Mark, draw_map
from leye.doors.web.shades import MISSING, LegendEntry
from leye.kernel.place import contains, place_prefix
from leye.service.monitoring.desk.clocks import Level, clock
from leye.service.response.cases.enums import Found
from leye.service.response.cases.models import Case
from leye.service.response.signals.models import KeptFeed, WatchRun
from leye.service.response.signals.queries import PlaceLevel, levels_now, newest_run

_CASES, _FEEDS, _DAYS = 9, 7, 30
_GRAVE = (Level.RED.value, Level.ORANGE.value)
_SHADES = {0: "k0", 1: "w4", 2: "w3", 3: "w2", 4: "w1"}
_LEGEND = (
    *(LegendEntry(f"w{level.value}", level.label) for level in Level),
    LegendEntry("k0", "未达预警"),
    LegendEntry(MISSING, "不定级"),
)

NOT_SHOWN = Page("warnings", "失业预警", (), layout="warnings")
"""The page by its name alone, for the links of the other pages."""


def warnings(place: str, *, at: datetime, named: bool) -> Page:
    """Give the page of a place; titles with a firm's name only where ``named``."""
    cases = list(
        Case.objects.real()
        .open()
        .filter(place__startswith=place_prefix(place))
        .select_related("taken_by")
        .order_by("due_at", "id")
    )
    run = newest_run()
    panels = [
        _figures(cases, place, at),
        _levels(levels_now(run), place),
        _cases(cases, at, named=named),
        _feeds(run, place),
    ]
    return replace(NOT_SHOWN, panels=tuple(panels))


def stamp() -> str:
    """Give what changes whenever a page of warnings would: the newest run and the cases' steps."""
    run = newest_run()
    taken = Case.objects.real().aggregate(cases=Count("id"), steps=Sum("steps"))
    return f"{run.pk if run else 0}-{taken['cases']}-{taken['steps'] or 0}"


def _figures(cases: Sequence[Case], place: str, at: datetime) -> Panel:
    late = sum(bool(case.due_at and case.due_at < at) for case in cases)
    recent = Case.objects.real().filter(
        place__startswith=place_prefix(place), opened_at__gte=at - timedelta(days=_DAYS)
    )
    counts = (
        ("没有解除的事项", len(cases)),
        ("其中橙色、红色", sum(case.standing_level in _GRAVE for case in cases)),
        ("无人受理", sum(case.taken_at is None for case in cases)),
        ("超过时限", late),
        ("已上报", sum(case.escalated > 0 for case in cases)),
        (f"近{_DAYS}天漏报", recent.exclude(missed="").count()),
    )
    kpis = tuple(Kpi(name, f"{count:,}", "件", "", Delta("")) for name, count in counts)
    rows = tuple((kpi.name, kpi.value, kpi.unit) for kpi in kpis)
    return Panel("figures", "strip", "kpis", "主要数字", Table(("指标", "数值", "单位"), rows),
                 kpis=kpis)  # fmt: skip


def _levels(standing: Mapping[str, PlaceLevel], place: str) -> Panel:
    inside = [each for each in places().children(settings.LEYE_CITY) if contains(place, each.code)]
    marks, rows = [], []
    for county in inside:
        found = standing.get(county.code)
        level = found.level if found is not None else None
        words = "不定级" if level is None else Colour(level).label
        shade = MISSING if level is None else _SHADES[level]
        marks.append(
            Mark(county.code, county.name, words[:2], f"{county.name}：{words}", shade, "")
        )
        rows.append((county.name, words, "；".join(found.reasons) if found else ""))
    return Panel(
        "levels",
        "main",
        "map",
        "各县（市、区）预警级别",
        Table(("地区", "级别", "理由"), tuple(rows)),
        empty="" if marks and standing else "还没有判断过",
        drawing=draw_map(marks, parent=place) if marks else None,
        legend=_LEGEND,
    )


def _cases(cases: Sequence[Case], at: datetime, *, named: bool) -> Panel:
    rows = []
    for case in cases:
        words = _left(case.due_at, at) if case.due_at else ""
        title = case.title if named or _from_watch(case) else _nameless(case)
        rows.append(
            Row(
                title,
                (case.level_label.split("，")[0], place_label(case.place), case.state_label, words),
            )
        )
    header = ("事项", "等级", "地区", "状态", "时限")
    more = f"另有{len(rows) - _CASES}件见表" if len(rows) > _CASES else ""
    return Panel(
        "cases",
        "right-1",
        "list",
        "没有解除的事项，最急的在前",
        Table(header, tuple((row.name, *row.cells) for row in rows)),
        note=more,
        empty="" if rows else "没有等着处理的事项",
        header=header,
        rows=tuple(rows[:_CASES]),
    )


def _feeds(run: WatchRun | None, place: str) -> Panel:
    found = [each for each in KeptFeed.objects.filter(run=run)
             if not each.place or contains(place, each.place)] if run else []  # fmt: skip
    most = max((each.silent_months for each in found), default=0) or 1
    bars = tuple(
        Bar(f"{each.title}", f"{each.state_label} {each.silent_months}个月",
            round(each.silent_months / most * 100, 1))
        for each in found
    )  # fmt: skip
    return Panel(
        "feeds",
        "right-2",
        "bars",
        "断报和异常的数据源",
        Table(("数据", "状态"), tuple((bar.label, bar.value) for bar in bars)),
        empty="" if bars else ("数据都按时到了" if run else "还没有判断过"),
        bars=bars[:_FEEDS],
    )


def _left(due: datetime, at: datetime) -> str:
    """Give the time left as short as a wall has room for: whole days, or whole hours."""
    left = clock(due, at)
    hours = int(abs(left.left).total_seconds() // 3600)
    size = f"{hours // 24}天" if hours >= 48 else f"{hours}小时"
    return f"{'已超' if left.overdue else '剩'}{size}"


def _from_watch(case: Case) -> bool:
    """Whether the watch gave the title, which names no firm; what people wrote may."""
    return case.found == Found.SIGNAL.value and case.notice_id is None


def _nameless(case: Case) -> str:
    missed = f"{Found(case.found).label}发现的失业风险"
    what = "一家单位报告减员" if case.notice_id is not None else missed
    return what + (f"，涉及{case.persons}人" if case.persons else "")
