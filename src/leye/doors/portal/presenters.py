"""Plain values for the templates of the public pages."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.timezone import localtime

from leye.analysis.metrics import TargetScore, TargetState
from leye.analysis.metrics.types import Figure
from leye.doors.web.charts import ProgressBar, Sparkline, progress_bar, sparkline
from leye.doors.web.templatetags.web import amount, indicator_name, percent, place_name

_TREND_POINTS = 24
_NUMBER_ONLY = re.compile(r"[\[\]≥≤><0-9.]+(?:左右)?")


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One target as a row of the scorecard."""

    score: TargetScore
    bar: ProgressBar | None
    spark: Sparkline | None
    is_sub: bool

    @property
    def goal_unit(self) -> str:
        """The unit to write after the printed goal; empty where the plan's words hold it."""
        target = self.score.target
        return target.unit if _NUMBER_ONLY.fullmatch(target.goal.printed) else ""

    @property
    def reference(self) -> Figure | None:
        """The nearest measurement of another place (province, nation, counties), if any."""
        return self.score.references[0] if self.score.references else None


def score_line(score: TargetScore) -> ScoreLine:
    """Give a target's row; the small line shows the latest two years of a monthly series."""
    values = [p.value for p in score.trend.points[-_TREND_POINTS:] if p.value is not None]
    return ScoreLine(
        score=score,
        bar=progress_bar(score.share_done, score.share_of_time),
        spark=sparkline(values),
        is_sub="-" in score.target.number,
    )


def grouped(scores: Iterable[TargetScore]) -> list[tuple[str, list[ScoreLine]]]:
    """Give the rows under the headings of the plan, in its order."""
    ordered = sorted(scores, key=lambda each: each.target.order)
    return [
        (name, [score_line(each) for each in members])
        for name, members in groupby(ordered, key=lambda each: each.target.group)
    ]


def state_counts(scores: Sequence[TargetScore]) -> list[tuple[TargetState, int]]:
    """Give how many targets stand in each state, every state named."""
    counts = Counter(each.state for each in scores)
    return [(state, counts[state]) for state in TargetState]


SCORE_HEADER = (
    "序号",
    "类别",
    "指标",
    "计量单位",
    "目标（规划原文）",
    "目标值",
    "目标性质",
    "基数（规划原文）",
    "最近实际",
    "实际的时期",
    "完成比例",
    "时间比例",
    "状态",
    "状态说明",
    "来源",
    "可信度",
    "责任单位",
    "责任单位依据",
    "规划中的位置",
    "指标口径",
    "注意事项",
    "公开范围",
)


def score_row(score: TargetScore) -> tuple[Any, ...]:
    """Give one target under ``SCORE_HEADER``; what is missing is an empty cell, never 0."""
    target, actual = score.target, score.actual
    sources = [f.provenance for f in score.parts if f.provenance]
    return (
        target.number or target.order,
        target.group,
        target.name,
        target.unit,
        target.goal.printed,
        target.goal.value,
        target.kind.label,
        target.baseline.printed if target.baseline else "",
        actual.state.label if actual.value is None else actual.value,
        actual.period.label if actual.value is not None and actual.period else "",
        percent(score.share_done),
        percent(score.share_of_time),
        score.state.label,
        score.explanation,
        "；".join(dict.fromkeys(source.source_title for source in sources)),
        "、".join(dict.fromkeys(source.confidence.label for source in sources)),
        target.responsible,
        target.responsible_basis,
        "；".join(quote.section for quote in target.quotes),
        score.indicator.definition,
        "；".join((*target.notes, *score.indicator.caveats)),
        _audience([*score.parts, actual]),
    )


FIGURE_HEADER = (
    "指标",
    "地区代码",
    "地区",
    "时期",
    "数值",
    "单位",
    "原文数值",
    "原文单位",
    "数据性质",
    "状态",
    "来源",
    "来源网址",
    "可信度",
    "备注",
    "批次",
    "批次中的行",
    "接收时间",
    "公开范围",
)


def figure_row(figure: Figure) -> tuple[Any, ...]:
    """Give one figure under ``FIGURE_HEADER``."""
    source = figure.provenance
    return (
        indicator_name(figure.indicator),
        figure.place,
        place_name(figure.place),
        str(figure.period or ""),
        figure.value,
        figure.unit,
        figure.printed_value,
        figure.printed_unit,
        figure.kind.label if figure.kind else "",
        figure.state.label,
        source.source_title if source else "",
        source.source_url if source else "",
        source.confidence.label if source else "",
        source.note if source else "",
        source.delivery if source else "",
        source.row if source else None,
        localtime(source.accepted_at) if source else "",
        _audience([figure]),
    )


def _audience(figures: Iterable[Figure]) -> str:
    """Say who may see a row made of these figures: 内部 where any of them is internal."""
    return "公开" if all(figure.public for figure in figures) else "内部"


def written(figure: Figure) -> str:
    """Give a figure as words, such as 0.6952万人."""
    if figure.value is None:
        return figure.state.label
    return f"{amount(figure.value)}{figure.unit}"
