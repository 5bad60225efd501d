"""Classes of a map layer: quantiles that never split equal values."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from leye.kernel.errors import InvalidInput


class InvalidClasses(InvalidInput):
    """Values that cannot be put in order, or a number of classes below one."""

    code = "invalid_classes"
    title = "无法分级"


@dataclass(frozen=True, slots=True)
class Breaks:
    """Classes from low to high: ``bounds`` gives each class's lowest and highest value.

    The bounds are values that occur, both included; between two classes lies no value.
    """

    bounds: tuple[tuple[Decimal, Decimal], ...]

    def __len__(self) -> int:
        return len(self.bounds)

    def class_of(self, value: Decimal) -> int:
        """Give the class of a value, counted from 0.

        A value between two classes is counted in the upper one, one beyond the ends in the end
        class.

        :raises InvalidClasses: there is no class at all.
        """
        if not self.bounds:
            raise InvalidClasses("没有任何数值", hint="请换一个有数据的时期")
        found = bisect_left([high for _, high in self.bounds], value)
        return min(found, len(self.bounds) - 1)


def classes(values: Iterable[Decimal], n: int = 5) -> Breaks:
    """Divide values into ``n`` classes of about equal count, or as many as there are distinct ones.

    Equal values always fall in one class, so counts differ where there are ties.

    :raises InvalidClasses: ``n`` is below one, or a value is not a finite number.
    """
    if n < 1:
        raise InvalidClasses(f"分{n}级", hint="至少分1级")
    counted = Counter(values)
    if not all(value.is_finite() for value in counted):
        raise InvalidClasses("数值不是有限数", hint="请先剔除无效数值")
    ordered = sorted(counted)
    bounds: list[tuple[Decimal, Decimal]] = []
    start = 0
    for left in range(min(n, len(ordered)), 0, -1):
        end = _cut([counted[value] for value in ordered[start:]], left)
        bounds.append((ordered[start], ordered[start + end - 1]))
        start += end
    return Breaks(tuple(bounds))


def _cut(counts: list[int], left: int) -> int:
    """How many distinct values the next of ``left`` classes takes, leaving one for each other."""
    if left == 1:
        return len(counts)
    share = sum(counts) / left
    taken, best, distance = 0, 1, float("inf")
    for number, count in enumerate(counts[: len(counts) - left + 1], 1):
        taken += count
        if abs(taken - share) < distance:
            best, distance = number, abs(taken - share)
    return best
