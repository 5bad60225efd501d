"""Who is who in the city: the texts that stand in a file for a person, a firm, a place.

Built once for a world and looked up by position; a file's column is one ``take`` of these.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from leye.data.reference import places
from leye.data.twin.identities import identity_numbers, names, phones
from leye.data.twin.signs import credit_codes, firm_names
from leye.data.twin.types import World

_AT_A_TIME = 500_000


@dataclass(frozen=True, slots=True)
class Directory:
    """Texts by position: of people, of firms, of places and of what they do."""

    numbers: pa.Array
    names: pa.Array
    phones: pa.Array
    credit_codes: pa.Array
    firm_names: pa.Array
    villages: pa.Array
    towns: pa.Array
    town_names: pa.Array
    counties: pa.Array
    destinations: pa.Array
    occupations: pa.Array
    occupation_names: pa.Array
    schools: pa.Array
    majors: pa.Array
    parks: pa.Array


def directory_of(world: World) -> Directory:
    """Write out every text of a world once."""
    people, firms, table = world.population, world.firms, world.places
    known = places()
    return Directory(
        numbers=_in_parts(lambda index: identity_numbers(people, index), people.size),
        names=_in_parts(lambda index: names(people, index), people.size),
        phones=_in_parts(lambda index: phones(people, index), people.size),
        credit_codes=_in_parts(lambda index: credit_codes(firms, index), firms.size),
        firm_names=_in_parts(lambda index: firm_names(firms, index), firms.size),
        villages=_texts(table.villages),
        towns=_texts(table.towns),
        town_names=pa.array([known.get(str(code)).name for code in table.towns]),
        counties=_texts(table.counties),
        destinations=_texts(table.destinations),
        occupations=_texts(world.occupations),
        occupation_names=_texts(world.occupation_names),
        schools=_texts(world.schools),
        majors=_texts(world.majors),
        parks=_texts(firms.parks),
    )


def _texts(given: NDArray[np.str_]) -> pa.Array:
    return pa.array(given.tolist(), type=pa.string())


def _in_parts(write: Callable[[NDArray[Any]], pa.Array], count: int) -> pa.Array:
    """Write texts a part at a time, so that what is made on the way stays small."""
    parts = [
        write(np.arange(start, min(start + _AT_A_TIME, count))).cast(pa.string())
        for start in range(0, count, _AT_A_TIME)
    ]
    return pa.concat_arrays(parts or [pa.nulls(0, pa.string())])
