"""Households, numbers and names of the people."""

import numpy as np
import pyarrow.compute as pc
import pytest
from stdnum.cn import ric, uscc

from leye.data.twin.draws import generator
from leye.data.twin.households import CHILD, HEAD, PARENT, SPOUSE, draw_members
from leye.data.twin.identities import identity_numbers, names, phones
from leye.data.twin.signs import credit_codes, firm_names
from tests.twin.world.conftest import Run


def test_exactly_as_many_people_live_at_the_start_as_were_asked_for(small: Run) -> None:
    before = small.world.opening.register
    assert len(before) == 6_000


def test_every_household_has_one_head(small: Run) -> None:
    people = small.world.population
    heads = np.bincount(people.household[people.relation == HEAD])
    assert heads.tolist() == [1] * (int(people.household.max()) + 1)


@pytest.mark.parametrize("seed", range(6))
def test_ages_within_a_household_fit_the_relations(seed: int) -> None:
    members = draw_members(generator(seed, "test"), 4_000)
    head = np.zeros(int(members.household.max()) + 1)
    head[members.household[members.relation == HEAD]] = members.age[members.relation == HEAD]
    gap = members.age - head[members.household]
    assert (members.age >= 0).all()
    assert (members.age < 105).all()
    assert (members.age[members.relation == HEAD] >= 20).all()
    assert (gap[members.relation == PARENT] >= 17).all()
    assert (gap[members.relation == CHILD] <= -15).all()
    assert np.abs(gap[members.relation == SPOUSE]).mean() < 5


def test_identity_numbers_are_valid_and_all_different(small: Run) -> None:
    people = small.world.population
    numbers = identity_numbers(people, np.arange(people.size))
    assert pc.count_distinct(numbers).as_py() == people.size
    for number in numbers.to_pylist():
        assert ric.validate(number) == number


def test_an_identity_number_tells_birth_and_sex(small: Run) -> None:
    people = small.world.population
    index = np.arange(0, people.size, 37)
    for number, birth, sex in zip(
        identity_numbers(people, index).to_pylist(),
        people.birth[index].astype("M8[D]"),
        people.sex[index],
        strict=True,
    ):
        assert number[6:14] == str(birth).replace("-", "")
        assert int(number[16]) % 2 == sex % 2


def test_telephone_numbers_are_different_and_children_have_none(small: Run) -> None:
    people = small.world.population
    known = people.phone[people.phone > 0]
    assert len(np.unique(known)) == len(known)
    texts = phones(people, np.arange(people.size))
    assert set(pc.utf8_length(texts.drop_null()).to_pylist()) == {11}
    assert texts.null_count == int((people.phone == 0).sum())


def test_names_are_two_to_four_characters(small: Run) -> None:
    people = small.world.population
    lengths = pc.utf8_length(names(people, np.arange(people.size)))
    assert pc.min(lengths).as_py() >= 2
    assert pc.max(lengths).as_py() <= 4


def test_credit_codes_are_valid_and_bear_the_number_of_the_firm(small: Run) -> None:
    firms = small.world.firms
    codes = credit_codes(firms, np.arange(firms.size)).to_pylist()
    assert len(set(codes)) == firms.size
    for code, number in zip(codes, firms.number, strict=True):
        assert uscc.validate(code) == code
        assert int(code[8:16], 36) == number


def test_every_firm_has_a_name(small: Run) -> None:
    firms = small.world.firms
    texts = firm_names(firms, np.arange(firms.size))
    assert pc.min(pc.utf8_length(texts)).as_py() >= 4
