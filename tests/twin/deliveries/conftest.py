"""A small city, with and without flaws, made once for all tests of a process."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from leye.data.twin.deliveries import (
    FlawKind,
    FlawRate,
    default_rates,
    make_deliveries,
    no_flaws,
)
from leye.data.twin.scenarios import default_scenarios
from leye.data.twin.world import build_world
from leye.kernel.months import month_add

FIRST_MONTH = 202404
MONTH_COUNT = 6
LAST_MONTH = month_add(FIRST_MONTH, MONTH_COUNT - 1)
FEW, MANY = 4_000, 20_000


def made_city(
    folder: Path, *, people: int, months: int, rates: Mapping[FlawKind, FlawRate]
) -> Path:
    planted = default_scenarios(people=people, months=months, first_month=FIRST_MONTH)
    world = build_world(
        people=people, months=months, first_month=FIRST_MONTH, seed=11, scenarios=planted
    )
    make_deliveries(world, out=folder, rates=rates)
    return folder


@pytest.fixture(scope="session")
def clean_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    return made_city(folder, people=FEW, months=MONTH_COUNT, rates=no_flaws())


@pytest.fixture(scope="session")
def flawed_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flawed")
    return made_city(folder, people=MANY, months=MONTH_COUNT, rates=default_rates())
