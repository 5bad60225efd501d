"""A case: what is known of one person, household or employer, and which month is asked about."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.decision.policy.entities import ENTITY_KEYS
from leye.decision.policy.facts import InvalidFact, Value, fact
from leye.decision.policy.situation import DTYPES


@dataclass(frozen=True, slots=True)
class Case:
    """Facts as stored numbers, by entity; a fact that is not there is not known."""

    entities: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(
        cls,
        *,
        person: Mapping[str, Value] | None = None,
        household: Mapping[str, Value] | None = None,
        employer: Mapping[str, Value] | None = None,
    ) -> "Case":
        """Read written values, such as ``{"sex": "女", "registered_since": "2025-01"}``.

        :raises InvalidFact: a value is wrong, or a fact belongs to another entity.
        :raises UnknownCode: there is no such fact or option.
        """
        given = {"person": person, "household": household, "employer": employer}
        read = {
            key: MappingProxyType({name: _read(key, name, v) for name, v in values.items()})
            for key, values in given.items()
            if values is not None
        }
        return cls(MappingProxyType(read))

    @classmethod
    def parse(cls, data: Any) -> "Case":
        """Read a case from the mapping of a YAML or JSON file, its keys the entities.

        :raises InvalidFact: it is no such mapping.
        """
        if not isinstance(data, Mapping) or not data or set(data) - set(ENTITY_KEYS):
            raise InvalidFact(
                "应按 person、household、employer 分组填写", hint="如 person: {sex: 女}"
            )
        if not all(isinstance(values, Mapping) for values in data.values()):
            raise InvalidFact("每组应是“事实: 值”", hint="如 person: {sex: 女}")
        return cls.of(**{str(key): values for key, values in data.items()})

    def known(self, name: str) -> bool:
        """Tell whether a fact is known."""
        asked = fact(name)
        found = self.entities.get(asked.entity, {}).get(name, asked.unknown)
        return not (found == asked.unknown or found != found)

    def concerns(self, name: str) -> bool:
        """Tell whether a fact is to be asked: not where another fact rules it out."""
        for other, options in fact(name).when.items():
            asked = fact(other)
            found = self.entities.get(asked.entity, {}).get(other, asked.unknown)
            if self.known(other) and found not in {asked.read(option) for option in options}:
                return False
        return True

    def arrays(self, entity: str) -> Mapping[str, NDArray[Any]] | None:
        """Give the facts of an entity as arrays of one row; None where nothing was given."""
        if entity not in self.entities:
            return None
        return {
            name: np.array([value], dtype=DTYPES[fact(name).kind])
            for name, value in self.entities[entity].items()
        }


def together(cases: tuple[Case, ...], entity: str) -> Mapping[str, NDArray[Any]]:
    """Give many cases as arrays with a row each: what one of them does not know is unknown."""
    names = dict.fromkeys(name for case in cases for name in case.entities.get(entity, {}))
    return {
        name: np.array(
            [case.entities.get(entity, {}).get(name, fact(name).unknown) for case in cases],
            dtype=DTYPES[fact(name).kind],
        )
        for name in names
    }


def _read(entity: str, name: str, value: Value) -> float:
    asked = fact(name)
    if asked.entity != entity:
        raise InvalidFact(f"{name} 属于 {asked.entity}，不属于 {entity}", hint="请移到对应的组")
    return asked.read(value)
