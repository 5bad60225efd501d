"""A questionnaire about policies, page by page, at whichever desk it is filled in.

POST carries the sealed answers and what to do with them. No answer is stored, put into an address
or written to a log: see ``policy_state``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from leye.decision.policy import Fact
from leye.decision.policy.interview import Answers, Step, ask, ask_again
from leye.doors.web.policy_form import (
    Filled,
    boxes_of,
    field_of,
    filled_in,
    where_known,
    why_asked,
)
from leye.doors.web.policy_results import results_context
from leye.doors.web.policy_state import CIRCUMSTANCES, LostState, Sitting, seal, unseal
from leye.kernel.errors import InvalidInput


def nothing_more(_sitting: Sitting) -> Mapping[str, Any]:
    """Give what results show besides: nothing."""
    return {}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a questionnaire is filled in.

    ``who``: person or employer. ``url``: where its pages post to. ``question`` and ``results`` are
    templates, as is ``start``; without one there is no page of circumstances to start from.
    ``about``: whom a sealed state has to be of, see ``Sitting``. ``more``: what the page of results
    shows besides. ``given``: what every page shows. ``where``: says who has a fact.
    """

    who: str
    url: str
    question: str
    results: str
    start: str = ""
    about: str = ""
    given: Mapping[str, Any] | None = None
    more: Callable[[Sitting], Mapping[str, Any]] = nothing_more
    where: Callable[[Fact], str] = where_known


def take_step(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Do what a page was sent back with.

    :raises LostState: the sealed answers are of another desk, altered, or too old.
    :raises InvalidInput: there is no such thing to do, or no question of that name.
    """
    sitting = unseal(request.POST.get("state", ""), at=timezone.now())
    if sitting.answers.who != desk.who or sitting.about != desk.about:
        raise LostState("这是另一份问卷的内容", hint="请从头开始")
    action, _, about = request.POST.get("do", "").partition(":")
    steps = {
        "answer": _answer,
        "skip": _skip,
        "back": _back,
        "more": _next,
        "results": show_results,
    }
    if desk.start:
        steps |= {"begin": _begin, "circumstances": show_circumstances}
    if action == "edit":
        return _edit(request, desk, sitting, about)
    if action not in steps:
        raise InvalidInput("没有这个操作", hint="请用页面上的按钮")
    return steps[action](request, desk, sitting)


def show_circumstances(request: HttpRequest, desk: Desk, sitting: Sitting) -> HttpResponse:
    """Show the first page: which circumstances are somebody's."""
    kept = sitting.asking_for(CIRCUMSTANCES, (), again=False)
    context = {
        "options": [
            (each, each.id in (sitting.answers.chosen or ()))
            for each in sitting.answers.opening.circumstances.values()
        ],
    }
    return _page(request, desk, kept, desk.start, context)


def show_results(request: HttpRequest, desk: Desk, sitting: Sitting) -> HttpResponse:
    """Show what follows from the answers so far."""
    done = sitting.asking_for("", (), again=False)
    context = results_context(done, ask(done.answers, done.month), where=desk.where)
    return _page(request, desk, done, desk.results, {**context, **desk.more(done)})


def _begin(request: HttpRequest, desk: Desk, sitting: Sitting) -> HttpResponse:
    answers = sitting.answers.choosing(request.POST.getlist("chosen"))
    return _next(request, desk, sitting.answered(answers, CIRCUMSTANCES))


def _answer(request: HttpRequest, desk: Desk, sitting: Sitting) -> HttpResponse:
    step = _shown(sitting)
    filled = filled_in(step, request.POST)
    if filled.error:
        return _question(request, desk, sitting, step, filled=filled)
    return _after(request, desk, sitting, sitting.answers.giving(filled.values))


def _skip(request: HttpRequest, desk: Desk, sitting: Sitting) -> HttpResponse:
    if sitting.asking == CIRCUMSTANCES:
        answers = sitting.answers.choosing(None)
        return _next(request, desk, sitting.answered(answers, CIRCUMSTANCES))
    step = _shown(sitting)
    unknown = {each.name: each.unknown for each in step.facts}
    return _after(request, desk, sitting, sitting.answers.giving(unknown))


def _after(request: HttpRequest, desk: Desk, sitting: Sitting, answers: Answers) -> HttpResponse:
    again, done = sitting.again, sitting.answered(answers, sitting.asking)
    return show_results(request, desk, done) if again else _next(request, desk, done)


def _back(request: HttpRequest, desk: Desk, sitting: Sitting) -> HttpResponse:
    """Show the step before: the answer given there stands in it, and counts until it is changed."""
    before = list(sitting.trail)
    if sitting.asking in before:
        before = before[: before.index(sitting.asking)]
    last = before[-1] if before else CIRCUMSTANCES
    kept = sitting.back_to(tuple(before[:-1]))
    if last != CIRCUMSTANCES:
        return _question(request, desk, kept, ask_again(kept.answers, last))
    return (show_circumstances if desk.start else show_results)(request, desk, kept)


def _edit(request: HttpRequest, desk: Desk, sitting: Sitting, about: str) -> HttpResponse:
    return _question(request, desk, sitting, ask_again(sitting.answers, about), again=True)


def _next(request: HttpRequest, desk: Desk, sitting: Sitting) -> HttpResponse:
    asked = ask(sitting.answers, sitting.month)
    if asked.step is None:
        return show_results(request, desk, sitting)
    return _question(request, desk, sitting, asked.step, at_most=asked.at_most)


def _shown(sitting: Sitting) -> Step:
    """Give the step the page showed, with just the facts it asked."""
    if not sitting.asking:
        raise InvalidInput("这一页没有问题可答", hint="请用页面上的按钮")
    return ask_again(sitting.answers, sitting.asking, only=sitting.facts)


def _question(
    request: HttpRequest,
    desk: Desk,
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
        "where": _where(desk, kept, step),
        "sensitive": any(each.sensitive for each in step.facts),
        "number": len(kept.trail) + 1,
        "at_most": at_most,
        "again": again,
        "months": range(1, 13),
    }
    return _page(request, desk, kept, desk.question, context, status=422 if filled else 200)


def _where(desk: Desk, sitting: Sitting, step: Step) -> str:
    """Say who has what is asked; blank for several things, and for what registers settle."""
    if step.checklist:
        return ""
    held = sitting.answers.taken_as_known().get(step.facts[0].name)
    settled = held is not None and held.month is not None and held.most is None
    return "" if settled else desk.where(step.facts[0])


def _page(
    request: HttpRequest,
    desk: Desk,
    sitting: Sitting,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    common = {
        "firm": desk.who == "employer",
        "state": seal(sitting, at=timezone.now()),
        "action": desk.url,
        **(desk.given or {}),
    }
    return render(request, template, {**context, **common}, status=status)
