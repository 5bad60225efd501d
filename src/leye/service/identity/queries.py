"""Reads of accounts and of the audit record, for pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from leye.kernel.place import place_prefix
from leye.service.identity.actions import Action
from leye.service.identity.errors import UnknownAccount
from leye.service.identity.models import AuditEvent, User
from leye.service.identity.perms import Asker
from leye.service.identity.querysets import AuditEventQuerySet, UserQuerySet, key_number


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What to keep of the audit record; empty fields keep everything. Times: from, up to before."""

    action: Action | None = None
    place: str = ""
    since: datetime | None = None
    until: datetime | None = None


EVERY_EVENT = EventFilter()


def accounts_for(user: Asker) -> UserQuerySet:
    """Give the accounts the asker manages, with their grants."""
    return User.objects.manageable_by(user).order_by("place", "username").prefetch_related("grants")


def account_for(user: Asker, key: str) -> User:
    """Give one account the asker manages.

    :raises UnknownAccount: none of that key, or not one of theirs.
    """
    found = accounts_for(user).filter(pk=key_number(key)).first()
    if found is None:
        raise UnknownAccount(f"“{key}”", hint="账号不存在，或不归您管理")
    return found


def audit_events_for(user: Asker, *, chosen: EventFilter = EVERY_EVENT) -> AuditEventQuerySet:
    """Give the audit events the asker may read, newest first."""
    events = AuditEvent.objects.visible_to(user).order_by("-id").select_related("actor")
    if chosen.action is not None:
        events = events.filter(action=chosen.action.value)
    if chosen.place:
        events = events.filter(place__startswith=place_prefix(chosen.place))
    if chosen.since is not None:
        events = events.filter(at__gte=chosen.since)
    if chosen.until is not None:
        events = events.filter(at__lt=chosen.until)
    return events


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Give the display names behind account keys; a key of nobody is left out."""
    numbers = {key_number(key) for key in keys} - {0}
    return {user.key: user.display_name for user in User.objects.filter(pk__in=numbers)}
