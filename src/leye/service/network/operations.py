"""Keeping service points. Each change leaves its audit event in the same transaction.

``by`` is None for the command line of the machine itself, which nothing is asked of.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.network.enums import CoordSource, PointKind
from leye.service.network.errors import PointClosed, PointExists, UnknownPoint
from leye.service.network.models import ServicePoint
from leye.service.network.rules import MOST_REASON, Coordinate, PointFields


@transaction.atomic
def add_point(
    *, fields: PointFields, by: User | None, at: datetime, request_id: str = ""
) -> ServicePoint:
    """Open a service point.

    :raises Forbidden: ``by`` does not look after points there.
    :raises PointExists: an open point has that name in that place.
    """
    _require(by, fields.place)
    point = ServicePoint()
    put(point, fields, by=by, at=at)
    _save(point)
    _record(Action.SERVICE_POINT_ADDED, point, by=by, at=at, request_id=request_id)
    return point


@transaction.atomic
def change_point(
    *,
    point: ServicePoint,
    fields: PointFields,
    by: User | None,
    at: datetime,
    request_id: str = "",
) -> ServicePoint:
    """Change what is kept of a point; nothing is written where nothing differs.

    :raises Forbidden: ``by`` does not look after points there, before or after.
    :raises PointClosed: it is closed.
    :raises PointExists: another open point has that name in that place.
    """
    point = _locked(point)
    _require(by, point.place)
    _require(by, fields.place)
    if not point.active:
        raise PointClosed(point.name, hint="请先恢复，再修改")
    if fields_of(point) == fields:
        return point
    put(point, fields, by=by, at=at)
    _save(point)
    _record(Action.SERVICE_POINT_CHANGED, point, by=by, at=at, request_id=request_id)
    return point


@transaction.atomic
def close_point(
    *, point: ServicePoint, reason: str, by: User | None, at: datetime, request_id: str = ""
) -> None:
    """Close a point: it stays in the table, and no longer counts.

    :raises Forbidden: ``by`` does not look after points there.
    :raises InvalidText: no reason, or one that cannot be kept.
    """
    said = plain_text(reason, what="撤销原因", most=MOST_REASON)
    _switch(point, active=False, reason=said, by=by, at=at, request_id=request_id)


@transaction.atomic
def reopen_point(
    *, point: ServicePoint, by: User | None, at: datetime, request_id: str = ""
) -> None:
    """Open a closed point again.

    :raises Forbidden: ``by`` does not look after points there.
    :raises PointExists: an open point has its name in its place.
    """
    _switch(point, active=True, reason="", by=by, at=at, request_id=request_id)


def fields_of(point: ServicePoint) -> PointFields:
    """Give what is kept of a point."""
    return PointFields(
        name=point.name,
        kind=PointKind(point.kind),
        place=point.place,
        at=coordinate_of(point),
        hours=point.hours,
        phone=point.phone,
    )


def coordinate_of(point: ServicePoint) -> Coordinate | None:
    """Give a point's coordinate, None where nobody located it."""
    if point.lng is None or point.lat is None:
        return None
    return Coordinate(point.lng, point.lat, CoordSource(point.coord_source), point.accuracy_m)


def put(point: ServicePoint, fields: PointFields, *, by: User | None, at: datetime) -> None:
    """Put fields into a point, without saving it."""
    point.name, point.kind, point.place = fields.name, fields.kind.value, fields.place
    point.hours, point.phone = fields.hours, fields.phone
    where = fields.at
    point.lng, point.lat = (where.lng, where.lat) if where else (None, None)
    point.coord_source = (where.source if where else CoordSource.NONE).value
    point.accuracy_m = where.accuracy_m if where else 0
    point.changed_by, point.changed_at = by, at


def _switch(
    point: ServicePoint,
    *,
    active: bool,
    reason: str,
    by: User | None,
    at: datetime,
    request_id: str,
) -> None:
    point = _locked(point)
    _require(by, point.place)
    if point.active is active:
        return
    point.active, point.closed_reason = active, reason
    point.changed_by, point.changed_at = by, at
    _save(point)
    action = Action.SERVICE_POINT_REOPENED if active else Action.SERVICE_POINT_CLOSED
    _record(action, point, by=by, at=at, request_id=request_id)


def _require(by: User | None, place: str) -> None:
    if by is not None:
        require(by, Permission.MANAGE_NETWORK, place)


def _locked(point: ServicePoint) -> ServicePoint:
    """Give the point as it now stands, locked until the transaction ends."""
    found = ServicePoint.objects.select_for_update().filter(pk=point.pk).first()
    if found is None:
        raise UnknownPoint(point.number)
    return found


def _save(point: ServicePoint) -> None:
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError as error:
        raise PointExists(
            f"这个地区已有开放的“{point.name}”", hint="请换一个名称，或修改原来的网点"
        ) from error


def _record(
    action: Action, point: ServicePoint, *, by: User | None, at: datetime, request_id: str
) -> None:
    record(
        action=action,
        by=by,
        at=at,
        place=point.place,
        subject=Subject("service_point", point.number),
        request_id=request_id,
    )
