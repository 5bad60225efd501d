"""The codes of the registers as identifiers of SDMX, and back."""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from types import MappingProxyType

from django.conf import settings

from leye.analysis.metrics.register_catalogue import AXES
from leye.analysis.metrics.types import SampleState
from leye.data.reference import Place, places
from leye.data.registers.map_places import ALL, PARK_PREFIX
from leye.data.registers.queries.served import Served
from leye.doors.api.register_asked import group_codes
from leye.doors.api.register_reading import Given, axis_codes, parks
from leye.kernel.place import PlaceLevel

AGENCY, FLOW, STRUCTURE, VERSION = "LEYE", "REGISTER", "DSD_REGISTER", "1.0"
DIMENSIONS = ("FREQ", "INDICATOR", "REF_AREA", "KEY_GROUP", "AXIS", "CODE")
TIME, MEASURE = "TIME_PERIOD", "OBS_VALUE"
MONTHLY, TOTAL, NOT_KNOWN = "M", "_T", "_U"

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "人": "PERSONS",
        "人次": "PERSON_TIMES",
        "户": "BUSINESSES",
        "个": "JOBS",
        "笔": "LOANS",
        "元": "CNY",
        "万元": "CNY_10K",
        "%": "PERCENT",
        "倍": "RATIO",
        "千瓦时": "KWH",
        "万千瓦时": "KWH_10K",
    }
)
"""The units of the indicators, each with its identifier."""

# As in the cross-domain code lists of SDMX.
NORMAL, CANNOT_EXIST, MISSING, SUPPRESSED = "A", "M", "O", "Q"
FREE, CONFIDENTIAL, INTERNAL = "F", "C", "N"
_STATUS = {
    SampleState.HAS_DATA: NORMAL,
    SampleState.NO_DATA: MISSING,
    SampleState.ZERO_DENOMINATOR: CANNOT_EXIST,
    SampleState.BY_DEFINITION: CANNOT_EXIST,
}
_STRANGE = re.compile(r"[^A-Za-z0-9_@$\-]")


def obs_status(given: Given) -> str:
    """Give the code of CL_OBS_STATUS: normal, cannot exist (over zero), missing or suppressed."""
    return SUPPRESSED if given.figure.hidden else _STATUS[given.figure.state]


def conf_status(given: Given) -> str:
    """Give the code of CL_CONF_STATUS: free, confidential, or for internal use only."""
    if not given.protected:
        return INTERNAL
    return CONFIDENTIAL if given.figure.hidden else FREE


def area_id(place: str) -> str:
    """Give the identifier of a place of the map; a park's is made of its name."""
    if place.startswith(PARK_PREFIX):
        name = place.removeprefix(PARK_PREFIX)
        return f"PARK_{blake2b(name.encode(), digest_size=5).hexdigest().upper()}"
    return place or NOT_KNOWN


def group_id(group: str) -> str:
    """Give the identifier of a key group."""
    return TOTAL if group == ALL else group


def axis_id(axis: str) -> str:
    """Give the identifier of an axis."""
    return TOTAL if axis == ALL else axis.upper()


def code_id(axis: str, code: str) -> str:
    """Give the identifier of a value of an axis: no two axes share one."""
    if axis == ALL:
        return TOTAL
    written = _STRANGE.sub("_", code.replace("+", "_PLUS")) if code else "U"
    return f"{axis.upper()}_{written}"


@lru_cache(maxsize=4)
def areas(copy: Served | None) -> Mapping[str, str]:
    """Give the places by identifier: the city and all below, the parks, and the one not known."""
    city = settings.LEYE_CITY
    below: list[Place] = []
    for level in (PlaceLevel.COUNTY, PlaceLevel.TOWN, PlaceLevel.VILLAGE):
        below += places().at_level(level, within=city)
    found = [city, *(place.code for place in below), *(parks(copy) if copy else ()), ""]
    return MappingProxyType({area_id(place): place for place in found})


@lru_cache(maxsize=4)
def groups() -> Mapping[str, str]:
    """Give the key groups by identifier, everybody first."""
    return MappingProxyType({group_id(group): group for group in (ALL, *group_codes())})


@lru_cache(maxsize=4)
def cuts(copy: Served | None) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Give each axis and value by their identifiers, the total first."""
    found = {(TOTAL, TOTAL): (ALL, ALL)}
    for axis in AXES:
        for code in axis_codes(copy, axis) if copy else ():
            found[axis_id(axis), code_id(axis, code)] = (axis, code)
    return MappingProxyType(found)
