"""Sheets of service points and coordinates: templates, check, import, export."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_safe

from leye.data.pool.types import UnreadableFile
from leye.data.reference import places
from leye.doors.console.access import acting, staff_page
from leye.doors.console.network_forms import SheetForm, words
from leye.doors.web.downloads import xlsx_response
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.roles import Permission
from leye.service.network.errors import PointExists, UnusableSheet
from leye.service.network.models import PlacePoint, ServicePoint
from leye.service.network.place_sheets import PLACE_COLUMNS, import_places
from leye.service.network.point_sheets import POINT_COLUMNS, import_points
from leye.service.network.queries import place_points_for, points_for
from leye.service.network.rules import Datum
from leye.service.network.sheets import SheetColumn
from leye.service.network.types import ImportResult

_SHOWN = 200
_POINT_EXTRAS = ("地区名称", "状态", "更新时间")
_PLACE_EXTRAS = ("地区名称", "更新时间")


class _Import(Protocol):
    def __call__(
        self,
        path: Path,
        *,
        by: Any,
        at: Any,
        place: str,
        datum: Datum,
        check_only: bool,
        request_id: str,
    ) -> ImportResult: ...


@staff_page(Permission.MANAGE_NETWORK)
@require_http_methods(["GET", "HEAD", "POST"])
def points_import(request: HttpRequest) -> HttpResponse:
    """Check a sheet of points, or check and write it."""
    return _import(request, import_points, "points", POINT_COLUMNS)


@staff_page(Permission.MANAGE_NETWORK)
@require_http_methods(["GET", "HEAD", "POST"])
def places_import(request: HttpRequest) -> HttpResponse:
    """Check a sheet of coordinates, or check and write it."""
    return _import(request, import_places, "places", PLACE_COLUMNS)


@staff_page(Permission.MANAGE_NETWORK)
@require_safe
def points_template(_request: HttpRequest) -> HttpResponse:
    """Give the empty sheet of points."""
    return _template("服务网点模板", POINT_COLUMNS)


@staff_page(Permission.MANAGE_NETWORK)
@require_safe
def places_template(_request: HttpRequest) -> HttpResponse:
    """Give the empty sheet of coordinates."""
    return _template("村镇坐标模板", PLACE_COLUMNS)


@staff_page(Permission.MANAGE_NETWORK)
@require_safe
def points_export(request: HttpRequest) -> HttpResponse:
    """Give the asker's points as a sheet that can be imported again."""
    rows = [_point_cells(point) for point in points_for(request.user)]
    _record(request, Action.SERVICE_POINTS_EXPORTED, "service_point", len(rows))
    header = (*(column.header for column in POINT_COLUMNS), *_POINT_EXTRAS)
    return xlsx_response("服务网点", header, rows, notes=_notes(POINT_COLUMNS))


@staff_page(Permission.MANAGE_NETWORK)
@require_safe
def places_export(request: HttpRequest) -> HttpResponse:
    """Give the coordinates staff handed in for the asker's places, to be imported again."""
    rows = [_place_cells(each) for each in place_points_for(request.user)]
    _record(request, Action.PLACE_POINTS_EXPORTED, "place_point", len(rows))
    header = (*(column.header for column in PLACE_COLUMNS), *_PLACE_EXTRAS)
    return xlsx_response("村镇坐标", header, rows, notes=_notes(PLACE_COLUMNS))


def _import(
    request: HttpRequest, take: _Import, what: str, columns: Sequence[SheetColumn]
) -> HttpResponse:
    context: dict[str, object] = {"what": what, "columns": columns}
    if request.method != "POST":
        form = SheetForm(initial={"datum": Datum.WGS84.value})
        return render(request, "console/network_import.html", context | {"form": form})
    form = SheetForm(request.POST, request.FILES)
    if request.META.get("LEYE_UPLOAD_TOO_LARGE"):
        form.fields["file"].error_messages["required"] = "文件太大，请分成几个文件"
    if form.is_valid():
        actor = acting(request)
        check_only = request.POST.get("do") != "import"
        try:
            with _kept(form.cleaned_data["file"]) as path:
                result = take(
                    path,
                    by=actor.by,
                    at=actor.at,
                    place=actor.place_for(Permission.MANAGE_NETWORK),
                    datum=Datum(form.cleaned_data["datum"]),
                    check_only=check_only,
                    request_id=actor.request_id,
                )
        except (UnreadableFile, UnusableSheet, PointExists) as error:
            form.add_error("file", words(error))
        else:
            if result.written and not result.issues:
                return HttpResponseRedirect(f"{resolve_url(f'network:{what}')}?done=imported")
            context |= {"result": result, "issues": result.issues[:_SHOWN]}
            context["name"] = form.cleaned_data["file"].name
            context["more"] = max(len(result.issues) - _SHOWN, 0)
            status = 422 if result.refused else 200
            return render(request, "console/network_imported.html", context, status=status)
    return render(request, "console/network_import.html", context | {"form": form}, status=422)


@contextmanager
def _kept(file: UploadedFile) -> Iterator[Path]:
    """Keep an upload as a file while it is read."""
    with tempfile.TemporaryDirectory(prefix="leye-sheet-") as folder:
        path = Path(folder) / "sheet"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        yield path


def _template(name: str, columns: Sequence[SheetColumn]) -> HttpResponse:
    return xlsx_response(name, [c.header for c in columns], [], notes=_notes(columns))


def _notes(columns: Sequence[SheetColumn]) -> list[tuple[str, str]]:
    return [
        (column.header, ("必填。" if column.required else "可不填。") + column.help)
        for column in columns
    ]


def _point_cells(point: ServicePoint) -> tuple[Any, ...]:
    located = point.lng is not None
    return (
        point.number,
        point.name,
        point.kind_label,
        point.place,
        "" if point.lng is None else str(point.lng),
        "" if point.lat is None else str(point.lat),
        point.source_label if located else "",
        str(point.accuracy_m) if located else "",
        point.hours,
        point.phone,
        places().get(point.place).name,
        "开放" if point.active else "已撤销",
        localtime(point.changed_at),
    )


def _place_cells(each: PlacePoint) -> tuple[Any, ...]:
    return (
        each.place,
        str(each.lng),
        str(each.lat),
        each.source_label,
        str(each.accuracy_m),
        places().get(each.place).name,
        localtime(each.at),
    )


def _record(request: HttpRequest, action: Action, what: str, rows: int) -> None:
    actor = acting(request)
    actor.record(
        action,
        place=actor.place_for(Permission.MANAGE_NETWORK),
        subject=Subject(what, ""),
        detail={"rows": rows},
    )
