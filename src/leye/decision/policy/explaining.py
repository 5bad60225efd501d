"""A rule in words, with the numbers of a month: who may have it, and how its sum is worked out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from leye.decision.policy.catalogue import Listing, Paid, listing
from leye.decision.policy.check import amount_reads
from leye.decision.policy.conditions import Condition
from leye.decision.policy.facts import fact
from leye.decision.policy.parameters import SETTING
from leye.decision.policy.programmes import Programme, programme
from leye.decision.policy.saying import (
    Piece,
    label_of,
    pieces,
    plain_words,
    setting_label,
)
from leye.decision.policy.standing import in_force
from leye.decision.policy.system import System, system
from leye.decision.policy.wording import AMOUNT, MONTHS, Joined, Line, terms
from leye.kernel.months import month_of

_MOST_KEPT = 512
ROUNDED = "算出的金额四舍五入到分。"


@dataclass(frozen=True, slots=True)
class LineWords:
    """One line: of whom it holds, what it gives (``label``), and its parts."""

    who: str
    label: str
    sums: bool
    parts: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The line as plain text."""
        start = f"{self.who}：" if self.who else ""
        sign = " ＝ " if self.sums else "："
        given = f"{self.label}{sign}" if self.label else ""
        return f"{start}{given}{plain_words(self.parts)}"


@dataclass(frozen=True, slots=True)
class DetailWords:
    """Lines that belong together as ``joined`` says."""

    joined: Joined
    lines: tuple[LineWords, ...]


@dataclass(frozen=True, slots=True)
class ConditionWords:
    """One condition: its sentence, article, what it comes to, the facts and terms it reads."""

    name: str
    parts: tuple[Piece, ...]
    basis: str
    facts: tuple[str, ...]
    details: tuple[DetailWords, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermWords:
    """How a quantity is worked out."""

    name: str
    label: str
    lines: tuple[LineWords, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule in the words of a month.

    ``terms``: what must be worked out first, each before what reads it; those of the sum in
    ``sum_terms``. ``steps``: the amount and the months; blank where no sum is given.
    """

    month: int
    conditions: tuple[ConditionWords, ...]
    exceptions: tuple[LineWords, ...]
    terms: tuple[TermWords, ...]
    sum_terms: tuple[TermWords, ...]
    steps: tuple[LineWords, ...]
    stops: tuple[LineWords, ...]


@lru_cache(maxsize=_MOST_KEPT)
def explain(name: str, month: int) -> Explained:
    """Give a rule in words.

    :raises UnknownCode: there is no such programme.
    """
    about, rules, told = programme(name), system(), listing(name)
    sums = _terms_read(amount_reads(rules, about).computed)
    conditions = tuple(_condition(about, each, told, month) for each in about.conditions)
    others = dict.fromkeys(each for c in conditions for each in c.terms)
    return Explained(
        month=month,
        conditions=conditions,
        exceptions=(
            *_lines(told.words.exceptions, told, rules, month),
            *(_plain(text) for text in _waits_for(about, month)),
        ),
        terms=tuple(_term(each, rules, month) for each in others if each not in sums),
        sum_terms=tuple(_term(each, rules, month) for each in sums),
        steps=_lines(told.words.how, told, rules, month),
        stops=(
            *_lines(told.words.stops, told, rules, month),
            *(_plain(text) for text in _derived_stops(about, told, month)),
        ),
    )


def label_given(of: str, told: Listing | None) -> str:
    """Give the words of what a line gives; ``told`` is None for a term, which gives no amount."""
    if of == AMOUNT and told is not None:
        return told.words.sum
    if of == MONTHS and told is not None:
        return told.words.months
    return label_of(of) if of else ""


def shown_month(name: str, month: int) -> int:
    """Give the month to show a rule of: this one, the last before it ended, or its first."""
    if in_force(month)[name] != "failing":
        return month
    about, law = programme(name), system().law
    for path in about.in_force:
        now = law.get(path).at(month)
        if now is None:
            return month_of(law.get(path).values[-1].since)
        if now.value is None:
            return month_of(now.since - timedelta(days=1))
    return month


def _condition(about: Programme, each: Condition, told: Listing, month: int) -> ConditionWords:
    rules = system()
    reads = rules.condition_reads(about.name, each.name)
    return ConditionWords(
        name=each.name,
        parts=pieces(each.says, rules, month, units=False),
        basis=each.basis,
        facts=tuple(fact(name).label for name in reads.facts),
        details=tuple(
            DetailWords(detail.joined, _lines(detail.lines, told, rules, month))
            for detail in told.words.conditions.get(each.name, ())
        ),
        terms=_terms_read(reads.computed),
    )


def _terms_read(computed: Iterable[str]) -> tuple[str, ...]:
    """Give the quantities with words among those read, what is read before what reads it."""
    return tuple(each for each in computed if each in terms())


def _term(name: str, rules: System, month: int) -> TermWords:
    lines = _lines(terms()[name].how, None, rules, month)
    return TermWords(name, label_of(name), lines)


def _lines(
    lines: Iterable[Line], told: Listing | None, rules: System, month: int
) -> tuple[LineWords, ...]:
    values = rules.law.at(month)
    return tuple(
        LineWords(
            who=each.who,
            label=label_given(each.of, told),
            sums=each.sums,
            parts=pieces(each.text, rules, month, named=each.sums),
        )
        for each in lines
        if each.said(values)
    )


def _plain(text: str) -> LineWords:
    return LineWords("", "", False, (Piece(text),))


def _waits_for(about: Programme, month: int) -> list[str]:
    law = system().law
    unset = (path for path in about.in_force if path.startswith(f"{SETTING}."))
    return [
        f"市里尚未设定“{setting_label(law.get(path))}”，设定以前无法判断。"
        for path in unset
        if law.at(month)[path] != law.at(month)[path]
    ]


def _derived_stops(about: Programme, told: Listing, month: int) -> list[str]:
    found = []
    if told.paid is Paid.MONTHLY:
        full = "，或者月数满了" if about.months is not None else ""
        found.append(f"以后哪个月有一条条件不再符合{full}，就从那个月起停止。")
    if last := _last_day(about, month):
        found.append(f"规定执行到{last}；以后的规定没有录入。")
    return found


def _last_day(about: Programme, month: int) -> str:
    law = system().law
    days = [
        dated.since - timedelta(days=1)
        for path in about.in_force
        if not path.startswith(f"{SETTING}.")
        for dated in law.get(path).values
        if dated.value is None and month_of(dated.since) > month
    ]
    return f"{min(days).year}年{min(days).month}月{min(days).day}日" if days else ""
