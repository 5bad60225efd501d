"""What departments deliver of a small city: valid, complete, and in agreement with the truth."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pyarrow.parquet as pq
import pytest
from stdnum.cn import ric, uscc

import leye.data.twin.deliveries as package
from leye.data.pool.source_contract import common_codes
from leye.data.pool.source_reading import read_source
from leye.data.pool.source_types import Kind, SourceColumn
from leye.data.reference import industries, occupations, places
from leye.data.twin.deliveries import FlawKind, default_rates, read_manifest
from leye.data.twin.deliveries.manifest import NoManifest
from leye.data.twin.deliveries.shape import shapes
from leye.kernel.months import month_range
from tests.twin.deliveries.conftest import FIRST_MONTH, LAST_MONTH, made_city
from tests.twin.deliveries.reading import Found, digests, rows_of

MONTHS = month_range(FIRST_MONTH, LAST_MONTH)
SOURCES = list(shapes())
RARE = ("credit_events", "layoff_reports")
"""Sources that need not have a row in a small city."""
MOST_LOOKED_AT = 2_000
_WRITTEN = {
    Kind.MONTH: r"(19|20)\d{4}",
    Kind.DATE: r"\d{4}-\d\d-\d\d",
    Kind.BIRTH: r"\d{4}-\d\d-\d\d",
    Kind.INTEGER: r"\d+",
    Kind.DECIMAL: r"\d+\.\d\d|\d+(\.\d+)?",
    Kind.YES_NO: "是|否",
    Kind.PHONE: r"1\d{10}",
}


def everything(folder: Path, source: str) -> Iterator[Found]:
    for month in MONTHS:
        yield from rows_of(folder, source, month)


def valid(column: SourceColumn, cell: str, codes: dict[str, frozenset[str]]) -> bool:
    """Whether a cell holds what its column is for."""
    if not cell:
        return not column.required
    if column.kind is Kind.IDENTITY:
        return bool(ric.is_valid(cell))
    if column.kind is Kind.CREDIT_CODE:
        return bool(uscc.is_valid(cell))
    if column.kind is Kind.CODE:
        return cell in codes[column.codes]
    if column.kind is Kind.PLACE:
        outside = "outside" in column.levels or "province" in column.levels
        return cell in places() or (outside and bool(re.fullmatch(r"\d{6}", cell)))
    return bool(re.fullmatch(_WRITTEN.get(column.kind, ".+"), cell))


@pytest.mark.parametrize("source", SOURCES)
def test_every_cell_of_a_clean_delivery_is_one_the_contract_knows(
    clean_city: Path, source: str
) -> None:
    contract = shapes()[source].contract
    codes = {name: frozenset(each) for name, each in {**common_codes(), **contract.codes}.items()}
    codes["occupation"] = frozenset(entry.code for entry in occupations().entries)
    codes["industry"] = frozenset(entry.code for entry in industries().at_level(2))

    rows = list(everything(clean_city, source))
    rows = rows[:: len(rows) // MOST_LOOKED_AT + 1]

    assert rows or source in RARE
    wrong = [
        (each.file, each.row, column.field, each.cells[column.field])
        for each in rows
        for column in contract.columns
        if not valid(column, each.cells[column.field], codes)
    ]
    assert wrong[:5] == []


@pytest.mark.parametrize("source", SOURCES)
def test_a_clean_delivery_names_no_record_twice(clean_city: Path, source: str) -> None:
    key = shapes()[source].key
    for month in MONTHS:
        named = [tuple(r.cells[f] for f in key) for r in rows_of(clean_city, source, month)]
        assert len(set(named)) == len(named)


def test_standing_sources_are_full_at_first_and_then_bring_what_changed(clean_city: Path) -> None:
    for source in ("population", "firms", "labour_ledger", "veterans"):
        first, second = (len(rows_of(clean_city, source, month)) for month in MONTHS[:2])
        assert second * 4 < first


def test_a_unit_employee_has_three_rows_of_contributions_and_others_one(clean_city: Path) -> None:
    insurances = defaultdict(set)
    for each in rows_of(clean_city, "contributions", MONTHS[1]):
        cells = each.cells
        who = (cells["id_number"], cells["uscc"], cells["kind"], cells["base"])
        insurances[who].add(cells["insurance"])

    by_kind = defaultdict(set)
    for (_, _, kind, _), paid in insurances.items():
        by_kind[kind].add(frozenset(paid))
    assert by_kind["1"] == {frozenset({"110", "210", "410"})}
    assert by_kind["2"] == {frozenset({"110"})}
    assert by_kind.get("3", {frozenset({"410"})}) == {frozenset({"410"})}


def test_who_is_truly_employed_and_insured_is_paid_for_by_the_true_employer(
    clean_city: Path,
) -> None:
    truth = pq.read_table(clean_city / "truth" / f"person_month_{MONTHS[2]}.parquet").to_pylist()
    paid = {
        (each.cells["id_number"], each.cells["uscc"])
        for each in rows_of(clean_city, "contributions", MONTHS[2])
        if each.cells["kind"] == "1"
    }

    insured = [
        (each["number"], each["employer"]) for each in truth if each["status"] == "employed_insured"
    ]

    assert len(insured) > 100
    assert sum(each in paid for each in insured) / len(insured) > 0.99


def test_the_truth_gives_everybody_of_sixteen_one_status(clean_city: Path) -> None:
    people = {row["number"] for row in _truth(clean_city, "people")}
    firms = {each.cells["uscc"] for each in everything(clean_city, "firms")}
    for month in MONTHS:
        rows = _truth(clean_city, f"person_month_{month}")
        numbers = [row["number"] for row in rows]
        assert len(set(numbers)) == len(numbers)
        assert set(numbers) <= people
        assert all(row["status"] for row in rows)
        assert {row["employer"] for row in rows if row["employer"]} <= firms
        of_age = [int(number[6:10]) * 100 + int(number[10:12]) for number in numbers]
        assert max(of_age) <= month - 1600


def _truth(folder: Path, name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(folder / "truth" / f"{name}.parquet").to_pylist()
    return rows


def test_the_truth_names_the_person_behind_every_row_without_a_valid_number(
    flawed_city: Path,
) -> None:
    linked = {(row["file"], row["row"]): str(row["number"]) for row in _truth(flawed_city, "links")}
    people = {row["number"] for row in _truth(flawed_city, "people")}
    invalid = {}
    for source, shape in shapes().items():
        for each in everything(flawed_city, source) if shape.identity else ():
            number = each.cells[shape.identity]
            if number and number not in people:
                invalid[each.file, each.row] = number
    seekers = sum(1 for _ in everything(flawed_city, "job_seekers"))

    assert set(linked.values()) <= people
    assert invalid.keys() <= linked.keys()
    assert len(linked) == len(invalid) + seekers
    for where, number in invalid.items():
        differing = [a != b for a, b in zip(number, linked[where], strict=True)]
        assert 1 <= sum(differing) <= 2


def test_every_kind_of_flaw_happens_about_as_often_as_it_is_set(flawed_city: Path) -> None:
    happened: Counter[tuple[str, str]] = Counter()
    expected: Counter[tuple[str, str]] = Counter()
    for row in _truth(flawed_city, "flaws"):
        kind = FlawKind(row["kind"])
        where = (row["kind"], row["source"])
        happened[where] += row["happened"]
        expected[where] += row["possible"] * default_rates()[kind].of(str(row["source"]))

    for kind in FlawKind:
        count = sum(n for (each, _), n in happened.items() if each == kind)
        wanted = sum(n for (each, _), n in expected.items() if each == kind)
        if kind is FlawKind.WHOLE_DELIVERY_LATE:
            continue
        # Persistent flaws come in bundles of the same person's rows: their scatter is wider.
        assert count > 0, kind
        assert abs(count - wanted) < 0.35 * wanted + 12 * np.sqrt(wanted), kind


@pytest.mark.parametrize("source", SOURCES)
def test_the_pools_reader_finds_every_row_where_the_truth_says(
    flawed_city: Path, source: str
) -> None:
    contract = shapes()[source].contract
    for month in (MONTHS[0], MONTHS[-1]):
        written = {each.row: each.cells for each in rows_of(flawed_city, source, month)}
        if not written:
            continue
        file = f"{month}/{source}_{month}.{shapes()[source].layout.form.suffix}"
        engine = ibis.duckdb.connect()

        issues = read_source(flawed_city / "deliveries" / file, contract=contract, engine=engine)

        assert issues == ()
        first = contract.columns[0].field
        query = f"SELECT row, coalesce({first}, '') FROM texts"
        read = dict(engine.con.execute(query).fetchall())
        assert read == {row: cells[first] for row, cells in written.items()}
        engine.disconnect()


def test_deliveries_come_in_order_and_some_as_a_whole_too_late(flawed_city: Path) -> None:
    arrivals = read_manifest(flawed_city)

    assert [each.arrives for each in arrivals] == sorted(each.arrives for each in arrivals)
    assert read_manifest(flawed_city / "deliveries") == arrivals
    assert any(each.arrives > each.due for each in arrivals)
    assert {each.source for each in arrivals} | set(RARE) == set(SOURCES)
    for each in arrivals:
        assert not each.file or (flawed_city / "deliveries" / each.file).is_file()
        assert each.due.day == shapes()[each.source].contract.due_day
    for source in SOURCES:
        months = [each.month for each in arrivals if each.source == source]
        assert months == sorted(months)
    assert arrivals[0].arrives > date(FIRST_MONTH // 100, FIRST_MONTH % 100, 28)


def test_every_file_written_is_in_the_manifest(flawed_city: Path) -> None:
    folder = flawed_city / "deliveries"
    written = {str(path.relative_to(folder)) for path in folder.rglob("*.*") if path.is_file()}

    assert written - {"manifest.json"} == {each.file for each in read_manifest(folder)} - {""}


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    once, again = (
        made_city(tmp_path / name, people=2_000, months=3, rates=default_rates())
        for name in ("once", "again")
    )

    assert len(digests(once)) > 60
    assert digests(once) == digests(again)


def test_late_rows_of_a_month_arrive_with_the_files_of_later_months(flawed_city: Path) -> None:
    behind = Counter(
        MONTHS.index(int(month)) - MONTHS.index(int(each.cells["month"]))
        for month in MONTHS
        for each in rows_of(flawed_city, "contributions", month)
    )

    assert set(behind) == {0, 1, 2, 3}
    assert behind[0] > 100 * behind[1]


def test_a_folder_without_deliveries_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoManifest) as caught:
        read_manifest(tmp_path)

    assert caught.value.code == "no_twin_manifest"


def test_neither_flaws_nor_exporters_know_anything_of_registers() -> None:
    folder = Path(str(package.__file__)).parent
    for path in folder.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        named |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        assert not any(name.startswith("leye.data.registers") for name in named), path
