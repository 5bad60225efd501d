"""我能享受什么 and the rules: pages that ask, answer and forget."""

import html
import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from leye.decision.policy import catalogue, fact, system
from leye.decision.policy.interview import Answers, Known
from leye.doors.portal import policy_state
from leye.doors.portal.policy_state import LostState, Sitting, seal, unseal
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from tests.pages.portal.markup import Page
from tests.samples import ACCOUNTS

CHECK, FIRM = "/policies/check/", "/policies/firm/"
PAGES = (
    "/policies/",
    CHECK,
    FIRM,
    "/policies/rules/",
    "/policies/rules/?q=毕业生&who=person&paid=once&force=met",
    "/policies/rules/?q=没有这个词",
    "/policies/rules/unemployment_benefit/",
    "/policies/rules/changes/",
    "/policies/rules/changes/?page=2",
)
STAFF_QUERIES = 6
SECRET = "198503"


class Walk:
    """Somebody who fills in the questionnaire page by page."""

    def __init__(self, client: Client, address: str = CHECK) -> None:
        self.client, self.address = client, address
        self.response = client.get(address)

    @property
    def text(self) -> str:
        return self.response.content.decode()

    @property
    def state(self) -> str:
        found = re.search(r'name="state" value="([^"]*)"', self.text)
        assert found, self.text[:500]
        return html.unescape(found[1])

    @property
    def asked(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.text)
        assert found
        return html.unescape(found[1])

    def press(self, do: str, *, status: int = 200, **fields: Any) -> "Walk":
        given = {"state": self.state, "do": do, **fields}
        self.response = self.client.post(self.address, given)
        assert self.response.status_code == status, self.text[:500]
        return self

    def to(self, name: str) -> "Walk":
        """Go on to a question: nothing ticked on lists, all else skipped."""
        for _ in range(60):
            if self.asked == fact(name).question:
                return self
            self.press("answer" if 'name="yes"' in self.text else "skip")
        raise AssertionError(f"{name} was not asked")


@pytest.fixture
def walk(public: Client) -> Walk:
    return Walk(public)


# -- Every page --


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_well_made_and_costs_nothing(public: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = public.get(address)
    assert response.status_code == 200
    assert Page(response.text).faults == []
    assert len(queries) == 0


@pytest.mark.parametrize("name", catalogue())
def test_every_programme_has_its_page(public: Client, name: str) -> None:
    response = public.get(f"/policies/rules/{name}/")
    assert response.status_code == 200
    assert Page(response.text).faults == []
    assert catalogue()[name].title in html.unescape(response.text)
    assert "案例" in response.text


@pytest.mark.parametrize("name", ACCOUNTS)
def test_staff_see_the_same_pages(signed_in: Callable[[str, str], Client], name: str) -> None:
    client = signed_in(*ACCOUNTS[name])
    for address in PAGES:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= STAFF_QUERIES, address


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/policies/rules/unemployment_benefits/", 404, "unemployment_benefit"),
        ("/policies/rules/?who=dog", 400, "person"),
        ("/policies/rules/?paid=%3Cscript%3E", 400, "&lt;script&gt;"),
        ("/policies/rules/changes/?page=0", 400, "页码"),
        ("/policies/rules/changes/?page=9999", 400, "页码"),
        ("/policies/rules/changes/?page=x", 400, "页码"),
        ("/policies/rules/export.pdf", 404, "xlsx"),
        ("/policies/rules/values.pdf", 404, "xlsx"),
        ("/policies/rules/export.csv?force=maybe", 400, "met"),
    ],
)
def test_what_does_not_exist_is_said_with_a_hint(
    public: Client, address: str, status: int, words: str
) -> None:
    response = public.get(address)
    assert response.status_code == status
    assert words in response.text
    assert Page(response.text).faults == []


def test_what_is_searched_for_is_shown_as_text(public: Client) -> None:
    text = public.get("/policies/rules/", {"q": '"><script>alert(1)</script>' + "长" * 5000}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert "长" * 61 not in text


# -- The questionnaire --


def test_a_walk_from_the_first_page_to_the_results(walk: Walk) -> None:
    walk.press("begin", chosen=["unemployed"])
    walk.to("birth_month").press("answer", value="1985", part="3")
    walk.to("work_status").press("answer", value="unemployed_registered")
    assert "第 4 题" in walk.text
    walk.press("answer", yes=["registered_unemployed"])
    walk.to("ui_months").press("answer", value="６２个月")
    walk.to("job_end_reason").press("answer", value="dismissed")
    walk.to("ui_months_left_over").press("answer", value="0")
    walk.press("answer", value="0")
    walk.to("ui_county").press("answer", value="360902")
    assert Page(walk.text).faults == []
    walk.press("results")
    assert walk.asked == "您能享受的政策"
    assert "每月1,683元，还可领14个月，合计约23,562元" in walk.text
    assert "这是估算，不是审批" in walk.text
    assert "未核对" in walk.text
    assert Page(walk.text).faults == []


def test_skipping_everything_ends_in_what_is_missing(walk: Walk) -> None:
    walk.press("skip")
    for _ in range(120):
        if walk.asked == "您能享受的政策":
            break
        assert Page(walk.text).faults == []
        walk.press("skip")
    assert walk.asked == "您能享受的政策"
    assert "您跳过了" in walk.text
    assert "还没有完全符合的政策" in walk.text
    assert Page(walk.text).faults == []


def test_a_firm_is_asked_about_the_firm(public: Client) -> None:
    walk = Walk(public, FIRM)
    walk.press("begin", chosen=["layoff"])
    seen = []
    while walk.asked != "单位能享受的政策":
        seen.append(walk.asked)
        walk.press("skip")
    assert fact("layoff_persons").question in seen
    assert fact("birth_month").question not in seen
    assert Page(walk.text).faults == []


def test_back_shows_what_was_answered_and_lets_it_be_changed(walk: Walk) -> None:
    walk.press("begin", chosen=["unemployed", "farming"])
    walk.to("birth_month").press("answer", value="1985", part="3")
    first = walk.asked
    walk.press("back")
    assert walk.asked == fact("birth_month").question
    assert 'value="1985"' in walk.text
    assert '<option value="3" selected>' in walk.text
    walk.press("answer", value="1990", part="4")
    assert walk.asked == first
    walk.press("back").press("back")
    assert "您是哪种情况" in walk.asked
    assert re.search(r'value="farming" checked', walk.text)
    assert not re.search(r'value="veteran" checked', walk.text)


def test_one_answer_is_changed_from_the_results(walk: Walk) -> None:
    walk.press("begin", chosen=["unemployed"])
    walk.to("birth_month").press("answer", value="1985", part="3")
    walk.press("results")
    assert "1985年3月" in walk.text
    walk.press("edit:birth_month")
    assert "修改一项回答" in walk.text
    walk.press("answer", value="19855", part="3", status=422)
    assert "改好了" in walk.text
    walk.press("answer", value="1986", part="3")
    assert walk.asked == "您能享受的政策"
    assert "1986年3月" in walk.text
    assert "1985年3月" not in walk.text
    walk.press("edit:veteran")
    assert walk.asked == fact("veteran").question
    walk.press("results").press("more")
    assert walk.asked not in {"您能享受的政策", fact("veteran").question}


def test_what_was_not_chosen_is_shown_as_such(walk: Walk) -> None:
    walk.press("begin", chosen=["unemployed"]).press("results")
    assert "没有选“退役军人”" in html.unescape(walk.text)
    assert "没有问到的政策" in walk.text


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("birth_month", {}, "都要填"),
        ("birth_month", {"value": "1985"}, "都要填"),
        ("birth_month", {"value": "85", "part": "3"}, "不是年份"),
        ("birth_month", {"value": "1985", "part": "13"}, "不是月份"),
        ("birth_month", {"value": "1985", "part": "x"}, "不是年份"),
        ("birth_month", {"value": "1800", "part": "1"}, "超出范围"),
        ("birth_month", {"value": "长" * 3000, "part": "1"}, "太长"),
        ("work_status", {}, "还没有选"),
        ("work_status", {"value": "retired"}, "还没有选"),
        ("ui_months", {"value": "<b>很多</b>"}, "&lt;b&gt;很多&lt;/b&gt;"),
        ("ui_months", {"value": "-1"}, "超出范围"),
        ("ui_months", {"value": "nan"}, "不是数"),
        ("ui_months", {"value": "1e9"}, "不是数"),
        ("ui_months", {"value": "9" * 400}, "太长"),
        ("ui_months", {"value": ""}, "还没有填"),
        ("ui_county", {"value": "110000"}, "还没有选"),
    ],
)
def test_what_cannot_be_read_is_asked_again(
    walk: Walk, name: str, fields: dict[str, str], words: str
) -> None:
    answers = Answers("person").choosing(["unemployed"])
    sitting = Sitting(answers, 202611, asking=name, facts=(name,))
    state = seal(sitting, at=timezone.now())
    walk.press("answer", state=state, status=422, **fields)
    assert words in walk.text
    assert "<b>很多" not in walk.text
    assert walk.asked == fact(name).question
    assert Page(walk.text).faults == []
    assert Page(walk.text).title.startswith("错误：")


@pytest.mark.parametrize(
    "fields",
    [
        {"do": ""},
        {"do": "drop"},
        {"do": "edit:no_such_fact"},
        {"do": "edit:firm_staff"},
        {"do": "edit:<script>"},
        {"do": "answer"},
        {"do": "begin", "chosen": ["astronaut"]},
        {"do": "results", "state": ""},
        {"do": "results", "state": "x" * 30_000},
        {"do": "results", "state": "<script>alert(1)</script>"},
        {"do": "results", "state": "\x00\ud7ff"},
    ],
)
def test_what_no_page_sends_is_refused(walk: Walk, fields: dict[str, Any]) -> None:
    response = walk.client.post(CHECK, {"state": walk.state, **fields})
    assert response.status_code == 400
    assert "<script>" not in response.text
    assert Page(response.text).faults == []


@pytest.mark.parametrize("do", ["skip", "answer"])
def test_results_have_no_question_to_answer(walk: Walk, do: str) -> None:
    walk.press("begin", chosen=["employee"]).press("results")
    assert walk.client.post(CHECK, {"state": walk.state, "do": do}).status_code == 400


# -- Nothing is kept --


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


# -- The rules --


def test_a_rule_tells_its_conditions_numbers_and_history(public: Client) -> None:
    text = html.unescape(public.get("/policies/rules/unemployment_benefit/").text)
    assert "缴纳失业保险费满12个月" in text
    assert "《社会保险法》第四十五条" in text
    assert 'class="chart"' in text
    assert "袁州区缴费5年的人每月1683元领14个月" in text
    assert "失业补助金（已停）" in text
    assert "未核对" in text
    assert "2021-10-01" in text


def test_filters_find_what_fits(public: Client) -> None:
    text = public.get("/policies/rules/?who=employer&fund=失业保险基金").text
    fits = [e for e in catalogue().values() if e.who == "employer" and e.fund == "失业保险基金"]
    assert f"找到 {len(fits)} 项" in text
    assert all(each.title in text for each in fits)
    ended = public.get("/policies/rules/?force=failing").text
    assert "失业补助金（已停）" in ended


def test_changes_of_the_law_are_told_by_day(public: Client) -> None:
    pages = [public.get(f"/policies/rules/changes/?page={n}").text for n in (1, 2, 3)]
    whole = html.unescape("".join(pages))
    assert "2021年10月1日" in whole
    assert "失业保险金占最低工资的比例" in whole
    days = re.findall(r"<h2>(\d+)年(\d+)月(\d+)日", "".join(pages))
    dates = [tuple(map(int, day)) for day in days]
    assert dates == sorted(dates, reverse=True)


def test_the_list_and_the_numbers_can_be_taken_away(public: Client) -> None:
    sheet = public.get("/policies/rules/export.xlsx?who=household").content
    rows = list(load_workbook(BytesIO(sheet))["数据"].values)
    assert len(rows) == 1 + sum(each.who == "household" for each in catalogue().values())
    text = public.get("/policies/rules/values.csv").content.decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0].startswith("参数,名称,单位,起,数值")
    assert len(lines) >= 1 + sum(len(each.values) for each in system().law)
    assert any("unemployment_insurance.minimum_months" in line for line in lines)


def test_what_staff_take_away_is_on_record(signed_in: Callable[[str, str], Client]) -> None:
    signed_in("county_official", "360902").get("/policies/rules/export.csv")
    event = AuditEvent.objects.get(action=Action.FIGURES_EXPORTED)
    detail = event.detail if isinstance(event.detail, dict) else json.loads(event.detail)
    assert detail["rows"] == len(catalogue())


def test_the_first_page_and_the_sections_lead_here(public: Client) -> None:
    text = public.get("/").text
    assert text.count('href="/policies/"') >= 2


def test_what_cannot_be_had_together_says_so_on_both_sides(public: Client) -> None:
    """Whichever of the two lists the other."""
    answers = (
        Answers("employer")
        .choosing(None)
        .giving(
            {
                name: fact(name).read(value)
                for name, value in {
                    "firm_kind": "company",
                    "firm_in_park": "是",
                    "hires_hard": 2,
                    "hires_park_40": 2,
                    "hires_contract_one_year": "是",
                    "hires_insured": "是",
                    "hires_hard_months": 0,
                    "hires_park_40_months": 0,
                    "hires_hard_contribution": 900,
                    "hires_park_40_contribution": 900,
                    "hires_hard_near_retirement": "否",
                }.items()
            }
        )
    )
    state = seal(Sitting(answers, 202611), at=timezone.now())
    text = html.unescape(public.post(FIRM, {"state": state, "do": "results"}).text)
    titles = [
        catalogue()[name].title
        for name in ("hard_to_employ_hiring_subsidy", "park_older_hiring_subsidy")
    ]
    for title in titles:
        assert f"“{title}”同时享受" in text
