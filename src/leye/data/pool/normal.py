"""Bringing written text to one form: the same for the cells and for the lists they are held to."""

import ibis
from ibis.expr.types import StringValue

BLANKS = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b"
"""What counts as blank at the ends of a cell."""

FULL = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000\u2212"
"""The full-width digits, letters and signs, and the full-width space."""
HALF = "".join(chr(code) for code in range(0x21, 0x7F)) + " -"
"""What each of ``FULL`` is written as."""
_TABLE = str.maketrans(FULL, HALF)


def half_width(text: StringValue) -> StringValue:
    """Give full-width digits, letters and signs (１２，％) as the plain ones."""
    # The engine's translate costs forty times the search, and hardly any cell needs it.
    return ibis.ifelse(text.re_search("[！-～　−]"), text.translate(FULL, HALF), text)


def plain(text: StringValue) -> StringValue:
    """Give a spelling without the differences that do not count: width, spaces, letter case."""
    return half_width(text).replace(" ", "").lower()


def plain_text(text: str) -> str:
    """Give what ``plain`` gives, for one text."""
    return text.translate(_TABLE).replace(" ", "").lower()


@ibis.udf.scalar.builtin(name="trim")  # type: ignore[untyped-decorator]  # it carries no types
def _trim(text: str, characters: str) -> str:  # type: ignore[empty-body]  # the engine has it
    ...


def trimmed(text: StringValue) -> StringValue:
    """Give each text without blanks of any kind, full-width ones too, at its ends."""
    return ibis.ifelse(text.re_search(f"^[{BLANKS}]|[{BLANKS}]$"), _trim(text, BLANKS), text)


def shows(text: StringValue, pattern: str) -> ibis.expr.types.BooleanValue:
    """Whether the whole of each text matches the pattern."""
    return text.re_search(f"^(?:{pattern})$")
