"""Check digits of whole columns: citizen numbers (GB 11643) and credit codes (GB 32100).

Columns are tested by arithmetic on their bytes. What that doubts, and only that, is put to
python-stdnum one value at a time, for the verdict and the reason; a property test holds the two
together. The library's test of the district is left out: it asks whether the code was in use in the
year of birth, but numbers bear the code of the place where, and when, they were first issued.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from stdnum.cn import ric, uscc
from stdnum.exceptions import (
    InvalidChecksum,
    InvalidComponent,
    InvalidFormat,
    InvalidLength,
    ValidationError,
)

LENGTH = 18
_ZERO, _NINE = 48, 57
_ID_WEIGHTS = np.array([pow(2, 17 - at, 11) for at in range(17)], dtype=np.int32)
_ID_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
_MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int32)
_CENTURIES = (18, 19, 20)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_NO_CHARACTER = 255
_CREDIT_VALUES = np.full(256, _NO_CHARACTER, dtype=np.uint8)
_CREDIT_VALUES[np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)] = np.arange(31, dtype=np.uint8)
_CREDIT_WEIGHTS = np.array([pow(3, at, 31) for at in range(17)], dtype=np.int32)
_CREDIT_CHECKS = np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)
_BASE = 36
_BASE_VALUES = np.zeros(256, dtype=np.int64)
_BASE_VALUES[_ZERO : _NINE + 1] = np.arange(10)
_BASE_VALUES[65:91] = np.arange(10, 36)
_ORGANISATION = slice(8, 16)
_PIECE = 250_000
"""Values tested at a time, so that the arithmetic needs little memory."""
_APART = str.maketrans("", "", " \t\r\n\u00a0\u3000\ufeff\u200b'’`-－")

Truths = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Settled:
    """The verdict on one value: the number in its right form, or None and the reason in Chinese."""

    number: str | None
    reason: str = ""


def sound_identities(numbers: pa.Array) -> Truths:
    """Tell which values are citizen numbers of 18 characters as the standard writes them."""
    return _in_pieces(numbers, _sound_identities)


def sound_credit_codes(codes: pa.Array) -> Truths:
    """Tell which values are credit codes as the standard writes them."""
    return _in_pieces(codes, _sound_credit_codes)


def settle_identity(given: str) -> Settled:
    """Give the citizen number a value means, or why it means none.

    Blanks, apostrophes, full width and a small x are put right; a number of 15 digits, of the first
    generation, is given its century and check digit.
    """
    number = unicodedata.normalize("NFKC", given).translate(_APART).upper()
    if len(number) == 15 and number.isascii() and number.isdigit():
        longer = f"{number[:6]}19{number[6:]}"
        number = longer + ric.calc_check_digit(longer + "0")
    if len(number) == LENGTH and not number.isascii():
        return Settled(None, _REASONS[InvalidFormat])
    try:
        ric.validate(number)
    except (InvalidComponent, KeyError):
        # The day does not exist, or the library does not know the place (of a whole province it
        # knows no county): only the first counts.
        pass
    except ValidationError as fault:
        return Settled(None, _REASONS.get(type(fault), _REASONS[InvalidFormat]))
    if not _born(number):
        return Settled(None, _REASONS[InvalidComponent])
    return Settled(number)


def settle_credit_code(given: str) -> Settled:
    """Give the credit code a value means, or why it means none."""
    code = unicodedata.normalize("NFKC", given).translate(_APART).upper()
    if not code.isascii():
        return Settled(None, _REASONS[InvalidFormat])
    try:
        return Settled(uscc.validate(code))
    except ValidationError as fault:
        return Settled(None, _REASONS.get(type(fault), _REASONS[InvalidFormat]))


def births(numbers: pa.Array) -> npt.NDArray[np.int32]:
    """Give the day of birth in each sound citizen number, as 19900131."""
    found: npt.NDArray[np.int32] = np.zeros(len(numbers), dtype=np.int32)
    for digit in _matrix(numbers)[:, 6:14].T:
        found = found * 10 + (digit.astype(np.int32) - _ZERO)
    return found


def sexes(numbers: pa.Array) -> pa.Array:
    """Give the code of the sex in each sound citizen number: 1 male, 2 female."""
    odd = (_matrix(numbers)[:, 16] - _ZERO) % 2 == 1
    return pa.array(np.where(odd, "1", "2"))


def employer_keys(codes: pa.Array) -> npt.NDArray[np.int64]:
    """Give the organisation number in each sound credit code, as a number to the base 36."""
    found: npt.NDArray[np.int64] = np.zeros(len(codes), dtype=np.int64)
    for character in _matrix(codes)[:, _ORGANISATION].T:
        found = found * _BASE + _BASE_VALUES[character]
    return found


_REASONS: dict[type[Exception], str] = {
    InvalidLength: "应为18位",
    InvalidFormat: "含有不允许的字符",
    InvalidChecksum: "校验码不符，请核对每一位",
    InvalidComponent: "其中的出生日期不存在",
}


def _born(number: str) -> bool:
    if int(number[6:8]) not in _CENTURIES:
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return True


def _in_pieces(values: pa.Array, test: Callable[[Bytes], Truths]) -> Truths:
    sound: Truths = np.zeros(len(values), dtype=np.bool_)
    for start in range(0, len(values), _PIECE):
        piece = values.slice(start, _PIECE)
        fits = pc.fill_null(pc.equal(pc.binary_length(piece), LENGTH), False)
        where = np.flatnonzero(fits.to_numpy(zero_copy_only=False))
        if len(where):
            sound[start + where] = test(_matrix(piece.filter(fits)))
    return sound


def _matrix(values: pa.Array) -> Bytes:
    """Give the bytes of values of 18 bytes each, one to a row."""
    plain = values.cast(pa.large_binary())
    _, offsets, data = plain.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[plain.offset : plain.offset + len(plain) + 1]
    held: Bytes = np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]]
    return held.reshape(len(values), LENGTH)


def _sound_identities(characters: Bytes) -> Truths:
    figures = characters[:, :17]
    sound: Truths = np.all((figures >= _ZERO) & (figures <= _NINE), axis=1)
    digits = figures.astype(np.int32) - _ZERO
    sound &= _ID_CHECKS[(digits @ _ID_WEIGHTS) % 11] == characters[:, 17]
    year = digits[:, 6] * 1000 + digits[:, 7] * 100 + digits[:, 8] * 10 + digits[:, 9]
    month = digits[:, 10] * 10 + digits[:, 11]
    day = digits[:, 12] * 10 + digits[:, 13]
    sound &= np.isin(year // 100, _CENTURIES)
    sound &= (month >= 1) & (month <= 12) & (day >= 1)
    sound &= day <= _MONTH_DAYS[np.clip(month, 0, 12)]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    sound &= leap | (month != 2) | (day != 29)
    return sound


def _sound_credit_codes(characters: Bytes) -> Truths:
    region = characters[:, :8]
    sound: Truths = np.all((region >= _ZERO) & (region <= _NINE), axis=1)
    values = _CREDIT_VALUES[characters]
    sound &= np.all(values != _NO_CHARACTER, axis=1)
    total = values[:, :17].astype(np.int32) @ _CREDIT_WEIGHTS
    sound &= _CREDIT_CHECKS[-total % 31] == characters[:, 17]
    return sound
