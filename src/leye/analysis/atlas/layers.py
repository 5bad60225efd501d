"""A layer: one indicator in one period over the places inside another, ready to be drawn."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from leye.analysis.atlas.breaks import Breaks, classes
from leye.analysis.metrics import Confidence, Figure, FigureKind, SampleState, confidence_of
from leye.data.reference import places
from leye.kernel.period import Period


class LayerSource(Protocol):
    """What gives the figures of a layer; ``leye.analysis.metrics.Evaluator`` does."""

    def layer(self, indicator: str, *, parent: str, period: Period) -> tuple[Figure, ...]:
        """Give one figure for each place directly inside ``parent``."""


@dataclass(frozen=True, slots=True)
class MapCell:
    """One place of a layer. ``klass`` is None where there is no value, or one set apart."""

    place: str
    name: str
    figure: Figure
    klass: int | None

    @property
    def has_value(self) -> bool:
        """Whether there is a number to show."""
        return self.figure.state is SampleState.HAS_DATA and self.figure.value is not None

    @property
    def confidence(self) -> Confidence | None:
        """How far the figure can be trusted, None where there is no figure."""
        return confidence_of(self.figure) if self.has_value else None


@dataclass(frozen=True, slots=True)
class MapLayer:
    """The cells of a layer, and the classes of those that may be compared.

    ``kind`` is the kind of figure the classes are of, None when nothing has a value. ``located``
    counts the places with a value of that kind, out of ``total``.
    """

    indicator: str
    period: Period
    kind: FigureKind | None
    cells: tuple[MapCell, ...]
    breaks: Breaks
    located: int
    total: int

    @property
    def set_apart(self) -> tuple[MapCell, ...]:
        """The cells that have a value of another kind: shown, never classed with the others."""
        return tuple(cell for cell in self.cells if cell.has_value and cell.klass is None)


def map_layer(
    evaluator: LayerSource,
    *,
    indicator: str,
    parent: str,
    period: Period,
    kind: FigureKind | None = None,
    n: int = 5,
) -> MapLayer:
    """Give the layer of an indicator for the places directly inside ``parent`` in one period.

    Only figures of one kind are classed together: a year's figure is not compared with a running
    total, a census count not with a year-end estimate. That kind is ``kind``, or else the one most
    places have (the first of ``FigureKind`` between equals). Figures of other kinds keep their cell
    but get no class.

    :raises UnknownCode: the indicator or the parent is unknown.
    :raises InvalidClasses: ``n`` is below one.
    """
    figures = evaluator.layer(indicator, parent=parent, period=period)
    chosen = kind or _commonest(figures, period)
    values = {
        figure.place: value
        for figure in figures
        if figure.kind is chosen and (value := _value(figure, period)) is not None
    }
    breaks = classes(values.values(), n)
    return MapLayer(
        indicator=indicator,
        period=period,
        kind=chosen if values else None,
        cells=tuple(_cell(figure, values, breaks) for figure in figures),
        breaks=breaks,
        located=len(values),
        total=len(figures),
    )


def _cell(figure: Figure, values: dict[str, Decimal], breaks: Breaks) -> MapCell:
    value = values.get(figure.place)
    return MapCell(
        place=figure.place,
        name=places().get(figure.place).name,
        figure=figure,
        klass=None if value is None else breaks.class_of(value),
    )


def _value(figure: Figure, period: Period) -> Decimal | None:
    there = figure.state is SampleState.HAS_DATA and figure.period == period
    return figure.value if there else None


def _commonest(figures: tuple[Figure, ...], period: Period) -> FigureKind | None:
    kinds = Counter(figure.kind for figure in figures if _value(figure, period) is not None)
    order = list(FigureKind)
    present = [kind for kind in kinds if kind is not None]
    return min(present, key=lambda kind: (-kinds[kind], order.index(kind)), default=None)
