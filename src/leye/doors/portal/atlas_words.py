"""Figures and their changes in words; never 0 for missing."""

from dataclasses import dataclass
from decimal import Decimal

from leye.analysis.metrics import SampleState
from leye.analysis.metrics.register_figures import Change, RegisterFigure, RegisterIndicator
from leye.analysis.metrics.types import IndicatorKind
from leye.doors.web.shades import HIDDEN, MISSING, SET_APART, SETTLED, ZERO_DENOMINATOR
from leye.doors.web.templatetags.web import amount

NONE = "—"
STATE_WORDS = {
    MISSING: "未填报",
    ZERO_DENOMINATOR: "分母为零",
    HIDDEN: "已隐去",
    SET_APART: "无法比较",
    SETTLED: "按定义已定",
}
"""What each pattern of a map means, as short as a tile has room for."""

BY_DIFFERENCE = ("%", "倍")
"""Units of which changes are compared as they are, not as shares."""

_PATTERNS = {
    SampleState.NO_DATA: MISSING,
    SampleState.ZERO_DENOMINATOR: ZERO_DENOMINATOR,
    SampleState.HAS_DATA: SET_APART,
    SampleState.BY_DEFINITION: SETTLED,
}


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """A change: what it is compared by, None where it cannot be, and its words.

    ``measured`` is in the unit of shares and ratios, in per cent for all else, but for small
    numbers, of which a per cent says nothing. ``share`` is that per cent in words, else blank.
    """

    measured: Decimal | None
    difference: str
    share: str
    unit: str

    @property
    def is_none(self) -> bool:
        """Whether there is nothing to compare."""
        return self.difference == NONE

    @property
    def short(self) -> str:
        """The change in one number, as a map has room for."""
        return self.share or self.difference

    def __str__(self) -> str:
        share = f"（{self.share}）" if self.share else ""
        return f"{self.difference}{self.unit}{share}"


def pattern_of(figure: RegisterFigure) -> str:
    """Give the pattern of a figure that has no class: why it has none."""
    return HIDDEN if figure.hidden else _PATTERNS[figure.state]


def value_words(figure: RegisterFigure, indicator: RegisterIndicator) -> str:
    """Give a figure's value without its unit, or the state it is in; never 0 for missing."""
    if figure.value is None:
        return figure.settled or STATE_WORDS[pattern_of(figure)]
    return number_words(figure.value, indicator)


def number_words(value: Decimal, indicator: RegisterIndicator) -> str:
    """Write a number: rates with all their places, so that they stand under one another.

    A rate that is not zero and would look so is 不足 the least that can be shown.
    """
    places = indicator.decimals
    if indicator.kind is not IndicatorKind.RATE:
        return amount(value, places)
    rounded = round(value, places)
    if value > 0 and not rounded:
        return f"不足{Decimal(1).scaleb(-places):f}"
    return f"{rounded or abs(rounded):,f}"


def change_words(change: Change | None, indicator: RegisterIndicator) -> ChangeWords:
    """Give a change in words, such as +0.3 个百分点 or +120（+1.5%); a dash where there is none."""
    if change is None:
        return ChangeWords(None, NONE, "", "")
    difference = difference_words(change.difference, indicator)
    if indicator.unit in BY_DIFFERENCE:
        points = round(change.difference, indicator.decimals)
        return ChangeWords(points, difference, "", change_unit(indicator))
    if change.relative is None:
        return ChangeWords(None, difference, "", "")
    share = round(change.relative * 100, 1)
    return ChangeWords(share, difference, share_words(change.relative), "")


def change_unit(indicator: RegisterIndicator) -> str:
    """Give the unit of an indicator's changes where it is not the indicator's own, else blank."""
    return "个百分点" if indicator.unit == "%" else ""


def difference_words(value: Decimal, indicator: RegisterIndicator) -> str:
    """Give a difference with its sign: of rates with all their places."""
    if indicator.kind is not IndicatorKind.RATE:
        return signed(value, indicator.decimals)
    return _aligned(value, indicator.decimals)


def share_words(share: Decimal) -> str:
    """Give a change, as a share of what was before, in per cent with its sign and one place."""
    return f"{_aligned(share * 100, 1)}%"


def _aligned(value: Decimal, places: int) -> str:
    rounded = round(value, places)
    return f"{rounded:+,f}" if rounded else f"{abs(rounded):f}"


def signed(value: Decimal, decimals: int) -> str:
    """Give a number with its sign; zero has none."""
    rounded = round(value, decimals)
    if not rounded:
        return "0"
    return f"+{amount(rounded, decimals)}" if rounded > 0 else amount(rounded, decimals)


def measured(figure: RegisterFigure, indicator: RegisterIndicator) -> Decimal | None:
    """Give the value as it is shown, so that what looks equal ranks equal; None where none is."""
    if figure.value is None:
        return None
    return round(figure.value, indicator.decimals) or figure.value


def bound_words(value: Decimal, color: str, indicator: RegisterIndicator) -> str:
    """Give the bound of a class in words: of the value, or of its change."""
    if color == "value":
        return number_words(value, indicator)
    if indicator.unit in BY_DIFFERENCE:
        return f"{difference_words(value, indicator)}{change_unit(indicator) or indicator.unit}"
    return share_words(value / 100)
