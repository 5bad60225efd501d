"""Putting things on the desk, taking them, closing them. Each leaves its audit event."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.monitoring.desk.clocks import Level, due_of
from leye.service.monitoring.desk.models import DeskItem
from leye.service.monitoring.errors import NotOpenItem

MOST_OUTCOME = 200


def put_on_desk(
    *,
    kind: str,
    subject: str,
    place: str,
    level: Level,
    settings: Mapping[str, int],
    at: datetime,
) -> DeskItem:
    """Put something on the desk; call it in the transaction that made the thing."""
    return DeskItem.objects.create(
        kind=kind,
        subject=subject,
        place=place,
        level=level.value,
        opened_at=at,
        due_at=due_of(level, at, settings),
    )


@transaction.atomic
def take(*, item: DeskItem, by: User, at: datetime, request_id: str = "") -> DeskItem:
    """Take an item: from now on it is the taker's.

    :raises Forbidden: ``by`` does not look after the monitoring there.
    :raises NotOpenItem: somebody took it before.
    """
    found = _locked(item, by)
    if found.taken_at is not None:
        raise NotOpenItem("另一位同事已经受理", hint="请刷新页面，查看最新情况")
    found.taken_at, found.taken_by = at, by
    found.save(update_fields=["taken_at", "taken_by"])
    _record(Action.DESK_ITEM_TAKEN, found, by=by, at=at, request_id=request_id)
    return found


@transaction.atomic
def finish(
    *, item: DeskItem, outcome: str, by: User, at: datetime, request_id: str = ""
) -> DeskItem:
    """Close an item that was taken, with what came of it.

    :raises Forbidden: ``by`` does not look after the monitoring there.
    :raises NotOpenItem: nobody took it yet, or it is closed.
    :raises InvalidText: no outcome, or one that cannot be kept.
    """
    found = _locked(item, by)
    if found.taken_at is None or found.closed_at is not None:
        raise NotOpenItem("还没有受理，或者已经办结", hint="先受理，再办结")
    found.outcome = plain_text(outcome, what="办理结果", most=MOST_OUTCOME)
    found.closed_at, found.closed_by = at, by
    found.save(update_fields=["closed_at", "closed_by", "outcome"])
    _record(Action.DESK_ITEM_CLOSED, found, by=by, at=at, request_id=request_id)
    return found


def _locked(item: DeskItem, by: User) -> DeskItem:
    found = DeskItem.objects.select_for_update().get(pk=item.pk)
    require(by, Permission.MANAGE_MONITORING, found.place)
    return found


def _record(action: Action, item: DeskItem, *, by: User, at: datetime, request_id: str) -> None:
    record(
        action=action,
        by=by,
        at=at,
        place=item.place,
        subject=Subject(item.kind, item.subject),
        detail={"level": item.level},
        request_id=request_id,
    )
