"""Maps as data: layers, classes, tiles, boundaries, points. No HTML is made here."""

from leye.analysis.atlas.boundaries import Boundaries, boundaries
from leye.analysis.atlas.breaks import Breaks, InvalidClasses, classes
from leye.analysis.atlas.layers import LayerSource, MapCell, MapLayer, map_layer
from leye.analysis.atlas.points import NotACounty, PointMap, TownPoint, point_map
from leye.analysis.atlas.projection import Projection
from leye.analysis.atlas.shapes import Datum, InvalidBoundaries
from leye.analysis.atlas.tiles import TileGrid, tile_grid

__all__ = [
    "Boundaries",
    "Breaks",
    "Datum",
    "InvalidBoundaries",
    "InvalidClasses",
    "LayerSource",
    "MapCell",
    "MapLayer",
    "NotACounty",
    "PointMap",
    "Projection",
    "TileGrid",
    "TownPoint",
    "boundaries",
    "classes",
    "map_layer",
    "point_map",
    "tile_grid",
]
