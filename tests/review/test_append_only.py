"""Decisions stay as they were written, and the database itself sees to it."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from leye.service.identity import appendonly
from leye.service.identity.errors import AppendOnly
from leye.service.identity.models import User
from leye.service.review.models import ConflictDecision
from leye.service.review.operations import dismiss
from leye.service.review.types import ConflictRef
from tests.samples import AT

CONFLICT = ConflictRef("0f" * 16, "dead_paid", 202405, 202405, "360902")


@pytest.fixture
def decision(account: Callable[..., User]) -> ConflictDecision:
    appendonly.install(connection)
    by = account("county_official", "360902")
    return dismiss(conflict=CONFLICT, reason="同名同姓，已核实", by=by, at=AT)


def test_a_decision_is_not_changed_or_removed(decision: ConflictDecision) -> None:
    decision.reason = "另一个理由"
    with pytest.raises(AppendOnly):
        decision.save()
    with pytest.raises(AppendOnly):
        decision.delete()
    with pytest.raises(AppendOnly):
        ConflictDecision.objects.all().update(reason="")
    with pytest.raises(AppendOnly):
        ConflictDecision.objects.all().delete()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE review_conflictdecision SET reason = 'x'", "DELETE FROM review_conflictdecision"],
)
def test_the_database_refuses_what_goes_round_the_models(
    decision: ConflictDecision, statement: str
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert ConflictDecision.objects.get(pk=decision.pk).reason == "同名同姓，已核实"


def test_the_database_keeps_no_dismissal_without_a_reason(decision: ConflictDecision) -> None:
    bare = ConflictDecision(
        conflict="1f" * 16,
        step=1,
        rule="dead_paid",
        month=202405,
        place="360902",
        decision="dismissed",
        by=decision.by,
        at=AT,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        bare.save()


def test_every_table_that_only_grows_is_known() -> None:
    assert set(appendonly.every_table()) == {
        "identity_auditevent",
        "identity_personopening",
        "monitoring_basechange",
        "monitoring_feedrun",
        "monitoring_notice",
        "monitoring_noticedocument",
        "monitoring_panel",
        "monitoring_panelentry",
        "monitoring_panelexit",
        "monitoring_panelstratum",
        "monitoring_reminder",
        "monitoring_reportstep",
        "monitoring_reportversion",
        "monitoring_settingvalue",
        "response_casemeasure",
        "response_casesignal",
        "response_casestep",
        "response_keptfeed",
        "response_keptgrade",
        "response_keptsignal",
        "response_keptvisit",
        "response_personstep",
        "response_release",
        "response_releaseapproval",
        "response_signedline",
        "response_watchrun",
        "review_conflictdecision",
    }


def test_the_migrations_make_them_so(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT event_object_table FROM information_schema.triggers")
        guarded = {row[0] for row in cursor.fetchall()}
    assert set(appendonly.every_table()) <= guarded
