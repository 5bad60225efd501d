"""Points of the circle as drawn: towns or villages by whether they are covered, and the points."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leye.analysis.atlas.circles import Cover, Coverage, Position, Reached
from leye.analysis.atlas.projection import Projection

_WIDTH, _MARGIN = 1000.0, 45.0
_LABEL_SHARE = 0.022
_ROOM_X, _ROOM_Y = 120, 45
_MOST, _FEW = 0.75, 0.25
VILLAGE_DOTS = (
    ("c-covered", "覆盖"),
    ("c-unsure", "在误差带内，不能确定"),
    ("c-not", "未覆盖"),
)
TOWN_DOTS = (
    ("c-covered", "四分之三以上的村（居）覆盖"),
    ("c-unsure", "部分覆盖"),
    ("c-not", "不足四分之一"),
    ("c-none", "村（居）都没有坐标，无法判断"),
)


@dataclass(frozen=True, slots=True)
class Dot:
    """A town, village or point: where it is drawn, its class, its words, and perhaps an address."""

    x: float
    y: float
    shade: str
    spoken: str
    url: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A town, village or point before it is drawn."""

    at: Position
    shade: str
    spoken: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class CircleMap:
    """Dots, service points (``stations``) and suggested sites in the units of ``view_box``.

    ``small``: villages, which lie close. ``radius`` is that of a dot, ``half`` half the side of a
    service point's square; ``names`` are written where they do not cover another.
    """

    view_box: str
    small: bool
    radius: float
    half: float
    label_size: float
    dots: tuple[Dot, ...]
    stations: tuple[Dot, ...]
    sites: tuple[Dot, ...]
    names: tuple[Dot, ...]
    legend: tuple[tuple[str, str], ...]


def circle_map(
    towns: Sequence[Placed],
    stations: Sequence[Placed],
    *,
    sites: Sequence[Placed] = (),
    names: Sequence[Placed] = (),
    small: bool = False,
) -> CircleMap | None:
    """Lay out a map without boundaries; None where nothing has a coordinate.

    ``small`` draws many villages rather than a few towns.
    """
    every = [each.at for each in (*towns, *sites)]
    if not every:
        return None
    projection = Projection.fitting(
        [(each.lng, each.lat) for each in every], width=_WIDTH, margin=_MARGIN
    )
    drawn = [projection.xy(each.lng, each.lat) for each in every]
    width = max(x for x, _ in drawn) + _MARGIN
    height = max(y for _, y in drawn) + _MARGIN
    inside = [each for each in stations if _within(projection, each.at, width, height)]
    shades = {each.shade for each in towns}
    entries = VILLAGE_DOTS if small else TOWN_DOTS
    return CircleMap(
        view_box=f"0 0 {width:.0f} {height:.0f}",
        small=small,
        radius=6.5 if small else 12,
        half=6 if small else 3.5,
        label_size=round(max(width, height) * _LABEL_SHARE, 1),
        dots=_dots(towns, projection),
        stations=_dots(inside, projection),
        sites=_dots(sites, projection),
        names=_apart(_dots(names, projection)),
        legend=tuple(entry for entry in entries if entry[0] in shades),
    )


def village_shade(found: Reached | None) -> str:
    """Give the class of a village's dot."""
    if found is None:
        return "c-none"
    return {
        Cover.COVERED: "c-covered",
        Cover.UNSURE: "c-unsure",
        Cover.NOT_COVERED: "c-not",
        Cover.NOT_LOCATED: "c-none",
    }[found.cover]


def town_shade(counted: Coverage) -> str:
    """Give the class of a town's dot: by the share of its located villages most likely in reach."""
    shares = counted.shares
    if shares is None:
        return "c-none"
    if shares[1] >= _MOST:
        return "c-covered"
    return "c-not" if shares[1] < _FEW else "c-unsure"


def _dots(placed: Iterable[Placed], projection: Projection) -> tuple[Dot, ...]:
    found = []
    for each in placed:
        x, y = projection.xy(each.at.lng, each.at.lat)
        found.append(Dot(round(x, 1), round(y, 1), each.shade, each.spoken, each.url))
    return tuple(found)


def _apart(names: Iterable[Dot]) -> tuple[Dot, ...]:
    """Keep the names that leave room for those before them."""
    kept: list[Dot] = []
    for each in names:
        if all(abs(each.x - k.x) > _ROOM_X or abs(each.y - k.y) > _ROOM_Y for k in kept):
            kept.append(each)
    return tuple(kept)


def _within(projection: Projection, at: Position, width: float, height: float) -> bool:
    x, y = projection.xy(at.lng, at.lat)
    return 0 <= x <= width and 0 <= y <= height
