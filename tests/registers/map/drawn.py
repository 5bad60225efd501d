"""A small town drawn by hand, two months of it: every case the map tells apart, and bad places."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from tests.registers.map.twin import Facts
from tests.registers.small import sources

BEFORE, NOW = 202405, 202406
NEEDED = (
    "person",
    "employer",
    "insurance_month",
    "job_spell",
    "person_month",
    "employer_month",
)


def given() -> dict[str, pa.Table]:
    """Give the sources."""
    return sources(
        firms="""
            employer | uscc | name | kind | industry | opened | closed | place | park | person
            11 | U11 | 甲 | 1 | 39 | 2010-01-01 |            | 360902001 | 东园 |
            12 | U12 | 乙 | 1 | 27 | 2024-06-03 |            | 360921101 |      |
            13 | U13 | 丙 | 5 | 52 | 2024-06-09 |            | 360902    |      | 8
            14 | U14 | 丁 | 5 | 62 | 2010-01-01 | 2024-06-20 | 360900    |      | 9
            15 | U15 | 戊 | 1 |    | 2010-01-01 |            | 440300    | 东园 |
            16 | U16 | 己 | 1 | 39 | 2010-01-01 | 2024-06-20 |           |      |
            """,
        population="""
            person | sex | birth_month | residence    | hukou | education | state
            1      | 1   | 199001      | 360902001001 | 10    | 70        | 1
            2      | 2   | 196909      | 360902001002 | 20    | 20        | 1
            3      | 2   | 200001      | 360902002001 | 20    |           | 1
            4      | 1   | 196301      | 360921101201 | 20    | 40        | 1
            5      | 1   | 199501      | 360902       | 10    | 70        | 1
            6      | 2   | 199502      | 360902003    | 10    | 70        | 1
            7      | 1   | 198501      |              | 20    | 80        | 1
            8      | 1   | 197501      | 440300       | 20    | 80        | 1
            9      | 2   | 197501      | 360900       | 20    | 80        | 1
            10     | 2   | 200806      | 360921101201 | 20    | 80        | 1
            14     | 1   | 198001      | 360902001001 | 20    | 80        | 2
            """,
        contributions="""
            person | employer | kind | insurance | base    | month
            1      | 11       | 1    | 110       | 4000.50 | 202405
            2      | 11       | 1    | 110       | 5000    | 202405
            7      | 11       | 1    | 110       | 5000    | 202405
            14     | 11       | 1    | 110       | 5000    | 202405
            1      | 11       | 1    | 110       | 4000.50 | 202406
            3      | 12       | 1    | 110       | 6000    | 202406
            5      | 11       | 1    | 110       | 6000    | 202406
            7      | 15       | 1    | 110       | 6000    | 202406
            """,
        labour_filing="""
            person | contract | employer | start      | ended      | end_reason | occupation
            2      | C2       | 11       | 2023-01-01 | 2024-06-10 | 4          | 6-21-01-01
            5      | C5       | 11       | 2024-06-02 |            |            | 4-01-02-01
            """,
        labour_ledger="""
            person | status | destination | checked    | place
            4      | 03     | 440106      | 2024-01-01 | 360921101201
            6      | 03     |             | 2024-06-01 | 360902003001
            10     | 06     |             | 2024-06-01 | 360921101201
            """,
        unemployment_registration="person | registered\n 2 | 2024-06-15",
        veterans="person | discharged\n 1 | 2020-01-01\n 4 | 2020-01-01",
        certificates="""
            person | level | issued
            1      | 4     | 2020-01-01
            1      | 2     | 2021-01-01
            2      | 0     | 2021-01-01
            5      | 3     | 2024-07-01
            """,
        training="""
            person | start      | end        | place
            1      | 2024-05-01 | 2024-06-30 | 360902
            3      | 2024-05-01 | 2024-07-01 | 360902
            """,
        loans="""
            person | amount | granted    | place
            1      | 1000.5 | 2024-06-01 | 360902
            1      | 10     | 2024-06-11 | 360902
            99     | 20     | 2024-06-11 | 360981
                   | 30     | 2024-06-11 | 360900
            2      | 40     | 2024-05-31 | 360902
            """,
        payroll_tax="employer | headcount | payroll | month\n 11 | 3 | 9000.50 | 202406",
        electricity="""
            account | employer | kwh | month
            a       | 11       | 10  | 202406
            b       | 12       | 5.5 | 202406
            c       | 77       | 7   | 202406
            """,
        job_ads="""
            title  | openings | posted     | closed     | place
            保洁员 | 3        | 2024-06-03 |            | 360902
            保洁员L |         | 2024-01-03 |            | 360921
            电工   | 9        | 2024-06-03 | 2024-06-20 | 360902
            月球漫步员 | 2    | 2024-05-03 |            |
            """,
        job_seekers="""
            title  | active_month | place
            保洁员 | 202406       | 360902
            电工   | 202405       | 360902
                   | 202406       | 360981
            """,
        mobile_flows="""
            from_place | to_place | persons | month
            440000     | 360902   | 120     | 202406
            360902     | 360921   | 30      | 202406
            360902     | 440000   | 10      | 202405
            """,
    )


def moved(given: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Give the sources of the second month: some people moved, one more is on the register."""
    rows = given["population"].to_pylist()
    for row in rows:
        if row["person"] == 3:
            row["residence"] = "360981001001"
    # The first month's register still had who moved away.
    return {**given, "population": pa.Table.from_pylist(rows, schema=given["population"].schema)}


def facts(given: Mapping[str, pa.Table], built: Mapping[str, pa.Table], month: int) -> Facts:
    """Give the rows of a month the map is counted from."""

    def register(name: str, when: int) -> tuple[dict[str, Any], ...]:
        found = built.get(f"{name} {when}")
        return () if found is None else tuple(found.to_pylist())

    def source(name: str) -> tuple[dict[str, Any], ...]:
        rows = given[name].to_pylist()
        monthly = name == "mobile_flows"
        return tuple(row for row in rows if not monthly or row["month"] == month)

    return Facts(
        month=month,
        now=register("person_month", month),
        then=register("person_month", month - 1),
        people=register("person", month),
        employers=register("employer", month),
        employer_months=register("employer_month", month),
        **{
            name: source(name)
            for name in (
                "certificates",
                "training",
                "loans",
                "job_ads",
                "job_seekers",
                "mobile_flows",
            )
        },
    )
