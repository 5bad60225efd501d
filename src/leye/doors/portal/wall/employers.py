"""The page of firms and parks: jobs by industry, park and place; names only where ticked."""

import re
from dataclasses import replace

from leye.analysis.atlas.flow_kinds import flow_kind
from leye.analysis.metrics.register_figures import RegisterFigure
from leye.analysis.metrics.register_types import SMALL_BASE
from leye.data.registers.map_cube_work import TRADER
from leye.data.registers.queries.served import FirmRow
from leye.doors.portal.wall.panels import Bar, Delta, Page, Panel, Table, Tone
from leye.doors.portal.wall.reading import Reader
from leye.kernel.place import place_prefix

KPIS = (
    "firms_active",
    "firms_opened",
    "jobs_insured",
    "jobs_year_growth",
    "hires",
    "electricity",
    "separations",
)
_LEGAL_FORM = re.compile(r"(股份)?有限(责任)?公司$")
_INDUSTRIES, _ROWS, _PARKS, _FIRMS = 14, 10, 8, 8


def employers(reader: Reader, *, named: bool) -> Page:
    """Give the page. ``named``: the firms that lost most jobs within a year, by name."""
    last = _firms(reader) if named else _power(reader)
    return Page(
        "firms",
        "企业和园区",
        (
            reader.kpi_panel(reader.kpis(KPIS)),
            reader.places_panel(
                "jobs_insured",
                key="parks",
                slot="left-1",
                level="park",
                title="园区参保岗位（个）",
                most=_PARKS,
            ),
            _hiring(reader),
            _industries(reader),
            reader.places_panel(
                "jobs_insured", key="places", slot="right-1", title="各地参保岗位（个）", most=_ROWS
            ),
            last,
        ),
    )


def _industries(reader: Reader) -> Panel:
    figures = reader.figures
    place, month = reader.place, reader.month
    jobs = figures.by_code("jobs_insured", place=place, month=month, axis="industry")
    grown = figures.by_code("jobs_year_growth", place=place, month=month, axis="industry")
    bars = []
    names = {code: _industry(code) for code in jobs}
    for bar in reader.bars(((code, figure) for code, figure in jobs.items()), compare=False):
        growth = grown.get(bar.label)
        delta = None if growth is None else _growth(growth)
        bars.append(replace(bar, label=names[bar.label], delta=delta))
    rows = tuple((b.label, b.value, str(b.delta or "")) for b in bars)
    return Panel(
        "industries",
        "main",
        "bars",
        "各行业参保岗位（个）和比去年同月",
        Table(("行业", "参保岗位（个）", "比去年同月"), rows),
        note=f"另有{len(bars) - _INDUSTRIES}个行业见表" if len(bars) > _INDUSTRIES else "",
        empty="" if bars else "没有数据",
        bars=tuple(bars[:_INDUSTRIES]),
    )


def _hiring(reader: Reader) -> Panel:
    return reader.places_panel(
        "hires_rate", key="hiring", slot="left-2", title="各地招用率（%）", most=_PARKS
    )


def _power(reader: Reader) -> Panel:
    found = reader.figures.by_code(
        "electricity", place=reader.place, month=reader.month, axis="industry"
    )
    named = [(_industry(code), figure) for code, figure in found.items()]
    bars = reader.bars(named, compare=False)
    return Panel(
        "power",
        "right-2",
        "bars",
        "各行业用电量（万千瓦时）",
        Table(("行业", "用电量（万千瓦时）"), tuple((b.label, b.value) for b in bars)),
        empty="" if bars else "没有数据",
        bars=bars[:_FIRMS],
    )


def _firms(reader: Reader) -> Panel:
    """List firms, never traders: those often bear the name of their owner."""
    found = reader.figures.served.firms(
        reader.month, place_prefix=place_prefix(reader.place), order="drop", limit=_FIRMS * 5
    )
    lost = [(firm, lost) for firm in found if firm.kind != TRADER and (lost := _lost(firm)) > 0]
    most = max((jobs for _, jobs in lost), default=0) or 1
    bars = tuple(
        Bar(
            firm_name(firm.name),
            f"{firm.insured or 0:,}",
            round(jobs / most * 100, 1),
            Delta(f"{jobs:,}", "▼"),
        )
        for firm, jobs in lost[:_FIRMS]
    )
    return Panel(
        "drops",
        "right-2",
        "bars",
        "一年内岗位减少最多的企业（个）",
        Table(
            ("企业", "参保岗位（个）", "比去年同月"),
            tuple(
                (firm.name, bar.value, str(bar.delta))
                for (firm, _), bar in zip(lost, bars, strict=False)
            ),
        ),
        empty="" if bars else "没有岗位比去年同月少的企业，或者没有去年同月的数",
        bars=bars,
    )


def firm_name(name: str) -> str:
    """Give a firm's name as short as a wall has room for: without its legal form."""
    return _LEGAL_FORM.sub("", name) or name


def _lost(firm: FirmRow) -> int:
    return (firm.insured_last_year or 0) - (firm.insured or 0)


def _industry(code: str) -> str:
    """Give an industry as short as a wall has room for."""
    return flow_kind("industry").short(code)


def _growth(growth: RegisterFigure) -> Delta | None:
    """Give the growth of jobs within a year: of a few jobs in jobs, else in per cent."""
    more, then = growth.numerator, growth.denominator
    if growth.value is None or more is None or then is None:
        return None
    if then < SMALL_BASE:
        size, text = more, f"{abs(more):,.0f}个"
    else:
        size, text = growth.value, f"{abs(growth.value):,.1f}%"
    if not round(size, 1):
        return Delta("持平", "＝")
    up = size > 0
    return Delta(text, "▲" if up else "▼", Tone.BETTER if up else Tone.WORSE)
