"""No number, name or telephone of anybody stands anywhere but in the vault."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client

from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_types import Kind
from tests.city.conftest import City

NUMBER = re.compile(rb"[1-9][0-9]{16}[0-9Xx]|1[3-9][0-9]{9}")
"""What a citizen number or a mobile telephone looks like."""


def people(city: City) -> tuple[set[str], set[str]]:
    """Give all numbers and telephones, and all names."""
    table = pq.read_table(city.truth / "people.parquet").to_pydict()
    given = {*table["number"], *table["phone"]} - {None, ""}
    return given, {*table["name"]} - {None, ""}


def texts_of(file: Path) -> Iterator[tuple[str, str]]:
    """Give every text of every column of a Parquet file, each once, with its column."""
    table = pq.read_table(file, partitioning=None)
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            for text in column.unique().to_pylist():
                if text:
                    yield name, text


def parquet_files(city: City) -> list[Path]:
    return sorted((city.pool.root / "tables").rglob("*.parquet"))


def test_the_scan_would_find_somebody(city: City) -> None:
    numbers, names = people(city)
    file = next((city.folder / "city" / "deliveries").rglob("population_202401*"))
    content = file.read_bytes()
    assert len(numbers) > 5_000
    assert len(names) > 1_000
    seen = {found.decode() for found in NUMBER.findall(content)}
    assert file.suffix in {".csv", ".parquet", ".xlsx"}
    assert seen & numbers or file.suffix != ".csv"


def test_no_column_of_any_table_holds_a_number_a_telephone_or_a_name(city: City) -> None:
    numbers, names = people(city)
    files = parquet_files(city)
    assert len(files) > 100
    found = []
    for file in files:
        for column, text in texts_of(file):
            hidden = {each.decode() for each in NUMBER.findall(text.encode())}
            if text in names or hidden & numbers:
                found.append(f"{file.parent.name}: {column}")
    assert found == []


def test_no_other_file_of_the_pool_holds_a_number_or_a_telephone(city: City) -> None:
    numbers, _ = people(city)
    open_sources = {each.name for each in source_contracts().values() if not each.personal}
    assert {"firm_reports", "mobile_flows"} <= open_sources
    found = [
        str(file.relative_to(city.folder))
        for file in city.pool.root.rglob("*")
        if file.is_file()
        and not (file.suffix == ".parquet" and "tables" in file.parts)
        and {each.decode() for each in NUMBER.findall(file.read_bytes())} & numbers
    ]
    assert found == []


def test_what_was_sent_is_sealed(city: City) -> None:
    """An original with personal columns is kept, and is no table to whoever opens it."""
    kept = [file for file in (city.pool.root / "landing").rglob("*") if file.is_file()]
    assert len(kept) > 100
    personal = [each for each in source_contracts().values() if each.of_kind(Kind.IDENTITY)]
    header = personal[0].of_kind(Kind.IDENTITY)[0].header.encode()
    assert [file.name for file in kept if header in file.read_bytes()] == []


def test_the_log_names_nobody(city: City) -> None:
    numbers, names = people(city)
    assert {each.decode() for each in NUMBER.findall(city.log.encode())} & numbers == set()
    assert [name for name in names if len(name) > 2 and name in city.log] == []


@pytest.mark.django_db
def test_no_page_names_anybody(
    city: City, accounts: dict[str, Any], settings: Any, client: Client
) -> None:
    settings.LEYE_POOL = city.pool.root
    numbers, names = people(city)
    client.force_login(accounts["city_official"])
    seen = 0
    for address in PAGES:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        content = b"".join(answer) if answer.streaming else answer.content
        assert {each.decode() for each in NUMBER.findall(content)} & numbers == set(), address
        text = content.decode(errors="ignore")
        assert [name for name in names if f">{name}<" in text] == [], address
        seen += len(content)
    assert seen > 50_000


PAGES = (
    "/",
    "/console/",
    "/console/sources/",
    "/console/quality/",
    "/console/conflicts/",
    "/console/persons/",
    "/console/deliveries/",
)
