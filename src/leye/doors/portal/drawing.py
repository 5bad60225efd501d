"""Maps for the templates: tiles, boundary shapes and the points of towns, with their classes."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from leye.analysis.atlas import Boundaries, MapCell, MapLayer, boundaries, tile_grid
from leye.analysis.metrics import catalogue
from leye.doors.web.templatetags.web import amount
from leye.service.identity.models import User

_TILE_WIDTH, _TILE_HEIGHT, _GAP = 116, 84, 6
_SHADES = 5
_DARKEST_LIGHT = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """One county as drawn: a tile (x, y) or a path, its shade class, and its words."""

    url: str
    name: str
    value: str
    spoken: str
    shade: str
    on_dark: bool
    x: float
    y: float
    path: str = ""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One class of the legend."""

    shade: str
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map of the counties: tiles, or shapes where boundaries may be shown."""

    view_box: str
    tile_width: int
    tile_height: int
    shapes: tuple[Shape, ...]
    legend: tuple[LegendEntry, ...]
    boundary_notice: str
    boundary_source: str


def boundaries_for(request: HttpRequest) -> Boundaries | None:
    """Give the boundaries this person may be shown; without approval number, staff only."""
    path = Path(settings.LEYE_BOUNDARIES) if settings.LEYE_BOUNDARIES else None
    found = boundaries(path, approval_number=settings.LEYE_BOUNDARIES_APPROVAL)
    if found is None or found.may_publish or isinstance(request.user, User):
        return found
    return None


def draw(layer: MapLayer, *, query: str, outlines: Boundaries | None) -> Drawing:
    """Draw a layer; addresses of the counties keep the ``query`` of the page."""
    suffix = f"?{query}" if query else ""
    shapes, view_box = (
        (_tiles(layer, suffix), _tile_box())
        if outlines is None
        else _outlined(layer, suffix, outlines)
    )
    return Drawing(
        view_box=view_box,
        tile_width=_TILE_WIDTH,
        tile_height=_TILE_HEIGHT,
        shapes=shapes,
        legend=_legend(layer),
        boundary_notice=outlines.notice if outlines else "",
        boundary_source=outlines.source if outlines else "",
    )


def shade(klass: int, classes: int) -> int:
    """Give the shade from 1 (light) to 5 (dark) of a class; few classes are spread apart."""
    return 3 if classes < 2 else 1 + round(klass * (_SHADES - 1) / (classes - 1))


def _tile_box() -> str:
    grid = tile_grid()
    width = grid.columns * (_TILE_WIDTH + _GAP) + _GAP
    return f"0 0 {width} {grid.rows * (_TILE_HEIGHT + _GAP) + _GAP}"


def _tiles(layer: MapLayer, suffix: str) -> tuple[Shape, ...]:
    cells = tile_grid().cells
    return tuple(
        _shape(
            cell,
            layer,
            suffix,
            x=_GAP + cells[cell.place][0] * (_TILE_WIDTH + _GAP),
            y=_GAP + cells[cell.place][1] * (_TILE_HEIGHT + _GAP),
        )
        for cell in layer.cells
    )


def _outlined(layer: MapLayer, suffix: str, outlines: Boundaries) -> tuple[tuple[Shape, ...], str]:
    shapes = tuple(
        _shape(
            cell,
            layer,
            suffix,
            x=outlines.labels[cell.place][0],
            y=outlines.labels[cell.place][1],
            path=outlines.paths[cell.place],
        )
        for cell in layer.cells
    )
    return shapes, " ".join(f"{edge:g}" for edge in outlines.view_box)


def _shape(
    cell: MapCell, layer: MapLayer, suffix: str, *, x: float, y: float, path: str = ""
) -> Shape:
    value = _written(cell)
    darkness = 0 if cell.klass is None else shade(cell.klass, len(layer.breaks))
    unit = cell.figure.unit if cell.has_value else ""
    return Shape(
        url=reverse("portal:place", args=[cell.place]) + suffix,
        name=cell.name,
        value=value,
        spoken=f"{cell.name}：{value}{unit}",
        shade="k-missing" if not cell.has_value else f"k{darkness}",
        on_dark=darkness > _DARKEST_LIGHT,
        x=x,
        y=y,
        path=path,
    )


def _written(cell: MapCell) -> str:
    if cell.figure.value is None:
        return cell.figure.state.label
    return amount(cell.figure.value, catalogue().get(cell.figure.indicator).decimals)


def _legend(layer: MapLayer) -> tuple[LegendEntry, ...]:
    indicator = catalogue().get(layer.indicator)
    entries = []
    for number, (low, high) in enumerate(layer.breaks.bounds):
        label = amount(low, indicator.decimals)
        if high != low:
            label += f" — {amount(high, indicator.decimals)}"
        entries.append(
            LegendEntry(f"k{shade(number, len(layer.breaks))}", f"{label} {indicator.unit}")
        )
    if layer.set_apart:
        entries.append(LegendEntry("k0", "数据性质不同，不分级"))
    if any(not cell.has_value for cell in layer.cells):
        entries.append(LegendEntry("k-missing", "未填报"))
    return tuple(entries)
