"""Saying for a department that it has nothing for a month (零报告)."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods

from leye.data.pool import PoolBusy
from leye.data.pool.intake_nil import NotNil
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_types import Shape
from leye.doors.console.access import acting, staff_page
from leye.doors.console.decisions import NilForm
from leye.doors.console.months import working_day
from leye.doors.console.reads.sources import nil_months, source_deliveries, source_state
from leye.doors.web.reading import pool
from leye.doors.web.sources import record_received, source_submitter, submit_nil
from leye.kernel.errors import InvalidInput
from leye.service.identity.perms import viewer_scope
from leye.service.identity.roles import Permission


@staff_page(Permission.SUBMIT_SOURCES)
@require_http_methods(["GET", "HEAD", "POST"])
def source_nil(request: HttpRequest, name: str) -> HttpResponse:
    """Ask of which month; on POST record it, and lead to the delivery it became."""
    contract = source_contracts().get(name)
    if contract is None:
        raise Http404(name)
    on = working_day()
    found = source_deliveries(pool().snapshot(), name, scope=viewer_scope(request.user))
    months = nil_months(source_state(contract, found, on=on), on=on)
    form = NilForm(request.POST or None, months=months)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(_recorded(request, name, int(form.cleaned_data["month"])))
        except (InvalidInput, NotNil) as error:
            form.add_error("month", f"{error.detail}。{error.hint}")
        except PoolBusy as error:
            form.add_error(None, f"{error.title}。没有记录，请过十几秒再试一次。")
            status = 503
    context = {
        "form": form,
        "name": name,
        "title": contract.title,
        "months": months,
        "monthly": contract.shape is Shape.MONTHLY,
    }
    return render(request, "console/source_nil.html", context, status=status)


def _recorded(request: HttpRequest, source: str, month: int) -> str:
    """Record it, and give the address of the delivery."""
    actor = acting(request)
    by = source_submitter(actor.by)
    receipt = submit_nil(pool(), source=source, month=month, by=by, at=actor.at)
    record_received(
        receipt, user=actor.by, place=by.place, at=actor.at, request_id=actor.request_id
    )
    done = "repeated" if receipt.repeated else "nil"
    return f"{resolve_url('console:delivery', receipt.delivery.id)}?done={done}"
