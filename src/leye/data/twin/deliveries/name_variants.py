"""Names of people and firms as they come out when typed by hand or carried between systems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "variants.yaml"


@dataclass(frozen=True, slots=True)
class _Variants:
    traditional: Mapping[str, str]
    alike: Mapping[str, str]
    rare: Mapping[str, str]
    places: tuple[str, ...]
    forms: tuple[str, ...]
    fillers: tuple[str, ...]
    endings: tuple[str, ...]


@cache
def _variants() -> _Variants:
    given = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return _Variants(
        traditional={pair[0]: pair[1] for pair in given["traditional"].split()},
        alike={one: group for group in given["alike"] for one in group},
        rare={str(one): str(other) for one, other in given["rare"].items()},
        **{kind: tuple(map(str, words)) for kind, words in given["employers"].items()},
    )


def name_variant(name: str, *, chance: int) -> str:
    """Give another spelling of a name; ``chance``, any whole number, decides which."""
    ways = (_alike, _alike, _rare, _traditional, _space_inside, _space_after, _full_width)
    first = chance % len(ways)
    rest = chance // len(ways)
    for way in (*ways[first:], *ways[:first]):
        variant = way(name, rest)
        if variant != name:
            return variant
    return name


def _alike(name: str, chance: int) -> str:
    def other(one: str) -> str:
        group = _variants().alike.get(one, "").replace(one, "")
        return group[chance % len(group)] if group else one

    return _one_changed(name, chance, other)


def _rare(name: str, chance: int) -> str:
    return _one_changed(name, chance, lambda one: _variants().rare.get(one, one))


def _traditional(name: str, chance: int) -> str:
    return _one_changed(name, chance, lambda one: _variants().traditional.get(one, one))


def _one_changed(name: str, chance: int, change: Callable[[str], str]) -> str:
    """Change one of the characters that can be changed; the surname less often than the rest."""
    able = [at for at, one in enumerate(name) if change(one) != one]
    if not able:
        return name
    at = able[-1 - chance % 4 // 2 % len(able)]
    return name[:at] + change(name[at]) + name[at + 1 :]


def _space_inside(name: str, _chance: int) -> str:
    return f"{name[:1]} {name[1:]}" if len(name) == 2 else f"{name[:1]}\u3000{name[1:]}"


def _space_after(name: str, chance: int) -> str:
    return name + (" ", "\u3000", "\u00a0")[chance % 3]


def _full_width(name: str, _chance: int) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in name)


def employer_variant(name: str, *, chance: int) -> str:
    """Give an employer's name as an advertiser might write it."""
    words = _variants()
    place = next((each for each in words.places if name.startswith(each)), "")
    form = next((each for each in words.forms if name.endswith(each)), "")
    core = name.removeprefix(place).removesuffix(form)
    short = core
    for filler in words.fillers:
        short = short.removesuffix(filler)
    spellings = (
        f"{place}{core}",
        core,
        f"{core}{form}",
        f"{place}{core}公司",
        f"{place}{short}{form}",
        f"{place}市{core}{form}",
        f"江西{core}{form}",
        f"宜春{place}{core}{form}",
        f"{place} {core} {form}",
        *(f"{name}{ending}" for ending in words.endings),
    )
    different = [one.strip() for one in spellings if one.strip() != name]
    return different[chance % len(different)]
