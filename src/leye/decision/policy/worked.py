"""One worked case of a rule, step by step: what the rule itself comes to, next to its words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from leye.decision.policy.catalogue import Listing, listing
from leye.decision.policy.check import Checked, amount_reads, check
from leye.decision.policy.examples import Told, told_cases
from leye.decision.policy.explaining import label_given
from leye.decision.policy.facts import Kind, fact, facts
from leye.decision.policy.kleene import NO, UNKNOWN, YES
from leye.decision.policy.programmes import Outcome, Programme, programme, quantities
from leye.decision.policy.reckoning import holds, reckon
from leye.decision.policy.saying import (
    Hole,
    setting_label,
    split,
    value_piece,
    value_words,
    with_unit,
)
from leye.decision.policy.saying import (
    holes as holes_of,
)
from leye.decision.policy.system import Run, System, system_with
from leye.decision.policy.tabled import cells
from leye.decision.policy.wording import AMOUNT, MONTHS, Line, terms


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it gives, the line with the numbers of the case in it, what comes out.

    ``text`` is blank where the result says it all.
    """

    label: str
    who: str
    text: str
    result: str
    sums: bool


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked case.

    ``assumed``: what the case takes the city to have set, in words. ``facts``: what is known that
    the rule looks at. ``amount`` and ``months`` are None where there are none.
    """

    says: str
    month: int
    assumed: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    conditions: tuple[Checked, ...]
    steps: tuple[Step, ...]
    amount: Decimal | None
    months: int | None


@cache
def worked(name: str) -> Worked | None:
    """Give the case that shows a programme best; None where none of its cases is eligible.

    :raises UnknownCode: there is no such programme.
    """
    chosen = _chosen(name)
    return None if chosen is None else _worked(name, chosen)


class Reading:
    """The numbers of one case: what a hole of a line stands for, and what the rule comes to."""

    def __init__(self, name: str, told: Told) -> None:
        self.about = programme(name)
        self.listing = listing(name)
        self.told = told
        self.rules = system_with(told.changes)
        case = told.case
        self.run: Run = self.rules.run(
            told.month,
            persons=case.arrays("person"),
            households=case.arrays("household"),
            employers=case.arrays("employer"),
        )

    def number(self, hole: Hole) -> float:
        """Give the number of a hole, NaN where it is not known."""
        if hole.by:
            path = self.cell(hole)
            return self.rules.law.at(self.told.month)[path] if path else float("nan")
        if hole.is_value:
            return self.rules.law.at(self.told.month)[hole.name]
        return self.result(hole.name)

    def option(self, hole: Hole, words: str) -> bool | None:
        """Tell whether a fact or an answer is as these words say; None where it is not known."""
        found = self.result(hole.name)
        if hole.name in facts():
            known = self.told.case.known(hole.name)
            return found == fact(hole.name).read(words) if known else None
        return None if found == UNKNOWN else found == {"是": YES, "否": NO}[words]

    def cell(self, hole: Hole) -> str:
        """Give the parameter that the case's fact chooses, blank where the table has none."""
        chosen = float(self.result(hole.by))
        return cells(self.rules.law, hole.name, hole.by, self.told.month).get(chosen, "")

    def result(self, of: str) -> float:
        """Give what the rule comes to for the amount, the months, a quantity or a fact."""
        if of == AMOUNT:
            return float(self.run.full(self.about.name)[0])
        if of == MONTHS:
            return float(self.run.months(self.about.name)[0])
        return float(self.run.variable(of)[0])

    def lines(self) -> Iterator[Line]:
        """Give the lines that hold for this case, terms before what reads them."""
        values = self.rules.law.at(self.told.month)
        reads = amount_reads(self.rules, self.about).computed
        first = [each for name in reads if name in terms() for each in terms()[name].how]
        for each in (*first, *self.listing.words.how):
            if each.said(values) and all(holds(c, self.number, self.option) for c in each.only):
                yield each


def comes_to(reading: Reading, line: Line) -> float:
    """Give what the words of a line of arithmetic come to for a case."""
    return reckon(line.text, reading.number)


def _chosen(name: str) -> Told | None:
    wanted = listing(name).words.example
    eligible = [each for each in told_cases(name) if each.outcome is Outcome.ELIGIBLE]
    if wanted:
        return next(each for each in eligible if each.says == wanted)
    by_law_first = sorted(eligible, key=lambda each: bool(each.changes))
    whole = (each for each in by_law_first if _tells_all(name, each))
    return next(whole, next(iter(eligible), None))


def _tells_all(name: str, told: Told) -> bool:
    reading, about = Reading(name, told), programme(name)
    amount = about.amount is None or reading.result(AMOUNT) > 0
    return amount and (about.months is None or reading.result(MONTHS) > 0)


def _worked(name: str, told: Told) -> Worked:
    reading = Reading(name, told)
    (answered,) = check(told.case, told.month, [name], told.changes)
    return Worked(
        says=told.says,
        month=told.month,
        assumed=tuple(_assumed(reading.rules, told)),
        facts=tuple(_facts(reading.rules, reading.about, told)),
        conditions=tuple(each for each in answered.conditions if each.basis),
        steps=tuple(_steps(reading, reading.listing)),
        amount=answered.amount,
        months=answered.months,
    )


def _led_to(lines: Sequence[Line]) -> list[Line]:
    """Leave out the quantities that no line on the way to the amount or the months reads."""
    found, wanted = list[Line](), {AMOUNT, MONTHS}
    for each in reversed(lines):
        if each.of in wanted:
            found.append(each)
            wanted |= {hole.name for text in (each.text, *each.only) for hole in holes_of(text)}
    return found[::-1]


def _steps(reading: Reading, told: Listing) -> Iterator[Step]:
    for line in _led_to(tuple(reading.lines())):
        result = reading.result(line.of)
        if result != result or (line.of == MONTHS and result < 0):
            continue
        parts = tuple(split(line.text))
        told_by_result = _is_answer(line.of) or (len(parts) == 1 and isinstance(parts[0], Hole))
        yield Step(
            label=label_given(line.of, told),
            who=line.who,
            text="" if told_by_result else "".join(_shown(reading, part) for part in parts),
            result=_with_unit(line.of, result),
            sums=line.sums,
        )


def _shown(reading: Reading, part: str | Hole) -> str:
    if isinstance(part, str):
        return part
    if part.is_value:
        path = reading.cell(part) if part.by else part.name
        month = reading.told.month
        return value_piece(reading.rules.law, path, month).text if path else "（没有标准）"
    value = reading.result(part.name)
    words = f"{part.words}（{{}}）" if part.words else "{}"
    if part.name in facts():
        about = fact(part.name)
        money = about.kind is Kind.MONEY and value == value
        shown = with_unit(value, about.unit) if money else about.show(value)
        return words.format(shown)
    return words.format(_with_unit(part.name, value))


def _with_unit(of: str, value: float) -> str:
    if value != value:
        return "不知道"
    if _is_answer(of):
        return {2: "是", 0: "否"}.get(int(value), "不知道")
    unit = {AMOUNT: "元", MONTHS: "个月"}.get(of) or terms()[of].unit
    return with_unit(round(value, 6 if unit == "比例" else 2), unit)


def _is_answer(of: str) -> bool:
    return of in quantities() and Kind(quantities()[of].kind) is Kind.ANSWER


def _assumed(rules: System, told: Told) -> Iterator[str]:
    for each in told.changes:
        about = rules.law.get(each.path)
        yield f"{setting_label(about)}为{value_words(about, each.value)}"


def _facts(rules: System, about: Programme, told: Told) -> Iterator[tuple[str, str]]:
    reads = [rules.condition_reads(about.name, each.name) for each in about.conditions]
    reads.append(amount_reads(rules, about))
    for name in dict.fromkeys(each for read in reads for each in read.facts):
        if told.case.known(name):
            yield fact(name).label, fact(name).show(told.case.entities[about.entity][name])
