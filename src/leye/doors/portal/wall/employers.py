"""The page of firms and parks: jobs by industry, park and place; names only where ticked."""

from leye.analysis.atlas.flow_kinds import flow_kind
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
        delta = _growth(growth.value) if growth is not None and growth.value is not None else None
        bars.append(Bar(names[bar.label], bar.value, bar.share, delta))
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
            firm.name,
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
            tuple((b.label, b.value, str(b.delta)) for b in bars),
        ),
        empty="" if bars else "没有岗位比去年同月少的企业，或者没有去年同月的数",
        bars=bars,
    )


def _lost(firm: FirmRow) -> int:
    return (firm.insured_last_year or 0) - (firm.insured or 0)


def _industry(code: str) -> str:
    """Give an industry as short as a wall has room for."""
    return flow_kind("industry").short(code)


def _growth(value: object) -> Delta:
    number = round(float(str(value)), 1)
    if not number:
        return Delta("持平", "＝")
    up = number > 0
    return Delta(f"{abs(number):,.1f}%", "▲" if up else "▼", Tone.BETTER if up else Tone.WORSE)
