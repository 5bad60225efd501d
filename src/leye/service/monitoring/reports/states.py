"""Where a report stands, and what may be done with it."""

from collections.abc import Mapping
from enum import StrEnum


class ReportState(StrEnum):
    """Where a report stands. Codes are never reused."""

    DRAFT = "draft"
    RETURNED = "returned"
    COUNTY = "county"
    CITY = "city"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return _STATES[self]

    @property
    def tone(self) -> str:
        """The tag it is shown with."""
        return _TONES[self]

    @property
    def with_reporter(self) -> bool:
        """Whether the reporter has it."""
        return self in {ReportState.DRAFT, ReportState.RETURNED}


class Act(StrEnum):
    """What somebody does with a report. Codes are never reused."""

    SUBMIT = "submit"
    PASS = "pass"  # noqa: S105 - the name of an act
    CLOSE = "close"
    RETURN = "return"
    REOPEN = "reopen"

    @property
    def label(self) -> str:
        """The act in Chinese."""
        return _ACTS[self]


_STATES = {
    ReportState.DRAFT: "草稿",
    ReportState.RETURNED: "退回修改",
    ReportState.COUNTY: "待县级审核",
    ReportState.CITY: "待市级归档",
    ReportState.CLOSED: "已归档",
}
_TONES = {
    ReportState.DRAFT: "info",
    ReportState.RETURNED: "error",
    ReportState.COUNTY: "warn",
    ReportState.CITY: "warn",
    ReportState.CLOSED: "ok",
}
_ACTS = {
    Act.SUBMIT: "提交",
    Act.PASS: "县级审核通过",
    Act.CLOSE: "市级归档",
    Act.RETURN: "退回",
    Act.REOPEN: "归档后退回更正",
}
_NEXT: Mapping[tuple[ReportState, Act], ReportState] = {
    (ReportState.DRAFT, Act.SUBMIT): ReportState.COUNTY,
    (ReportState.RETURNED, Act.SUBMIT): ReportState.COUNTY,
    (ReportState.COUNTY, Act.PASS): ReportState.CITY,
    (ReportState.COUNTY, Act.RETURN): ReportState.RETURNED,
    (ReportState.CITY, Act.CLOSE): ReportState.CLOSED,
    (ReportState.CITY, Act.RETURN): ReportState.RETURNED,
    (ReportState.CLOSED, Act.REOPEN): ReportState.RETURNED,
}


def after(state: ReportState, act: Act) -> ReportState | None:
    """Give where a report stands after an act; None where the act cannot be done."""
    return _NEXT.get((state, act))
