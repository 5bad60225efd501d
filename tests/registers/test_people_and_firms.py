"""Persons, employers and households, drawn."""

from pathlib import Path
from typing import Any

from leye.data.pool.engines import Workbench
from leye.data.registers.codes import groups_in
from tests.registers.small import build, sources

PEOPLE = """
    person | sex | birth_month | household | residence    | hukou | state
    1      | 1   | 199001      | H1        | 360902001001 | 10    | 1
    2      | 2   | 199101      | H1        | 360902001001 | 10    | 1
    3      | 1   | 201001      | H1        | 360902001001 | 10    | 1
    4      | 2   | 196406      | H2        | 360902001002 | 20    | 1
    5      | 1   | 198001      | H3        | 360902001002 | 10    | 2
    6      | 1   | 198001      | H3        | 360902001002 | 10    | 1
    """


def rows_of(
    duck: Workbench, folder: Path, table: str, month: int = 202406, **drawings: str
) -> list[dict[str, Any]]:
    built = build(duck, folder, months=(month,), given=sources(**drawings), only=_NEEDED[table])
    rows: list[dict[str, Any]] = built[f"{table} {month}"].to_pylist()
    return rows


_MONTHS = ("person", "employer", "insurance_month", "job_spell", "person_month")
_NEEDED = {
    "person": ("person",),
    "employer": ("employer",),
    "person_month": _MONTHS,
    "household": (*_MONTHS, "household"),
}


def test_a_person_carries_the_groups_of_the_lists_and_the_month_of_death(
    duck: Workbench, tmp_path: Path
) -> None:
    rows = rows_of(
        duck,
        tmp_path,
        "person",
        population=PEOPLE,
        deaths="person | death_date\n 4 | 2024-06-30\n 6 | 2024-07-01",
        hard_to_employ="""
            certificate | person | category | certified  | withdrawn
            K1          | 1      | 1        | 2023-01-01 |
            K2          | 1      | 8        | 2023-02-01 |
            K3          | 2      | 3        | 2023-01-01 | 2024-06-30
            """,
        veterans="person | discharged\n 6 | 2020-01-01",
        graduates="person | graduated\n 2 | 202207\n 6 | 202206",
        poverty_workers="person | kind | listed\n 4 | 2 | 2020-01-01",
    )
    found = {row["person"]: groups_in(row["groups"]) for row in rows}
    assert found == {
        1: ("hard_to_employ", "zero_employment_household_member"),
        2: ("college_graduate",),
        3: (),
        4: ("rural_low_income",),
        5: (),
        6: ("veteran",),
    }
    assert {row["person"]: row["death_month"] for row in rows if row["death_month"]} == {4: 202406}


def test_those_of_sixteen_and_over_who_live_here_have_a_status(
    duck: Workbench, tmp_path: Path
) -> None:
    deaths = "person | death_date\n 4 | 2024-06-30"
    june = rows_of(duck, tmp_path, "person_month", population=PEOPLE, deaths=deaths)
    # 3 turns 16 in January 2026; 4 is dead, 5 moved out.
    assert [(row["person"], row["age"]) for row in june] == [(1, 34), (2, 33), (6, 44)]
    later = rows_of(duck, tmp_path, "person_month", 202601, population=PEOPLE, deaths=deaths)
    assert [row["person"] for row in later] == [1, 2, 3, 6]


def test_groups_follow_from_status_age_and_sex(duck: Workbench, tmp_path: Path) -> None:
    rows = rows_of(
        duck,
        tmp_path,
        "person_month",
        population="""
            person | sex | birth_month | residence    | hukou | state
            1      | 1   | 200501      | 360902001001 | 10    | 1
            2      | 2   | 198001      | 360902001001 | 20    | 1
            3      | 1   | 197001      | 360902001001 | 20    | 1
            """,
        unemployment_registration="record | person | registered\n S1 | 1 | 2024-05-01",
        labour_ledger="""
            person | status | checked
            2      | 03     | 2024-05-01
            3      | 05     | 2024-05-01
            """,
    )
    assert {row["person"]: groups_in(row["groups"]) for row in rows} == {
        1: ("urban_youth", "unemployed", "registered_unemployed"),
        2: ("rural_migrant_worker", "rural_transfer_labor", "older_worker", "woman"),
        3: ("rural_transfer_labor", "older_worker"),
    }


def test_an_employer_knows_its_group_and_head_office_up_to_the_top(
    duck: Workbench, tmp_path: Path
) -> None:
    rows = rows_of(
        duck,
        tmp_path,
        "employer",
        firms="""
            employer | industry | opened     | state | closed     | group_employer | parent_employer
            1        | 39       | 2010-01-01 | 1     |            |                |
            2        | 27       | 2010-01-01 | 1     |            | 1              |
            3        | 30       | 2010-01-01 | 2     | 2024-06-30 | 2              | 2
            4        | 51       | 2024-07-01 | 1     |            | 5              |
            5        |          | 2010-01-01 | 3     |            | 4              |
            """,
    )
    names = ("employer", "section", "group_employer", "parent_employer", "active")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (1, "C", None, None, True),
        (2, "C", 1, None, True),
        (3, "C", 1, 2, False),
        (4, "F", 5, None, False),
        (5, "", 4, None, False),
    ]


def test_a_household_turns_zero_employment_when_all_able_members_lost_their_work(
    duck: Workbench, tmp_path: Path
) -> None:
    people = """
        person | sex | birth_month | household | residence    | hukou | state
        1      | 1   | 199001      | H1        | 360902001001 | 10    | 1
        2      | 2   | 199101      | H1        | 360902001001 | 10    | 1
        3      | 2   | 195001      | H1        | 360902001001 | 10    | 1
        4      | 1   | 199001      | H2        | 360902001001 | 20    | 1
        """
    given = sources(
        population=people,
        contributions="person | employer | kind | insurance | month\n 1 | 11 | 1 | 110 | 202405",
        labour_filing="""
            person | contract | employer | start      | ended      | end_reason
            1      | C1       | 11       | 2023-01-01 | 2024-06-10 | 4
            """,
        unemployment_registration="""
            record | person | registered
            S1     | 1      | 2024-06-12
            S2     | 2      | 2024-02-12
            S4     | 4      | 2024-02-12
            """,
    )
    only = (*_MONTHS, "household")
    built = build(duck, tmp_path, months=(202405, 202406), given=given, only=only)
    rows = built["household 202406"].to_pylist()
    names = ("household", "members", "adults", "able", "employed", "was_employed")
    assert [tuple(row[name] for name in (*names, "zero_employment")) for row in rows] == [
        ("H1", 3, 3, 2, 0, True, True),
        ("H2", 1, 1, 1, 0, False, False),
    ]
    assert built["household 202405"].to_pylist()[0]["employed"] == 1
