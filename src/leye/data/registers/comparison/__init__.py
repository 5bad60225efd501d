"""Comparison of registers (数据比对): what two sources say differently, with evidence."""

from leye.data.registers.comparison.catalogue import (
    Comparison,
    Fact,
    InvalidComparison,
    Limit,
    comparison,
    comparison_catalogue,
    facts_of,
)
from leye.data.registers.comparison.conflicts import RULES, build_conflicts

__all__ = [
    "RULES",
    "Comparison",
    "Fact",
    "InvalidComparison",
    "Limit",
    "build_conflicts",
    "comparison",
    "comparison_catalogue",
    "facts_of",
]
