"""What must hold of everybody, whatever the programme."""

import numpy as np
import pytest

from leye.decision.policy.facts import fact, facts
from leye.decision.policy.kleene import NO, UNKNOWN, YES
from leye.decision.policy.parameters import Change
from leye.decision.policy.programmes import Programme, programmes
from leye.decision.policy.system import Run, System, system, system_with
from tests.decision.policy.population import blanked, random_arrays

ROWS = 400
MONTHS = (201706, 202106, 202303, 202506, 202602)
ASSUMED = {"wants_work"}
"""Whoever registers declares to look for work, so not knowing this counts as yes."""


def run(rules: System, month: int, entity: str, seed: int, known: float = 0.85) -> Run:
    arrays = random_arrays(entity, ROWS, np.random.default_rng(seed), known=known)
    return rules.run(month, **{f"{entity}s": arrays})


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("each", programmes().values(), ids=lambda p: p.name)
def test_sums_months_and_masks_agree_with_the_outcome(each: Programme, month: int) -> None:
    found = run(system(), month, each.entity, month)
    outcome = found.outcome(each.name)
    failing, missing = found.failing(each.name), found.missing(each.name)
    assert ((outcome == NO) == (failing != 0)).all()
    assert ((outcome == UNKNOWN) == ((failing == 0) & (missing != 0))).all()
    amount, months = found.amount(each.name), found.months(each.name)
    assert (amount[outcome == NO] == 0).all()
    assert each.amount is None or np.isnan(amount[outcome == UNKNOWN]).all()
    assert (np.isnan(amount) | (amount >= 0)).all()
    assert (months[outcome == NO] == 0).all()
    assert (months >= -1).all()
    if each.amount_cap:
        cap = system().law.at(month)[each.amount_cap]
        assert not (amount > cap + 1e-9).any()
    if each.months_cap:
        assert not (months > system().law.at(month)[each.months_cap]).any()


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("entity", ["person", "household", "employer"])
def test_knowing_more_never_overturns_an_answer(entity: str, month: int) -> None:
    rng = np.random.default_rng(month)
    whole = random_arrays(entity, ROWS, rng)
    gaps = {
        name: array if name in ASSUMED else blanked(fact(name), array, rng.random(ROWS) < 0.2)
        for name, array in whole.items()
    }
    more, less = (system().run(month, **{f"{entity}s": arrays}) for arrays in (whole, gaps))
    for each in programmes().values():
        if each.entity != entity:
            continue
        for condition in each.every_condition:
            sure = less.condition(each.name, condition.name) != UNKNOWN
            before = less.condition(each.name, condition.name)[sure]
            after = more.condition(each.name, condition.name)[sure]
            assert (before == after).all(), (each.name, condition.name)


@pytest.mark.parametrize("each", programmes().values(), ids=lambda p: p.name)
def test_ending_a_rule_ends_it_for_everybody(each: Programme) -> None:
    path = each.in_force[0]
    ended = system_with([Change(path, None, 202001)])
    before, after = (run(ended, month, each.entity, 7) for month in (201912, 202506))
    outcome = after.outcome(each.name)
    if path.startswith("setting."):
        assert (outcome != YES).all()
        return
    assert (outcome == NO).all()
    assert (after.amount(each.name) == 0).all()
    assert (after.months(each.name) == 0).all()
    assert (after.failing(each.name) == 1).all()
    same = run(system(), 201912, each.entity, 7)
    assert (before.outcome(each.name) == same.outcome(each.name)).all()


def test_nobody_known_is_never_eligible() -> None:
    """Except where a rule asks nothing that is not known."""
    for entity in ("person", "household", "employer"):
        names = [each.name for each in facts().values() if each.entity == entity]
        unknown = {name: np.array([fact(name).unknown]) for name in names}
        nobody = system().run(202506, **{f"{entity}s": unknown})
        for each in programmes().values():
            if each.entity == entity:
                assert nobody.outcome(each.name)[0] != YES, each.name
