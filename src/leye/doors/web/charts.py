"""Charts as geometry: pure functions that give what a template draws as SVG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from leye.kernel.period import Frequency, Period

_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 20, 34, 40
_TICK_ROOM, _SHORT_RUN = 76, 36
_DIGIT, _BESIDE = 9, 12


@dataclass(frozen=True, slots=True)
class Line:
    """What to draw as one line: a name, a style from 1 to 4, and values by month ordinal."""

    name: str
    style: int
    values: Sequence[tuple[int, Decimal]]


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line as SVG paths, one for each run without a gap; lone months as ``singles``."""

    name: str
    style: int
    paths: tuple[str, ...]
    singles: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A range to shade along months: a name, a style from 1 (pale) to 2, (month, low, high)."""

    name: str
    style: int
    values: Sequence[tuple[int, Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class DrawnBand:
    """A band as one closed SVG path."""

    name: str
    style: int
    path: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Area:
    """A run of months to shade, such as one without figures."""

    x: float
    width: float
    label: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """A line chart over months in a box of ``width`` x ``height`` user units."""

    width: int
    height: int
    lines: tuple[DrawnLine, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    breaks: tuple[Tick, ...]
    areas: tuple[Area, ...]
    unit: str
    readings: tuple[dict[str, float | str], ...]
    bands: tuple[DrawnBand, ...] = ()
    left: int = _LEFT

    top = _TOP

    @property
    def right(self) -> int:
        """Where the plot ends."""
        return self.width - _RIGHT

    @property
    def bottom(self) -> int:
        """Where the plot's floor is."""
        return self.height - _BOTTOM

    @property
    def inner_height(self) -> int:
        """How high the plot is."""
        return self.bottom - self.top


def line_chart(
    lines: Sequence[Line],
    *,
    unit: str,
    breaks: Sequence[tuple[int, str]] = (),
    areas: Sequence[tuple[int, int, str]] = (),
    at_least: Sequence[Decimal] = (),
    bands: Sequence[Band] = (),
    width: int = 960,
    height: int = 380,
) -> LineChart:
    """Lay out lines over months; missing months are gaps, never bridged.

    ``breaks`` are months where a definition changes, ``areas`` runs of months to shade (first and
    last ordinal). The value axis need not start at zero: lines show change, not size; it reaches
    the values ``at_least``, so that a small change does not fill the drawing. ``bands`` are drawn
    under the lines in the order given, the widest first.
    """
    months = sorted({month for line in lines for month, _ in line.values})
    ends = [end for band in bands for _, *both in band.values for end in both]
    values = [value for line in lines for _, value in line.values]
    if not months:
        return LineChart(width, height, (), (), (), (), (), unit, ())
    first, last = months[0], months[-1]
    reached = [*values, *ends, *at_least]
    steps = nice_steps(min(reached), max(reached))
    low, high = float(steps[0]), float(steps[-1])
    labels = _same_places(steps)
    left = max(_LEFT, _BESIDE + _DIGIT * max(map(len, labels)))
    plot = width - left - _RIGHT
    floor_y = height - _BOTTOM

    def x(month: float) -> float:
        return round(left + (month - first) / max(last - first, 1) * plot, 1)

    def y(value: Decimal) -> float:
        return round(floor_y - (float(value) - low) / (high - low) * (floor_y - _TOP), 1)

    return LineChart(
        width=width,
        height=height,
        lines=tuple(_draw(line, x, y) for line in lines),
        x_ticks=tuple(Tick(x(at), label) for at, label in _time_ticks(first, last, width)),
        y_ticks=tuple(Tick(y(step), label) for step, label in zip(steps, labels, strict=True)),
        breaks=tuple(Tick(x(at), label) for at, label in breaks if first <= at <= last),
        areas=tuple(
            Area(x(max(start, first)), round(x(min(end, last)) - x(max(start, first)), 1), label)
            for start, end, label in areas
            if start <= last and end >= first
        ),
        unit=unit,
        readings=tuple(_reading(month, lines, bands, unit, x(month)) for month in months),
        bands=tuple(_draw_band(band, x, y) for band in bands),
        left=left,
    )


def _same_places(steps: Sequence[Decimal]) -> list[str]:
    """Write the steps of an axis with as many places as the finest needs."""
    exponents = [step.normalize().as_tuple().exponent for step in steps]
    places = max(-exponent for exponent in exponents if isinstance(exponent, int))
    return [f"{step:,.{max(places, 0)}f}" for step in steps]


def nice_steps(low: Decimal, high: Decimal, *, most: int = 6) -> tuple[Decimal, ...]:
    """Give round values from at or below ``low`` to at or above ``high``, at most ``most`` + 2.

    Steps are 1, 2 or 5 times a power of ten; two values at least.
    """
    span = float(high - low) or max(abs(float(high)), 1.0)
    power = floor(log10(span / most))
    step = Decimal(1)
    for factor in (1, 2, 5, 10):
        step = Decimal(factor).scaleb(power)
        if span / float(step) <= most:
            break
    start = floor(low / step)
    end = max(ceil(high / step), start + 1)
    return tuple(step * count for count in range(start, end + 1))


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A small line in a box of 128 x 36, with its last point."""

    path: str
    last: tuple[float, float]


def sparkline(values: Sequence[Decimal]) -> Sparkline | None:
    """Lay out a small line; None for fewer than two values, which show no trend."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    span = float(high - low) or 1.0
    points = [
        (round(4 + i * 120 / (len(values) - 1), 1), round(31 - float(v - low) / span * 26, 1))
        for i, v in enumerate(values)
    ]
    return Sparkline(_path(points), points[-1])


@dataclass(frozen=True, slots=True)
class ProgressBar:
    """Shares of the way and of the time as widths in a box of 200 x 20; text says the same."""

    done: float
    time: float
    text: str


def progress_bar(done: Decimal | None, time: Decimal | None) -> ProgressBar | None:
    """Lay out how much is done against how much time is gone; None where that means nothing."""
    if done is None or time is None:
        return None
    width = round(min(max(float(done), 0.0), 1.0) * 200, 1)
    at = round(min(max(float(time), 0.0), 1.0) * 200, 1)
    return ProgressBar(width, at, f"完成 {done:.0%}，时间过去 {time:.0%}")


def _draw(line: Line, x: Callable[[float], float], y: Callable[[Decimal], float]) -> DrawnLine:
    runs: list[list[tuple[int, Decimal]]] = []
    ordered = sorted(line.values)
    for point in ordered:
        if runs and point[0] == runs[-1][-1][0] + 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    placed = [[(x(month), y(value)) for month, value in run] for run in runs]
    return DrawnLine(
        line.name,
        line.style,
        tuple(_path(run) for run in placed if len(run) > 1),
        tuple(run[0] for run in placed if len(run) == 1),
    )


def _draw_band(band: Band, x: Callable[[float], float], y: Callable[[Decimal], float]) -> DrawnBand:
    upper = [(x(month), y(high)) for month, _, high in band.values]
    lower = [(x(month), y(low)) for month, low, _ in reversed(band.values)]
    return DrawnBand(band.name, band.style, f"{_path([*upper, *lower])}Z")


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{px:g} {py:g}" for px, py in points)


def _time_ticks(first: int, last: int, width: int) -> list[tuple[int, str]]:
    """Give Januaries with their years, or quarters' first months where the run is short."""
    most = max(width // _TICK_ROOM, 2)
    if last - first >= _SHORT_RUN:
        years = [month for month in range(first, last + 1) if month % 12 == 0]
        return [(month, str(month // 12)) for month in years[:: ceil(len(years) / most)]]
    step = next(n for n in (1, 2, 3, 6, 12) if (last - first) // n < most or n == 12)
    months = [month for month in range(first, last + 1) if month % step == 0]
    return [(month, f"{month // 12}.{month % 12 + 1}") for month in months]


def _reading(
    month: int, lines: Sequence[Line], bands: Sequence[Band], unit: str, x: float
) -> dict[str, float | str]:
    label = Period(Frequency.MONTH, month, month).label
    parts = [
        f"{line.name} {value.normalize():f}{unit}"
        for line in lines
        for at, value in line.values
        if at == month
    ]
    parts += [
        f"{band.name} {low.normalize():f}—{high.normalize():f}{unit}"
        for band in bands
        for at, low, high in band.values
        if at == month and low != high
    ]
    return {"x": x, "text": f"{label}：" + "，".join(parts)}
