"""How often each flaw happens in each source, as ``flaws.yaml`` says."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

_FILE = Path(__file__).parent / "flaws.yaml"


class FlawKind(StrEnum):
    """What can be wrong with a delivery; ``flaws.yaml`` says how often, and why."""

    LATE = "late"
    MISSING = "missing"
    DUPLICATED = "duplicated"
    CORRECTED = "corrected"
    WRONG_NUMBER = "wrong_number"
    NAME_VARIANT = "name_variant"
    OLD_CODE = "old_code"
    BLANK_CELL = "blank_cell"
    UNKNOWN_PLACE = "unknown_place"
    FORMULA_CELL = "formula_cell"
    END_NEVER_REPORTED = "end_never_reported"
    WHOLE_DELIVERY_LATE = "whole_delivery_late"
    EMPLOYER_NAME_VARIANT = "employer_name_variant"
    LEDGER_LAG = "ledger_lag"


@dataclass(frozen=True, slots=True)
class FlawRate:
    """The rate of one kind of flaw: in general, and in sources that differ.

    ``months``: among rows that come later, the shares that come 1, 2 and 3 months later.
    ``days``: the least and the most days a whole delivery is late.
    """

    kind: FlawKind
    why: str
    rate: float
    sources: Mapping[str, float]
    months: tuple[float, ...] = ()
    days: tuple[int, int] = (0, 0)

    def of(self, source: str) -> float:
        """Give the rate in one source."""
        return self.sources.get(source, self.rate)


@cache
def default_rates() -> Mapping[FlawKind, FlawRate]:
    """Give the rates of ``flaws.yaml``, every kind of flaw among them."""
    given = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({kind: _rate(kind, given[kind.value]) for kind in FlawKind})


@cache
def no_flaws() -> Mapping[FlawKind, FlawRate]:
    """Give the rates of clean deliveries: all zero."""
    return MappingProxyType(
        {
            kind: FlawRate(kind, each.why, 0.0, MappingProxyType({}), each.months, each.days)
            for kind, each in default_rates().items()
        }
    )


def _rate(kind: FlawKind, given: Mapping[str, Any]) -> FlawRate:
    first, last = given.get("days", (0, 0))
    return FlawRate(
        kind=kind,
        why=str(given["why"]),
        rate=float(given["rate"]),
        sources=MappingProxyType({str(k): float(v) for k, v in given.get("sources", {}).items()}),
        months=tuple(float(share) for share in given.get("months", ())),
        days=(int(first), int(last)),
    )
