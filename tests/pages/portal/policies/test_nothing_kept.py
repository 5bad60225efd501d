"""What somebody says is sealed, and kept nowhere."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leye.decision.policy import fact
from leye.decision.policy.interview import Answers, Known
from leye.doors.web import policy_state
from leye.doors.web.policy_state import LostState, Sitting, seal, unseal
from tests.pages.portal.policies.walking import CHECK, FIRM, Walk

SECRET = "198503"


def test_an_altered_state_is_refused(walk: Walk) -> None:
    walk.press("begin", chosen=["unemployed"])
    state = walk.state
    for place in (5, len(state) // 2, len(state) - 5):
        other = "A" if state[place] != "A" else "B"
        altered = state[:place] + other + state[place + 1 :]
        assert walk.client.post(CHECK, {"state": altered, "do": "skip"}).status_code == 400
    assert walk.client.post(FIRM, {"state": state, "do": "skip"}).status_code == 400


def test_a_state_is_worth_nothing_after_some_hours() -> None:
    at = timezone.now()
    sitting = Sitting(Answers("person").choosing(["veteran"]), 202611)
    state = seal(sitting, at=at)
    assert unseal(state, at=at + timedelta(hours=3)) == sitting
    with pytest.raises(LostState):
        unseal(state, at=at + timedelta(hours=policy_state.HOURS, minutes=1))


def test_a_state_comes_back_as_it_was() -> None:
    known = (Known("disabled", 2.0, "残联", 202610), Known("veteran", 0.0, "登记库"))
    answers = Answers("person", known=known).choosing(["unemployed"])
    answers = answers.giving(
        {"birth_month": 198503.0, "ui_months": 62.5, "sex": fact("sex").unknown}
    )
    sitting = Sitting(
        answers, 202611, ("", "birth_month"), "registers", ("draws_pension",), again=True
    )
    assert unseal(seal(sitting, at=timezone.now()), at=timezone.now()) == sitting


def test_a_state_of_a_fact_that_is_gone_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    state = seal(Sitting(Answers("person").giving({"sex": 1.0}), 202611), at=timezone.now())

    def gone(name: str) -> Any:
        raise KeyError(name)

    monkeypatch.setattr(policy_state, "fact", gone)
    with pytest.raises(LostState):
        unseal(state, at=timezone.now())


def test_a_state_of_another_installation_is_refused(settings: Any) -> None:
    state = seal(Sitting(Answers("person"), 202611), at=timezone.now())
    settings.SECRET_KEY = "another"
    with pytest.raises(LostState):
        unseal(state, at=timezone.now())


def test_nothing_somebody_says_is_kept_or_readable(
    walk: Walk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as queries:
        walk.press("begin", chosen=["unemployed", "disabled"])
        walk.to("birth_month").press("answer", value="1985", part="3")
        question = walk.text
        walk.press("results")
    assert [query["sql"] for query in queries] == []
    assert Session.objects.count() == 0
    assert set(walk.client.cookies) <= {"csrftoken"}
    assert walk.response.request["QUERY_STRING"] == ""
    assert SECRET not in question
    assert "disabled" not in question
    logged = " ".join(f"{record.getMessage()}{record.args}" for record in caplog.records)
    assert SECRET not in logged
    assert "disabled" not in logged
    assert "no-store" in walk.response.headers["Cache-Control"]


def test_a_page_of_another_site_cannot_send_answers() -> None:
    response = Client(enforce_csrf_checks=True).post(CHECK, {"do": "skip", "state": "x"})
    assert response.status_code == 403
