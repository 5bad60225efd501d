"""我能享受什么: pages that ask and answer."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from leye.decision.policy import fact
from leye.decision.policy.interview import Answers
from leye.doors.web.policy_state import Sitting, seal
from tests.pages.portal.markup import Page
from tests.pages.portal.policies.walking import CHECK, FIRM, Walk


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
