"""A department says that it has nothing for a month: kept, shown, and undone by a file."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leye.data.pool import Pool, Verdict
from leye.data.pool.source_contract import source_contracts
from leye.doors.console.reads.sources import nil_months, source_deliveries, source_state
from leye.doors.web.demo import mark_demo, mark_demo_loaded
from leye.kernel.place import EVERYWHERE
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from tests.pages.console.feeds import SOURCE, pensions

ClientFor = Callable[[str], Client]
ONE = f"/console/sources/{SOURCE}/"
NIL = f"{ONE}nil/"
APRIL = date(2024, 4, 30)

pytestmark = pytest.mark.usefixtures("keys", "city_of_march")


@pytest.fixture
def city_of_march(tmp_path: Any, settings: Any) -> None:
    """Let the pages think of a city that stands still after March 2024."""
    settings.LEYE_VAR = tmp_path
    at = datetime(2024, 4, 30, tzinfo=UTC)
    mark_demo(people=1000, first_month=202401, last_month=202403, at=at)
    mark_demo_loaded()


def hand_in(client: Client, month: int, rows: int = 20) -> None:
    file = SimpleUploadedFile("养老.csv", pensions(rows, month=month), content_type="text/csv")
    response = client.post(f"{ONE}new/", {"file": file, "month": str(month)})
    assert response.status_code == 302


def months_to_say(pool: Pool) -> tuple[int, ...]:
    found = source_deliveries(pool.snapshot(), SOURCE, scope=EVERYWHERE)
    return nil_months(source_state(source_contracts()[SOURCE], found, on=APRIL), on=APRIL)


def test_a_month_said_to_be_empty_is_a_nil_report_and_not_missing(
    client_for: ClientFor, pool: Pool
) -> None:
    client = client_for("data_steward")
    hand_in(client, 202401)
    assert "缺 2024年2月、2024年3月" in client.get(ONE).text
    assert "本月无变化（零报告）" in client.get(ONE).text
    form = client.get(NIL).text
    assert form.index("2024年3月") < form.index("2024年2月")
    assert "2024年1月" not in form
    response = client.post(NIL, {"month": "202402"})
    assert response.headers["Location"] == "/console/deliveries/D000006/?done=nil"
    page = client.get(response.headers["Location"]).text
    assert "零报告已记录" in page
    assert "没有文件" in page
    found = pool.snapshot().delivery("D000006", scope=EVERYWHERE)
    assert (found.verdict, found.month, found.rows_read) == (Verdict.NIL, 202402, 0)
    one = client.get(ONE).text
    assert "缺 2024年3月" in one
    assert "零报告的月份（没有要报送的数据）：2024年2月" in one
    assert "零报告 1 个月" in client.get("/console/sources/").text
    assert "零报告" in client.get("/console/deliveries/").text
    assert months_to_say(pool) == (202403,)


def test_it_is_recorded_who_said_so(client_for: ClientFor) -> None:
    client = client_for("data_steward")
    client.post(NIL, {"month": "202402"})
    event = AuditEvent.objects.filter(action=Action.DELIVERY_RECEIVED).latest("pk")
    assert event.detail == {
        "source": SOURCE,
        "month": 202402,
        "verdict": "nil",
        "rows": 0,
        "repeated": False,
    }


def test_a_file_that_comes_after_all_stands_in_its_place(client_for: ClientFor, pool: Pool) -> None:
    client = client_for("data_steward")
    hand_in(client, 202401)
    client.post(NIL, {"month": "202403"})
    assert "零报告的月份" in client.get(ONE).text
    hand_in(client, 202403, rows=19)
    assert pool.snapshot().delivery("D000007", scope=EVERYWHERE).verdict is Verdict.ACCEPTED
    page = client.get(ONE).text
    assert "零报告的月份" not in page
    assert "缺 2024年2月" in page
    state = source_state(
        source_contracts()[SOURCE],
        source_deliveries(pool.snapshot(), SOURCE, scope=EVERYWHERE),
        on=APRIL,
    )
    assert state.last is not None
    assert (state.last.id, state.nil) == ("D000007", ())


@pytest.mark.parametrize("month", ["202401", "202404", "202613", "", "x"])
def test_a_month_that_came_or_is_not_over_cannot_be_said_to_be_empty(
    client_for: ClientFor, pool: Pool, month: str
) -> None:
    client = client_for("data_steward")
    hand_in(client, 202401)
    release = pool.snapshot().release
    assert client.post(NIL, {"month": month}).status_code == 422
    assert pool.snapshot().release == release


def test_a_source_that_never_delivered_may_begin_with_it(client_for: ClientFor) -> None:
    client = client_for("data_steward")
    assert client.post(NIL, {"month": "202401"}).status_code == 302
    page = client.get(ONE).text
    assert "从未报送过" not in page
    assert "缺 2024年2月、2024年3月" in page


@pytest.mark.parametrize("who", ["auditor", "county_official", "village_worker"])
def test_who_may_not_hand_in_may_not_say_so(client_for: ClientFor, pool: Pool, who: str) -> None:
    client = client_for(who)
    release = pool.snapshot().release
    assert client.get(NIL).status_code == 403
    assert client.post(NIL, {"month": "202401"}).status_code == 403
    assert "零报告" not in client.get(ONE).text
    assert pool.snapshot().release == release
