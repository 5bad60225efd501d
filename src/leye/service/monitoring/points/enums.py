"""Kinds of monitoring point, sizes of firm, and how a point came into the panel and left it."""

from enum import StrEnum


class PointKind(StrEnum):
    """What a monitoring point is. Codes are never reused."""

    FIRM = "firm"
    MARKET = "market"
    PARK = "park"
    VILLAGE = "village"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return _KINDS[self]

    @property
    def form(self) -> str:
        """The name of the monthly form such a point fills in."""
        return _FORMS[self]


_KINDS = {
    PointKind.FIRM: "企业",
    PointKind.MARKET: "人力资源市场",
    PointKind.PARK: "园区",
    PointKind.VILLAGE: "行政村（社区）",
}
_FORMS = {
    PointKind.FIRM: "firm_monthly",
    PointKind.MARKET: "market_monthly",
    PointKind.PARK: "park_monthly",
    PointKind.VILLAGE: "village_monthly",
}


class SizeBand(StrEnum):
    """Size of a firm by insured persons; the code is the smallest number of the band.

    20, 300 and 1000 are the lines of the statistical sizes of industrial firms (统计上大中小微型
    企业划分办法, 2017); 20 to 299 is cut once more, since most insured persons work there.
    """

    MICRO = "10"
    SMALL = "20"
    LOWER = "100"
    MIDDLE = "300"
    LARGE = "1000"

    @property
    def label(self) -> str:
        """The band in Chinese."""
        return _SIZES[self]

    @property
    def least(self) -> int:
        """The smallest number of insured persons."""
        return int(self.value)


_SIZES = {
    SizeBand.MICRO: "10—19人",
    SizeBand.SMALL: "20—99人",
    SizeBand.LOWER: "100—299人",
    SizeBand.MIDDLE: "300—999人",
    SizeBand.LARGE: "1000人以上",
}


class EntryRole(StrEnum):
    """How a point came into the panel. Codes are never reused."""

    KEPT = "kept"
    CERTAIN = "certain"
    DRAWN = "drawn"
    REPLACEMENT = "replacement"
    NAMED = "named"

    @property
    def label(self) -> str:
        """The way in Chinese."""
        return _ROLES[self]


_ROLES = {
    EntryRole.KEPT: "原有监测企业续用",
    EntryRole.CERTAIN: "大企业必选",
    EntryRole.DRAWN: "分层抽取",
    EntryRole.REPLACEMENT: "替换进入",
    EntryRole.NAMED: "指定",
}


class LeaveReason(StrEnum):
    """Why a point left the panel. Codes are never reused."""

    CLOSED = "closed"
    MOVED = "moved"
    REFUSED = "refused"
    MERGED = "merged"
    TOO_SMALL = "too_small"
    UNREACHABLE = "unreachable"
    ROTATED = "rotated"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason in Chinese."""
        return _REASONS[self]

    @property
    def needs_words(self) -> bool:
        """Whether the reason alone does not say enough."""
        return self in {LeaveReason.REFUSED, LeaveReason.UNREACHABLE, LeaveReason.OTHER}


_REASONS = {
    LeaveReason.CLOSED: "关闭、注销",
    LeaveReason.MOVED: "迁出本县",
    LeaveReason.REFUSED: "拒绝填报",
    LeaveReason.MERGED: "合并、改制",
    LeaveReason.TOO_SMALL: "人数过少",
    LeaveReason.UNREACHABLE: "联系不上",
    LeaveReason.ROTATED: "样本更换",
    LeaveReason.OTHER: "其他",
}
