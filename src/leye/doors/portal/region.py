"""The place and the month that the pages beside the map share: read from an address, as options."""

from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from leye.data.reference import places
from leye.data.registers.queries.served import Served
from leye.doors.portal.atlas_state import read_month, read_place
from leye.doors.web.atlas import NothingBuilt
from leye.doors.web.maps import month_label
from leye.doors.web.options import OptionGroup, options_html
from leye.kernel.errors import InvalidInput
from leye.kernel.months import month_add


def built(copy: Served | None) -> Served:
    """Give the serving copy, where a page has nothing to say without one.

    :raises NothingBuilt: there is none, or it holds no month.
    """
    if copy is None or not copy.months:
        raise NothingBuilt
    return copy


def read_region(given: Mapping[str, str], copy: Served) -> tuple[str, int]:
    """Give the place (the city or one of its counties) and the month an address asks for.

    :raises UnknownCode: there is no such place.
    :raises InvalidInput: the place is neither, or there is no such month.
    """
    place = read_place(given.get("p", ""), copy)
    if place != settings.LEYE_CITY and len(place) != len(settings.LEYE_CITY):
        raise InvalidInput(f"“{place}”不是市或县（市、区）", hint="请选全市或者一个县（市、区）")
    return place, read_month(given.get("m", ""), copy)


def region_parts(place: str, month: int) -> dict[str, str]:
    """Give place and month as the names and values of an address; the whole city is left out."""
    return {"p": "" if place == settings.LEYE_CITY else place, "m": str(month)}


@lru_cache(maxsize=32)
def region_options(chosen: str) -> SafeString:
    """Give the city and its counties."""
    city = places().get(settings.LEYE_CITY)
    every = ((city.code, city.name), *((c.code, c.name) for c in places().children(city.code)))
    return options_html((OptionGroup("", every),), chosen=chosen)


def compared_words(copy: Served, month: int) -> str:
    """Say which earlier months there are none of to compare with, blank where there are both."""
    lacking = [
        words
        for back, words in ((1, "上月"), (12, "上年同月"))
        if month_add(month, -back) not in copy.months
    ]
    return f"没有{'和'.join(lacking)}的数，不能比较。" if lacking else ""


def months_list(copy: Served, chosen: int, base: str) -> list[dict[str, object]]:
    """Give the months as links; ``base`` is the address up to the month itself."""
    return [
        {
            "url": f"{base}{month}",
            "label": month_label(month),
            "short": f"{month // 100}.{month % 100}",
            "current": month == chosen,
        }
        for month in copy.months
    ]


def atlas_home() -> str:
    """Give the address of the map, under which all these pages lie."""
    return reverse("registers:flows").removesuffix("flows/")
