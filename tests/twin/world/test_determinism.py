"""The same plan gives the same city, to the last digit."""

import hashlib
from dataclasses import fields

import numpy as np

from leye.data.twin.events import Events
from leye.data.twin.types import World, WorldMonth
from tests.twin.world.conftest import Run, small_world


def _bytes(value: object) -> bytes:
    if isinstance(value, np.ndarray):
        return np.ascontiguousarray(value).tobytes()
    if isinstance(value, Events):
        return b"".join(_bytes(getattr(value, field.name)) for field in fields(value))
    return repr(value).encode()


def digest(months: list[WorldMonth]) -> str:
    found = hashlib.sha256()
    for month in months:
        for field in fields(month):
            found.update(_bytes(getattr(month, field.name)))
    return found.hexdigest()


def _standing(world: World) -> str:
    found = hashlib.sha256()
    for part in (world.population, world.firms, world.opening):
        for field in fields(part):
            found.update(_bytes(getattr(part, field.name)))
    return found.hexdigest()


def test_a_second_run_of_one_world_gives_the_same_months(small: Run) -> None:
    assert digest(list(small.world.months())) == digest(small.months)


def test_a_world_built_again_is_the_same_world(small: Run) -> None:
    again = small_world()
    assert _standing(again) == _standing(small.world)
    assert digest(list(again.months())) == digest(small.months)


def test_another_seed_gives_another_city(small: Run) -> None:
    other = small_world(seed=6)
    assert not np.array_equal(other.population.birth, small.world.population.birth)


def test_what_is_handed_out_cannot_be_written_to(small: Run) -> None:
    month = small.months[0]
    assert not month.status.flags.writeable
    assert not month.payer.flags.writeable
