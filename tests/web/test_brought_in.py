"""What registers know, in words: topics, and what of a household the person is told."""

import re
from itertools import product
from pathlib import Path

import pytest

from leye.decision import policy
from leye.decision.policy import Case, Origin, Outcome, check, fact, facts
from leye.decision.policy.holders import Holder, sources_of
from leye.decision.policy.interview import Answers, Known
from leye.doors.web.brought_in import OFFICIAL, SELF, TOPICS, brought_in, by_topic, topic_of

MONTH = 202506


def held() -> dict[str, Holder]:
    every = {source for name in facts() for source in sources_of(name)}
    return {name: Holder(name, f"{name} 名单", "某局", MONTH) for name in every}


def known(**values: float) -> Answers:
    given = tuple(Known(name, value, "某局", MONTH) for name, value in values.items())
    return Answers("person", known=given)


def words(voice: object, **values: float) -> dict[str, str]:
    found = brought_in(known(**values), held(), voice)  # type: ignore[arg-type]  # one of the two
    return {each.label: each.value for each in found.known}


def test_topics_begin_where_the_list_of_facts_has_its_headings() -> None:
    """A new heading in the list is a new topic here, or the page would put it under another."""
    text = (Path(policy.__file__).parent / "facts.yaml").read_text()
    before = text.split("\nemployer:")[0]
    starts = re.findall(r"(?:# ——.*|^household:)\n(?:  #.*\n)*  ([a-z_]+):", before, re.MULTILINE)
    assert list(TOPICS) == starts
    people = [name for name, each in facts().items() if each.entity != "employer"]
    assert {topic_of(name) for name in people} == set(TOPICS.values())


def test_data_stand_under_their_topics_in_order() -> None:
    found = brought_in(known(veteran=2, home_able=1, birth_month=198003, sex=1), held(), SELF)
    assert [topic for topic, _ in by_topic(found.known)] == ["基本情况", "退役军人", "家庭"]


@pytest.mark.parametrize(
    ("able", "jobless", "employed", "said"),
    [
        (3, 1, 2, ["有", "否", "有"]),
        (2, 2, 0, ["有", "是", "没有"]),
        (0, 0, 0, ["没有", "否", "没有"]),
        (1, 0, 1, ["有", "否", "有"]),
    ],
)
def test_counts_of_members_are_told_as_the_households_fact(
    able: int, jobless: int, employed: int, said: list[str]
) -> None:
    values = {"home_able": able, "home_unemployed": jobless, "home_employed": employed}
    own = words(SELF, **values)
    assert list(own.values()) == said
    assert not any(figure in f"{own}" for figure in "0123456789")
    official = words(OFFICIAL, **values)
    assert list(official.values()) == [f"{able}人", f"{jobless}人", f"{employed}人"]


def test_what_a_household_is_told_settles_what_the_rules_ask() -> None:
    """Two households whose words are the same have the same outcome: no count is needed."""
    found: dict[tuple[str, ...], set[Outcome]] = {}
    for able, jobless, employed in product(range(4), repeat=3):
        if jobless > able:
            continue
        values = {"home_able": able, "home_unemployed": jobless, "home_employed": employed}
        home = {**values, "home_urban": "是", "home_wants_work": "是"}
        (answered,) = [
            each
            for each in check(Case.of(household=home), MONTH)
            if each.programme == "zero_employment_household"
        ]
        found.setdefault(tuple(words(SELF, **values).values()), set()).add(answered.outcome)
    assert len(found) > 3
    assert all(len(outcomes) == 1 for outcomes in found.values())


def test_what_somebody_says_stands_beside_the_households_words() -> None:
    answers = known(home_able=2, home_employed=2).giving({"home_employed": 1.0})
    (told,) = brought_in(answers, held(), SELF).told
    assert told.value == "1人"
    assert told.put_right == "登记库里是“家里有人有工作：有”（某局）"


def test_each_is_told_where_to_get_what_registers_lack_in_their_own_voice() -> None:
    register, applicant = fact("ui_months"), fact("loan_wanted")
    assert (register.origin, applicant.origin) == (Origin.REGISTER, Origin.APPLICANT)
    assert OFFICIAL.where(register) == "登记库里没有或者说不准，问本人或看材料"
    assert "由您自己回答" in SELF.where(register)
    assert OFFICIAL.where(applicant).startswith("问本人")
    assert SELF.where(applicant).startswith("由您自己填")
    for each in facts().values():
        assert "窗口可查" not in f"{OFFICIAL.where(each)}{SELF.where(each)}"
        assert "您" not in OFFICIAL.where(each)


def test_who_is_on_no_list_is_told_apart() -> None:
    found = brought_in(known(veteran=0, birth_month=198003), held(), SELF).known
    assert {each.name: each.listed for each in found} == {"birth_month": True, "veteran": False}
