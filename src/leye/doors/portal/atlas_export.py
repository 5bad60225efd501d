"""The map to take away: the lines as a table, and as GeoJSON."""

import json
from collections.abc import Sequence
from typing import Any

from leye.analysis.metrics.labels import (
    axis_label,
    code_label,
    group_label,
    level_label,
    place_label,
)
from leye.analysis.metrics.settled import settled_groups
from leye.doors.portal.atlas_choices import ALL
from leye.doors.portal.atlas_rows import Row, arranged
from leye.doors.portal.atlas_state import AtlasState
from leye.doors.web.geometry import Geometry, geometry_note, geometry_of

HEADER = (
    "指标",
    "指标代码",
    "月份",
    "上级地区",
    "层级",
    "地区代码",
    "地区",
    "重点群体",
    "细分",
    "名次",
    "数值",
    "单位",
    "状态",
    "比上月",
    "比上年同月",
    "数据版本",
    "版本类型",
)


def table_of(
    rows: Sequence[Row], state: AtlasState, *, release: int, protected: bool
) -> list[tuple[Any, ...]]:
    """Give the lines under ``HEADER``, in the page's order, those of no place last."""
    listed, apart = arranged(rows, state.sort)
    shared = _shared(state)
    return [
        (
            *shared[:3],
            row.within or shared[3],
            shared[4],
            row.place,
            row.name,
            *shared[5:],
            row.rank,
            row.figure.value,
            state.indicator.unit,
            _state_of(row),
            str(row.month),
            str(row.year),
            release,
            kind_of(protected),
        )
        for row in (*listed, *apart)
    ]


def notes_of(state: AtlasState, *, release: int, protected: bool) -> list[tuple[str, str]]:
    """Give what a reader of the file must know."""
    indicator, settled = state.indicator, settled_groups(state.indicator.code)
    return [
        (indicator.name, indicator.definition),
        *((f"{indicator.name}：注意", text) for text in indicator.caveats),
        ("数据版本", f"第 {release} 版"),
        ("版本类型", f"{kind_of(protected)}：{PROTECTED if protected else EXACT}"),
        ("未填报", "没有人报送过，不是零"),
        ("分母为零", "没有可以相除的数"),
        *((each.words, f"{group_label(g)}：{each.why}") for g, each in settled.items()),
        ("已隐去", "人数少于5，或写出来能推算出少于5的数"),
    ]


def geojson_of(rows: Sequence[Row], state: AtlasState, *, release: int, protected: bool) -> bytes:
    """Give the lines as a FeatureCollection (RFC 7946), geometry null where it may not be given."""
    header_and_rows = table_of(rows, state, release=release, protected=protected)
    features = [
        {
            "type": "Feature",
            "id": line[5],
            "geometry": _geometry(geometry_of(line[5])),
            "properties": dict(zip(_NAMES, (_plain(value) for value in line), strict=True)),
        }
        for line in header_and_rows
    ]
    collection = {
        "type": "FeatureCollection",
        "features": features,
        "note": geometry_note(state.level),
    }
    return json.dumps(collection, ensure_ascii=False, indent=1).encode()


EXACT = "精确数，仅供内部使用，不得公开"
PROTECTED = "小于5的数和能推算出它们的数已隐去，其余取5的倍数"
_NAMES = (
    "indicator_name",
    "indicator",
    "month",
    "parent",
    "level",
    "place",
    "name",
    "group",
    "cut",
    "rank",
    "value",
    "unit",
    "state",
    "change_month",
    "change_year",
    "data_version",
    "edition",
)


def kind_of(protected: bool) -> str:
    """Say which copy the numbers are of."""
    return "公开版" if protected else "内部版"


def _shared(state: AtlasState) -> tuple[str, ...]:
    group = group_label(state.group)
    cut = f"{axis_label(state.axis)}：{code_label(state.axis, state.code)}"
    return (
        state.indicator.name,
        state.indicator.code,
        f"{state.month // 100}-{state.month % 100:02}",
        place_label(state.place),
        level_label(state.level) if state.level else "",
        group,
        "合计" if state.axis == ALL else cut,
    )


def _state_of(row: Row) -> str:
    return "已隐去" if row.figure.hidden else row.figure.settled or row.figure.state.label


def _geometry(found: Geometry | None) -> dict[str, object] | None:
    return None if found is None else {"type": found.kind, "coordinates": found.coordinates}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else float(value)
