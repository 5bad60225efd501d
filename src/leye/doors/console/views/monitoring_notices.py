"""Layoffs and emergencies: list with clocks, report, take, close, documents."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leye.doors.console.access import acting, staff_page
from leye.doors.console.filters import places_to_choose
from leye.doors.console.monitoring_forms import OutcomeForm, blame
from leye.doors.console.paging import page_number
from leye.doors.console.presenters import place_path
from leye.doors.web.downloads import file_response
from leye.doors.web.notice_forms import DocumentForm, NoticeForm, notice_initial
from leye.kernel.errors import Forbidden
from leye.kernel.place import place_level
from leye.service.identity.errors import InvalidText
from leye.service.identity.perms import holds, require, scope_of
from leye.service.identity.roles import Permission
from leye.service.monitoring.desk.clocks import Level, clock
from leye.service.monitoring.desk.models import DeskItem
from leye.service.monitoring.desk.operations import finish, take
from leye.service.monitoring.desk.queries import items_of
from leye.service.monitoring.errors import InvalidDocument, InvalidNotice, NotOpenItem
from leye.service.monitoring.notices.enums import DocumentKind, NoticeKind
from leye.service.monitoring.notices.models import Notice
from leye.service.monitoring.notices.operations import (
    NOTICE,
    add_document,
    open_document,
)
from leye.service.monitoring.notices.queries import documents_of, notice_for, notices_for
from leye.service.monitoring.notices.rules import duties, legal
from leye.service.monitoring.settings.values import values
from leye.service.response.reporting import report_event

PAGE = 50
_NOTES = {
    "reported": "已报告，已列入待办。",
    "added": "材料已上传。",
    "take": "已受理。",
    "finish": "已办结。",
}


@staff_page()
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """List the notices of the asker's places, with where each stands and what time is left."""
    _require_sight(request)
    page = Paginator(notices_for(request.user), PAGE).get_page(page_number(request, "page"))
    items = items_of(NOTICE, [each.number for each in page])
    now = timezone.now()
    context = {
        "page": page,
        "reads": holds(request.user, Permission.READ_MONITORING),
        "reports": holds(request.user, Permission.REPORT_EVENT),
        "lines": [_line(each, items.get(each.number), now) for each in page],
    }
    return render(request, "console/monitoring_notices.html", context)


@staff_page(Permission.REPORT_EVENT)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Tell the duties, then take a report."""
    if kind not in {each.value for each in NoticeKind}:
        raise Http404(kind)
    return _form(request, NoticeKind(kind), None)


@staff_page(Permission.REPORT_EVENT)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_correct(request: HttpRequest, number: str) -> HttpResponse:
    """Take a correction."""
    found = notice_for(request.user, number)
    return _form(request, NoticeKind(found.kind), found)


@staff_page()
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """Show a notice; on POST take a document."""
    _require_sight(request)
    found, form, status = notice_for(request.user, number), DocumentForm(), 200
    if request.method == "POST":
        too_large = bool(request.META.get("LEYE_UPLOAD_TOO_LARGE"))
        form = DocumentForm(request.POST, request.FILES, too_large=too_large)
        if form.is_valid() and _added(request, found, form):
            return _back(number, "added")
        status = 422
    return _notice_page(request, found, form, OutcomeForm(), status=status)


@staff_page(Permission.MANAGE_MONITORING)
@require_POST
def notice_desk(request: HttpRequest, number: str) -> HttpResponse:
    """Take a notice off the desk, or close it with what came of it."""
    found, actor = notice_for(request.user, number), acting(request)
    item = items_of(NOTICE, [found.number]).get(found.number)
    if item is None:
        raise Http404(number)
    form = OutcomeForm(request.POST)
    asked: dict[str, Any] = {
        "item": item,
        "by": actor.by,
        "at": actor.at,
        "request_id": actor.request_id,
    }
    do = request.POST.get("do", "")
    try:
        if do == "take":
            take(**asked)
        else:
            finish(outcome=request.POST.get("outcome", ""), **asked)
    except (InvalidText, NotOpenItem) as error:
        if form.is_valid():
            blame(form, error, "outcome" if isinstance(error, InvalidText) else "")
        return _notice_page(request, found, DocumentForm(), form, status=422)
    return _back(number, "take" if do == "take" else "finish")


@staff_page(Permission.MANAGE_MONITORING)
@require_POST
def document(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Open a document, to be saved; that somebody did is on record."""
    found, actor = notice_for(request.user, number), acting(request)
    wanted = next((each for each in documents_of(found) if each.pk == key), None)
    if wanted is None:
        raise Http404(str(key))
    with tempfile.TemporaryDirectory(prefix="leye-document-") as folder:
        target = Path(folder) / "document"
        open_document(
            document=wanted,
            target=target,
            by=actor.by,
            at=actor.at,
            request_id=actor.request_id,
        )
        content = target.read_bytes()
    name = f"{found.number}-{wanted.kind_label[:10]}-{wanted.pk}.{wanted.suffix}"
    return file_response(name, content, content_type="application/octet-stream")


def _require_sight(request: HttpRequest) -> None:
    """Let in who reads the monitoring or reports events.

    :raises Forbidden: the asker does neither.
    """
    if not holds(request.user, Permission.REPORT_EVENT):
        require(request.user, Permission.READ_MONITORING)


def _form(request: HttpRequest, kind: NoticeKind, corrects: Notice | None) -> HttpResponse:
    scope = scope_of(request.user, Permission.REPORT_EVENT)
    form = NoticeForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        initial=notice_initial(corrects, on=timezone.localdate()),
    )
    if corrects is None:
        listed = places_to_choose(scope, "")
        form.fields["place"] = forms.ChoiceField(
            label="单位所在地",
            choices=[(code, name) for code, name in listed if _reportable(code)],
            error_messages={"required": "请选择地区", "invalid_choice": "请选择您负责的地区"},
        )
        form.order_fields(["place", *(name for name in form.fields if name != "place")])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            made = _reported(request, form, corrects)
            if made is not None:
                return _back(made.number, "reported")
    context = {
        "form": form,
        "kind": kind.label,
        "layoff": kind is NoticeKind.LAYOFF,
        "duties": duties(),
        "corrects": corrects,
    }
    return render(request, "console/monitoring_notice_new.html", context, status=status)


def _reported(request: HttpRequest, form: NoticeForm, corrects: Notice | None) -> Notice | None:
    actor = acting(request)
    try:
        return report_event(
            fields=form.fields_of(),
            place=corrects.place if corrects is not None else form.cleaned_data["place"],
            point=corrects.point if corrects is not None else None,
            uscc=corrects.uscc if corrects is not None else "",
            by=actor.by,
            at=actor.at,
            corrects=corrects,
            request_id=actor.request_id,
        )
    except (InvalidNotice, InvalidText, Forbidden) as error:
        form.blame(error)
        return None


def _reportable(code: str) -> bool:
    return place_level(code).value in {"county", "town", "village"}


def _notice_page(
    request: HttpRequest,
    found: Notice,
    form: DocumentForm,
    outcome: OutcomeForm,
    *,
    status: int = 200,
) -> HttpResponse:
    documents, now = documents_of(found), timezone.now()
    attached = any(each.kind == DocumentKind.PLAN for each in documents)
    item = items_of(NOTICE, [found.number]).get(found.number)
    manages = holds(request.user, Permission.MANAGE_MONITORING, found.place)
    own = found.by_id == request.user.pk
    context = {
        "notice": found,
        "corrected": getattr(found, "corrected_by", None),
        "place": place_path(found.place),
        "level": Level(found.level).label,
        "legal": legal(found.fields, values(timezone.localdate()), plan_attached=attached),
        "documents": documents,
        "item": item,
        "time": clock(item.due_at, now) if item is not None and item.taken_at is None else None,
        "manages": manages,
        "adds": manages or own,
        "form": form,
        "outcome": outcome,
        "note": _NOTES.get(request.GET.get("done", ""), ""),
    }
    return render(request, "console/monitoring_notice.html", context, status=status)


def _line(each: Notice, item: DeskItem | None, now: Any) -> dict[str, Any]:
    state, overdue = "已更正", False
    if getattr(each, "corrected_by", None) is None and item is not None:
        if item.closed_at is not None:
            state = "已办结"
        elif item.taken_at is not None:
            state = "已受理"
        else:
            time = clock(item.due_at, now)
            state, overdue = f"待受理，{time.words}", time.overdue
    return {
        "number": each.number,
        "kind": each.kind_label,
        "firm": each.firm,
        "place": place_path(each.place),
        "level": each.level,
        "level_label": Level(each.level).label,
        "persons": each.persons,
        "origin": each.origin_label,
        "at": each.at,
        "state": state,
        "overdue": overdue,
    }


def _added(request: HttpRequest, found: Notice, form: DocumentForm) -> bool:
    actor, upload = acting(request), form.cleaned_data["file"]
    with tempfile.TemporaryDirectory(prefix="leye-document-") as folder:
        path = Path(folder) / "document"
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        try:
            add_document(
                notice=found,
                kind=DocumentKind(form.cleaned_data["kind"]),
                file=path,
                name=upload.name or "",
                by=actor.by,
                at=actor.at,
                request_id=actor.request_id,
            )
        except (InvalidDocument, Forbidden) as error:
            blame(form, error, "file")
            return False
    return True


def _back(number: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{resolve_url('monitoring:notice', number)}?done={done}")
