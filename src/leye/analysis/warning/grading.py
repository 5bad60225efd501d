"""From signals to the grade of a place: two axes, the higher wins.

Statistics alone never raise a place above yellow. Orange and red need a cause somebody has
verified, a report a firm has made, or two layers that reach the level independently. A level is
raised at once and lowered after two quiet months; what rests on failed data is not graded at all.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from leye.analysis.metrics.types import SampleState
from leye.analysis.warning.types import ALL, Axis, Grade, Layer, Level, Signal

MOST_BY_STATISTICS = Level.YELLOW
QUIET = 2


@dataclass(frozen=True, slots=True)
class GradeSettings:
    """``colours`` 4, or 3: then there is no blue, and what would be blue is watched ungraded.

    ``quiet``: months below after which a level is lowered.
    """

    colours: int = 4
    quiet: int = QUIET


@dataclass(frozen=True, slots=True)
class Earlier:
    """A place's raw levels of the months before, the newest first, before any was held."""

    place: str
    code: str
    levels: tuple[Level, ...]


def raw_level(signals: Iterable[Signal], verified: Collection[str]) -> tuple[Level, bool]:
    """Give the level signals support together, and whether statistics asked for more.

    ``verified`` holds the causes somebody has verified.
    """
    mine = tuple(signals)
    asked = max((each.level for each in mine), default=Level.NONE)
    for level in sorted(Level, reverse=True):
        if level > asked:
            continue
        if level <= MOST_BY_STATISTICS or _supported(mine, level, verified):
            return level, level < asked
    return Level.NONE, False


def grade(
    signals: Sequence[Signal],
    *,
    place: str,
    month: int,
    settings: GradeSettings,
    axis: str = ALL,
    code: str = ALL,
    verified: Collection[str] = (),
    before: Sequence[Level] = (),
    state: SampleState = SampleState.HAS_DATA,
    reasons: Sequence[str] = (),
) -> Grade:
    """Grade a place (or an industry of it) from its signals of the month.

    ``before`` are raw levels of earlier months, the newest first. Without data the grade is none,
    and says so, whatever the signals are.
    """
    if state is not SampleState.HAS_DATA:
        none = Level.NONE
        return Grade(
            place, axis, code, month, none, none, none, False, False, state, (), tuple(reasons)
        )
    by_axis = {
        each: raw_level((s for s in signals if s.axis is each), verified)
        for each in (Axis.LEVEL, Axis.DETERIORATION)
    }
    together, _ = raw_level((s for s in signals if s.axis is not Axis.NONE), verified)
    now = max(together, by_axis[Axis.LEVEL][0], by_axis[Axis.DETERIORATION][0])
    asked = max((s.level for s in signals if s.axis is not Axis.NONE), default=Level.NONE)
    kept = max([now, *before[: settings.quiet - 1]])
    shown = _shown(kept, settings)
    return Grade(
        place=place,
        axis=axis,
        code=code,
        month=month,
        level=shown,
        level_axis=_shown(by_axis[Axis.LEVEL][0], settings),
        event_axis=_shown(by_axis[Axis.DETERIORATION][0], settings),
        held=kept > now,
        capped=asked > now,
        state=state,
        signals=tuple(each.key for each in signals if each.axis is not Axis.NONE),
        reasons=(*_reasons(now, asked=asked, kept=kept, settings=settings), *reasons),
    )


def _supported(signals: Sequence[Signal], level: Level, verified: Collection[str]) -> bool:
    reaching = [each for each in signals if each.level >= level]
    if any(each.certain or each.cause in verified for each in reaching):
        return True
    layers = {each.layer for each in reaching} - {Layer.RISK, Layer.QUALITY}
    return len(layers) >= 2


def _shown(level: Level, settings: GradeSettings) -> Level:
    return Level.NONE if settings.colours == 3 and level is Level.BLUE else level


def _reasons(now: Level, *, asked: Level, kept: Level, settings: GradeSettings) -> list[str]:
    said = []
    if asked > now:
        said.append(
            f"信号达到{asked.label}，但没有核实的事件，也没有两个独立来源，"
            f"按{now.label}处理，核实后升级"
        )
    if kept > now:
        said.append(
            f"本月信号为{now.label}，连续{settings.quiet}个月低于上一级才解除，暂按{kept.label}"
        )
    return said
