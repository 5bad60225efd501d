"""The page of flows: who moved between places, statuses and industries since last month."""

from leye.analysis.atlas.flow_kinds import FlowKind, flow_kind
from leye.analysis.atlas.flow_tables import FlowLine, flow_table
from leye.doors.portal.wall.panels import Bar, Page, Panel, Table
from leye.doors.portal.wall.reading import Reader

KPIS = (
    "net_entries",
    "entered_work",
    "left_work",
    "became_unemployed",
    "net_migration",
    "migrant",
    "moved_in",
)
MAPPED = ("net_entries", "entered_work", "migrant_share", "migrant")
_LINES, _TOWNS = 8, 20


def movement(reader: Reader) -> Page:
    """Give the page: work found and lost, by place; then the largest flows of four kinds."""
    return Page(
        "flows",
        "人员流动",
        (
            reader.kpi_panel(reader.kpis(KPIS)),
            _flows(reader, "status", slot="left-1", title="就业状态转换（上月→本月）"),
            _flows(reader, "residence", slot="left-2", title="居住地迁移"),
            _net(reader),
            _flows(reader, "commute", slot="right-1", title="跨县上班（居住→工作）"),
            _flows(reader, "migration", slot="right-2", title="外出务工去向"),
        ),
    )


def _net(reader: Reader) -> Panel:
    code = reader.shown(MAPPED)
    if reader.below == "county":
        return reader.map_panel(code, key="map", two_sided=code == MAPPED[0])
    return reader.places_panel(code, key="map", slot="main", most=_TOWNS)


def _flows(reader: Reader, code: str, *, slot: str, title: str) -> Panel:
    kind, figures = flow_kind(code), reader.figures
    found = flow_table(
        figures.served,
        reader.month,
        kind=code,
        place=reader.place,
        protected=figures.protected,
    )
    shown = [line for line in found.lines if line.persons is not None]
    most = max((line.persons or 0 for line in shown), default=0) or 1
    bars = tuple(_bar(kind, line, most) for line in shown)
    header = (kind.origin, kind.destination, f"人数（{kind.unit}）")
    least = "至少" if found.moved.hidden else "共"
    rows = tuple(
        (
            kind.origin_label(line.origin),
            kind.destination_label(line.destination),
            "不公开" if line.persons is None else f"{line.persons:,}",
        )
        for line in found.lines
    )
    return Panel(
        code,
        slot,
        "bars",
        title,
        Table(header, rows),
        note=f"{least}{found.moved.persons:,}{kind.unit}" if shown else "",
        empty="" if shown else _nothing(kind, hidden=bool(found.lines)),
        bars=bars[:_LINES],
    )


def _bar(kind: FlowKind, line: FlowLine, most: int) -> Bar:
    label = f"{kind.short(line.origin)} → {kind.short(line.destination)}"
    persons = line.persons or 0
    return Bar(label, f"{persons:,}", round(persons / most * 100, 1))


def _nothing(kind: FlowKind, *, hidden: bool) -> str:
    if hidden:
        return "人数都不公开"
    return "没有数据（首月没有上月可比）" if kind.looks_back else "没有数据"
