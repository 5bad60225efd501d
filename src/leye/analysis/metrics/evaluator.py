"""Figures by indicator, place and period, from one version of the pool, for one reader."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from decimal import Decimal
from threading import Lock
from typing import Any, TypeVar, cast

from leye.analysis.metrics.catalogue import Catalogue
from leye.analysis.metrics.formula import (
    compute,
    is_measurement,
    plain,
    preference,
    segments,
    time_series,
)
from leye.analysis.metrics.types import (
    Confidence,
    Figure,
    FigureKind,
    Indicator,
    Provenance,
    SampleState,
)
from leye.data.pool import Snapshot
from leye.data.reference import places
from leye.kernel.period import Period, sort_key
from leye.kernel.place import Scope, place_prefix

_Held = TypeVar("_Held")
_TABLE = "figures"
_MEASURING = [kind.value for kind in FigureKind if kind.measures]


class Evaluator:
    """Answers from one snapshot of the pool for one scope.

    Each call reads the pool at most once, with the indicators and places in the query; answers
    about one indicator and place (or one parent) are held, up to ``held`` of them, the least used
    given up first. A snapshot never changes, so what is held never goes stale. Safe to share
    between threads.
    """

    def __init__(
        self, snapshot: Snapshot, *, catalogue: Catalogue, scope: Scope, held: int = 4096
    ) -> None:
        self.catalogue = catalogue
        self.scope = scope
        self._snapshot = snapshot
        self._kinds = {each.code: each.kind for each in catalogue}
        self._cache = _Answers(held)

    @property
    def data_version(self) -> int:
        """The release of the pool every answer comes from."""
        return self._snapshot.release

    def current(
        self,
        indicators: Collection[str] | None = None,
        *,
        places: Collection[str] | None = None,
        within: str | None = None,
    ) -> list[Figure]:
        """Give the newest visible figures of every kind, targets and bounds included.

        ``places`` are exact places, ``within`` a place and everything inside it; None does not
        narrow. Computed figures of the indicators asked for are among them. Withdrawn figures come
        in the state NO_DATA with their provenance. In order of indicator, place, time and
        preference.

        :raises UnknownCode: an indicator is not in the catalogue.
        """
        wanted = (
            tuple(self.catalogue)
            if indicators is None
            else tuple(self.catalogue.get(code) for code in dict.fromkeys(indicators))
        )
        rows = self._read(_ingredients(wanted), places=places, within=within)
        found = _by_indicator_and_place(rows)
        where: dict[str, set[str]] = {}
        for code, place in found:
            where.setdefault(code, set()).add(place)
        return [
            figure
            for each in wanted
            for place in sorted(
                where.get(each.formula.numerator if each.formula else each.code, ())
            )
            for figure in self._of(each, place, found)
        ]

    def latest(self, indicator: str, place: str, *, on: Period | None = None) -> Figure:
        """Give the latest measurement, or that of the days of ``on``.

        Latest is the one that ends last, then the one that starts last. Where there is none: the
        figure of a zero denominator or a withdrawn figure, else one in the state NO_DATA.

        :raises UnknownCode: the indicator is not in the catalogue.
        """
        figures = [
            figure
            for figure in self._at(indicator, place)
            if figure.period is not None and (on is None or sort_key(figure.period) == sort_key(on))
        ]
        measured = time_series(figures)
        if measured:
            return measured[-1]
        empty = [f for f in figures if f.value is None and f.kind is not None and f.kind.measures]
        if empty:
            return max(empty, key=lambda f: sort_key(cast(Period, f.period)))
        return self._nothing(indicator, place, on)

    def series(self, indicator: str, place: str) -> tuple[Figure, ...]:
        """Give the measurements in time order, one for each run of days.

        Which of several figures of the same days is taken: see ``formula.preference``. Series are
        of one indicator, so two definitions are never joined.

        :raises UnknownCode: the indicator is not in the catalogue.
        """
        return time_series(self._at(indicator, place))

    def segments(self, indicator: str, place: str) -> tuple[tuple[Figure, ...], ...]:
        """Give the series cut where the definition changed: one line each, never joined.

        :raises UnknownCode: the indicator is not in the catalogue.
        """
        each = self.catalogue.get(indicator)
        return segments(self.series(indicator, place), indicator=each)

    def figures(self, indicator: str, place: str) -> tuple[Figure, ...]:
        """Give every newest visible figure, of every kind and withdrawn ones too, in time order.

        :raises UnknownCode: the indicator is not in the catalogue.
        """
        return self._at(indicator, place)

    def layer(self, indicator: str, *, parent: str, period: Period) -> tuple[Figure, ...]:
        """Give one figure for each place directly inside ``parent``, NO_DATA where there is none.

        :raises UnknownCode: the indicator or the parent is unknown.
        """
        found = self._inside(indicator, parent)
        return tuple(self._best(indicator, child, period, found[child]) for child in found)

    def layer_periods(self, indicator: str, *, parent: str) -> tuple[tuple[Period, int], ...]:
        """Give the periods that have measurements, latest first, with the number of places.

        :raises UnknownCode: the indicator or the parent is unknown.
        """
        counts: dict[Period, int] = {}
        for figures in self._inside(indicator, parent).values():
            for period in {f.period for f in figures if is_measurement(f) and f.period}:
                counts[period] = counts.get(period, 0) + 1
        ordered = sorted(counts, key=lambda p: (*sort_key(p), str(p)), reverse=True)
        return tuple((period, counts[period]) for period in ordered)

    def layer_indicators(self, *, parent: str) -> tuple[Indicator, ...]:
        """Give the indicators with at least one measurement directly inside ``parent``.

        :raises UnknownCode: the parent is unknown.
        """
        return self._cache.hold(("layer_indicators", parent), lambda: self._present(parent))

    def history(
        self, indicator: str, place: str, period: Period, kind: FigureKind
    ) -> tuple[Figure, ...]:
        """Give every visible version of one figure as delivered, newest first.

        :raises UnknownCode: the indicator is not in the catalogue.
        """
        self.catalogue.get(indicator)
        table = self._snapshot.rows(_TABLE, scope=self.scope)
        rows = table.filter(
            table.indicator == indicator,
            table.place == place,
            table.period == str(period),
            table.kind == kind.value,
        )
        figures = [self._figure(row) for row in rows.to_pyarrow().to_pylist()]
        return tuple(sorted(figures, key=_age, reverse=True))

    def preload(self, indicators: Collection[str], *, places: Collection[str]) -> None:
        """Read the figures of these indicators and places at once, for the calls that follow.

        :raises UnknownCode: an indicator is not in the catalogue.
        """
        wanted = [self.catalogue.get(code) for code in dict.fromkeys(indicators)]
        missing = [
            (each, place)
            for each in wanted
            for place in places
            if ("at", each.code, place) not in self._cache
        ]
        if not missing:
            return
        needed = tuple({each.code: each for each, _ in missing}.values())
        rows = self._read(_ingredients(needed), places={place for _, place in missing})
        found = _by_indicator_and_place(rows)
        for each, place in missing:
            self._cache.put(("at", each.code, place), self._of(each, place, found))

    def _at(self, indicator: str, place: str) -> tuple[Figure, ...]:
        each = self.catalogue.get(indicator)

        def read() -> tuple[Figure, ...]:
            rows = self._read(_ingredients((each,)), places=(place,))
            return self._of(each, place, _by_indicator_and_place(rows))

        return self._cache.hold(("at", indicator, place), read)

    def _inside(self, indicator: str, parent: str) -> Mapping[str, tuple[Figure, ...]]:
        each = self.catalogue.get(indicator)

        def read() -> Mapping[str, tuple[Figure, ...]]:
            children = [child.code for child in places().children(parent)]
            rows = self._read(_ingredients((each,)), places=children) if children else []
            found = _by_indicator_and_place(rows)
            return {child: self._of(each, child, found) for child in children}

        return self._cache.hold(("inside", indicator, parent), read)

    def _present(self, parent: str) -> tuple[Indicator, ...]:
        children = [child.code for child in places().children(parent)]
        if not children:
            return ()
        table = self._snapshot.current(_TABLE, scope=self.scope)
        measured = table.filter(
            table.place.isin(children), table.kind.isin(_MEASURING), table.value.notnull()
        )
        codes = set(measured.select("indicator").distinct().to_pyarrow()["indicator"].to_pylist())
        return tuple(
            each
            for each in self.catalogue
            if each.code in codes
            or (
                each.formula
                and {each.formula.numerator, each.formula.denominator} <= codes
                and self.layer_periods(each.code, parent=parent)
            )
        )

    def _best(
        self, indicator: str, place: str, period: Period, figures: Iterable[Figure]
    ) -> Figure:
        same = [f for f in figures if f.period == period and f.kind is not None and f.kind.measures]
        order = sorted(same, key=lambda f: (not is_measurement(f), preference(f)))
        return order[0] if order else self._nothing(indicator, place, period)

    def _nothing(self, indicator: str, place: str, period: Period | None) -> Figure:
        return Figure(
            indicator=indicator,
            place=place,
            period=period,
            kind=None,
            value=None,
            unit=self.catalogue.get(indicator).unit,
            state=SampleState.NO_DATA,
            data_version=self.data_version,
        )

    def _of(
        self, indicator: Indicator, place: str, found: Mapping[tuple[str, str], list[Figure]]
    ) -> tuple[Figure, ...]:
        formula = indicator.formula
        if formula is None:
            own = found.get((indicator.code, place), [])
            return tuple(sorted(own, key=_in_time))
        return compute(
            indicator,
            numerators=found.get((formula.numerator, place), []),
            denominators=found.get((formula.denominator, place), []),
            kinds=self._kinds,
        )

    def _read(
        self,
        codes: Collection[str],
        *,
        places: Collection[str] | None = None,
        within: str | None = None,
    ) -> list[Figure]:
        table = self._snapshot.current(_TABLE, scope=self.scope)
        wanted = [table.indicator.isin(sorted(codes))]
        if places is not None:
            wanted.append(table.place.isin(sorted(places)))
        if within is not None:
            wanted.append(table.place.startswith(place_prefix(within)))
        rows = table.filter(*wanted).to_pyarrow().to_pylist()
        return [self._figure(row) for row in rows]

    def _figure(self, row: Mapping[str, Any]) -> Figure:
        indicator = self.catalogue.get(row["indicator"])
        printed: Decimal | None = None if row["value"] is None else plain(row["value"])
        factor = indicator.units.get(row["unit"])
        value = None if printed is None or factor is None else plain(printed * factor)
        return Figure(
            indicator=indicator.code,
            place=row["place"],
            period=Period.parse(row["period"]),
            kind=FigureKind(row["kind"]),
            value=value,
            unit=indicator.unit,
            state=SampleState.NO_DATA if value is None else SampleState.HAS_DATA,
            data_version=self.data_version,
            public=row["public"],
            printed_value=printed,
            printed_unit=row["unit"],
            provenance=Provenance(
                delivery=row["delivery"],
                row=row["row"],
                accepted_at=row["accepted_at"],
                source_title=row["source_title"],
                source_url=row["source_url"] or "",
                confidence=Confidence(row["confidence"]),
                note=row["note"] or "",
            ),
        )


class _Answers:
    """A bounded store of answers, the least recently used given up first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._answers

    def put(self, key: Hashable, answer: object) -> None:
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)

    def hold(self, key: Hashable, make: Callable[[], _Held]) -> _Held:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return cast(_Held, self._answers[key])
        answer = make()
        self.put(key, answer)
        return answer


def _ingredients(indicators: Iterable[Indicator]) -> frozenset[str]:
    codes = set()
    for each in indicators:
        formula = each.formula
        codes |= {formula.numerator, formula.denominator} if formula else {each.code}
    return frozenset(codes)


def _by_indicator_and_place(figures: Iterable[Figure]) -> dict[tuple[str, str], list[Figure]]:
    grouped: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        grouped.setdefault((figure.indicator, figure.place), []).append(figure)
    return grouped


def _in_time(figure: Figure) -> tuple[object, ...]:
    return (*sort_key(cast(Period, figure.period)), *preference(figure), str(figure.kind))


def _age(figure: Figure) -> tuple[object, ...]:
    source = cast(Provenance, figure.provenance)
    return (source.accepted_at, source.delivery, source.row)
