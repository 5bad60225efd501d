"""What is counted of employers in a month."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from leye.data.pool.engines import Workbench
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
