"""Every table of the room, gathered where Django looks for them."""

from leye.service.monitoring.desk.models import DeskItem
from leye.service.monitoring.links.models import LinkAttempt, PointLink
from leye.service.monitoring.notices.models import Notice, NoticeDocument
from leye.service.monitoring.points.models import (
    MonitoringPoint,
    Panel,
    PanelEntry,
    PanelExit,
    PanelStratum,
)
from leye.service.monitoring.reports.models import (
    BaseChange,
    FeedRun,
    MonthlyReport,
    Reminder,
    ReportStep,
    ReportVersion,
)
from leye.service.monitoring.settings.models import SettingValue

__all__ = [
    "BaseChange",
    "DeskItem",
    "FeedRun",
    "LinkAttempt",
    "MonitoringPoint",
    "MonthlyReport",
    "Notice",
    "NoticeDocument",
    "Panel",
    "PanelEntry",
    "PanelExit",
    "PanelStratum",
    "PointLink",
    "Reminder",
    "ReportStep",
    "ReportVersion",
    "SettingValue",
]
