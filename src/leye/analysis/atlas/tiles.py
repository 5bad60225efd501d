"""The tile grid (格子图): a map that shows no boundary, so it needs no review and no licence."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml


@dataclass(frozen=True, slots=True)
class TileGrid:
    """One tile per county: ``cells`` gives (column, row) from the upper left, counted from 0."""

    city: str
    title: str
    note: str
    cells: Mapping[str, tuple[int, int]]

    @property
    def columns(self) -> int:
        """How many columns the grid has."""
        return max(column for column, _ in self.cells.values()) + 1

    @property
    def rows(self) -> int:
        """How many rows the grid has."""
        return max(row for _, row in self.cells.values()) + 1


@cache
def tile_grid() -> TileGrid:
    """Give the grid of the city's counties."""
    path = files("leye.analysis.atlas") / "tilegrid_yichun.yaml"
    held = yaml.safe_load(path.read_text(encoding="utf-8"))
    cells = {code: (column, row) for code, (column, row) in held["tiles"].items()}
    return TileGrid(held["city"], held["title"], held["note"], MappingProxyType(cells))
