"""The map of published figures as marks: each county with its words and its class."""

from django.conf import settings
from django.urls import reverse

from leye.analysis.atlas import Boundaries, MapCell, MapLayer
from leye.analysis.metrics import catalogue
from leye.doors.web.maps import MapDrawing, Mark, draw_map
from leye.doors.web.shades import MISSING, SET_APART, LegendEntry, spread
from leye.doors.web.templatetags.web import amount


def draw(layer: MapLayer, *, query: str, outlines: Boundaries | None) -> MapDrawing | None:
    """Draw a layer; addresses of the counties keep the ``query`` of the page."""
    suffix = f"?{query}" if query else ""
    marks = [_mark(cell, layer, suffix) for cell in layer.cells]
    return draw_map(marks, parent=settings.LEYE_CITY, outlines=outlines)


def legend(layer: MapLayer) -> tuple[LegendEntry, ...]:
    """Give the classes of a layer, and the states that occur in it."""
    indicator = catalogue().get(layer.indicator)
    entries = []
    for number, (low, high) in enumerate(layer.breaks.bounds):
        label = amount(low, indicator.decimals)
        if high != low:
            label += f" — {amount(high, indicator.decimals)}"
        entries.append(
            LegendEntry(f"k{spread(number, len(layer.breaks))}", f"{label} {indicator.unit}")
        )
    if layer.set_apart:
        entries.append(LegendEntry(SET_APART, "数据性质不同，不分级"))
    if any(not cell.has_value for cell in layer.cells):
        entries.append(LegendEntry(MISSING, "未填报"))
    return tuple(entries)


def _mark(cell: MapCell, layer: MapLayer, suffix: str) -> Mark:
    value = _written(cell)
    unit = cell.figure.unit if cell.has_value else ""
    return Mark(
        place=cell.place,
        name=cell.name,
        value=value,
        spoken=f"{cell.name}：{value}{unit}",
        shade=_shade(cell, layer),
        url=reverse("portal:place", args=[cell.place]) + suffix,
    )


def _shade(cell: MapCell, layer: MapLayer) -> str:
    if not cell.has_value:
        return MISSING
    return SET_APART if cell.klass is None else f"k{spread(cell.klass, len(layer.breaks))}"


def _written(cell: MapCell) -> str:
    if cell.figure.value is None:
        return cell.figure.state.label
    return amount(cell.figure.value, catalogue().get(cell.figure.indicator).decimals)
