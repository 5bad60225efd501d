"""How grave an event is, and by when it must be reported on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum


class Level(IntEnum):
    """The four levels, the gravest first. Shown by colour, word and numeral together."""

    RED = 1
    ORANGE = 2
    YELLOW = 3
    BLUE = 4

    @property
    def label(self) -> str:
        """The level in Chinese, with numeral and colour."""
        return _LABELS[self]


_LABELS = {
    Level.RED: "Ⅰ级（红）",
    Level.ORANGE: "Ⅱ级（橙）",
    Level.YELLOW: "Ⅲ级（黄）",
    Level.BLUE: "Ⅳ级（蓝）",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """What is left of the time to take something; below zero it is overdue."""

    due: datetime
    left: timedelta

    @property
    def overdue(self) -> bool:
        """Whether the time is over."""
        return self.left < timedelta(0)

    @property
    def words(self) -> str:
        """The time left, or over, in Chinese."""
        minutes = int(abs(self.left).total_seconds() // 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        parts = [(days, "天"), (hours, "小时"), (minutes, "分")]
        shown = [f"{number}{unit}" for number, unit in parts if number][:2] or ["不到1分"]
        return ("已超 " if self.overdue else "还剩 ") + "".join(shown)


def level_of(persons: int, settings: Mapping[str, int]) -> Level:
    """Give the level of an event by the persons it concerns: the gravest whose line it reaches.

    What is reported at all is at least of the least level.
    """
    reached = (level for level in Level if persons >= settings[f"event_level_{level.value}"])
    return next(reached, Level.BLUE)


def due_of(level: Level, at: datetime, settings: Mapping[str, int]) -> datetime:
    """Give by when an event of a level must be taken."""
    return at + timedelta(hours=settings[f"clock_hours_{level.value}"])


def clock(due: datetime, at: datetime) -> Clock:
    """Give what is left at a moment."""
    return Clock(due, due - at)
