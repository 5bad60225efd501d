"""The page of the plan: every target as it stands today."""

import re
from collections.abc import Sequence

from leye.analysis.metrics import TargetScore, TargetState
from leye.doors.portal.presenters import score_line
from leye.doors.portal.wall.panels import Delta, Kpi, Page, Panel, Row, Table
from leye.doors.web.templatetags.web import amount, percent

_MAIN, _ABOUT = "主要指标", "左右"
# The plan prints what is counted over its five years in brackets.
_OVER_YEARS = re.compile(r"\[(.+)\]")
_HEADER = ("目标", "规划要求", "最近实际", "完成", "状态")


def plan_page(scores: Sequence[TargetScore]) -> Page:
    """Give the page: how many targets stand how, the main ones, and the others."""
    ordered = sorted(scores, key=lambda each: each.target.order)
    main = [each for each in ordered if each.target.group == _MAIN]
    others = [each for each in ordered if each.target.group != _MAIN]
    return Page(
        "plan",
        "规划进度",
        (
            _counts(ordered),
            _targets("main", "left", "主要指标", main),
            _targets("others", "right", "其他可计量目标", others),
        ),
        layout="halves",
    )


def goal_words(printed: str, unit: str) -> str:
    """Write a goal so that it needs no note: [36] is 累计36, 16左右 with its unit 16万元左右."""
    found = _OVER_YEARS.fullmatch(printed)
    if found:
        return f"累计{found[1]}{unit}"
    about = printed.removesuffix(_ABOUT)
    return f"{about}{unit}{_ABOUT}" if about != printed and unit else f"{printed}{unit}"


def _counts(scores: Sequence[TargetScore]) -> Panel:
    counted = [(state.label, sum(each.state is state for each in scores)) for state in TargetState]
    kpis = [Kpi(label, str(count), "项", "", Delta("")) for label, count in counted]
    if scores:
        kpis.append(Kpi("规划期时间已过", percent(scores[0].calendar_share), "", "", Delta("")))
    rows = tuple((kpi.name, kpi.value, kpi.unit) for kpi in kpis)
    table = Table(("状态", "数目", "单位"), rows)
    return Panel("figures", "strip", "kpis", "主要数字", table, kpis=tuple(kpis))


def _targets(key: str, slot: str, title: str, scores: Sequence[TargetScore]) -> Panel:
    rows = tuple(_row(each) for each in scores)
    table = Table(_HEADER, tuple((r.name, *r.cells, r.tag_label) for r in rows))
    return Panel(key, slot, "targets", title, table, header=_HEADER, rows=rows)


def _row(score: TargetScore) -> Row:
    line, actual = score_line(score), score.actual
    unit = score.target.unit
    now = "—"
    if actual.value is not None:
        now = f"{amount(actual.value, score.indicator.decimals)}{actual.unit}"
    goal = goal_words(score.target.goal.printed, line.goal_unit and unit)
    done = "—" if score.share_done is None else percent(score.share_done)
    return Row(
        score.target.name,
        (goal, now, done),
        bar=None if line.bar is None else line.bar.done / 2,
        tag=score.state.value,
        tag_label=score.state.label,
    )
