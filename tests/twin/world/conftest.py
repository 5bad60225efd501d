"""One small city and one of fifty thousand, simulated once for all tests of a process."""

from dataclasses import dataclass

import pytest

from leye.data.twin.scenarios import default_scenarios
from leye.data.twin.types import World, WorldMonth
from leye.data.twin.world import build_world

FIRST_MONTH = 202401
WHEN = {"months": 14, "first_month": FIRST_MONTH}


@dataclass(frozen=True, slots=True)
class Run:
    """A world and all of its months."""

    world: World
    months: list[WorldMonth]


def small_world(*, seed: int = 5) -> World:
    planted = default_scenarios(people=6_000, **WHEN)
    return build_world(people=6_000, seed=seed, scenarios=planted, **WHEN)


@pytest.fixture(scope="session")
def small() -> Run:
    world = small_world()
    return Run(world, list(world.months()))
