"""Passwords: made for somebody, or chosen by them."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from leye.service.identity.errors import WeakPassword
from leye.service.identity.models import User

# Django's own words are not all translated.
_REASONS = {
    "password_too_short": "密码太短",
    "password_too_common": "这个密码太常见",
    "password_entirely_numeric": "密码全是数字",
    "password_too_similar": "密码与账号或姓名太相近",
}
# Without letters and digits that look alike: it is read out or copied by hand once.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


_PART = 6
"""Digits of a citizen number in a row that no password may hold: a day of birth has as many."""


def generate_password() -> str:
    """Give a random password of four groups of four (79 bits)."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def check_new_password(password: str, *, user: User) -> None:
    """Do nothing for a password that meets the rules.

    :raises WeakPassword: it does not; the detail says every reason.
    """
    _check(password, user, hint="至少 10 个字符，不要全是数字，不要与账号相近")


def check_resident_password(password: str, *, number: str = "") -> None:
    """Do the same for a resident; a ``number`` must not stand in the password.

    :raises WeakPassword: it does not meet the rules, or holds a part of the citizen number.
    """
    _check(password, None, hint="至少 10 个字符，不要全是数字")
    digits = number[6:]
    if any(digits[at : at + _PART] in password.upper() for at in range(len(digits) - _PART + 1)):
        raise WeakPassword("密码里有身份证号码中的数字", hint="不要用生日和身份证号码作密码")


def _check(password: str, user: User | None, *, hint: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(
            "；".join(_reason(each) for each in error.error_list), hint=hint
        ) from error


def _reason(error: ValidationError) -> str:
    return _REASONS.get(str(error.code), "不符合要求")
