"""The departments' sources: where each stands, its contract and deliveries, handing a file in."""

from datetime import date
from pathlib import Path

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods, require_safe

from leye.data.pool import PoolBusy, Receipt
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_types import SourceContract
from leye.doors.console.access import acting, staff_page
from leye.doors.console.decisions import SourceUploadForm, upload_megabytes
from leye.doors.console.months import month_label, working_day
from leye.doors.console.paging import page_number
from leye.doors.console.reads.registers import registers_state
from leye.doors.console.reads.sources import (
    latest_due,
    nil_months,
    source_deliveries,
    source_state,
    source_states,
    waiting,
)
from leye.doors.console.words.source_template import source_template
from leye.doors.console.words.sources import (
    batch_lines,
    check_lines,
    column_lines,
    contract_facts,
    delivery_lines,
    state_line,
    state_lines,
)
from leye.doors.web.downloads import file_response
from leye.doors.web.reading import pool
from leye.doors.web.sources import record_received, source_submitter, submit_source
from leye.kernel.months import month_add, month_of, month_range
from leye.service.identity.perms import holds, viewer_scope
from leye.service.identity.roles import Permission

PAGE = 24
_MONTHS_BACK = 36
_RETRY_SECONDS = 10


@staff_page(Permission.READ_QUALITY)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Show every source by department, held deliveries on top."""
    on, scope = working_day(), viewer_scope(request.user)
    states = source_states(pool().snapshot(), scope=scope, on=on)
    registers = registers_state(pool())
    context = {
        "on": on,
        "count": len(states),
        "late": sum(1 for state in states if state.missing),
        "held": delivery_lines(each for state in states for each in state.held),
        "groups": state_lines(states),
        "registers": registers,
        "to_build": [month_label(month) for month in registers.waiting],
    }
    return render(request, "console/sources.html", context)


@staff_page(Permission.READ_QUALITY)
@require_safe
def source(request: HttpRequest, name: str) -> HttpResponse:
    """Show one source: its deliveries by month, and its contract in words."""
    contract = _contract(name)
    page, on = page_number(request, "page"), working_day()
    found = source_deliveries(pool().snapshot(), name, scope=viewer_scope(request.user))
    state = source_state(contract, found, on=on)
    ordered = sorted(found, key=lambda d: (d.month, len(d.id), d.id), reverse=True)
    shown = ordered[(page - 1) * PAGE : page * PAGE]
    context = {
        "line": state_line(state),
        "may_nil": bool(nil_months(state, on=on)),
        "held": delivery_lines(waiting(found)),
        "deliveries": delivery_lines(shown),
        "page": page,
        "more": len(ordered) > page * PAGE,
        "facts": contract_facts(contract),
        "columns": column_lines(contract),
        "checks": check_lines(contract),
        "batch": batch_lines(contract.limits),
        "submits": holds(request.user, Permission.SUBMIT_SOURCES),
    }
    return render(request, "console/source.html", context)


@staff_page(Permission.READ_QUALITY)
@require_safe
def source_form(_request: HttpRequest, name: str) -> HttpResponseBase:
    """Give the empty sheet to fill in."""
    contract = _contract(name)
    return file_response(f"{contract.title}-报送模板.xlsx", source_template(contract))


@staff_page(Permission.SUBMIT_SOURCES)
@require_http_methods(["GET", "HEAD", "POST"])
def source_upload(request: HttpRequest, name: str) -> HttpResponse:
    """Show the form; on POST take the file in, and lead to the delivery it became."""
    contract = _contract(name)
    months = _months(working_day())
    if request.method != "POST":
        due = latest_due(contract.due_day, working_day())
        form = SourceUploadForm(months=months, initial={"month": str(due)})
        return _form_page(request, contract, form)
    form = SourceUploadForm(
        request.POST,
        request.FILES,
        months=months,
        too_large=bool(request.META.get("LEYE_UPLOAD_TOO_LARGE")),
    )
    if not form.is_valid():
        return _form_page(request, contract, form, status=422)
    try:
        receipt = _hand_in(request, contract, form)
    except PoolBusy as error:
        form.add_error(None, f"{error.title}。您的文件没有写入，请过十几秒再报送一次。")
        response = _form_page(request, contract, form, status=503)
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
        return response
    done = "repeated" if receipt.repeated else receipt.delivery.verdict.value
    address = f"{resolve_url('console:delivery', receipt.delivery.id)}?done={done}"
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        # The page's own upload goes there itself; following a redirect it would open it twice.
        return HttpResponse(status=201, headers={"Location": address})
    return HttpResponseRedirect(address)


def _hand_in(request: HttpRequest, contract: SourceContract, form: SourceUploadForm) -> Receipt:
    actor, file = acting(request), form.cleaned_data["file"]
    by = source_submitter(actor.by)
    receipt = submit_source(
        pool(),
        source=contract.name,
        month=int(form.cleaned_data["month"]),
        file_name=file.name,
        content=_content(file),
        by=by,
        at=actor.at,
    )
    record_received(
        receipt, user=actor.by, place=by.place, at=actor.at, request_id=actor.request_id
    )
    return receipt


def _content(file: UploadedFile) -> bytes | Path:
    """Give the file where it lies on the disk, or its bytes where it is small."""
    if isinstance(file, TemporaryUploadedFile):
        return Path(file.temporary_file_path())
    return b"".join(file.chunks())


def _contract(name: str) -> SourceContract:
    found = source_contracts().get(name)
    if found is None:
        raise Http404(name)
    return found


def _months(on: date) -> tuple[int, ...]:
    """Give the months a file can be of, the latest first: this one and three years back."""
    last = month_of(on)
    return month_range(month_add(last, -_MONTHS_BACK), last)[::-1]


def _form_page(
    request: HttpRequest, contract: SourceContract, form: SourceUploadForm, *, status: int = 200
) -> HttpResponse:
    limit = upload_megabytes()
    context = {
        "form": form,
        "name": contract.name,
        "title": contract.title,
        "limit": limit,
        "month": latest_due(contract.due_day, working_day()),
    }
    return render(request, "console/source_upload.html", context, status=status)
