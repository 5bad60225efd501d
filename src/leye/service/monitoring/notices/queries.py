"""Reads of notices."""

from leye.kernel.place import place_prefix
from leye.service.identity.perms import Asker
from leye.service.monitoring.errors import UnknownNotice
from leye.service.monitoring.notices.models import Notice, NoticeDocument, notice_key
from leye.service.monitoring.notices.querysets import NoticeQuerySet
from leye.service.monitoring.points.models import MonitoringPoint


def notices_for(user: Asker, *, kind: str = "", place: str = "") -> NoticeQuerySet:
    """Give the notices the asker may see, the latest first; corrected ones too."""
    found = Notice.objects.visible_to(user).select_related("by", "point", "corrected_by")
    if kind:
        found = found.filter(kind=kind)
    if place:
        found = found.filter(place__startswith=place_prefix(place))
    return found.order_by("-id")


def notice_for(user: Asker, number: str) -> Notice:
    """Give one notice the asker may see.

    :raises UnknownNotice: none of that number, or not in one of their places.
    """
    found = notices_for(user).filter(pk=notice_key(number)).first()
    if found is None:
        raise UnknownNotice(f"“{number[:20]}”", hint="报告不存在，或不在您的地区")
    return found


def notices_of(point: MonitoringPoint) -> list[Notice]:
    """Give the notices a point's reporter gave, the latest first."""
    found = Notice.objects.filter(point=point).exclude(link=None).order_by("-id")
    return list(found.select_related("corrected_by")[:50])


def notice_of(point: MonitoringPoint, number: str) -> Notice:
    """Give one notice of a point's reporter.

    :raises UnknownNotice: the point's reporter gave none of that number.
    """
    own = Notice.objects.filter(point=point, pk=notice_key(number)).exclude(link=None)
    found = own.select_related("corrected_by").first()
    if found is None:
        raise UnknownNotice(f"“{number[:20]}”")
    return found


def documents_of(notice: Notice) -> list[NoticeDocument]:
    """Give the documents of a notice, in the order they came."""
    found = NoticeDocument.objects.filter(notice=notice).order_by("id")
    return list(found.select_related("by", "link"))
