"""Arithmetic written in words: what a line of a formula comes to, for numbers at hand.

A line may hold numbers, holes, ＋ － × ÷, full-width brackets, 取小（…，…） for the least, 取大 for
the greatest and 去尾 for the whole part. A test holds each against the rule; nothing is paid by it.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from leye.decision.policy.saying import Hole, split
from leye.kernel.errors import InvalidInput

Number = Callable[[Hole], float]
"""Gives what a hole stands for."""


class InvalidReckoning(InvalidInput):
    """A line of a formula is no arithmetic."""

    code = "invalid_reckoning"
    title = "算法写得不对"


def reckon(text: str, number: Number) -> float:
    """Give what a line comes to; NaN where one of its numbers is not known.

    :raises InvalidReckoning: it is no arithmetic.
    """
    values: list[float] = []
    written = ""
    for part in split(text):
        if isinstance(part, Hole):
            values.append(number(part))
            written += f"v[{len(values) - 1}]"
        else:
            written += part.translate(_SIGNS)
    for word, name in _NAMES.items():
        written = written.replace(word, name)
    try:
        tree = ast.parse(written, mode="eval")
        return _worth(tree.body, values)
    except (SyntaxError, KeyError, TypeError) as error:
        raise InvalidReckoning(f"“{text}”算不出来", hint="请改正 words") from error


def holds(text: str, number: Number, option: Callable[[Hole, str], bool | None]) -> bool:
    """Tell whether a comparison holds, such as ``{age} ≥ 12`` or ``{sex} ＝ 男``.

    ``option`` tells whether a fact has the option of these words, None where it is not known. What
    is not known does not hold.
    """
    found = _COMPARED.fullmatch(text)
    if found is None:
        raise InvalidReckoning(f"“{text}”不是比较", hint="请写作 {甲} ＞ {乙}")
    left, sign, right = found.groups()
    if sign in {"＝", "≠"} and "{" not in right:
        there = option(next(e for e in split(left) if isinstance(e, Hole)), right)
        return there is not None and there == (sign == "＝")
    return _SIGNED[sign](reckon(left, number), reckon(right, number))


_SIGNS = str.maketrans({**dict(zip("＋－×÷（），", "+-*/(),", strict=True)), "、": ","})
_NAMES = {"取小": "least", "取大": "most", "去尾": "whole"}
_COMPARED = re.compile(r"(.+?)\s*([＝≠＞＜≥≤])\s*(.+)")
_SIGNED: Mapping[str, Callable[[float, float], bool]] = {
    "＞": operator.gt,
    "＜": operator.lt,
    "≥": operator.ge,
    "≤": operator.le,
    "＝": operator.eq,
    "≠": operator.ne,
}
_OPERATORS: Mapping[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda left, right: left / right if right else math.nan,
}


def _of_all(pick: Callable[[list[float]], float]) -> Callable[..., float]:
    return lambda *given: math.nan if any(each != each for each in given) else pick(list(given))


_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "least": _of_all(min),
    "most": _of_all(max),
    "whole": _of_all(lambda given: math.floor(given[0])),
}


def _worth(node: Any, values: list[float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Subscript(slice=ast.Constant(value=int() as place)):
            return values[place]
        case ast.BinOp(left=left, op=sign, right=right):
            return _OPERATORS[type(sign)](_worth(left, values), _worth(right, values))
        case ast.Call(func=ast.Name(id=name), args=given):
            return _FUNCTIONS[name](*(_worth(each, values) for each in given))
    raise TypeError(ast.dump(node))
