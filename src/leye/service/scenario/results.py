"""The result of a what-if, as it is kept: numbers as texts, so that no fen is lost."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from leye.decision.policy.replay import FundLine, Replayed, ReplayLine

_LINE_MONEY = ("cost_before", "cost_after")
_FUND_MONEY = ("balance", "months_before", "months_after")


def kept(found: Replayed) -> dict[str, Any]:
    """Give lines and funds as plain values."""
    return {
        "lines": [_plain(asdict(each)) for each in found.lines],
        "funds": [_plain(asdict(each)) for each in found.funds],
    }


def lines_of(result: Mapping[str, Any]) -> tuple[ReplayLine, ...]:
    """Give the lines of what was kept."""
    return tuple(ReplayLine(**_numbers(each, _LINE_MONEY)) for each in result["lines"])


def funds_of(result: Mapping[str, Any]) -> tuple[FundLine, ...]:
    """Give the funds of what was kept."""
    return tuple(FundLine(**_numbers(each, _FUND_MONEY)) for each in result["funds"])


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, Decimal) else value for name, value in given.items()
    }


def _numbers(given: Mapping[str, Any], money: tuple[str, ...]) -> dict[str, Any]:
    return {
        name: Decimal(value) if name in money and value is not None else value
        for name, value in given.items()
    }
