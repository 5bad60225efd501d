"""Statistical division codes and the part of the country an actor may see.

Codes nest by prefix (统计用区划代码, National Bureau of Statistics): province 36 0000, city
3609 00, county 360902, town 360902 001, village 360902001 001. The nation is written 000000.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from leye.kernel.errors import InvalidInput


class PlaceLevel(StrEnum):
    """The level of a division, from the nation down to the village."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


class InvalidPlaceCode(InvalidInput):
    """A text that is no division code."""

    code = "invalid_place_code"
    title = "区划代码有误"


NATION = "000000"
# \d would let full-width and Arabic digits through.
_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?")


def place_level(code: str) -> PlaceLevel:
    """Tell the level a code is of.

    :raises InvalidPlaceCode: not 6, 9 or 12 digits.
    """
    if not _CODE.fullmatch(code):
        raise InvalidPlaceCode(f"“{code}”", hint="区划代码是 6、9 或 12 位数字")
    if len(code) == 12:
        return PlaceLevel.VILLAGE
    if len(code) == 9:
        return PlaceLevel.TOWN
    if code == NATION:
        return PlaceLevel.NATION
    if code.endswith("0000"):
        return PlaceLevel.PROVINCE
    return PlaceLevel.CITY if code.endswith("00") else PlaceLevel.COUNTY


_WIDTH = {
    PlaceLevel.NATION: 0,
    PlaceLevel.PROVINCE: 2,
    PlaceLevel.CITY: 4,
    PlaceLevel.COUNTY: 6,
    PlaceLevel.TOWN: 9,
    PlaceLevel.VILLAGE: 12,
}


def place_prefix(code: str) -> str:
    """Give the prefix that the codes of this place and everything inside it share.

    :raises InvalidPlaceCode: not a code.
    """
    return code[: _WIDTH[place_level(code)]]


def county_of(code: str) -> str:
    """Give the county a place lies in; a county, or a place above counties, is given as it is.

    :raises InvalidPlaceCode: not a code.
    """
    place_level(code)
    return code[:6]


def parent_code(code: str) -> str | None:
    """Give the code one level up, or None for the nation.

    :raises InvalidPlaceCode: not a code.
    """
    levels = list(PlaceLevel)
    depth = levels.index(place_level(code))
    if depth == 0:
        return None
    return code[: _WIDTH[levels[depth - 1]]].ljust(6, "0")


def contains(outer: str, inner: str) -> bool:
    """Whether ``inner`` is ``outer`` itself or lies inside it.

    :raises InvalidPlaceCode: either is not a code.
    """
    place_level(inner)
    return inner.startswith(place_prefix(outer))


@dataclass(frozen=True, slots=True)
class Scope:
    """The places whose unpublished rows an actor may see: these and everything inside them.

    An empty scope is the public: published rows only.
    """

    places: frozenset[str] = frozenset()

    @classmethod
    def of(cls, codes: Iterable[str]) -> "Scope":
        """Give the scope of these places, leaving out those that lie inside another.

        :raises InvalidPlaceCode: one is not a code.
        """
        every = set(codes)
        for code in every:
            place_level(code)
        return cls(frozenset(c for c in every if not any(o != c and contains(o, c) for o in every)))

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The code prefixes of the scope, sorted; ``("",)`` is the whole nation."""
        return tuple(sorted(place_prefix(code) for code in self.places))

    def covers(self, code: str) -> bool:
        """Whether the place lies in the scope."""
        return any(contains(outer, code) for outer in self.places)


PUBLIC = Scope()
EVERYWHERE = Scope(frozenset({NATION}))
