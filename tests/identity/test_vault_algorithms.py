"""The national algorithms against published values, and against a second implementation."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from leye.service.identity.vault.errors import SealBroken
from leye.service.identity.vault.hashing import hash_values
from leye.service.identity.vault.primitives import (
    NONCE,
    TAG,
    hash_all,
    hasher,
    nonces,
    open_value,
    value_sealer,
)

KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_digests_of_gb_t_32905_appendix_a(message: bytes, digest: str) -> None:
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(message)
    assert sm3.finalize().hex() == digest


@pytest.mark.parametrize(
    ("key", "message", "mac"),
    [
        (
            bytes(range(1, 33)),
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2,
            "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
        ),
        (
            bytes(range(1, 38)),
            b"\xcd" * 50,
            "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae",
        ),
        (
            b"\x0b" * 32,
            b"Hi There",
            "c0ba18c68b90c88bc07de794bfc7d2c8d19ec31ed8773bc2b390c9604e0be11e",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882",
        ),
    ],
)
def test_hmac_sm3_gives_the_values_of_gm_t_0042_appendix_d3(
    key: bytes, message: bytes, mac: str
) -> None:
    assert hasher(key)(message).hex() == mac
    assert hash_all(key, [message], size=32).hex() == mac


@given(st.binary(min_size=1, max_size=100), st.lists(st.binary(max_size=200), max_size=20))
def test_hmac_sm3_is_what_hashlib_gives(key: bytes, values: list[bytes]) -> None:
    expected = [hmac.digest(key, value, "sm3") for value in values]
    assert [hasher(key)(value) for value in values] == expected
    assert hash_values(key, values, size=16) == b"".join(each[:16] for each in expected)


def test_hashlib_knows_sm3() -> None:
    assert hashlib.new("sm3", b"abc").hexdigest().startswith("66c7f0f4")


def test_sm4_gives_the_block_of_gb_t_32907_example_1() -> None:
    block = Cipher(algorithms.SM4(KEY), modes.ECB()).encryptor()
    assert block.update(KEY).hex() == "681edf34d206965e86b3e94f536e4246"


RFC_8998 = {
    "nonce": "00001234567800000000ABCD",
    "bound_to": "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
    "plain": "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
    "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
    "sealed": "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
    "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D",
    "tag": "83DE3541E4C2B58177E065A9BF7B62EC",
}


def test_sm4_gcm_gives_the_values_of_rfc_8998_appendix_a1() -> None:
    known = {name: bytes.fromhex(value) for name, value in RFC_8998.items()}
    sealed = value_sealer(KEY)(known["plain"], known["bound_to"], known["nonce"])
    assert sealed == known["nonce"] + known["sealed"] + known["tag"]
    assert open_value(KEY, sealed, bound_to=known["bound_to"]) == known["plain"]


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_a_sealed_value_opens_to_itself(value: bytes, bound_to: bytes) -> None:
    sealed = value_sealer(KEY)(value, bound_to, nonces(1)[0])
    assert len(sealed) == NONCE + len(value) + TAG
    assert open_value(KEY, sealed, bound_to=bound_to) == value


@given(st.data())
def test_a_sealed_value_that_was_changed_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(value_sealer(KEY)(b"360902199001011234", b"here", nonces(1)[0]))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        open_value(KEY, bytes(sealed), bound_to=b"here")


@pytest.mark.parametrize(("key", "bound_to"), [(KEY[::-1], b"here"), (KEY, b"there"), (KEY, b"")])
def test_a_sealed_value_opens_with_its_key_and_in_its_place_only(
    key: bytes, bound_to: bytes
) -> None:
    sealed = value_sealer(KEY)(b"value", b"here", nonces(1)[0])
    with pytest.raises(SealBroken):
        open_value(key, sealed, bound_to=bound_to)


def test_what_is_too_short_to_be_sealed_does_not_open() -> None:
    with pytest.raises(SealBroken):
        open_value(KEY, b"\0" * (NONCE + TAG - 1), bound_to=b"")


def test_no_nonce_is_drawn_twice() -> None:
    drawn = nonces(20_000)
    assert len(set(drawn)) == 20_000
    assert {len(nonce) for nonce in drawn} == {NONCE}


def test_two_processes_give_what_one_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [f"{number}".encode() * (number % 3) for number in range(1001)]
    alone = hash_values(KEY, values, size=8)
    monkeypatch.setattr("leye.service.identity.vault.hashing.SHARED", 1000)
    assert hash_values(KEY, values, size=8) == alone


@pytest.mark.parametrize("program", ["raise SystemExit(1)", "import sys; sys.stdin.read(1)"])
def test_without_a_second_process_the_values_are_the_same(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    values = [str(number).encode() * 50 for number in range(5000)]
    alone = hash_values(KEY, values, size=8)
    monkeypatch.setattr("leye.service.identity.vault.hashing.SHARED", 1000)
    monkeypatch.setattr("leye.service.identity.vault.hashing._PROGRAM", program)
    assert hash_values(KEY, values, size=8) == alone
