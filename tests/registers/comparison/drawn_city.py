"""A few hundred people drawn by chance, among whom every rule finds somebody."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from leye.data.pool.source_contract import source_contracts, stored_schema
from leye.data.registers import schemas
from leye.kernel.months import first_day, month_add

PEOPLE = 400
FIRMS = 12
FIRST = date(2023, 6, 1)


class DrawnCity:
    """Draws columns, and gives the tables of one month."""

    def __init__(self, month: int, seed: int = 3) -> None:
        self.month = month
        self._rng = np.random.default_rng(seed)

    def tables(self) -> Mapping[str, pa.Table]:
        """Give every source and register the comparisons read."""
        return {**self._sources(), **self._registers()}

    # -- columns

    def _persons(self, count: int, *, blank: float = 0.02) -> list[Any]:
        drawn = self._rng.integers(1, PEOPLE + 1, count)
        return [None if self._rng.random() < blank else int(each) for each in drawn]

    def _firms(self, count: int, *, blank: float = 0.1) -> list[Any]:
        drawn = self._rng.integers(1, FIRMS + 1, count)
        return [None if self._rng.random() < blank else int(each) for each in drawn]

    def _days(self, count: int, *, blank: float = 0.0) -> list[Any]:
        drawn = self._rng.integers(0, 380, count)
        return [
            None if self._rng.random() < blank else FIRST + timedelta(days=int(n)) for n in drawn
        ]

    def _months(self, count: int, *, back: int = 8) -> list[int]:
        return [month_add(self.month, -int(n)) for n in self._rng.integers(0, back, count)]

    def _codes(self, count: int, *codes: str | None) -> list[Any]:
        return [codes[n] for n in self._rng.integers(0, len(codes), count)]

    def _source(self, name: str, count: int, **columns: list[Any]) -> pa.Table:
        schema = stored_schema(source_contracts()[name])
        numbers = {
            "month": [self.month] * count,
            "row": list(range(1, count + 1)),
            "delivery": self._codes(count, "D000001", "D000002"),
            "flags": [0] * count,
            "place": self._codes(count, "360902", "360981", None),
        }
        return _table(schema, count, {**numbers, **columns})

    def _register(self, name: str, count: int, **columns: list[Any]) -> pa.Table:
        schema: ibis.Schema = getattr(schemas, name.upper())
        return _table(schema, count, {"month": [self.month] * count, **columns})

    # -- tables

    def _sources(self) -> dict[str, pa.Table]:
        n = 300
        serial = [f"{number:04}" for number in range(n)]
        return {
            "unemployment_benefit": self._source(
                "unemployment_benefit", 60, person=self._persons(60), nth=[3] * 60
            ),
            "contributions": self._source(
                "contributions",
                n,
                person=self._persons(n),
                employer=self._firms(n),
                kind=self._codes(n, "1", "1", "2"),
                insurance=self._codes(n, "110", "210", "410"),
            ),
            "pensions": self._source(
                "pensions", 80, person=self._persons(80), kind=self._codes(80, "1", "2")
            ),
            "deaths": self._source(
                "deaths", 40, person=self._persons(40), death_date=self._days(40)
            ),
            "unemployment_registration": self._source(
                "unemployment_registration",
                n,
                record=serial,
                person=self._persons(n),
                registered=self._days(n),
                cancelled=self._days(n, blank=0.6),
                reason=self._codes(n, "1", "2", "3", "4", None),
                last_employer=self._firms(n),
            ),
            "labour_filing": self._source(
                "labour_filing",
                n * 10,
                contract=[f"{number:04}" for number in range(n * 10)],
                person=self._persons(n * 10),
                employer=self._firms(n * 10, blank=0),
                start=self._days(n * 10),
                ended=self._days(n * 10, blank=0.4),
                end_reason=self._codes(n * 10, "1", "2", "3", "4", "4", None),
            ),
            "public_welfare_posts": self._source(
                "public_welfare_posts",
                60,
                agreement=serial[:60],
                person=self._persons(60),
                employer=self._firms(60),
                start=self._days(60),
                end=self._days(60, blank=0.7),
            ),
            "training": self._source(
                "training",
                n,
                record=serial,
                person=self._persons(n),
                class_id=self._codes(n, "A", "B", "C", "D"),
                start=self._days(n),
                end=self._days(n, blank=0.1),
            ),
            "subsidies": self._source(
                "subsidies",
                n,
                payment=serial,
                person=self._persons(n, blank=0.3),
                employer=self._firms(n),
                programme=self._codes(n, "flexible_insurance", "welfare_post", "firm_insurance"),
                from_month=self._months(n),
                to_month=[self.month] * n,
                paid=[first_day(self.month)] * n,
            ),
            "graduates": self._source(
                "graduates", n, person=self._persons(n), graduated=self._months(n, back=30)
            ),
            "firms": self._source(
                "firms",
                FIRMS,
                employer=list(range(1, FIRMS + 1)),
                person=self._persons(FIRMS),
                opened=self._days(FIRMS),
            ),
            "population": self._source(
                "population",
                PEOPLE,
                person=list(range(1, PEOPLE + 1)),
                household=[f"H{number // 3:04}" for number in range(PEOPLE)],
                relation=[f"{number % 3 + 1:02}" for number in range(PEOPLE)],
            ),
            "layoff_reports": self._source(
                "layoff_reports",
                2,
                report=["R1", "R2"],
                employer=self._firms(2, blank=0),
                reported=self._days(2),
                planned=self._days(2, blank=0.5),
            ),
            "firm_reports": self._source(
                "firm_reports",
                FIRMS,
                employer=list(range(1, FIRMS + 1)),
                current=[int(each) for each in self._rng.integers(0, 200, FIRMS)],
            ),
        }

    def _registers(self) -> dict[str, pa.Table]:
        firms, n = list(range(1, FIRMS + 1)), 150
        homes = PEOPLE // 3
        statuses = self._codes(PEOPLE, "unknown", "employed_insured")
        return {
            "employer": self._register(
                "employer",
                FIRMS,
                employer=firms,
                kind=self._codes(FIRMS, "1", "1", "6"),
                owner=self._persons(FIRMS),
                active=[each % 5 != 0 for each in firms],
            ),
            "insurance_month": self._register(
                "insurance_month",
                n,
                person=self._persons(n, blank=0),
                employer=self._firms(n, blank=0),
                kind=["1"] * n,
            ),
            "person": self._register(
                "person",
                PEOPLE,
                person=list(range(1, PEOPLE + 1)),
                birth_month=[198001] * PEOPLE,
                state=["1"] * PEOPLE,
            ),
            "person_month": self._register(
                "person_month",
                PEOPLE,
                person=list(range(1, PEOPLE + 1)),
                status=statuses,
                residence=["360902001001"] * PEOPLE,
            ),
            "household": self._register(
                "household",
                homes * 2,
                month=[self.month] * homes + [month_add(self.month, -1)] * homes,
                household=[f"H{number:04}" for number in range(homes)] * 2,
                residence=["360902001001"] * homes * 2,
                able=[2] * homes * 2,
                members=[3] * homes * 2,
                employed=[0] * homes + [int(flag) for flag in self._rng.integers(0, 2, homes)],
                zero_employment=[bool(flag) for flag in self._rng.integers(0, 2, homes * 2)],
            ),
            "employer_month": self._register(
                "employer_month",
                FIRMS,
                employer=firms,
                place=["360902"] * FIRMS,
                insured=[int(each) for each in self._rng.integers(0, 200, FIRMS)],
                insured_last_month=[int(each) for each in self._rng.integers(5, 100, FIRMS)],
            ),
        }


def _table(schema: ibis.Schema, count: int, columns: Mapping[str, list[Any]]) -> pa.Table:
    blank = [None] * count
    return pa.table(
        {
            name: pa.array(
                [Decimal(v) if kind.is_decimal() and v is not None else v for v in values],
                type=kind.to_pyarrow(),
            )
            for name, kind in schema.items()
            for values in [columns.get(name, blank)]
        }
    )
