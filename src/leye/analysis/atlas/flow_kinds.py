"""The kinds of flows between statuses, industries and places, each with its one definition."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from leye.analysis.atlas.elsewhere import elsewhere
from leye.analysis.metrics.labels import NOT_KNOWN, code_label, place_label
from leye.data.registers.codes import STATUS
from leye.data.registers.flows import ABSENT, OUTSIDE
from leye.kernel.errors import UnknownCode, near_matches


class Drawing(StrEnum):
    """How a kind is drawn."""

    BANDS = "bands"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class FlowKind:
    """What a kind of flow counts, in the words pages print.

    ``name`` is what links are called, ``title`` what heads a page. ``stays`` says what it means
    that origin and destination are the same, blank where such flows are not counted. ``empty`` is
    what "" stands for as origin and as destination; ``draws_empty`` whether that is a place to
    draw. ``looks_back``: it compares with the month before.
    """

    code: str
    name: str
    title: str
    drawing: Drawing
    unit: str
    basis: str
    origin: str
    destination: str
    definition: str
    caveats: tuple[str, ...]
    looks_back: bool
    stays: str
    empty: tuple[str, str] = (NOT_KNOWN, NOT_KNOWN)
    draws_empty: bool = False

    def origin_label(self, code: str) -> str:
        """Give the words for where somebody came from."""
        return self.empty[0] if code == "" else self._label(code)

    def destination_label(self, code: str) -> str:
        """Give the words for where somebody went."""
        return self.empty[1] if code == "" else self._label(code)

    def label(self, code: str) -> str:
        """Give the words for an end, whichever it is."""
        return "／".join(dict.fromkeys(self.empty)) if code == "" else self._label(code)

    def short(self, code: str) -> str:
        """Give the words for an end as short as a phone has room for."""
        known = _SHORT.get(code) if self.drawing is Drawing.BANDS else None
        return known or self.label(code)

    def _label(self, code: str) -> str:
        if self.drawing is Drawing.BANDS:
            return _state(code) if self.code == "status" else code_label("industry", code)
        if code == OUTSIDE:
            return "市外"
        known = elsewhere().get(code)
        return known.name if known else place_label(code)


@cache
def flow_kinds() -> Mapping[str, FlowKind]:
    """Give the kinds by code, in the order pages show them."""
    text = (files("leye.analysis.atlas") / "flow_kinds.yaml").read_text(encoding="utf-8")
    return MappingProxyType({each["code"]: _kind(each) for each in yaml.safe_load(text)})


def flow_kind(code: str) -> FlowKind:
    """Give a kind.

    :raises UnknownCode: there is no such kind.
    """
    known = flow_kinds()
    if code not in known:
        raise UnknownCode("流动种类", code, near=near_matches(code, known) or tuple(known))
    return known[code]


def _kind(given: dict[str, Any]) -> FlowKind:
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    return FlowKind(**{**known, "drawing": Drawing(given["drawing"])})


def _state(code: str) -> str:
    return "不在册" if code == ABSENT else STATUS.get(code, code)


_SHORT: Mapping[str, str] = {
    ABSENT: "不在册",
    "employed_insured": "参保",
    "employed_filed": "备案",
    "public_welfare_post": "公益岗",
    "self_employed": "创业",
    "flexible": "灵活",
    "farming": "务农",
    "migrant": "外出",
    "unemployed_registered": "登记失业",
    "unemployed_looking": "求职",
    "student": "在校",
    "retired": "退休",
    "inactive": "无意愿",
    "unknown": "不明",
    "A": "农林牧渔",
    "B": "采矿",
    "C": "制造",
    "D": "电热气水",
    "E": "建筑",
    "F": "批发零售",
    "G": "运输仓储",
    "H": "住宿餐饮",
    "I": "信息软件",
    "J": "金融",
    "K": "房地产",
    "L": "租赁商务",
    "M": "科研技术",
    "N": "水利环境",
    "O": "居民服务",
    "P": "教育",
    "Q": "卫生社会",
    "R": "文体娱乐",
    "S": "公共管理",
    "T": "国际组织",
}
