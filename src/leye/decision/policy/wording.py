"""The words of a rule: what its conditions mean in full and how its sum is worked out.

They are data, in ``programmes`` under ``words`` and, for quantities that several programmes read,
in ``terms.yaml``. Tests hold them against the rules: every parameter that is read is named, every
line of arithmetic comes to what the rule comes to in every worked case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from leye.kernel.errors import InvalidInput

AMOUNT, MONTHS = "amount", "months"
"""What a line of a programme may give, besides a quantity."""

STILL_DUE = "还可享受的月数"


class InvalidWords(InvalidInput):
    """The words of a rule are written wrongly."""

    code = "invalid_policy_words"
    title = "政策的文字有误"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, a template (see ``saying``).

    ``of``: what it gives. ``sums``: it is arithmetic (see ``reckoning``). ``who``: of whom it
    holds, and ``only``: the comparisons that tell. ``when`` and ``unless``: parameters that must
    or must not have a value in the month.
    """

    text: str
    of: str = ""
    sums: bool = False
    who: str = ""
    only: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def said(self, values: Mapping[str, float]) -> bool:
        """Tell whether it holds with the law of a month."""
        there = {path: values[path] == values[path] for path in (*self.when, *self.unless)}
        return all(there[p] for p in self.when) and not any(there[p] for p in self.unless)


class Joined(StrEnum):
    """How the lines below a condition belong together."""

    ANY = "any"
    ALL = "all"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Detail:
    """What a condition comes to, line by line."""

    joined: Joined
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one programme.

    ``sum``: what the amount is, such as 每月失业保险金; ``months``: what the months are; ``how``:
    the steps to both.
    ``stops``: what ends it, ``exceptions``: who is left out or what is not told by a condition.
    ``example``: the sentence of the worked case to show, blank for the first that tells all.
    """

    sum: str = ""
    months: str = STILL_DUE
    how: tuple[Line, ...] = ()
    conditions: Mapping[str, tuple[Detail, ...]] = field(default_factory=dict)
    stops: tuple[Line, ...] = ()
    exceptions: tuple[Line, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """How a quantity is worked out, in the unit given; ``group``: told aside, under this title."""

    name: str
    unit: str
    group: str
    how: tuple[Line, ...]


def read_words(given: Mapping[str, Any]) -> Words:
    """Read the words of a programme.

    :raises InvalidWords: they are written otherwise than they may be.
    """
    known = {"sum", "months", "how", "conditions", "stops", "exceptions", "example"}
    if unexpected := set(given) - known:
        raise InvalidWords(f"多余的项 {sorted(unexpected)}", hint="请改正 programmes")
    return Words(
        sum=given.get("sum", ""),
        months=given.get("months", STILL_DUE),
        how=_lines(given.get("how", ())),
        conditions=MappingProxyType(
            {name: _details(each) for name, each in given.get("conditions", {}).items()}
        ),
        stops=_lines(given.get("stops", ())),
        exceptions=_lines(given.get("exceptions", ())),
        example=given.get("example", ""),
    )


@cache
def terms() -> Mapping[str, Term]:
    """Give the quantities that are explained in words, by name.

    :raises InvalidWords: the file is written otherwise than it may be.
    """
    text = (Path(__file__).parent / "terms.yaml").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            name: Term(
                name, given.get("unit", ""), given.get("group", ""), _lines(given["how"], of=name)
            )
            for name, given in yaml.safe_load(text).items()
        }
    )


_LINE = {"of", "is", "says", "who", "only", "when", "unless"}


def _details(given: Mapping[str, Any]) -> tuple[Detail, ...]:
    return tuple(Detail(Joined(joined), _lines(lines)) for joined, lines in given.items())


def _lines(given: Any, of: str = "") -> tuple[Line, ...]:
    return tuple(_line({"says": each} if isinstance(each, str) else each, of) for each in given)


def _line(given: Mapping[str, Any], of: str) -> Line:
    if set(given) - _LINE or ("is" in given) == ("says" in given):
        raise InvalidWords(f"{dict(given)}", hint=f"每行写 is 或 says 之一，另可写 {sorted(_LINE)}")
    return Line(
        text=given.get("is", given.get("says")),
        of=given.get("of", of),
        sums="is" in given,
        who=given.get("who", ""),
        only=_names(given.get("only", ())),
        when=_names(given.get("when", ())),
        unless=_names(given.get("unless", ())),
    )


def _names(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
