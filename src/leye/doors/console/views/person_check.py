"""What an opened person is entitled to, from what the registers know of them (从登记库带入).

Only who has just opened the person for a purpose may begin. What registers know and what is asked
besides travels sealed in the page, as in the portal; nothing is kept but the audit event.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from leye.data.pool import Snapshot
from leye.data.registers.queries import ConflictChoice, conflict_lines
from leye.data.registers.queries.person_lines import PersonLine
from leye.decision.policy.holders import holders, known_from
from leye.decision.policy.interview import Answers
from leye.decision.policy.registered import registered
from leye.doors.console.access import Acting, acting, staff_page
from leye.doors.console.months import month_label
from leye.doors.console.reads.people import asked_month, found_person
from leye.doors.console.words.person_check import conflict_links
from leye.doors.web.brought_in import OFFICIAL, brought_in_context
from leye.doors.web.policy_state import Sitting
from leye.doors.web.policy_steps import Desk, show_results, take_step
from leye.doors.web.reading import pool
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject
from leye.service.identity.errors import NotOpened
from leye.service.identity.perms import holds, scope_of
from leye.service.identity.persons import opened_lately
from leye.service.identity.roles import Permission

_MOST_CONFLICTS = 20


@staff_page(Permission.OPEN_PERSON)
@sensitive_post_parameters()
@require_POST
def person_check(request: HttpRequest, person: int) -> HttpResponse:
    """Begin a check from what registers know, or go on with one that was begun.

    :raises NotOpened: the person was not opened for a purpose before.
    """
    snapshot = pool().snapshot()
    line, actor = found_person(request, snapshot, person), acting(request)
    month = asked_month(request, snapshot)
    desk = _desk(request, snapshot, line, actor, month)
    if request.POST.get("do") != "start":
        return take_step(request, desk)
    purpose = opened_lately(line.person, by=actor.by, at=actor.at)
    if purpose is None:
        raise NotOpened("带入登记库要有办理事由", hint="请回到人员页，填写事由打开本人信息后再带入")
    given = registered(snapshot, line.person, month)
    actor.record(
        Action.PERSON_CHECKED,
        place=line.residence or actor.place_for(Permission.OPEN_PERSON),
        subject=Subject("person", str(line.person)),
        detail={"month": month, "release": snapshot.release, "purpose": purpose.value},
    )
    known = known_from(given, holders(snapshot, month))
    sitting = Sitting(Answers("person", known=known), month, about=desk.about)
    return show_results(request, desk, sitting)


def _desk(
    request: HttpRequest, snapshot: Snapshot, line: PersonLine, actor: Acting, month: int
) -> Desk:
    def more(sitting: Sitting) -> Mapping[str, Any]:
        held = holders(snapshot, sitting.month)
        return {
            **brought_in_context(sitting.answers, held),
            "conflicts": _conflicts(request, snapshot, line, sitting.month),
        }

    query = f"month={month}"
    return Desk(
        "person",
        f"{resolve_url('people:check', line.person)}?{query}",
        question="console/person_check_question.html",
        results="console/person_check_results.html",
        about=f"{actor.by.key} {line.person}",
        given={
            "staff": True,
            "person": line.person,
            "back": f"{resolve_url('people:person', line.person)}?{query}",
            "as_of": month_label(month),
        },
        more=more,
        where=OFFICIAL.where,
    )


def _conflicts(
    request: HttpRequest, snapshot: Snapshot, line: PersonLine, month: int
) -> list[dict[str, str]]:
    if not holds(request.user, Permission.READ_CONFLICTS):
        return []
    chosen = ConflictChoice(month, person=line.person)
    scope = scope_of(request.user, Permission.READ_CONFLICTS)
    return conflict_links(
        conflict_lines(snapshot, chosen=chosen, scope=scope, limit=_MOST_CONFLICTS)
    )
