"""One definition for each figure, its evaluation, and the plan's targets held against it."""

from leye.analysis.metrics.catalogue import THEMES, Catalogue, catalogue
from leye.analysis.metrics.evaluator import Evaluator
from leye.analysis.metrics.formula import confidence_of, is_measurement
from leye.analysis.metrics.progress import TargetState
from leye.analysis.metrics.reading import InvalidDefinition
from leye.analysis.metrics.scoring import TargetScore, Trend, score, score_all
from leye.analysis.metrics.targets import (
    PlanTarget,
    Relation,
    TargetKind,
    find_target,
    plan_targets,
)
from leye.analysis.metrics.types import (
    Confidence,
    Figure,
    FigureKind,
    Indicator,
    IndicatorKind,
    Provenance,
    Ratio,
    SampleState,
)

__all__ = [
    "THEMES",
    "Catalogue",
    "Confidence",
    "Evaluator",
    "Figure",
    "FigureKind",
    "Indicator",
    "IndicatorKind",
    "InvalidDefinition",
    "PlanTarget",
    "Provenance",
    "Ratio",
    "Relation",
    "SampleState",
    "TargetKind",
    "TargetScore",
    "TargetState",
    "Trend",
    "catalogue",
    "confidence_of",
    "find_target",
    "is_measurement",
    "plan_targets",
    "score",
    "score_all",
]
