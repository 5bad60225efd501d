"""By when each stage of a case is to be over. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from leye.service.monitoring.desk.clocks import Level, due_of
from leye.service.response.cases.enums import Stage

_HOURS = {
    Stage.VERIFY: "verify_hours",
    Stage.VISIT: "visit_hours",
    Stage.CONSULT: "consult_hours",
    Stage.PLAN: "plan_hours",
    Stage.HANDLE: "report_hours",
    Stage.REVIEW: "review_hours",
}


def due_at(stage: Stage, level: int | None, at: datetime, settings: Mapping[str, int]) -> datetime:
    """Give by when a stage that begins at a moment is to be over.

    Taking a case follows its level, the least where it has none; the other stages have clocks of
    their own.
    """
    if stage is Stage.TAKE:
        return due_of(Level(level) if level else Level.BLUE, at, settings)
    return at + timedelta(hours=settings[_HOURS[stage]])
