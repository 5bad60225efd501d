"""Texts about a case: drafted by one, approved by another, from then on out."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from leye.kernel.errors import Forbidden
from leye.service.identity.actions import Action
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.response.cases.enums import Audience, State, StepKind
from leye.service.response.cases.hold import held, record_step, require_open
from leye.service.response.cases.log import write_step
from leye.service.response.cases.models import Case, Release, ReleaseApproval
from leye.service.response.errors import CaseNotNow, InvalidStep

if TYPE_CHECKING:
    from leye.service.response.cases.judging import Hand

MOST_PARAGRAPH, MOST_PARAGRAPHS = 500, 12


@transaction.atomic
def draft(case: Case, audience: Audience, text: str, hand: "Hand") -> Release:
    """Draft a text. What is for the public does not name the firm that reported itself.

    :raises Forbidden: the writer does not look after the monitoring there.
    :raises CaseNotNow: the case is not graded yet, or an exercise wants to tell the public.
    :raises InvalidStep: too long a text, or one for the public that names the firm.
    :raises CaseChanged: somebody else took a step meanwhile.
    :raises InvalidText: nothing was written, or what cannot be kept.
    """
    found = held(case.pk, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require_open(found, State.HANDLE, State.CLOSED)
    if found.grade is None:
        raise CaseNotNow("还没有定级", hint="定级后才能发布")
    if found.drill_id is not None and audience is Audience.PUBLIC:
        raise CaseNotNow("演练不向社会发布")
    said = _paragraphs(text)
    firm = found.notice.firm if found.notice is not None else ""
    if audience is Audience.PUBLIC and firm and firm in said:
        raise InvalidStep("向社会发布的文字不点企业的名", field="text")
    made = Release.objects.create(
        case=found, audience=audience.value, text=said, by=hand.by, at=hand.at
    )
    write_step(found, StepKind.DRAFTED, by=hand.by, at=hand.at,
               data={"audience": audience.value, "release": made.pk})  # fmt: skip
    record_step(Action.CASE_RELEASE_DRAFTED, found, by=hand.by, at=hand.at,
                request_id=hand.request_id, kind=audience.value)  # fmt: skip
    return made


@transaction.atomic
def approve(release: Release, hand: "Hand") -> ReleaseApproval:
    """Approve a text somebody else drafted. What leaves the house is the city's to approve.

    :raises Forbidden: the approver drafted it, or may not approve for that audience.
    :raises CaseNotNow: it is approved already, or the case was reviewed meanwhile.
    :raises CaseChanged: somebody else took a step meanwhile.
    """
    outward = release.audience != Audience.INTERNAL.value
    needed = Permission.DIRECT_MONITORING if outward else Permission.MANAGE_MONITORING
    found = held(release.case_id, hand.seen, by=hand.by, permission=Permission.MANAGE_MONITORING)
    require(hand.by, needed, found.place)
    require_open(found, State.HANDLE, State.CLOSED)
    if release.by_id == hand.by.pk:
        raise Forbidden("不能批准自己拟的稿", hint="请另一位有权限的同事批准")
    try:
        with transaction.atomic():
            made = ReleaseApproval.objects.create(release=release, by=hand.by, at=hand.at)
    except IntegrityError as error:
        raise CaseNotNow("已经批准过") from error
    write_step(found, StepKind.APPROVED, by=hand.by, at=hand.at,
               data={"audience": release.audience, "release": release.pk})  # fmt: skip
    record_step(Action.CASE_RELEASE_APPROVED, found, by=hand.by, at=hand.at,
                request_id=hand.request_id, kind=release.audience)  # fmt: skip
    return made


def public_releases(*, until: datetime) -> QuerySet[Release]:
    """Give what was told to the public until a moment, the latest first; exercises never."""
    out = Release.objects.filter(
        audience=Audience.PUBLIC.value, approval__at__lte=until, case__drill=None
    )
    return out.select_related("approval", "case").order_by("-approval__at")


def _paragraphs(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise InvalidStep("请填写正文", field="text")
    if len(lines) > MOST_PARAGRAPHS:
        raise InvalidStep(f"正文最多 {MOST_PARAGRAPHS} 段", field="text")
    return "\n".join(plain_text(line, what="每段正文", most=MOST_PARAGRAPH) for line in lines)
