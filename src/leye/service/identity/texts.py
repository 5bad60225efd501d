"""Texts that staff type to say why."""

import re
import unicodedata

from leye.service.identity.errors import InvalidText

_GAPS = re.compile(r"(?<=[0-9])[\s\-.·]+(?=[0-9Xx])")
_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|[0-9]{15}|1[3-9][0-9]{9})(?![0-9])")


def plain_text(given: str, *, what: str, most: int, required: bool = True) -> str:
    """Give the text on one line, without surrounding blanks.

    Such texts are kept for good and read by others, so they must not carry anybody's number.

    :raises InvalidText: nothing was written though something must be, it is too long, or it holds
        a citizen number or a mobile number.
    """
    text = " ".join(unicodedata.normalize("NFC", given).split())
    if required and len(text) < 2:
        raise InvalidText(f"请填写{what}", hint="简要说明原因即可，至少两个字")
    if len(text) > most:
        raise InvalidText(f"{what}不能超过 {most} 个字", hint=f"现在有 {len(text)} 个字")
    if any(unicodedata.category(letter).startswith("C") for letter in text):
        raise InvalidText(f"{what}中有不能显示的字符", hint="请重新输入")
    # Full-width digits and digits in groups are numbers all the same.
    if _NUMBER.search(_GAPS.sub("", unicodedata.normalize("NFKC", text))):
        raise InvalidText(
            f"{what}中不要写身份证号码、手机号码", hint="说明事情即可；是谁，系统已经知道"
        )
    return text
