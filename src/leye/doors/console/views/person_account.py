"""给本人开通网上查看: at the counter, for an opened person who stands there."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods

from leye.data.registers.queries.person_lines import PersonLine
from leye.doors.console.access import Acting, acting, staff_page
from leye.doors.console.people_forms import PresentForm
from leye.doors.console.reads.people import asked_month, found_person
from leye.doors.web.reading import pool
from leye.service.identity.residents.operations import (
    DAYS,
    account_of,
    check_opened,
    close_by_staff,
    issue_code,
    open_code_of,
)
from leye.service.identity.roles import Permission


@staff_page(Permission.OPEN_PERSON)
@require_http_methods(["GET", "HEAD", "POST"])
def person_account(request: HttpRequest, person: int) -> HttpResponse:
    """Show how a person's own access stands; issue a code for it, or close it.

    :raises NotOpened: the person was not opened for a purpose before.
    """
    snapshot = pool().snapshot()
    line, actor = found_person(request, snapshot, person), acting(request)
    check_opened(line.person, by=actor.by, at=actor.at)
    month = asked_month(request, snapshot)
    if request.method != "POST":
        return _page(request, line, actor, month, PresentForm())
    if request.POST.get("do") == "close":
        close_by_staff(
            line.person,
            place=_place(line, actor),
            by=actor.by,
            at=actor.at,
            request_id=actor.request_id,
        )
        where = resolve_url("people:account", line.person)
        return HttpResponseRedirect(f"{where}?month={month}&done=closed")
    return _issue(request, line, actor, month)


def _issue(request: HttpRequest, line: PersonLine, actor: Acting, month: int) -> HttpResponse:
    form = PresentForm(request.POST)
    if not form.is_valid():
        return _page(request, line, actor, month, form, status=422)
    issued = issue_code(
        line.person,
        place=_place(line, actor),
        present=form.cleaned_data["here"] and form.cleaned_data["card"],
        by=actor.by,
        at=actor.at,
        request_id=actor.request_id,
    )
    context = {
        "line": line,
        "month": month,
        "issued": issued,
        "again": issued.account.is_active,
        "days": DAYS,
        "address": request.build_absolute_uri(resolve_url("me:activate")),
    }
    return render(request, "console/person_slip.html", context)


def _place(line: PersonLine, actor: Acting) -> str:
    return line.residence or actor.place_for(Permission.OPEN_PERSON)


def _page(
    request: HttpRequest,
    line: PersonLine,
    actor: Acting,
    month: int,
    form: PresentForm,
    *,
    status: int = 200,
) -> HttpResponse:
    account = account_of(line.person)
    code = None if account is None else open_code_of(account)
    context: dict[str, Any] = {
        "line": line,
        "month": month,
        "form": form,
        "account": account,
        "code": code,
        "expired": code is not None and code.expires_at <= actor.at,
        "closed": request.GET.get("done") == "closed",
    }
    return render(request, "console/person_account.html", context, status=status)
