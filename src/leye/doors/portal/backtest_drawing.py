"""Drawings of the backtest: how early each recession was named, and what variants trade off."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from leye.doors.web.charts import Tick, nice_steps

_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 24, 34, 52
_NAMES, _BAND, _BAR = 112, 46, 15
_LABEL_ABOVE = 22


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it lies, its style from 1 to 2, its words and where they stand."""

    x: float
    y: float
    width: float
    style: int
    text: str
    text_x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One event: its name and its bars."""

    name: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class LeadChart:
    """Bars to the left (early) and right (late) of the first month of each event."""

    width: int
    height: int
    zero: float
    rows: tuple[LeadRow, ...]
    ticks: tuple[Tick, ...]
    names: tuple[tuple[int, str], ...]
    top: int = _TOP
    bar: int = _BAR

    @property
    def bottom(self) -> int:
        """Where the plot ends."""
        return self.height - _BOTTOM


def lead_chart(
    events: Sequence[str],
    series: Sequence[tuple[str, Sequence[int]]],
    *,
    width: int = 960,
) -> LeadChart | None:
    """Lay out months before (negative) and after the start of each event; None for none.

    ``series`` are one or two, a name and one value for each event.
    """
    fitting = [each for each in series if len(each[1]) == len(events)]
    if not events or not fitting:
        return None
    values = [value for _, given in fitting for value in given]
    steps = nice_steps(Decimal(min(*values, 0)), Decimal(max(*values, 0)), most=width // 90)
    low, high = float(steps[0]) - 1, float(steps[-1]) + 1
    plot = width - _NAMES - _RIGHT

    def x(value: float) -> float:
        return round(_NAMES + (value - low) / (high - low) * plot, 1)

    rows = []
    for at, name in enumerate(events):
        y = _TOP + at * _BAND
        bars = [
            _bar(x(0), x(given[at]), y + 4 + number * (_BAR + 4), number + 1, given[at])
            for number, (_, given) in enumerate(fitting)
        ]
        rows.append(LeadRow(name, y + _BAND / 2, tuple(bars)))
    return LeadChart(
        width=width,
        height=_TOP + len(events) * _BAND + _BOTTOM,
        zero=x(0),
        rows=tuple(rows),
        ticks=tuple(Tick(x(float(step)), _month(int(step))) for step in steps),
        names=tuple((number, name) for number, (name, _) in enumerate(fitting, start=1)),
    )


def _bar(zero: float, end: float, y: float, style: int, value: int) -> Bar:
    early = value < 0
    beside = end - 6 if early else end + 6
    text = f"早{-value}" if early else (f"晚{value}" if value else "当月")
    # A bar of no length is still seen.
    length = max(abs(end - zero), 3)
    left = zero - length if early else zero
    return Bar(left, y, round(length, 1), style, text, beside, "end" if early else "start")


def _month(value: int) -> str:
    return f"{value:+d}".replace("-", "−") if value else "首月"


@dataclass(frozen=True, slots=True)
class Tried:
    """One variant: what it costs (to the right), what it finds (upwards), whether it is in use."""

    name: str
    cost: float
    found: float
    style: int
    product: bool


@dataclass(frozen=True, slots=True)
class Dot:
    """A variant as drawn."""

    x: float
    y: float
    style: int
    product: bool
    text: str
    label_y: float


@dataclass(frozen=True, slots=True)
class Tradeoff:
    """Variants by what they cost and find, with the bars they are held against."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_bar: float | None
    y_bars: tuple[Tick, ...]
    x_name: str
    y_name: str
    names: tuple[tuple[int, str], ...]
    left: int = _LEFT
    top: int = _TOP

    @property
    def right(self) -> int:
        """Where the plot ends."""
        return self.width - _RIGHT

    @property
    def bottom(self) -> int:
        """Where the plot's floor is."""
        return self.height - _BOTTOM


def tradeoff(
    tried: Sequence[Tried],
    *,
    axes: tuple[str, str],
    names: Sequence[str],
    cost_bar: float | None,
    found_bars: Sequence[float],
    width: int = 640,
    height: int = 400,
) -> Tradeoff | None:
    """Lay out variants, or None; ``axes`` name the cost and the find, ``names`` the styles."""
    if not tried:
        return None
    costs = [each.cost for each in tried] + ([cost_bar] if cost_bar is not None else [])
    finds = [each.found for each in tried] + list(found_bars)
    across = nice_steps(Decimal(0), Decimal(str(max(costs))), most=width // 110)
    up = nice_steps(Decimal(str(min(finds))), Decimal(str(max(finds))))

    def x(cost: float) -> float:
        share = cost / float(across[-1])
        return round(_LEFT + share * (width - _LEFT - _RIGHT), 1)

    def y(found: float) -> float:
        share = (found - float(up[0])) / float(up[-1] - up[0])
        return round(height - _BOTTOM - share * (height - _TOP - _BOTTOM), 1)

    # The one in use is drawn last, so that nothing lies over it.
    ordered = sorted(tried, key=lambda each: each.product)
    return Tradeoff(
        width=width,
        height=height,
        dots=tuple(_dot(each, x(each.cost), y(each.found), axes) for each in ordered),
        x_ticks=tuple(Tick(x(float(step)), f"{step.normalize():f}") for step in across),
        y_ticks=tuple(Tick(y(float(step)), f"{float(step):.0%}") for step in up),
        x_bar=None if cost_bar is None else x(cost_bar),
        y_bars=tuple(Tick(y(each), f"要求 {each:.0%}") for each in found_bars),
        x_name=axes[0],
        y_name=axes[1],
        names=tuple(enumerate(names, start=1)),
    )


def _dot(each: Tried, x: float, y: float, axes: tuple[str, str]) -> Dot:
    text = f"{each.name}：{axes[1]}{each.found:.1%}，{axes[0]}{each.cost:g}"
    above = y - 12 if y > _TOP + _LABEL_ABOVE else y + _LABEL_ABOVE
    return Dot(x, y, each.style, each.product, text, above)
