"""What describes the series: the lists of codes, the concepts, and how they refer to each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from leye.analysis.metrics.labels import axis_label, code_label, group_label, place_label
from leye.analysis.metrics.register_catalogue import AXES
from leye.analysis.metrics.register_figures import register_catalogue
from leye.data.reference import places
from leye.data.registers.map_places import ALL
from leye.data.registers.queries.served import Served
from leye.doors.api.sdmx.codes import (
    AGENCY,
    FLOW,
    MONTHLY,
    NOT_KNOWN,
    STRUCTURE,
    UNITS,
    VERSION,
    areas,
    axis_id,
    cuts,
    groups,
)
from leye.doors.web.atlas import served_copy

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """A code or a concept, its names by language."""

    id: str
    names: Names
    parent: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Artefact:
    """Something maintained: a list with its items, or the data structure or dataflow itself."""

    kind: str
    id: str
    names: Names
    items: tuple[Item, ...] = ()
    children: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """The kind and the identifier, by which others refer to it."""
        return f"{self.kind} {self.id}"


CLASSES: Mapping[str, tuple[str, str]] = {
    "agencyscheme": ("base", "AgencyScheme"),
    "dataflow": ("datastructure", "Dataflow"),
    "codelist": ("codelist", "Codelist"),
    "conceptscheme": ("conceptscheme", "ConceptScheme"),
    "datastructure": ("datastructure", "DataStructure"),
}
"""The package and class of each kind in the model of SDMX."""

CONCEPTS: Mapping[str, Names] = {
    "FREQ": {"zh": "频率", "en": "Frequency"},
    "INDICATOR": {"zh": "指标", "en": "Indicator"},
    "REF_AREA": {"zh": "地区", "en": "Reference area"},
    "KEY_GROUP": {"zh": "重点群体", "en": "Key group"},
    "AXIS": {"zh": "分类", "en": "Axis of the breakdown"},
    "CODE": {"zh": "分类的代码", "en": "Code on the axis"},
    "TIME_PERIOD": {"zh": "月份", "en": "Time period"},
    "OBS_VALUE": {"zh": "数值", "en": "Observation value"},
    "OBS_STATUS": {"zh": "数值的状态", "en": "Observation status"},
    "CONF_STATUS": {"zh": "保密状态", "en": "Confidentiality status"},
    "UNIT_MEASURE": {"zh": "单位", "en": "Unit of measure"},
    "DATA_VERSION": {"zh": "数据版本", "en": "Data version"},
}
CODED = tuple(name for name in CONCEPTS if name not in ("TIME_PERIOD", "OBS_VALUE", "DATA_VERSION"))
"""The concepts that have a code list, ``CL_`` with their name."""

_OBS_STATUS = {
    "A": {"zh": "正常", "en": "Normal value"},
    "M": {"zh": "不存在：分母为零，或按群体的定义已定", "en": "Missing value; data cannot exist"},
    "O": {"zh": "未填报", "en": "Missing value"},
    "Q": {"zh": "已隐去", "en": "Missing value; suppressed"},
}
_CONF_STATUS = {
    "F": {"zh": "可以公开", "en": "Free (free for publication)"},
    "C": {"zh": "统计保密", "en": "Confidential statistical information"},
    "N": {"zh": "仅供内部使用", "en": "Not for publication, restricted for internal use only"},
}


def agency_of(kind: str) -> str:
    """Give who maintains the artefacts of a kind."""
    return "SDMX" if kind == "agencyscheme" else AGENCY


def urn_of(kind: str, number: str, *, item: str = "") -> str:
    """Give the name of an artefact, or of a concept in it, that is the same everywhere."""
    package, name = CLASSES[kind]
    name = "Concept" if item else name
    ending = f".{item}" if item else ""
    owner = agency_of(kind)
    return f"urn:sdmx:org.sdmx.infomodel.{package}.{name}={owner}:{number}({VERSION}){ending}"


def artefacts() -> Mapping[str, Artefact]:
    """Give everything that describes the series as it stands, by kind and identifier."""
    return _artefacts(served_copy())


@lru_cache(maxsize=2)
def _artefacts(copy: Served | None) -> Mapping[str, Artefact]:
    lists = tuple(_list(f"CL_{name}", names, _items(name, copy)) for name, names in _coded())
    concepts = Artefact(
        "conceptscheme",
        "CS_REGISTER",
        {"zh": "登记库的概念", "en": "Concepts of the registers"},
        tuple(Item(name, names) for name, names in CONCEPTS.items()),
    )
    structure = Artefact(
        "datastructure",
        STRUCTURE,
        {"zh": "登记库数值的结构", "en": "Structure of the figures of the registers"},
        children=tuple(each.name for each in (concepts, *lists)),
    )
    flow = Artefact(
        "dataflow",
        FLOW,
        {"zh": "人力资源地图：登记库的数值", "en": "Labour force map: figures of the registers"},
        children=(structure.name,),
    )
    agencies = Artefact(
        "agencyscheme",
        "AGENCIES",
        {"zh": "维护机构", "en": "Agencies"},
        (Item(AGENCY, {"zh": "乐业平台", "en": "Leye"}),),
    )
    return {each.name: each for each in (agencies, flow, *lists, concepts, structure)}


def _coded() -> Iterable[tuple[str, Names]]:
    return ((name, CONCEPTS[name]) for name in CODED)


def _list(number: str, names: Names, items: Iterable[Item]) -> Artefact:
    return Artefact("codelist", number, names, tuple(items))


def _items(name: str, copy: Served | None) -> Iterable[Item]:
    if name == "FREQ":
        return [Item(MONTHLY, {"zh": "每月", "en": "Monthly"})]
    if name == "INDICATOR":
        return [
            Item(each.code, {"zh": each.name, "en": each.name_en}, "", each.definition)
            for each in register_catalogue()
        ]
    if name == "REF_AREA":
        return _areas(copy)
    if name == "KEY_GROUP":
        return [Item(code, {"zh": group_label(group)}) for code, group in groups().items()]
    if name == "AXIS":
        return [Item(axis_id(axis), {"zh": axis_label(axis)}) for axis in (ALL, *AXES)]
    if name == "CODE":
        return [Item(code, {"zh": _cut_name(*cut)}) for (_, code), cut in cuts(copy).items()]
    if name == "UNIT_MEASURE":
        return [Item(code, {"zh": unit}) for unit, code in UNITS.items()]
    fixed = _OBS_STATUS if name == "OBS_STATUS" else _CONF_STATUS
    return [Item(code, names) for code, names in fixed.items()]


def _cut_name(axis: str, code: str) -> str:
    return axis_label(axis) if axis == ALL else f"{axis_label(axis)}：{code_label(axis, code)}"


def _areas(copy: Served | None) -> Iterable[Item]:
    known = areas(copy)
    for code, place in known.items():
        parent = places().get(place).parent if place in places() else None
        name = "地区不详" if code == NOT_KNOWN else place_label(place)
        yield Item(code, {"zh": name}, parent if parent in known and parent else "")


def chosen(kind: str, number: str, *, references: str) -> tuple[tuple[Artefact, bool], ...]:
    """Give the artefacts of a kind, ``all`` or one, and what ``references`` adds; which are added.

    ``kind`` is one of theirs, or ``all``.
    """
    every = artefacts()
    asked = {
        name
        for name, each in every.items()
        if kind in (each.kind, "all") and number in (each.id, "all")
    }
    added = _added(asked, every, references)
    return tuple((each, name not in asked) for name, each in every.items() if name in asked | added)


REFERENCES = ("none", "parents", "parentsandsiblings", "children", "descendants", "all")
KINDS = ("agencyscheme", "codelist", "conceptscheme", "dataflow", "datastructure")


def _added(asked: set[str], every: Mapping[str, Artefact], references: str) -> set[str]:
    if references in KINDS:
        wide = _added(asked, every, "all")
        return {name for name in wide if every[name].kind == references}
    parents = {name for name, each in every.items() if asked & set(each.children)}
    if references == "parents":
        return parents
    if references == "parentsandsiblings":
        return parents | _below(parents, every)
    if references == "children":
        return _below(asked, every)
    below = _below(asked, every)
    below |= _below(below, every)
    if references == "descendants":
        return below
    return below | parents | _below(parents, every) if references == "all" else set()


def _below(names: Iterable[str], every: Mapping[str, Artefact]) -> set[str]:
    return {child for name in names for child in every[name].children}
