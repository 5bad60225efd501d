"""What can be decided on a conflict, and where it then stands."""

from collections.abc import Mapping
from enum import StrEnum


class Decision(StrEnum):
    """What somebody decided. Codes are never reused."""

    DISMISSED = "dismissed"
    CONFIRMED = "confirmed"
    TASK = "task"
    REOPENED = "reopened"

    @property
    def label(self) -> str:
        """The decision in Chinese."""
        return _DECISIONS[self]

    @property
    def state(self) -> "State":
        """Where a conflict stands after it."""
        return _AFTER[self]


class State(StrEnum):
    """Where a conflict stands."""

    OPEN = "open"
    DISMISSED = "dismissed"
    CONFIRMED = "confirmed"
    TASK = "task"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return _STATES[self]

    def allows(self, decision: Decision) -> bool:
        """Whether the decision can be taken now."""
        return decision in _NEXT[self]


_DECISIONS = {
    Decision.DISMISSED: "排除",
    Decision.CONFIRMED: "确认属实",
    Decision.TASK: "转办",
    Decision.REOPENED: "重开",
}
_STATES = {
    State.OPEN: "待核查",
    State.DISMISSED: "已排除",
    State.CONFIRMED: "已确认属实",
    State.TASK: "已转办",
}
_AFTER = {
    Decision.DISMISSED: State.DISMISSED,
    Decision.CONFIRMED: State.CONFIRMED,
    Decision.TASK: State.TASK,
    Decision.REOPENED: State.OPEN,
}
_NEXT: Mapping[State, frozenset[Decision]] = {
    State.OPEN: frozenset({Decision.DISMISSED, Decision.CONFIRMED, Decision.TASK}),
    State.CONFIRMED: frozenset({Decision.DISMISSED, Decision.TASK, Decision.REOPENED}),
    State.TASK: frozenset({Decision.DISMISSED, Decision.CONFIRMED, Decision.REOPENED}),
    State.DISMISSED: frozenset({Decision.REOPENED}),
}
