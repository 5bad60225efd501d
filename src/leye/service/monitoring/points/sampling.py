"""Drawing a panel of firms: strata, allocation, draw, replacement. Pure; the seed decides alone.

Strata are county x industry section x size. Each firm has a permanent random number made of the
seed and its credit code, so that the same seed gives the same panel whatever the order of the
frame, a firm that leaves is replaced by the next of its stratum, and a later draw with the same
seed overlaps as much as it can (Ohlsson 1995, permanent random numbers).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from leye.service.monitoring.errors import InvalidPanel
from leye.service.monitoring.points.enums import EntryRole, SizeBand

MOST_TARGET = 2000


@dataclass(frozen=True, slots=True)
class FrameFirm:
    """A firm that can be drawn: its register key, credit code, name, place and insured persons.

    ``place`` is a county, town or village, ``industry`` a division, ``section`` a letter.
    """

    employer: int
    uscc: str
    name: str
    place: str
    industry: str
    section: str
    insured: int

    @property
    def stratum(self) -> "StratumKey":
        """The cell the firm stands for."""
        return StratumKey(self.place[:6], self.section, size_of(self.insured))


@dataclass(frozen=True, slots=True, order=True)
class StratumKey:
    """County, industry section and size."""

    county: str
    section: str
    size: SizeBand


@dataclass(frozen=True, slots=True)
class Stratum:
    """A cell of the frame: how many firms and insured persons, how many firms are drawn."""

    key: StratumKey
    firms: int
    insured: int
    allocated: int

    @property
    def weight(self) -> Fraction | None:
        """How many firms each drawn one stands for; None where none is drawn."""
        return Fraction(self.firms, self.allocated) if self.allocated else None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A firm of the panel and how it got there."""

    firm: FrameFirm
    role: EntryRole


@dataclass(frozen=True, slots=True)
class Draw:
    """A panel: every stratum of the frame, and the firms in the order of stratum and number."""

    strata: tuple[Stratum, ...]
    drawn: tuple[Drawn, ...]


def size_of(insured: int) -> SizeBand:
    """Give the band of a number of insured persons; the smallest for fewer than it begins with."""
    return max((band for band in SizeBand if band.least <= insured), key=lambda b: b.least,
               default=SizeBand.MICRO)  # fmt: skip


def random_number(seed: int, uscc: str) -> int:
    """Give a firm's permanent random number, 0 to 2**64 - 1."""
    return int.from_bytes(sha256(f"{seed}|{uscc}".encode()).digest()[:8], "big")


def allocate(
    sizes: Mapping[StratumKey, tuple[int, int]], *, target: int, least: int = 1
) -> dict[StratumKey, int]:
    """Give how many firms to draw in each stratum of (firms, insured persons).

    First ``least`` to each, the strata with most insured persons first while they last; the rest
    round by round in proportion to insured persons, never more than there are firms. The sum is
    ``target``, or every firm where there are fewer.

    :raises InvalidPanel: a target or a least number below nought.
    """
    if target < 0 or least < 0:
        raise InvalidPanel("样本数不能小于零")
    order = sorted(sizes, key=lambda key: (-sizes[key][1], key))
    given = dict.fromkeys(order, 0)
    left = min(target, sum(firms for firms, _ in sizes.values()))
    for key in order:
        step = min(least, sizes[key][0], left)
        given[key] += step
        left -= step
    while left:
        left = _share_out(given, sizes, order, left)
    return given


def _share_out(
    given: dict[StratumKey, int],
    sizes: Mapping[StratumKey, tuple[int, int]],
    order: Sequence[StratumKey],
    left: int,
) -> int:
    """Share the rest among the strata that are not full; give what is left after one round."""
    room = [key for key in order if given[key] < sizes[key][0]]
    # A stratum without insured persons still has firms: each counts one, so that all may fill.
    weight = {key: max(sizes[key][1], 1) for key in room}
    whole = sum(weight.values())
    shares = {key: Fraction(left * weight[key], whole) for key in room}
    floors = {key: min(int(shares[key]), sizes[key][0] - given[key]) for key in room}
    taken = sum(floors.values())
    for key in room:
        given[key] += floors[key]
    if taken:
        return left - taken
    for key in sorted(room, key=lambda k: (-shares[k], k))[:left]:
        given[key] += 1
    return max(left - len(room), 0)


def draw(
    frame: Sequence[FrameFirm],
    *,
    seed: int,
    target: int,
    least: int = 1,
    keep: Collection[str] = (),
    certain_from: int = SizeBand.LARGE.least,
) -> Draw:
    """Draw a panel of ``target`` firms, or more where more are certain.

    Certain are firms with ``certain_from`` insured persons or more and those whose credit code is
    in ``keep``. Then each stratum without any gets ``least`` while the target lasts, and the rest
    goes by insured persons; within a stratum the order of random numbers decides.

    :raises InvalidPanel: the frame is empty or names a firm twice, or the target is out of bounds.
    """
    _check(frame, target)
    held: dict[StratumKey, list[FrameFirm]] = defaultdict(list)
    for firm in frame:
        held[firm.stratum].append(firm)
    certain = {f.uscc for f in frame if f.insured >= certain_from}
    kept = set(keep)
    counts = _counts(held, certain, kept, target=target, least=least)
    strata, drawn = [], []
    for key in sorted(held):
        firms = ordered(held[key], seed=seed, first=certain | kept)
        strata.append(Stratum(key, len(firms), sum(f.insured for f in firms), counts[key]))
        drawn += [Drawn(f, _role(f, certain, kept)) for f in firms[: counts[key]]]
    return Draw(tuple(strata), tuple(drawn))


def ordered(
    firms: Collection[FrameFirm], *, seed: int, first: Collection[str] = ()
) -> list[FrameFirm]:
    """Give firms of a stratum in the order they are drawn in."""
    return sorted(firms, key=lambda f: (f.uscc not in first, random_number(seed, f.uscc), f.uscc))


def replacement(
    frame: Sequence[FrameFirm], *, seed: int, stratum: StratumKey, taken: Collection[str]
) -> FrameFirm | None:
    """Give the next firm of a stratum that was never in the panel; None when there is none."""
    same = [f for f in frame if f.stratum == stratum and f.uscc not in set(taken)]
    return next(iter(ordered(same, seed=seed)), None)


def _counts(
    held: Mapping[StratumKey, Sequence[FrameFirm]],
    certain: Collection[str],
    kept: Collection[str],
    *,
    target: int,
    least: int,
) -> dict[StratumKey, int]:
    """Give the size of each stratum's part: all that are certain or kept, then the allocation."""
    must = {k: sum(f.uscc in certain or f.uscc in kept for f in fs) for k, fs in held.items()}
    rest = {
        key: (len(firms) - must[key], sum(f.insured for f in firms)) for key, firms in held.items()
    }
    # A stratum that has one already needs none for its own sake.
    empty = {key: size for key, size in rest.items() if not must[key]}
    left = max(target - sum(must.values()), 0)
    first = allocate(empty, target=min(left, least * len(empty)), least=least)
    room = {key: (rest[key][0] - first.get(key, 0), rest[key][1]) for key in rest}
    more = allocate(room, target=left - sum(first.values()), least=0)
    return {key: must[key] + first.get(key, 0) + more[key] for key in held}


def _role(firm: FrameFirm, certain: Collection[str], kept: Collection[str]) -> EntryRole:
    if firm.uscc in kept:
        return EntryRole.KEPT
    return EntryRole.CERTAIN if firm.uscc in certain else EntryRole.DRAWN


def _check(frame: Sequence[FrameFirm], target: int) -> None:
    if not frame:
        raise InvalidPanel("抽样框是空的", hint="先生成登记库")
    if len({firm.uscc for firm in frame}) != len(frame):
        raise InvalidPanel("抽样框中有重复的统一社会信用代码")
    if not 1 <= target <= MOST_TARGET:
        raise InvalidPanel(f"样本数应在 1 到 {MOST_TARGET} 之间")
