"""The codes registers carry: statuses, key groups and kinds of evidence, the last two as bits."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from leye.data.reference import key_groups
from leye.data.registers.precedence import precedence

STATUS: Mapping[str, str] = MappingProxyType(
    {
        "employed_insured": "单位就业（参保）",
        "employed_filed": "单位就业（仅备案或登记）",
        "public_welfare_post": "公益性岗位",
        "self_employed": "自主创业",
        "flexible": "灵活就业",
        "farming": "务农",
        "migrant": "外出务工",
        "unemployed_registered": "登记失业",
        "unemployed_looking": "求职未登记",
        "student": "在校",
        "retired": "退休",
        "inactive": "无劳动能力或暂无意愿",
        "unknown": "情况不明",
    }
)
"""The statuses of a person-month, each with its Chinese label, in the order they are shown."""

UNKNOWN = "unknown"

EMPLOYED = frozenset(
    {
        "employed_insured",
        "employed_filed",
        "public_welfare_post",
        "self_employed",
        "flexible",
        "farming",
        "migrant",
    }
)
"""The statuses of people who work, wherever and however."""

UNEMPLOYED = frozenset({"unemployed_registered", "unemployed_looking"})
"""The statuses of people who do not work and could."""

LOWEST_AGE = 16
"""The lower age bound of the labour force in China (Labour Law, article 15)."""

PENSION_AGE_MEN = 60
"""The working age (法定劳动年龄) ends here for men."""

PENSION_AGE_WOMEN = 55
"""The working age ends here for women; workers' 50 is a rule of pensions, not of working age."""


@cache
def groups() -> Mapping[str, int]:
    """Give the bit of each key group, in the order of the reference list."""
    return MappingProxyType({entry.code: 1 << n for n, entry in enumerate(key_groups().entries)})


@cache
def evidence() -> Mapping[str, int]:
    """Give the bit of each kind of evidence, as the table of precedence numbers them."""
    return MappingProxyType({line.kind: 1 << line.bit for line in precedence()})


def groups_in(mask: int) -> tuple[str, ...]:
    """Give the codes of the key groups whose bits are set."""
    return _set_in(mask, groups())


def evidence_in(mask: int) -> tuple[str, ...]:
    """Give the kinds of evidence whose bits are set, strongest first."""
    return _set_in(mask, evidence())


def evidence_label(kind: str) -> str:
    """Give the Chinese words for a kind of evidence."""
    return next(line.title for line in precedence() if line.kind == kind)


def _set_in(mask: int, bits: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(code for code, bit in bits.items() if mask & bit)
