"""Watches and their lines as pages show them, perhaps with how often each was crossed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from leye.analysis.warning import Line, Watch, Watches
from leye.analysis.warning.history import LineRecord
from leye.analysis.warning.types import Layer

_LEVELS = {
    "city": "全市", "county": "县（市、区）", "firm": "单位", "division": "行业大类",
}  # fmt: skip
_REDDEST = 5


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line: its level, the value in words, where it comes from, and what is known of it."""

    level: int
    code: str
    label: str
    value: str
    origin: str
    basis: str
    since: date
    standing: str
    signed: bool
    state: str
    record: str


@dataclass(frozen=True, slots=True)
class WatchShown:
    """One watch with its lines."""

    code: str
    name: str
    meaning: str
    where: str
    lasting: str
    proven: str
    worth: str
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, slots=True)
class LayerShown:
    """The watches of one layer."""

    code: str
    label: str
    watches: tuple[WatchShown, ...]


def layers_shown(
    watches: Watches,
    *,
    on: date,
    proven: Mapping[str, str],
    records: tuple[LineRecord, ...] = (),
    worth: Mapping[str, str] = MappingProxyType({}),
) -> tuple[LayerShown, ...]:
    """Give every watch by layer; ``proven`` says of a watch's code what the backtest says of it.

    ``records`` are those of the installation's registers, ``worth`` says what came of the cases a
    watch began: internal, for staff of the city alone.
    """
    past = {(each.watch.code, each.line): each.words for each in records}
    shown = []
    for layer in Layer:
        found = [each for each in watches if each.layer is layer]
        if found:
            made = tuple(
                _watch(each, on, proven.get(each.code, ""), worth.get(each.code, ""), past)
                for each in found
            )
            shown.append(LayerShown(layer.value, layer.label, made))
    return tuple(shown)


def line_counts(watches: Watches) -> dict[str, int]:
    """Give how many watches and lines there are, and how many lines nobody has signed."""
    lines = [line for watch in watches for line in watch.lines]
    return {
        "watches": len(watches),
        "lines": len(lines),
        "unsigned": sum(not line.signed for line in lines),
    }


def _watch(
    watch: Watch, on: date, proven: str, worth: str, past: Mapping[tuple[str, Line], str]
) -> WatchShown:
    levels = [_LEVELS[each] for each in watch.series.levels]
    lasting = "当月过线即算" if watch.months == 1 else f"连续{watch.months}个月过线才算"
    return WatchShown(
        code=watch.code,
        name=watch.name,
        meaning=watch.meaning,
        where="、".join(levels),
        lasting=f"{lasting}，回到线内{watch.quiet}个月后解除",
        proven=proven,
        worth=worth,
        lines=tuple(
            _line(watch, each, on, past.get((watch.code, each), ""))
            for each in sorted(watch.lines, key=lambda line: (line.level, line.since))
        ),
    )


def _line(watch: Watch, line: Line, on: date, record: str) -> LineShown:
    side = "不超过" if watch.direction < 0 else "不低于"
    if line.since > on:
        state = "尚未起用"
    else:
        state = "" if line in watch.lines_on(on) else "已停用"
    return LineShown(
        level=_REDDEST - int(line.level),
        code=line.level.code,
        label=line.level.label,
        value=f"{side}{line.value:f}{watch.series.unit}",
        origin=line.origin.label,
        basis=line.basis,
        since=line.since,
        standing=line.standing,
        signed=bool(line.signed),
        state=state,
        record=record,
    )
