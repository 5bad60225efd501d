"""Saying in plain Chinese how a target's state came about."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from leye.analysis.metrics.cover import SUMMABLE, month_span
from leye.analysis.metrics.formula import is_measurement, plain
from leye.analysis.metrics.progress import Progress, TargetState
from leye.analysis.metrics.targets import PlanTarget, TargetKind
from leye.analysis.metrics.types import Figure, Indicator
from leye.kernel.period import Period

_PLACES = Decimal("0.1")


def explain(
    target: PlanTarget,
    progress: Progress,
    *,
    indicator: Indicator,
    figures: Sequence[Figure],
    stated: Sequence[Figure],
    on: date,
) -> str:
    """Give the sentences: what is reported, how it compares, what is missing or not counted."""
    adds = target.kind is TargetKind.CUMULATIVE or target.every is not None
    if progress.result is None:
        head = f"{target.plan_period.label}没有可用的实测数，未填报，不按零计。"
    elif adds:
        head = _of_sum(target, progress, progress.result)
    else:
        head = _of_level(target, progress, progress.result)
    parts = (
        head,
        _of_missing(target, progress, on) if progress.result else "",
        _of_left_out(target, figures) if adds else "",
        _of_bounds(stated, indicator),
    )
    return "".join(parts)


def _of_sum(target: PlanTarget, progress: Progress, result: Figure) -> str:
    used = result.inputs or (result,)
    spans = _labels(_joined(used))
    what = f"（{len(used)}个数），累计" if len(used) > 1 else "，"
    round_of = f"按{progress.window.label}这一轮判断：" if progress.window else ""
    text = (
        f"{round_of}已填报{spans}{what}{_value(result)}，是目标{_goal(target)}"
        f"的{_percent(progress.share_done)}；这些月份占{'本轮' if progress.window else '规划期'}"
        f"的{_percent(progress.share_of_time)}。"
    )
    if progress.missed_windows:
        text += f"此前{_labels(progress.missed_windows)}没有达到。"
    return text + _verdict(progress, "完成比例不低于时间比例", "完成比例低于时间比例")


def _of_level(target: PlanTarget, progress: Progress, result: Figure) -> str:
    when = result.period.label if result.period else ""
    text = f"最近一期（{when}）为{_value(result)}，目标是{_goal(target)}。"
    if progress.state is TargetState.MET:
        return text + "最近一期已经达到目标。"
    if progress.expected is None:
        return text + "规划没有给基数，没有进度线可比；最近一期还没有达到目标。"
    origin = "从零" if target.from_zero else f"从基数{plain(_base(target))}{target.unit}"
    due = plain(progress.expected.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
    text += f"按{origin}到目标的直线，这时应为{due}{target.unit}。"
    ended = result.period is not None and result.period.end >= target.goal.period.end
    if ended:
        return text + "已到目标期末，没有达到目标。"
    return text + _verdict(progress, "没有落后于进度线", "落后于进度线")


def _verdict(progress: Progress, good: str, bad: str) -> str:
    if progress.state is TargetState.MET:
        return "已经达到目标。"
    if progress.state is TargetState.ON_TRACK:
        return f"{good}，正常推进。"
    if progress.share_of_time == 1:
        return "已填报全部月份，没有达到目标。"
    return f"{bad}，进度滞后。"


def _of_missing(target: PlanTarget, progress: Progress, on: date) -> str:
    missing = _labels(progress.gaps) or "、".join(f"{y}年" for y in progress.missing_years)
    over = "规划期已结束，" if on > target.plan_period.end else ""
    if not missing:
        return ""
    tail = "，状态只按已填报的数据判断" if over else ""
    return f"{over}{missing}未填报，不按零计{tail}。"


def _of_left_out(target: PlanTarget, figures: Sequence[Figure]) -> str:
    kinds = {
        figure.kind.label
        for figure in figures
        if is_measurement(figure)
        and figure.kind
        and figure.kind not in SUMMABLE
        and figure.period
        and target.plan_period.overlaps(figure.period)
    }
    return f"另有{'、'.join(sorted(kinds))}，不能相加，没有计入。" if kinds else ""


def _of_bounds(stated: Sequence[Figure], indicator: Indicator) -> str:
    if not stated:
        return ""
    words = "、".join(
        f"{figure.period.label}{figure.kind.label}{plain(figure.value)}{indicator.unit}"
        for figure in stated
        if figure.period and figure.kind and figure.value is not None
    )
    return f"另有{words}，不是实测值，不作为依据。"


def _goal(target: PlanTarget) -> str:
    return f"{plain(target.goal.value)}{target.unit}（规划写作“{target.goal.printed}”）"


def _base(target: PlanTarget) -> Decimal:
    return target.baseline.value if target.baseline else Decimal(0)


def _value(figure: Figure) -> str:
    return "" if figure.value is None else f"{plain(figure.value)}{figure.unit}"


def _percent(share: Decimal | None) -> str:
    if share is None:
        return "—"
    return f"{plain((share * 100).quantize(_PLACES, rounding=ROUND_HALF_UP))}%"


def _joined(figures: Sequence[Figure]) -> tuple[Period, ...]:
    """Give the runs of months the figures cover, so that sixty months read as one span."""
    runs: list[list[int]] = []
    for figure in figures:
        if figure.period is None:
            continue
        first, last = figure.period.first_month, figure.period.last_month
        if runs and runs[-1][1] + 1 == first:
            runs[-1][1] = last
        else:
            runs.append([first, last])
    return tuple(month_span(first, last) for first, last in runs)


def _labels(periods: Sequence[Period]) -> str:
    return "、".join(period.label for period in periods)
