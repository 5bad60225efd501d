"""The sample frame: the firms of the register with ten insured persons or more."""

from functools import lru_cache
from pathlib import Path

from leye.data.reference import industries
from leye.data.registers.queries.firms import FirmChoice, Firms, firms
from leye.kernel.errors import UnknownCode
from leye.kernel.place import EVERYWHERE, PlaceLevel, Scope, place_level
from leye.service.monitoring.errors import NoFrame
from leye.service.monitoring.points.enums import SizeBand
from leye.service.monitoring.points.sampling import FrameFirm

_KINDS = frozenset({"1", "2", "3", "4"})
"""Companies, sole proprietorships, partnerships, cooperatives; not traders, not public bodies."""
_ALL = 1_000_000


def frame_of(pool_root: Path, *, month: int = 0, scope: Scope = EVERYWHERE) -> "Frame":
    """Give the frame of a month, 0: of the latest there is, cut to a scope.

    :raises NoFrame: nothing was built yet, or not of that month.
    """
    found = firms(pool_root)
    if found is None or not found.months:
        raise NoFrame("登记库还没有生成", hint="等登记库生成后再抽样")
    wanted = month or found.months[-1]
    if wanted not in found.months:
        raise NoFrame(f"没有 {wanted} 的登记库", hint=f"最近的是 {found.months[-1]}")
    return _frame(found, wanted, scope)


class Frame:
    """The firms of one month of one release."""

    def __init__(self, *, month: int, release: int, firms: tuple[FrameFirm, ...]) -> None:
        self.month = month
        self.release = release
        self.firms = firms
        self.by_uscc = {firm.uscc: firm for firm in firms}


@lru_cache(maxsize=4)
def _frame(found: Firms, month: int, scope: Scope) -> Frame:
    rows = found.listed(FirmChoice(month, order="size"), scope=scope, limit=_ALL)
    listed: dict[str, FrameFirm] = {}
    for row in rows:
        if row.kind not in _KINDS or not row.uscc or not _placed(row.place):
            continue
        if (row.insured or 0) < SizeBand.MICRO.least:
            continue
        # Two registrations under one code are one firm: the larger, which comes first.
        listed.setdefault(
            row.uscc,
            FrameFirm(
                employer=row.employer,
                uscc=row.uscc,
                name=row.name,
                place=row.place,
                industry=row.industry,
                section=section_of(row.industry),
                insured=row.insured or 0,
            ),
        )
    return Frame(month=month, release=found.release, firms=tuple(listed.values()))


def section_of(industry: str) -> str:
    """Give the section's letter of a division, "" where it is not known."""
    try:
        return str(industries().get(industry, level=2).parent or "")
    except UnknownCode:
        return ""


def section_name(section: str) -> str:
    """Give the name of an industry section."""
    try:
        return industries().get(section).name
    except UnknownCode:
        return "行业不详"


def _placed(place: str) -> bool:
    """Whether a firm's place is a county of ours or lies in one."""
    levels = {PlaceLevel.COUNTY, PlaceLevel.TOWN, PlaceLevel.VILLAGE}
    return bool(place) and place_level(place) in levels
