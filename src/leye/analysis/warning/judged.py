"""What every judge gives, and the words and parts they share."""

from collections.abc import Sequence
from dataclasses import dataclass

from leye.analysis.metrics.labels import code_label, group_label, place_label
from leye.analysis.warning.inputs import Inputs
from leye.analysis.warning.types import ALL, NO_RANGE, Cell, Level, Range, Signal
from leye.analysis.warning.watches import Line, Watch


@dataclass(frozen=True, slots=True)
class Judged:
    """Signals, and sentences on what could not be judged."""

    signals: tuple[Signal, ...] = ()
    unjudged: tuple[str, ...] = ()

    def __add__(self, other: "Judged") -> "Judged":
        return Judged((*self.signals, *other.signals), (*self.unjudged, *other.unjudged))


def signal(
    watch: Watch,
    inputs: Inputs,
    edition: str,
    *,
    cell: Cell,
    value: float | None,
    level: Level,
    reasons: Sequence[str],
    line: Line | None = None,
    expected: Range = NO_RANGE,
    rarity: float | None = None,
    certain: bool = False,
    persons: int | None = None,
    merged: Sequence[str] = (),
) -> Signal:
    """Give a signal of a watch; the line it crossed is told last among the reasons."""
    said = [*reasons]
    if line is not None:
        origin = f"{line.origin.label}：{line.basis}；{line.standing}"
        said.append(f"界线{line.value:f}{watch.series.unit}（{line.level.label}，{origin}）")
    return Signal(
        watch=watch.code,
        title=f"{where(cell)}{watch.name}",
        layer=watch.layer,
        axis=watch.axis,
        cell=cell,
        month=inputs.month,
        value=value,
        unit=watch.series.unit,
        expected=expected,
        line=float(line.value) if line else None,
        level=level,
        rarity=rarity,
        certain=certain,
        persons=persons,
        reasons=tuple(said),
        tell=watch.tell,
        merged=tuple(merged),
        data_version=inputs.data_version,
        settings=edition,
    )


def where(cell: Cell) -> str:
    """Give a cell in words: 袁州区电气机械和器材制造业."""
    parts = [place_label(cell.place)]
    if cell.code != ALL:
        parts.append(code_label(cell.axis, cell.code))
    if cell.group != ALL:
        parts.append(group_label(cell.group))
    return "".join(parts)


def month_words(month: int) -> str:
    """Give a month in words."""
    return f"{month // 100}年{month % 100}月"
