"""The answer for one case of which a count is known in part: the least it can be, and the most.

The rules are run for both ends, and what comes out the same is known; where it does not, one cannot
tell, and the count is what is missing. As ``evaluate`` does it for a whole city.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from leye.decision.policy.cases import Case
from leye.decision.policy.check import Answered, Checked, Missing, amount_reads, check
from leye.decision.policy.conditions import Changes
from leye.decision.policy.evaluate import NOT_TURNING_ONCE, counted_reads
from leye.decision.policy.facts import fact
from leye.decision.policy.programmes import IN_FORCE, Outcome, programme
from leye.decision.policy.system import System, system

_ORDER = {Changes.SELF: 0, Changes.TIME: 1, Changes.NEVER: 2}


def check_ends(
    case: Case,
    month: int,
    most: Mapping[str, float],
    programmes: Iterable[str] | None = None,
) -> tuple[Answered, ...]:
    """Answer for a case whose counts are the least they can be; ``most``: of some, the most.

    :raises UnknownCode: there is no such programme.
    """
    names = None if programmes is None else tuple(programmes)
    low = check(case, month, names)
    if not most:
        return low
    high = check(_with(case, most), month, names)
    rules = system()
    return tuple(_merged(rules, a, b, most) for a, b in zip(low, high, strict=True))


def _with(case: Case, values: Mapping[str, float]) -> Case:
    return Case(
        MappingProxyType(
            {
                entity: MappingProxyType(
                    {name: values.get(name, value) for name, value in given.items()}
                )
                for entity, given in case.entities.items()
            }
        )
    )


def _merged(rules: System, low: Answered, high: Answered, most: Mapping[str, float]) -> Answered:
    about = programme(low.programme)
    if not counted_reads(rules, about) & set(most) or _ended(low):
        return low
    pairs = zip(low.conditions, high.conditions, strict=True)
    conditions = tuple(_condition(rules, low.programme, a, b, most) for a, b in pairs)
    outcome = _outcome(conditions)
    full = low.full if low.full == high.full else None
    open_ = _open(amount_reads(rules, about).facts, most)
    unsure = about.amount is not None and full is None and low.full is not None
    due = low.amount if low.amount == high.amount else None
    if outcome is not Outcome.ELIGIBLE and about.amount is not None:
        due = None if outcome is Outcome.CANNOT_TELL else low.amount
    same = outcome is not Outcome.CANNOT_TELL and low.months == high.months
    months = low.months if same else None
    return replace(
        low,
        outcome=outcome,
        amount=due,
        full=full,
        months=months,
        conditions=conditions,
        amount_missing=(*low.amount_missing, *open_) if unsure else low.amount_missing,
        nearest=tuple(
            sorted(
                (each for each in conditions if each.result == "failing"),
                key=lambda each: _ORDER[each.changes],
            )
        ),
    )


def _ended(each: Answered) -> bool:
    return each.condition(IN_FORCE).result == "failing"


def _condition(
    rules: System, name: str, low: Checked, high: Checked, most: Mapping[str, float]
) -> Checked:
    sure = (name, low.name) not in NOT_TURNING_ONCE
    if sure and low.result == high.result:
        missing = low.missing
        if low.result == "unknown":
            missing = _together(low.missing, high.missing)
        return replace(low, gap=low.gap if low.gap == high.gap else None, missing=missing)
    open_ = _open(rules.condition_reads(name, low.name).facts, most)
    return replace(
        low,
        result="unknown",
        gap=None,
        gap_unit="",
        missing=_together(low.missing, high.missing, open_),
    )


def _outcome(conditions: Iterable[Checked]) -> Outcome:
    results = {each.result for each in conditions}
    if "failing" in results:
        return Outcome.NOT_ELIGIBLE
    return Outcome.CANNOT_TELL if "unknown" in results else Outcome.ELIGIBLE


def _open(names: Iterable[str], most: Mapping[str, float]) -> tuple[Missing, ...]:
    asked = [fact(name) for name in names if name in most]
    return tuple(Missing(each.name, each.label, each.origin, each.source) for each in asked)


def _together(*found: tuple[Missing, ...]) -> tuple[Missing, ...]:
    return tuple({each.name: each for some in found for each in some}.values())
