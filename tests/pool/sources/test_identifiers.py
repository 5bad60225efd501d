"""Check digits of whole columns agree with the library that knows the standards."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from leye.data.pool.identifiers import (
    births,
    employer_keys,
    settle_credit_code,
    settle_identity,
    sexes,
    sound_credit_codes,
    sound_identities,
)

CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def identity(first: str) -> str:
    return first + ric.calc_check_digit(first + "0")


def credit_code(first: str) -> str:
    return first + uscc.calc_check_digit(first + "0")


digits = st.text("0123456789", min_size=17, max_size=17)
days = st.builds(
    "{:06}{:04}{:02}{:02}{:03}".format,
    st.integers(110000, 659999),
    st.integers(1700, 2199),
    st.integers(0, 13),
    st.integers(0, 32),
    st.integers(0, 999),
)
identities = st.one_of(
    days.map(identity),
    digits.map(identity),
    st.builds("{}{}".format, days, st.sampled_from("0123456789Xx")),
    st.text("0123456789Xx -'１", min_size=14, max_size=19),
)
codes = st.one_of(
    st.builds(
        "{}{}".format,
        st.text("0123456789", min_size=8, max_size=8),
        st.text(CREDIT, min_size=9, max_size=9),
    ).map(credit_code),
    st.text(CREDIT + "IOSVZ -", min_size=16, max_size=19),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(identities, min_size=1, max_size=200))
def test_arithmetic_on_identity_numbers_agrees_with_the_library(numbers: list[str]) -> None:
    assert sound_identities(pa.array(numbers)).tolist() == [
        settle_identity(number).number == number for number in numbers
    ]


@settings(max_examples=300, deadline=None)
@given(st.lists(codes, min_size=1, max_size=200))
def test_arithmetic_on_credit_codes_agrees_with_the_library(given: list[str]) -> None:
    assert sound_credit_codes(pa.array(given)).tolist() == [
        uscc.is_valid(code) and uscc.compact(code) == code for code in given
    ]


def test_they_agree_on_two_million_random_numbers() -> None:
    dice = np.random.default_rng(20260901)
    figures = dice.integers(0, 10, (2_000_000, 17))
    figures[:, 6:14] = [1, 9, 8, 4, 0, 2, 2, 9]
    weights = [pow(2, 17 - at, 11) for at in range(17)]
    # The remainder of the standard, worked out the other way round.
    check = (12 - (figures @ weights) % 11) % 11
    characters = np.concatenate([figures + 48, np.where(check == 10, 88, check + 48)[:, None]], 1)
    numbers = pa.Array.from_buffers(
        pa.string(),
        len(characters),
        [
            None,
            pa.py_buffer(np.arange(0, 18 * len(characters) + 1, 18, dtype=np.int32)),
            pa.py_buffer(characters.astype(np.uint8)),
        ],
    )
    assert sound_identities(numbers).all()
    for number in numbers.slice(0, 2_000).to_pylist():
        assert settle_identity(number).number == number
    wrong = characters.copy()
    wrong[:, 3] = (wrong[:, 3] - 48 + 1) % 10 + 48
    changed = pa.Array.from_buffers(
        pa.string(), len(wrong), [None, numbers.buffers()[1], pa.py_buffer(wrong.astype(np.uint8))]
    )
    assert not sound_identities(changed).any()


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("11010519491231002x", "11010519491231002X"),
        (" 110105 19491231 002X ", "11010519491231002X"),
        ("'11010519491231002X", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("110105491231002", "11010519491231002X"),
    ],
)
def test_spellings_of_a_number_are_put_right(given: str, number: str) -> None:
    assert settle_identity(given).number == number


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("1101051949123100", "18位"),
        ("110105194912310021", "校验码"),
        ("1101051949１231*021", "字符"),
        (identity("11010519490231002"), "出生日期"),
        (identity("11010517490131002"), "出生日期"),
    ],
)
def test_a_wrong_number_says_what_is_wrong(given: str, reason: str) -> None:
    settled = settle_identity(given)
    assert settled.number is None
    assert reason in settled.reason


def test_a_number_of_a_place_the_library_dates_later_is_sound() -> None:
    """The holder was born before the county had its code, and numbered after."""
    number = identity("36090219750101001")
    assert not ric.is_valid(number)
    assert settle_identity(number).number == number
    assert sound_identities(pa.array([number])).all()


def test_what_a_sound_number_tells() -> None:
    numbers = pa.array(["11010519491231002X", "440524188001010014"])
    assert sound_identities(numbers).all()
    assert births(numbers).tolist() == [19491231, 18800101]
    assert sexes(numbers).to_pylist() == ["2", "1"]


def test_the_key_of_an_employer_is_its_organisation_number() -> None:
    code = "91110000600037341L"
    assert employer_keys(pa.array([code])).tolist() == [int(code[8:16], 36)]
    assert settle_credit_code("91110000 600037341l").number == code
    assert "校验码" in settle_credit_code("91110000600037341M").reason
    assert settle_credit_code("A1110000600037341L").number is None


def test_columns_with_blanks_and_none_at_all_are_taken() -> None:
    assert sound_identities(pa.array([None, "", "11010519491231002X"])).tolist() == [
        False,
        False,
        True,
    ]
    assert sound_credit_codes(pa.array([], pa.string())).tolist() == []
