"""Ends of jobs by day, and reported layoffs, as the pool holds them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from leye.data.pool import Pool
from leye.data.pool.source_contract import source_contracts, stored_schema
from leye.data.registers.queries.separations import filed_ends, layoff_reports, unfiled_ends
from leye.data.registers.schemas import JOB_SPELL
from tests.registers.queries.sample import write

FIRST, LAST = date(2024, 3, 1), date(2024, 3, 31)


def rows(name: str, *given: Mapping[str, Any]) -> tuple[Any, int, list[Mapping[str, Any]]]:
    schema = stored_schema(source_contracts()[name])
    filled = [
        {"delivery": "D000001", "row": at, "flags": 0, "place": "360902", "month": 202403, **row}
        for at, row in enumerate(given)
    ]
    return schema, 202403, filled


def filing(contract: str, ended: date | None, **more: Any) -> dict[str, Any]:
    return {"contract": contract, "employer": 1, "person": 5, "ended": ended, **more}


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    found = Pool(tmp_path_factory.mktemp("ends") / "pool")
    filings = rows(
        "labour_filing",
        filing("a", date(2024, 3, 5), end_reason="4"),
        filing("b", date(2024, 3, 9), end_reason="3", person=6),
        filing("c", date(2024, 2, 28), end_reason="4", person=7),
        filing("d", date(2024, 3, 10), end_reason="4", person=None),
        filing("e", date(2024, 3, 10), end_reason="4", employer=None),
        filing("f", None, person=8),
        filing("g", date(2024, 3, 1), end_reason="4", person=9),
        filing("g", date(2024, 3, 31), end_reason="2", person=9, delivery="D000002"),
    )
    reports = rows(
        "layoff_reports",
        layoff("R1", date(2024, 3, 20), 30),
        layoff("R1", date(2024, 3, 25), 33, delivery="D000002"),
        layoff("R2", date(2024, 5, 1), 40),
    )
    spells = [
        spell(1, 11, ended=True, end_reason="stopped"),
        spell(1, 12, ended=True, end_reason="4"),
        spell(2, 13, ended=True, end_reason="closed"),
        spell(2, 14, ended=False),
        spell(2, 15, ended=True, end_reason="stopped", last_month=202402),
    ]
    tables = {
        "s_labour_filing": filings,
        "s_layoff_reports": reports,
        "job_spell": (JOB_SPELL, 202406, spells),
    }
    write(
        found,
        tables,
        places={"s_labour_filing": "place", "s_layoff_reports": "place", "job_spell": "end_reason"},
    )
    return found


def layoff(report: str, planned: date, persons: int, **more: Any) -> dict[str, Any]:
    return {
        "report": report,
        "employer": 3,
        "reported": date(2024, 2, 20),
        "planned": planned,
        "persons": persons,
        **more,
    }


def spell(employer: int, person: int, **more: Any) -> dict[str, Any]:
    return {"month": 202406, "employer": employer, "person": person, "last_month": 202403, **more}


def days(found: Sequence[int]) -> list[date]:
    return [date.fromordinal(int(each) + date(1970, 1, 1).toordinal()) for each in found]


def test_filed_ends_are_those_of_the_days_asked_for_each_contract_once(pool: Pool) -> None:
    found = filed_ends(pool.snapshot(), first=FIRST, last=LAST)
    assert days(found.day.tolist()) == [
        date(2024, 3, 5),
        date(2024, 3, 9),
        date(2024, 3, 10),
        date(2024, 3, 31),
    ]
    assert found.own_will.tolist() == [False, True, False, False]
    assert found.person[[0, 1, 3]].tolist() == [5, 6, 9]
    assert found.person[2] < 0


def test_unfiled_ends_are_of_jobs_last_seen_in_the_month(pool: Pool) -> None:
    found = unfiled_ends(pool.snapshot(), 202403)
    assert list(zip(found.employer.tolist(), found.person.tolist(), strict=True)) == [
        (1, 11),
        (2, 13),
    ]
    assert days(found.day.tolist()) == [LAST, LAST]
    assert not found.own_will.any()
    assert len(unfiled_ends(pool.snapshot(), 202401).day) == 0


def test_a_report_is_read_as_it_was_corrected(pool: Pool) -> None:
    found = layoff_reports(pool.snapshot(), first=FIRST, last=LAST)
    assert [(each.report, each.persons, each.planned) for each in found] == [
        ("R1", 33, date(2024, 3, 25))
    ]


def test_an_empty_pool_has_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    snapshot = Pool(tmp_path_factory.mktemp("empty") / "pool").snapshot()
    assert len(filed_ends(snapshot, first=FIRST, last=LAST).day) == 0
    assert len(unfiled_ends(snapshot, 202403).day) == 0
    assert layoff_reports(snapshot, first=FIRST, last=LAST) == ()
