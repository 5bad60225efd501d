"""Whether each programme is in force in a month, for anybody."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from leye.decision.policy.cases import Case
from leye.decision.policy.check import check
from leye.decision.policy.entities import ENTITY_KEYS
from leye.decision.policy.programmes import IN_FORCE

_MOST_MONTHS = 24


@lru_cache(maxsize=_MOST_MONTHS)
def in_force(month: int) -> Mapping[str, str]:
    """Tell of each programme: met, failing, or unknown where a setting decides it."""
    nobody = Case(MappingProxyType({entity: MappingProxyType({}) for entity in ENTITY_KEYS}))
    answered = check(nobody, month)
    return MappingProxyType({a.programme: a.condition(IN_FORCE).result for a in answered})
