"""A small town whose registers are built once: people, a household and firms for every case."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from leye.data.pool import Pool
from leye.data.pool.engines import Engine, workbench_of
from leye.data.registers.tables import REGISTER_TABLES
from tests.registers.small import build, sources

NOW, BEFORE = 202506, 202505
AT = datetime(2026, 1, 1, tzinfo=UTC)
MONTHS = (202501, 202502, 202503, 202504, BEFORE, NOW)
DRAWS, WORKS, YOUNG, FOUNDER, RETIRED, POST, NOBODY = range(1, 8)
FIRM, SHOP = 11, 12

_EVERY = "\n".join(
    f"{month} | {WORKS} | {FIRM} | 1 | {insurance} | 4200 | 360902"
    for month in MONTHS
    for insurance in (110, 210, 410)
)
_YOUNG = "\n".join(
    f"{month} | {YOUNG} | {FIRM} | 1 | {insurance} | 3800 | 360902"
    for month in MONTHS[2:]
    for insurance in (110, 210, 410)
)
_PENSION = "\n".join(f"{month} | {RETIRED} | 1 | 2400 | 360902" for month in MONTHS)


@cache
def given() -> dict[str, pa.Table]:
    """Give the sources of the town."""
    return sources(
        population=f"""
            person    | sex | birth_month | household | residence    | hukou_place | hukou | education | state
            {DRAWS}   | 2   | 198003      | H1        | 360902001001 | 360902      | 10    | 70        | 1
            {WORKS}   | 1   | 198501      | H2        | 360902001001 | 360902      | 20    | 30        | 1
            {YOUNG}   | 1   | 200812      | H2        | 360902001001 | 360902      | 20    | 60        | 1
            {FOUNDER} | 2   | 199005      | H3        | 360981001201 | 330100      | 20    | 20        | 1
            {RETIRED} | 1   | 195501      | H4        | 360902002001 |             | 10    | 80        | 1
            {POST}    | 1   | 196801      | H5        | 360902002201 | 360902      | 20    | 70        | 1
            {NOBODY}  | 1   | 199001      | H6        | 360902002201 | 360902      |       |           | 1
        """,  # noqa: E501  # a drawing is read line by line
        firms=f"""
            employer | kind | person    | industry | opened     | state | place     | park
            {FIRM}   | 1    |           | 39       | 2010-05-06 | 1     | 360902001 | 甲园
            {SHOP}   | 5    | {FOUNDER} | 52       | 2024-02-03 | 1     | 360981001 |
        """,
        contributions=f"""
            month | person | employer | kind | insurance | base | place
            {_EVERY}
            {_YOUNG}
        """,
        pensions=f"""
            month | person | kind | amount | place
            {_PENSION}
        """,
        unemployment_registration=f"""
            record | person  | registered | reason | place
            U1     | {DRAWS} | 2025-01-10 | 1      | 360902001001
        """,
        unemployment_benefit=f"""
            month  | person  | nth | total | amount | place
            {BEFORE} | {DRAWS} | 4 | 9     | 1584   | 360902
            {NOW}    | {DRAWS} | 5 | 9     | 1584   | 360902
        """,
        public_welfare_posts=f"""
            agreement | person | employer | start      | monthly | place
            A1        | {POST} | {FIRM}   | 2024-09-01 | 1870    | 360902002201
        """,
        hard_to_employ=f"""
            certificate | person | category | certified  | place
            C1          | {POST} | 3        | 2024-08-01 | 360902002201
        """,
        veterans=f"""
            person  | discharged | placement | place
            {WORKS} | 2024-10-01 | 1         | 360902001001
        """,
        subsidies=f"""
            payment | person | employer | programme  | from_month | to_month | amount | paid       | place
            S1      | {FOUNDER} | {SHOP} | startup   | 202503     | 202503   | 5000   | 2025-03-09 | 360981
            S2      |        | {FIRM}   | absorption | 202504     | 202504   | 1000   | 2025-04-09 | 360902
        """,  # noqa: E501  # a drawing is read line by line
        loans=f"""
            loan | person    | employer | kind | amount | granted    | due        | overdue | place
            L1   | {FOUNDER} | {SHOP}   | 1    | 200000 | 2024-06-01 | 2026-06-01 |         | 360981
        """,
    )


def fill(pool: Pool) -> None:
    """Write the registers of the newest two months into a pool; no source is in it."""
    with pool.ledger.writing() as change:
        for month in (BEFORE, NOW):
            for table in REGISTER_TABLES:
                rows = registers()[f"{table.name} {month}"]
                change.replace_month(
                    table.name,
                    month,
                    rows.to_reader(),
                    schema=table.schema,
                    key=table.key,
                    place=table.place,
                )
        change.commit(label="build", at=AT)


@cache
def registers() -> Mapping[str, pa.Table]:
    """Give the registers of every month, by name and month."""
    with TemporaryDirectory(prefix="leye-town-") as name:
        folder = Path(name)
        with workbench_of(Engine(threads=1), root=folder, folder=folder) as bench:
            return build(bench, folder, months=MONTHS, given=given())
