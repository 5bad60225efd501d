"""What a formula reads: the facts of many people (or one) at one month, and the law in force then.

A formula gets one :class:`Situation` and gives one array, a row for each person. It never branches
on data: every branch is an array. Whatever it reads is noted where somebody asks what a condition
rests on (:class:`Recording`).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leye.decision.policy.facts import Kind, fact, facts
from leye.decision.policy.kleene import (
    UNKNOWN,
    YES,
    Months,
    Number,
    Truth,
    months_from,
)
from leye.kernel.errors import UnknownCode

Formula = Callable[["Situation"], Any]
"""Gives one array from a situation: a truth, a number or a month."""

_NAN: Final = float("nan")


class Situation:
    """The people of one run at ``now`` (a month), as formulas read them.

    ``read`` gives the stored array of a fact or computed variable, ``values`` the law of the month.
    """

    __slots__ = ("_arrays", "_read", "_values", "now", "size")

    def __init__(
        self, *, now: int, size: int, read: Callable[[str], Any], values: Mapping[str, float]
    ) -> None:
        self.now = now
        self.size = size
        self._read = read
        self._values = values
        self._arrays: dict[str, NDArray[Any]] = {}

    def answer(self, name: str) -> Truth:
        """Give a yes/no fact, or a computed truth, as a truth."""
        return self._array(name)

    def number(self, name: str) -> Number:
        """Give a number or a sum of money; NaN where not known."""
        return self._array(name)

    def month(self, name: str) -> Months:
        """Give a month, 0 where not known."""
        return self._array(name)

    def outcome(self, programme: str) -> Truth:
        """Give the outcome of another programme of the same entity, as a truth."""
        return self._array(programme)

    def is_one(self, name: str, *options: str) -> Truth:
        """Tell whether a choice is one of the options."""
        chosen = self._array(name)
        asked = fact(name)
        table = np.zeros(len(asked.options) + 1, dtype=np.int8)
        table[0] = UNKNOWN
        for option in options:
            table[asked.option_index(option)] = YES
        return np.asarray(table[chosen])

    def is_in(self, name: str, *places: int) -> Truth:
        """Tell whether a place (six digits) is one of those given."""
        chosen = self._array(name)
        found = np.isin(chosen, places).astype(np.int8) << np.int8(1)
        return np.where(chosen == 0, UNKNOWN, found)

    def value(self, path: str) -> float:
        """Give a value of the law or a setting (``setting.<name>``); NaN where there is none.

        :raises UnknownCode: there is no such parameter.
        """
        try:
            return self._values[path]
        except KeyError:
            raise UnknownCode("政策参数", path) from None

    def optional(self, path: str) -> float:
        """Give a value whose absence decides the rule another way: nobody has to supply it."""
        return self.value(path)

    def table(self, path: str, keys: tuple[str, ...], index: NDArray[Any]) -> Number:
        """Look values up by position: ``index`` 0 is the first key, a negative one is not known."""
        values = np.array([*(self._cell(f"{path}.{key}") for key in keys), _NAN])
        return np.asarray(values[index])

    def by_option(self, path: str, name: str) -> Number:
        """Look up ``path.<option>`` for the option each person chose; NaN for options not there."""
        options = fact(name).options
        values = np.array([_NAN, *(self._cell(f"{path}.{option}") for option in options)])
        return np.asarray(values[self._array(name)])

    def by_place(self, path: str, name: str) -> Number:
        """Look up ``path.c<six digits>`` for each person's place; NaN for places not there."""
        return self._at_place(name, self._places(path))

    def by_place_class(self, path: str, name: str, *, classes: str) -> Number:
        """Look up ``path.class_<n>``, n being ``classes.c<six digits>`` of each person's place."""
        cells = {
            code: self._cell(f"{path}.class_{number:g}") if number == number else _NAN
            for code, number in self._places(classes).items()
        }
        return self._at_place(name, cells)

    def since(self, name: str) -> Number:
        """Give how many months ago a month was; NaN where not known, negative in the future."""
        return months_from(self.month(name), self.now)

    def same_year(self, name: str) -> Truth:
        """Tell whether a month lies in the calendar year of ``now``."""
        month = self.month(name)
        found = (month // 100 == self.now // 100).astype(np.int8) << np.int8(1)
        return np.where(month == 0, UNKNOWN, found)

    def all(self, value: float) -> Number:
        """Give the same number for everybody."""
        return np.full(self.size, value, dtype=np.float64)

    def _at_place(self, name: str, cells: Mapping[int, float]) -> Number:
        low, high = min(cells), max(cells)
        # The place before the lowest and the one after the highest stand for every other place.
        table = np.full(high - low + 3, _NAN)
        for code, value in cells.items():
            table[code - low + 1] = value
        return np.take(table, self._array(name) - (low - 1), mode="clip")

    def _places(self, path: str) -> Mapping[int, float]:
        start = f"{path}.c"
        return {int(p[len(start) :]): self._cell(p) for p in self._values if p.startswith(start)}

    def _cell(self, path: str) -> float:
        return self._values.get(path, _NAN)

    def _array(self, name: str) -> NDArray[Any]:
        found = self._arrays.get(name)
        if found is None:
            found = plain(self._read(name))
            self._arrays[name] = found
        return found


def plain(array: Any) -> NDArray[Any]:
    """Give a stored array as numbers: an enum of answers or outcomes becomes a truth."""
    stored = np.asarray(array).view(np.ndarray)
    enum = getattr(array, "possible_values", None)
    if enum is not None and len(enum) == 3 and enum.__name__ in {"Answer", "Outcome"}:
        return stored.astype(np.int8)
    return stored


class Recording(Situation):
    """One person of whom nothing is known; keeps what a formula reads.

    Computed variables are computed anew each time, so that what they read is kept, too.
    ``compute`` gives the formula of a computed variable, or None for a fact.
    """

    __slots__ = ("_compute", "computed", "facts", "lone", "parameters")

    def __init__(
        self,
        *,
        now: int,
        values: Mapping[str, float],
        compute: Callable[[str], Formula | None],
    ) -> None:
        super().__init__(now=now, size=1, read=self._unknown, values=values)
        self._compute = compute
        self.computed: dict[str, None] = {}
        self.facts: dict[str, None] = {}
        self.parameters: dict[str, None] = {}
        self.lone: dict[str, None] = {}

    def value(self, path: str) -> float:
        found = super().value(path)
        self.parameters[path] = None
        self.lone[path] = None
        return found

    def optional(self, path: str) -> float:
        lone = dict(self.lone)
        found = self.value(path)
        self.lone = lone
        return found

    def _cell(self, path: str) -> float:
        if path in self._values:
            self.parameters[path] = None
        return super()._cell(path)

    def answer(self, name: str) -> Truth:
        return self._checked(name, Kind.ANSWER)

    def number(self, name: str) -> Number:
        return self._checked(name, Kind.NUMBER, Kind.MONEY)

    def month(self, name: str) -> Months:
        return self._checked(name, Kind.MONTH)

    def _checked(self, name: str, *kinds: Kind) -> NDArray[Any]:
        asked = facts().get(name)
        if asked is not None and asked.kind not in kinds:
            raise TypeError(f"{name} is a {asked.kind}, read as {kinds[0]}")
        return self._array(name)

    def _array(self, name: str) -> NDArray[Any]:
        return np.atleast_1d(self._unknown(name))

    def _unknown(self, name: str) -> NDArray[Any]:
        formula = self._compute(name)
        if formula is not None:
            found = np.asarray(formula(self))
            self.computed[name] = None
            return found
        asked = fact(name)
        self.facts[name] = None
        return np.array([asked.unknown], dtype=DTYPES[asked.kind])


DTYPES: Final[Mapping[Kind, Any]] = {
    Kind.ANSWER: np.int8,
    Kind.MONTH: np.int32,
    Kind.NUMBER: np.float64,
    Kind.MONEY: np.float64,
    Kind.CHOICE: np.int16,
    Kind.PLACE: np.int32,
}
"""What the arrays of each kind of fact are made of."""
