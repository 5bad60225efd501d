"""Every table of the room, gathered where Django looks for them."""

from leye.service.response.cases.models import (
    Case,
    CaseMeasure,
    CaseSignal,
    CaseStep,
    Release,
    ReleaseApproval,
)
from leye.service.response.drills.models import Drill
from leye.service.response.ledger.models import AffectedPerson, PersonStep
from leye.service.response.lines.models import SignedLine
from leye.service.response.signals.models import (
    KeptFeed,
    KeptGrade,
    KeptSignal,
    KeptVisit,
    WatchRun,
)

__all__ = [
    "AffectedPerson",
    "Case",
    "CaseMeasure",
    "CaseSignal",
    "CaseStep",
    "Drill",
    "KeptFeed",
    "KeptGrade",
    "KeptSignal",
    "KeptVisit",
    "PersonStep",
    "Release",
    "ReleaseApproval",
    "SignedLine",
    "WatchRun",
]
