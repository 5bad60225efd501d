"""The situation room's Chinese: numbers as they are printed, and the sentences made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from leye.analysis.atlas.situation_types import (
    Breakdown,
    Comparison,
    Number,
    NumberKind,
    Sentence,
    Turn,
)
from leye.analysis.metrics.forecast import METHOD_LABELS, Forecast, ForecastState
from leye.analysis.metrics.register_figures import RegisterIndicator


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes numbers of one indicator at one place and month, so that each can be traced."""

    indicator: RegisterIndicator
    place: str
    month: int
    data_version: int
    axis: str = "all"
    code: str = "all"

    def number(
        self,
        kind: NumberKind,
        value: Decimal | Fraction | float,
        *,
        month: int = 0,
        against: int = 0,
        place: str | None = None,
        axis: str | None = None,
        code: str | None = None,
    ) -> Number:
        """Write a number with its unit; what is not given is as the writer has it."""
        exact = _decimal(value)
        return Number(
            kind=kind,
            value=exact,
            text=self._text(kind, exact),
            indicator=self.indicator.code,
            place=self.place if place is None else place,
            month=month or self.month,
            data_version=self.data_version,
            axis=self.axis if axis is None else axis,
            code=self.code if code is None else code,
            against=against,
        )

    def rounds_to_nothing(self, value: Decimal | Fraction) -> bool:
        """Whether a difference is 0 as it would be printed."""
        return not _rounded(_decimal(value), self.indicator.decimals)

    def _text(self, kind: NumberKind, value: Decimal) -> str:
        decimals, unit = self.indicator.decimals, self.indicator.unit
        if kind is NumberKind.RELATIVE:
            return f"{amount(abs(value), 1)}%"
        if kind in (NumberKind.DIFFERENCE, NumberKind.GAP):
            return amount(abs(value), decimals) + points(unit)
        if kind is NumberKind.EFFECT:
            # An effect on a rate is a part of its change: one more place tells parts apart.
            more = 1 if unit == "%" else 0
            sign = "+" if value > 0 else "-" if value < 0 else ""
            return sign + amount(abs(value), decimals + more) + points(unit)
        if kind is NumberKind.ERROR:
            return amount(value, decimals + (0 if unit == "%" else 1)) + points(unit)
        return amount(value, decimals) + unit


def amount(value: Decimal, decimals: int) -> str:
    """Write a number with thousands apart and so many places, rounded half up."""
    return f"{_rounded(value, decimals):,f}"


def points(unit: str) -> str:
    """Give the unit of a difference: percentages differ by percentage points."""
    return "个百分点" if unit == "%" else unit


def month_name(month: int) -> str:
    """Write a month: 202611 is 2026年11月."""
    return f"{month // 100}年{month % 100}月"


def month_code(month: int) -> str:
    """Write a month where room is short: 202611 is 2026-11."""
    return f"{month // 100}-{month % 100:02d}"


def sentence(*parts: str | Number | None) -> Sentence:
    """Put words and numbers together; what is None is left out."""
    return Sentence(tuple(part for part in parts if part is not None and part != ""))


def joined(groups: Iterable[Sequence[str | Number]], between: str = "、") -> list[str | Number]:
    """Put groups of words and numbers in a row."""
    row: list[str | Number] = []
    for group in groups:
        if row:
            row.append(between)
        row += group
    return row


def verb(comparison: Comparison, unit: str) -> str:
    """Say which way a figure went: counts grow or shrink, rates rise or fall."""
    if comparison.difference is None:
        return ""
    if comparison.turn is Turn.SAME:
        return "持平"
    rises = comparison.difference.value > 0
    if unit in ("%", "元", "倍"):
        return "上升" if rises else "下降"
    return "增加" if rises else "减少"


def compared(comparison: Comparison, unit: str, *, label: str) -> list[str | Number]:
    """Say how a figure stands against an earlier month: 比上月增加12人（1.3%）."""
    if comparison.difference is None:
        return [f"{label}没有可用的数，不作比较"]
    went = verb(comparison, unit)
    if comparison.turn is Turn.SAME:
        return [f"与{label}持平"]
    words: list[str | Number] = [f"比{label}{went}", comparison.difference]
    if comparison.relative is not None:
        words += ["（", comparison.relative, "）"]
    return words


def outlook(forecast: Forecast, writer: Writer, *, name: str) -> Sentence:
    """Say what the next month may bring, within what, by which method, and what that was worth."""
    if forecast.state is not ForecastState.READY:
        return sentence(f"{name}不作预测：{forecast.reason}。")
    step, past = forecast.steps[0], forecast.errors[0]
    words: list[str | Number] = [
        f"预计{month_name(step.month)}{name}为",
        writer.number(NumberKind.FORECAST, step.value, month=step.month),
    ]
    inner = step.interval(80)
    if inner is not None:
        low = writer.number(NumberKind.LOW, inner.low, month=step.month)
        high = writer.number(NumberKind.HIGH, inner.high, month=step.month)
        words += ["（80%区间", low, "至", high, "）"]
    words += [
        f"，方法为{METHOD_LABELS[forecast.method]}；过去{past.count}次这样提前一个月的预测平均差",
        writer.number(NumberKind.ERROR, past.mae, month=step.month),
    ]
    covered = next(each for each in past.coverage if each.level == 80)
    if covered.judged:
        words.append(f"，80%区间在可检验的{covered.judged}次中有{covered.inside}次包含了实际值")
    words.append("。" if forecast.knows_seasons else "；数据不足一年半，没有考虑季节和春节的影响。")
    return sentence(*words)


def broken_down(breakdown: Breakdown) -> Sentence:
    """Say who accounts for a change: 分地区看：袁州区+120人、丰城市-40人，其余8个合计+3人."""
    groups = [(each.name, each.number) for each in breakdown.parts]
    words: list[str | Number] = [f"{breakdown.title}：", *joined(groups)]
    if breakdown.rest is not None:
        words += [f"，其余{breakdown.split.rest_count}个合计", breakdown.rest]
    if breakdown.unexplained is not None:
        words += ["，没有数据或不能显示的部分", breakdown.unexplained]
    return sentence(*words, "。")


def _decimal(value: Decimal | Fraction | float) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(repr(value))


def _rounded(value: Decimal, decimals: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    # A minus sign before 0 says nothing.
    return rounded or abs(rounded)
