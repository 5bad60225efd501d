"""Households: who lives with whom, and how old they are.

A household is drawn whole: a kind (alone, a couple, parents with children, three generations, one
parent), the age of its head by kind, and everybody else's age from that. The pyramid of ages that
comes out is compared with the census in the calibration.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.draws import Rng, chance, pick

F32 = NDArray[np.float32]

HEAD, SPOUSE, CHILD, PARENT, OTHER = 1, 2, 3, 4, 5
# Slots of a household: head, spouse, four children, father, mother.
_RELATION = np.array([HEAD, SPOUSE, CHILD, CHILD, CHILD, CHILD, PARENT, PARENT], dtype=np.uint8)
_ALONE, _COUPLE, _NUCLEAR, _THREE, _LONE_PARENT = range(5)
_KINDS = [0.150, 0.225, 0.395, 0.175, 0.055]
# Ages of heads by kind: bands of five years from 20 to 90, and how likely each is.
_HEADS = np.array(
    [
        [3, 7, 7, 5, 4, 3, 4, 6, 9, 12, 13, 11, 8, 5],
        [1, 3, 3, 2, 2, 4, 9, 14, 16, 16, 13, 9, 5, 2],
        [0, 4, 12, 18, 19, 17, 15, 11, 4, 1, 0, 0, 0, 0],
        [0, 3, 12, 19, 21, 19, 14, 8, 3, 1, 0, 0, 0, 0],
        [0, 2, 10, 17, 20, 20, 16, 10, 4, 1, 0, 0, 0, 0],
    ],
    dtype=np.float64,
)
_CHILDREN = [0.30, 0.48, 0.18, 0.04]  # one to four, of households with children
_LEAVES_HOME = 26.0


@dataclass(frozen=True, slots=True)
class Members:
    """One element per person, whole households after one another, the head first."""

    household: NDArray[np.int32]
    relation: NDArray[np.uint8]
    sex: NDArray[np.uint8]
    age: F32


def draw_members(rng: Rng, people: int) -> Members:
    """Give exactly ``people`` persons in households; the last household may be cut short."""
    count = people // 2 + 8
    kind = pick(rng, _KINDS, count)
    head_age = _head_age(rng, kind)
    man = chance(
        rng, np.where(kind == _LONE_PARENT, 0.45, np.where(kind == _ALONE, 0.5, 0.8)), count
    )
    ages = np.full((count, 8), np.nan, dtype=np.float32)
    ages[:, 0] = head_age
    _add_spouse(rng, ages, kind, man)
    _add_children(rng, ages, kind, man)
    _add_parents(rng, ages, kind)
    sexes = _sexes(rng, man, count)
    there = ~np.isnan(ages)
    household, slot = np.nonzero(there)
    return Members(
        household=household[:people].astype(np.int32),
        relation=_RELATION[slot[:people]],
        sex=sexes[there][:people],
        age=ages[there][:people],
    )


def _head_age(rng: Rng, kind: NDArray[np.int64]) -> F32:
    age = np.zeros(len(kind), dtype=np.float32)
    for one in range(len(_KINDS)):
        where = np.flatnonzero(kind == one)
        band = pick(rng, _HEADS[one], len(where))
        age[where] = 20 + 5 * band + 5 * rng.random(len(where), dtype=np.float32)
    return age


def _add_spouse(rng: Rng, ages: F32, kind: NDArray[np.int64], man: NDArray[np.bool_]) -> None:
    has = np.isin(kind, [_COUPLE, _NUCLEAR, _THREE])
    gap = rng.normal(1.8, 2.6, len(kind)).astype(np.float32)
    spouse = ages[:, 0] - np.where(man, gap, -gap)
    # Drawn anew, not cut off at 20: a bound would give thousands the same birthday.
    spouse = np.where(spouse < 20, rng.uniform(20, 24, len(kind)), spouse)
    ages[has, 1] = np.where(spouse > 98, ages[:, 0], spouse)[has]


def _add_children(rng: Rng, ages: F32, kind: NDArray[np.int64], man: NDArray[np.bool_]) -> None:
    count = len(kind)
    has = kind >= _NUCLEAR
    mother = np.where(man & ~np.isnan(ages[:, 1]), ages[:, 1], ages[:, 0])
    mother = np.where(man & np.isnan(ages[:, 1]), ages[:, 0] - 2, mother)
    wanted = pick(rng, _CHILDREN, count) + 1
    birth_age = rng.uniform(20, 28, count).astype(np.float32)
    for child in range(4):
        age = mother - birth_age
        home = age < _LEAVES_HOME + rng.normal(0, 4.0, count)
        here = has & (wanted > child) & (age >= 0) & home
        ages[here, 2 + child] = age[here]
        birth_age = birth_age + rng.gamma(3.0, 1.3, count).astype(np.float32) + 1


def _add_parents(rng: Rng, ages: F32, kind: NDArray[np.int64]) -> None:
    count = len(kind)
    father = ages[:, 0] + rng.normal(25.5, 3.0, count).clip(18, 36).astype(np.float32)
    mother = father - rng.normal(2.0, 2.5, count).clip(-3, 7).astype(np.float32)
    mother = np.maximum(mother, ages[:, 0] + 18)
    three = kind == _THREE
    for slot, age, alive in ((6, father, 0.66), (7, mother, 0.80)):
        likely = alive * np.clip((98 - age) / 33, 0, 1)
        here = three & chance(rng, likely, count) & (age < 96)
        ages[here, slot] = age[here]


def _sexes(rng: Rng, man: NDArray[np.bool_], count: int) -> NDArray[np.uint8]:
    sexes = np.ones((count, 8), dtype=np.uint8)
    sexes[:, 0] = np.where(man, 1, 2)
    sexes[:, 1] = np.where(man, 2, 1)
    sexes[:, 2:6] = np.where(rng.random((count, 4), dtype=np.float32) < 0.533, 1, 2)
    sexes[:, 7] = 2
    return sexes
