"""The audit record stays append-only through the migration that makes its table anew."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from leye.service.identity.actions import Action
from leye.service.identity.audit import record
from leye.service.identity.models import AuditEvent
from tests.samples import AT

BEFORE, AFTER = ("identity", "0008_screens"), ("identity", "0009_residents")


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except IntegrityError:
        return True
    return False


def migrate(to: tuple[str, str]) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([to])


@pytest.mark.parametrize("verb", ["UPDATE identity_auditevent SET action = 'x'",
                                  "DELETE FROM identity_auditevent"])  # fmt: skip
def test_the_record_is_kept_both_ways(transactional_db: None, verb: str) -> None:
    event = record(action=Action.SIGNED_IN, by=None, at=AT, place="360900")
    assert refused(verb)
    try:
        migrate(BEFORE)
        assert refused(verb)
    finally:
        migrate(AFTER)
    assert refused(verb)
    kept = AuditEvent.objects.get(pk=event.pk)
    assert (kept.action, kept.at, kept.resident) == (Action.SIGNED_IN, AT, None)
