"""Flows to take away: the lines of the page, those who stayed last."""

from typing import Any

from leye.analysis.atlas.flow_tables import FlowLine, FlowTable
from leye.analysis.metrics.labels import place_label
from leye.doors.portal.atlas_export import EXACT, PROTECTED, kind_of
from leye.doors.portal.flow_state import FlowState

HEADER = (
    "流动种类",
    "月份",
    "地区代码",
    "地区",
    "从（代码）",
    "从",
    "到（代码）",
    "到",
    "人数",
    "单位",
    "占比（%）",
    "比上月",
    "比上年同月",
    "状态",
    "数据版本",
    "版本类型",
)


def flow_cells(
    table: FlowTable, state: FlowState, *, release: int, protected: bool
) -> list[tuple[Any, ...]]:
    """Give every flow under ``HEADER``, in the order of the page."""
    shared = (
        state.kind.name,
        f"{state.month // 100}-{state.month % 100:02}",
        state.place,
        place_label(state.place),
    )
    return [
        (
            *shared,
            line.origin,
            state.kind.origin_label(line.origin),
            line.destination,
            state.kind.destination_label(line.destination),
            line.persons,
            state.kind.unit,
            None if line.share is None else round(line.share * 100, 1),
            line.last_month,
            line.last_year,
            _state(line),
            release,
            kind_of(protected),
        )
        for line in (*table.lines, *table.stays)
    ]


def flow_notes(state: FlowState, *, release: int, protected: bool) -> list[tuple[str, str]]:
    """Give what a reader of the file must know."""
    kind = state.kind
    return [
        (kind.name, kind.definition),
        *((f"{kind.name}：注意", text) for text in kind.caveats),
        ("占比", "占全部流动的比重，不含没有变化的和已隐去的"),
        ("数据版本", f"第 {release} 版"),
        ("版本类型", f"{kind_of(protected)}：{PROTECTED if protected else EXACT}"),
        ("已隐去", "人数少于5，或写出来能推算出少于5的数"),
    ]


def _state(line: FlowLine) -> str:
    if line.persons is None:
        return "已隐去"
    return "没有变化" if line.origin == line.destination else "有数"
