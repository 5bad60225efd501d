"""Handing in a sheet of figures."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods, require_safe

from leye.data.pool import template
from leye.data.pool.types import PoolBusy, Receipt, Verdict
from leye.doors.console.access import Acting, acting, staff_page
from leye.doors.console.forms import UploadForm
from leye.doors.console.presenters import delivery_counts, issue_rows, place_name
from leye.doors.web.deliveries import figure_code_lists, figures_contract, submit
from leye.doors.web.downloads import file_response
from leye.doors.web.reading import pool
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.perms import submitter_for, submitting_places
from leye.service.identity.roles import Permission

_SHOWN = 200
_RETRY_SECONDS = 10


@staff_page(Permission.SUBMIT_FIGURES)
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_new(request: HttpRequest) -> HttpResponse:
    """Show the form; on POST have the file checked, or checked and taken in."""
    submitting = submitting_places(request.user)
    if request.method != "POST":
        return _form_page(request, UploadForm(submitting=submitting))
    form = UploadForm(
        request.POST,
        request.FILES,
        submitting=submitting,
        too_large=bool(request.META.get("LEYE_UPLOAD_TOO_LARGE")),
    )
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        return _hand_in(request, form)
    except PoolBusy as error:
        form.add_error(None, f"{error.title}。您的文件没有写入，请过十几秒再报送一次。")
        response = _form_page(request, form, status=503)
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
        return response


@staff_page(Permission.SUBMIT_FIGURES)
@require_safe
def delivery_template(_request: HttpRequest) -> HttpResponseBase:
    """Give the empty sheet to fill in."""
    content = template(figures_contract(), figure_code_lists())
    return file_response("数据报送模板.xlsx", content)


def _hand_in(request: HttpRequest, form: UploadForm) -> HttpResponse:
    actor = acting(request)
    by = submitter_for(actor.by, form.cleaned_data.get("place") or None)
    file = form.cleaned_data["file"]
    check_only = request.POST.get("do") == "check"
    receipt = submit(
        pool(),
        file_name=file.name,
        content=b"".join(file.chunks()),
        by=by,
        at=actor.at,
        check_only=check_only,
    )
    _record(actor, receipt, place=by.place)
    if receipt.checked_only:
        return _checked_page(request, receipt)
    done = "repeated" if receipt.repeated else receipt.delivery.verdict.value
    address = resolve_url("console:delivery", receipt.delivery.id)
    return HttpResponseRedirect(f"{address}?done={done}")


def _record(actor: Acting, receipt: Receipt, *, place: str) -> None:
    found = receipt.delivery
    checked = receipt.checked_only
    actor.record(
        Action.DELIVERY_CHECKED if checked else Action.DELIVERY_SUBMITTED,
        place=place,
        subject=Subject("delivery", "" if checked else found.id),
        detail={
            "verdict": found.verdict.value,
            "rows": found.rows_read,
            "repeated": receipt.repeated,
        },
    )


def _checked_page(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    found = receipt.delivery
    context = {
        "refused": found.verdict is Verdict.REFUSED,
        "file_name": found.file_name,
        "reason": found.reason,
        "counts": delivery_counts(found),
        "issues": issue_rows(receipt.issues[:_SHOWN]),
        "more_issues": len(receipt.issues) > _SHOWN,
        "repeated": receipt.repeated,
    }
    return render(request, "console/checked.html", context)


def _form_page(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    places = submitting_places(request.user)
    context = {
        "form": form,
        "places": [place_name(code) for code in places],
        "may_publish": submitter_for(request.user).may_publish,
        "columns": [
            {"header": column.header, "required": column.required, "help": column.help}
            for column in figures_contract().columns
        ],
    }
    return render(request, "console/delivery_new.html", context, status=status)
