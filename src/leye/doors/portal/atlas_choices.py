"""What can be chosen on the map page, as options: those that occur, read once for a release."""

from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.utils.safestring import SafeString

from leye.analysis.metrics.labels import axis_label, code_label, level_label
from leye.analysis.metrics.register_catalogue import AXES, register_catalogue
from leye.data.reference import key_groups, places
from leye.data.registers.queries.served import Served
from leye.doors.web.maps import month_label
from leye.doors.web.options import OptionGroup, options_html

ALL = "all"
COLORS: Mapping[str, str] = {"value": "数值", "month": "比上月的变化", "year": "比上年同月的变化"}
"""What a map can be colored by."""


@lru_cache(maxsize=2)
def codes_of(copy: Served) -> Mapping[str, tuple[str, ...]]:
    """Give the values of each axis that occur in the city in the latest month, not known last."""
    city, latest = settings.LEYE_CITY, copy.months[-1]
    found = {
        axis: sorted(
            copy.codes(latest, place=city, axis=axis, protected=True),
            key=lambda code: (code == "", code),
        )
        for axis in AXES
    }
    return {axis: tuple(codes) for axis, codes in found.items() if codes}


@lru_cache(maxsize=2)
def park_places(copy: Served) -> tuple[str, ...]:
    """Give the places of the parks of the latest month, as the map has them."""
    cells = copy.children(copy.months[-1], parent=settings.LEYE_CITY, level="park", protected=True)
    return tuple(cell.place for cell in cells)


@lru_cache(maxsize=64)
def indicator_options(chosen: str) -> SafeString:
    """Give the indicators under their themes."""
    groups = (
        OptionGroup(theme, tuple((each.code, f"{each.name}（{each.unit}）") for each in members))
        for theme, members in register_catalogue().themes().items()
    )
    return options_html(groups, chosen=chosen)


@lru_cache(maxsize=32)
def group_options(chosen: str) -> SafeString:
    """Give the key groups, everybody first."""
    every = tuple((entry.code, entry.name) for entry in key_groups().entries)
    return options_html((OptionGroup("", (("", "全部人员"), *every)),), chosen=chosen)


@lru_cache(maxsize=256)
def cut_options(copy: Served, axes: tuple[str, ...], chosen: str) -> SafeString:
    """Give the values of an indicator's axes under their names, the total first."""
    groups = [OptionGroup("", (("", "合计，不细分"),))]
    for axis, codes in codes_of(copy).items():
        if axis in axes:
            options = tuple((f"{axis}:{code}", code_label(axis, code)) for code in codes)
            groups.append(OptionGroup(axis_label(axis), options))
    return options_html(groups, chosen=chosen)


@lru_cache(maxsize=128)
def month_options(copy: Served, chosen: int) -> SafeString:
    """Give the months, the latest first."""
    months = tuple((str(month), month_label(month)) for month in reversed(copy.months))
    return options_html((OptionGroup("", months),), chosen=str(chosen))


def level_options(levels: tuple[str, ...], chosen: str) -> SafeString:
    """Give the levels that can be shown."""
    options = tuple((level, level_label(level)) for level in levels)
    return options_html((OptionGroup("", options),), chosen=chosen)


def color_options(chosen: str) -> SafeString:
    """Give what a map can be colored by."""
    return options_html((OptionGroup("", tuple(COLORS.items())),), chosen=chosen)


@lru_cache(maxsize=64)
def place_options(copy: Served, chosen: str, named: str) -> SafeString:
    """Give the city, its counties and their towns, and the parks.

    A village is only there where it is the one chosen: ``named`` is what it is called.
    """
    city = places().get(settings.LEYE_CITY)
    counties = places().children(city.code)
    groups = [
        OptionGroup("", ((city.code, city.name),)),
        OptionGroup("县（市、区）", tuple((each.code, each.name) for each in counties)),
        OptionGroup("园区", tuple((each, each.partition(":")[2]) for each in park_places(copy))),
        *(
            OptionGroup(
                f"{county.name}的乡镇（街道）",
                tuple((town.code, town.name) for town in places().children(county.code)),
            )
            for county in counties
        ),
    ]
    if all(chosen != value for group in groups for value, _ in group.options):
        groups.insert(1, OptionGroup("所选", ((chosen, named),)))
    return options_html((group for group in groups if group.options), chosen=chosen)
