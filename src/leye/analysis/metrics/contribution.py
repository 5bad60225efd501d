"""Which parts account for a change: places of a city, industries, occupations.

A total that adds up is split into the differences of its parts. A rate is split into what changed
within the parts and what changed because their weights did: with shares s and rates r of the
denominator, and bars for the mean of both months,

    within = s̄ · Δr        between = Δs · (r̄ - R̄)

(shift-share, symmetric form; Marshall and Edgeworth's weights leave no interaction term). R̄ is the
mean overall rate: subtracting it changes no sum, since shares add up to one, and tells a part that
grew from one that grew with a better rate than the rest. All arithmetic is in fractions, so that
parts, rest and unexplained sum to the whole to the last digit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from leye.kernel.errors import InvalidInput

Counted = tuple[Decimal | None, Decimal | None]
"""Numerator and denominator of one part in one month; None where nobody delivered or is shown."""


class NothingToSplit(InvalidInput):
    """The whole itself is not known in both months, or divides by zero."""

    code = "nothing_to_split"
    title = "无法分解变化"


@dataclass(frozen=True, slots=True)
class Part:
    """What one part adds to the change of the whole, in the whole's unit.

    ``before`` and ``after`` are the part's own values (for a rate: its rate), None where it has
    none. ``within`` + ``between`` = ``effect``; for a total ``between`` is 0.
    """

    key: str
    before: Fraction | None
    after: Fraction | None
    effect: Fraction
    within: Fraction
    between: Fraction


@dataclass(frozen=True, slots=True)
class Split:
    """A change and its parts, those that account for most first.

    ``change`` = effects of ``parts`` + ``rest`` + ``unexplained``. ``rest`` are the ``rest_count``
    parts not listed, ``unexplained`` what no known part accounts for: parts without data in one of
    the months, or not shown, and children that do not add up to the whole.
    """

    change: Fraction
    parts: tuple[Part, ...]
    rest: Fraction
    rest_count: int
    unexplained: Fraction
    unknown: tuple[str, ...]


def split_total(
    whole: tuple[Decimal | None, Decimal | None],
    *,
    before: Mapping[str, Decimal | None],
    after: Mapping[str, Decimal | None],
    most: int = 5,
) -> Split:
    """Split the change of a total, ``whole`` being its values before and after.

    A part that one month does not name counts 0 there; a part with None is unknown and its share
    of the change stays unexplained. At most ``most`` parts are listed.

    :raises NothingToSplit: the whole has no value in one of the months.
    """
    first, last = whole
    if first is None or last is None:
        raise NothingToSplit("总数在其中一个月没有数据")
    parts, unknown = [], []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, Decimal(0)), after.get(key, Decimal(0))
        if old is None or new is None:
            unknown.append(key)
            continue
        a, b = Fraction(old), Fraction(new)
        parts.append(Part(key, a, b, b - a, b - a, Fraction(0)))
    return _ranked(Fraction(last) - Fraction(first), parts, unknown, most=most)


def split_rate(
    whole: tuple[Counted, Counted],
    *,
    before: Mapping[str, Counted],
    after: Mapping[str, Counted],
    scale: Decimal = Decimal(1),
    most: int = 5,
) -> Split:
    """Split the change of a rate, ``whole`` being its numerator and denominator before and after.

    ``scale`` is 100 for a percentage. A part that one month does not name, or that has a
    denominator of 0 there, has no rate of its own in that month: it comes or goes with the rate it
    has in the other, and all of its effect is between.

    :raises NothingToSplit: the whole has no value, or a denominator of 0, in one of the months.
    """
    first, last = (_rate(each, scale) for each in whole)
    bases = tuple(each[1] for each in whole)
    if first is None or last is None or bases[0] is None or bases[1] is None:
        raise NothingToSplit("比率在其中一个月没有数据，或分母为零")
    mean = (first + last) / 2
    parts, unknown = [], []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, _NOBODY), after.get(key, _NOBODY)
        if None in (*old, *new):
            unknown.append(key)
            continue
        shares = tuple(
            Fraction(n[1] or 0) / Fraction(d or 1) for n, d in zip((old, new), bases, strict=True)
        )
        parts.append(_part(key, (_rate(old, scale), _rate(new, scale)), shares, mean))
    return _ranked(last - first, parts, unknown, most=most)


_NOBODY: Counted = (Decimal(0), Decimal(0))


def _rate(counted: Counted, scale: Decimal) -> Fraction | None:
    numerator, denominator = counted
    if numerator is None or not denominator:
        return None
    return Fraction(numerator) / Fraction(denominator) * Fraction(scale)


def _part(
    key: str,
    rates: tuple[Fraction | None, Fraction | None],
    shares: tuple[Fraction, ...],
    mean: Fraction,
) -> Part:
    old, new = rates
    known = [rate for rate in rates if rate is not None]
    if not known:
        return Part(key, None, None, Fraction(0), Fraction(0), Fraction(0))
    a, b = known[0], known[-1]
    within = (shares[0] + shares[1]) / 2 * (b - a)
    between = (shares[1] - shares[0]) * ((a + b) / 2 - mean)
    return Part(key, old, new, within + between, within, between)


def _ranked(change: Fraction, parts: list[Part], unknown: list[str], *, most: int) -> Split:
    moved = [part for part in parts if part.effect]
    ordered = sorted(moved, key=lambda part: (-abs(part.effect), part.key))
    rest = sum((part.effect for part in ordered[most:]), Fraction(0))
    explained = sum((part.effect for part in moved), Fraction(0))
    return Split(
        change=change,
        parts=tuple(ordered[:most]),
        rest=rest,
        rest_count=len(ordered[most:]),
        unexplained=change - explained,
        unknown=tuple(unknown),
    )
