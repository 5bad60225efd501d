"""The OpenFisca variables, made from the facts, the quantities and the programmes.

For a programme ``p``: ``p`` (its outcome), ``p__<condition>`` (truths), ``p_full`` (yuan if every
condition holds), ``p_amount``, ``p_months``, ``p_failing`` and ``p_missing`` (masks, a bit for each
condition in its order). All are of one month.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import DateUnit
from openfisca_core.variables import Variable

from leye.decision.policy.entities import EMPLOYER, HOUSEHOLD, PERSON
from leye.decision.policy.facts import Fact, Kind, facts
from leye.decision.policy.kleene import NO, UNKNOWN, Truth
from leye.decision.policy.programmes import (
    Programme,
    Quantity,
    programmes,
    quantities,
)
from leye.decision.policy.situation import DTYPES, Formula, Situation

_ENTITIES = {"person": PERSON, "household": HOUSEHOLD, "employer": EMPLOYER}
NO_MONTHS = -1
"""Stands for months that are not known."""


class Answer(Enum):
    """Yes and no with what is not known between them, in the order of a truth."""

    no = "否"
    unknown = "不知道"
    yes = "是"


class OutcomeEnum(Enum):
    """The outcomes as OpenFisca stores them, in the order of a truth."""

    not_eligible = "不符合"
    cannot_tell = "无法判断"
    eligible = "符合"


# ``plain`` knows the two enums that are truths by these names.
OutcomeEnum.__name__ = "Outcome"


class Stored(Variable):  # type: ignore[misc]  # OpenFisca ships no types
    """A variable whose arrays are of a type of our own: money needs more than float32."""

    def __init__(self, baseline_variable: Any = None) -> None:
        super().__init__(baseline_variable)
        self.dtype = _DTYPE_OF[type(self).__name__]


_DTYPE_OF: dict[str, Any] = {}


@cache
def variable_classes() -> tuple[type[Variable], ...]:
    """Give the class of every variable; made once, whatever the parameters."""
    made: list[type[Variable]] = [_input(asked) for asked in facts().values()]
    made += [_computed(each) for each in quantities().values()]
    for each in programmes().values():
        made += _of_programme(each)
    return tuple(made)


def computed_formula(name: str) -> Formula | None:
    """Give the formula of a computed variable (an outcome from its conditions), None for a fact."""
    if name in quantities():
        return quantities()[name].formula
    if name in programmes():
        every = programmes()[name].every_condition
        return lambda s: np.minimum.reduce([np.asarray(each.formula(s)) for each in every])
    return None


def situation_of(population: Any, period: Any) -> Situation:
    """Give what the formulas of a population read in a month; the same one for all of them."""
    kept: dict[int, Situation] = population.__dict__.setdefault("situations", {})
    now = period.start.year * 100 + period.start.month
    found = kept.get(now)
    if found is None:
        found = Situation(
            now=now,
            size=population.count,
            read=lambda name: population(name, period),
            values=population.simulation.tax_benefit_system.law.at(now),
        )
        kept[now] = found
    return found


def _input(asked: Fact) -> type[Variable]:
    attributes: dict[str, Any] = {"label": asked.label, "documentation": asked.question}
    if asked.kind is Kind.ANSWER:
        attributes |= {
            "value_type": Enum,
            "possible_values": Answer,
            "default_value": Answer.unknown,
        }
        return _made(asked.name, asked.entity, attributes)
    if asked.kind is Kind.CHOICE:
        options = Enum(f"{asked.name}_options", {"unknown": "不知道", **asked.options})
        attributes |= {
            "value_type": Enum,
            "possible_values": options,
            "default_value": options["unknown"],
        }
        return _made(asked.name, asked.entity, attributes)
    return _typed(asked.name, asked.entity, asked.kind, attributes)


def _computed(each: Quantity) -> type[Variable]:
    kind = Kind(each.kind)

    def formula(population: Any, period: Any, _parameters: Any) -> NDArray[Any]:
        s = situation_of(population, period)
        return _row_each(each.formula(s), s.size, DTYPES[kind])

    attributes = {"label": each.label, "formula": formula}
    if kind is Kind.ANSWER:
        return _sized(each.name, each.entity, int, np.int8, attributes | {"default_value": 1})
    return _typed(each.name, each.entity, kind, attributes)


def _typed(name: str, entity: str, kind: Kind, attributes: Mapping[str, Any]) -> type[Variable]:
    if kind in {Kind.NUMBER, Kind.MONEY}:
        more = {**attributes, "default_value": float("nan")}
        return _sized(name, entity, float, np.float64, more)
    return _sized(name, entity, int, np.int32, attributes)


def _sized(
    name: str, entity: str, value_type: type, dtype: Any, attributes: Mapping[str, Any]
) -> type[Variable]:
    _DTYPE_OF[name] = dtype
    return _made(name, entity, {**attributes, "value_type": value_type}, base=Stored)


def _made(
    name: str, entity: str, attributes: Mapping[str, Any], *, base: type[Variable] = Variable
) -> type[Variable]:
    whole = {**attributes, "entity": _ENTITIES[entity], "definition_period": DateUnit.MONTH}
    return type(name, (base,), whole)


def _of_programme(each: Programme) -> Iterator[type[Variable]]:
    name, entity = each.name, each.entity
    for condition in each.every_condition:
        formula = _formula(_condition_array(condition.formula))
        yield _sized(
            f"{name}__{condition.name}",
            entity,
            int,
            np.int8,
            {"label": condition.label, "formula": formula, "default_value": 1},
        )
    yield _made(
        name,
        entity,
        {
            "value_type": Enum,
            "possible_values": OutcomeEnum,
            "default_value": OutcomeEnum.cannot_tell,
            "formula": _formula(lambda s: _outcome(each, s)),
        },
    )
    parts: tuple[tuple[str, type, Any, Callable[[Situation], Any]], ...] = (
        ("full", float, np.float64, lambda s: _full(each, s)),
        ("amount", float, np.float64, lambda s: _amount(each, s)),
        ("months", int, np.int32, lambda s: _months(each, s)),
        ("failing", int, np.int64, lambda s: _mask(each, s, NO)),
        ("missing", int, np.int64, lambda s: _mask(each, s, UNKNOWN)),
    )
    for suffix, value_type, dtype, computed in parts:
        attributes = {"formula": _formula(computed)}
        yield _sized(f"{name}_{suffix}", entity, value_type, dtype, attributes)


def _formula(computed: Callable[[Situation], Any]) -> Callable[[Any, Any, Any], Any]:
    def formula(population: Any, period: Any, _parameters: Any) -> Any:
        return computed(situation_of(population, period))

    return formula


def _condition_array(formula: Formula) -> Callable[[Situation], Truth]:
    return lambda s: _row_each(formula(s), s.size, np.int8)


def _row_each(computed: Any, size: int, dtype: Any) -> NDArray[Any]:
    array = np.asarray(computed, dtype=dtype)
    return array if array.shape == (size,) else np.broadcast_to(array, (size,)).copy()


def _truths(each: Programme, s: Situation) -> Iterator[Truth]:
    for condition in each.every_condition:
        yield s.answer(f"{each.name}__{condition.name}")


def _outcome(each: Programme, s: Situation) -> EnumArray:
    if each.force(s) == NO:
        return EnumArray(np.zeros(s.size, dtype=np.int16), OutcomeEnum)
    found: NDArray[np.int8] | None = None
    for truth in _truths(each, s):
        found = truth.copy() if found is None else np.minimum(found, truth, out=found)
    assert found is not None
    return EnumArray(found.astype(np.int16), OutcomeEnum)


def _full(each: Programme, s: Situation) -> NDArray[np.float64]:
    if each.amount is None or each.force(s) == NO:
        return s.all(0.0)
    return _row_each(each.amount(s), s.size, np.float64)


def _amount(each: Programme, s: Situation) -> NDArray[np.float64]:
    if each.amount is None or each.force(s) == NO:
        return s.all(0.0)
    outcome = s.outcome(each.name)
    found = s.number(f"{each.name}_full").copy()
    found[outcome == NO] = 0.0
    found[outcome == UNKNOWN] = np.nan
    return found


def _months(each: Programme, s: Situation) -> NDArray[np.int32]:
    if each.months is None or each.force(s) == NO:
        return np.zeros(s.size, dtype=np.int32)
    outcome = s.outcome(each.name)
    counted = _row_each(each.months(s), s.size, np.float64)
    found = np.where(np.isnan(counted), NO_MONTHS, counted).astype(np.int32)
    found[outcome == NO] = 0
    found[outcome == UNKNOWN] = NO_MONTHS
    return found


def _mask(each: Programme, s: Situation, wanted: np.int8) -> NDArray[np.int64]:
    if each.force(s) == NO:
        return np.full(s.size, 1 if wanted == NO else 0, dtype=np.int64)
    # Bits are gathered by the byte: eight times less to move than in the end.
    found = np.zeros(s.size, dtype=np.int64)
    for start, some in _by_eight(_truths(each, s)):
        bits = np.zeros(s.size, dtype=np.uint8)
        for bit, truth in enumerate(some):
            bits |= (truth == wanted).view(np.uint8) << np.uint8(bit)
        found |= bits.astype(np.int64) << np.int64(start)
    return found


def _by_eight(truths: Iterable[Truth]) -> Iterator[tuple[int, list[Truth]]]:
    every = list(truths)
    return ((n, every[n : n + 8]) for n in range(0, len(every), 8))
