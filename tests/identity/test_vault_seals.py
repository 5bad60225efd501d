"""Sealed files: they open to what they were, or not at all."""

import resource
import struct
from pathlib import Path

import pytest

from leye.service.identity.vault import sealing
from leye.service.identity.vault.errors import SealBroken
from leye.service.identity.vault.vault import Vault
from tests.identity.vaults import new_vault

HEAD = 8 + 2 + 4 + 16 + 12 + 16 + 16
CONTENT = b"".join(b"%06d,360902199001011233,secret\n" % number for number in range(2000))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return new_vault(tmp_path)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CHUNK", 4096)


def sealed(vault: Vault, folder: Path, content: bytes) -> Path:
    source, target = folder / "plain", folder / "sealed"
    source.write_bytes(content)
    vault.seal(source, target)
    return target


def opened(vault: Vault, path: Path) -> bytes:
    target = path.with_name("opened")
    vault.open_sealed(path, target)
    assert target.stat().st_mode & 0o777 == 0o600
    return target.read_bytes()


def frames(content: bytes) -> list[bytes]:
    found, at = [], HEAD
    while at < len(content):
        (size,) = struct.unpack_from(">I", content, at)
        found.append(content[at : at + 9 + size])
        at += 9 + size
    return found


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 8192, len(CONTENT)])
@pytest.mark.usefixtures("small_chunks")
def test_a_sealed_file_opens_to_what_it_was(vault: Vault, tmp_path: Path, size: int) -> None:
    path = sealed(vault, tmp_path, CONTENT[:size])
    assert opened(vault, path) == CONTENT[:size]


def test_a_sealed_file_is_small_and_shows_nothing(vault: Vault, tmp_path: Path) -> None:
    path = sealed(vault, tmp_path, CONTENT)
    content = path.read_bytes()
    assert len(content) < len(CONTENT) / 2
    assert b"360902199001011233" not in content
    assert path.stat().st_mode & 0o777 == 0o600
    assert sealing.is_sealed(path)
    assert not sealing.is_sealed(tmp_path / "plain")


def test_the_same_file_sealed_twice_looks_different(vault: Vault, tmp_path: Path) -> None:
    first = sealed(vault, tmp_path, CONTENT).read_bytes()
    assert sealed(vault, tmp_path, CONTENT).read_bytes()[HEAD:] != first[HEAD:]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    "harm",
    [
        lambda head, parts: [head, *parts[:-1]],
        lambda head, parts: [head, *parts[1:]],
        lambda head, parts: [head, parts[1], parts[0], *parts[2:]],
        lambda head, parts: [head, parts[0], *parts],
        lambda head, parts: [head, *parts, parts[-1]],
        lambda head, parts: [head, *parts, b"\0"],
        lambda head, parts: [head, *parts[:-1], parts[-1][:-1]],
        lambda head, parts: [head, *parts[:-2], parts[-1]],
        lambda head, parts: [head],
        lambda head, parts: [head[:-1]],
        lambda head, parts: [],
        lambda head, parts: [b"X", head[1:], *parts],
        # The first chunk made out to be the last.
        lambda head, parts: [head, parts[0][:8], b"\x01", parts[0][9:]],
        lambda head, parts: [head, b"\xff\xff\xff\xff", parts[0][4:], *parts[1:]],
    ],
)
def test_what_was_cut_moved_doubled_or_added_to_does_not_open(
    vault: Vault, tmp_path: Path, harm: object
) -> None:
    path = sealed(vault, tmp_path, CONTENT)
    content = path.read_bytes()
    parts = frames(content)
    assert len(parts) > 4
    path.write_bytes(b"".join(harm(content[:HEAD], parts)))  # type: ignore[operator] # a function
    with pytest.raises(SealBroken):
        vault.open_sealed(path, tmp_path / "opened")
    assert not (tmp_path / "opened").exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["plain", "sealed", "vault_keys"]


@pytest.mark.usefixtures("small_chunks")
def test_any_changed_byte_is_noticed(vault: Vault, tmp_path: Path) -> None:
    path = sealed(vault, tmp_path, CONTENT[:9000])
    content = path.read_bytes()
    for at in [*range(HEAD + 30), *range(HEAD + 30, len(content), 37), len(content) - 1]:
        harmed = bytearray(content)
        harmed[at] ^= 1
        path.write_bytes(harmed)
        with pytest.raises(SealBroken):
            vault.open_sealed(path, tmp_path / "opened")


@pytest.mark.usefixtures("small_chunks")
def test_a_chunk_of_another_file_does_not_open_here(vault: Vault, tmp_path: Path) -> None:
    first = sealed(vault, tmp_path, CONTENT).read_bytes()
    path = sealed(vault, tmp_path, CONTENT)
    path.write_bytes(path.read_bytes()[:HEAD] + first[HEAD:])
    with pytest.raises(SealBroken):
        vault.open_sealed(path, tmp_path / "opened")


def test_a_file_of_another_installation_does_not_open_here(vault: Vault, tmp_path: Path) -> None:
    path = sealed(vault, tmp_path, CONTENT)
    (tmp_path / "other").mkdir()
    with pytest.raises(SealBroken):
        new_vault(tmp_path / "other").open_sealed(path, tmp_path / "opened")


def test_a_file_that_cannot_be_written_leaves_nothing(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        vault.seal(tmp_path / "missing", tmp_path / "sealed")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["vault_keys"]


def test_a_sealed_file_is_put_under_another_key(vault: Vault, tmp_path: Path) -> None:
    path = sealed(vault, tmp_path, CONTENT)
    old = vault.ring
    vault.file.replace(old.with_new_versions())
    new = vault.ring
    assert sealing.data_version(path) == 1
    for _ in range(2):
        sealing.seal_anew(path, keys=new.data, version=new.data_version)
    assert sealing.data_version(path) == 2
    vault.file.replace(new.using(2).without_old())
    assert opened(vault, path) == CONTENT
    with pytest.raises(SealBroken):
        sealing.open_file(path, tmp_path / "opened", keys=old.data)


def test_a_large_file_is_sealed_in_little_memory(vault: Vault, tmp_path: Path) -> None:
    source = tmp_path / "plain"
    line = CONTENT * 17  # about a megabyte
    with source.open("wb") as file:
        for _ in range(128):
            file.write(line)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    vault.seal(source, tmp_path / "sealed")
    vault.open_sealed(tmp_path / "sealed", tmp_path / "opened")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert (tmp_path / "opened").stat().st_size == source.stat().st_size
    assert grown < 64
