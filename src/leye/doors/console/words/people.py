"""People as lines of a list: keys, never names."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from leye.analysis.metrics.labels import code_label, group_label
from leye.data.registers.codes import STATUS, evidence_label
from leye.data.registers.queries.person_lines import PersonLine
from leye.doors.console.presenters import place_path

EXPORT_HEADER = (
    "人员编号",
    "地区代码",
    "地区",
    "年龄",
    "性别",
    "学历",
    "状态",
    "依据",
    "把握（%）",
    "重点群体",
)
NO_EVIDENCE = "没有任何依据"
NOTES = (
    ("名单", "只列人员编号，不含姓名、号码和电话；要联系本人，请在系统里逐人打开，并写明事由"),
    ("依据", "各部门数据里支持这个状态的线索，最硬的在前"),
    ("把握", "由各类线索的可靠程度推算，不是核实结果"),
    ("用途", "仅供开展就业服务使用，不得公开、转发"),
)


def people_rows(lines: Iterable[PersonLine], *, query: str) -> list[dict[str, Any]]:
    """Give people as lines; ``query`` is kept on the addresses of their pages."""
    return [
        {**_words(line), "url": f"{reverse('people:person', args=[line.person])}?{query}"}
        for line in lines
    ]


def person_facts(line: PersonLine) -> dict[str, Any]:
    """Give one person's month in words."""
    return _words(line)


def people_cells(lines: Iterable[PersonLine]) -> list[tuple[Any, ...]]:
    """Give people under ``EXPORT_HEADER``."""
    return [
        (
            str(line.person),
            line.residence,
            words["place"],
            line.age,
            words["sex"],
            words["education"],
            words["status"],
            words["evidence"],
            round(line.confidence * 100, 1) if line.evidence else None,
            words["groups"],
        )
        for line in lines
        for words in (_words(line),)
    ]


def _words(line: PersonLine) -> dict[str, Any]:
    return {
        "person": line.person,
        "place": place_path(line.residence) if line.residence else "不详",
        "age": "不详" if line.age is None else f"{line.age}岁",
        "sex": code_label("sex", line.sex),
        "education": code_label("education", line.education),
        "status": STATUS.get(line.status, line.status),
        "evidence": "；".join(map(evidence_label, line.evidence)) or NO_EVIDENCE,
        "kinds": [evidence_label(kind) for kind in line.evidence],
        "confidence": f"{line.confidence * 100:.0f}%" if line.evidence else "—",
        "groups": "、".join(map(group_label, line.groups)) or "无",
    }
