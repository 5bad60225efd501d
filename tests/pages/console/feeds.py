"""Small files of a department's source, as the pages take them in."""

from tests.identity.vaults import number_of

SOURCE = "pensions"
HEADER = "公民身份号码,姓名,待遇类别,发放金额,发放月,发放地"


def pensions(count: int, *, month: int, first: int = 1, bad: int = 0, doubtful: int = 0) -> bytes:
    """A month of pensions: ``bad`` rows have no such kind, ``doubtful`` ones a wrong number."""
    lines = [HEADER]
    for at in range(count):
        number = number_of(first + at)
        if at < doubtful:
            number = number[:-1] + ("1" if number[-1] != "1" else "2")
        kind = "9" if count - at <= bad else "1"
        lines.append(f"{number},王小明,{kind},{1800 + at}.50,{month},360902")
    return ("\n".join(lines) + "\n").encode()
