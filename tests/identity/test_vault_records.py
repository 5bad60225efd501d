"""What the vault keeps of people: once, sealed, and found again by token only."""

import logging
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from django.db import connection

from leye.service.identity.vault import records, tables
from leye.service.identity.vault.errors import SealBroken
from leye.service.identity.vault.models import IdentityRecord
from leye.service.identity.vault.records import Known
from leye.service.identity.vault.vault import Vault
from tests.identity.vaults import known, new_vault, number_of, token_of
from tests.samples import AT

LATER = AT + timedelta(days=30)


@pytest.fixture
def vault(tmp_path: Path, db: None) -> Vault:
    return new_vault(tmp_path)


def kept(vault: Vault, serial: int) -> Known:
    (record,) = records.read([token_of(vault, serial)], ring=vault.ring)
    return record.known


def test_what_is_kept_is_found_by_token(vault: Vault) -> None:
    assert vault.keep(known(vault, range(3)), at=AT) == 3
    assert tuple(kept(vault, 1)) == (number_of(1), "王小明", "13800138000", "360902001001")
    assert records.read([b"\0" * 16], ring=vault.ring) == []


def test_keeping_the_same_again_writes_nothing(vault: Vault) -> None:
    vault.keep(known(vault, range(3)), at=AT)
    before = list(IdentityRecord.objects.order_by("token").values())
    assert vault.keep(known(vault, range(3)), at=LATER) == 0
    assert vault.keep(known(vault, [1], name=None, phone="", place=None), at=LATER) == 0
    assert list(IdentityRecord.objects.order_by("token").values()) == before


def test_only_new_and_changed_people_are_written(vault: Vault) -> None:
    vault.keep(known(vault, range(3)), at=AT)
    mixed = pa.concat_tables(
        [known(vault, [0]), known(vault, [1], phone="13900139000"), known(vault, [9])]
    )
    assert vault.keep(mixed, at=LATER) == 2
    assert kept(vault, 1).phone == "13900139000"
    assert IdentityRecord.objects.filter(updated_at=LATER).count() == 2
    assert IdentityRecord.objects.count() == 4


def test_what_was_unknown_is_filled_in(vault: Vault) -> None:
    vault.keep(known(vault, [1], name=None, phone=None, place=None), at=AT)
    vault.keep(known(vault, [1], phone=None), at=LATER)
    assert tuple(kept(vault, 1)) == (number_of(1), "王小明", "", "360902001001")


def test_a_name_gives_way_to_an_authority_only(vault: Vault) -> None:
    vault.keep(known(vault, [1], name="王晓明"), at=AT)
    assert vault.keep(known(vault, [1], name="王小明", place="360981"), at=AT) == 0
    assert kept(vault, 1).name == "王晓明"
    assert vault.keep(known(vault, [1], name="王小明", place="360981"), at=AT, authoritative=True)
    assert (kept(vault, 1).name, kept(vault, 1).place) == ("王小明", "360981")
    vault.keep(known(vault, [1], name="汪小明"), at=AT)
    assert kept(vault, 1).name == "王小明"


def test_one_person_twice_in_a_delivery_is_one_record(vault: Vault) -> None:
    both = pa.concat_tables(
        [
            known(vault, [1], phone="13800138001"),
            known(vault, [1], name="别名", phone="13800138002"),
        ]
    )
    assert vault.keep(both, at=AT) == 1
    assert (kept(vault, 1).name, kept(vault, 1).phone) == ("王小明", "13800138002")


def test_rows_without_a_token_are_left_out(vault: Vault) -> None:
    table = known(vault, [1, 2])
    gaps = table.set_column(0, "token", pa.array([None, table["token"][1].as_py()], pa.binary(16)))
    assert vault.keep(gaps, at=AT) == 1


def test_many_batches_are_kept_like_one(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leye.service.identity.vault.vault.BATCH", 7)
    assert vault.keep(known(vault, range(30)), at=AT) == 30
    assert vault.keep(known(vault, range(32)), at=AT) == 2
    assert len(records.read([token_of(vault, n) for n in range(32)], ring=vault.ring)) == 32


def test_more_tokens_than_one_question_takes_are_found(vault: Vault) -> None:
    vault.keep(known(vault, range(2000)), at=AT)
    assert vault.keep(known(vault, range(2001)), at=AT) == 1


def test_no_name_number_or_phone_stands_in_the_table(vault: Vault) -> None:
    vault.keep(known(vault, [1]), at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity_identityrecord")
        row = cursor.fetchone()
    content = b"|".join(
        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row
    )
    for personal in (number_of(1), number_of(1)[6:14], "王小明", "13800138000"):
        assert personal.encode() not in content


def test_equal_names_leave_unequal_marks(vault: Vault) -> None:
    vault.keep(known(vault, [1, 2]), at=AT)
    assert len(set(IdentityRecord.objects.values_list("name_mark", flat=True))) == 2
    assert len(set(IdentityRecord.objects.values_list("phone_mark", flat=True))) == 2


def test_a_record_moved_to_another_person_does_not_open(vault: Vault) -> None:
    vault.keep(known(vault, [1, 2]), at=AT)
    mine, theirs = token_of(vault, 1), token_of(vault, 2)
    (row,) = tables.rows([theirs])
    IdentityRecord.objects.filter(token=mine).update(sealed=row.sealed)
    with pytest.raises(SealBroken):
        records.read([mine], ring=vault.ring)


def test_a_record_whose_key_is_gone_says_so(vault: Vault) -> None:
    vault.keep(known(vault, [1]), at=AT)
    IdentityRecord.objects.update(data_version=9)
    with pytest.raises(SealBroken, match="第 9 版"):
        records.read([token_of(vault, 1)], ring=vault.ring)


def test_nothing_personal_is_logged_or_printed(
    vault: Vault, caplog: pytest.LogCaptureFixture, settings: object
) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined] # Django then logs every statement
    with caplog.at_level(logging.DEBUG):
        vault.keep(known(vault, [1]), at=AT)
        vault.keep(known(vault, [1], phone="13900139000"), at=AT)
        (record,) = records.read([token_of(vault, 1)], ring=vault.ring)
    shown = f"{caplog.text} {record!r} {record} {record.known!r} {IdentityRecord.objects.get()}"
    for personal in (number_of(1), "王小明", "13800138000", "13900139000"):
        assert personal not in shown


def test_what_sqlite_is_lent_for_large_loads_is_taken_back(vault: Vault) -> None:
    with connection.cursor() as cursor:
        asked = "PRAGMA cache_size" if connection.vendor == "sqlite" else "SHOW work_mem"
        cursor.execute(asked)
        before = cursor.fetchone()
        vault.keep(known(vault, [1]), at=AT)
        cursor.execute(asked)
        assert cursor.fetchone() == before
