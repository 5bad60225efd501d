"""Job spells, drawn: from contributions and filings to who works where since when."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from leye.data.pool.engines import Workbench
from leye.data.registers import spells
from leye.kernel.months import month_range
from tests.registers.small import build, sources

BUILT = ("employer", "insurance_month", "job_spell")
FIRMS = """
    employer | kind | industry | opened     | state | closed     | place
    11       | 1    | 39       | 2010-01-01 | 1     |            | 360902001
    12       | 1    | 39       | 2010-01-01 | 1     |            | 360902001
    13       | 1    | 39       | 2010-01-01 | 2     | 2024-03-10 | 360902001
    """


def paid(text: str, *, employer: int = 11) -> str:
    """Draw contributions: a person, then the months paid."""
    lines = ["person | employer | kind | insurance | base | month"]
    for line in text.strip().splitlines():
        person, months = line.split(":")
        lines += [f"{person} | {employer} | 1 | 110 | 4000 | {month}" for month in months.split()]
    return "\n".join(lines)


def spells_of(
    duck: Workbench, folder: Path, months: tuple[int, int], **drawings: str
) -> list[dict[str, Any]]:
    given = sources(firms=FIRMS, **drawings)
    built = build(duck, folder, months=month_range(*months), given=given, only=BUILT)
    rows: list[dict[str, Any]] = built[f"job_spell {months[1]}"].to_pylist()
    return rows


def picked(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_gaps_of_two_months_are_bridged_and_longer_ones_begin_a_new_spell(
    duck: Workbench, tmp_path: Path
) -> None:
    contributions = paid("""
        1: 202401 202402 202403 202404 202405 202406
        2: 202401 202404 202406
        3: 202401 202405 202406
        4: 202401 202402 202404
        """)
    rows = spells_of(duck, tmp_path, (202401, 202406), contributions=contributions)
    assert picked(rows, "person", "first_month", "last_month", "insured", "ended") == [
        (1, 202401, 202406, True, False),
        (2, 202401, 202406, True, False),
        (3, 202405, 202406, True, False),
        (4, 202401, 202404, True, False),
    ]


def test_a_job_that_stopped_is_found_ended_once_and_then_is_gone(
    duck: Workbench, tmp_path: Path
) -> None:
    given = sources(firms=FIRMS, contributions=paid("1: 202401 202402"))
    built = build(duck, tmp_path, months=month_range(202401, 202406), given=given, only=BUILT)
    seen = {m: built[f"job_spell {m}"].to_pylist() for m in month_range(202402, 202406)}
    found = {m: picked(rows, "last_month", "ended", "end_reason") for m, rows in seen.items()}
    assert found == {
        202402: [(202402, False, "")],
        202403: [(202402, False, "")],
        202404: [(202402, False, "")],
        202405: [(202402, True, "stopped")],
        202406: [],
    }


def test_an_end_that_nobody_reported_is_inferred(duck: Workbench, tmp_path: Path) -> None:
    filings = """
        person | contract | employer | start      | end        | ended      | end_reason
        1      | C1       | 11       | 2023-06-01 |            | 2024-06-20 | 3
        2      | C2       | 11       | 2023-06-01 |            |            |
        3      | C3       | 13       | 2023-06-01 |            |            |
        4      | C4       | 11       | 2023-06-01 | 2024-05-31 |            |
        5      | C5       | 11       | 2024-02-01 |            |            |
        6      | C6       | 11       | 2023-06-01 |            |            |
        """
    contributions = (
        paid("""
        1: 202405 202406
        6: 202401 202402 202403
        """)
        + "\n2 | 12 | 1 | 110 | 4000 | 202406"
    )
    rows = spells_of(
        duck, tmp_path, (202401, 202406), labour_filing=filings, contributions=contributions
    )
    assert picked(rows, "person", "employer", "filed", "ended", "end_reason") == [
        (1, 11, False, True, "3"),
        (2, 11, False, True, "moved"),
        (2, 12, False, False, ""),
        (4, 11, False, True, "expired"),
        (5, 11, True, False, ""),
        (6, 11, False, True, "stopped"),
    ]
    earlier = spells_of(duck, tmp_path, (202403, 202403), labour_filing=filings)
    assert (3, "closed") in picked(earlier, "person", "end_reason")


def test_contributions_after_a_reported_end_mean_that_the_job_goes_on(
    duck: Workbench, tmp_path: Path
) -> None:
    filings = """
        person | contract | employer | start      | ended      | end_reason
        1      | C1       | 11       | 2023-01-01 | 2024-03-31 | 1
        """
    rows = spells_of(
        duck,
        tmp_path,
        (202401, 202406),
        labour_filing=filings,
        contributions=paid("1: 202401 202402 202403 202404 202405 202406"),
    )
    assert picked(rows, "first_month", "insured", "filed", "ended") == [
        (202401, True, False, False)
    ]


def test_a_spell_carries_what_its_filing_says(duck: Workbench, tmp_path: Path) -> None:
    filings = """
        person | contract | employer | start      | occupation | wage
        1      | C1       | 11       | 2023-01-01 | 6-01-01-01 | 3500
        1      | C2       | 11       | 2024-01-01 | 6-01-01-02 | 5200
        """
    rows = spells_of(
        duck,
        tmp_path,
        (202403, 202404),
        labour_filing=filings,
        contributions=paid("1: 202403 202404"),
    )
    assert picked(rows, "first_month", "filed_month", "occupation") == [
        (202401, 202401, "6-01-01-02")
    ]
    assert [str(row["wage"]) for row in rows] == ["5200.00"]


def test_a_late_row_gives_the_same_spells_as_if_it_had_been_there_from_the_start(
    duck: Workbench, tmp_path: Path
) -> None:
    months = month_range(202401, 202406)
    late = paid("1: 202401 202402 202404 202405 202406\n2: 202401 202405 202406")
    whole = late + "\n1 | 11 | 1 | 110 | 4000 | 202403\n2 | 11 | 1 | 110 | 4000 | 202403"
    first = build(duck, tmp_path, months=months, given=sources(contributions=late), only=BUILT)
    given = sources(contributions=whole)
    # Only the month the late row speaks of, and the last, are built again.
    again = build(duck, tmp_path, months=(202403, 202406), given=given, built=first, only=BUILT)
    fresh = build(duck, tmp_path, months=months, given=given, only=BUILT)
    assert again["job_spell 202406"] == fresh["job_spell 202406"]
    assert again["job_spell 202403"] == fresh["job_spell 202403"]
    assert first["job_spell 202406"] != fresh["job_spell 202406"]


def test_spells_older_than_the_months_read_keep_their_start(
    duck: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    months = month_range(202401, 202410)
    every = " ".join(str(month) for month in months)
    given = sources(contributions=paid(f"1: {every}\n2: 202401 202407 202408 202409 202410"))
    whole = build(duck, tmp_path, months=months, given=given, only=BUILT)
    monkeypatch.setattr(spells, "HISTORY", 4)
    short = build(duck, tmp_path, months=months, given=given, only=BUILT)
    assert short["job_spell 202410"] == whole["job_spell 202410"]
    starts = picked(short["job_spell 202410"].to_pylist(), "first_month")
    assert starts == [(202401,), (202407,)]


def test_the_same_input_gives_the_same_table(duck: Workbench, tmp_path: Path) -> None:
    given = sources(firms=FIRMS, contributions=paid("1: 202401 202402\n2: 202402"))
    tables: list[pa.Table] = [
        build(duck, tmp_path, months=(202401, 202402), given=given, only=BUILT)["job_spell 202402"]
        for _ in range(2)
    ]
    assert tables[0].equals(tables[1])
