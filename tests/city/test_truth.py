"""How right the registers are of a small city with every fault of delivery.

The bounds are those of a city a thousandth of the real one, where one case is a percent; the bench
measures large ones.
"""

from pathlib import Path
from typing import Any

from leye.data.pool import Pool
from leye.data.pool.build import build_months, months_to_build
from leye.data.registers.tables import REGISTER_TABLES
from leye.kernel.months import month_add
from tests.city.conftest import AT, FIRST, MONTHS, City


def test_nearly_every_status_is_right(measured: dict[str, Any]) -> None:
    assert measured["person_months"] > 20_000
    assert measured["right"] >= 0.98, measured["confusion"]


def test_rows_without_a_valid_number_find_their_person(measured: dict[str, Any]) -> None:
    linkage = measured["linkage"]
    assert linkage["rows"] > 100
    assert linkage["precision"] >= 0.98
    assert linkage["f1"] >= 0.97


def test_the_rules_find_what_is_true_and_little_else(measured: dict[str, Any]) -> None:
    rules = measured["rules"].values()
    found, true = sum(each["found"] for each in rules), sum(each["true"] for each in rules)
    assert true > 20
    right = sum(each["precision"] * each["found"] for each in rules)
    met = sum(each["recall"] * each["true"] for each in rules)
    assert right / found >= 0.9, measured["rules"]
    assert met / true >= 0.9, measured["rules"]


def files_of(pool: Pool, table: str, month: int) -> list[bytes]:
    """Give the contents of a month's files of a register."""
    pin = pool.snapshot().manifest.tables[table]
    files = pool.ledger.files(table, pin.version)
    return [Path(file).read_bytes() for file in files if f"month={month}" in file]


def test_nothing_waits_to_be_built_and_building_again_changes_no_bit(city: City) -> None:
    assert months_to_build(city.pool, tables=REGISTER_TABLES) == ()
    last = month_add(FIRST, MONTHS - 1)
    monthly = [table.name for table in REGISTER_TABLES if table.monthly]
    before = {name: files_of(city.pool, name, last) for name in monthly}
    build_months(city.pool, tables=REGISTER_TABLES, months=[last], at=AT)
    assert {name: files_of(city.pool, name, last) for name in monthly} == before
    assert all(before["person_month"])
