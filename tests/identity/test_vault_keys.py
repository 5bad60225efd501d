"""The file of keys: made once, kept close, followed by every process, and never mistaken."""

import json
import logging
import threading
from pathlib import Path

import pyarrow as pa
import pytest

from leye.service.identity.vault.errors import VaultKeysUnusable
from leye.service.identity.vault.keys import KeyFile, KeyRing, new_keys
from leye.service.identity.vault.models import VaultKey
from leye.service.identity.vault.vault import Vault
from tests.identity.vaults import known, new_vault
from tests.samples import AT


def secrets_of(ring: KeyRing) -> list[str]:
    keys = [*ring.pseudonym.values(), *ring.data.values(), *ring.features.values(), ring.mark]
    return [key.hex() for key in keys]


def test_keys_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "deep" / "keys")
    file.create()
    first = file.path.read_bytes()
    file.create()
    assert file.path.read_bytes() == first
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == ["keys"]


def test_processes_that_start_at_once_agree_on_the_keys(tmp_path: Path) -> None:
    files = [KeyFile(tmp_path / "keys") for _ in range(8)]
    threads = [threading.Thread(target=file.create) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({file.read().mark for file in files}) == 1


def test_no_two_keys_agree() -> None:
    keys = [key for _ in range(5) for key in secrets_of(new_keys())]
    assert len(set(keys)) == len(keys)


def test_keys_are_replaced_at_once_and_seen_by_others(tmp_path: Path) -> None:
    mine, theirs = KeyFile(tmp_path / "keys"), KeyFile(tmp_path / "keys")
    mine.create()
    before = theirs.read()
    mine.replace(before.with_new_versions())
    after = theirs.read()
    assert (after.pseudonym_version, after.data_version, after.next_version) == (1, 2, 2)
    assert after.pseudonym[1] == before.pseudonym[1]
    assert after.features == before.features
    assert mine.path.stat().st_mode & 0o777 == 0o600


def test_keys_others_may_read_are_not_used(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys")
    file.create()
    file.path.chmod(0o640)
    with pytest.raises(VaultKeysUnusable):
        file.read()


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b'{"pseudonym": {"1": "00"}}',
    ],
)
def test_damaged_keys_are_not_used(tmp_path: Path, damage: bytes) -> None:
    file = KeyFile(tmp_path / "keys")
    file.create()
    file.path.write_bytes(damage)
    with pytest.raises(VaultKeysUnusable) as caught:
        file.read()
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("gone", ["pseudonym", "data", "features", "data_version"])
def test_a_file_without_a_key_it_needs_is_not_used(tmp_path: Path, gone: str) -> None:
    file = KeyFile(tmp_path / "keys")
    file.create()
    content = json.loads(file.path.read_text())
    content[gone] = {} if gone != "data_version" else 7
    file.path.write_text(json.dumps(content))
    with pytest.raises(VaultKeysUnusable):
        file.read()


def test_no_keys_are_no_keys(tmp_path: Path) -> None:
    with pytest.raises(VaultKeysUnusable):
        KeyFile(tmp_path / "keys").read()


def test_keys_are_never_shown(tmp_path: Path, db: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        vault = new_vault(tmp_path)
        vault.prepare()
        vault.keep(known(vault, [1]), at=AT)
        shown = f"{vault.ring!r} {vault.ring} {vault!r} {vault.file!r} {caplog.text}"
    assert not [secret for secret in secrets_of(vault.ring) if secret in shown]


# -- Whether they are the right ones --


def test_a_new_installation_makes_its_keys(tmp_path: Path, db: None) -> None:
    vault = Vault(tmp_path / "keys")
    vault.prepare()
    vault.prepare()
    assert vault.key_version == 1
    assert VaultKey.objects.count() == 5


def test_lost_keys_are_not_made_anew(tmp_path: Path, db: None) -> None:
    vault = new_vault(tmp_path)
    vault.prepare()
    vault.keep(known(vault, [1]), at=AT)
    vault.file.path.unlink()
    with pytest.raises(VaultKeysUnusable):
        vault.prepare()
    assert not vault.file.exists()


def test_keys_of_another_installation_are_refused(tmp_path: Path, db: None) -> None:
    new_vault(tmp_path).prepare()
    (tmp_path / "other").mkdir()
    with pytest.raises(VaultKeysUnusable):
        new_vault(tmp_path / "other").prepare()


def test_keys_from_before_a_rotation_are_refused(tmp_path: Path, db: None) -> None:
    vault = new_vault(tmp_path)
    vault.prepare()
    before = vault.ring
    rotated = before.with_new_versions().using(2).without_old()
    vault.file.replace(rotated)
    vault.prepare()
    assert {key.version for key in VaultKey.objects.filter(kind="pseudonym")} == {2}
    vault.file.replace(before)
    with pytest.raises(VaultKeysUnusable):
        vault.prepare()


def test_tokens_of_numbers_need_the_right_column(tmp_path: Path) -> None:
    vault = new_vault(tmp_path)
    with pytest.raises(ValueError, match="no such kind"):
        vault.feature_tokens("address", pa.array(["x"]))
