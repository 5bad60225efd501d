"""How much of the city a panel covers: share of insured persons, by any cut. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from leye.service.monitoring.points.sampling import FrameFirm


@dataclass(frozen=True, slots=True)
class Cover:
    """One cut of the frame: firms and insured persons in it, and those of the panel."""

    code: str
    firms: int
    insured: int
    panel_firms: int
    panel_insured: int

    @property
    def share(self) -> float | None:
        """The panel's share of insured persons; None where nobody is insured."""
        return self.panel_insured / self.insured if self.insured else None


CUTS: dict[str, Callable[[FrameFirm], str]] = {
    "county": lambda firm: firm.stratum.county,
    "section": lambda firm: firm.section,
    "size": lambda firm: firm.stratum.size.value,
}


def coverage(
    frame: Sequence[FrameFirm], panel: Collection[str], *, cut: Callable[[FrameFirm], str]
) -> tuple[Cover, ...]:
    """Give the cover of each value of a cut, in the order of codes; ``panel`` are credit codes."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    inside = set(panel)
    for firm in frame:
        sums = found[cut(firm)]
        sums[0] += 1
        sums[1] += firm.insured
        if firm.uscc in inside:
            sums[2] += 1
            sums[3] += firm.insured
    return tuple(Cover(code, *found[code]) for code in sorted(found))


def whole(frame: Sequence[FrameFirm], panel: Collection[str]) -> Cover:
    """Give the cover of all of it."""
    found = coverage(frame, panel, cut=lambda _: "")
    return found[0] if found else Cover("", 0, 0, 0, 0)
