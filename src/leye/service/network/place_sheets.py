"""Coordinates of towns and villages: one at a time, or from a sheet, all rows or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from leye.kernel.place import place_level
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require, scope_of
from leye.service.identity.roles import Permission
from leye.service.network.enums import PLACE_LEVELS, CoordSource
from leye.service.network.errors import InvalidPoint
from leye.service.network.models import PlacePoint
from leye.service.network.point_sheets import (
    COORDINATE_COLUMNS,
    PLACE_COLUMN,
    far_issue,
    issue_of,
    sheet_place,
)
from leye.service.network.rules import Coordinate, Datum, coordinate
from leye.service.network.sheets import SheetIssue, SheetRow, formula_issues, read_sheet
from leye.service.network.types import ImportResult

PLACE_COLUMNS = (PLACE_COLUMN, *COORDINATE_COLUMNS)
_HEADERS = {column.field: column.header for column in PLACE_COLUMNS}

Kept = Mapping[tuple[str, str], PlacePoint]
"""The coordinates there are, by place and source."""


@dataclass(frozen=True, slots=True)
class PlaceAt:
    """A place and its coordinate, as handed in."""

    place: str
    at: Coordinate


def locate_place(
    *, place: str, where: Coordinate, by: User | None, at: datetime, request_id: str = ""
) -> None:
    """Set the coordinate of a town or village; an earlier one of the same source is replaced.

    :raises Forbidden: ``by`` does not look after the network there.
    :raises InvalidPoint: it is no town or village.
    """
    _check_level(place)
    if by is not None:
        require(by, Permission.MANAGE_NETWORK, place)
    with transaction.atomic():
        keep_places([PlaceAt(place, where)], by=by, at=at)
        record(
            action=Action.PLACE_POINT_CHANGED,
            by=by,
            at=at,
            place=place,
            subject=Subject("place_point", place),
            request_id=request_id,
        )


def import_places(
    path: Path,
    *,
    by: User | None,
    at: datetime,
    place: str,
    datum: Datum = Datum.WGS84,
    check_only: bool = False,
    request_id: str = "",
) -> ImportResult:
    """Set the coordinates of a sheet's towns and villages, all of its rows or none.

    :raises UnreadableFile: not a sheet that can be read.
    :raises UnusableSheet: it has not the columns or rows of a list of coordinates.
    :raises Forbidden: ``by`` looks after no network.
    """
    if by is not None:
        require(by, Permission.MANAGE_NETWORK)
    rows = read_sheet(path, PLACE_COLUMNS)
    with transaction.atomic():
        kept = {(p.place, p.source): p for p in PlacePoint.objects.select_for_update()}
        lines, issues = _check(rows, kept, by=by, datum=datum)
        found = [(line, kept.get((line.place, line.at.source.value))) for line in lines]
        new = [line for line, now in found if now is None]
        changed = [line for line, now in found if now is not None and _differs(now, line.at)]
        written = not check_only and not any(issue.refuses for issue in issues)
        if written and (new or changed):
            keep_places([*new, *changed], by=by, at=at)
            record(
                action=Action.PLACE_POINTS_IMPORTED,
                by=by,
                at=at,
                place=place,
                subject=Subject("place_point", ""),
                detail={"rows": len(new) + len(changed)},
                request_id=request_id,
            )
    same = len(lines) - len(new) - len(changed)
    return ImportResult(len(new), len(changed), same, tuple(issues), written)


def keep_places(lines: Sequence[PlaceAt], *, by: User | None, at: datetime) -> None:
    """Write coordinates, replacing those of the same place and source; inside a transaction."""
    PlacePoint.objects.bulk_create(
        [
            PlacePoint(
                place=line.place,
                source=line.at.source.value,
                lng=line.at.lng,
                lat=line.at.lat,
                accuracy_m=line.at.accuracy_m,
                at=at,
                by=by,
            )
            for line in lines
        ],
        update_conflicts=True,
        unique_fields=["place", "source"],
        update_fields=["lng", "lat", "accuracy_m", "at", "by"],
    )


def _check(
    rows: Sequence[SheetRow], kept: Kept, *, by: User | None, datum: Datum
) -> tuple[list[PlaceAt], list[SheetIssue]]:
    scope = None if by is None else scope_of(by, Permission.MANAGE_NETWORK)
    lines: list[PlaceAt] = []
    issues: list[SheetIssue] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        if faulty := formula_issues(row, PLACE_COLUMNS):
            issues += faulty
            continue
        try:
            line = _line(row, kept, datum)
            if scope is not None and not scope.covers(line.place):
                raise InvalidPoint("不在您维护的地区内", field="place")
            key = (line.place, line.at.source.value)
            if key in seen:
                raise InvalidPoint(f"与第 {seen[key]} 行是同一个地区", field="place")
            seen[key] = row.number
        except InvalidPoint as error:
            issues.append(issue_of(row, error, _HEADERS))
            continue
        issues += far_issue(row, line.place, line.at)
        lines.append(line)
    return lines, issues


def _line(row: SheetRow, kept: Kept, datum: Datum) -> PlaceAt:
    cells = row.cells
    place = sheet_place(cells["place"])
    _check_level(place)
    demo = kept.get((place, CoordSource.DEMO.value))
    if demo and (cells["lng"], cells["lat"], cells["source"]) == (
        str(demo.lng),
        str(demo.lat),
        demo.source_label,
    ):
        # As exported: what staff may not write is taken back as it is, and only so.
        return PlaceAt(place, Coordinate(demo.lng, demo.lat, CoordSource.DEMO, demo.accuracy_m))
    where = coordinate(
        lng=cells["lng"],
        lat=cells["lat"],
        source=cells["source"],
        accuracy=cells["accuracy"],
        datum=datum,
    )
    if where is None:
        raise InvalidPoint("请填写经度和纬度", field="lng", hint="没有坐标的地区不要列入")
    return PlaceAt(place, where)


def _check_level(place: str) -> None:
    if place_level(place) not in PLACE_LEVELS:
        raise InvalidPoint("只记录乡镇和村（社区）的坐标", field="place")


def _differs(kept: PlacePoint, at: Coordinate) -> bool:
    return (kept.lng, kept.lat, kept.accuracy_m) != (at.lng, at.lat, at.accuracy_m)
