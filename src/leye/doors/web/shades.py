"""Classes of a map: at most five shades, in order, and a pattern for each way to have no value."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from leye.analysis.atlas import Breaks, classes

MISSING, ZERO_DENOMINATOR, HIDDEN, SET_APART = "k-missing", "k-zero", "k-hidden", "k0"
SETTLED = "k-settled"
SHADES = 5
_LESS, _SAME, _MORE = ("d1", "d2"), "d3", ("d4", "d5")
CHANGE_SHADES = (*_LESS, _SAME, *_MORE)
"""The shades of changes: less from dark to light, the same, more from light to dark."""
_SIDE = 2


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A class of the style sheet, and what it stands for."""

    shade: str
    label: str


@dataclass(frozen=True, slots=True)
class Shading:
    """The shade of each class, with the values it holds; see ``ordered`` and ``diverging``."""

    parts: tuple[tuple[Breaks, tuple[str, ...]], ...]
    still: str = ""

    def shade_of(self, value: Decimal) -> str:
        """Give the shade of one of the values the classes were made from."""
        if self.still and value == 0:
            return self.still
        for breaks, shades in self.parts:
            if len(breaks) and breaks.bounds[0][0] <= value <= breaks.bounds[-1][1]:
                return shades[breaks.class_of(value)]
        return SET_APART

    def legend(self, write: Callable[[Decimal], str]) -> tuple[LegendEntry, ...]:
        """Give the classes from the lowest to the highest, their bounds written by ``write``."""
        entries = [
            (low, LegendEntry(shade, _range(low, high, write)))
            for breaks, shades in self.parts
            for (low, high), shade in zip(breaks.bounds, shades, strict=True)
        ]
        if self.still:
            entries.append((Decimal(0), LegendEntry(self.still, "没有变化")))
        return tuple(entry for _, entry in sorted(entries, key=lambda pair: pair[0]))


def ordered(values: Iterable[Decimal]) -> Shading:
    """Give shades from light to dark, the higher the darker, about as many places in each."""
    breaks = classes(values, SHADES)
    names = tuple(f"k{spread(number, len(breaks))}" for number in range(len(breaks)))
    return Shading(((breaks, names),))


def diverging(values: Iterable[Decimal]) -> Shading:
    """Give two shades for values below zero, two for those above, one for zero itself."""
    every = tuple(values)
    below = classes((value for value in every if value < 0), _SIDE)
    above = classes((value for value in every if value > 0), _SIDE)
    return Shading(
        ((below, _LESS[: len(below)]), (above, _MORE[-len(above) or _SIDE :])),
        still=_SAME if 0 in every else "",
    )


def spread(klass: int, of: int) -> int:
    """Give the shade from 1 (light) to 5 (dark) of a class; few classes are spread apart."""
    return 3 if of < 2 else 1 + round(klass * (SHADES - 1) / (of - 1))


def _range(low: Decimal, high: Decimal, write: Callable[[Decimal], str]) -> str:
    return write(low) if low == high else f"{write(low)} 至 {write(high)}"
