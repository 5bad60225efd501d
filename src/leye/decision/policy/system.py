"""The whole of the rules, ready to run: built once, run for one person or for a city.

A :class:`System` is the tax-benefit system of OpenFisca with our own reading of parameters. It
never changes; a replay gets another one (:func:`system_with`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.periods import Period
from openfisca_core.periods import period as period_of
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from leye.decision.policy.entities import ENTITIES
from leye.decision.policy.facts import Kind, facts
from leye.decision.policy.kleene import Number, Truth
from leye.decision.policy.parameters import Change, Parameters, load_parameters
from leye.decision.policy.programmes import Programme, programmes
from leye.decision.policy.settings import declared_settings
from leye.decision.policy.situation import DTYPES, Formula, Recording, Situation, plain
from leye.decision.policy.variables import (
    Answer,
    computed_formula,
    situation_of,
    variable_classes,
)

Arrays = Mapping[str, NDArray[Any]]
"""Facts as arrays: answers 0, 1, 2 (no, unknown, yes); choices by number, 0 unknown; months and
places as numbers, 0 unknown; numbers and money with NaN for unknown."""


@dataclass(frozen=True, slots=True)
class Reads:
    """What a formula rests on: the facts and the paths of the parameters it reads.

    ``lone``: the parameters read by themselves, not as one cell of a table. ``computed``: the
    quantities and outcomes it reads, what is read before what reads it.
    """

    facts: tuple[str, ...]
    parameters: tuple[str, ...]
    lone: tuple[str, ...]
    computed: tuple[str, ...]


class System(TaxBenefitSystem):  # type: ignore[misc]  # OpenFisca ships no types
    """The rules with one set of parameters."""

    def __init__(self, law: Parameters) -> None:
        super().__init__(ENTITIES)
        self.law = law
        self.parameters = law.root
        self.add_variables(*variable_classes())
        self._reads: dict[str, Reads] = {}
        self._at_instant: dict[str, Any] = {}

    def get_parameters_at_instant(self, instant: Any) -> Any:
        """Give OpenFisca's view of the parameters; kept here, so that a replay can be let go."""
        key = str(instant.start if isinstance(instant, Period) else instant)
        if key not in self._at_instant:
            if len(self._at_instant) >= _MOST_INSTANTS:
                self._at_instant.clear()
            self._at_instant[key] = self.parameters.get_at_instant(key)
        return self._at_instant[key]

    def get_package_metadata(self) -> dict[str, str]:
        """Give what OpenFisca's tools show about a set of rules."""
        names = dict.fromkeys(("version", "repository_url"), "")
        return {**names, "name": "leye", "location": str(Path(__file__).parent)}

    @cached_property
    def programmes(self) -> Mapping[str, Programme]:
        """Every programme by name."""
        return programmes()

    def run(
        self,
        month: int,
        *,
        persons: Arrays | None = None,
        households: Arrays | None = None,
        employers: Arrays | None = None,
    ) -> "Run":
        """Get ready to answer for the people given; nothing is computed before it is asked.

        :raises UnknownCode: an array is of no known fact.
        :raises ValueError: the arrays of an entity differ in length.
        """
        given = {"person": persons, "household": households, "employer": employers}
        return Run(self, month, {key: each for key, each in given.items() if each is not None})

    def reads(self, name: str, formula: Formula) -> Reads:
        """Give what a formula reads, through every quantity; kept under ``name``."""
        if name not in self._reads:
            recording = Recording(
                now=_ANY_MONTH, values=self.law.at(_ANY_MONTH), compute=computed_formula
            )
            with np.errstate(all="ignore"):
                formula(recording)
            self._reads[name] = Reads(
                *(tuple(recording.facts), tuple(recording.parameters)),
                *(tuple(recording.lone), tuple(recording.computed)),
            )
        return self._reads[name]

    def condition_reads(self, programme: str, condition: str) -> Reads:
        """Give what a condition reads."""
        found = self.programmes[programme].condition(condition)
        return self.reads(f"{programme}__{condition}", found.formula)


class Run:
    """One population at one month; arrays have a row for each person (household, employer)."""

    def __init__(self, system: System, month: int, given: Mapping[str, Arrays]) -> None:
        self.system = system
        self.month = month
        self.period = period_of(f"{month // 100:04d}-{month % 100:02d}")
        populations = system.instantiate_entities()
        self.simulation = Simulation(system, populations)
        for key, population in populations.items():
            population.count = _rows(key, given.get(key, {}))
            for name, array in given.get(key, {}).items():
                self._set(population, name, array)

    def outcome(self, programme: str) -> Truth:
        """Give 0 not eligible, 1 cannot tell, 2 eligible."""
        return plain(self._get(programme))

    def condition(self, programme: str, condition: str) -> Truth:
        """Give the truth of one condition."""
        return plain(self._get(f"{programme}__{condition}"))

    def full(self, programme: str) -> Number:
        """Give the yuan due if every condition holds; NaN where it cannot be told."""
        return plain(self._get(f"{programme}_full"))

    def amount(self, programme: str) -> Number:
        """Give the yuan due: 0 for who is not eligible, NaN where it cannot be told."""
        return plain(self._get(f"{programme}_amount"))

    def months(self, programme: str) -> NDArray[np.int32]:
        """Give how many months it may still be paid: 0 for none, -1 where it cannot be told."""
        return plain(self._get(f"{programme}_months"))

    def failing(self, programme: str) -> NDArray[np.int64]:
        """Give the conditions that fail, a bit each; bit 0 alone where the rule is not in force."""
        return plain(self._get(f"{programme}_failing"))

    def missing(self, programme: str) -> NDArray[np.int64]:
        """Give the conditions that cannot be told, a bit each."""
        return plain(self._get(f"{programme}_missing"))

    def variable(self, name: str) -> NDArray[Any]:
        """Give any fact or quantity by its name."""
        return plain(self._get(name))

    def let_go(self) -> None:
        """Forget every array: what holds them holds itself, and would stay for a while."""
        for population in self.simulation.populations.values():
            population.__dict__.pop("situations", None)
            population._holders.clear()

    def situation(self, entity: str) -> Situation:
        """Give what the formulas of an entity read."""
        return situation_of(self.simulation.populations[entity], self.period)

    def _get(self, name: str) -> Any:
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.simulation.calculate(name, self.period)

    def _set(self, population: Any, name: str, array: NDArray[Any]) -> None:
        variable = self.system.get_variable(name)
        asked = facts().get(name)
        if asked is None or asked.entity != population.entity.key:
            raise ValueError(f"{name} is no fact of a {population.entity.key}")
        stored = np.asarray(array, dtype=DTYPES[asked.kind])
        if asked.kind is Kind.ANSWER:
            stored = EnumArray(stored.astype(np.int16), Answer)
        elif asked.kind is Kind.CHOICE:
            stored = EnumArray(stored, variable.possible_values)
        population.get_holder(name).set_input(self.period, stored)


@lru_cache(maxsize=1)
def system() -> System:
    """Give the rules as the law and the settings have them."""
    return System(load_parameters(declared_settings()))


@lru_cache(maxsize=4)
def _changed(changes: tuple[Change, ...]) -> System:
    return System(system().law.changed(changes))


def system_with(changes: Iterable[Change]) -> System:
    """Give the rules with some values changed; without changes, those of :func:`system`.

    :raises UnknownCode: a change names a parameter that does not exist.
    """
    given = tuple(changes)
    return _changed(given) if given else system()


_MOST_INSTANTS = 24
_ANY_MONTH = 202501


def _rows(key: str, arrays: Arrays) -> int:
    lengths = {len(array) for array in arrays.values()}
    if len(lengths) > 1:
        raise ValueError(f"the arrays of {key} differ in length: {sorted(lengths)}")
    return lengths.pop() if lengths else 1
