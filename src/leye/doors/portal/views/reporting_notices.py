"""The reporter's reports of layoffs and emergencies, and their documents."""

import tempfile
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from leye.doors.portal.reporting.access import reporter_page
from leye.doors.portal.reporting.pages import place_words, point_facts
from leye.doors.web.notice_forms import DocumentForm, NoticeForm, notice_initial
from leye.doors.web.requests import request_number
from leye.service.identity.errors import InvalidText
from leye.service.monitoring.desk.clocks import Level
from leye.service.monitoring.desk.queries import items_of
from leye.service.monitoring.errors import InvalidDocument, InvalidNotice
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.notices.enums import DocumentKind, NoticeKind
from leye.service.monitoring.notices.models import Notice
from leye.service.monitoring.notices.operations import NOTICE, add_document
from leye.service.monitoring.notices.queries import documents_of, notice_of
from leye.service.monitoring.notices.rules import duties, legal
from leye.service.monitoring.settings.values import values
from leye.service.response.reporting import report_event


@reporter_page
@require_http_methods(["GET", "HEAD", "POST"])
def notice_new(request: HttpRequest, link: PointLink, kind: str) -> HttpResponse:
    """Tell the duties, then take a report."""
    return _form(request, link, NoticeKind(kind), None)


@reporter_page
@require_http_methods(["GET", "HEAD", "POST"])
def notice_correct(request: HttpRequest, link: PointLink, number: str) -> HttpResponse:
    """Take a correction: another report that names the one it corrects."""
    found = notice_of(link.point, number)
    return _form(request, link, NoticeKind(found.kind), found)


@reporter_page
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, link: PointLink, number: str) -> HttpResponse:
    """Show a report with what is missing of the duties, and take documents."""
    found, status = notice_of(link.point, number), 200
    form = DocumentForm()
    if request.method == "POST":
        too_large = bool(request.META.get("LEYE_UPLOAD_TOO_LARGE"))
        form = DocumentForm(request.POST, request.FILES, too_large=too_large)
        if form.is_valid() and _added(request, link, found, form):
            return HttpResponseRedirect(resolve_url("reporting:notice", number) + "?done=added")
        status = 422
    documents, rules = documents_of(found), values(timezone.localdate())
    attached = any(each.kind == DocumentKind.PLAN for each in documents)
    item = items_of(NOTICE, [found.number]).get(found.number)
    context = {
        "point": point_facts(link.point),
        "notice": found,
        "corrected": getattr(found, "corrected_by", None),
        "place": place_words(found.place),
        "level": Level(found.level).label,
        "legal": legal(found.fields, rules, plan_attached=attached),
        "documents": documents,
        "taken_at": item.taken_at if item is not None else None,
        "form": form,
        "done": request.GET.get("done", ""),
    }
    return render(request, "portal/reporting_notice.html", context, status=status)


def _form(
    request: HttpRequest, link: PointLink, kind: NoticeKind, corrects: Notice | None
) -> HttpResponse:
    point, named = link.point, link.point.kind == "firm"
    if request.method != "POST":
        initial = notice_initial(corrects, on=timezone.localdate())
        form = NoticeForm(kind=kind, named=named, initial=initial)
        return _form_page(request, link, form, corrects)
    form = NoticeForm(request.POST, kind=kind, named=named)
    if form.is_valid():
        try:
            made = report_event(
                fields=form.fields_of(firm=point.name if named else ""),
                place=point.place,
                by=link,
                at=timezone.now(),
                corrects=corrects,
                request_id=request_number(request),
            )
        except (InvalidNotice, InvalidText) as error:
            form.blame(error)
        else:
            return HttpResponseRedirect(
                resolve_url("reporting:notice", made.number) + "?done=reported"
            )
    return _form_page(request, link, form, corrects, status=422)


def _form_page(
    request: HttpRequest,
    link: PointLink,
    form: NoticeForm,
    corrects: Notice | None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "point": point_facts(link.point),
        "form": form,
        "kind": form.kind.label,
        "layoff": form.kind is NoticeKind.LAYOFF,
        "duties": duties(),
        "corrects": corrects,
    }
    return render(request, "portal/reporting_notice_new.html", context, status=status)


def _added(request: HttpRequest, link: PointLink, found: Notice, form: DocumentForm) -> bool:
    upload = form.cleaned_data["file"]
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
                by=link,
                at=timezone.now(),
                request_id=request_number(request),
            )
        except InvalidDocument as error:
            form.add_error("file", error.detail + (f"。{error.hint}" if error.hint else ""))
            return False
    return True
