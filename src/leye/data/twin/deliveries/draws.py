"""Chance that depends on the seed and on what is drawn for, never on the order of drawing."""

import zlib
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Hashes: TypeAlias = npt.NDArray[np.uint64]

_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_STEP = 0x9E3779B97F4A7C15
_WHOLE = 2**64


def hashes(subjects: Ints, *, seed: int, name: str) -> Hashes:
    """Give a random-looking number for each subject, the same whenever it is asked again."""
    salt = (seed * _STEP + zlib.crc32(name.encode()) * 0xD1342543DE82EF95) % _WHOLE
    with np.errstate(over="ignore"):
        mixed = (subjects.astype(np.uint64) + np.uint64(1)) * np.uint64(_STEP) + np.uint64(salt)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[0]
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    return mixed ^ (mixed >> np.uint64(31))


def shares(subjects: Ints, *, seed: int, name: str) -> npt.NDArray[np.float64]:
    """Give a number in [0, 1) for each subject, the same whenever it is asked again."""
    parts = hashes(subjects, seed=seed, name=name) >> np.uint64(11)
    return parts.astype(np.float64) / float(2**53)


def chosen(count: int, *, rate: float, rng: np.random.Generator) -> Ints:
    """Give the positions drawn among ``count`` rows, each with the probability ``rate``."""
    if count == 0 or rate <= 0:
        return np.empty(0, dtype=np.int64)
    drawn = rng.binomial(count, min(rate, 1.0))
    return np.sort(rng.choice(count, size=drawn, replace=False, shuffle=False)).astype(np.int64)
