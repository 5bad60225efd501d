"""Failures as pages: the right status, what was found, what to do next."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from leye.data.pool.types import PoolBusy, UnknownDelivery, UnreadableFile
from leye.doors.web.middleware import LeyeErrorMiddleware, status_of
from leye.kernel.errors import Forbidden, InvalidInput, LeyeError, NotFound, UnknownCode


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("甲"), 404),
        (UnknownCode("指标", "甲"), 404),
        (UnknownDelivery("甲"), 404),
        (Forbidden("甲"), 403),
        (InvalidInput("甲"), 400),
        (PoolBusy("甲"), 503),
        (UnreadableFile("甲"), 422),
    ],
)
def test_each_kind_of_failure_has_its_status(error: LeyeError, status: int) -> None:
    assert status_of(error) == status


def test_other_failures_are_left_to_the_log() -> None:
    middleware = LeyeErrorMiddleware(lambda request: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), ValueError("x")) is None


@pytest.mark.usefixtures("pool", "db")
def test_an_unknown_code_names_near_matches(client: Client) -> None:
    response = client.get("/indicators/urban_new_job/")
    assert response.status_code == 404
    assert "urban_new_jobs" in response.text
    assert "unknown_code" in response.text


@pytest.mark.usefixtures("pool", "db")
def test_what_was_typed_is_shown_as_text(client: Client) -> None:
    response = client.get("/indicators/%3Cscript%3Ealert(1)%3C%2Fscript%3E/")
    assert response.status_code == 404
    assert "<script>alert" not in response.text


@pytest.mark.usefixtures("pool", "db")
def test_an_unknown_address_is_a_page_of_ours(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有这个页面" in response.text


def test_a_page_of_an_unexpected_failure_needs_nothing(settings: object) -> None:
    """It is shown when anything may be broken: no tags, no static files, no pool."""
    from django.template.loader import render_to_string

    for name in ("400.html", "500.html"):
        assert "回到首页" in render_to_string(name)
