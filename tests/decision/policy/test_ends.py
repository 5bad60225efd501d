"""A count known in part: the answer for one is that of the screening, and says what is missing."""

from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from leye.decision.policy import Case, Outcome, fact, programmes, system
from leye.decision.policy.ends import check_ends
from leye.decision.policy.evaluate import evaluate
from leye.decision.policy.interview import Answers, Known, ask
from leye.decision.policy.screening import programmes_of, rounded
from tests.decision.policy.population import random_arrays

MONTH, SIZE = 202506, 25
COUNTED = ("ui_months", "ui_months_total", "ui_months_this_year", "pension_months")
DISMISSED = {
    "birth_month": 198003.0,
    "registered_unemployed": 2.0,
    "job_end_reason": 1.0,
    "ui_county": 360902.0,
    "ui_months_left_over": 0.0,
    "ui_months_drawn": 0.0,
    "sex": 1.0,
}


def counted(least: float, most: float | None) -> Answers:
    known = [Known(name, value, "登记库", MONTH) for name, value in DISMISSED.items()]
    known.append(Known("ui_months", least, "社保", MONTH, most))
    return Answers("person", known=tuple(known))


def benefit(answers: Answers) -> Any:
    found = ask(answers, MONTH).answered
    return next(each for each in found if each.programme == "unemployment_benefit")


@pytest.mark.parametrize("seed", range(3))
def test_the_answer_for_one_is_that_of_everybody(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = random_arrays("person", SIZE, rng, known=0.9)
    least = {name: np.floor(rng.uniform(0, 14, SIZE)) for name in COUNTED}
    most = {name: least[name] + np.floor(rng.uniform(0, 200, SIZE)) for name in COUNTED}
    given |= least
    rules = system()
    wanted = programmes_of(rules, "person")
    judged = {
        programme.name: each
        for programme, each in evaluate(rules, "person", MONTH, given, most=most, wanted=wanted)
    }
    for row in range(SIZE):
        facts = MappingProxyType({name: float(array[row]) for name, array in given.items()})
        open_ = {n: float(m[row]) for n, m in most.items() if m[row] > least[n][row]}
        for each in check_ends(Case({"person": facts}), MONTH, open_):
            whole = judged[each.programme]
            assert each.outcome == whole.outcome[row], (row, each.programme)
            failing, missing = int(whole.failing[row]), int(whole.missing[row])
            names = [c.name for c in programmes()[each.programme].every_condition]
            for bit, name in enumerate(names):
                if len(each.conditions) > bit:
                    result = each.condition(name).result
                    assert (result == "failing") == bool(failing >> bit & 1), each.programme
                    assert (result == "unknown") == bool(missing >> bit & 1), each.programme
            if each.outcome is Outcome.ELIGIBLE and each.amount is not None:
                assert float(each.amount) == rounded(whole.amount[row : row + 1])[0]


def test_what_cannot_be_told_by_both_ends_is_asked() -> None:
    found = benefit(counted(2, 200))
    assert found.outcome is Outcome.CANNOT_TELL
    open_ = [c for c in found.conditions if any(m.name == "ui_months" for m in c.missing)]
    assert {(c.result, c.gap) for c in open_} == {("unknown", None)}


def test_what_both_ends_agree_on_is_known_and_the_sum_may_still_be_open() -> None:
    found = benefit(counted(62, 200))
    assert not [c for c in found.conditions if "ui_months" in {m.name for m in c.missing}]
    exact = benefit(counted(62, None))
    assert found.outcome is exact.outcome
    assert found.months is None
    assert benefit(counted(2, 5)).outcome is Outcome.NOT_ELIGIBLE


def test_what_is_told_goes_before_both_ends() -> None:
    told = counted(2, 200).giving({"ui_months": 62.0})
    assert told.most() == {}
    assert benefit(told) == benefit(counted(62, None))


def test_facts_known_of_the_household_are_asked_and_answered() -> None:
    known = (Known("home_able", 2.0, "公安", MONTH), Known("sex", 1.0, "公安", MONTH))
    answers = Answers("person", known=known)
    assert answers.entities == ("person", "household")
    assert answers.case().known("home_able")
    found = {each.programme for each in ask(answers, MONTH).answered}
    assert {n for n, p in programmes().items() if p.entity == "household"} <= found
    assert fact("home_able").entity == "household"
