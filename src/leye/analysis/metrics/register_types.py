"""Indicators of the registers and the figures they give."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from leye.analysis.metrics.types import IndicatorKind, SampleState
from leye.data.registers.map_places import ALL

SMALL_BASE = 30
"""Of a number smaller than this a change is given as it is, not as a share: from 1 to 12 is +11.

So are changes of ratios (倍), which are small numbers all of them.
"""

FINE_AXES = ("division", "occupation4")
"""Axes told apart for the city and its counties alone, and of everybody alone."""


class Basis(StrEnum):
    """Where what an indicator counts is put down."""

    RESIDENCE = "residence"
    WORKPLACE = "workplace"
    MARKET = "market"

    @property
    def label(self) -> str:
        """The basis in Chinese."""
        return _BASES[self]


_BASES = {
    Basis.RESIDENCE: "按居住地统计",
    Basis.WORKPLACE: "按单位住所地统计",
    Basis.MARKET: "按招聘、求职的工作地统计",
}

Terms = tuple[tuple[str, int], ...]
"""Measures of the map, each with the sign it is counted with."""


@dataclass(frozen=True, slots=True)
class RegisterIndicator:
    """The one definition of a figure of the registers.

    The value is the sum of ``numerator``, over that of ``denominator`` where there is one, times
    ``scale``. ``axes``, ``groups`` and ``levels`` say how it can be cut. ``additive``: children add
    up to their parent. ``higher_is_better`` is None where neither direction is.
    """

    code: str
    name: str
    name_en: str
    theme: str
    unit: str
    kind: IndicatorKind
    decimals: int
    definition: str
    caveats: tuple[str, ...]
    basis: Basis
    numerator: Terms
    denominator: Terms
    scale: Decimal
    axes: tuple[str, ...]
    groups: bool
    levels: tuple[str, ...]
    higher_is_better: bool | None
    additive: bool

    @property
    def measures(self) -> frozenset[str]:
        """Every measure of the map the value is made of."""
        return frozenset(name for name, _ in (*self.numerator, *self.denominator))

    def is_kept(self, level: str, *, group: str, axis: str) -> bool:
        """Whether the map has cells of the indicator at a level, cut in this way."""
        if level not in self.levels or axis not in (ALL, *self.axes):
            return False
        if group != ALL and (not self.groups or level in ("village", "park")):
            return False
        if axis in FINE_AXES:
            return level in ("city", "county") and group == ALL
        return level != "park" or axis in (ALL, "industry")


@dataclass(frozen=True, slots=True)
class RegisterFigure:
    """One value of an indicator, or why there is none.

    ``hidden``: there is one, but it is small, or a small one would follow from it. ``settled``: why
    there is none to give where the definition of the group says it all, such as 按定义均在业.
    """

    indicator: str
    place: str
    month: int
    value: Decimal | None
    state: SampleState
    hidden: bool = False
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    settled: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """How far a figure is from an earlier one.

    ``difference`` is in the indicator's unit (of a rate in %, percentage points); ``relative`` is a
    share of the earlier value, None where that is zero or small.
    """

    difference: Decimal
    relative: Decimal | None


def share_of_change(difference: Decimal, then: Decimal) -> Decimal | None:
    """Give a change as a share of the earlier value; None of nothing, and of a small number."""
    return difference / abs(then) if abs(then) >= SMALL_BASE else None
