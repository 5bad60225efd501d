"""The staff pages of the desk of warnings: who gets in, who writes, what they cost and say."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook

from leye.analysis.warning import Cell
from leye.analysis.warning import Level as Colour
from leye.service.identity.models import AuditEvent
from leye.service.response.cases.enums import StepKind, Verdict
from leye.service.response.cases.judging import judge, take
from leye.service.response.cases.models import Case, CaseStep
from leye.service.response.drills.models import Drill
from leye.service.response.drills.operations import end_drill, start_drill
from leye.service.response.ledger.models import AffectedPerson, PersonStep
from leye.service.response.ledger.operations import Leaver, list_persons
from leye.service.response.signals.operations import keep_month
from tests.pages.console.warning.test_reserve import PAGES as RESERVE
from tests.response.desk_sample import Accounts, grade, graded, hand, kept, month_of, opened, signal
from tests.samples import ACCOUNTS

pytestmark = pytest.mark.django_db

ClientFor = Callable[[str], Client]
READERS = {"county_official", "other_county_official", "city_official", "auditor"}
MANAGERS = {"county_official", "other_county_official", "city_official"}
OTHERS = {"other_county_official"}
QUERY_CEILING = 20
POST_ONLY = {"act", "ledger_export"}


@pytest.fixture
def case(accounts: Accounts) -> Case:
    """A graded case with two persons on its ledger."""
    made = graded(opened(), accounts)
    leavers = [Leaver(key, 1001, "360902001001", date(2026, 10, 31)) for key in (11, 12)]
    list_persons(made, leavers, hand(accounts["county_official"], made))
    made.refresh_from_db()
    return made


@pytest.fixture
def drill(accounts: Accounts) -> Drill:
    return start_drill(
        scenario="plant_closure",
        place="360902",
        by=accounts["county_official"],
        at=timezone.now(),
    )


def pages(case: Case, drill: Drill) -> list[tuple[str, tuple[Any, ...], set[str], set[str]]]:
    """Name, arguments, who may open it, who is told it does not exist."""
    key = AffectedPerson.objects.order_by("id")[0].pk
    number, openers = (case.number,), {"county_official", "city_official"}
    return [
        ("hall", (), READERS, set()),
        ("signals", (), READERS, set()),
        ("miss", (), MANAGERS, set()),
        ("cases", (), READERS, set()),
        ("cases_export", (), READERS, set()),
        ("case", number, READERS - OTHERS, OTHERS),
        ("ledger", number, openers, OTHERS),
        ("person", (case.number, key), openers, OTHERS),
        ("person", (case.number, 0), set(), openers | OTHERS),
        ("person", (case.number, 10**25), set(), openers | OTHERS),
        ("case", ("C999999",), set(), READERS),
        ("lines", (), READERS, set()),
        ("line_sign", ("firm_layoff", "yellow"), {"city_official"}, set()),
        ("drills", (), READERS, set()),
        ("drill", (drill.number,), READERS - OTHERS, OTHERS),
        ("drill", ("Y99999",), set(), READERS),
    ]


def test_no_page_is_forgotten(case: Case, drill: Drill) -> None:
    names = {p.name for p in get_resolver("leye.doors.console.warning_urls").url_patterns}
    assert names == {page[0] for page in pages(case, drill)} | POST_ONLY | set(RESERVE)


@pytest.mark.parametrize("who", ["public", *ACCOUNTS])
def test_every_page_for_every_role(
    who: str, client_for: ClientFor, case: Case, drill: Drill
) -> None:
    client, wrong = client_for(who), []
    for name, arguments, may, hidden in pages(case, drill):
        url = reverse(f"warning:{name}", args=arguments)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        expected = 302 if who == "public" else 200 if who in may else 404 if who in hidden else 403
        if response.status_code != expected or len(queries) > QUERY_CEILING:
            wrong.append((url, response.status_code, expected, len(queries)))
    assert not wrong


@pytest.mark.parametrize("who", sorted(set(ACCOUNTS) - {"county_official", "city_official"}))
def test_who_may_not_does_not_write(who: str, client_for: ClientFor, case: Case) -> None:
    client, before = client_for(who), CaseStep.objects.count()
    key = AffectedPerson.objects.order_by("id")[0].pk
    for name, arguments, given in (
        ("act", (case.number,), {"do": "note", "text": "进展", "seen": case.steps}),
        ("ledger", (case.number,), {"do": "list", "seen": case.steps}),
        ("ledger_export", (case.number,), {}),
        ("person", (case.number, key), {"what": "job", "on": "2026-11-01"}),
        ("drills", (), {"scenario": "return_wave", "place": "360981"}),
    ):
        if (who, name) == ("other_county_official", "drills"):
            continue  # their own place
        response = client.post(reverse(f"warning:{name}", args=arguments), given)
        assert response.status_code in {403, 404}, name
    assert CaseStep.objects.count() == before
    assert not PersonStep.objects.exists()


def test_a_case_is_taken_and_judged_on_its_page(client_for: ClientFor) -> None:
    case, client = opened(), client_for("county_official")
    url = reverse("warning:case", args=[case.number])
    page = client.get(url).text
    assert "下一步：受理" in page
    assert "30日内减员180人" in page
    done = act(client, case, "take")
    assert "已受理" in client.get(done.headers["Location"]).text
    refused = act(client, case, "judge", verdict="true", text="")
    assert refused.status_code == 422
    assert "请填写核实情况" in refused.text
    stale = client.post(
        reverse("warning:act", args=[case.number]),
        {"do": "judge", "verdict": "true", "text": "电话核实，停产属实", "seen": 1},
    )
    assert stale.status_code == 422
    assert "您看到的不是最新情况" in stale.text
    assert "电话核实，停产属实" in stale.text
    assert act(client, case, "judge", verdict="true", text="停产属实").status_code == 302
    assert CaseStep.objects.filter(kind=StepKind.JUDGED.value).count() == 1


def test_what_is_refused_says_why(client_for: ClientFor, case: Case) -> None:
    client = client_for("county_official")
    plan = act(client, case, "plan", kind="firm")
    assert plan.status_code == 422  # orange: the city's
    assert "您没有" in plan.text
    number = act(client, case, "note", text="请打 13812345678")
    assert "手机号码" in number.text
    assert act(client, case, "dance").status_code == 404
    assert act(client, case, "measure", measure="special_fair", persons="x").status_code == 422


def test_the_city_starts_the_plan_and_sees_what_is_missing(
    client_for: ClientFor, case: Case
) -> None:
    client = client_for("city_official")
    assert act(client, case, "plan", kind="firm").status_code == 302
    page = client.get(reverse("warning:case", args=[case.number])).text
    assert "起始稿，待市里签发" in page
    assert "台账里还有 2 人没有着落" in page
    closed = act(client, case, "close", text="都好了")
    assert closed.status_code == 422
    assert "还有 2 人没有着落" in closed.text


def test_a_text_waits_for_another_to_approve_it(client_for: ClientFor, case: Case) -> None:
    county, city = client_for("county_official"), client_for("city_official")
    assert (
        act(county, case, "draft", audience="public", text="一家企业减员，正在安置。").status_code
        == 302
    )
    assert "批准发布</button>" not in county.get(reverse("warning:case", args=[case.number])).text
    assert "批准发布</button>" in city.get(reverse("warning:case", args=[case.number])).text
    release = case.releases.get().pk
    assert act(city, case, "approve", release=release).status_code == 302
    assert "已批准" in county.get(reverse("warning:case", args=[case.number])).text


def test_a_person_is_followed(client_for: ClientFor, case: Case) -> None:
    client = client_for("county_official")
    affected = AffectedPerson.objects.order_by("id")[0]
    url = reverse("warning:person", args=[case.number, affected.pk])
    assert client.post(url, {"what": "unreachable", "on": "2026-11-01"}).status_code == 422
    assert client.post(url, {"what": "job", "on": "2099-01-01"}).status_code == 422
    assert client.post(url, {"what": "", "on": ""}).status_code == 422
    done = client.post(url, {"what": "job", "on": "2026-11-01", "text": ""})
    assert done.status_code == 302
    page = client.get(done.headers["Location"]).text
    assert "重新就业" in page
    assert "有着落 1 人" in page
    left = client.get(reverse("warning:ledger", args=[case.number]), {"show": "left"}).text
    assert left.count("跟进中") == 1


def test_the_ledger_as_a_sheet_is_on_record_and_names_nobody(
    client_for: ClientFor, case: Case
) -> None:
    client = client_for("county_official")
    response = client.post(reverse("warning:ledger_export", args=[case.number]))
    book = load_workbook(io.BytesIO(response.content))
    rows = list(book["数据"].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["11", "12"]
    assert AuditEvent.objects.filter(action="case_persons_exported").count() == 1


def test_a_miss_is_recorded_as_a_case(client_for: ClientFor) -> None:
    client = client_for("county_official")
    url = reverse("warning:miss")
    month = f"{timezone.localdate():%Y%m}"
    given = {"title": "某鞋厂停工", "place": "360902", "month": month, "found": "visit",
             "level": "3", "why": "备案没有送达"}  # fmt: skip
    assert client.post(url, {**given, "place": "360981"}).status_code == 422
    assert client.post(url, {**given, "why": ""}).status_code == 422
    done = client.post(url, given)
    assert "备案没有送达" in client.get(done.headers["Location"]).text
    assert "某鞋厂停工" in client.get(reverse("warning:cases"), {"state": "missed"}).text


def test_a_drill_is_played_and_ended(client_for: ClientFor) -> None:
    client = client_for("county_official")
    done = client.post(reverse("warning:drills"), {"scenario": "return_wave", "place": "360902"})
    assert done.status_code == 302
    again = client.post(reverse("warning:drills"), {"scenario": "return_wave", "place": "360902"})
    assert "已有一次演练" in again.text or "同一地区一次只做一场" in again.text
    page = client.get(done.headers["Location"]).text
    assert "判定后显示" in page
    case = Case.objects.filter(drill__isnull=False)[0]
    assert "这不是真实事项" in client.get(reverse("warning:case", args=[case.number])).text
    assert "没有等着处理的事项" in client.get(reverse("warning:hall")).text
    assert client.post(done.headers["Location"], {"lessons": ""}).status_code == 422
    assert client.post(done.headers["Location"], {"lessons": "再快些"}).status_code == 302
    assert "再快些" in client.get(done.headers["Location"]).text


def test_a_line_is_signed_on_its_page(client_for: ClientFor) -> None:
    client, day = client_for("city_official"), timezone.localdate() + timedelta(days=30)
    url = reverse("warning:line_sign", args=["firm_layoff", "yellow"])
    assert f'value="{timezone.localdate():%Y-%m-%d}"' in client.get(url).text
    given = {"value": "60", "valid_from": f"{day}", "origin": "own", "basis": "领导小组会议"}
    for wrong in ({"value": "x"}, {"value": "99999"}, {"basis": ""}, {"valid_from": "2020-01-01"}):
        assert client.post(url, {**given, **wrong}).status_code == 422
    done = client.post(url, given)
    assert "已签发" in client.get(done.headers["Location"]).text
    assert "领导小组会议" in client.get(url).text
    assert client.get(reverse("warning:line_sign", args=["firm_layoff", "pink"])).status_code == 404


def test_verdicts_come_back_to_the_page_of_lines(client_for: ClientFor, case: Case) -> None:
    page = client_for("city_official").get(reverse("warning:lines")).text
    assert "判定 1 件：属实 1 件（100%）" in page


def test_the_hall_says_what_it_does_not_know(client_for: ClientFor) -> None:
    client = client_for("city_official")
    assert "还没有判断过" in client.get(reverse("warning:hall")).text
    kept(signal(), signal(cell=Cell("360900", axis="feed", code="labour_filing")))
    page = client.get(reverse("warning:hall")).text
    assert "登记失业比率：没有数据" in page
    assert "不定级" in page


def test_lists_ask_as_often_for_many_as_for_few(client_for: ClientFor) -> None:
    client, asked = client_for("city_official"), []
    for size in (2, 30):
        kept(*(signal(cell=Cell("360902", "division", "38", employer=size * 100 + n))
               for n in range(size)), version=size)  # fmt: skip
        counts = []
        for name in ("hall", "cases", "signals"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(f"warning:{name}")).status_code == 200
            counts.append(len(queries))
        asked.append(counts)
    assert asked[0] == asked[1]


def test_an_overdue_case_is_shown_as_such(client_for: ClientFor) -> None:
    kept(signal(), at=timezone.now() - timedelta(days=2))
    assert "已超" in client_for("county_official").get(reverse("warning:hall")).text


def test_a_county_sees_nothing_of_others_in_the_hall(client_for: ClientFor) -> None:
    month = month_of(signal(cell=Cell("360981", "division", "19"), title="丰城市制鞋业减员"))
    grades = (
        grade(),
        grade(place="360981", reasons=("丰城的理由",)),
        grade(place="360900", code="19", level=Colour.YELLOW, reasons=("全市制鞋业",)),
    )
    keep_month(replace(month, grades=grades), at=timezone.now())
    own, city = (
        client_for(name).get(reverse("warning:hall")).text
        for name in ("county_official", "city_official")
    )
    for words in ("丰城", "全市制鞋业"):
        assert words in city
        assert words not in own


def test_what_was_chosen_stays_on_the_pages_of_a_list(client_for: ClientFor) -> None:
    kept(*(signal(cell=Cell("360902", "division", "38", employer=n + 1)) for n in range(51)))
    client, url = client_for("city_official"), reverse("warning:cases")
    second = client.get(url, {"state": "all", "place": "360902", "page": "2"}).text
    assert "?state=all&amp;place=360902&amp;page=1" in second
    assert "共 51 件" in client.get(url, {"place": "360900"}).text


def test_a_list_taken_away_is_on_record(client_for: ClientFor, case: Case) -> None:
    response = client_for("county_official").get(reverse("warning:cases_export"))
    rows = list(load_workbook(io.BytesIO(response.content))["数据"].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [case.number]
    event = AuditEvent.objects.get(action="cases_exported")
    assert (event.place, event.detail) == ("360902", {"rows": 1})


def test_a_signal_names_no_case_of_another_county(client_for: ClientFor) -> None:
    kept(signal())
    kept(signal(cell=Cell("360981", "division", "38", employer=1001)), version=9)
    number = Case.objects.get().number
    url = reverse("warning:signals")
    assert number in client_for("city_official").get(url).text
    other = client_for("other_county_official").get(url).text
    assert "30日内减员" in other
    assert number not in other


def test_who_was_second_keeps_what_was_typed(client_for: ClientFor, accounts: Accounts) -> None:
    case, county = opened(), accounts["county_official"]
    take(case, hand(county, case))
    seen = Case.objects.get().steps
    judge(case, Verdict.TRUE, "属实", hand(county, case))
    second = client_for("county_official").post(
        reverse("warning:act", args=[case.number]),
        {"do": "judge", "verdict": "seasonal", "text": "打过三次电话才问清", "seen": seen},
    )
    assert second.status_code == 422
    assert "打过三次电话才问清" in second.text


def test_the_ledger_is_brought_up_to_date_by_somebody(client_for: ClientFor, case: Case) -> None:
    client, url = client_for("county_official"), reverse("warning:ledger", args=[case.number])
    assert client.post(url, {"do": "dance", "seen": case.steps}).status_code == 404
    done = client.post(url, {"do": "refresh", "seen": case.steps})
    assert "已按登记库更新" in client.get(done.headers["Location"]).text
    stale = client.post(url, {"do": "list", "seen": 0})
    assert stale.status_code == 422
    assert "您看到的不是最新情况" in stale.text
    assert f'value="{case.steps}"' in stale.text


def test_a_drill_that_is_over_offers_nothing_to_do(
    client_for: ClientFor, accounts: Accounts, drill: Drill
) -> None:
    client, number = client_for("county_official"), Case.objects.order_by("id")[0].number
    url = reverse("warning:case", args=[number])
    assert "下一步：受理" in client.get(url).text
    end_drill(drill, lessons="再快些", by=accounts["county_official"], at=timezone.now())
    assert "下一步" not in client.get(url).text


def act(client: Client, case: Case, do: str, **given: Any) -> Any:
    """Do something with a case as its page stands now."""
    case.refresh_from_db()
    url = reverse("warning:act", args=[case.number])
    return client.post(url, {"do": do, "seen": case.steps, **given})
