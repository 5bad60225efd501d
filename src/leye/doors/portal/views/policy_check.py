"""我能享受什么: the questionnaire for a person or a firm, and what follows from the answers.

No answer is stored, put into an address or written to a log: see ``policy_state``.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from leye.decision.policy.interview import Answers, Step, ask, ask_again
from leye.doors.portal.policy_form import (
    Filled,
    boxes_of,
    field_of,
    filled_in,
    where_known,
    why_asked,
)
from leye.doors.portal.policy_results import results_context
from leye.doors.portal.policy_state import CIRCUMSTANCES, LostState, Sitting, seal, unseal
from leye.kernel.errors import InvalidInput
from leye.kernel.months import month_of


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, who: str) -> HttpResponse:
    """Ask one thing after the other; POST carries the sealed answers and what to do with them."""
    if request.method != "POST":
        return _circumstances(request, Sitting(Answers(who), _this_month()))
    sitting = _sitting(request, who)
    action, _, about = request.POST.get("do", "").partition(":")
    steps = {
        "begin": _begin,
        "answer": _answer,
        "skip": _skip,
        "back": _back,
        "more": _next,
        "results": _results,
        "circumstances": _circumstances,
    }
    if action == "edit":
        return _edit(request, sitting, about)
    if action not in steps:
        raise InvalidInput("没有这个操作", hint="请用页面上的按钮")
    return steps[action](request, sitting)


def _sitting(request: HttpRequest, who: str) -> Sitting:
    sealed = request.POST.get("state", "")
    sitting = unseal(sealed, at=timezone.now())
    if sitting.answers.who != who:
        raise LostState("这是另一份问卷的内容", hint="请从头开始")
    return sitting


def _begin(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    answers = sitting.answers.choosing(request.POST.getlist("chosen"))
    return _next(request, _answered(sitting, answers, CIRCUMSTANCES))


def _answer(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    step = _shown(sitting)
    filled = filled_in(step, request.POST)
    if filled.error:
        return _question(request, sitting, step, filled=filled)
    return _after(request, sitting, sitting.answers.giving(filled.values))


def _skip(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    if sitting.asking == CIRCUMSTANCES:
        return _next(request, _answered(sitting, sitting.answers.choosing(None), CIRCUMSTANCES))
    step = _shown(sitting)
    unknown = {each.name: each.unknown for each in step.facts}
    return _after(request, sitting, sitting.answers.giving(unknown))


def _after(request: HttpRequest, sitting: Sitting, answers: Answers) -> HttpResponse:
    again, done = sitting.again, _answered(sitting, answers, sitting.asking)
    return _results(request, done) if again else _next(request, done)


def _answered(sitting: Sitting, answers: Answers, step: str) -> Sitting:
    return Sitting(answers, sitting.month, sitting.done_with(step))


def _back(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """Show the step before: the answer given there stands in it, and counts until it is changed."""
    before = list(sitting.trail)
    if sitting.asking in before:
        before = before[: before.index(sitting.asking)]
    last = before[-1] if before else CIRCUMSTANCES
    kept = Sitting(sitting.answers, sitting.month, tuple(before[:-1]))
    if last == CIRCUMSTANCES:
        return _circumstances(request, kept)
    return _question(request, kept, ask_again(kept.answers, last))


def _edit(request: HttpRequest, sitting: Sitting, about: str) -> HttpResponse:
    return _question(request, sitting, ask_again(sitting.answers, about), again=True)


def _next(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    asked = ask(sitting.answers, sitting.month)
    if asked.step is None:
        return _results(request, sitting)
    return _question(request, sitting, asked.step, at_most=asked.at_most)


def _shown(sitting: Sitting) -> Step:
    """Give the step the page showed, with just the facts it asked."""
    if not sitting.asking:
        raise InvalidInput("这一页没有问题可答", hint="请用页面上的按钮")
    return ask_again(sitting.answers, sitting.asking, only=sitting.facts)


def _circumstances(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    kept = sitting.asking_for(CIRCUMSTANCES, (), again=False)
    context = {
        "options": [
            (each, each.id in (sitting.answers.chosen or ()))
            for each in sitting.answers.opening.circumstances.values()
        ],
    }
    return render(request, "portal/policy_start.html", context | _common(kept))


def _question(
    request: HttpRequest,
    sitting: Sitting,
    step: Step,
    *,
    again: bool = False,
    at_most: int | None = None,
    filled: Filled | None = None,
) -> HttpResponse:
    again = again or (filled is not None and sitting.again)
    kept = sitting.asking_for(step.id, tuple(each.name for each in step.facts), again=again)
    if at_most is None and not again:
        at_most = ask(kept.answers, kept.month).at_most
    why, more = why_asked(step)
    context: dict[str, Any] = {
        "step": step,
        "field": None if step.checklist else field_of(step, kept.answers, filled),
        "boxes": boxes_of(step, kept.answers) if step.checklist else [],
        "error": filled.error if filled else "",
        "why": why,
        "why_more": more,
        "where": "" if step.checklist else where_known(step.facts[0]),
        "sensitive": any(each.sensitive for each in step.facts),
        "number": len(kept.trail) + 1,
        "at_most": at_most,
        "again": again,
        "months": range(1, 13),
    }
    status = 422 if filled else 200
    return render(request, "portal/policy_question.html", context | _common(kept), status=status)


def _results(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    sitting = Sitting(sitting.answers, sitting.month, sitting.trail)
    asked = ask(sitting.answers, sitting.month)
    context = results_context(sitting, asked)
    return render(request, "portal/policy_results.html", context | _common(sitting))


def _common(sitting: Sitting) -> dict[str, Any]:
    firm = sitting.answers.who == "employer"
    return {
        "firm": firm,
        "state": seal(sitting, at=timezone.now()),
        "address": "policies:firm" if firm else "policies:check",
    }


def _this_month() -> int:
    return month_of(timezone.localdate())
