"""The facts the policies ask: each once, with its question, its source and what absence means.

Read from ``facts.yaml``; the inputs of every rule are made from this list and from nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from leye.data.reference import places
from leye.kernel.errors import InvalidInput, UnknownCode, near_matches
from leye.kernel.months import valid_month
from leye.kernel.place import PlaceLevel

Value = str | int | float | bool | None


class InvalidFact(InvalidInput):
    """A fact was given a value it cannot take, or is declared wrongly."""

    code = "invalid_fact"
    title = "填写的内容不对"


class Kind(StrEnum):
    """What a fact is."""

    ANSWER = "answer"
    MONTH = "month"
    NUMBER = "number"
    MONEY = "money"
    CHOICE = "choice"
    PLACE = "place"


class Origin(StrEnum):
    """Who gives a fact."""

    REGISTER = "register"
    APPLICANT = "applicant"
    CERTIFICATE = "certificate"


ORIGIN_ZH: Mapping[Origin, str] = MappingProxyType(
    {
        Origin.REGISTER: "登记库",
        Origin.APPLICANT: "本人填报",
        Origin.CERTIFICATE: "凭证明",
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One input.

    ``absent_is_no``: whoever the register does not list has answered no (a number: 0). ``when``:
    asked only where another fact has one of these options, or is itself not known.
    """

    name: str
    entity: str
    kind: Kind
    label: str
    question: str
    origin: Origin
    source: str
    unit: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    bounds: tuple[float, float] | None = None
    absent_is_no: bool = False
    sensitive: bool = False
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def unknown(self) -> float:
        """What stands for not known in an array of this fact."""
        return _UNKNOWN[self.kind]

    def option_index(self, option: str) -> int:
        """Give the number of an option: 1 for the first, 0 stands for not known.

        :raises UnknownCode: there is no such option.
        """
        try:
            return list(self.options).index(option) + 1
        except ValueError:
            near = near_matches(option, [*self.options, *self.options.values()])
            raise UnknownCode(self.label, option, near=near) from None

    def read(self, value: Value) -> float:
        """Give the number that stands for a written value; None and 不知道 are not known.

        Answers take 是/否, yes/no and true/false, months 202501 and 2025-01, choices the key or
        the Chinese words of an option, places a code or a name.

        :raises InvalidFact: the value is none of these, or out of bounds.
        """
        if value is None or str(value).strip() in _NOT_KNOWN:
            return self.unknown
        number = _READERS[self.kind](self, value)
        if self.bounds is not None and not self.bounds[0] <= number <= self.bounds[1]:
            raise InvalidFact(
                f"{self.label}“{value}”超出范围",
                hint=f"应在{self.bounds[0]:g}至{self.bounds[1]:g}之间",
            )
        return number

    def show(self, number: float) -> str:
        """Give the Chinese words of a stored number."""
        if number == self.unknown or number != number:
            return "不知道"
        if self.kind is Kind.ANSWER:
            return "是" if number == 2 else "否"
        if self.kind is Kind.CHOICE:
            return list(self.options.values())[int(number) - 1]
        if self.kind is Kind.MONTH:
            return f"{int(number) // 100}年{int(number) % 100}月"
        if self.kind is Kind.PLACE:
            code = str(int(number))
            return places().get(code).name if code in places() else code
        return f"{number:.12g}{self.unit}"


@cache
def facts() -> Mapping[str, Fact]:
    """Give every fact by its name, in the order of the file.

    :raises InvalidFact: the file does not say what a fact needs.
    """
    text = (Path(__file__).parent / "facts.yaml").read_text(encoding="utf-8")
    found: dict[str, Fact] = {}
    for entity, entries in yaml.safe_load(text).items():
        for name, given in entries.items():
            if name in found:
                raise InvalidFact(f"{name} 声明了两次", hint="请改正 facts.yaml")
            found[name] = _declared(name, entity, given)
    return MappingProxyType(found)


def fact(name: str) -> Fact:
    """Give one fact.

    :raises UnknownCode: there is none of this name.
    """
    try:
        return facts()[name]
    except KeyError:
        raise UnknownCode("事实", name, near=near_matches(name, facts())) from None


_NOT_KNOWN = frozenset({"", "unknown", "不知道", "不清楚"})
_UNKNOWN: Mapping[Kind, float] = {
    Kind.ANSWER: 1,
    Kind.MONTH: 0,
    Kind.NUMBER: float("nan"),
    Kind.MONEY: float("nan"),
    Kind.CHOICE: 0,
    Kind.PLACE: 0,
}
_YES = frozenset({"yes", "true", "是", "有"})
_NO = frozenset({"no", "false", "否", "没有", "无"})
_KEYS = frozenset(
    {"kind", "label", "question", "from", "source", "unit", "options", "bounds"}
    | {"absent", "sensitive", "when"}
)


def _declared(name: str, entity: str, given: Mapping[str, Any]) -> Fact:
    if unexpected := set(given) - _KEYS:
        raise InvalidFact(f"{name} 有多余的项 {sorted(unexpected)}", hint="请改正 facts.yaml")
    try:
        bounds = given.get("bounds")
        return Fact(
            name=name,
            entity=entity,
            kind=Kind(given["kind"]),
            label=given["label"],
            question=given["question"],
            origin=Origin(given["from"]),
            source=given["source"],
            unit=given.get("unit", ""),
            options=MappingProxyType(given.get("options", {})),
            bounds=(float(bounds[0]), float(bounds[1])) if bounds else None,
            absent_is_no=given.get("absent") == "no",
            sensitive=given.get("sensitive", False),
            when={key: tuple(options) for key, options in given.get("when", {}).items()},
        )
    except (KeyError, ValueError) as error:
        raise InvalidFact(f"{name}：{error}", hint="请改正 facts.yaml") from None


def _answer(asked: Fact, value: Value) -> float:
    word = str(value).strip().lower()
    if word in _YES:
        return 2
    if word in _NO:
        return 0
    raise InvalidFact(f"{asked.label}“{value}”", hint="请填 是 或 否")


def _month(asked: Fact, value: Value) -> float:
    digits = str(value).strip().replace("-", "")
    if digits.isascii() and digits.isdigit() and valid_month(int(digits)):
        return int(digits)
    raise InvalidFact(f"{asked.label}“{value}”不是月份", hint="请写作 202501 或 2025-01")


def _number(asked: Fact, value: Value) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = float("nan")
    if number != number or abs(number) == float("inf") or isinstance(value, bool):
        raise InvalidFact(f"{asked.label}“{value}”不是数", hint="请填阿拉伯数字")
    return number


def _choice(asked: Fact, value: Value) -> float:
    word = str(value).strip()
    by_words = {text: key for key, text in asked.options.items()}
    return asked.option_index(by_words.get(word, word))


def _place(asked: Fact, value: Value) -> float:
    word = str(value).strip()
    if word.isascii() and word.isdigit() and len(word) in {6, 9, 12}:
        return int(word[:6])
    found = places().find(word)
    if found.level is not PlaceLevel.COUNTY:
        raise InvalidFact(
            f"{asked.label}“{value}”不是县（市、区）", hint="请填县（市、区）的名称或代码"
        )
    return int(found.code)


_READERS = {
    Kind.ANSWER: _answer,
    Kind.MONTH: _month,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.CHOICE: _choice,
    Kind.PLACE: _place,
}
