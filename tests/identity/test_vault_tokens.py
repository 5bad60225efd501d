"""Pseudonyms: one for each number, and what a wrong number could have been."""

import hmac
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from leye.service.identity.vault.numbers import masked, near_numbers
from leye.service.identity.vault.vault import Vault
from tests.identity.vaults import new_vault, number_of


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return new_vault(tmp_path_factory.mktemp("keys"))


def test_a_token_is_the_head_of_the_keyed_hash(vault: Vault) -> None:
    key = vault.ring.pseudonym[1]
    numbers = ["11010519491231002X", "360902199001011233"]
    expected = [hmac.digest(key, number.encode(), "sm3")[:16] for number in numbers]
    assert vault.tokens(pa.array(numbers)).to_pylist() == expected


def test_tokens_do_not_depend_on_case_order_or_batch(vault: Vault) -> None:
    numbers = ["11010519491231002X", "11010519491231002x", None, "360902199001011233"] * 3
    whole = vault.tokens(pa.array(numbers))
    assert whole.type == pa.binary(16)
    assert whole[0] == whole[1]
    assert whole[2].as_py() is None
    parts = pa.chunked_array([pa.array(numbers[:5]), pa.array(numbers[5:])])
    assert vault.tokens(parts).equals(whole)
    assert vault.tokens(pa.array(numbers)[3:8]).equals(whole[3:8])


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_no_numbers_have_no_tokens(vault: Vault, kind: pa.DataType) -> None:
    assert vault.tokens(pa.array([], kind)).to_pylist() == []
    assert vault.tokens(pa.array([None], kind)).to_pylist() == [None]


def test_features_have_keys_of_their_own(vault: Vault) -> None:
    values = pa.array(["王小明", "", None, "王小明", "李四"])
    names, phones = vault.feature_tokens("name", values), vault.feature_tokens("phone", values)
    assert names.type == pa.int64()
    assert names[0] == names[3]
    assert [token.as_py() is None for token in names] == [False, True, True, False, False]
    assert len({names[0].as_py(), names[4].as_py(), phones[0].as_py()}) == 3
    digest = hmac.digest(vault.ring.features["name"], "王小明".encode(), "sm3")
    assert names[0].as_py() == int.from_bytes(digest[:8], "big", signed=True)


def test_feature_tokens_outlive_a_rotation(tmp_path: Path) -> None:
    vault = new_vault(tmp_path)
    before = vault.feature_tokens("name", pa.array(["王小明"]))
    vault.file.replace(vault.ring.with_new_versions().using(2).without_old())
    assert vault.feature_tokens("name", pa.array(["王小明"])).equals(before)


# -- Neighbours --


def by_trying(number: str) -> set[str]:
    """Every number one character or one swap away that the library finds valid."""
    changed = {
        number[:at] + character + number[at + 1 :]
        for at in range(18)
        for character in "0123456789X"
    }
    swapped = {number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(17)}
    return {each for each in changed | swapped if each != number and is_number(each)}


def is_number(text: str) -> bool:
    """As the library has it, but for its list of counties, which wrong numbers rarely meet."""
    if not text[:17].isdigit() or text[6:8] not in {"18", "19", "20"}:
        return False
    try:
        ric.get_birth_date(text)
    except Exception:  # noqa: BLE001 - whatever the library says of a date that is none
        return False
    return bool(ric.calc_check_digit(text) == text[-1])


@given(st.integers(0, 20_000_000), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_near_numbers_are_all_that_trying_finds(serial: int, at: int, character: str) -> None:
    right = number_of(serial % 20_000_000)
    wrong = right[:at] + character + right[at + 1 :]
    found = near_numbers(wrong)
    assert len(found) == len(set(found))
    assert set(found) == by_trying(wrong)
    assert wrong == right or right in found


@given(st.integers(0, 20_000_000), st.integers(0, 16))
def test_a_swap_is_found_out(serial: int, at: int) -> None:
    right = number_of(serial)
    wrong = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
    assert wrong == right or right in near_numbers(wrong)


@pytest.mark.parametrize(
    "number", ["", "123", "1" * 15, "1" * 19, "x" * 18, "３" * 18, "36090219A0010B1233"]
)
def test_what_is_no_number_has_no_neighbours(vault: Vault, number: str) -> None:
    assert vault.neighbours(number) == ()


def test_neighbours_are_tokens(vault: Vault) -> None:
    right = number_of(77)
    wrong = right[:17] + ("1" if right[17] != "1" else "2")
    (token,) = vault.tokens(pa.array([right])).to_pylist()
    assert token in vault.neighbours(wrong.lower())
    assert all(len(each) == 16 for each in vault.neighbours(wrong))


@pytest.mark.parametrize(
    ("number", "shown"),
    [("11010519491231002X", "110105********002X"), ("12345", "*****"), ("", "")],
)
def test_a_masked_number_hides_the_birth_date(number: str, shown: str) -> None:
    assert masked(number) == shown
