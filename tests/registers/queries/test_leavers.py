"""Who left some employers and where they stand, as the pool holds it."""

from datetime import date
from typing import Any

import pytest

from leye.data.pool import Pool
from leye.data.pool.source_contract import source_contracts, stored_schema
from leye.data.registers.queries.leavers import Leaving, Standing, leavings, standings
from leye.data.registers.schemas import JOB_SPELL, PERSON_MONTH
from tests.registers.queries.sample import write

FIRST, LAST = date(2024, 2, 1), date(2024, 3, 31)
BENEFIT = 1 << 4


def stored(name: str, *given: dict[str, Any]) -> tuple[Any, int, list[dict[str, Any]]]:
    schema = stored_schema(source_contracts()[name])
    filled = [
        {"delivery": "D000001", "row": at, "flags": 0, "place": "360902", "month": 202403, **row}
        for at, row in enumerate(given)
    ]
    return schema, 202403, filled


def filing(contract: str, ended: date | None, person: int | None, **more: Any) -> dict[str, Any]:
    return {"contract": contract, "employer": 1, "person": person, "ended": ended,
            "end_reason": "4", **more}  # fmt: skip


def spell(month: int, person: int, reason: str, last: int, **more: Any) -> dict[str, Any]:
    return {"month": month, "employer": 1, "person": person, "ended": bool(reason),
            "end_reason": reason, "last_month": last, **more}  # fmt: skip


def standing(person: int, status: str, **more: Any) -> dict[str, Any]:
    return {"month": 202403, "person": person, "status": status, "evidence": 0, **more}


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    found = Pool(tmp_path_factory.mktemp("leavers") / "pool")
    filings = stored(
        "labour_filing",
        filing("a", date(2024, 3, 5), 5),
        filing("b", date(2024, 3, 9), 6, end_reason="3"),
        filing("c", date(2024, 1, 31), 7),
        filing("d", date(2024, 3, 10), None),
        filing("e", date(2024, 3, 10), 8, employer=2),
        filing("f", date(2024, 3, 1), 9),
        filing("f", None, 9, delivery="D000002", end_reason=None),
        filing("g", date(2024, 2, 10), 5),
        filing("h", date(2024, 3, 31), 10, end_reason=None),
    )
    training = stored(
        "training",
        {"record": "t1", "person": 11, "start": date(2024, 2, 1), "end": date(2024, 3, 1)},
        {"record": "t2", "person": 12, "start": date(2024, 4, 1), "end": date(2024, 5, 1)},
    )
    places = {"s_labour_filing": "place", "s_training": "place", "job_spell": "end_reason",
              "person_month": "residence"}  # fmt: skip
    people = [
        standing(11, "unemployed_registered", residence="360902001001", evidence=BENEFIT | 2),
        standing(12, "employed_insured", employer=3, evidence=2),
        standing(13, "retired"),
    ]
    # What stopped in February was found in May, and stands in the spells of May alone.
    may = [spell(202405, 21, "stopped", 202402), spell(202405, 22, "", 202405)]
    july = [
        spell(202407, 23, "closed", 202403),
        spell(202407, 24, "4", 202403),
        spell(202407, 25, "stopped", 202404),
        spell(202407, 5, "stopped", 202403),
        spell(202407, 26, "stopped", 202403, employer=2),
    ]
    write(found, {"s_labour_filing": filings, "s_training": training,
                  "person_month": (PERSON_MONTH, 202403, people),
                  "job_spell": (JOB_SPELL, 202405, may)}, places=places)  # fmt: skip
    write(found, {"job_spell": (JOB_SPELL, 202407, july)}, places=places)
    return found


def test_each_person_is_given_once_filed_or_found_in_whatever_month(pool: Pool) -> None:
    found = leavings(pool.snapshot(), [1], first=FIRST, last=LAST)
    assert found == (
        Leaving(5, 1, date(2024, 3, 5)),
        Leaving(10, 1, date(2024, 3, 31)),
        Leaving(21, 1, None),
        Leaving(23, 1, None),
    )


def test_of_other_employers_only_those_asked_for(pool: Pool) -> None:
    found = leavings(pool.snapshot(), {1, 2}, first=FIRST, last=LAST)
    assert {each.person for each in found} == {5, 8, 10, 21, 23, 26}
    assert leavings(pool.snapshot(), [], first=FIRST, last=LAST) == ()


def test_where_people_stand_is_their_month(pool: Pool) -> None:
    found = standings(pool.snapshot(), [13, 12, 11, 99], month=202403, benefit_bit=BENEFIT)
    assert found == (
        Standing(11, "unemployed_registered", 0, "360902001001", benefit=True, training=True),
        Standing(12, "employed_insured", 3, "", benefit=False, training=False),
        Standing(13, "retired", 0, "", benefit=False, training=False),
    )
    assert standings(pool.snapshot(), [], month=202403, benefit_bit=BENEFIT) == ()


def test_an_empty_pool_knows_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    snapshot = Pool(tmp_path_factory.mktemp("empty") / "pool").snapshot()
    assert leavings(snapshot, [1], first=FIRST, last=LAST) == ()
    assert standings(snapshot, [1], month=202403, benefit_bit=BENEFIT) == ()
