"""One delivery of a source: what was taken, set aside and flagged; and what becomes of one held."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods

from leye.data.pool import Delivery, PoolBusy, Snapshot
from leye.data.pool.intake_held import NotHeld
from leye.data.pool.source_contract import source_contracts
from leye.data.registers.queries import issue_counts
from leye.doors.console.access import acting, staff_page
from leye.doors.console.decisions import ConfirmForm
from leye.doors.console.paging import page_number
from leye.doors.console.reads.sources import source_deliveries, waiting
from leye.doors.console.words.sources import (
    check_counts,
    delivery_line,
    delivery_lines,
    source_counts,
    source_issues,
)
from leye.doors.web.deliveries import delivery_number
from leye.doors.web.reading import pool
from leye.doors.web.sources import confirm_source, source_submitter
from leye.kernel.errors import Forbidden, InvalidInput
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.perms import holds, viewer_scope
from leye.service.identity.roles import Permission

ISSUES_PAGE = 50
NOTES = {
    "accepted": ("ok", "文件已接收，数据已写入。有关月份的登记库要重新生成后才会变化。"),
    "unchanged": ("info", "文件已接收。其中的数据与已有数据完全相同，没有产生变化。"),
    "refused": ("error", "文件已整批退回，没有任何数据写入。请按下面的原因改正后重新报送。"),
    "held": ("warn", "文件已存放，但整体上不寻常，数据还没有写入，等有权限的人员确认。"),
    "repeated": ("info", "这个文件以前报送过，这次没有写入任何数据。下面是原来的批次。"),
    "confirmed": ("ok", "已确认接收，数据已写入。"),
    "rejected": ("ok", "已退回，数据没有写入。报送单位可以重新报送。"),
    "nil": ("ok", "零报告已记录：这个月没有要报送的数据。以后有了，照常报送文件即可。"),
    "settled": ("info", "这个批次已经有人处理过，这次没有改变。"),
}


def is_of_source(found: Delivery) -> bool:
    """Whether the delivery is a department's file and not a sheet of figures."""
    return found.contract in source_contracts()


def source_delivery(request: HttpRequest, snapshot: Snapshot, found: Delivery) -> HttpResponse:
    """Show one delivery of a source the asker may see."""
    scope = viewer_scope(request.user)
    others = source_deliveries(snapshot, found.contract, scope=scope)
    page = page_number(request, "issues")
    count = snapshot.issue_count(found.id, scope=scope)
    issues = snapshot.issues(
        found.id, scope=scope, limit=ISSUES_PAGE, offset=(page - 1) * ISSUES_PAGE
    )
    tone, note = NOTES.get(request.GET.get("done", ""), ("", ""))
    settled = next((each for each in others if each.confirms == found.id), None)
    origin = next((each for each in others if each.id == found.confirms), None)
    context = {
        "delivery": delivery_lines([found])[0],
        "note": note,
        "note_tone": tone,
        "waits": found in waiting(others),
        "confirms": holds(request.user, Permission.CONFIRM_DELIVERY, found.place),
        "submits": holds(request.user, Permission.SUBMIT_SOURCES, found.place),
        "settled": delivery_line(settled) if settled else None,
        "origin": delivery_line(origin) if origin else None,
        "counts": source_counts(found),
        "checks": check_counts(issue_counts(snapshot, found.id, scope=scope)),
        "issues": source_issues(issues),
        "issue_count": count,
        "issues_page": page,
        "more_issues": page * ISSUES_PAGE < count,
    }
    return render(request, "console/source_delivery.html", context)


@staff_page(Permission.CONFIRM_DELIVERY)
@require_http_methods(["GET", "HEAD", "POST"])
def source_confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Ask what is to become of a held delivery, and on POST take it or turn it down."""
    snapshot, scope = pool().snapshot(), viewer_scope(request.user)
    found = snapshot.delivery(delivery_number(number), scope=scope)
    if not holds(request.user, Permission.CONFIRM_DELIVERY, found.place):
        raise Forbidden("您不能确认这个地区的批次", hint="请由上级数据管理员办理")
    form = ConfirmForm(request.POST or None)
    do = request.POST.get("do", "")
    if request.method == "POST" and do in _DECISIONS and form.is_valid():
        try:
            return _decided(request, found, do, form.cleaned_data["reason"])
        except NotHeld:
            return _to(found.id, "settled")
        except (InvalidInput, PoolBusy) as error:
            form.add_error("reason", f"{error.detail}。{error.hint}")
    context = {
        "delivery": delivery_line(found),
        "waits": found in waiting(source_deliveries(snapshot, found.contract, scope=scope)),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/source_confirm.html", context, status=status)


_DECISIONS = {
    "confirm": (Action.DELIVERY_CONFIRMED, "confirmed"),
    "reject": (Action.DELIVERY_REJECTED, "rejected"),
}


def _decided(request: HttpRequest, found: Delivery, do: str, reason: str) -> HttpResponse:
    actor = acting(request)
    by = source_submitter(actor.by, Permission.CONFIRM_DELIVERY)
    if do == "confirm":
        receipt = confirm_source(pool(), found.id, reason=reason, by=by, at=actor.at)
    else:
        receipt = pool().reject(found.id, reason=reason, by=by, at=actor.at)
    action, done = _DECISIONS[do]
    actor.record(
        action,
        place=found.place,
        subject=Subject("delivery", found.id),
        detail={"source": found.contract, "month": found.month, "rows": found.rows_read},
    )
    return _to(receipt.delivery.id, done)


def _to(number: str, done: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{resolve_url('console:delivery', number)}?done={done}")
