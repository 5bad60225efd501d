"""Layers: figures of one kind and period classed together, everything else set apart."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from leye.analysis.atlas import MapLayer, map_layer, tile_grid
from leye.analysis.metrics import (
    Confidence,
    Evaluator,
    Figure,
    FigureKind,
    Provenance,
    SampleState,
    catalogue,
)
from leye.data.pool import Pool
from leye.data.reference import places
from leye.kernel.errors import UnknownCode
from leye.kernel.period import Period
from leye.kernel.place import PUBLIC, PlaceLevel
from tests.samples import AT, accept_figures, figures_csv, submitter

YEAR = Period.parse("2024")
COUNTIES = [place.code for place in places().children("360900")]


def figure(place: str, value: str | None, kind: FigureKind = FigureKind.ANNUAL) -> Figure:
    there = value is not None
    return Figure(
        indicator="x",
        place=place,
        period=YEAR,
        kind=kind if there else None,
        value=Decimal(value) if value is not None else None,
        unit="人",
        state=SampleState.HAS_DATA if there else SampleState.NO_DATA,
        data_version=1,
        provenance=Provenance(
            "D000001", 2, datetime(2026, 9, 1, tzinfo=UTC), "公报", "", Confidence.B, ""
        )
        if there
        else None,
    )


class Held:
    """Figures held in memory, given as an evaluator gives a layer."""

    def __init__(self, figures: list[Figure]) -> None:
        self.figures = tuple(figures)

    def layer(self, indicator: str, *, parent: str, period: Period) -> tuple[Figure, ...]:
        return self.figures


def layer_of(*figures: Figure, kind: FigureKind | None = None) -> MapLayer:
    return map_layer(Held(list(figures)), indicator="x", parent="360900", period=YEAR, kind=kind)


def test_missing_is_not_zero() -> None:
    layer = layer_of(figure("360902", "0"), figure("360981", None), figure("360982", "7"))
    classed = {cell.name: cell.klass for cell in layer.cells}
    assert classed == {"袁州区": 0, "丰城市": None, "樟树市": 1}
    assert (layer.located, layer.total) == (2, 3)
    assert layer.cells[1].confidence is None
    assert layer.cells[2].confidence is Confidence.B


def test_another_kind_of_figure_is_shown_but_not_classed() -> None:
    census = figure("360983", "900", FigureKind.POINT)
    layer = layer_of(figure("360902", "5"), figure("360981", "6"), census)
    assert layer.kind is FigureKind.ANNUAL
    assert [cell.place for cell in layer.set_apart] == ["360983"]
    assert layer.cells[2].figure.kind is FigureKind.POINT
    assert max(high for _, high in layer.breaks.bounds) == 6
    assert (layer.located, layer.total) == (2, 3)


def test_the_kind_may_be_chosen() -> None:
    census = figure("360983", "900", FigureKind.POINT)
    layer = layer_of(figure("360902", "5"), figure("360981", "6"), census, kind=FigureKind.POINT)
    assert [cell.klass for cell in layer.cells] == [None, None, 0]
    assert len(layer.set_apart) == 2


def test_a_figure_of_another_period_is_set_apart() -> None:
    other = Figure(
        indicator="x",
        place="360981",
        period=Period.parse("2024-01..2024-06"),
        kind=FigureKind.ANNUAL,
        value=Decimal(3),
        unit="人",
        state=SampleState.HAS_DATA,
        data_version=1,
    )
    layer = layer_of(figure("360902", "5"), other)
    assert [cell.klass for cell in layer.cells] == [0, None]
    assert layer.located == 1


def test_a_layer_of_nothing_has_no_kind() -> None:
    layer = layer_of(*(figure(code, None) for code in COUNTIES))
    assert layer.kind is None
    assert len(layer.breaks) == 0
    assert (layer.located, layer.total) == (0, 10)


def test_a_layer_of_the_pool(tmp_path) -> None:
    """The real evaluator over a real pool: counties with a figure are classed, the rest are not."""
    pool = Pool(tmp_path / "pool")
    sheet = figures_csv(
        "城镇新增就业,袁州区,2024,1.2,万人,年度数,公报,https://example.org/b,A,,公开",
        "城镇新增就业,丰城市,2024,9000,人,年度数,公报,https://example.org/b,B,,公开",
        "城镇新增就业,高安市,2024,8000,人,推算数,公报,https://example.org/b,B,,公开",
        "城镇新增就业,高安市,2023,7000,人,年度数,公报,https://example.org/b,B,,公开",
    )
    receipt = accept_figures(pool, sheet, by=submitter("360900", may_publish=True), at=AT)
    assert receipt.delivery.verdict.value == "accepted", receipt.issues
    evaluator = Evaluator(pool.snapshot(), catalogue=catalogue(), scope=PUBLIC)
    indicator = catalogue().find("城镇新增就业").code
    layer = map_layer(evaluator, indicator=indicator, parent="360900", period=YEAR)
    assert [cell.place for cell in layer.cells] == COUNTIES
    assert (layer.kind, layer.located, layer.total) == (FigureKind.ANNUAL, 2, 10)
    classed = {cell.name: cell.klass for cell in layer.cells if cell.klass is not None}
    assert classed == {"丰城市": 0, "袁州区": 1}
    assert [cell.name for cell in layer.set_apart] == ["高安市"]
    with pytest.raises(UnknownCode):
        map_layer(evaluator, indicator="no_such", parent="360900", period=YEAR)


def test_the_tile_grid_holds_every_county_once() -> None:
    grid = tile_grid()
    assert set(grid.cells) == set(COUNTIES)
    assert len(set(grid.cells.values())) == len(COUNTIES)
    assert (grid.columns, grid.rows) == (4, 4)
    assert all(places().get(code).level is PlaceLevel.COUNTY for code in grid.cells)


@pytest.mark.parametrize(
    ("name", "cell"),
    [("靖安县", (2, 0)), ("铜鼓县", (0, 1)), ("宜丰县", (1, 1)), ("奉新县", (2, 1)),
     ("万载县", (0, 2)), ("上高县", (1, 2)), ("高安市", (2, 2)), ("丰城市", (3, 2)),
     ("袁州区", (0, 3)), ("樟树市", (2, 3))],
)  # fmt: skip
def test_counties_lie_where_people_expect_them(name: str, cell: tuple[int, int]) -> None:
    assert tile_grid().cells[places().find(name).code] == cell
