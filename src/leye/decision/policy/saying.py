"""Sentences about a rule with the numbers of a month in them.

A text is a template. ``{a.b.c}`` is the value of a parameter; where it is ``{a.b@fact}``, that of
every cell of the table ``a.b``, which the fact chooses from. ``{name:words}`` is a fact or a
quantity, by its own label where no words are given. What stands in ``[…]`` is said only in months
in which each of its values is there; ``[a.b.c?…]`` asks for that of ``a.b.c``, ``[!a.b.c?…]`` for
there being none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from leye.decision.policy.facts import fact, facts
from leye.decision.policy.parameters import SETTING, Confidence, Dated, Described, Parameters
from leye.decision.policy.programmes import quantities
from leye.decision.policy.system import System
from leye.decision.policy.tabled import cells, cells_in_words

_HOLE = re.compile(r"\{([a-z0-9_.]+)(?:@([a-z0-9_]+))?(?::([^{}]+))?\}")
_OPTIONAL = re.compile(r"\[(?:(!?)([a-z0-9_.]+)\?)?([^\[\]]*)\]")
_FILLING = re.compile(r"（1 [^）]*）")
_WAN = 10_000
_IN_TENS_OF_THOUSANDS = 100_000
_SAY_ALL = frozenset({"比例", "年月"})
_THIRDS = {"0.333333": "三分之一", "0.666667": "三分之二"}


class State(StrEnum):
    """How a value of the law stands in a month."""

    SURE = "sure"
    UNVERIFIED = "unverified"
    UNSET = "unset"
    """The city has not set it."""
    NOT_FOUND = "not_found"
    ENDED = "ended"
    NOT_YET = "not_yet"


STATE_ZH = {
    State.SURE: "",
    State.UNVERIFIED: "未核对",
    State.UNSET: "市里尚未设定",
    State.NOT_FOUND: "没有查到",
    State.ENDED: "已到期",
    State.NOT_YET: "当时还没有规定",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: plain words, a value (``path``), or a fact or quantity (``name``)."""

    text: str
    path: str = ""
    state: State = State.SURE
    name: str = ""


@dataclass(frozen=True, slots=True)
class Hole:
    """What a template leaves open: a parameter, a table with its fact, or a fact or quantity."""

    name: str
    by: str
    words: str

    @property
    def is_value(self) -> bool:
        """Tell whether it is a value of the law."""
        return "." in self.name


def holes(text: str) -> tuple[Hole, ...]:
    """Give the holes of a template in their order."""
    return tuple(_hole(each) for each in _HOLE.finditer(text))


def sentence(text: str, rules: System, month: int) -> str:
    """Give a sentence of a condition, whose own words say the units, with the month's values."""
    return "".join(each.text for each in pieces(text, rules, month, units=False))


def plain_words(parts: tuple[Piece, ...]) -> str:
    """Give the parts of a line as one text, what is not verified said behind its value."""
    return "".join(
        f"{each.text}（未核对）" if each.state is State.UNVERIFIED else each.text for each in parts
    )


def pieces(
    text: str, rules: System, month: int, *, units: bool = True, named: bool = False
) -> tuple[Piece, ...]:
    """Give a template with the values of a month.

    ``units``: each value with its unit; ``named``: what has no value is called by its label.
    """
    said = _OPTIONAL.sub(lambda each: _if_there(each, rules.law.at(month)), text)
    found: list[Piece] = []
    for part in split(said):
        if isinstance(part, str):
            found.append(Piece(part))
            continue
        label = part.words or (_missing_label(part, rules.law, month) if named else "")
        found += _filled(part, rules.law, month, units, label)
    return tuple(found)


def split(text: str) -> Iterator[str | Hole]:
    """Give the words and the holes of a template in their order."""
    start = 0
    for each in _HOLE.finditer(text):
        if each.start() > start:
            yield text[start : each.start()]
        yield _hole(each)
        start = each.end()
    if start < len(text):
        yield text[start:]


def value_piece(law: Parameters, path: str, month: int, *, units: bool = True) -> Piece:
    """Give one value of a month, or in brackets why there is none."""
    about = law.get(path)
    now = about.at(month)
    state = _state(about, now)
    if now is None or now.value is None:
        return Piece(f"（{STATE_ZH[state]}）", path, state)
    shown = value_words(about, now.value) if units else show_value(now.value, about.unit)
    return Piece(shown, path, state)


def label_of(name: str) -> str:
    """Give the label of a fact or a quantity.

    :raises UnknownCode: there is none of this name.
    """
    return quantities()[name].label if name in quantities() else fact(name).label


def setting_label(about: Described) -> str:
    """Give what a value of the law is called, without how a setting is to be filled in."""
    return _FILLING.sub("", about.label_zh)


def show_value(value: float, unit: str) -> str:
    """Give a number of the law in words: a ratio as per cent, 30万元, no value as 未定."""
    if value != value:
        return "（未定）"
    if unit == "年月":
        return f"{int(value) // 100}年{int(value) % 100}月"
    if unit == "比例":
        third = _THIRDS.get(f"{value:.6f}")
        return third or f"{Decimal(str(float(value))) * 100:f}".rstrip("0").rstrip(".") + "%"
    if unit.startswith("元") and value >= _IN_TENS_OF_THOUSANDS and value % _WAN == 0:
        return f"{value / _WAN:.10g}万"
    return f"{value:.10g}" if value < 1e9 else f"{value:.0f}"


def value_words(about: Described, value: float | None) -> str:
    """Give a value with its unit in words; 没有 where there is none."""
    if value is None:
        return "没有（尚未设定）" if about.path.startswith(f"{SETTING}.") else "没有（已结束）"
    if about.unit == "是":
        return "是" if value else "否"
    return with_unit(value, about.unit)


def with_unit(value: float, unit: str) -> str:
    """Give a number of the law with its unit: 90%, 2021年1月, 12个月."""
    shown = show_value(value, unit)
    return shown if unit in _SAY_ALL else f"{shown}{unit}"


def _hole(found: re.Match[str]) -> Hole:
    name, by, words = found[1], found[2] or "", found[3] or ""
    if "." not in name and name not in facts():
        label_of(name)
    return Hole(name, by, words)


def _if_there(found: re.Match[str], values: Mapping[str, float]) -> str:
    none, asked, text = found.groups()
    wanted = [asked] if asked else [e.name for e in holes(text) if e.is_value and not e.by]
    there = all(values[path] == values[path] for path in wanted)
    return text if there != bool(none) else ""


def _missing_label(hole: Hole, law: Parameters, month: int) -> str:
    if hole.by or not hole.is_value or law.at(month)[hole.name] == law.at(month)[hole.name]:
        return ""
    return setting_label(law.get(hole.name))


def _filled(hole: Hole, law: Parameters, month: int, units: bool, label: str) -> list[Piece]:
    if not hole.is_value:
        return [Piece(label or label_of(hole.name), name=hole.name)]
    found = (
        _table(hole, law, month) if hole.by else [value_piece(law, hole.name, month, units=units)]
    )
    if not label:
        return found
    bare = found[0].text.startswith("（")
    return [Piece(label), *found] if bare else [Piece(f"{label}（"), *found, Piece("）")]


def _table(hole: Hole, law: Parameters, month: int) -> list[Piece]:
    found: list[Piece] = []
    for words, path in cells_in_words(law, hole.name, hole.by, month):
        found.append(Piece(f"、{words}" if found else words))
        found.append(value_piece(law, path, month))
    if found:
        return found
    about = [law.get(path) for path in cells(law, hole.name, hole.by, month).values()][:1]
    state = next((_state(each, each.at(month)) for each in about), State.NOT_YET)
    return [Piece(f"（{STATE_ZH[state]}）", state=state)]


def _state(about: Described, now: Dated | None) -> State:
    if now is None:
        return State.NOT_YET
    if now.value is None:
        if about.path.startswith(f"{SETTING}."):
            return State.UNSET
        return State.NOT_FOUND if now.confidence is Confidence.UNVERIFIED else State.ENDED
    return State.UNVERIFIED if now.confidence is Confidence.UNVERIFIED else State.SURE
