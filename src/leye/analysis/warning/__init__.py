"""Early warning: watches, detectors, grading, backtests. It opens no cases."""

from leye.analysis.warning.engine import raw_levels, warning_month
from leye.analysis.warning.grading import GradeSettings
from leye.analysis.warning.inputs import Inputs
from leye.analysis.warning.reading import read_inputs
from leye.analysis.warning.types import (
    LEVELS,
    Axis,
    Cell,
    FeedStanding,
    FeedState,
    Grade,
    Layer,
    Level,
    Range,
    Signal,
    Visit,
    WarningMonth,
)
from leye.analysis.warning.watches import Line, Method, Origin, Watch, Watches, watches

__all__ = [
    "LEVELS",
    "Axis",
    "Cell",
    "FeedStanding",
    "FeedState",
    "Grade",
    "GradeSettings",
    "Inputs",
    "Layer",
    "Level",
    "Line",
    "Method",
    "Origin",
    "Range",
    "Signal",
    "Visit",
    "WarningMonth",
    "Watch",
    "Watches",
    "raw_levels",
    "read_inputs",
    "warning_month",
    "watches",
]
