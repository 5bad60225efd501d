"""The city of fifty thousand is as close to the published figures as the documents say."""

import time

import pytest

from leye.data.twin.calibration import Figure, calibration, table
from leye.data.twin.world import build_world, simulate
from tests.structure.tree import ROOT

PLAN = {"people": 50_000, "months": 24, "first_month": 202401, "seed": 1}


@pytest.fixture(scope="module")
def figures() -> dict[str, Figure]:
    return {one.key: one for one in calibration(build_world(**PLAN))}


def test_every_figure_held_to_is_within_its_tolerance(figures: dict[str, Figure]) -> None:
    off = {
        one.name: (one.published, one.simulated)
        for one in figures.values()
        if one.tolerance is not None and abs(one.off) > one.tolerance
    }
    assert off == {}


def test_the_registered_rate_stays_within_the_bound_of_the_plan(
    figures: dict[str, Figure],
) -> None:
    assert 1.0 < figures["registered_rate"].simulated < 4.5


def test_about_eight_in_ten_are_grown() -> None:
    month = next(simulate(people=20_000, months=1, first_month=202401, seed=1))
    grown = ((month.status > 0) & (month.status < 13)).sum() / month.alive.sum()
    assert 0.78 < grown < 0.84


def test_the_document_holds_the_table_as_it_is(figures: dict[str, Figure]) -> None:
    """Written anew by ``python -m tools.twin_table``."""
    document = (ROOT / "docs" / "twin.md").read_text(encoding="utf-8")
    assert table(list(figures.values())) in document


def test_a_small_city_is_simulated_in_seconds() -> None:
    begun = time.process_time()
    for _ in simulate(people=5_000, months=24, first_month=202401, seed=1):
        pass
    assert time.process_time() - begun < 10
