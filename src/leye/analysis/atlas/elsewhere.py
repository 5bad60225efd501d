"""Places outside the city that flows lead to: their names, and roughly which way they lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

from leye.data.registers.flows import OUTSIDE
from leye.data.registers.map_places import city_code


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A province or a city of the own province; ``bearing`` in degrees clockwise from north."""

    code: str
    name: str
    bearing: int


@cache
def elsewhere() -> Mapping[str, Elsewhere]:
    """Give the places by code: names as in GB/T 2260, bearings set by hand for a diagram."""
    text = (files("leye.analysis.atlas") / "elsewhere.yaml").read_text(encoding="utf-8")
    given = yaml.safe_load(text)
    every = {**given["provinces"], **given["cities"]}
    return MappingProxyType(
        {code: Elsewhere(code, name, bearing) for code, (name, bearing) in every.items()}
    )


def is_within(code: str) -> bool:
    """Whether a place of a flow is a county of the city."""
    return code[:4] == city_code()[:4] and code != city_code()


def is_outside(code: str) -> bool:
    """Whether a place of a flow is known to lie outside the city; "" is not known at all."""
    return code not in ("", city_code()) and (code == OUTSIDE or not is_within(code))
