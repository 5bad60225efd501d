"""Every written case, one by one and all together: a city gets what one person gets."""

import numpy as np
import pytest

from leye.decision.policy.cases import together
from leye.decision.policy.programmes import IN_FORCE, programmes
from leye.decision.policy.system import system_with
from tests.decision.policy.caserunner import Written, answer, every_case, problems

CASES = every_case()


@pytest.mark.parametrize("each", CASES, ids=lambda c: f"{c.programme}-{c.month}-{c.says}")
def test_the_rules_say_what_the_case_expects(each: Written) -> None:
    assert problems(each) == []


@pytest.mark.parametrize("name", sorted({c.programme for c in CASES}))
def test_many_together_get_what_each_gets_alone(name: str) -> None:
    programme = programmes()[name]
    groups: dict[object, list[Written]] = {}
    for each in CASES:
        if each.programme == name:
            groups.setdefault((each.month, each.changes), []).append(each)
    for (month, changes), cases in groups.items():  # type: ignore[misc]  # the key made above
        arrays = together(tuple(c.case for c in cases), programme.entity)
        run = system_with(changes).run(month, **{f"{programme.entity}s": arrays})
        for row, each in enumerate(cases):
            alone = answer(each)
            assert run.outcome(name)[row] == alone.outcome
            amount = run.amount(name)[row]
            if programme.amount is not None:
                assert (alone.amount is None) == np.isnan(amount)
                assert alone.amount is None or abs(float(alone.amount) - amount) < 0.006
            bits = {c.name: bit for bit, c in enumerate(programme.every_condition)}
            for mask, result in ((run.failing(name), "failing"), (run.missing(name), "unknown")):
                named = {n for n, bit in bits.items() if mask[row] >> bit & 1}
                assert named == {c.name for c in alone.conditions if c.result == result}


@pytest.mark.parametrize("name", sorted(programmes()))
def test_every_condition_is_seen_to_fail_and_to_be_unknown(name: str) -> None:
    """Being in force fails only where a rule began or ended in the years the cases speak of."""
    answers = [answer(each) for each in CASES if each.programme == name]
    names = {each.name for each in programmes()[name].conditions}
    for result in ("failing", "unknown", "met"):
        seen = {c.name for a in answers for c in a.conditions if c.result == result}
        assert names - seen == set(), result
    outcomes = {a.outcome.name for a in answers}
    assert outcomes >= {"ELIGIBLE", "NOT_ELIGIBLE", "CANNOT_TELL"}


def test_the_end_of_a_rule_has_a_case_on_both_sides() -> None:
    """Every programme that ends has a case in which being in force fails."""
    law = system_with(()).law
    for name, programme in programmes().items():
        ends = [p for p in programme.in_force if any(v.value is None for v in law.get(p).values)]
        if not ends or all(path.startswith("setting.") for path in ends):
            continue
        answers = [answer(each) for each in CASES if each.programme == name]
        results = {a.condition(IN_FORCE).result for a in answers}
        assert results >= {"failing", "met"}, name
