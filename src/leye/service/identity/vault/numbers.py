"""Citizen numbers (GB 11643): sound ones, and those a wrong one could have been meant as."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(18))
_INVERSE = tuple(pow(weight, -1, 11) for weight in _WEIGHTS)
_X = 10


def plain_number(given: str) -> str:
    """Give the one spelling of a number somebody typed: no gaps, no wide digits, a capital X."""
    kept = re.sub(r"[\s.·-]+", "", unicodedata.normalize("NFKC", given))
    return kept.upper()


def is_sound(number: str) -> bool:
    """Whether a number in its one spelling can be somebody's: form, day of birth, check digit."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    digits = [_digit(character, place) or 0 for place, character in enumerate(number)]
    return _sum(digits) % 11 == 1 and _born(number)


def masked(number: str) -> str:
    """Give a number with the date of birth and the sequence covered."""
    return f"{number[:6]}{'*' * 8}{number[-4:]}" if len(number) == 18 else "*" * len(number)


def near_numbers(number: str) -> tuple[str, ...]:
    """Give the valid numbers that differ in one character, or by two neighbours swapped.

    The check digit is a sum modulo 11, so a wrong character at a given place has one cure at most:
    no more than 18 changes and 17 swaps are ever possible.
    """
    digits = [_digit(character, place) for place, character in enumerate(number.upper())]
    wrong = [place for place, digit in enumerate(digits) if digit is None]
    if len(digits) != 18 or len(wrong) > 1:
        return ()
    known = [digit or 0 for digit in digits]
    found = _changed(known, wrong or range(18))
    if not wrong:
        found = [*found, *_swapped(known)]
    texts = (_text(each) for each in found if _X not in each[:17])
    return tuple(text for text in dict.fromkeys(texts) if text != number.upper() and _born(text))


def _changed(digits: list[int], at: "list[int] | range") -> list[list[int]]:
    short = 1 - _sum(digits)
    found = []
    for place in at:
        digit = (digits[place] + short * _INVERSE[place]) % 11
        if digit != _X or place == 17:
            found.append([*digits[:place], digit, *digits[place + 1 :]])
    return found


def _swapped(digits: list[int]) -> Iterator[list[int]]:
    for place in range(17):
        left, right = digits[place], digits[place + 1]
        swapped = [*digits[:place], right, left, *digits[place + 2 :]]
        if _sum(swapped) % 11 == 1:
            yield swapped


def _sum(digits: list[int]) -> int:
    return sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True))


def _text(digits: list[int]) -> str:
    return "".join("X" if digit == _X else str(digit) for digit in digits)


def _digit(character: str, place: int) -> int | None:
    if character == "X" and place >= 16:
        # An X in the last place but one is one of two neighbours that were swapped.
        return _X
    return int(character) if character.isascii() and character.isdigit() else None


def _born(number: str) -> bool:
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[6:8] in {"18", "19", "20"}
