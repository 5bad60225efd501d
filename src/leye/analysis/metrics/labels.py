"""The words for the axes, values, levels and places of the map."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_lists import labels
from leye.data.reference import industries, key_groups, occupations, places
from leye.data.registers.map_places import ALL, PARK_PREFIX, city_code
from leye.kernel.place import contains

NOT_KNOWN = "不详"
_AXES: Mapping[str, str] = MappingProxyType(
    {
        ALL: "合计",
        "industry": "行业门类",
        "division": "行业大类",
        "occupation": "职业大类",
        "occupation4": "职业中类",
        "education": "学历",
        "age": "年龄",
        "sex": "性别",
        "skill": "技能等级",
    }
)
_LEVELS: Mapping[str, str] = MappingProxyType(
    {
        "city": "全市",
        "county": "县（市、区）",
        "town": "乡镇（街道）",
        "village": "村（社区）",
        "park": "园区",
    }
)
_LISTS = {
    "education": ("population", "education"),
    "sex": ("population", "sex"),
    "skill": ("certificates", "level"),
}
_NO_CERTIFICATE = "无证书"
_OF_INDUSTRY = {"industry": 1, "division": 2}
_OF_OCCUPATION = {"occupation": "-00-00-00", "occupation4": "-00-00"}


def axis_label(axis: str) -> str:
    """Give the name of an axis.

    :raises KeyError: there is no such axis.
    """
    return _AXES[axis]


def level_label(level: str) -> str:
    """Give the name of a level.

    :raises KeyError: there is no such level.
    """
    return _LEVELS[level]


def code_label(axis: str, code: str) -> str:
    """Give the words for a value of an axis; 不详 where it is not known, else the code itself."""
    if axis == "skill" and code == "":
        return _NO_CERTIFICATE
    if code == "":
        return NOT_KNOWN
    if axis in _OF_INDUSTRY:
        return _industries().get(code, code)
    if axis in _OF_OCCUPATION:
        return _occupation(code + _OF_OCCUPATION[axis], code)
    if axis in _LISTS:
        return _listed(axis).get(code, code)
    if axis == "age":
        return code.replace("60+", "60岁及以上") if code == "60+" else f"{code}岁"
    return _AXES[ALL] if code == ALL else code


def group_label(group: str) -> str:
    """Give the name of a key group; 全部人员 for everybody.

    :raises UnknownCode: there is no such group.
    """
    return "全部人员" if group == ALL else key_groups().get(group).name


def place_label(place: str) -> str:
    """Give the name of a place of the map: a park's own, 不详, 市外 with the place's code."""
    if place.startswith(PARK_PREFIX):
        return place.removeprefix(PARK_PREFIX)
    if place == "":
        return NOT_KNOWN
    if place not in places():
        return f"市外（{place}）"
    name = places().get(place).name
    return name if contains(city_code(), place) else f"市外（{name}）"


@cache
def _industries() -> Mapping[str, str]:
    levels = (1, 2)
    return {entry.code: entry.name for level in levels for entry in industries().at_level(level)}


def _occupation(code: str, otherwise: str) -> str:
    known = occupations()
    return known.get(code).name if code in known else otherwise


@cache
def _listed(axis: str) -> Mapping[str, str]:
    source, field = _LISTS[axis]
    return labels(source_contracts()[source], field)
