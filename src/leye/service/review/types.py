"""What other rooms hand in and get back."""

from dataclasses import dataclass
from datetime import datetime

from leye.service.review.enums import Decision, State


@dataclass(frozen=True, slots=True)
class ConflictRef:
    """A conflict as a row of the registers names it.

    Its ``id`` stays the same however often registers are built; ``month`` is that of the row, and
    ``since_month`` when it began to stand.
    """

    id: str
    rule: str
    month: int
    since_month: int
    place: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conflict stands, and the decision that put it there; none while nobody decided."""

    state: State = State.OPEN
    decision: Decision | None = None
    reason: str = ""
    by_key: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of a decision on many: how many it was taken on, how many were not open."""

    decided: int
    left: int
