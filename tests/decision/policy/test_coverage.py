"""The list of programmes, the law, the cases and the references agree."""

import pytest

from leye.decision.policy.catalogue import InvalidListing, Paid, catalogue, listing
from leye.decision.policy.check import amount_reads
from leye.decision.policy.facts import facts
from leye.decision.policy.parameters import Confidence
from leye.decision.policy.programmes import families, programmes, quantities
from leye.decision.policy.replay import BALANCES
from leye.decision.policy.saying import sentence
from leye.decision.policy.sources import source
from leye.decision.policy.system import system
from leye.kernel.errors import UnknownCode
from tests.decision.policy.caserunner import every_case


def test_the_list_names_what_the_law_defines() -> None:
    assert set(catalogue()) == set(programmes())


def test_each_family_lists_its_own_programmes() -> None:
    listed: dict[str, set[str]] = {}
    for each in catalogue().values():
        listed.setdefault(each.family, set()).add(each.id)
    assert listed == {family: set(names) for family, names in families().items()}


def test_every_programme_has_cases() -> None:
    assert {each.programme for each in every_case()} == set(programmes())


@pytest.mark.parametrize("each", catalogue().values(), ids=lambda each: each.id)
def test_the_list_says_of_each_what_the_law_says(each) -> None:
    programme = programmes()[each.id]
    assert each.who == programme.entity
    assert set(each.excludes) | set(each.stacks_with) <= set(catalogue())
    if each.had:
        assert facts()[each.had].entity == each.who
    if each.paid in {Paid.MONTHLY, Paid.ONCE, Paid.YEARLY}:
        assert programme.amount is not None
    if each.paid is Paid.STATUS:
        assert programme.amount is None
    if each.paid is Paid.MONTHLY:
        assert programme.months is not None


@pytest.mark.parametrize("each", programmes().values(), ids=lambda each: each.name)
def test_every_condition_reads_something_and_says_it_with_its_article(each) -> None:
    rules = system()
    for path in each.in_force:
        assert path in rules.law
    for condition in each.conditions:
        reads = rules.condition_reads(each.name, condition.name)
        assert reads.facts or any(p.startswith("setting.") for p in reads.parameters)
        own = {facts()[name].entity for name in reads.facts}
        assert own <= {each.entity}
        assert condition.basis
        assert sentence(condition.says, rules, 202506)
        assert not condition.says.endswith("。")
    amount_reads(rules, each)


def test_every_parameter_is_read_by_a_rule() -> None:
    rules = system()
    # What is in a fund is asked of no condition, but of what a change would cost.
    read: set[str] = set(BALANCES.values())
    for each in programmes().values():
        read.update(each.in_force)
        for condition in each.every_condition:
            read.update(rules.condition_reads(each.name, condition.name).parameters)
            for other in rules.law:
                if f"{{{other.path}}}" in condition.says:
                    read.add(other.path)
        read.update(amount_reads(rules, each).parameters)
        read.update(path for path in (each.amount_cap, each.months_cap) if path)
    for each in quantities().values():
        read.update(rules.reads(each.name, each.formula).parameters)
    tables = {path.rpartition(".")[0] for path in read if path.rpartition(".")[0].count(".")}
    unread = {
        each.path
        for each in rules.law
        if not each.told and each.path not in read and each.path.rpartition(".")[0] not in tables
    }
    assert unread == set()


def test_every_fact_is_asked_by_a_rule() -> None:
    rules = system()
    asked: set[str] = set()
    for each in programmes().values():
        asked.update(amount_reads(rules, each).facts)
        for condition in each.every_condition:
            asked.update(rules.condition_reads(each.name, condition.name).facts)
    for each in quantities().values():
        asked.update(rules.reads(each.name, each.formula).facts)
    # Some tell whether another is to be asked at all.
    asked.update(other for each in facts().values() for other in each.when)
    assert set(facts()) - asked == set()


def test_a_value_nobody_compared_says_why() -> None:
    for each in system().law:
        for dated in each.values:
            if dated.confidence is Confidence.UNVERIFIED and dated.value is not None:
                assert dated.note or each.path.startswith("setting."), each.path
            assert dated.sources or each.path.startswith("setting."), each.path


def test_every_value_is_one_that_its_sources_give() -> None:
    """A single number read in a source is the number of the rule; lists and words are not read."""
    for each in system().law:
        for dated in each.values:
            read = [source(name) for name in dated.sources]
            numbers = [s.value for s in read if type(s.value) in {int, float}]
            if dated.value is None or not numbers or dated.from_text:
                continue
            assert any(abs(number - dated.value) < 1e-3 for number in numbers), each.path


def test_a_value_read_only_in_unverified_sources_is_unverified() -> None:
    for each in system().law:
        for dated in each.values:
            read = {source(name).confidence for name in dated.sources}
            if dated.value is not None and read == {"unverified"}:
                assert dated.confidence is Confidence.UNVERIFIED, each.path


def test_an_unlisted_programme_names_the_nearest() -> None:
    with pytest.raises(UnknownCode) as refused:
        listing("unemployment_benefits")
    assert "unemployment_benefit" in refused.value.hint


def test_a_wrong_entry_is_refused() -> None:
    from leye.decision.policy.catalogue import _listing

    given = {"id": "x", "title": "甲", "colour": "red"}
    with pytest.raises(InvalidListing):
        _listing("family", given)
