"""Service points from a sheet: every row checked, then all written or none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from leye.data.reference import AmbiguousName, places
from leye.kernel.errors import LeyeError, UnknownCode
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.errors import InvalidText
from leye.service.identity.models import User
from leye.service.identity.perms import require, scope_of
from leye.service.identity.roles import Permission
from leye.service.network.enums import GIVEN, PointKind
from leye.service.network.errors import InvalidPoint, PointExists
from leye.service.network.models import ServicePoint, point_key
from leye.service.network.operations import coordinate_of, fields_of, put
from leye.service.network.rules import (
    Coordinate,
    Datum,
    PointFields,
    coordinate,
    far_from_town,
    point_fields,
)
from leye.service.network.sheets import (
    SheetColumn,
    SheetIssue,
    SheetRow,
    formula_issues,
    read_sheet,
)
from leye.service.network.types import ImportResult

_SOURCES = "、".join(source.label for source in GIVEN)
COORDINATE_COLUMNS = (
    SheetColumn("lng", "经度", "十进制度数，如 114.391136", aliases=("lng", "东经")),
    SheetColumn("lat", "纬度", "十进制度数，如 27.816119", aliases=("lat", "北纬")),
    SheetColumn("source", "坐标来源", f"{_SOURCES}；空着就是工作人员填报"),
    SheetColumn("accuracy", "误差（米）", "空着按来源取常用值", aliases=("误差", "accuracy_m")),
)
PLACE_COLUMN = SheetColumn(
    "place", "地区代码", "统计用区划代码，或不重名的地区名称", required=True, aliases=("地区",)
)
POINT_COLUMNS = (
    SheetColumn("number", "编号", "修改已有网点时填写，新增时空着"),
    SheetColumn("name", "名称", "不超过 60 个字", required=True, aliases=("网点名称",)),
    SheetColumn(
        "kind",
        "类型",
        "、".join(kind.label for kind in PointKind),
        required=True,
        aliases=("网点类型",),
    ),
    PLACE_COLUMN,
    *COORDINATE_COLUMNS,
    SheetColumn("hours", "开放时间", "如 工作日 9:00—17:00"),
    SheetColumn("phone", "办公电话", "座机或热线，不填个人手机号", aliases=("电话",)),
)
_HEADERS = {column.field: column.header for column in POINT_COLUMNS}


@dataclass(frozen=True, slots=True)
class _Line:
    """A row that can be written: the point it changes, None for a new one."""

    row: SheetRow
    point: ServicePoint | None
    fields: PointFields


def import_points(
    path: Path,
    *,
    by: User | None,
    at: datetime,
    place: str,
    datum: Datum = Datum.WGS84,
    check_only: bool = False,
    request_id: str = "",
) -> ImportResult:
    """Add and change the points of a sheet, all of its rows or none.

    A row with a number changes that point; one without changes the open point of the same place and
    name, or adds one. ``place`` is what the audit event is recorded under.

    :raises UnreadableFile: not a sheet that can be read.
    :raises UnusableSheet: it has not the columns or rows of a list of points.
    :raises Forbidden: ``by`` looks after no points.
    :raises PointExists: somebody opened one of the points at the same moment.
    """
    if by is not None:
        require(by, Permission.MANAGE_NETWORK)
    rows = read_sheet(path, POINT_COLUMNS)
    with transaction.atomic():
        lines, issues = _check(rows, by=by, datum=datum)
        new = [line for line in lines if line.point is None]
        changed = [line for line in lines if line.point and fields_of(line.point) != line.fields]
        refused = any(issue.refuses for issue in issues)
        written = not refused and not check_only
        if written and (new or changed):
            _write(new, changed, by=by, at=at)
            record(
                action=Action.SERVICE_POINTS_IMPORTED,
                by=by,
                at=at,
                place=place,
                subject=Subject("service_point", ""),
                detail={"rows": len(new) + len(changed)},
                request_id=request_id,
            )
    same = len(lines) - len(new) - len(changed)
    return ImportResult(len(new), len(changed), same, tuple(issues), written)


def sheet_place(text: str) -> str:
    """Give the code a cell of places means, by code or by name.

    :raises InvalidPoint: nothing, or several places, are called so.
    """
    if not text:
        raise InvalidPoint("请填写地区代码", field="place")
    try:
        return places().find(text).code
    except (UnknownCode, AmbiguousName) as error:
        raise InvalidPoint(error.detail, field="place", hint=error.hint) from error


def issue_of(row: SheetRow, error: LeyeError, headers: Mapping[str, str]) -> SheetIssue:
    """Give a failure of a row as an issue of the column it lies in."""
    field = getattr(error, "field", "")
    reason = error.detail + (f"（{error.hint}）" if error.hint else "")
    return SheetIssue(row.number, headers.get(field, ""), row.cells.get(field, "")[:40], reason)


def far_issue(row: SheetRow, place: str, at: Coordinate | None) -> list[SheetIssue]:
    """Give a remark where a coordinate is far from the town it should be in."""
    km = far_from_town(place, at) if at else None
    if km is None:
        return []
    value = f"{row.cells['lng']}，{row.cells['lat']}"
    reason = f"离该乡镇地名录坐标约 {km:.0f} 公里，请核对"
    return [SheetIssue(row.number, "经度", value, reason, refuses=False)]


def _check(
    rows: Iterable[SheetRow], *, by: User | None, datum: Datum
) -> tuple[list[_Line], list[SheetIssue]]:
    known = ServicePoint.objects.select_for_update().order_by("pk")
    every = {point.pk: point for point in known}
    named = {(point.place, point.name): point for point in every.values() if point.active}
    scope = None if by is None else scope_of(by, Permission.MANAGE_NETWORK)
    lines: list[_Line] = []
    issues: list[SheetIssue] = []
    seen: dict[object, int] = {}
    for row in rows:
        if faulty := formula_issues(row, POINT_COLUMNS):
            issues += faulty
            continue
        try:
            line = _line(row, every, named, datum)
            for place in {line.fields.place, line.point.place if line.point else ""} - {""}:
                if scope is not None and not scope.covers(place):
                    raise InvalidPoint("不在您维护的地区内", field="place")
            for key in _keys(line):
                if key in seen:
                    raise InvalidPoint(f"与第 {seen[key]} 行是同一个网点", field="name")
                seen[key] = row.number
        except (InvalidPoint, InvalidText) as error:
            issues.append(issue_of(row, error, _HEADERS))
            continue
        issues += far_issue(row, line.fields.place, line.fields.at)
        lines.append(line)
    return lines, issues


def _line(
    row: SheetRow,
    every: Mapping[int, ServicePoint],
    named: Mapping[tuple[str, str], ServicePoint],
    datum: Datum,
) -> _Line:
    cells = row.cells
    place = sheet_place(cells["place"])
    numbered = every.get(point_key(cells["number"])) if cells["number"] else None
    if cells["number"] and numbered is None:
        raise InvalidPoint(f"没有编号“{cells['number'][:20]}”", field="number")
    point = numbered or named.get((place, cells["name"]))
    fields = point_fields(
        name=cells["name"],
        kind=_kind(cells["kind"]),
        place=place,
        at=_coordinate(cells, point, datum),
        hours=cells["hours"],
        phone=cells["phone"],
    )
    if point is not None and not point.active:
        # As exported it may stand in a sheet; changed it is not.
        if fields_of(point) != fields:
            raise InvalidPoint("这个网点已撤销", field="number", hint="请先在页面上恢复")
        return _Line(row, point, fields)
    other = named.get((fields.place, fields.name))
    if other is not None and point is not None and other.pk != point.pk:
        raise InvalidPoint(f"与 {other.number} 同名同地", field="name")
    return _Line(row, point or other, fields)


def _keys(line: _Line) -> list[object]:
    """Give what no two rows of a sheet may share: the point, and an open point's place and name."""
    keys: list[object] = [] if line.point is None else [line.point.pk]
    if line.point is None or line.point.active:
        keys.append((line.fields.place, line.fields.name))
    return keys


def _kind(text: str) -> str:
    return next((kind.value for kind in PointKind if text in {kind.label, kind.value}), text)


def _coordinate(
    cells: Mapping[str, str], point: ServicePoint | None, datum: Datum
) -> Coordinate | None:
    kept = coordinate_of(point) if point else None
    given = (cells["lng"], cells["lat"], cells["source"])
    if kept is None or kept.source in GIVEN:
        return _given(cells, datum)
    # As exported: what staff may not write is taken back as it is, and only so.
    if given == (str(kept.lng), str(kept.lat), kept.source.label):
        return kept
    return _given(cells, datum)


def _given(cells: Mapping[str, str], datum: Datum) -> Coordinate | None:
    return coordinate(
        lng=cells["lng"],
        lat=cells["lat"],
        source=cells["source"],
        accuracy=cells["accuracy"],
        datum=datum,
    )


def _write(
    new: Iterable[_Line], changed: Iterable[_Line], *, by: User | None, at: datetime
) -> None:
    made = []
    for line in new:
        point = ServicePoint()
        put(point, line.fields, by=by, at=at)
        made.append(point)
    try:
        with transaction.atomic():
            for line in changed:
                assert line.point is not None
                put(line.point, line.fields, by=by, at=at)
                line.point.save()
            ServicePoint.objects.bulk_create(made)
    except IntegrityError as error:
        raise PointExists("另一位同事刚刚改动了同一网点", hint="请再导入一次") from error
