"""What the registers say for a ledger: whose leavers a case has, and what becomes of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import pytest

from leye.data.pool import Snapshot
from leye.data.registers.queries.firms import FirmChoice, Firms
from leye.data.registers.queries.leavers import Leaving, Standing
from leye.service.response.cases.models import Case
from leye.service.response.ledger import reading
from leye.service.response.ledger.enums import Help, Outcome
from leye.service.response.ledger.operations import Known, Leaver
from leye.service.response.ledger.reading import Left, known_of, leavers_of

MONTH, DAY = 202610, date(2026, 10, 31)
NOWHERE = cast(Snapshot, None)


class Row:
    """A firm of ten people and more."""

    def __init__(self, employer: int) -> None:
        self.employer = employer


class Directory:
    """Firms that say what they were asked for."""

    def __init__(self) -> None:
        self.asked: list[FirmChoice] = []

    def listed(self, chosen: FirmChoice, **_given: Any) -> Sequence[Row]:
        self.asked.append(chosen)
        return [Row(7), Row(8)]


@pytest.fixture
def registers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Registers in which two people left and one of them is known; gives what was asked."""
    asked: list[Any] = []

    def left(_snapshot: object, employers: Sequence[int], **days: date) -> tuple[Leaving, ...]:
        asked.append((tuple(employers), days["first"], days["last"]))
        return (Leaving(1, 7, DAY), Leaving(2, 7, None))

    def stand(_snapshot: object, persons: Sequence[int], **_given: Any) -> tuple[Standing, ...]:
        asked.append(tuple(persons))
        return tuple(STANDINGS[each] for each in persons if each in STANDINGS)

    monkeypatch.setattr(reading, "leavings", left)
    monkeypatch.setattr(reading, "standings", stand)
    return asked


STANDINGS = {
    1: Standing(1, "unemployed_registered", 0, "360902001001", benefit=True, training=True),
    3: Standing(3, "employed_insured", 7, "", benefit=False, training=False),
    4: Standing(4, "employed_insured", 9, "", benefit=False, training=False),
    5: Standing(5, "farming", 0, "", benefit=False, training=False),
    6: Standing(6, "unknown", 0, "", benefit=False, training=False),
}


def case(**given: Any) -> Case:
    whole = {"subject": "360902/division=38/all", "place": "360902", "industry": "38",
             "month": 202601, **given}  # fmt: skip
    return Case(**whole)


def test_leavers_of_a_firm_are_looked_for_from_the_month_before(registers: list[Any]) -> None:
    found = leavers_of(case(employer=7, subject="firm:7"), NOWHERE, None, newest=MONTH)
    assert found == (Leaver(1, 7, "360902001001", DAY), Leaver(2, 7, "", None))
    assert registers[0] == ((7,), date(2025, 12, 1), DAY)


def test_leavers_of_an_industry_are_those_of_its_firms_there(registers: list[Any]) -> None:
    directory = Directory()
    assert leavers_of(case(), NOWHERE, cast(Firms, directory), newest=MONTH)
    assert registers[0][0] == (7, 8)
    assert (directory.asked[0].place, directory.asked[0].industry) == ("360902", "38")


@pytest.mark.parametrize(
    "given",
    [
        {"feed": True},
        {"employer": -1},
        {"subject": "notice:N000001"},
        {"subject": "case:C000001"},
        {"subject": "360902/all=all/graduates", "industry": ""},
    ],
)
def test_other_cases_have_no_leavers(registers: list[Any], given: dict[str, Any]) -> None:
    assert leavers_of(case(**given), NOWHERE, cast(Firms, Directory()), newest=MONTH) == ()
    assert registers == []


def test_what_became_of_who_left(registers: list[Any]) -> None:
    persons = {key: Left(7, DAY) for key in (1, 2, 3, 4, 5, 6)}
    assert known_of(persons, NOWHERE, month=MONTH) == {
        1: Known(frozenset({Help.REGISTERED, Help.BENEFIT, Help.TRAINING}), None, DAY),
        3: Known(frozenset(), None, DAY),
        4: Known(frozenset(), Outcome.JOB, DAY),
        5: Known(frozenset(), Outcome.FLEXIBLE, DAY),
        6: Known(frozenset(), None, DAY),
    }


def test_a_month_before_somebody_left_says_nothing_of_after(registers: list[Any]) -> None:
    persons = {4: Left(7, date(2026, 11, 3)), 5: Left(7, None)}
    assert set(known_of(persons, NOWHERE, month=MONTH)) == {5}
