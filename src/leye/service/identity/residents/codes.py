"""Activation codes (开通码): twelve letters and digits that are read from a slip and typed once."""

import re
import secrets
import unicodedata

# Without what looks alike on paper: no 0 and O, no 1, I and L.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 12
"""31 ** 12: 59 bits."""
_GROUP = 4
_MOST = 64


def new_code() -> str:
    """Give a random code in its plain spelling."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spelled(code: str) -> str:
    """Give a code as it is printed: in groups of four."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def plain_code(given: str) -> str:
    """Give the plain spelling of a code somebody typed: letters and digits, capitals."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", given[:_MOST])).upper()


def foreign(code: str) -> str:
    """Give the characters of a plain code that no code has, each once."""
    return "".join(dict.fromkeys(each for each in code if each not in ALPHABET))
