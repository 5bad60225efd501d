"""A resident's own pages: getting in, one's own record and nobody else's, and nothing kept."""

import html
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from leye.data.pool import Pool
from leye.data.pool.store import StoreFailure
from leye.decision.policy import fact
from leye.doors.portal.me import pages
from leye.doors.portal.views import me_entry
from leye.doors.web.residents import IDLE, STAYS
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, ResidentAccount, User
from leye.service.identity.residents.operations import close_own
from leye.service.identity.vault.vault import Vault
from tests.decision.policy import town
from tests.identity.residents import PASSWORD, issued, resident
from tests.identity.vaults import number_of
from tests.pages.portal.markup import Page
from tests.samples import password_of

ClientFor = Callable[[str], Client]
ME, OTHER = town.DRAWS, town.FOUNDER
GET = ("home", "openings", "check", "password", "close")
QUERY_CEILING = 16
NEW = "gao-shan-liu-shui"


@pytest.fixture
def staff(accounts: dict[str, User], people: Pool) -> User:
    return accounts["county_official"]


@pytest.fixture
def mine(staff: User, keys: Vault) -> ResidentAccount:
    return resident(ME, by=staff, vault=keys)


def sign_in(client: Client, person: int = ME, password: str = PASSWORD) -> HttpResponse:
    given = {"number": number_of(person), "password": password}
    return client.post("/me/signin/", given)  # type: ignore[return-value] - a test response


@pytest.fixture
def client(mine: ResidentAccount) -> Client:
    signed_in = Client()
    assert sign_in(signed_in).headers["Location"] == "/me/"
    return signed_in


def state_of(page: str) -> str:
    found = re.search(r'name="state" value="([^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])


def aged(client: Client, **changes: timedelta) -> None:
    """Make a session older than it is."""
    session = client.session
    held = session["resident"]
    now = timezone.now()
    session["resident"] = {**held, **{name: (now - by).isoformat() for name, by in changes.items()}}
    session.save()


def test_every_page_is_shut_to_strangers_and_kept_out_of_caches(client: Client) -> None:
    names = {p.name for p in get_resolver("leye.doors.portal.me_urls").url_patterns}
    assert names == {*GET, "sign_in", "activate", "sign_out"}
    for name in GET:
        url = reverse(f"me:{name}")
        stranger = Client().get(url)
        assert (stranger.status_code, stranger.headers["Location"]) == (302, "/me/signin/")
        assert stranger.headers["Cache-Control"] == "private, no-store"
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url)
        assert page.status_code == (302 if name == "check" else 200)
        assert len(queries) <= QUERY_CEILING, (name, len(queries))
        assert page.headers["Cache-Control"] == "private, no-store"
        assert page.headers["Referrer-Policy"] == "strict-origin"
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "ETag" not in page.headers
        if page.status_code == 200:
            assert Page(page.text).faults == []


@pytest.mark.parametrize("name", ["county_official", "city_official", "auditor", "administrator"])
def test_staff_who_are_signed_in_are_no_residents(
    client_for: ClientFor, mine: ResidentAccount, name: str
) -> None:
    for page in GET:
        assert client_for(name).get(reverse(f"me:{page}")).status_code == 302


def test_the_forms_are_made_for_telephones_and_password_managers(pool: Pool, db: None) -> None:
    page = Client().get("/me/signin/")
    assert page.headers["Cache-Control"] == "private, no-store"
    for words in ('autocomplete="username"', 'autocomplete="current-password"', 'inputmode="text"'):
        assert words in page.text
    assert "忘记密码" in page.text
    form = Client().get("/me/activate/").text
    for words in ('autocomplete="one-time-code"', 'autocomplete="new-password"'):
        assert words in form
    assert Page(page.text).faults == []
    assert Page(form).faults == []


def test_a_code_and_a_password_of_ones_own_let_in(staff: User, keys: Vault) -> None:
    code, client = issued(ME, by=staff).code, Client()
    given = {"number": number_of(ME), "code": code, "new": PASSWORD, "again": PASSWORD}
    answer = client.post("/me/activate/", given)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/?done=in")
    assert "我的信息与政策" in client.get("/me/").text
    # Used up: for anybody, wherever.
    again = Client().post("/me/activate/", given)
    assert again.status_code == 422
    assert "开通码不正确" in again.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": "360902196001011234"}, "身份证号码有错"),
        ({"number": ""}, "请填写身份证号码"),
        ({"code": "ABC"}, "开通码是 12 位"),
        ({"code": "ABCD-EFGH-JK0o"}, "开通码里没有“0O”"),
        ({"again": "another-one"}, "两次输入的新密码不一致"),
        ({"new": "short", "again": "short"}, "密码太短"),
        ({"new": number_of(ME) + "a", "again": number_of(ME) + "a"}, "身份证号码中的数字"),
    ],
)
def test_what_is_filled_in_wrong_is_said_before_anything_is_asked(
    staff: User, keys: Vault, changed: dict[str, str], said: str
) -> None:
    code = issued(ME, by=staff).code
    given = {"number": number_of(ME), "code": code, "new": PASSWORD, "again": PASSWORD}
    page = Client().post("/me/activate/", {**given, **changed})
    assert page.status_code == 422
    assert said in page.text
    assert Page(page.text).faults == []
    for secret in (PASSWORD, "another-one"):
        assert secret not in page.text
    assert Client().post("/me/activate/", given).status_code == 302


def test_strangers_and_wrong_passwords_read_alike(mine: ResidentAccount) -> None:
    shown = []
    for person, password in ((ME, "wrong-password"), (OTHER, PASSWORD), (500, PASSWORD)):
        page = sign_in(Client(), person, password)
        assert page.status_code == 422
        text = re.sub(r'value="[^"]*"', "", page.text)
        shown.append(re.sub(r"[0-9a-zA-Z]{64}", "", text))
    assert len(set(shown)) == 1


def test_five_wrong_passwords_pause_and_say_until_when(mine: ResidentAccount) -> None:
    for _ in range(5):
        assert sign_in(Client(), password="wrong-password").status_code == 422
    paused = sign_in(Client())
    assert paused.status_code == 429
    assert int(paused.headers["Retry-After"]) > 0
    assert "以后再试" in paused.text


def test_getting_in_and_out_is_by_post_with_a_token_of_the_form(mine: ResidentAccount) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403
    for url in ("/me/signout/", "/me/check/", "/me/close/", "/me/password/", "/me/activate/"):
        assert strict.post(url).status_code == 403
    asked = Client().get("/me/signin/", {"number": number_of(ME), "password": PASSWORD})
    assert asked.status_code == 200
    assert not AuditEvent.objects.filter(action=Action.RESIDENT_SIGNED_IN).exists()
    assert Client().get("/me/signout/").status_code == 405


def test_a_session_planted_before_is_worth_nothing_after(mine: ResidentAccount) -> None:
    planted = Client()
    session = planted.session
    session["note"] = "planted"
    session.save()
    before = session.session_key
    sign_in(planted)
    assert planted.session.session_key != before
    assert "note" not in planted.session
    assert not Session.objects.filter(session_key=before).exists()
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/me/").status_code == 302


def test_signing_in_as_a_resident_ends_the_session_of_staff(
    client_for: ClientFor, mine: ResidentAccount
) -> None:
    both = client_for("county_official")
    assert both.get("/console/").status_code == 200
    sign_in(both)
    assert both.get("/me/").status_code == 200
    assert both.get("/console/").status_code == 302
    assert AuditEvent.objects.filter(action=Action.SIGNED_OUT).count() == 1


def test_signing_in_as_staff_ends_the_session_of_a_resident(client: Client, staff: User) -> None:
    given = {"username": staff.username, "password": password_of(staff.username)}
    assert client.post("/console/sign-in/", given).status_code == 302
    assert client.get("/console/").status_code == 200
    assert client.get("/me/").status_code == 302
    assert "resident" not in client.session
    assert AuditEvent.objects.filter(action=Action.RESIDENT_SIGNED_OUT).count() == 1


def test_a_session_of_staff_with_a_residents_mark_is_no_residents(
    client: Client, staff: User
) -> None:
    """Whatever way both come into one session, the pages of a resident stay shut."""
    client.force_login(staff)
    session = client.session
    now = timezone.now().isoformat()
    session["resident"] = {"account": 1, "epoch": 1, "since": now, "seen": now}
    session.save()
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("changes", [{"seen": IDLE}, {"since": STAYS}])
def test_a_session_ends_when_idle_and_after_two_hours(
    client: Client, changes: dict[str, timedelta]
) -> None:
    aged(client, **changes)
    answer = client.get("/me/")
    assert answer.headers["Location"] == "/me/signin/?ended=1"
    assert "已自动退出" in client.get("/me/signin/?ended=1").text
    assert client.get("/me/").headers["Location"] == "/me/signin/"


def test_a_session_goes_on_while_used(client: Client) -> None:
    aged(client, seen=IDLE - timedelta(minutes=1), since=STAYS - timedelta(minutes=1))
    assert client.get("/me/").status_code == 200
    assert client.get("/me/").status_code == 200
    aged(client, seen=timedelta(), since=STAYS)
    assert client.get("/me/").status_code == 302


def test_signing_out_ends_it(client: Client) -> None:
    key = client.session.session_key
    assert "已退出登录" in client.post("/me/signout/", follow=True).text
    assert client.get("/me/").status_code == 302
    assert not Session.objects.filter(session_key=key).exists()
    assert AuditEvent.objects.filter(action=Action.RESIDENT_SIGNED_OUT).count() == 1


def test_a_changed_password_ends_every_other_session(client: Client) -> None:
    other = Client()
    sign_in(other)
    before = client.session.session_key
    wrong = {"current": "wrong-password", "new": NEW, "again": NEW}
    assert client.post("/me/password/", wrong).status_code == 422
    done = client.post("/me/password/", {"current": PASSWORD, "new": NEW, "again": NEW})
    assert done.headers["Location"] == "/me/?done=password"
    assert "密码已改好" in client.get("/me/?done=password").text
    assert client.session.session_key != before
    assert other.get("/me/").status_code == 302
    assert sign_in(Client()).status_code == 422
    assert sign_in(Client(), password=NEW).status_code == 302


def test_closing_needs_the_password_and_ends_everything(
    client: Client, mine: ResidentAccount
) -> None:
    other = Client()
    sign_in(other)
    assert client.post("/me/close/", {"current": "wrong-password"}).status_code == 422
    assert "已注销" in client.post("/me/close/", {"current": PASSWORD}, follow=True).text
    for session in (client, other):
        assert session.get("/me/").status_code == 302
    assert sign_in(Client()).status_code == 422
    mine.refresh_from_db()
    assert mine.closed_by is None


def test_an_account_closed_elsewhere_shuts_the_page_at_once(
    client: Client, mine: ResidentAccount
) -> None:
    close_own(by=mine, at=timezone.now())
    assert client.get("/me/").status_code == 302


def test_the_record_says_from_whom_and_how_it_is_put_right(client: Client) -> None:
    page = client.get("/me/").text
    assert "到2025年6月底为止" in page
    for words in (
        "公安《户籍与常住人口》",
        "请公安更正",
        "1980年3月",
        "工作与失业",
        "有误怎样更正",
    ):
        assert words in page
    assert "登记库不知道的" in page
    assert "名单里没有您的" in page
    assert "“人员”页" not in page
    event = AuditEvent.objects.filter(action=Action.RESIDENT_READ_RECORD).latest("pk")
    assert (event.resident_id is not None, event.actor) == (True, None)
    assert (event.subject_id, set(event.detail)) == (str(ME), {"month", "release"})


def test_a_household_is_told_as_a_household(client: Client) -> None:
    page = client.get("/me/").text
    assert "家里有劳动年龄内、能工作的人" in page
    assert "不列家里其他人各自的信息" in page
    for name in ("home_able", "home_unemployed", "home_employed"):
        assert fact(name).label not in page


def test_an_address_of_somebody_else_does_not_exist(client: Client) -> None:
    for path in (f"/me/{OTHER}/", f"/me/?person={OTHER}", f"/me/openings/?person={OTHER}"):
        page = client.get(path)
        assert page.status_code == 404 or "浙江" not in page.text
    staff_page = client.get(f"/console/persons/list/{ME}/?month={town.NOW}")
    assert staff_page.status_code == 302


def start(client: Client) -> HttpResponse:
    return client.post("/me/check/", {"do": "start"})  # type: ignore[return-value] - a test response


def test_a_check_asks_only_what_is_missing_and_keeps_nothing(client: Client) -> None:
    first = start(client)
    assert first.status_code == 200
    assert Page(first.text).faults == []
    # The registers know her as registered unemployed: that is ticked.
    assert re.search(r'value="unemployed" checked', first.text)
    assert not re.search(r'value="veteran" checked', first.text)
    asked, page = [], first
    events = AuditEvent.objects.count()
    sessions = {s.session_data for s in Session.objects.all()}
    page = client.post("/me/check/", {"state": state_of(page.text), "do": "begin",
                                      "chosen": ["unemployed"]})  # fmt: skip
    for _ in range(40):
        if "您能享受的政策</h1>" in page.text:
            break
        heading = re.search(r"<h1>([^<]+)</h1>", page.text)
        assert heading is not None
        asked.append(heading[1])
        assert page.headers["Cache-Control"] == "private, no-store"
        page = client.post("/me/check/", {"state": state_of(page.text), "do": "skip"})
    assert "您能享受的政策</h1>" in page.text
    assert Page(page.text).faults == []
    for name in ("birth_month", "sex", "registered_unemployed", "work_status", "residence"):
        assert fact(name).question not in asked
    assert AuditEvent.objects.count() == events
    event = AuditEvent.objects.get(action=Action.RESIDENT_CHECKED)
    assert set(event.detail) == {"month", "release"}
    assert len({s.session_data for s in Session.objects.all()}) == len(sessions)
    assert "data-print" in page.text
    assert 'id="review"' in page.text


def test_what_is_put_right_counts_for_this_check_alone(client: Client) -> None:
    page = client.post("/me/check/", {"state": state_of(start(client).text), "do": "results"})
    asked = client.post("/me/check/", {"state": state_of(page.text), "do": "edit:ui_months"})
    assert fact("ui_months").question in asked.text
    given = {"state": state_of(asked.text), "do": "answer", "value": "62"}
    done = client.post("/me/check/", given)
    assert "您回答的 1 项" in done.text
    # In the resident's own voice: not that the counter can look it up, nor to ask oneself.
    assert "由您自己回答，申领时凭材料核对" in done.text
    assert "窗口可查" not in done.text
    assert "62个月" not in client.get("/me/").text


def test_what_registers_count_of_a_household_is_in_no_field(client: Client) -> None:
    page = client.post("/me/check/", {"state": state_of(start(client).text), "do": "results"})
    asked = client.post("/me/check/", {"state": state_of(page.text), "do": "edit:home_employed"})
    assert fact("home_employed").question in asked.text
    assert re.search(r'<input id="value"[^>]*value=""', asked.text)


def test_a_state_is_of_one_resident(client: Client, staff: User, keys: Vault) -> None:
    state, other = state_of(start(client).text), Client()
    resident(OTHER, by=staff, vault=keys)
    assert sign_in(other, OTHER).status_code == 302
    for url, who in (("/me/check/", other), ("/policies/check/", Client())):
        page = who.post(url, {"state": state, "do": "results"})
        assert page.status_code == 400
        assert "另一份问卷" in page.text
    public = state_of(Client().get("/policies/check/").text)
    assert client.post("/me/check/", {"state": public, "do": "results"}).status_code == 400
    lost = client.post("/me/check/", {"state": "nonsense", "do": "results"})
    assert lost.status_code == 400
    assert lost.headers["Cache-Control"] == "private, no-store"


def test_who_looked_is_told_by_office_and_not_by_name(
    client: Client, client_for: ClientFor, staff: User
) -> None:
    why = {"person-purpose": "check_benefit", "person-reason": "复核待遇"}
    official = client_for("county_official")
    official.post(f"/console/persons/list/{ME}/open/?month={town.NOW}", why)
    page = client.get("/me/openings/").text
    assert "袁州区，县级经办人员" in page
    assert "复核补贴、待遇" in page
    assert "打开姓名、证件号码和电话" in page
    for secret in (staff.display_name, staff.username, staff.key, "复核待遇"):
        assert secret not in page
    assert AuditEvent.objects.filter(action=Action.RESIDENT_READ_OPENINGS).count() == 1


def test_what_was_done_as_oneself_is_shown_and_of_nobody_else(
    client: Client, staff: User, keys: Vault
) -> None:
    client.get("/me/")
    sign_in(Client(), password="wrong-password")
    resident(OTHER, by=staff, vault=keys)
    page = client.get("/me/openings/").text
    own = page.split("用我的账号做过的事</h2>")[1]
    for words in ("启用账号", "登录", "登录失败", "查看本人信息"):
        assert own.count(f">{words}<") == 1


def test_a_person_without_a_record_is_told_why(
    staff: User, keys: Vault, monkeypatch: pytest.MonkeyPatch, mine: ResidentAccount
) -> None:
    ResidentAccount.objects.filter(pk=mine.pk).update(person=987654)
    client = Client()
    monkeypatch.setattr(me_entry, "person_of", lambda *_: 987654)
    sign_in(client)
    page = client.get("/me/")
    assert page.status_code == 200
    assert "没有您的记录" in page.text
    assert Page(page.text).faults == []
    assert start(client).headers["Location"] == "/me/"


def test_registers_never_built_are_said_so(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(pages, "built_months", lambda *_: ())
    page = client.get("/me/")
    assert page.status_code == 200
    assert "没有您的记录" in page.text
    assert "—" not in page.text.split("<main", 1)[1].split("没有您的记录")[0]


def test_a_pool_that_cannot_be_read_is_said_in_plain_words(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise StoreFailure("坏了")

    monkeypatch.setattr(pages, "registered", gone)
    monkeypatch.setattr(me_entry, "person_of", gone)
    for page in (client.get("/me/"), start(client), sign_in(Client())):
        assert page.status_code == 503
        assert "登记库暂时读不出来" in page.text
        assert page.headers["Cache-Control"] == "private, no-store"
        assert page.headers["Retry-After"] == "300"
        assert Page(page.text).faults == []


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO):
        yield caplog


def test_the_number_is_in_no_table_address_cookie_or_log(
    staff: User, keys: Vault, logged: pytest.LogCaptureFixture
) -> None:
    number, code, client = number_of(ME), issued(ME, by=staff).code, Client()
    given = {"number": number, "code": code, "new": PASSWORD, "again": PASSWORD}
    answers = [
        client.post("/me/activate/", {**given, "code": "ABCD-EFGH-JKMN"}),
        client.post("/me/activate/", given),
        client.get("/me/"),
        client.post("/me/signout/"),
        sign_in(client, 500),
        sign_in(client),
    ]
    kept = "".join(str(list(model.objects.values())) for model in apps.get_models())
    decoded = "".join(str(session.get_decoded()) for session in Session.objects.all())
    for secret in (number, number_of(500), code, PASSWORD):
        assert secret not in kept
        assert secret not in decoded
        assert secret not in logged.text
        assert all(secret not in str(answer.headers) for answer in answers)
        assert all(secret not in str(cookie) for cookie in client.cookies.values())
        assert secret not in answers[2].text


def test_the_public_pages_lead_to_it(pool: Pool, db: None) -> None:
    assert "少答几题" in Client().get("/policies/check/").text
    assert "少答几题" in Client().get("/policies/").text
    assert "少答几题" not in Client().get("/policies/firm/").text
