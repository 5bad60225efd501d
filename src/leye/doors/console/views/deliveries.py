"""The list of deliveries, one delivery, what can be downloaded of it, and making it public."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods, require_safe

from leye.data.pool import NothingToPublish, Snapshot
from leye.data.pool.types import Delivery, PoolBusy, Verdict
from leye.doors.console.access import Acting, acting, staff_page
from leye.doors.console.forms import DeliveryFilter
from leye.doors.console.paging import page_number
from leye.doors.console.presenters import (
    ISSUE_HEADER,
    delivery_line,
    delivery_rows,
    figure_line,
    issue_cells,
    issue_rows,
)
from leye.doors.console.views.source_deliveries import is_of_source, source_delivery
from leye.doors.console.words.sources import SOURCE_ISSUE_HEADER, source_issue_cells
from leye.doors.web.deliveries import delivery_number, figures_contract
from leye.doors.web.downloads import xlsx_response
from leye.doors.web.reading import pool
from leye.kernel.errors import Forbidden
from leye.kernel.place import Scope
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.perms import holds, submitter_for, submitting_places, viewer_scope
from leye.service.identity.queries import names_of
from leye.service.identity.roles import Permission

PAGE = 20
ISSUES_PAGE = 50
ROWS_PAGE = 50
_EXPORT_LIMIT = 100_000
_NOTES = {
    "accepted": ("ok", "文件已接收，数据已更新。"),
    "unchanged": ("info", "文件已接收。其中的数据与已有数据完全相同，没有产生变化。"),
    "refused": ("error", "文件已退回，没有任何数据写入。请按下面的清单改正后重新报送。"),
    "repeated": (
        "info",
        (
            "这个文件以前报送过，这次没有写入任何数据。下面是原来的批次。"
            "如果其中的数后来已更正，现用的是更正后的数；"
            "要恢复，请在新文件里重新填报并在备注说明。"
        ),
    ),
    "published": ("ok", "已公开。这是为公开而产生的新批次。"),
    "nothing": ("info", "没有可公开的数据：这个批次的数据都已公开，或已被后来的批次更新。"),
    "busy": ("info", "正在接收另一个批次，这次没有公开。请过十几秒再试一次。"),
}


@staff_page(Permission.READ_UNPUBLISHED)
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """List the deliveries of the person's places, newest first."""
    form = DeliveryFilter(request.GET)
    chosen = form.cleaned_data["verdict"] if form.is_valid() else ""
    verdict = Verdict(chosen) if chosen else None
    before = request.GET.get("before", "")
    found = (
        pool()
        .snapshot()
        .deliveries(
            viewer_scope(request.user),
            limit=PAGE + 1,
            before=delivery_number(before) if before else None,
            verdict=verdict,
        )
    )
    shown = found[:PAGE]
    context = {
        "form": form,
        "verdict": chosen,
        "lines": delivery_rows(shown),
        "next": shown[-1].id if len(found) > PAGE else "",
        "paged": bool(before),
        "submits": bool(submitting_places(request.user)),
    }
    return render(request, "console/deliveries.html", context)


@staff_page(Permission.READ_UNPUBLISHED)
@require_safe
def delivery(request: HttpRequest, number: str) -> HttpResponse:
    """Show one delivery: what became of it, the rows in question, and the rows themselves."""
    actor, scope = acting(request), viewer_scope(request.user)
    snapshot = pool().snapshot()
    found = snapshot.delivery(delivery_number(number), scope=scope)
    _record(actor, Action.DELIVERY_OPENED, found)
    if is_of_source(found):
        return source_delivery(request, snapshot, found)
    tone, text = _NOTES.get(request.GET.get("done", ""), ("", ""))
    issues_page, rows_page = page_number(request, "issues"), page_number(request, "rows")
    issue_count = snapshot.issue_count(number, scope=scope)
    issues = snapshot.issues(
        number, scope=scope, limit=ISSUES_PAGE, offset=(issues_page - 1) * ISSUES_PAGE
    )
    rows, more_rows = _rows(snapshot, found, scope=scope, page=rows_page)
    context = {
        "delivery": delivery_line(found, names_of([found.account])),
        "note": text,
        "note_tone": tone,
        "issues": issue_rows(issues),
        "issue_count": issue_count,
        "issues_page": issues_page,
        "more_issues": issues_page * ISSUES_PAGE < issue_count,
        "rows": rows,
        "rows_page": rows_page,
        "more_rows": more_rows,
        "publishable": _publishable(request, found, rows),
    }
    return render(request, "console/delivery.html", context)


@staff_page(Permission.READ_UNPUBLISHED)
@require_safe
def delivery_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """Give the file as it was handed in, byte for byte, to be saved and never shown."""
    scope = viewer_scope(request.user)
    snapshot = pool().snapshot()
    found = snapshot.delivery(delivery_number(number), scope=scope)
    if is_of_source(found):
        raise Forbidden(
            "部门报送的原始文件加密封存，不能下载", hint="要核对内容，请向报送单位查原件"
        )
    path = snapshot.landed_file(number, scope=scope)
    _record(acting(request), Action.DELIVERY_DOWNLOADED, found)
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
    )


@staff_page(Permission.READ_UNPUBLISHED)
@require_safe
def delivery_issues(request: HttpRequest, number: str) -> HttpResponseBase:
    """Give the rows in question as a sheet, to be worked off."""
    scope = viewer_scope(request.user)
    snapshot = pool().snapshot()
    found = snapshot.delivery(delivery_number(number), scope=scope)
    issues = snapshot.issues(number, scope=scope, limit=_EXPORT_LIMIT)
    _record(acting(request), Action.DELIVERY_ISSUES_EXPORTED, found, rows=len(issues))
    if is_of_source(found):
        cells = source_issue_cells(issues)
        return xlsx_response(f"{number}-问题清单", SOURCE_ISSUE_HEADER, cells)
    return xlsx_response(f"{number}-问题清单", ISSUE_HEADER, issue_cells(issues))


@staff_page(Permission.PUBLISH_FIGURES)
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_publish(request: HttpRequest, number: str) -> HttpResponse:
    """Ask whether the delivery is to be made public, and on POST do it."""
    actor, scope = acting(request), viewer_scope(request.user)
    snapshot = pool().snapshot()
    found = snapshot.delivery(delivery_number(number), scope=scope)
    if is_of_source(found):
        raise Forbidden("部门数据不公开", hint="公开的是由它汇总的指标")
    if not holds(request.user, Permission.PUBLISH_FIGURES, found.place):
        raise Forbidden("您不能公开这个地区的数据", hint="请由上级经办人员办理")
    if request.method != "POST":
        line = delivery_line(found, names_of([found.account]))
        context = {"delivery": line, "publishable": found.verdict is Verdict.ACCEPTED}
        return render(request, "console/publish.html", context)
    place = next(
        code for code in submitting_places(request.user) if Scope.of([code]).covers(found.place)
    )
    try:
        receipt = pool().publish(number, by=submitter_for(request.user, place), at=actor.at)
    except NothingToPublish:
        return _to_delivery(number, "nothing")
    except PoolBusy:
        return _to_delivery(number, "busy")
    issued = receipt.delivery
    _record(actor, Action.DELIVERY_PUBLISHED, issued, publishes=number, release=issued.release)
    return _to_delivery(issued.id, "published")


def _to_delivery(number: str, done: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{resolve_url('console:delivery', number)}?done={done}")


def _record(actor: Acting, action: Action, found: Delivery, **detail: str | int | bool) -> None:
    subject = Subject("delivery", found.id)
    actor.record(action, place=found.place, subject=subject, detail=detail)


def _rows(
    snapshot: Snapshot, found: Delivery, *, scope: Scope, page: int
) -> tuple[list[dict[str, object]], bool]:
    """Give one page of the delivery's rows, and whether more follow."""
    if found.verdict is not Verdict.ACCEPTED:
        return [], False
    table = snapshot.rows(figures_contract().table, scope=scope)
    own = table.filter(table["delivery"] == found.id).order_by("row")
    lines = own.limit(ROWS_PAGE + 1, offset=(page - 1) * ROWS_PAGE).to_pyarrow().to_pylist()
    return [figure_line(line) for line in lines[:ROWS_PAGE]], len(lines) > ROWS_PAGE


def _publishable(request: HttpRequest, found: Delivery, rows: list[dict[str, object]]) -> bool:
    return any(not row["public"] for row in rows) and holds(
        request.user, Permission.PUBLISH_FIGURES, found.place
    )
