"""Indicators and the figures they give."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from leye.kernel.period import Period


class IndicatorKind(StrEnum):
    """How an indicator adds up over time (存量/流量, as in national accounts)."""

    FLOW = "flow"
    STOCK = "stock"
    RATE = "rate"
    AMOUNT = "amount"
    RANK = "rank"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return {
            "flow": "流量（一段时间内发生）",
            "stock": "存量（某一时点）",
            "rate": "比率",
            "amount": "标准或金额",
            "rank": "名次",
        }[self.value]


class FigureKind(StrEnum):
    """What a published number is: a measurement, or a target or bound that measures nothing."""

    ANNUAL = "annual"
    YTD = "ytd"
    MONTHLY = "monthly"
    POINT = "point"
    YEAR_END = "year_end"
    BASELINE = "baseline_actual"
    CUMULATIVE = "cumulative_actual"
    SINCE_2002 = "cumulative_since_2002"
    DERIVED = "derived"
    EFFECTIVE_FROM = "effective_from"
    ANNOUNCED = "announced"
    RANK = "rank"
    TARGET_LEVEL = "target_level"
    TARGET_CUMULATIVE = "target_cumulative"
    UPPER_BOUND = "upper_bound"
    LOWER_BOUND = "lower_bound"

    @property
    def measures(self) -> bool:
        """Whether the number is a measurement; 控制在3.2%以内 is not."""
        return self not in _NOT_MEASURED

    @property
    def label(self) -> str:
        """The kind in Chinese, as the template offers it."""
        return _KIND_LABELS[self]


_NOT_MEASURED = {
    FigureKind.TARGET_LEVEL,
    FigureKind.TARGET_CUMULATIVE,
    FigureKind.UPPER_BOUND,
    FigureKind.LOWER_BOUND,
}
_KIND_LABELS = {
    FigureKind.ANNUAL: "年度数",
    FigureKind.YTD: "年内累计数",
    FigureKind.MONTHLY: "月度数",
    FigureKind.POINT: "时点数",
    FigureKind.YEAR_END: "年末数",
    FigureKind.BASELINE: "规划基数",
    FigureKind.CUMULATIVE: "累计数",
    FigureKind.SINCE_2002: "2002年以来累计数",
    FigureKind.DERIVED: "推算数",
    FigureKind.EFFECTIVE_FROM: "执行标准",
    FigureKind.ANNOUNCED: "公开宣布数",
    FigureKind.RANK: "名次",
    FigureKind.TARGET_LEVEL: "目标（水平）",
    FigureKind.TARGET_CUMULATIVE: "目标（累计）",
    FigureKind.UPPER_BOUND: "上限表述",
    FigureKind.LOWER_BOUND: "下限表述",
}


class Confidence(StrEnum):
    """How far a source can be trusted."""

    A = "A"
    B = "B"
    C = "C"

    @property
    def label(self) -> str:
        """The grade in Chinese."""
        return {"A": "A 政府文本或官方页面", "B": "B 转载、百科或报刊", "C": "C 存疑"}[self.value]


class SampleState(StrEnum):
    """Whether a figure rests on data. Missing is never shown as 0.

    ``BY_DEFINITION``: what it would say follows from the definition of the group it is asked of.
    """

    HAS_DATA = "has_data"
    NO_DATA = "no_data"
    ZERO_DENOMINATOR = "zero_denominator"
    BY_DEFINITION = "by_definition"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return {
            "has_data": "有数据",
            "no_data": "未填报",
            "zero_denominator": "分母为零",
            "by_definition": "按定义已定",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A formula: numerator over denominator, times ``scale``."""

    numerator: str
    denominator: str
    scale: Decimal


@dataclass(frozen=True, slots=True)
class Indicator:
    """The one definition of a figure.

    ``units`` maps every unit the figure may be printed in to its factor into ``unit``.
    ``breaks`` are dates of changed definition, with the reason; series are never joined over one.
    ``higher_is_better`` is None where neither direction is.
    """

    code: str
    name: str
    name_en: str
    theme: str
    unit: str
    units: Mapping[str, Decimal]
    kind: IndicatorKind
    decimals: int
    definition: str
    caveats: tuple[str, ...]
    breaks: tuple[tuple[str, str], ...]
    responsible: str
    higher_is_better: bool | None
    aliases: tuple[str, ...]
    formula: Ratio | None
    dimensions: tuple[str, ...] = ("place", "period")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a figure came from: the delivery and its row, and what that row cites."""

    delivery: str
    row: int
    accepted_at: datetime
    source_title: str
    source_url: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One value, or its absence, with all that is needed to read it rightly.

    ``value`` is in ``unit``; ``printed_value`` and ``printed_unit`` are what the source wrote.
    ``public`` is False for a row only staff of its place may see. ``inputs`` are the figures a
    formula used.
    """

    indicator: str
    place: str
    period: Period | None
    kind: FigureKind | None
    value: Decimal | None
    unit: str
    state: SampleState
    data_version: int
    public: bool = True
    printed_value: Decimal | None = None
    printed_unit: str = ""
    provenance: Provenance | None = None
    inputs: tuple["Figure", ...] = ()
