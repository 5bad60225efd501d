"""What a page of the wall is made of: panels, each with the table of the same numbers."""

from dataclasses import dataclass
from enum import StrEnum

from leye.doors.web.charts import LineChart
from leye.doors.web.maps import MapDrawing
from leye.doors.web.shades import LegendEntry

MOST_PANELS = 7


class Tone(StrEnum):
    """Whether a change is good news; never told by color alone, see ``label``."""

    BETTER = "better"
    WORSE = "worse"
    PLAIN = "plain"

    @property
    def label(self) -> str:
        """The tone in Chinese, blank where a change is neither."""
        return {"better": "好转", "worse": "走弱", "plain": ""}[self.value]


@dataclass(frozen=True, slots=True)
class Delta:
    """A change in words: ``arrow`` says which way, blank where nothing can be compared."""

    text: str
    arrow: str = ""
    tone: Tone = Tone.PLAIN

    def __str__(self) -> str:
        return f"{self.arrow}{self.text}"


@dataclass(frozen=True, slots=True)
class Kpi:
    """A number large enough for the back row. ``value`` blank: ``missing`` says why."""

    name: str
    value: str
    unit: str
    missing: str
    delta: Delta


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a bar chart; ``share`` is the length of the bar from 0 to 100.

    ``is_known`` False: ``value`` says why there is none. ``is_below``: the value is below zero.
    """

    label: str
    value: str
    share: float
    delta: Delta | None = None
    is_below: bool = False
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that changed, and who accounts for it."""

    name: str
    change: str
    parts: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list on the wall: its name, then its numbers."""

    name: str
    cells: tuple[str, ...]
    bar: float | None = None
    tag: str = ""
    tag_label: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a panel as a table."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page. ``slot`` says where it stands, ``kind`` how it is drawn.

    ``empty`` is said in place of a drawing where there is nothing to draw.
    """

    key: str
    slot: str
    kind: str
    title: str
    table: Table
    note: str = ""
    empty: str = ""
    kpis: tuple[Kpi, ...] = ()
    bars: tuple[Bar, ...] = ()
    moved: tuple[Moved, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    chart: LineChart | None = None
    drawing: MapDrawing | None = None
    legend: tuple[LegendEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of at most ``MOST_PANELS`` panels; ``layout`` is a class of the style sheet."""

    slug: str
    title: str
    panels: tuple[Panel, ...]
    layout: str = "sides"
