"""A resident's own record: what registers know, what follows from it, and who looked at it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from leye.decision.policy.holders import holders
from leye.doors.portal.me.access import Resident, resident_page
from leye.doors.portal.me.pages import doing_words, look_line, record_context, record_of
from leye.doors.web.brought_in import SELF, brought_in_context
from leye.doors.web.maps import month_label
from leye.doors.web.policy_state import Sitting
from leye.doors.web.policy_steps import Desk, show_circumstances, take_step
from leye.doors.web.reading import pool
from leye.service.identity.actions import Action
from leye.service.identity.residents.queries import looks_at, own_doings

MOST_LOOKS, MOST_DOINGS = 100, 20
_NOTES = {"in": "已登录。", "password": "密码已改好。"}


@resident_page
@require_safe
def home(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Show what registers know of the person and their household. Looking is recorded."""
    snapshot = pool().snapshot()
    record = record_of(snapshot, resident.account.person)
    resident.record(Action.RESIDENT_READ_RECORD, month=record.month, release=snapshot.release)
    context = {**record_context(record), "note": _NOTES.get(request.GET.get("done", ""), "")}
    return render(request, "portal/me_home.html", context)


@resident_page
@require_safe
def openings(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Show which offices looked at the person's record, when, and what for; and one's own doings.

    The latter let a person see that somebody else uses their account.
    """
    doings = own_doings(resident.account.person, most=MOST_DOINGS)
    looks = looks_at(resident.account.person, most=MOST_LOOKS)
    resident.record(Action.RESIDENT_READ_OPENINGS, rows=len(looks))
    context = {
        "lines": [look_line(each) for each in looks],
        "most": MOST_LOOKS,
        "doings": [(at, doing_words(action)) for at, action in doings],
    }
    return render(request, "portal/me_openings.html", context)


@sensitive_post_parameters()
@resident_page
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, resident: Resident) -> HttpResponse:
    """Begin a questionnaire from what registers know, or go on with one that was begun.

    As without an account, no answer is stored; that a check was begun is recorded.
    """
    if request.method != "POST":
        return HttpResponseRedirect(resolve_url("me:home"))
    if request.POST.get("do") != "start":
        return take_step(request, _desk(resident))
    snapshot = pool().snapshot()
    record = record_of(snapshot, resident.account.person)
    if record.answers is None:
        return HttpResponseRedirect(resolve_url("me:home"))
    resident.record(Action.RESIDENT_CHECKED, month=record.month, release=snapshot.release)
    desk = _desk(resident)
    answers = record.answers.choosing(record.answers.suggested())
    return show_circumstances(request, desk, Sitting(answers, record.month, about=desk.about))


def _desk(resident: Resident) -> Desk:
    def more(sitting: Sitting) -> Mapping[str, Any]:
        held = holders(pool().snapshot(), sitting.month)
        return {
            **brought_in_context(sitting.answers, held, SELF),
            "as_of": month_label(sitting.month),
        }

    return Desk(
        "person",
        resolve_url("me:check"),
        question="portal/me_question.html",
        results="portal/me_results.html",
        start="portal/me_start.html",
        about=f"resident {resident.account.key}",
        given={"own": True},
        more=more,
        where=SELF.where,
    )
