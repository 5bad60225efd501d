"""The contracts of the departments' sources."""

from pathlib import Path

import pytest
import yaml

from leye.data.pool.contract import InvalidContract, Privacy
from leye.data.pool.source_contract import (
    Kind,
    Shape,
    SourceRule,
    load_source,
    source_contracts,
    stored_schema,
)

FOLDER = Path(load_source.__code__.co_filename).parent / "sources"


def test_there_is_a_contract_for_each_of_the_29_sources() -> None:
    assert len(source_contracts()) == 29
    assert {c.department for c in source_contracts().values()} >= {"公安", "社保", "人社", "税务"}


@pytest.mark.parametrize("name", sorted(source_contracts()))
def test_nothing_personal_has_a_stored_column_but_keyed_numbers(name: str) -> None:
    schema = stored_schema(source_contracts()[name])
    for column in source_contracts()[name].columns:
        if column.privacy is Privacy.PERSONAL and column.stored:
            assert schema[column.stored].is_int64(), column.field


@pytest.mark.parametrize("name", sorted(source_contracts()))
def test_every_table_has_a_month_and_where_a_row_came_from(name: str) -> None:
    contract = source_contracts()[name]
    schema = stored_schema(contract)
    assert str(schema["month"]) == "int32"
    assert schema.names[-3:] == ("delivery", "row", "flags")
    assert ("person" in schema) == contract.personal
    assert (contract.shape is Shape.MONTHLY) == (contract.effective_to == "month")


def test_the_bits_of_the_flags_never_change() -> None:
    assert [rule.bit for rule in SourceRule][:5] == [1, 2, 4, 8, 16]
    assert SourceRule.NEEDS.bit == 1 << 12


def test_a_spelling_stands_for_one_code_only() -> None:
    for contract in source_contracts().values():
        for codes in contract.codes.values():
            said = [s for code, each in codes.items() for s in dict.fromkeys((code, *each))]
            assert len(said) == len(set(said)), (contract.name, said)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": ["nobody"]}, "stored columns that do not exist"),
        ({"due_day": 31}, "a day that not every month has"),
        ({"shape": "monthly"}, "a month, or none"),
        ({"name": "other"}, "a name other than"),
        ({"checks": [{"rule": "order", "columns": ["a", "b"]}]}, "fields that do not exist"),
        ({"checks": [{"rule": "order", "sorted": True}]}, "unknown entries"),
        ({"shape": "yearly"}, "ValueError"),
    ],
)
def test_a_contradictory_contract_is_refused(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    given = yaml.safe_load((FOLDER / "deaths.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "deaths.yaml"
    path.write_text(yaml.safe_dump(given | change, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InvalidContract, match=words):
        load_source(path)


def test_identity_numbers_are_marked_personal_wherever_they_stand() -> None:
    held = [c for c in source_contracts().values() if c.of_kind(Kind.IDENTITY)]
    assert len(held) == 21
    assert all(c.of_kind(Kind.IDENTITY)[0].stored == "person" for c in held)
