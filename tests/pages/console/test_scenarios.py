"""What-ifs in the console: asked, worked out beside the server, shown within one's places."""

import argparse
import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leye.data.pool import Pool
from leye.data.pool.engines import Engine
from leye.decision.policy import system
from leye.decision.policy.parameters import Change
from leye.decision.policy.replay import Replayed, replay
from leye.doors.cli.policy_city import work_out_scenario
from leye.doors.console.reads import scenarios as reads
from leye.doors.console.scenario_forms import read_value, value_words
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from leye.service.scenario import operations
from leye.service.scenario.models import LIMIT, Scenario, State
from leye.service.scenario.operations import work_out
from tests.decision.policy import town
from tests.samples import ACCOUNTS

ClientFor = Callable[[str], Client]
PAGE = "/console/policies/replay/"
OFFICIALS = {"county_official", "other_county_official", "city_official"}
AGE = "retirement.men.former_age"
SHARE = "unemployment_insurance.share_of_minimum_wage"
GIVEN = {"name": "男职工原退休年龄", "month": str(town.NOW), "path_1": AGE, "value_1": "75"}


@pytest.fixture(scope="module")
def worked_out() -> dict[Any, Replayed]:
    """What was worked out before: the town is the same for every test."""
    return {}


@pytest.fixture
def at_once(
    screened: Pool, monkeypatch: pytest.MonkeyPatch, worked_out: dict[Any, Replayed]
) -> Pool:
    """The screened town; scenarios are worked out at once, in this process, each but once."""

    def replayed(pool: Pool, *, month: int, changes: Sequence[Change], engine: Engine) -> Replayed:
        asked = (month, tuple(changes))
        if asked not in worked_out:
            worked_out[asked] = replay(pool, month=month, changes=changes, engine=engine)
        return worked_out[asked]

    monkeypatch.setattr(operations, "replay", replayed)

    def start(number: int) -> None:
        work_out(number, pool=screened, clock=timezone.now, engine=Engine(threads=1))

    monkeypatch.setattr(reads, "start", start)
    return screened


@pytest.fixture
def waiting(screened: Pool, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The screened town; scenarios are only taken down."""
    started: list[int] = []
    monkeypatch.setattr(reads, "start", started.append)
    return started


def ask(client: Client, **given: str) -> Any:
    return client.post(PAGE, {**GIVEN, **given})


def test_before_the_first_build_there_is_nothing_to_ask(client_for: ClientFor) -> None:
    client = client_for("city_official")
    assert "登记库还没有生成过" in client.get(PAGE).text
    assert client.post(PAGE, GIVEN).status_code == 200
    assert not Scenario.objects.exists()


@pytest.mark.parametrize("who", ["public", *ACCOUNTS])
def test_every_page_for_every_role(at_once: Pool, client_for: ClientFor, who: str) -> None:
    own = ask(client_for("county_official"))["Location"]
    client = client_for(who)
    shut = 302 if who == "public" else 403
    for page in (PAGE, own, f"{own}export.xlsx"):
        expected = 200 if who in OFFICIALS else shut
        if who == "other_county_official" and page != PAGE:
            expected = 404
        with CaptureQueriesContext(connection) as queries:
            response = client.get(page)
        assert (page, response.status_code) == (page, expected)
        assert len(queries) <= 8, page
    assert ask(client).status_code == (302 if who in OFFICIALS else shut)


@pytest.mark.usefixtures("screened")
@pytest.mark.parametrize("who", list(ACCOUNTS))
def test_only_those_who_may_open_the_page_are_shown_the_way(
    client_for: ClientFor, who: str
) -> None:
    assert (f'href="{PAGE}"' in client_for(who).get("/console/").text) == (who in OFFICIALS)


def test_a_scenario_is_asked_worked_out_and_shown(at_once: Pool, client_for: ClientFor) -> None:
    client = client_for("city_official")
    response = ask(client, since_1="202501")
    assert response.status_code == 302
    text = client.get(response["Location"]).text
    for words in ("男职工原退休年龄", "75周岁", "2025年1月", "有变化的政策", "袁州区"):
        assert words in text, words
    assert "正在计算" not in text
    listed = client.get(PAGE).text
    assert "已算完" in listed
    assert AuditEvent.objects.filter(action=Action.SCENARIO_ASKED).count() == 1


def test_funds_are_shown_to_the_city_and_not_to_a_county(
    at_once: Pool, client_for: ClientFor
) -> None:
    page = ask(client_for("county_official"), path_1=SHARE, value_1="100")["Location"]
    assert "资金还能付多久" not in client_for("county_official").get(page).text
    text = client_for("city_official").get(page).text
    assert "失业保险基金" in text
    assert "结余尚未设定" in text


def test_a_county_sees_its_own_lines_only(at_once: Pool, client_for: ClientFor) -> None:
    client = client_for("other_county_official")
    page = ask(client)["Location"]
    text = client.get(page).text
    assert "丰城市" in text
    assert "袁州区" not in text
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{page}export.xlsx").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert {row[2] for row in rows[1:]} == {"360981"}
    notes = list(book.worksheets[1].iter_rows(values_only=True))
    assert any("周岁 → 75周岁" in str(row[1]) for row in notes)
    event = AuditEvent.objects.get(action=Action.FIGURES_EXPORTED)
    assert (event.subject_type, event.place) == ("scenario", "360981")


def test_one_that_runs_says_so_and_has_no_sheet(waiting: list[int], client_for: ClientFor) -> None:
    client = client_for("city_official")
    page = ask(client)["Location"]
    assert len(waiting) == 1
    assert "正在计算" in client.get(page).text
    assert client.get(f"{page}export.xlsx").status_code == 302
    second = ask(client)
    assert second.status_code == 422
    assert "有一个仿真正在计算" in second.text
    Scenario.objects.update(at=timezone.now() - 2 * LIMIT)
    assert "没有算完" in client.get(page).text


def test_a_process_that_cannot_start_is_told(
    screened: Pool, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(number: int) -> None:
        raise OSError

    monkeypatch.setattr(reads, "start", start)
    client = client_for("city_official")
    assert "开不了新的进程" in client.get(ask(client)["Location"]).text


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "请填写名称"),
        ({"name": "x" * 61}, "不能超过 60 个字"),
        ({"name": "李 13800138000"}, "不要写身份证号码"),
        ({"name": "a\x00b"}, "控制字符"),
        ({"month": "202401"}, "请选择列出的月份"),
        ({"month": ""}, "请选择月份"),
        ({"path_1": ""}, "请选择要改动的数"),
        ({"path_1": "no.such"}, "请选择列出的一项"),
        ({"value_1": ""}, "请填写改为多少"),
        ({"value_1": "很多"}, "不小于 0 的数"),
        ({"value_1": "-1"}, "不小于 0 的数"),
        ({"value_1": "nan"}, "不小于 0 的数"),
        ({"value_1": "inf"}, "不小于 0 的数"),
        ({"value_1": "1" * 21}, "写得太长了"),
        ({"since_1": "2025"}, "月份写作六位数字"),
        ({"since_1": "202513"}, "月份写作六位数字"),
        ({"since_1": "202507"}, "应不晚于 202506"),
        ({"path_2": AGE, "value_2": "70"}, "前面已经改了一次"),
        ({"value_3": "70"}, "请选择要改动的数"),
    ],
)
def test_bad_input_is_told_at_its_field(
    client_for: ClientFor, given: dict[str, str], said: str
) -> None:
    response = ask(client_for("city_official"), **given)
    assert response.status_code == 422
    assert said in response.text
    assert not Scenario.objects.exists()


@pytest.mark.usefixtures("screened")
def test_numbers_that_are_none_are_not_found(client_for: ClientFor) -> None:
    client = client_for("city_official")
    for number in ("999", "9" * 30):
        assert client.get(f"{PAGE}{number}/").status_code == 404


@pytest.mark.parametrize(
    ("path", "text", "value", "words"),
    [
        (SHARE, "90", 0.9, "90%"),
        (SHARE, "85%", 0.85, "85%"),
        (AGE, "停止", None, "停止"),
        ("loans.open", "是", 1.0, "是"),
        ("loans.open", "否", 0.0, "否"),
    ],
)
def test_a_value_is_read_as_its_unit_says(
    path: str, text: str, value: float | None, words: str
) -> None:
    about = system().law.get(path)
    read = read_value(about, text)
    assert read == (None if value is None else pytest.approx(value))
    assert value_words(about, read) == words


@pytest.mark.parametrize(
    ("path", "text"), [("setting.certify_monitored", "停止"), ("loans.open", "5")]
)
def test_a_value_that_is_none_is_refused(path: str, text: str) -> None:
    with pytest.raises(ValueError):
        read_value(system().law.get(path), text)


def test_the_form_names_each_number_with_what_it_is_now(
    screened: Pool, client_for: ClientFor
) -> None:
    text = client_for("city_official").get(PAGE).text
    assert f'<option value="{SHARE}">' in text
    assert "现为 90%，写百分数" in text
    assert 'label="市里设定的数"' in text


def test_the_command_works_a_scenario_out(
    waiting: list[int], client_for: ClientFor, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(client_for("city_official"))
    assert work_out_scenario(argparse.Namespace(number=waiting[0])) == 0
    assert Scenario.objects.get().state == State.DONE
    assert "已算完" in capsys.readouterr().out


def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    failed: list[int] = []
    closed: list[bool] = []

    class Connection:
        def close(self) -> None:
            closed.append(True)

    monkeypatch.setattr(reads, "fail", lambda number, at: failed.append(number))
    monkeypatch.setattr(reads, "connection", Connection())
    process = subprocess.Popen((sys.executable, "-c", "import time; time.sleep(600)"))
    reads.see_off(process, 7, limit=0)
    assert process.returncode not in {None, 0}
    assert (failed, closed) == ([7], [True])


def test_a_scenario_is_started_as_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[tuple[str, ...], int]] = []

    class Process:
        pid = -1

        def __init__(self, command: tuple[str, ...], **given: object) -> None:
            self.command = command
            assert given["start_new_session"]

    def see_off(process: Process, number: int) -> None:
        seen.append((process.command[1:], number))

    class Now:
        def __init__(self, *, target: Callable[..., None], args: tuple[Any, ...], daemon: bool):
            self.run = lambda: target(*args)

        def start(self) -> None:
            self.run()

    monkeypatch.setattr(reads.subprocess, "Popen", Process)
    monkeypatch.setattr(reads.os, "setpriority", lambda *_: None)
    monkeypatch.setattr(reads, "see_off", see_off)
    monkeypatch.setattr(reads, "Thread", Now)
    reads.start(12)
    assert seen == [(("-m", "leye", "policy", "scenario", "12"), 12)]
