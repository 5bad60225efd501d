"""Figures as the wall prints them: numbers, changes and bars of one place and month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from leye.analysis.atlas.situation_words import amount, points
from leye.analysis.metrics.labels import place_label
from leye.analysis.metrics.register_figures import (
    RegisterFigure,
    RegisterFigures,
    RegisterIndicator,
    register_catalogue,
)
from leye.data.reference import places
from leye.data.registers.map_places import PARK_PREFIX
from leye.doors.portal.atlas_words import pattern_of
from leye.doors.portal.wall.panels import Bar, Delta, Kpi, Panel, Table, Tone
from leye.doors.web.maps import MapDrawing, Mark, draw_map
from leye.doors.web.shades import (
    HIDDEN,
    MISSING,
    SETTLED,
    ZERO_DENOMINATOR,
    LegendEntry,
    Shading,
    diverging,
    ordered,
)
from leye.kernel.place import PlaceLevel, contains, place_level

NO_CHANGE = Delta("无上月数")
_WHY = {
    HIDDEN: "不公开",
    MISSING: "没有数据",
    ZERO_DENOMINATOR: "分母为零",
    SETTLED: "按定义已定",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what a screen shows: of one place and month, exact or protected as the figures are."""

    figures: RegisterFigures
    place: str
    month: int

    @property
    def below(self) -> str:
        """The level of the places inside the screen's own."""
        return "town" if place_level(self.place) is PlaceLevel.COUNTY else "county"

    def figure(self, code: str, *, place: str | None = None, group: str = "all") -> RegisterFigure:
        """Give a figure of the screen's place, or of another."""
        return self.figures.value(
            code, place=self.place if place is None else place, month=self.month, group=group
        )

    def delta(self, figure: RegisterFigure, *, group: str = "all", back: int = 1) -> Delta:
        """Give the change against an earlier month: in points for rates, in percent for counts."""
        indicator = register_catalogue().get(figure.indicator)
        change = self.figures.change(figure, months_back=back, group=group)
        if change is None:
            return NO_CHANGE
        earlier = (figure.value or 0) - change.difference
        # A percentage of a number below zero has its sign the wrong way round.
        if indicator.unit == "%" or change.relative is None or earlier < 0:
            in_points, size = True, change.difference
        else:
            in_points, size = False, change.relative * 100
        places_shown = indicator.decimals if in_points else 1
        text = amount(abs(size), places_shown) + (_points(indicator) if in_points else "%")
        if not round(size, places_shown):
            return Delta("持平", "＝")
        up = size > 0
        return Delta(text, "▲" if up else "▼", _tone(indicator, up=up))

    def kpi(self, code: str, *, group: str = "all", name: str = "") -> Kpi:
        """Give a figure with its change since last month, large."""
        figure, indicator = self.figure(code, group=group), register_catalogue().get(code)
        value = "" if figure.value is None else _number(figure.value, indicator)
        return Kpi(
            name=name or indicator.name,
            value=value,
            unit=indicator.unit,
            missing="" if value else why(figure),
            delta=self.delta(figure, group=group) if value else Delta(""),
        )

    def kpis(self, codes: Iterable[str], *, most: int = 6) -> list[Kpi]:
        """Give some figures, large; those that have a value before those that have none."""
        every = [self.kpi(code) for code in codes]
        return sorted(every, key=lambda each: not each.value)[:most]

    def shown(self, codes: Sequence[str], *, level: str = "") -> str:
        """Give the first figure that at least half of the places have a value of, else the first.

        A protected copy may hide a figure everywhere: a wall shows what there is to see.
        """
        for code in codes:
            listed = [f for f in self.layer(code, level=level) if self.is_listed(f)]
            if listed and sum(f.value is not None for f in listed) * 2 >= len(listed):
                return code
        return codes[0]

    def kpi_panel(self, kpis: Sequence[Kpi]) -> Panel:
        """Give the strip on top of a page."""
        rows = tuple((k.name, k.value or k.missing, k.unit, str(k.delta)) for k in kpis)
        table = Table(("指标", "数值", "单位", "比上月"), rows)
        return Panel("figures", "strip", "kpis", "主要数字", table, kpis=tuple(kpis))

    def layer(self, code: str, *, level: str = "") -> tuple[RegisterFigure, ...]:
        """Give a figure of every place of a level inside the screen's own."""
        return self.figures.layer(
            code, parent=self.place, level=level or self.below, month=self.month
        )

    def bars(
        self, named: Iterable[tuple[str, RegisterFigure]], *, most: int = 99, compare: bool = True
    ) -> tuple[Bar, ...]:
        """Give the largest as bars, what has no value last."""
        every = [(name, figure) for name, figure in named]
        held = sorted(
            ((n, f, f.value) for n, f in every if f.value is not None), key=lambda each: -each[2]
        )
        top = max((abs(value) for _, _, value in held), default=Decimal(0)) or Decimal(1)
        drawn = [
            Bar(
                label=name,
                value=text_of(figure),
                share=round(float(abs(value) / top) * 100, 1),
                delta=self.delta(figure) if compare else None,
                is_below=value < 0,
            )
            for name, figure, value in held
        ]
        drawn += [Bar(name, why(f), 0.0, is_known=False) for name, f in every if f.value is None]
        return tuple(drawn[:most])

    def places_panel(
        self,
        code: str,
        *,
        key: str,
        slot: str,
        level: str = "",
        title: str = "",
        most: int = 10,
    ) -> Panel:
        """Give places of a level, the largest first; all of them in the table."""
        indicator = register_catalogue().get(code)
        level = level or self.below
        every = [(self.place_name(f.place), f) for f in self.layer(code, level=level)]
        named = [(name, f) for name, f in every if self.is_listed(f)]
        apart = [(n, f) for n, f in every if not self.is_listed(f) and (f.hidden or f.value)]
        bars = self.bars(named)
        more = f"另有{len(bars) - most}个见表" if len(bars) > most else ""
        rows = [(b.label, b.value, str(b.delta or "")) for b in (*bars, *self.bars(apart))]
        return Panel(
            key,
            slot,
            "bars",
            title or f"各地{indicator.name}（{indicator.unit}）",
            Table(("地区", f"{indicator.name}（{indicator.unit}）", "比上月"), tuple(rows)),
            note=more,
            bars=bars[:most],
            empty="" if bars else "没有数据",
        )

    def is_listed(self, figure: RegisterFigure) -> bool:
        """Whether a figure is of a place on the list inside the screen's own, or of a park."""
        place = figure.place
        if place.startswith(PARK_PREFIX):
            return True
        return place != self.place and place in places() and contains(self.place, place)

    def place_name(self, place: str) -> str:
        """Give the name of a place; what is known of the screen's own place alone is 不详."""
        return "不详" if place == self.place else place_label(place)

    def map_panel(self, code: str, *, key: str, two_sided: bool = False) -> Panel:
        """Give the map of the counties by a figure."""
        indicator = register_catalogue().get(code)
        every = self.layer(code)
        listed = [f for f in every if self.is_listed(f)]
        values = [round(f.value, indicator.decimals) for f in listed if f.value is not None]
        shading = diverging(values) if two_sided else ordered(values)
        bars = self.bars((self.place_name(f.place), f) for f in every)
        outside = [f for f in every if not self.is_listed(f) and (f.value is not None or f.hidden)]
        apart = "，".join(f"{self.place_name(f.place)} {text_of(f)}" for f in outside[:2])
        return Panel(
            key,
            "main",
            "map",
            f"各县（市、区）{indicator.name}（{indicator.unit}）",
            Table(
                ("地区", f"{indicator.name}（{indicator.unit}）", "比上月"),
                tuple((b.label, b.value, str(b.delta or "")) for b in bars),
            ),
            note=apart,
            drawing=self._drawing(listed, shading, indicator),
            legend=_legend(listed, shading, indicator),
        )

    def _drawing(
        self, listed: Sequence[RegisterFigure], shading: Shading, indicator: RegisterIndicator
    ) -> MapDrawing | None:
        marks = []
        for figure in listed:
            name = self.place_name(figure.place)
            words = text_of(figure)
            shade = (
                shading.shade_of(round(figure.value, indicator.decimals))
                if figure.value is not None
                else pattern_of(figure)
            )
            marks.append(Mark(figure.place, name, words, f"{name}：{words}", shade, ""))
        return draw_map(marks, parent=self.place)


def text_of(figure: RegisterFigure) -> str:
    """Write a figure without its unit (a share with its %), or why there is none."""
    indicator = register_catalogue().get(figure.indicator)
    if figure.value is None:
        return why(figure)
    return _number(figure.value, indicator) + ("%" if indicator.unit == "%" else "")


def _number(value: Decimal, indicator: RegisterIndicator) -> str:
    """Write a number; one that is not zero and would look so is 不足 the least that is shown."""
    if 0 < value < Decimal(1).scaleb(-indicator.decimals) / 2:
        return f"不足{Decimal(1).scaleb(-indicator.decimals):f}"
    return amount(value, indicator.decimals)


def _points(indicator: RegisterIndicator) -> str:
    """Give the unit of a difference, as short as a wall has room for."""
    return "百分点" if indicator.unit == "%" else points(indicator.unit)


def why(figure: RegisterFigure) -> str:
    """Say why a figure has no value."""
    return figure.settled or _WHY[pattern_of(figure)]


def _legend(
    listed: Sequence[RegisterFigure], shading: Shading, indicator: RegisterIndicator
) -> tuple[LegendEntry, ...]:
    entries = shading.legend(lambda value: amount(value, indicator.decimals))
    absent = dict.fromkeys(pattern_of(f) for f in listed if f.value is None)
    return (*entries, *(LegendEntry(shade, _WHY[shade]) for shade in absent))


def _tone(indicator: RegisterIndicator, *, up: bool) -> Tone:
    if indicator.higher_is_better is None:
        return Tone.PLAIN
    return Tone.BETTER if indicator.higher_is_better is up else Tone.WORSE
