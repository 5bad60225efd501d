"""Figures of the registers: an indicator for a place, a month, a key group and a value of an axis.

Every value comes from one cell of the serving copy; nothing is added up here but the terms of the
indicator itself.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from leye.analysis.metrics.register_catalogue import RegisterCatalogue, register_catalogue
from leye.analysis.metrics.register_types import (
    Basis,
    Change,
    RegisterFigure,
    RegisterIndicator,
    Terms,
    share_of_change,
)
from leye.analysis.metrics.settled import settled_of
from leye.analysis.metrics.types import SampleState
from leye.data.reference import places
from leye.data.registers.map_places import ALL, city_code
from leye.data.registers.queries.served import Cell, Served, level_of
from leye.kernel.months import month_add
from leye.kernel.place import PlaceLevel

__all__ = [
    "Basis",
    "Change",
    "RegisterCatalogue",
    "RegisterFigure",
    "RegisterFigures",
    "RegisterIndicator",
    "register_catalogue",
]

_LISTED = {
    "county": PlaceLevel.COUNTY,
    "town": PlaceLevel.TOWN,
    "village": PlaceLevel.VILLAGE,
}


class RegisterFigures:
    """Figures out of a serving copy: exact ones, or those everybody may see (``protected``)."""

    def __init__(self, served: Served, *, protected: bool) -> None:
        self.served = served
        self.protected = protected

    @property
    def months(self) -> tuple[int, ...]:
        """The months there are figures of, the earliest first."""
        return self.served.months

    def value(
        self,
        indicator: str,
        *,
        place: str,
        month: int,
        group: str = ALL,
        axis: str = ALL,
        code: str = ALL,
    ) -> RegisterFigure:
        """Give the figure of a place.

        :raises UnknownCode: there is no such indicator.
        """
        defined = register_catalogue().get(indicator)
        if not self._is_kept(defined, level_of(place), group, axis, month):
            return _none(defined, place, month)
        if (found := settled_of(indicator, group)) is not None:
            return _settled(defined, place, month, found.words)
        cell = self.served.cell(
            month, place=place, group=group, axis=axis, code=code, protected=self.protected
        )
        return self._figure(defined, place, month, cell)

    def layer(
        self,
        indicator: str,
        *,
        parent: str,
        level: str,
        month: int,
        group: str = ALL,
        axis: str = ALL,
        code: str = ALL,
    ) -> tuple[RegisterFigure, ...]:
        """Give a figure for each place of a level inside ``parent``, in the order of their codes.

        Places that are not known, or lie elsewhere, follow those of the list.

        :raises UnknownCode: there is no such indicator.
        """
        defined = register_catalogue().get(indicator)
        kept = self._is_kept(defined, level, group, axis, month)
        cells = self._children(month, parent, level, group, axis, code) if kept else {}
        listed = _listed(parent, level)
        every = dict.fromkeys([*listed, *cells])
        if not kept:
            return tuple(_none(defined, place, month) for place in every)
        if (found := settled_of(indicator, group)) is not None:
            return tuple(_settled(defined, place, month, found.words) for place in every)
        return tuple(self._figure(defined, place, month, cells.get(place)) for place in every)

    def series(
        self,
        indicator: str,
        *,
        place: str,
        months: Iterable[int] | None = None,
        group: str = ALL,
        axis: str = ALL,
        code: str = ALL,
    ) -> tuple[RegisterFigure, ...]:
        """Give the figure month by month, by default of every month there is.

        :raises UnknownCode: there is no such indicator.
        """
        cut = {"group": group, "axis": axis, "code": code}
        every = self.months if months is None else tuple(months)
        return tuple(self.value(indicator, place=place, month=month, **cut) for month in every)

    def by_code(
        self, indicator: str, *, place: str, month: int, axis: str, group: str = ALL
    ) -> Mapping[str, RegisterFigure]:
        """Give the figure for each value of an axis that occurs; "" is not known.

        :raises UnknownCode: there is no such indicator.
        """
        defined = register_catalogue().get(indicator)
        if not self._is_kept(defined, level_of(place), group, axis, month):
            return {}
        cells = self.served.codes(
            month, place=place, axis=axis, group=group, protected=self.protected
        )
        if (found := settled_of(indicator, group)) is not None:
            return {code: _settled(defined, place, month, found.words) for code in cells}
        return {
            code: self._figure(defined, place, month, cell)
            for code, cell in cells.items()
            if any(cell.values.get(name) is not None for name in defined.measures)
            or cell.hidden & defined.measures
        }

    def change(
        self,
        now: RegisterFigure,
        *,
        months_back: int,
        group: str = ALL,
        axis: str = ALL,
        code: str = ALL,
    ) -> Change | None:
        """Give how far a figure is from that of some months before; None where either has no value.

        The cut has to be the one ``now`` was asked with.
        """
        then = self.value(
            now.indicator,
            place=now.place,
            month=month_add(now.month, -months_back),
            group=group,
            axis=axis,
            code=code,
        )
        if now.value is None or then.value is None:
            return None
        difference = now.value - then.value
        return Change(difference, share_of_change(difference, then.value))

    def _is_kept(
        self, indicator: RegisterIndicator, level: str, group: str, axis: str, month: int
    ) -> bool:
        return month in self.months and indicator.is_kept(level, group=group, axis=axis)

    def _children(
        self, month: int, parent: str, level: str, group: str, axis: str, code: str
    ) -> Mapping[str, Cell]:
        cells = self.served.children(
            month,
            parent=parent,
            level=level,
            group=group,
            axis=axis,
            code=code,
            protected=self.protected,
        )
        return {cell.place: cell for cell in cells}

    def _figure(
        self, indicator: RegisterIndicator, place: str, month: int, cell: Cell | None
    ) -> RegisterFigure:
        if cell is None:
            return self._of_nobody(indicator, place, month)
        if cell.hidden & indicator.measures:
            return RegisterFigure(
                indicator.code, place, month, None, SampleState.HAS_DATA, hidden=True
            )
        above = _sum(indicator.numerator, cell)
        below = _sum(indicator.denominator, cell) if indicator.denominator else None
        if above is None or (below is None and indicator.denominator):
            return _none(indicator, place, month)
        return _worked_out(indicator, place, month, above, below)

    def _of_nobody(self, indicator: RegisterIndicator, place: str, month: int) -> RegisterFigure:
        """Give what a cell that is not there says: 0 where the city has a number, else nothing.

        In the copy for everybody it may as well be hidden.
        """
        city = self.served.cell(month, place=city_code(), protected=self.protected)
        if city is None or any(
            city.values.get(name) is None and name not in city.hidden for name in indicator.measures
        ):
            return _none(indicator, place, month)
        if self.protected:
            return RegisterFigure(
                indicator.code, place, month, None, SampleState.HAS_DATA, hidden=True
            )
        below = Decimal(0) if indicator.denominator else None
        return _worked_out(indicator, place, month, Decimal(0), below)


def _none(indicator: RegisterIndicator, place: str, month: int) -> RegisterFigure:
    return RegisterFigure(indicator.code, place, month, None, SampleState.NO_DATA)


def _settled(indicator: RegisterIndicator, place: str, month: int, words: str) -> RegisterFigure:
    return RegisterFigure(
        indicator.code, place, month, None, SampleState.BY_DEFINITION, settled=words
    )


def _sum(terms: Terms, cell: Cell) -> Decimal | None:
    total = Decimal(0)
    for name, sign in terms:
        value = cell.values.get(name)
        if value is None:
            return None
        total += sign * value
    return total


def _worked_out(
    indicator: RegisterIndicator,
    place: str,
    month: int,
    above: Decimal,
    below: Decimal | None,
) -> RegisterFigure:
    if below is None:
        value = above * indicator.scale
    elif below == 0:
        return RegisterFigure(
            indicator.code,
            place,
            month,
            None,
            SampleState.ZERO_DENOMINATOR,
            numerator=above,
            denominator=below,
        )
    else:
        value = above / below * indicator.scale
    return RegisterFigure(
        indicator.code,
        place,
        month,
        value,
        SampleState.HAS_DATA,
        numerator=above,
        denominator=below,
    )


def _listed(parent: str, level: str) -> tuple[str, ...]:
    if level not in _LISTED or parent not in places():
        return ()
    return tuple(place.code for place in places().at_level(_LISTED[level], within=parent))
