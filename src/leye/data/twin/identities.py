"""Names, telephone and identity numbers: drawn as small numbers, written out when asked for.

The identity numbers are valid (GB 11643): nothing in them says that nobody bears them. Names are
put together from common surnames and characters; both lists are this project's own.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from leye.data.twin.draws import Rng, chance, pick
from leye.data.twin.households import PARENT, SPOUSE, Members
from leye.data.twin.sources import rows
from leye.data.twin.types import Population

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
# Counties elsewhere, of which the people who moved here come; before 2000 and since.
_ELSEWHERE = (
    ("360121", "362421", "362429", "362430", "362321", "362525"),
    ("360121", "360424", "360425", "430224"),
)
_REFORM = 2000  # 宜春 became a city under the province: codes 3622xx gave way to 3609xx
_NO_SECOND = 255
_PHONES = (134, 135, 136, 137, 138, 139, 150, 151, 152, 158, 159, 182, 183, 187, 188, 130, 131, 132,
           155, 156, 185, 186, 133, 153, 177, 180, 181, 189, 173, 199)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbers:
    """The parts of identity numbers: a position in ``regions`` and the serial of three digits."""

    region: NDArray[np.int16]
    regions: NDArray[np.str_]
    serial: NDArray[np.int16]


def draw_numbers(
    rng: Rng,
    *,
    birth: NDArray[np.int32],
    sex: NDArray[np.uint8],
    county: NDArray[np.int8],
    elsewhere: NDArray[np.bool_],
    counties: NDArray[np.str_],
) -> Numbers:
    """Draw numbers that are unique: the code of the county at birth, the day, a serial by sex."""
    regions, by_county, by_year = _regions(counties)
    year = birth.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
    row = by_county[county]
    region = np.where(
        year >= _REFORM, row[:, 2], np.where(year >= by_year[county], row[:, 1], row[:, 0])
    )
    for young, codes in enumerate(_ELSEWHERE):
        where = np.flatnonzero(elsewhere & ((year >= _REFORM) == bool(young)))
        drawn = pick(rng, [1.0] * len(codes), len(where))
        region[where] = np.array([regions.index(code) for code in codes])[drawn]
    return Numbers(region.astype(np.int16), np.array(regions), _serials(rng, region, birth, sex))


def _regions(
    counties: NDArray[np.str_],
) -> tuple[list[str], NDArray[np.int16], NDArray[np.int64]]:
    published = {row["code"]: row for row in rows("counties.csv")}
    own = [(published[c]["old_id"], published[c]["newer_old_id"], str(c)) for c in counties]
    regions = list(dict.fromkeys([code for codes in (*own, *_ELSEWHERE) for code in codes]))
    by_county = np.array([[regions.index(code) for code in codes] for codes in own], dtype=np.int16)
    years = np.array([int(published[c]["newer_from"]) for c in counties])
    return regions, by_county, years


def _serials(
    rng: Rng, region: NDArray[Any], birth: NDArray[np.int32], sex: NDArray[np.uint8]
) -> NDArray[np.int16]:
    """Give serials that differ among those of one place, day and sex: odd for men."""
    key = (region.astype(np.int64) * 200_000 + (birth.astype(np.int64) + 60_000)) * 2 + (sex == 1)
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    first = np.concatenate([[True], sorted_key[1:] != sorted_key[:-1]])
    start = np.flatnonzero(first)
    rank = np.arange(len(key)) - np.repeat(start, np.diff(np.append(start, len(key))))
    shift = np.repeat(rng.integers(0, 500, len(start)), np.diff(np.append(start, len(key))))
    serial = np.empty(len(key), dtype=np.int16)
    # 137 has no divisor in common with 500: the ranks of a day land on different serials.
    serial[order] = (rank * 137 + shift) % 500 * 2
    serial += (sex == 1).astype(np.int16)
    return serial


def draw_names(
    rng: Rng, members: Members, birth: NDArray[np.int32]
) -> tuple[NDArray[np.int16], NDArray[np.int32]]:
    """Draw surnames by household (spouses and grandmothers bring their own) and given names."""
    count = len(birth)
    weights = [float(row["weight"]) for row in rows("surnames.csv")]
    of_household = pick(rng, weights, int(members.household.max()) + 1)
    own = (members.relation == SPOUSE) | ((members.relation == PARENT) & (members.sex == 2))
    surname = np.where(own, pick(rng, weights, count), of_household[members.household])
    year = birth.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
    eras = sorted({int(row["era"]) for row in rows("given_names.csv")})
    era = np.searchsorted(eras, year, side="right") - 1
    lists = era * 2 + (members.sex == 2)
    length = np.array([len(text) for text in _characters()])[lists]
    first = (rng.random(count) * length).astype(np.int64)
    second = (rng.random(count) * length).astype(np.int64)
    single = chance(rng, np.array([0.1, 0.15, 0.38, 0.2, 0.12])[era], count)
    second = np.where(single | (second == first), _NO_SECOND, second)
    return surname.astype(np.int16), ((lists * 256 + first) * 256 + second).astype(np.int32)


def draw_phones(rng: Rng, age: NDArray[np.float64], share: float) -> NDArray[np.int64]:
    """Draw telephone numbers, all different; 0 for children and those without one."""
    count = len(age)
    line = (np.arange(count, dtype=np.int64) * 48_271 + int(rng.integers(0, 10**8))) % 10**8
    prefix = np.array(_PHONES)[pick(rng, [1.0] * len(_PHONES), count)]
    has = (age > 12) & chance(rng, np.where(age > 75, share * 0.6, share), count)
    return np.where(has, prefix * 10**8 + line, 0)


def identity_numbers(population: Population, index: NDArray[Any]) -> pa.Array:
    """Write out the identity numbers of the people at ``index``, as text of 18 characters."""
    day = population.birth[index].astype("M8[D]")
    year = day.astype("M8[Y]").astype(np.int64) + 1970
    month = day.astype("M8[M]").astype(np.int64) % 12 + 1
    in_month = (day - day.astype("M8[M]")).astype(np.int64) + 1
    region = population.id_regions.astype(np.int64)[population.id_region[index]]
    head = region * 10**8 + year * 10_000 + month * 100 + in_month
    digits = np.empty((len(index), 18), dtype=np.uint8)
    _write(digits, head, 0, 14)
    _write(digits, population.serial[index].astype(np.int64), 14, 17)
    check = (digits[:, :17].astype(np.int16) - 48) @ _WEIGHTS.astype(np.int16) % 11
    digits[:, 17] = _CHECKS[check]
    return _fixed(digits)


def names(population: Population, index: NDArray[Any]) -> pa.Array:
    """Write out the names of the people at ``index``."""
    surnames = pa.array([row["surname"] for row in rows("surnames.csv")])
    given = population.given[index].astype(np.int64)
    listed, first, second = given >> 16, given >> 8 & 255, given & 255
    table, start = _character_table()
    none = len(table) - 1
    second_at = np.where(second == _NO_SECOND, none, start[listed] + second)
    return pc.binary_join_element_wise(
        surnames.take(pa.array(population.surname[index])),
        table.take(pa.array(start[listed] + first)),
        table.take(pa.array(second_at)),
        "",
    )


def phones(population: Population, index: NDArray[Any]) -> pa.Array:
    """Write out the telephone numbers of the people at ``index``; null where there is none."""
    numbers = population.phone[index]
    return pa.array(numbers, mask=numbers == 0).cast(pa.string())


@cache
def _characters() -> tuple[str, ...]:
    found = sorted(rows("given_names.csv"), key=lambda row: (int(row["era"]), row["sex"]))
    return tuple(row["characters"] for row in found)


@cache
def _character_table() -> tuple[pa.Array, NDArray[np.int64]]:
    """Give every character in one column, a blank at its end, and where each list starts."""
    lists = _characters()
    start = np.cumsum([0, *(len(text) for text in lists)])
    return pa.array([*"".join(lists), ""]), start


def _write(digits: NDArray[np.uint8], values: NDArray[np.int64], first: int, last: int) -> None:
    rest = values.copy()
    for column in range(last - 1, first - 1, -1):
        digits[:, column] = rest % 10 + 48
        rest //= 10


def _fixed(characters: NDArray[np.uint8]) -> pa.Array:
    """Make a column of text from a matrix of ASCII characters."""
    count, width = characters.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int64)
    data = pa.py_buffer(np.ascontiguousarray(characters))
    large = pa.Array.from_buffers(pa.large_string(), count, [None, pa.py_buffer(offsets), data])
    return large.cast(pa.string()) if count * width < 2**31 else large
