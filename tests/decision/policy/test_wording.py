"""The words of the rules against the rules: what is read is named, what is named is what is read,
and what the words come to is what the rules come to."""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from leye.decision.policy.catalogue import catalogue
from leye.decision.policy.check import amount_reads
from leye.decision.policy.examples import told_cases
from leye.decision.policy.explaining import explain, shown_month
from leye.decision.policy.facts import facts
from leye.decision.policy.programmes import Outcome, programmes, quantities
from leye.decision.policy.saying import STATE_ZH, Hole, State, holes, pieces, plain_words
from leye.decision.policy.system import Reads, system
from leye.decision.policy.tabled import CLASSES
from leye.decision.policy.wording import AMOUNT, MONTHS, InvalidWords, Line, read_words, terms
from leye.decision.policy.worked import Reading, comes_to, worked

NAMES = list(programmes())
_ASKED = re.compile(r"\[!?([a-z0-9_.]+)\?")
_CENT = 0.006


@cache
def _readings(name: str) -> tuple[Reading, ...]:
    """Every case of a programme, worked out once."""
    return tuple(Reading(name, told) for told in told_cases(name))


def _texts(lines: tuple[Line, ...]) -> Iterator[str]:
    for each in lines:
        yield each.text
        yield from each.only


def _holes(lines: tuple[Line, ...]) -> list[Hole]:
    return [hole for text in _texts(lines) for hole in holes(text)]


def _details(name: str, condition: str) -> tuple[Line, ...]:
    found = catalogue()[name].words.conditions.get(condition, ())
    return tuple(line for detail in found for line in detail.lines)


def _named(found: list[Hole], texts: list[str]) -> set[str]:
    """The paths that holes name; a table names each of its cells and the classes of places."""
    law = system().law
    paths = {path for text in texts for path in _ASKED.findall(text)}
    for hole in found:
        if hole.by:
            paths |= {f"{hole.name}.{key}" for key in law.under(hole.name)}
            paths |= {f"{CLASSES}.{key}" for key in law.under(CLASSES)}
        elif hole.is_value:
            paths.add(hole.name)
    return paths


def _terms_of(reads: Reads) -> tuple[Line, ...]:
    return tuple(line for name in reads.computed if name in terms() for line in terms()[name].how)


def _switches() -> set[str]:
    """Parameters that only say that a rule holds: its being in force is told by itself."""
    return {p.path for p in system().law if p.unit == "是" and not p.path.startswith("setting.")}


def _every_line(name: str) -> tuple[Line, ...]:
    words = catalogue()[name].words
    details = [line for c in words.conditions for line in _details(name, c)]
    return (*words.how, *words.stops, *words.exceptions, *details)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_of_a_sum_is_named_in_its_words(name: str) -> None:
    reads = amount_reads(system(), programmes()[name])
    lines = (*catalogue()[name].words.how, *_terms_of(reads))
    assert set(reads.parameters) - _named(_holes(lines), []) == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_of_a_sum_is_named_in_its_words(name: str) -> None:
    reads = amount_reads(system(), programmes()[name])
    named: set[str] = set()
    for hole in _holes((*catalogue()[name].words.how, *_terms_of(reads))):
        for each in filter(None, (hole.name, hole.by)):
            if each in quantities() and each not in terms():
                named |= set(system().reads(each, quantities()[each].formula).facts)
            named.add(each)
    assert set(reads.facts) - named == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_of_a_condition_is_named_in_its_words(name: str) -> None:
    for condition in programmes()[name].conditions:
        reads = system().condition_reads(name, condition.name)
        lines = (*_details(name, condition.name), *_terms_of(reads))
        found = [*holes(condition.says), *_holes(lines)]
        missing = set(reads.parameters) - _named(found, [condition.says]) - _switches()
        assert missing == set(), condition.name


@pytest.mark.parametrize("name", NAMES)
def test_what_the_words_name_the_rule_reads(name: str) -> None:
    """A number that no rule reads may be told (``told``); any other is one of the rule's own."""
    about = programmes()[name]
    reads = [system().condition_reads(name, c.name) for c in about.conditions]
    reads.append(amount_reads(system(), about))
    own = set(about.in_force) | {path for each in reads for path in each.parameters}
    for hole in _holes(_every_line(name)):
        if hole.by:
            assert {f"{hole.name}.{key}" for key in system().law.under(hole.name)} & own, hole
        elif hole.is_value:
            elsewhere = system().law.get(hole.name)
            assert hole.name in own or elsewhere.told or hole.name in _told_elsewhere(), hole


def _told_elsewhere() -> set[str]:
    """Numbers of a rule that the words of another refer to."""
    return {"retirement.early_months"}


@pytest.mark.parametrize("name", NAMES)
def test_every_line_reads_facts_of_its_own_entity(name: str) -> None:
    entity = programmes()[name].entity
    for hole in _holes(_every_line(name)):
        for each in filter(None, (hole.by, "" if hole.is_value else hole.name)):
            owner = facts()[each] if each in facts() else quantities()[each]
            assert owner.entity == entity


@pytest.mark.parametrize("name", NAMES)
def test_the_words_name_conditions_that_there_are(name: str) -> None:
    words = catalogue()[name].words
    assert set(words.conditions) <= {each.name for each in programmes()[name].conditions}
    assert bool(words.sum) == (programmes()[name].amount is not None)
    given = {each.of for each in words.how}
    assert (AMOUNT in given) == (programmes()[name].amount is not None)
    assert (MONTHS in given) == (programmes()[name].months is not None)


@pytest.mark.parametrize("name", NAMES)
def test_the_words_come_to_what_the_rule_comes_to(name: str) -> None:
    """In every case, of a changed law too, and for every quantity on the way."""
    reckoned = 0
    for reading in _readings(name):
        told = reading.told
        for line in reading.lines():
            if not line.sums:
                continue
            rule, words = reading.result(line.of), comes_to(reading, line)
            if rule == rule and words == words and told.outcome is Outcome.ELIGIBLE:
                assert words == pytest.approx(rule, abs=_CENT), (told.says, line.text)
                reckoned += 1
    sums = [line for line in catalogue()[name].words.how if line.sums]
    assert reckoned or not sums


@pytest.mark.parametrize("name", NAMES)
def test_exactly_one_line_tells_the_sum_of_a_case(name: str) -> None:
    if programmes()[name].amount is None:
        return
    for reading in _readings(name):
        told = reading.told
        if told.outcome is Outcome.ELIGIBLE and reading.result(AMOUNT) > 0:
            lines = [line for line in reading.lines() if line.of == AMOUNT]
            assert len(lines) == 1, told.says


@pytest.mark.parametrize("name", NAMES)
def test_the_words_can_be_told_at_every_date_of_change(name: str) -> None:
    """No template is left unfilled, and what has no value says why."""
    law = system().law
    reads = [system().condition_reads(name, c.name) for c in programmes()[name].every_condition]
    reads.append(amount_reads(system(), programmes()[name]))
    days = {d.since for each in reads for p in each.parameters for d in law.get(p).values}
    for month in sorted({day.year * 100 + day.month for day in days if day.year > 1900}):
        told = explain(name, month)
        lines = [*told.steps, *told.stops, *told.exceptions]
        lines += [line for term in (*told.terms, *told.sum_terms) for line in term.lines]
        lines += [line for c in told.conditions for d in c.details for line in d.lines]
        texts = [each.text for each in lines] + [plain_words(c.parts) for c in told.conditions]
        for text in texts:
            assert not re.search(r"[{}\[\]]|nan|（未定）", text), (month, text)


@pytest.mark.parametrize("name", NAMES)
def test_every_programme_is_explained_and_worked_through(name: str) -> None:
    month = shown_month(name, 202611)
    told = explain(name, month)
    assert len(told.conditions) == len(programmes()[name].conditions)
    example = worked(name)
    assert example is not None
    assert all(each.result == "met" for each in example.conditions)
    if programmes()[name].amount is not None:
        assert example.amount is not None
        assert example.amount > 0
        own = [s for s in example.steps if s.label == catalogue()[name].words.sum]
        assert len(own) == 1


def test_a_value_without_a_number_says_why() -> None:
    told = "{skill_grant.times_a_year} {setting.loan_prime_rate} {training.graduate_months}"
    found = {e.path: e for e in pieces(told, system(), 202611) if e.path}
    assert found["skill_grant.times_a_year"].state is State.ENDED
    assert found["setting.loan_prime_rate"].text == "（市里尚未设定）"
    assert found["training.graduate_months"].state is State.UNVERIFIED
    (early,) = pieces("{skill_grant.recipients_too}", system(), 202012)
    assert early.text == f"（{STATE_ZH[State.NOT_YET]}）"
    assert plain_words(pieces("{training.graduate_months}", system(), 202611)) == (
        "24个月（未核对）"
    )


def test_a_table_is_told_by_place_and_by_option() -> None:
    by_place = plain_words(pieces("{minimum_wage.month@work_county}", system(), 202206))
    assert by_place == "袁州区1730元/月、其余各县（市、区）1610元/月"
    by_option = plain_words(pieces("{skill_grant.level@certificate_level}", system(), 202206))
    assert by_option == "五级（初级工）1000元、四级（中级工）1500元、三级（高级工）2000元"
    before = pieces("{special_groups.travel.in_province@residence}", system(), 202001)
    assert [each.text for each in before] == ["（当时还没有规定）"]


def test_a_segment_is_said_only_in_months_that_have_its_values() -> None:
    text = "满{skill_grant.least_months}个月[（放宽期间{skill_grant.relaxed_months}个月）]"
    assert pieces(text, system(), 202506, units=False)[0].text == "满"
    assert "放宽" in plain_words(pieces(text, system(), 202506, units=False))
    assert "放宽" not in plain_words(pieces(text, system(), 202101, units=False))


def test_the_month_shown_is_the_last_in_force_of_a_rule_that_ended() -> None:
    assert shown_month("unemployment_benefit", 202611) == 202611
    assert shown_month("job_retention_refund", 202611) == 202512
    assert shown_month("startup_equipment_support", 202401) == 202501


def test_an_example_of_a_setting_says_what_it_takes_for_granted() -> None:
    told = worked("public_welfare_post_insurance")
    assert told is not None
    assert told.assumed == ("公益性岗位社保补贴占单位实际缴费的比例为100%",)


def test_words_written_otherwise_than_they_may_be_are_refused() -> None:
    for wrong in ({"colour": 1}, {"how": [{"of": "amount"}]}, {"how": [{"is": "1", "says": "2"}]}):
        with pytest.raises(InvalidWords):
            read_words(wrong)


def test_the_label_of_a_condition_has_no_marks_of_months() -> None:
    for each in programmes().values():
        for condition in each.conditions:
            assert not re.search(r"[\[\]?!]", condition.label)
    (posts,) = [c for c in programmes()["public_welfare_post"].conditions if c.name == "group"]
    assert "就业困难人员、脱贫人口或离校" in posts.label
