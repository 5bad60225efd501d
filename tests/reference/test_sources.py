"""Every data file has an entry that says where it came from, and is the file it says."""

from datetime import date

import pytest

from leye.data.reference import (
    calendar,
    data_file_names,
    digest_of,
    industries,
    key_groups,
    occupations,
    places,
    source_notes,
)


def test_every_file_has_an_entry_and_every_entry_a_file() -> None:
    assert set(data_file_names()) == set(source_notes())


@pytest.mark.parametrize("name", data_file_names())
def test_the_file_is_the_one_described(name: str) -> None:
    note = source_notes()[name]
    assert note.sha256 == digest_of(name)
    assert note.edition.name == name.removesuffix(".csv")
    for told in (note.edition.title, note.edition.source, note.edition.licence, note.publisher):
        assert told
    assert note.changed
    assert note.checked


@pytest.mark.parametrize("name", data_file_names())
def test_the_edition_is_in_the_file_name(name: str) -> None:
    assert any(part.isdigit() and len(part) == 4 for part in name.removesuffix(".csv").split("_"))


def test_the_lists_tell_their_edition() -> None:
    for each in (places(), occupations(), industries(), key_groups(), calendar()):
        assert each.edition.source
        assert each.edition.licence
        assert each.edition.valid_from is None or each.edition.valid_from <= date(2026, 1, 1)
