"""Places from the nation to the village (统计用区划代码, National Bureau of Statistics)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from leye.data.reference.editions import Edition
from leye.kernel.errors import InvalidInput, UnknownCode, near_matches
from leye.kernel.place import PlaceLevel, place_prefix

_KIND = "区划"
_UPPER = (PlaceLevel.NATION, PlaceLevel.PROVINCE, PlaceLevel.CITY, PlaceLevel.COUNTY)
_SUFFIXES = {
    PlaceLevel.PROVINCE: ("省",),
    PlaceLevel.CITY: ("市",),
    PlaceLevel.COUNTY: ("区", "县", "市"),
    PlaceLevel.TOWN: ("街道办事处", "街道", "镇", "乡"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One division; ``parent`` is None for the nation."""

    code: str
    name: str
    level: PlaceLevel
    parent: str | None


class AmbiguousName(InvalidInput):
    """A name that several entries of a list carry; the hint lists them with their codes."""

    code = "ambiguous_name"
    title = "名称不唯一"

    def __init__(self, kind: str, given: str, *, candidates: Iterable[str]) -> None:
        self.kind = kind
        self.given = given
        self.candidates = tuple(candidates)
        super().__init__(
            f"{kind}“{given}”有{len(self.candidates)}个",
            hint="请改用代码：" + "、".join(self.candidates),
        )


class Places:
    """The places of one edition, by code, name, parent and level."""

    def __init__(self, rows: Iterable[Place], *, edition: Edition) -> None:
        self.edition = edition
        self._by_code = {place.code: place for place in rows}
        self._children: dict[str, list[Place]] = defaultdict(list)
        self._levels: dict[PlaceLevel, list[Place]] = defaultdict(list)
        self._named: dict[tuple[PlaceLevel, str], list[Place]] = defaultdict(list)
        for place in self._by_code.values():
            self._levels[place.level].append(place)
            self._named[place.level, place.name].append(place)
            short = _short(place)
            if short != place.name:
                self._named[place.level, short].append(place)
            if place.parent is not None:
                self._children[place.parent].append(place)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Place:
        """Give the place of a code.

        :raises UnknownCode: there is none; the hint names near matches, by code or by name.
        """
        found = self._by_code.get(code)
        if found is None:
            raise UnknownCode(_KIND, code, near=self._near(code))
        return found

    def find(self, text: str) -> Place:
        """Give the place a code or a name means; 袁州 is read as 袁州区.

        Names are looked for from above: nation to county together, then towns, then villages (by
        their whole name only). The first of these with a match decides.

        :raises UnknownCode: nothing is called so; the hint names near matches.
        :raises AmbiguousName: several are; the hint lists them.
        """
        given = text.strip()
        if given in self._by_code:
            return self._by_code[given]
        for levels in (_UPPER, (PlaceLevel.TOWN,), (PlaceLevel.VILLAGE,)):
            found = self._among(levels, given)
            if len(found) == 1:
                return found[0]
            if found:
                raise AmbiguousName(_KIND, given, candidates=(self._in_full(p) for p in found))
        raise UnknownCode(_KIND, given, near=self._near(given))

    def children(self, code: str) -> tuple[Place, ...]:
        """Give the places one level below, in the order of their codes.

        :raises UnknownCode: there is no such place.
        """
        self.get(code)
        return tuple(self._children.get(code, ()))

    def path(self, code: str) -> tuple[Place, ...]:
        """Give the places from the nation down to this one.

        :raises UnknownCode: there is no such place.
        """
        place: Place | None = self.get(code)
        found: list[Place] = []
        while place is not None:
            found.append(place)
            place = None if place.parent is None else self._by_code[place.parent]
        return tuple(reversed(found))

    def at_level(self, level: PlaceLevel, within: str | None = None) -> tuple[Place, ...]:
        """Give every place of a level, or those inside ``within`` (itself included).

        :raises UnknownCode: there is no place ``within``.
        """
        every = self._levels.get(level, [])
        if within is None:
            return tuple(every)
        prefix = place_prefix(self.get(within).code)
        return tuple(place for place in every if place.code.startswith(prefix))

    def _among(self, levels: tuple[PlaceLevel, ...], name: str) -> list[Place]:
        exact = [
            p for level in levels for p in self._named.get((level, name), ()) if p.name == name
        ]
        return exact or [p for level in levels for p in self._named.get((level, name), ())]

    def _near(self, given: str) -> tuple[str, ...]:
        if given.isascii() and given.isdigit():
            near = near_matches(given, self._siblings(given))
            return tuple(f"{code} {self._by_code[code].name}" for code in near)
        for levels in (_UPPER, (PlaceLevel.TOWN,), (PlaceLevel.VILLAGE,)):
            by_name = {place.name: place for level in levels for place in self._levels[level]}
            if near := near_matches(given, by_name):
                return tuple(f"{by_name[name].code} {name}" for name in near)
        return ()

    def _siblings(self, given: str) -> list[str]:
        """Give the codes as long as the one given, of the smallest known place around it."""
        same = [code for code in self._by_code if len(code) == len(given)] or list(self._by_code)
        for width in range(len(given) - 1, 0, -1):
            if inside := [code for code in same if code.startswith(given[:width])]:
                return inside
        return same

    def _in_full(self, place: Place) -> str:
        above = "" if place.parent is None else self._by_code[place.parent].name
        return f"{place.code} {above}{place.name}"


def _short(place: Place) -> str:
    for suffix in _SUFFIXES.get(place.level, ()):
        if place.name.endswith(suffix) and len(place.name) > len(suffix) + 1:
            return place.name.removesuffix(suffix)
    return place.name
