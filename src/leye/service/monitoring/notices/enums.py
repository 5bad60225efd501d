"""Kinds of notice, who gives it, why people are laid off, and kinds of document."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What is reported. Codes are never reused."""

    LAYOFF = "layoff"
    EMERGENCY = "emergency"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return "规模裁员" if self is NoticeKind.LAYOFF else "突发事件"


class Origin(StrEnum):
    """Who reports. Codes are never reused."""

    FIRM = "firm"
    VILLAGE = "village"
    STAFF = "staff"

    @property
    def label(self) -> str:
        """The reporter in Chinese."""
        return _ORIGINS[self]


_ORIGINS = {
    Origin.FIRM: "监测点直报",
    Origin.VILLAGE: "村（社区）报告",
    Origin.STAFF: "经办人员登记",
}


class LayoffReason(StrEnum):
    """The grounds of the law for laying people off (《劳动合同法》第四十一条). Codes stay."""

    REORGANISED = "reorganised"
    TROUBLE = "trouble"
    CHANGED = "changed"
    CIRCUMSTANCES = "circumstances"

    @property
    def label(self) -> str:
        """The ground in Chinese."""
        return _GROUNDS[self]


_GROUNDS = {
    LayoffReason.REORGANISED: "依照企业破产法规定进行重整",
    LayoffReason.TROUBLE: "生产经营发生严重困难",
    LayoffReason.CHANGED: "转产、重大技术革新或者经营方式调整，变更劳动合同后仍需裁减人员",
    LayoffReason.CIRCUMSTANCES: "客观经济情况发生重大变化，致使劳动合同无法履行",
}


class EmergencyKind(StrEnum):
    """What happened. Codes are never reused."""

    STOPPED = "stopped"
    CLOSED = "closed"
    MOVED = "moved"
    ARREARS = "arrears"
    DISASTER = "disaster"
    RETURNED = "returned"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What happened, in Chinese."""
        return _EMERGENCIES[self]


_EMERGENCIES = {
    EmergencyKind.STOPPED: "停产停业",
    EmergencyKind.CLOSED: "关闭破产",
    EmergencyKind.MOVED: "整体搬迁",
    EmergencyKind.ARREARS: "拖欠工资引起的群体性事件",
    EmergencyKind.DISASTER: "自然灾害、安全生产事故",
    EmergencyKind.RETURNED: "务工人员集中返乡",
    EmergencyKind.OTHER: "其他",
}


class DocumentKind(StrEnum):
    """What a document is. Codes are never reused."""

    PLAN = "plan"
    UNION = "union"
    LIST = "list"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return _DOCUMENTS[self]


_DOCUMENTS = {
    DocumentKind.PLAN: "裁减人员方案",
    DocumentKind.UNION: "向工会或全体职工说明情况、听取意见的记录",
    DocumentKind.LIST: "涉及人员名单",
    DocumentKind.OTHER: "其他材料",
}
