"""Isochrones of a road network, taken in from a file."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from leye.analysis.atlas.circle_roads import InvalidIsochrones, IsochroneFile
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.network.models import RoadReach, RoadRun, ServicePoint
from leye.service.network.operations import coordinate_of


@transaction.atomic
def import_isochrones(given: IsochroneFile, *, by: User | None, at: datetime) -> RoadRun:
    """Take the isochrones of a file into use in place of the earlier ones, all or none.

    A point that is moved later falls back to the straight line until the next import.

    :raises InvalidIsochrones: a point is unknown, closed or has no coordinate.
    """
    points = {point.number: point for point in ServicePoint.objects.open().exclude(lng=None)}
    unknown = sorted({each.point for each in given.isochrones} - set(points))
    if unknown:
        shown = "、".join(number[:20] for number in unknown[:5])
        raise InvalidIsochrones(
            f"{len(unknown)} 个网点不存在、已撤销或没有坐标：{shown}",
            hint="point 填网点编号，如 S000001",
        )
    RoadRun.objects.all().delete()
    run = RoadRun.objects.create(
        engine=given.engine,
        engine_version=given.engine_version,
        extract_date=given.extract_date,
        attribution=given.attribution,
        at=at,
    )
    RoadReach.objects.bulk_create(
        RoadReach(
            run=run,
            point=points[each.point],
            mode=each.mode,
            minutes=each.minutes,
            lng=where.lng,
            lat=where.lat,
            polygons=each.polygons,
        )
        for each in given.isochrones
        if (where := coordinate_of(points[each.point])) is not None
    )
    record(
        action=Action.ISOCHRONES_IMPORTED,
        by=by,
        at=at,
        place=settings.LEYE_CITY,
        subject=Subject("road_run", str(run.pk)),
        detail={"rows": len(given.isochrones)},
    )
    return run
