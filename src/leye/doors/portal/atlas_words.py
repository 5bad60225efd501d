"""Figures and their changes in words; never 0 for missing."""

from dataclasses import dataclass
from decimal import Decimal

from leye.analysis.metrics import SampleState
from leye.analysis.metrics.register_figures import Change, RegisterFigure, RegisterIndicator
from leye.doors.web.shades import HIDDEN, MISSING, SET_APART, ZERO_DENOMINATOR
from leye.doors.web.templatetags.web import amount

STATE_WORDS = {
    MISSING: "未填报",
    ZERO_DENOMINATOR: "分母为零",
    HIDDEN: "已隐去",
    SET_APART: "无法比较",
}
"""What each pattern of a map means, as short as a tile has room for."""

_PATTERNS = {
    SampleState.NO_DATA: MISSING,
    SampleState.ZERO_DENOMINATOR: ZERO_DENOMINATOR,
    SampleState.HAS_DATA: SET_APART,
}


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """A change: what it is compared by, None where it cannot be, and its words.

    ``measured`` is in percentage points for shares, in per cent for all else. ``share`` is that
    per cent in words, blank for shares.
    """

    measured: Decimal | None
    difference: str
    share: str
    unit: str

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
        return STATE_WORDS[pattern_of(figure)]
    return amount(figure.value, indicator.decimals)


def change_words(change: Change | None, indicator: RegisterIndicator) -> ChangeWords:
    """Give a change in words, such as +0.3 个百分点 or +120（+1.5%); a dash where there is none."""
    if change is None:
        return ChangeWords(None, "—", "", "")
    difference = signed(change.difference, indicator.decimals)
    if indicator.unit == "%":
        points = round(change.difference, indicator.decimals)
        return ChangeWords(points, difference, "", change_unit(indicator))
    if change.relative is None:
        return ChangeWords(None, difference, "", "")
    share = round(change.relative * 100, 1)
    return ChangeWords(share, difference, f"{signed(share, 1)}%", "")


def change_unit(indicator: RegisterIndicator) -> str:
    """Give the unit of an indicator's changes where it is not the indicator's own, else blank."""
    return "个百分点" if indicator.unit == "%" else ""


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
        return amount(value, indicator.decimals)
    if indicator.unit == "%":
        return f"{signed(value, indicator.decimals)} {change_unit(indicator)}"
    return f"{signed(value, 1)}%"
