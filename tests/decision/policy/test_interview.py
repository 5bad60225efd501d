"""What is asked, in which order, and what is not."""

import random

import pytest

from leye.decision.policy import Outcome, catalogue, check, fact, facts, programmes
from leye.decision.policy.circumstances import openings
from leye.decision.policy.facts import InvalidFact, Kind
from leye.decision.policy.interview import Answers, Known, Step, ask, ask_again
from tests.decision.policy.caserunner import every_case

MONTH = 202501
NOBODY = Answers("person").choosing(None)


def told(answers: Answers, **values: object) -> Answers:
    return answers.giving({name: fact(name).read(value) for name, value in values.items()})


def some_answer(step: Step, dice: random.Random) -> dict[str, float]:
    """Give an answer to each fact of a step; one in five is not known."""
    found = {}
    for each in step.facts:
        if dice.random() < 0.2:
            found[each.name] = each.unknown
        elif each.kind is Kind.ANSWER:
            found[each.name] = dice.choice([0.0, 2.0])
        elif each.kind is Kind.CHOICE:
            found[each.name] = float(each.option_index(dice.choice(list(step.options))))
        elif each.kind is Kind.PLACE:
            found[each.name] = 360902.0
        elif each.kind is Kind.MONTH:
            found[each.name] = float(dice.choice([196505, 198001, 200207, 202407, 202501]))
        else:
            low, high = each.bounds or (0, 100)
            found[each.name] = float(dice.choice([low, min(high, 13), min(high, 5000)]))
    return found


@pytest.mark.parametrize("who", openings())
def test_circumstances_speak_of_those_they_ask(who: str) -> None:
    opening = openings()[who]
    for each in opening.circumstances.values():
        named = {*each.facts, *each.sets, *each.options}
        assert {fact(name).entity for name in named} <= {who, *each.entities}
    lists = [name for each in opening.checklists for name in each.facts]
    assert len(lists) == len(set(lists))
    assert not {each.id for each in opening.checklists} & set(facts())


@pytest.mark.parametrize("seed", range(4))
def test_an_interview_ends_and_asks_each_fact_once(seed: int) -> None:
    dice = random.Random(seed)
    who = "employer" if seed % 3 == 0 else "person"
    offered = list(openings()[who].circumstances)
    chosen = None if seed == 1 else dice.sample(offered, 3)
    answers, asked = Answers(who).choosing(chosen), []
    left = ask(answers, MONTH)
    while left.step is not None:
        for each in left.step.facts:
            assert each.entity in {who, "household"}
            assert answers.case().concerns(each.name)
        by_name = {each.programme: each.outcome for each in left.answered}
        assert left.step.needed_for
        assert all(by_name[each] is not Outcome.NOT_ELIGIBLE for each in left.step.needed_for)
        assert left.at_most >= 1
        asked += [each.name for each in left.step.facts]
        answers = answers.giving(some_answer(left.step, dice))
        left = ask(answers, MONTH)
    assert left.at_most == 0
    assert len(asked) == len(set(asked))


SAMPLE = sorted(name for name in programmes() if programmes()[name].entity == "person")[::10]


@pytest.mark.parametrize("name", SAMPLE)
def test_the_answers_lead_to_what_the_facts_say(name: str) -> None:
    """An interview that asks as little as it can ends where all the facts at once would."""
    case = next(each for each in every_case() if each.programme == name and not each.changes)
    given = case.case.entities["person"]
    answers = NOBODY
    for _ in range(100):
        left = ask(answers, case.month)
        if left.step is None:
            break
        answers = answers.giving(
            {each.name: given.get(each.name, each.unknown) for each in left.step.facts}
        )
    found = {each.programme: each for each in left.answered}
    whole = check(case.case, case.month, [name])[0]
    assert found[name].outcome is whole.outcome
    assert found[name].amount == whole.amount


def test_what_was_not_chosen_is_no_and_says_so() -> None:
    answers = Answers("person").choosing(["employee"])
    known = answers.taken_as_known()
    assert known["veteran"] == Known("veteran", 0.0, "没有选“退役军人”")
    assert "veteran" not in Answers("person").choosing(None).taken_as_known()
    assert "veteran" not in Answers("person").taken_as_known()


def test_what_was_chosen_is_not_asked() -> None:
    answers = Answers("person").choosing(["veteran", "student"])
    known = answers.taken_as_known()
    assert known["veteran"].value == 2.0
    assert known["work_status"].value == fact("work_status").option_index("student")


def test_several_circumstances_leave_their_options() -> None:
    answers = Answers("person").choosing(["farming", "flexible"])
    assert answers.narrowed("work_status") == ("flexible", "farming")
    assert list(ask_again(answers, "work_status").options) == ["flexible", "farming"]
    assert len(ask_again(NOBODY, "work_status").options) == len(fact("work_status").options)


def test_what_does_not_concern_is_left_out() -> None:
    answers = Answers("person").choosing(["employee"])
    assert not answers.asks("dispute_known")
    assert answers.asks("birth_month")
    assert Answers("person").choosing(["dispute"]).asks("dispute_known")
    assert NOBODY.asks("dispute_known")


def test_registers_go_before_not_choosing_and_people_before_registers() -> None:
    registers = (Known("veteran", 2.0, "退役军人登记", 202501), Known("disabled", 0.0, "残联"))
    answers = Answers("person", known=registers).choosing(["disabled"])
    known = answers.taken_as_known()
    assert known["veteran"].source == "退役军人登记"
    assert known["disabled"].value == 2.0
    assert told(answers, veteran="否").case().entities["person"]["veteran"] == 0.0


def test_an_answer_that_another_rules_out_does_not_count() -> None:
    answers = told(NOBODY, veteran="是", veteran_placement="self")
    assert answers.case().known("veteran_placement")
    assert not told(answers, veteran="否").case().known("veteran_placement")


def test_not_knowing_is_skipping_and_can_be_taken_back() -> None:
    answers = told(told(NOBODY, sex="女"), sex=None)
    assert answers.skipped == {"sex"}
    assert not answers.case().known("sex")
    assert not answers.asks("sex")
    again = told(answers, sex="男")
    assert again.skipped == frozenset()
    assert again.case().known("sex")


def test_a_programme_that_fails_asks_nothing_more() -> None:
    """Whoever resigned is not asked for the months of contributions."""
    answers = Answers("person").choosing(["unemployed"])
    asked = set()
    answers = told(answers, job_end_reason="resigned")
    while (step := ask(answers, MONTH).step) is not None:
        asked |= {each.name for each in step.facts}
        answers = answers.giving({each.name: each.unknown for each in step.facts})
    assert not asked & {"ui_months", "ui_months_drawn", "ui_county"}


def test_what_is_sensitive_comes_last() -> None:
    answers, seen = NOBODY, []
    while (step := ask(answers, MONTH).step) is not None:
        seen.append(any(each.sensitive for each in step.facts) and not step.checklist)
        answers = answers.giving({each.name: each.unknown for each in step.facts})
    assert True in seen
    assert seen == sorted(seen)


def test_the_sum_of_who_is_eligible_is_asked_for() -> None:
    case = next(
        each
        for each in every_case()
        if each.programme == "unemployment_benefit" and each.expect["outcome"] == "eligible"
    )
    known = {n: v for n, v in case.case.entities["person"].items() if n != "ui_county"}
    answers = NOBODY.giving(known)
    asked = set()
    while (step := ask(answers, MONTH).step) is not None:
        asked |= {each.name for each in step.facts}
        answers = answers.giving({each.name: each.unknown for each in step.facts})
    assert "ui_county" in asked


@pytest.mark.parametrize("step", ["no_such_fact", "firm_staff", "registers", ""])
def test_no_other_question_can_be_asked_again(step: str) -> None:
    with pytest.raises(InvalidFact):
        ask_again(Answers("person").choosing(["employee"]), step)


def test_a_circumstance_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidFact):
        Answers("person").choosing(["astronaut"])


def test_every_listed_programme_for_people_can_be_reached() -> None:
    """With every circumstance chosen, nothing a programme looks at is left out."""
    for who, opening in openings().items():
        answers = Answers(who).choosing(opening.circumstances)
        left = [name for name, each in facts().items() if each.entity == who]
        assert all(answers.asks(name) for name in left)
    assert {each.who for each in catalogue().values()} <= {*openings(), "household"}


def suggested(**values: str) -> tuple[str, ...]:
    known = tuple(Known(n, fact(n).read(v), "某局", MONTH) for n, v in values.items())
    return Answers("person", known=known).suggested()


def test_what_is_known_suggests_the_circumstances_it_shows() -> None:
    assert suggested() == ()
    assert suggested(work_status="已登记失业") == ("unemployed",)
    assert suggested(work_status="在单位工作并参保") == ("employee",)
    assert suggested(veteran="是", out_of_poverty="是") == ("veteran", "out_of_poverty")
    assert suggested(veteran="否", disabled="否", work_status="已退休") == ()


def test_a_circumstance_that_settles_facts_is_suggested_only_where_they_are_so() -> None:
    """Else choosing it would overrule the registers: who is hard to employ may not be disabled."""
    assert "disabled" not in suggested(hard_to_employ="是")
    assert suggested(disabled="是") == ("disabled",)
    for name in suggested(work_status="在校读书", enrolled="是"):
        assert openings()["person"].circumstances[name].sets == {"enrolled": 2.0}


def test_what_is_suggested_overrules_nothing_that_is_known() -> None:
    values = {"work_status": "已登记失业", "veteran": "是", "registered_unemployed": "是"}
    known = tuple(Known(n, fact(n).read(v), "某局", MONTH) for n, v in values.items())
    answers = Answers("person", known=known)
    taken = answers.choosing(answers.suggested()).taken_as_known()
    assert {n: taken[n].value for n in values} == {each.fact: each.value for each in known}
