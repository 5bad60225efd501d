"""Who acts in the network: staff with an account, or a reporter who came in by a link."""

from datetime import datetime
from typing import Any

from leye.kernel.errors import Forbidden
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.links.operations import is_alive
from leye.service.monitoring.points.models import MonitoringPoint

Hand = User | PointLink


def hand_fields(by: Hand | None) -> dict[str, Any]:
    """Give the columns in which a row says whose hand it is."""
    return {
        "by": by if isinstance(by, User) else None,
        "link": by if isinstance(by, PointLink) else None,
    }


def actor_of(by: Hand | None) -> User | None:
    """Give the account of an audit event; a reporter has none."""
    return by if isinstance(by, User) else None


def link_fact(by: Hand | None) -> dict[str, str]:
    """Give the fact by which an audit event says which link was used."""
    return {"link": by.number} if isinstance(by, PointLink) else {}


def require_reporter(by: Hand | None, point: MonitoringPoint, *, at: datetime) -> None:
    """Do nothing for who may fill in the point's forms.

    ``by`` is None for the command line of the machine itself.

    :raises Forbidden: the link is another point's or over, or the account does not look after it.
    """
    if isinstance(by, PointLink):
        if by.point_id != point.pk or not is_alive(by, at=at):
            raise Forbidden("这个链接不能填报这个监测点", hint="请向县就业局要新的地址和填报码")
    elif by is not None:
        require(by, Permission.MANAGE_MONITORING, point.place)
