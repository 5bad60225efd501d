"""What is counted: employers' months, and the cube of persons."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from leye.data.pool.engines import Workbench
from leye.data.registers.cube import ALL
from tests.registers.small import build, sources

_MONTHS = ("person", "employer", "insurance_month", "job_spell", "person_month")
FIRMS = """
    employer | kind | industry | opened     | state | place
    11       | 1    | 39       | 2010-01-01 | 1     | 360902001
    12       | 1    | 27       | 2010-01-01 | 1     | 360921101
    """


def test_an_employer_month_puts_every_signal_side_by_side(duck: Workbench, tmp_path: Path) -> None:
    given = sources(
        firms=FIRMS,
        contributions="""
            person | employer | kind | insurance | month
            1      | 11       | 1    | 110       | 202405
            2      | 11       | 1    | 110       | 202405
            3      | 11       | 1    | 110       | 202405
            1      | 11       | 1    | 110       | 202406
            4      | 11       | 1    | 110       | 202406
            """,
        labour_filing="""
            person | contract | employer | start      | ended      | end_reason
            2      | C2       | 11       | 2023-01-01 | 2024-06-10 | 4
            3      | C3       | 11       | 2023-01-01 | 2024-06-20 | 3
            """,
        payroll_tax="employer | headcount | payroll | month\n 11 | 3 | 9000.50 | 202406",
        electricity="""
            account | employer | kwh | month
            a       | 11       | 10  | 202406
            b       | 11       | 5.5 | 202406
            c       | 12       | 7   | 202406
            """,
        firm_reports="employer | base | current | month\n 11 | 5 | 2 | 202406",
    )
    only = (*_MONTHS, "employer_month")
    built = build(duck, tmp_path, months=(202405, 202406), given=given, only=only)
    rows: list[dict[str, Any]] = built["employer_month 202406"].to_pylist()
    assert rows == [
        {
            "month": 202406,
            "employer": 11,
            "place": "360902001",
            "industry": "39",
            "insured": 2,
            "filed": 0,
            "hires": 1,
            "separations": 2,
            "layoffs": 1,
            "tax_headcount": 3,
            "payroll": Decimal("9000.50"),
            "kwh": Decimal("15.50"),
            "reported_current": 2,
            "insured_last_month": 3,
            "insured_last_year": None,
        },
        {
            "month": 202406,
            "employer": 12,
            "place": "360921101",
            "industry": "27",
            **dict.fromkeys(("insured", "filed", "hires", "separations", "layoffs")),
            "tax_headcount": None,
            "payroll": None,
            "kwh": Decimal("7.00"),
            "reported_current": None,
            "insured_last_month": None,
            "insured_last_year": None,
        },
    ]


def test_every_grouping_set_counts_everybody_once(duck: Workbench, tmp_path: Path) -> None:
    given = sources(
        firms=FIRMS,
        population="""
            person | sex | birth_month | residence    | hukou | state
            1      | 1   | 199001      | 360902001001 | 10    | 1
            2      | 2   | 199001      | 360902001002 | 20    | 1
            3      | 2   | 199001      | 360902002001 | 20    | 1
            4      | 1   | 199001      | 360921101201 | 20    | 1
            """,
        contributions="""
            person | employer | kind | insurance | base | month
            1      | 11       | 1    | 110       | 4000 | 202406
            2      | 12       | 1    | 110       | 5000 | 202406
            """,
        labour_filing="""
            person | contract | employer | start      | occupation
            1      | C1       | 11       | 2024-01-01 | 6-21-01-01
            """,
        veterans="person | discharged\n 1 | 2020-01-01\n 4 | 2020-01-01",
    )
    built = build(duck, tmp_path, months=(202406,), given=given, only=(*_MONTHS, "person_cube"))
    rows: list[dict[str, Any]] = built["person_cube 202406"].to_pylist()
    sets: dict[tuple[Any, ...], int] = {}
    for row in rows:
        kept = tuple(row[name] == ALL for name in ("industry", "occupation"))
        if row["group_code"] == ALL:
            key = (row["level"], *kept)
            sets[key] = sets.get(key, 0) + row["persons"]
    assert set(sets.values()) == {4}
    assert len(sets) == 12
    counties = {
        (row["place"], row["status"], row["group_code"]): (row["persons"], row["insured"])
        for row in rows
        if row["level"] == "county" and row["industry"] == ALL and row["occupation"] == ALL
    }
    assert counties["360902", "employed_insured", ALL] == (2, 2)
    assert counties["360902", "employed_insured", "veteran"] == (1, 1)
    assert counties["360902", "employed_insured", "woman"] == (1, 1)
    assert counties["360902", "unknown", ALL] == (1, 0)
    assert counties["360921", "unknown", "veteran"] == (1, 0)
    middle = [row for row in rows if row["occupation"] == "6-21" and row["level"] == "village"]
    assert {(row["industry"], row["wage_sum"]) for row in middle} == {
        (ALL, Decimal("4000.00")),
        ("39", Decimal("4000.00")),
    }
