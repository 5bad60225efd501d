"""One definition for each figure, its evaluation, and the plan's targets held against it."""

from leye.analysis.metrics.catalogue import THEMES, Catalogue, catalogue
from leye.analysis.metrics.reading import InvalidDefinition
from leye.analysis.metrics.targets import PlanTarget, find_target, plan_targets

__all__ = [
    "THEMES",
    "Catalogue",
    "InvalidDefinition",
    "PlanTarget",
    "catalogue",
    "find_target",
    "plan_targets",
]
