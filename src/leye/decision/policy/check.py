"""The answer for one case: what follows for each programme, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from leye.decision.policy.cases import Case
from leye.decision.policy.conditions import Changes, Condition
from leye.decision.policy.facts import Origin, fact
from leye.decision.policy.kleene import NO, UNKNOWN
from leye.decision.policy.parameters import SETTING, Change, Confidence, Described
from leye.decision.policy.programmes import IN_FORCE, Outcome, Programme, programme
from leye.decision.policy.saying import sentence
from leye.decision.policy.system import Reads, Run, System, system_with

_RESULTS = ("failing", "unknown", "met")
_CENT = Decimal("0.01")
_ORDER = {Changes.SELF: 0, Changes.TIME: 1, Changes.NEVER: 2}


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact or a value nobody gave: what it is and who gives it.

    ``origin`` is None for a value of the law or a setting of the city.
    """

    name: str
    label: str
    origin: Origin | None
    source: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One condition of one case. ``result``: met, failing or unknown.

    ``gap`` and ``gap_unit`` say how far one who fails is from meeting it.
    """

    name: str
    result: str
    sentence: str
    basis: str
    references: tuple[str, ...]
    changes: Changes
    gap: Decimal | None
    gap_unit: str
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Unverified:
    """A value that a result rests on and that nobody has compared with its source."""

    path: str
    label: str
    value: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What follows for one programme.

    ``amount``: yuan due, None where it cannot be told or no money is given. ``full``: yuan due if
    every condition holds. ``months``: how many it may still be paid, None where it cannot be told
    or it is not paid by the month. ``amount_missing``: why the sum cannot be told. ``nearest``: the
    conditions that fail, those that can change first.
    """

    programme: str
    month: int
    outcome: Outcome
    amount: Decimal | None
    full: Decimal | None
    months: int | None
    conditions: tuple[Checked, ...]
    amount_missing: tuple[Missing, ...]
    rests_on_unverified: tuple[Unverified, ...]
    nearest: tuple[Checked, ...]

    def condition(self, name: str) -> Checked:
        """Give one condition; a programme not in force has only that one.

        :raises KeyError: it has none of this name.
        """
        return {each.name: each for each in self.conditions}[name]


def check(
    case: Case,
    month: int,
    programmes: Iterable[str] | None = None,
    changes: Iterable[Change] = (),
) -> tuple[Answered, ...]:
    """Answer for one case at a month, by default for every programme of the entities it speaks of.

    :raises UnknownCode: there is no such programme, or a change names no parameter.
    """
    rules = system_with(changes)
    run = rules.run(
        month,
        persons=case.arrays("person"),
        households=case.arrays("household"),
        employers=case.arrays("employer"),
    )
    names = tuple(rules.programmes) if programmes is None else tuple(programmes)
    asked = [programme(name) for name in names]
    if programmes is None:
        asked = [each for each in asked if each.entity in case.entities]
    return tuple(_answered(run, case, each) for each in asked)


def _answered(run: Run, case: Case, asked: Programme) -> Answered:
    outcome = Outcome(int(run.outcome(asked.name)[0]))
    in_force = run.condition(asked.name, IN_FORCE)[0] != NO
    looked_at = asked.every_condition if in_force else asked.every_condition[:1]
    checked = tuple(_checked(run, case, asked, each) for each in looked_at)
    failing = [each for each in checked if each.result == "failing"]
    due = None if asked.amount is None else _yuan(run.amount(asked.name)[0])
    full = None if asked.amount is None or not in_force else _yuan(run.full(asked.name)[0])
    months = int(run.months(asked.name)[0])
    return Answered(
        programme=asked.name,
        month=run.month,
        outcome=outcome,
        amount=due,
        full=full,
        months=None if asked.months is None or months < 0 else months,
        conditions=checked,
        amount_missing=_sum_missing(run, case, asked) if in_force and full is None else (),
        rests_on_unverified=rests_on_unverified(run.system, asked, run.month),
        nearest=tuple(sorted(failing, key=lambda each: _ORDER[each.changes])),
    )


def _sum_missing(run: Run, case: Case, asked: Programme) -> tuple[Missing, ...]:
    if asked.amount is None:
        return ()
    return _missing(run, case, run.system.reads(f"{asked.name}_full", asked.amount))


def _checked(run: Run, case: Case, asked: Programme, each: Condition) -> Checked:
    truth = run.condition(asked.name, each.name)[0]
    reads = run.system.condition_reads(asked.name, each.name)
    gap = None
    if truth == NO and each.gap is not None:
        gap = _yuan(float(_first(each.gap(run.situation(asked.entity)))))
    said = sentence(each.says, run.system, run.month)
    if each.name == IN_FORCE:
        said = _force_sentence(run, asked)
    return Checked(
        name=each.name,
        result=_RESULTS[int(truth)],
        sentence=said,
        basis=each.basis,
        references=_references(run, reads),
        changes=each.changes,
        gap=gap,
        gap_unit=each.gap_unit if gap is not None else "",
        missing=_missing(run, case, reads) if truth == UNKNOWN else (),
    )


def _force_sentence(run: Run, asked: Programme) -> str:
    for path in asked.in_force:
        about = run.system.law.get(path)
        now = about.at(run.month)
        if now is None:
            first = about.values[-1].since
            return f"这项政策从{first.year}年{first.month}月起才实施"
        if now.value is None and not path.startswith(SETTING):
            last = now.since - timedelta(days=1)
            return f"这项政策的规定执行到{last.year}年{last.month}月{last.day}日，已经结束"
    return "政策正在实施"


def _references(run: Run, reads: Reads) -> tuple[str, ...]:
    found = (run.system.law.get(path).at(run.month) for path in reads.parameters)
    return tuple(dict.fromkeys(each.reference for each in found if each is not None))


def _missing(run: Run, case: Case, reads: Reads) -> tuple[Missing, ...]:
    asked = [fact(n) for n in reads.facts if not case.known(n) and case.concerns(n)]
    found = [Missing(each.name, each.label, each.origin, each.source) for each in asked]
    values = run.system.law.at(run.month)
    unset = [path for path in reads.lone if values[path] != values[path]]
    return (*found, *(_not_set(run.system.law.get(path)) for path in unset))


def _not_set(about: Described) -> Missing:
    if about.path.startswith(f"{SETTING}."):
        return Missing(
            about.path, about.label_zh, None, f"市里尚未设定：{about.values[-1].reference}"
        )
    return Missing(about.path, about.label_zh, None, "当月没有查到这项标准")


def amount_reads(rules: System, asked: Programme) -> Reads:
    """Give what the sum and the months of a programme rest on."""
    return _joined(
        rules.reads(f"{asked.name}_{part}", formula)
        for part, formula in (("full", asked.amount), ("months", asked.months))
        if formula is not None
    )


def rests_on_unverified(rules: System, asked: Programme, month: int) -> tuple[Unverified, ...]:
    """Give the unverified values that a programme rests on in a month."""
    reads = [rules.condition_reads(asked.name, each.name) for each in asked.every_condition]
    found = []
    for path in _joined([*reads, amount_reads(rules, asked)]).parameters:
        about = rules.law.get(path)
        now = about.at(month)
        if now is not None and now.value is not None and now.confidence is Confidence.UNVERIFIED:
            found.append(Unverified(path, about.label_zh, Decimal(str(now.value)), now.note))
    return tuple(found)


def _joined(reads: Iterable[Reads]) -> Reads:
    every = list(reads)
    return Reads(
        tuple(dict.fromkeys(name for each in every for name in each.facts)),
        tuple(dict.fromkeys(path for each in every for path in each.parameters)),
        tuple(dict.fromkeys(path for each in every for path in each.lone)),
        tuple(dict.fromkeys(name for each in every for name in each.computed)),
    )


def _yuan(value: float) -> Decimal | None:
    if value != value:
        return None
    return Decimal(repr(float(value))).quantize(_CENT, rounding=ROUND_HALF_UP)


def _first(array: object) -> float:
    return float(np.asarray(array).reshape(-1)[0])
