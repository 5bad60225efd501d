"""Screening: one rule for one and for all, whatever the pieces; counts that are known in part."""

from itertools import pairwise

import numpy as np
import pytest

from leye.data.pool.mapped import NO_ROW, Results
from leye.decision.policy.cases import Case
from leye.decision.policy.check import check
from leye.decision.policy.entities import ENTITY_KEYS
from leye.decision.policy.evaluate import (
    NOT_TURNING_ONCE,
    evaluate,
    facts_wanted,
    with_presumed,
)
from leye.decision.policy.facts import facts
from leye.decision.policy.frames import COUNTY, MOST
from leye.decision.policy.kleene import NO, UNKNOWN, YES
from leye.decision.policy.programmes import programmes
from leye.decision.policy.screening import Screening, programmes_of, rounded
from leye.decision.policy.system import system
from tests.decision.policy.population import random_arrays

MONTH = 202506
COUNTED = {
    "person": ("ui_months", "ui_months_total", "ui_months_this_year", "pension_months"),
    "employer": ("firm_ui_months_paid",),
    "household": (),
}
ROWS = 400


def columns(entity: str, seed: int, *, known: float = 0.9) -> dict[str, np.ndarray]:
    """A piece of a frame: facts of random people, and for half of them counts known in part."""
    rng = np.random.default_rng(seed)
    found = random_arrays(entity, ROWS, rng, known=known)
    for name in COUNTED[entity]:
        found[name] = np.floor(np.nan_to_num(found[name], nan=0.0))
        unseen = np.where(rng.random(ROWS) < 0.5, rng.integers(0, 200, ROWS), 0)
        found[f"{MOST}{name}"] = found[name] + unseen
    found[COUNTY] = rng.choice([0, 360902, 360981], ROWS).astype(np.int32)
    return found


def ends(found: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The facts, and the most they can be."""
    most = {name[len(MOST) :]: found[name] for name in found if name.startswith(MOST)}
    given = {n: a for n, a in found.items() if n != COUNTY and not n.startswith(MOST)}
    return given, most


@pytest.mark.parametrize("entity", ENTITY_KEYS)
def test_one_by_one_comes_out_as_all_together(entity: str) -> None:
    given, _ = ends(columns(entity, 5))
    wanted = programmes_of(system(), entity)
    whole = dict(evaluate(system(), entity, MONTH, given, most={}, wanted=wanted))
    for row in range(0, ROWS, 40):
        known = {
            name: float(array[row])
            for name, array in given.items()
            if not (array[row] == facts()[name].unknown or array[row] != array[row])
        }
        for answered in check(Case({entity: known}), MONTH, [each.name for each in wanted]):
            judged = whole[programmes()[answered.programme]]
            assert answered.outcome == judged.outcome[row], answered.programme
            amount = rounded(judged.amount)[row]
            if answered.amount is not None:
                assert float(answered.amount) == amount, answered.programme


@pytest.mark.parametrize("month", [202106, MONTH])
@pytest.mark.parametrize("entity", ["person", "employer"])
def test_what_is_known_of_a_count_known_in_part_holds_for_every_count_between(
    entity: str, month: int
) -> None:
    """A condition that breaks this belongs into NOT_TURNING_ONCE."""
    given, most = ends(columns(entity, 7))
    wanted = programmes_of(system(), entity)
    rng = np.random.default_rng(8)
    parted = list(evaluate(system(), entity, month, given, most=most, wanted=wanted))
    for _ in range(6):
        between = dict(given)
        for name, end in most.items():
            between[name] = np.floor(given[name] + rng.random(ROWS) * (end - given[name] + 1))
            between[name] = np.minimum(between[name], end)
        exact = dict(evaluate(system(), entity, month, between, most={}, wanted=wanted))
        for programme, judged in parted:
            true = exact[programme]
            for bit, condition in enumerate(programme.every_condition):
                at = np.int64(1 << bit)
                said = (programme.name, condition.name)
                fails, met = judged.failing & at != 0, (judged.failing | judged.missing) & at == 0
                assert (true.failing[fails] & at != 0).all(), said
                assert ((true.failing | true.missing)[met] & at == 0).all(), said


def test_the_conditions_that_do_not_turn_once_exist() -> None:
    for name, condition in NOT_TURNING_ONCE:
        assert programmes()[name].condition(condition)


def test_a_count_known_in_part_decides_where_both_ends_agree() -> None:
    given = {
        "ui_months": np.array([20.0, 3.0, 3.0]),
        "ui_county": np.full(3, 360902, dtype=np.int32),
        "job_end_reason": np.full(3, 1, dtype=np.int16),
        "registered_unemployed": np.full(3, 2, dtype=np.int8),
        "work_status": np.full(3, 8, dtype=np.int16),
    }
    most = {"ui_months": np.array([200.0, 200.0, 9.0])}
    benefit = programmes()["unemployment_benefit"]
    whole = with_presumed("person", given)
    found = dict(evaluate(system(), "person", MONTH, whole, most=most, wanted=[benefit]))
    assert found[benefit].outcome.tolist() == [YES, UNKNOWN, NO]
    # Due to at least 20 and at most 200 months: how many of benefit, one cannot tell.
    assert found[benefit].months.tolist() == [-1, -1, 0]


def rows_of(found: Results, first: int = 0) -> list[tuple[object, ...]]:
    """The rows kept, in order, ``first`` the piece's first; the missing amount as None."""
    names = [*found.columns]
    kept = np.flatnonzero(found.rows != NO_ROW)
    lines = [
        (first + int(found.rows[n]), *(found.columns[name][n].item() for name in names))
        for n in kept
    ]
    return sorted(tuple(None if v != v else v for v in line) for line in lines)


def counts_of(found: Results) -> dict[tuple[object, ...], int]:
    """The counts, added up."""
    sums: dict[tuple[object, ...], int] = {}
    for n in np.flatnonzero(found.rows == NO_ROW):
        names = ("programme", "outcome", "failing", "missing", "county")
        key = tuple(found.columns[name][n].item() for name in names)
        sums[key] = sums.get(key, 0) + found.columns["n"][n].item()
    return sums


@pytest.mark.parametrize("entity", ENTITY_KEYS)
def test_however_people_are_cut_into_pieces_the_result_is_the_same(entity: str) -> None:
    piece = columns(entity, 11)
    work = Screening(entity, MONTH, COUNTED[entity])
    whole = work(piece)
    rows: list[tuple[object, ...]] = []
    counts: dict[tuple[object, ...], int] = {}
    cuts = [0, 1, 90, 91, 333, ROWS]
    for first, last in pairwise(cuts):
        part = work({name: array[first:last] for name, array in piece.items()})
        rows += rows_of(part, first)
        for key, n in counts_of(part).items():
            counts[key] = counts.get(key, 0) + n
    assert sorted(rows) == rows_of(whole)
    assert counts == counts_of(whole)


@pytest.mark.parametrize("entity", ENTITY_KEYS)
def test_everybody_is_kept_or_counted_once_for_each_programme(entity: str) -> None:
    piece = columns(entity, 13)
    found = Screening(entity, MONTH, COUNTED[entity])(piece)
    wanted = programmes_of(system(), entity)
    eligible = np.zeros(len(wanted), dtype=int)
    for n in np.flatnonzero(found.rows != NO_ROW):
        if found.columns["outcome"][n] == YES:
            eligible[found.columns["programme"][n]] += 1
    others = np.zeros(len(wanted), dtype=int)
    for (programme, *_), n in counts_of(found).items():
        others[programme] += n
    assert (eligible + others == ROWS).all()


def test_who_lacks_one_datum_is_kept_and_who_lacks_two_is_not() -> None:
    base = {
        "ui_months": 40.0,
        "ui_county": 360902,
        "job_end_reason": 1,
        "registered_unemployed": 2,
        "work_status": 8,
        "wants_work": 1,
    }
    people = [dict(base) for _ in range(4)]
    people[1]["ui_months"] = float("nan")
    people[2] |= {"ui_months": float("nan"), "job_end_reason": 0}
    people[3]["registered_unemployed"] = 0
    piece = {name: np.array([each[name] for each in people]) for name in base}
    piece[COUNTY] = np.full(4, 360902, dtype=np.int32)
    found = Screening("person", MONTH, ())(piece)
    at = [each.name for each in programmes_of(system(), "person")].index("unemployment_benefit")
    kept = {
        int(found.rows[n]): found.columns["outcome"][n]
        for n in np.flatnonzero(found.rows != NO_ROW)
        if found.columns["programme"][n] == at
    }
    assert kept == {0: YES, 1: UNKNOWN}


def test_money_is_rounded_as_on_paper() -> None:
    assert rounded(np.array([1.005, 2.675, 0.125, 1584.0])).tolist() == [1.01, 2.68, 0.13, 1584.0]


def test_only_the_facts_that_are_read_are_asked_for() -> None:
    wanted = facts_wanted(system(), [programmes()["statutory_retirement"]])
    assert wanted == {"birth_month", "sex", "women_retire_at"}
