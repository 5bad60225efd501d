"""Reads of the registers: one month, the asker's places, small answers."""

import pytest

from leye.data.pool import Pool
from leye.data.registers.queries import (
    ConflictChoice,
    RuleCount,
    StatusCount,
    UnknownConflict,
    conflict,
    conflict_counts,
    conflict_lines,
    employer_names,
    status_counts,
)
from leye.kernel.place import EVERYWHERE, PlaceLevel, Scope
from tests.registers.queries.sample import (
    BENEFIT,
    CONFLICTS,
    FEBRUARY,
    FENGCHENG,
    MARCH,
    SUBSIDY,
    YUANZHOU,
    write_registers,
)

CITY = "360900"


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    pool = Pool(tmp_path_factory.mktemp("registers") / "pool")
    write_registers(pool)
    return pool


def ids(pool: Pool, scope: Scope = EVERYWHERE, **chosen: object) -> list[str]:
    choice = ConflictChoice(MARCH, **chosen)  # type: ignore[arg-type] - a test's shorthand
    found = conflict_lines(pool.snapshot(), chosen=choice, scope=scope, limit=10)
    return [line.id[:2] for line in found]


def test_people_are_counted_once_however_many_groups_they_are_in(registers: Pool) -> None:
    found = status_counts(
        registers.snapshot(), month=MARCH, within=CITY, level=PlaceLevel.COUNTY, scope=EVERYWHERE
    )
    assert StatusCount(YUANZHOU, "employed_insured", 310) in found
    assert sum(each.persons for each in found) == 908


def test_people_of_other_places_are_left_out(registers: Pool) -> None:
    found = status_counts(
        registers.snapshot(),
        month=MARCH,
        within=CITY,
        level=PlaceLevel.COUNTY,
        scope=Scope.of([YUANZHOU]),
    )
    assert {each.place for each in found} == {YUANZHOU}


def test_conflicts_past_their_grace_and_longest_lasting_come_first(registers: Pool) -> None:
    assert ids(registers) == ["a1", "b2", "d4", "c3"]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"rule": SUBSIDY}, ["d4"]),
        ({"place": FENGCHENG}, ["b2", "c3"]),
        ({"place": "360902001001"}, ["a1", "d4"]),
        ({"within_grace": True}, ["c3"]),
        ({"within_grace": False, "rule": BENEFIT}, ["a1", "b2"]),
        ({"person": 8}, []),
        ({"only": {"b2" * 16: MARCH}}, ["b2"]),
        ({"only": {}}, []),
        ({"without": {"a1" * 16: MARCH, "c3" * 16: MARCH}}, ["b2", "d4"]),
        # It went away and came back after February: what was decided then was another matter.
        ({"without": {"c3" * 16: FEBRUARY}}, ["a1", "b2", "d4", "c3"]),
        ({"without": {"a1" * 16: FEBRUARY, "b2" * 16: MARCH}}, ["d4", "c3"]),
    ],
)
def test_conflicts_are_chosen(
    registers: Pool, chosen: dict[str, object], expected: list[str]
) -> None:
    assert ids(registers, **chosen) == expected


def test_conflicts_of_other_places_do_not_exist(registers: Pool) -> None:
    county = Scope.of([YUANZHOU])
    assert ids(registers, scope=county) == ["a1", "d4"]
    with pytest.raises(UnknownConflict):
        conflict(registers.snapshot(), "b2" * 16, month=MARCH, scope=county)


def test_pages_of_conflicts_follow_each_other(registers: Pool) -> None:
    chosen = ConflictChoice(MARCH)
    pages = [
        conflict_lines(
            registers.snapshot(), chosen=chosen, scope=EVERYWHERE, limit=2, offset=offset
        )
        for offset in (0, 2, 4)
    ]
    assert [[line.id[:2] for line in page] for page in pages] == [["a1", "b2"], ["d4", "c3"], []]


def test_conflicts_are_counted_by_rule(registers: Pool) -> None:
    counts = conflict_counts(registers.snapshot(), chosen=ConflictChoice(MARCH), scope=EVERYWHERE)
    assert counts == (RuleCount(BENEFIT, 3, 1), RuleCount(SUBSIDY, 1, 0))


def test_a_conflict_comes_with_what_the_sources_say(registers: Pool) -> None:
    found = conflict(registers.snapshot(), CONFLICTS[0]["id"], month=MARCH, scope=EVERYWHERE)
    assert (found.line.employer, found.line.months) == (11, 3)
    (fact,) = found.facts
    assert (fact.source, fact.delivery, fact.row) == ("unemployment_benefit", "D000001", 2)
    assert fact.values == {"month": "202403", "nth": "3"}


def test_employers_have_names(registers: Pool) -> None:
    names = employer_names(registers.snapshot(), [11, 99], month=MARCH)
    assert names == {11: "宜春市甲乙锂业有限公司"}


def test_before_the_first_build_there_is_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    snapshot = Pool(tmp_path_factory.mktemp("empty") / "pool").snapshot()
    chosen = ConflictChoice(MARCH)
    assert conflict_lines(snapshot, chosen=chosen, scope=EVERYWHERE, limit=5) == ()
    assert conflict_counts(snapshot, chosen=chosen, scope=EVERYWHERE) == ()
    assert employer_names(snapshot, [11], month=MARCH) == {}
    with pytest.raises(UnknownConflict):
        conflict(snapshot, "a1" * 16, month=MARCH, scope=EVERYWHERE)
