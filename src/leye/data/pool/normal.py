"""Bringing written text to one form: the same for the cells and for the lists they are held to."""

import ibis
from ibis.expr.types import StringValue

_FULL = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000\u2212"
_HALF = "".join(chr(code) for code in range(0x21, 0x7F)) + " -"
_TABLE = str.maketrans(_FULL, _HALF)


def half_width(text: StringValue) -> StringValue:
    """Give full-width digits, letters and signs (１２，％) as the plain ones."""
    return text.translate(_FULL, _HALF)


def plain(text: StringValue) -> StringValue:
    """Give a spelling without the differences that do not count: width, spaces, letter case."""
    return half_width(text).replace(" ", "").lower()


def plain_text(text: str) -> str:
    """Give what ``plain`` gives, for one text."""
    return text.translate(_TABLE).replace(" ", "").lower()


def shows(text: StringValue, pattern: str) -> ibis.expr.types.BooleanValue:
    """Whether the whole of each text matches the pattern."""
    return text.re_search(f"^(?:{pattern})$")
