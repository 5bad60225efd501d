"""What is asked of the registers: months, places, groups and values of axes, read and checked."""

from collections.abc import Iterable

from django.conf import settings

from leye.analysis.metrics.labels import axis_label, group_label, level_label
from leye.analysis.metrics.register_catalogue import AXES
from leye.analysis.metrics.register_figures import RegisterIndicator
from leye.data.reference import key_groups, places
from leye.data.registers.map_places import ALL, PARK_PREFIX
from leye.data.registers.queries.served import Served, level_of
from leye.doors.api.errors import InvalidParameter
from leye.doors.api.register_reading import Cut, axis_codes, parks
from leye.kernel.errors import UnknownCode, near_matches
from leye.kernel.months import valid_month
from leye.kernel.place import contains

NOT_KNOWN = "_U"
"""How a code that is not known, blank in the registers, is written: the ``_U`` of SDMX."""

LEVELS_BELOW = ("county", "town", "village", "park")
_MONTH_HINT = "月份写作 2024-03；几个月写作 2024-01..2024-03，全部写作 all"


def written(code: str) -> str:
    """Give a code as the interfaces write it."""
    return code or NOT_KNOWN


def month_text(month: int) -> str:
    """Write a month as 2024-03."""
    return f"{month // 100}-{month % 100:02}"


def read_month(text: str) -> int:
    """Read a month written as 2024-03 or 202403.

    :raises InvalidParameter: it is none.
    """
    digits = text.replace("-", "") if text[4:5] == "-" else text
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        raise InvalidParameter(f"“{text[:30]}”不是月份", hint=_MONTH_HINT)
    month = int(digits)
    if not valid_month(month):
        raise InvalidParameter(f"“{text}”不是月份", hint=_MONTH_HINT)
    return month


def read_months(month: str | None, months: str | None, known: tuple[int, ...]) -> tuple[int, ...]:
    """Give the months asked for among those there are; the latest where nothing is asked.

    :raises InvalidParameter: both are given, or one cannot be read.
    """
    if month is not None and months is not None:
        raise InvalidParameter("month 和 months 只能写一个", hint=_MONTH_HINT)
    if months == ALL:
        return known
    if months is not None:
        first, found, last = months.partition("..")
        if not found:
            raise InvalidParameter(f"“{months[:30]}”不是一段月份", hint=_MONTH_HINT)
        start, end = read_month(first), read_month(last)
        return tuple(each for each in known if start <= each <= end)
    if month is not None:
        asked = read_month(month)
        return tuple(each for each in known if each == asked)
    return known[-1:]


def read_place(text: str, copy: Served) -> str:
    """Read a place of the map: the city's, one inside it, a park, or ``_U``.

    :raises UnknownCode: there is no such place or park.
    :raises InvalidParameter: it lies outside the city.
    """
    if text == NOT_KNOWN:
        return ""
    if text.startswith(PARK_PREFIX):
        return one_of(text, parks(copy), "园区")
    place = places().get(text).code
    if not contains(settings.LEYE_CITY, place):
        raise InvalidParameter(f"“{text}”不在本市", hint="请选本市的县、乡镇或村（社区）")
    return place


def read_level(text: str, parent: str) -> str:
    """Read a level below a place.

    :raises InvalidParameter: there is no such level, or it does not lie below.
    """
    if text not in LEVELS_BELOW:
        raise InvalidParameter(f"没有“{text}”这一级", hint="可用：" + "、".join(LEVELS_BELOW))
    above = level_of(parent)
    below = {
        "city": LEVELS_BELOW,
        "county": ("town", "village", "park"),
        "town": ("village",),
    }.get(above, ())
    if text not in below:
        raise InvalidParameter(
            f"{level_label(above)}里面没有{level_label(text)}",
            hint="可用：" + "、".join(below) if below else "这个地区没有下一级",
        )
    return text


def read_cut(group: str | None, axis: str | None, code: str | None, copy: Served) -> Cut:
    """Read a group and a value of an axis; ``code`` may be left out, then it is "all".

    :raises UnknownCode: there is no such group, axis or code.
    :raises InvalidParameter: a code without its axis.
    """
    chosen = ALL if group is None else one_of(group, (ALL, *group_codes()), "重点群体")
    if axis is None or axis == ALL:
        if code not in (None, ALL):
            raise InvalidParameter("code 要和 axis 一起用", hint="axis 可用：" + "、".join(AXES))
        return Cut(chosen)
    one_of(axis, AXES, "分类")
    if code is None or code == ALL:
        return Cut(chosen, axis, ALL)
    held = "" if code == NOT_KNOWN else code
    return Cut(chosen, axis, one_of(held, axis_codes(copy, axis), axis_label(axis)))


def check_cut(indicator: RegisterIndicator, level: str, cut: Cut) -> None:
    """Do nothing where an indicator has figures of a level, cut in this way.

    :raises InvalidParameter: it has none; the hint says what there is.
    """
    if level not in indicator.levels:
        raise InvalidParameter(
            f"“{indicator.name}”没有{level_label(level)}一级的数",
            hint="可用：" + "、".join(indicator.levels),
        )
    if cut.axis not in (ALL, *indicator.axes):
        raise InvalidParameter(
            f"“{indicator.name}”不分{axis_label(cut.axis)}",
            hint="可用：" + "、".join(indicator.axes),
        )
    if indicator.is_kept(level, group=cut.group, axis=cut.axis):
        return
    what = axis_label(cut.axis) if cut.axis != ALL else group_label(cut.group)
    raise InvalidParameter(
        f"{level_label(level)}一级没有“{indicator.name}”按“{what}”的数",
        hint="请去掉 group 或 axis，或改用更高的一级",
    )


def group_codes() -> tuple[str, ...]:
    """Give the codes of the key groups."""
    return tuple(entry.code for entry in key_groups().entries)


def one_of(text: str, known: Iterable[str], kind: str) -> str:
    """Give a text that is one of those known.

    :raises UnknownCode: it is none of them.
    """
    every = tuple(known)
    if text not in every:
        short = tuple(map(written, every)) if len(every) <= 10 else ()
        raise UnknownCode(kind, text[:80], near=near_matches(text, every) or short)
    return text
