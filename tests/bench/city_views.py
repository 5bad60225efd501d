"""Views of the map at random, read from the serving copy: any figure, group, axis, month, level."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import duckdb

from leye.data.pool import Pool
from leye.data.reference import places
from leye.data.registers.map_places import city_code
from leye.data.registers.queries.served import Served, served
from leye.data.registers.schemas import MAP_MEASURES
from leye.kernel.place import PlaceLevel
from tests.bench.figures import p95

VIEWS = 2_000
SCANS = 20
_GROUPED = ("all", "industry", "occupation", "education", "age", "sex", "skill")
_COUNTIES_ONLY = ("division", "occupation4")


@dataclass(frozen=True, slots=True)
class View:
    """What one drawing of the map asks for: a figure of the places inside another."""

    month: int
    measure: str
    parent: str
    level: str
    group: str
    axis: str
    code: str
    protected: bool


def measure_views(pool: Pool, *, seed: int) -> dict[str, float]:
    """Give seconds: the median and the 95th percentile of views, and of scans for such views."""
    copy = served(pool.root)
    assert copy is not None
    draw = random.Random(seed)
    asked = list(_views(copy, draw))
    for view in asked[:100]:
        _read(copy, view)
    taken = [_timed(partial(_read, copy, view)) for view in asked]
    own = [view for view in asked if view.level == "town" and not view.protected][:SCANS]
    scans = [_timed(partial(_scan, pool, view)) for view in own]
    return {
        "median": statistics.median(taken),
        "p95": p95(taken),
        "scan": statistics.median(scans),
        "cells": statistics.mean(len(_read(copy, view)) for view in asked[:200]),
    }


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _views(copy: Served, draw: random.Random) -> Iterator[View]:
    city = city_code()
    counties = [place.code for place in places().children(city)]
    towns = [place.code for place in places().at_level(PlaceLevel.TOWN)]
    parents = {"county": [city], "town": [city, *counties], "village": [*counties, *towns]}
    groups = {m: sorted(copy.groups(m, place=city, protected=False)) for m in copy.months}
    for _ in range(VIEWS):
        month = draw.choice(copy.months)
        level = draw.choice([*parents])
        axis = draw.choice([*_GROUPED, *(_COUNTIES_ONLY if level == "county" else ())])
        codes = sorted(copy.codes(month, place=city, axis=axis, protected=False))
        alone = axis in _COUNTIES_ONLY or (level == "village" and axis != "all")
        yield View(
            month=month,
            measure=draw.choice([*MAP_MEASURES]),
            parent=draw.choice(parents[level]),
            level=level,
            group="all" if alone else draw.choice(groups[month]),
            axis=axis,
            code=draw.choice(codes),
            protected=draw.random() < 0.5,
        )


def _read(copy: Served, view: View) -> list[object]:
    found = copy.children(
        view.month,
        parent=view.parent,
        level=view.level,
        group=view.group,
        axis=view.axis,
        code=view.code,
        protected=view.protected,
    )
    return [cell.values[view.measure] for cell in found]


def _scan(pool: Pool, view: View) -> None:
    """Read the same cells from the month's file of the register."""
    version = pool.snapshot().manifest.tables["map_cube"].version
    files = [f for f in pool.ledger.files("map_cube", version) if f"month={view.month}" in f]
    query = (
        f"select place, {view.measure} from read_parquet(?) where axis = ? and code = ? "
        "and group_code = ? and level = ?"
    )
    given = [files, view.axis, view.code, view.group, view.level]
    with duckdb.connect() as connection:
        connection.execute(query, given).fetchall()
