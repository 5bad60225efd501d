"""The first page of the wall: how employment stands, in one look."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from leye.analysis.atlas.situation_types import Headline, Mover, Occupation, Situation
from leye.analysis.atlas.situation_words import month_name
from leye.doors.portal.wall.panels import Moved, Page, Panel, Row, Table
from leye.doors.portal.wall.reading import Reader
from leye.doors.web.situation import compared_text, state_text
from leye.doors.web.situation_drawing import outlook_chart

KPIS = (
    "employed",
    "unemployment_rate_estimated",
    "entered_work",
    "jobs_insured",
    "vacancy_applicant_ratio",
    "insured_wage",
    "certified",
    "firms_active",
    "hires",
)
MAPPED = ("employment_rate", "participation_rate", "insured_wage", "jobs_insured")
RANKED = ("unemployment_rate_estimated", "insured_wage", "jobs_insured", "firms_active")
STATUSES = (
    "employed_insured",
    "farming",
    "migrant",
    "flexible",
    "self_employed",
    "unemployed_registered",
    "unemployed_looking",
    "students",
    "retired",
    "unknown_status",
)
TREND_MONTHS = 25
_CHART_WIDTH, _CHART_HEIGHT = 348, 190
_TOWNS, _MOVERS, _PARTS = 20, 4, 2
_LINE_CHARACTERS, _LINES = 15, 6
"""What a line of the list of occupations holds of a name, and how many lines there are."""


def overview(reader: Reader, found: Situation) -> Page:
    """Give the page: figures, trend, what moved, the places, the ranking, supply and demand."""
    return Page(
        "overview",
        "总览",
        (
            reader.kpi_panel(reader.kpis(KPIS)),
            _trend(_charted(found)),
            _movers(found.movers),
            *_places(reader),
            _market(found),
        ),
    )


def _places(reader: Reader) -> tuple[Panel, Panel]:
    mapped = reader.shown(MAPPED)
    if reader.below == "county":
        ranked = reader.shown([code for code in RANKED if code != mapped])
        return (
            reader.map_panel(mapped, key="map"),
            reader.places_panel(ranked, key="ranking", slot="right-1"),
        )
    statuses = [(code, reader.figure(code)) for code in STATUSES]
    kpis = {code: reader.kpi(code) for code in STATUSES}
    bars = reader.bars((kpis[code].name, figure) for code, figure in statuses)
    rows = tuple((b.label, b.value, str(b.delta or "")) for b in bars)
    table = Table(("就业状态", "人数（人）", "比上月"), rows)
    return (
        reader.places_panel(mapped, key="map", slot="main", most=_TOWNS),
        Panel("ranking", "right-1", "bars", "就业状态（人）", table, bars=bars),
    )


def _charted(found: Situation) -> Headline:
    """Give the first series that there is something of to draw."""
    drawn = [each for each in found.charted if any(f.value is not None for f in each.series)]
    return (drawn or found.charted)[0]


def _trend(headline: Headline) -> Panel:
    shown = [(month_name(f.month), state_text(f, headline.indicator)) for f in headline.series]
    ahead = [(f"{month_name(each.month)}（预测）", each.value.text) for each in headline.ahead]
    drawn = any(figure.value is not None for figure in headline.series)
    return Panel(
        "trend",
        "left-1",
        "chart",
        f"{headline.indicator.name}走势和预测",
        Table(("月份", headline.indicator.name), (*shown[-TREND_MONTHS:], *ahead)),
        note="" if headline.ahead else f"不作预测：{headline.forecast.reason}",
        empty="" if drawn else "没有数据",
        chart=outlook_chart(headline, width=_CHART_WIDTH, height=_CHART_HEIGHT),
    )


def _movers(movers: tuple[Mover, ...]) -> Panel:
    moved = tuple(_moved(each) for each in movers[:_MOVERS])
    return Panel(
        "movers",
        "left-2",
        "moved",
        "变化最大的指标",
        Table(
            ("指标", "比上月", "主要来自"),
            tuple((each.name, each.change, each.parts) for each in moved),
        ),
        empty="" if moved else "没有可以比较的月份",
        moved=moved,
    )


def _moved(mover: Mover) -> Moved:
    parts = [
        f"{part.name} {part.number.text}"
        for breakdown in mover.breakdowns
        for part in breakdown.parts[:_PARTS]
        if breakdown.axis == "place"
    ]
    headline = mover.headline
    return Moved(
        headline.indicator.name,
        f"{compared_text(headline.on_month)} {headline.on_month.turn.label}",
        "，".join(parts),
    )


def _market(found: Situation) -> Panel:
    market = found.market
    listed = [*market.listed, *market.surplus]
    rows = tuple(Row(each.name, _occupation(each)) for each in listed)
    header = ("职业", "岗位", "求职", "倍率")
    return Panel(
        "market",
        "right-2",
        "list",
        "供求：紧缺和富余的职业",
        Table(header, tuple((row.name, *row.cells) for row in rows)),
        note=f"紧缺{len(market.listed)}个，富余{len(market.surplus)}个" if rows else "",
        empty="" if rows else "没有达到标准的职业",
        header=header,
        rows=_fitting(rows),
    )


def _fitting(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Give as many rows as there is room for, their names short; long ones take two lines."""
    short = [replace(row, name=row.name.removesuffix("人员")) for row in rows]
    lines = accumulate(1 + (len(row.name) > _LINE_CHARACTERS) for row in short)
    return tuple(row for row, used in zip(short, lines, strict=True) if used <= _LINES)


def _occupation(each: Occupation) -> tuple[str, ...]:
    numbers = (each.market.now.vacancies, each.market.now.applicants)
    counts = tuple("—" if number is None else f"{number:,}" for number in numbers)
    return (*counts, each.ratio.text.removesuffix("倍") if each.ratio else "—")
