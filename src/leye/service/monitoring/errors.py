"""What can go wrong in the monitoring network."""

from datetime import datetime

from leye.kernel.errors import InvalidField, InvalidInput, LeyeError, NotFound


class UnknownSetting(NotFound):
    """There is no setting of that name."""

    code = "unknown_monitoring_setting"
    title = "没有这项设置"


class InvalidSetting(InvalidInput):
    """A value that cannot be set: fixed by law, out of bounds, or from a day that is past."""

    code = "invalid_monitoring_setting"
    title = "不能这样设置"


class UnknownMonitoringPoint(NotFound):
    """No monitoring point of that number, or none in the asker's places."""

    code = "unknown_monitoring_point"
    title = "没有这个监测点"


class InvalidMonitoringPoint(InvalidField):
    """What was given of a point cannot be used; ``field`` says which part of it."""

    code = "invalid_monitoring_point"
    title = "监测点信息有误"


class NotInPanel(LeyeError):
    """The point is in no panel, or no longer."""

    code = "not_in_panel"
    title = "监测点不在样本中"


class NoFrame(LeyeError):
    """There are no registers to draw a panel from."""

    code = "no_monitoring_frame"
    title = "还没有可以抽样的用人单位登记库"


class NoReplacement(LeyeError):
    """The stratum of the point holds no other firm."""

    code = "no_replacement"
    title = "同层没有可以替换的企业"


class InvalidPanel(InvalidInput):
    """A panel that cannot be drawn as asked."""

    code = "invalid_panel"
    title = "不能这样抽样"


class LinkRefused(LeyeError):
    """An address that is unknown, revoked or over, or a wrong code: not said which."""

    code = "reporting_link_refused"
    title = "不能进入填报"


class LinkPaused(LeyeError):
    """Too many wrong codes; ``retry_at`` says when the next one is looked at, None: never."""

    code = "reporting_link_paused"
    title = "填错次数过多"

    def __init__(self, detail: str, *, retry_at: datetime | None, hint: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.retry_at = retry_at


class UnknownReport(NotFound):
    """No report of that number, or none in the asker's places."""

    code = "unknown_monthly_report"
    title = "没有这份报表"


class NotThisMonth(InvalidInput):
    """The point does not report for that month, or not yet."""

    code = "not_this_month"
    title = "这个月不用报"


class ReportNotNow(LeyeError):
    """The report stands where that cannot be done with it."""

    code = "report_not_now"
    title = "报表现在不能这样处理"


class ReportChanged(LeyeError):
    """Somebody else changed the report since it was read."""

    code = "report_changed"
    title = "报表刚刚被别人改过"


class ReportIncomplete(InvalidInput):
    """The report does not pass its checks; ``findings`` says which."""

    code = "report_incomplete"
    title = "报表还不能提交"

    def __init__(self, detail: str, *, findings: tuple[object, ...], hint: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.findings = findings


class NothingToDeliver(LeyeError):
    """No closed report of the month, or nothing that was not delivered before."""

    code = "nothing_to_deliver"
    title = "没有可以交付的报表"


class UnknownNotice(NotFound):
    """No report of a layoff or emergency of that number, or none the asker may see."""

    code = "unknown_notice"
    title = "没有这份报告"


class InvalidNotice(InvalidField):
    """What was reported cannot be kept as it stands; ``field`` says which part."""

    code = "invalid_notice"
    title = "报告有误"


class InvalidDocument(InvalidInput):
    """A document of a kind or size that is not taken."""

    code = "invalid_document"
    title = "这个文件不能上传"


class NotOpenItem(LeyeError):
    """Somebody took or closed the item before."""

    code = "desk_item_not_open"
    title = "这件事已经有人处理"
