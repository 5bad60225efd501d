"""The sign-in page: sessions, redirects, forgery, limits, headers."""

from collections.abc import Callable

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, User
from tests.samples import password_of

MakeAccount = Callable[..., User]
SIGN_IN = "/console/sign-in/"


@pytest.fixture
def user(account: MakeAccount) -> User:
    return account("administrator", "360900", username="zhao")


def fields(**more: str) -> dict[str, str]:
    return {"username": "zhao", "password": password_of("zhao"), **more}


def test_signing_in_leads_home(user: User) -> None:
    client = Client()
    response = client.post(SIGN_IN, fields())
    assert (response.status_code, response.headers["Location"]) == (302, "/console/")
    assert client.session[SESSION_KEY] == str(user.pk)


def test_a_session_planted_before_sign_in_is_worth_nothing(user: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    before = client.session.session_key
    client.post(SIGN_IN, fields())
    assert client.session.session_key != before
    old = Client()
    old.cookies["sessionid"] = before or ""
    assert old.get("/console/").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "https:///evil.example",
    ],
)
def test_nobody_is_sent_to_another_site(user: User, target: str) -> None:
    response = Client().post(SIGN_IN, fields(next=target))
    assert response.headers["Location"] == "/console/"
    page = Client().get(SIGN_IN, {"next": target})
    assert '<input type="hidden" name="next" value="/console/">' in page.text


def test_one_comes_back_to_where_one_was_heading(user: User) -> None:
    response = Client().post(SIGN_IN, fields(next="/console/audit/?action=signed_in"))
    assert response.headers["Location"] == "/console/audit/?action=signed_in"


def test_who_is_signed_in_is_not_asked_again(user: User) -> None:
    client = Client()
    client.force_login(user)
    assert client.get(SIGN_IN).headers["Location"] == "/console/"


@pytest.mark.parametrize(
    "url", [SIGN_IN, "/console/sign-out/", "/console/password/", "/console/accounts/new/"]
)
def test_a_form_from_another_site_is_refused(user: User, url: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post(url, fields()).status_code == 403


def test_the_forms_own_token_is_taken(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(SIGN_IN)
    token = client.cookies["csrftoken"].value
    assert client.post(SIGN_IN, fields(csrfmiddlewaretoken=token)).status_code == 302


def test_a_wrong_password_is_explained_beside_the_form(user: User) -> None:
    response = Client().post(SIGN_IN, {"username": "zhao", "password": "wrong"})
    assert response.status_code == 422
    assert "账号或密码不正确" in response.text
    assert 'role="alert"' in response.text
    assert "<title>错误：" in response.text
    assert 'value="wrong"' not in response.text


def test_missing_fields_are_named(user: User) -> None:
    response = Client().post(SIGN_IN, {})
    assert response.status_code == 422
    assert '<a href="#id_username">请填写账号</a>' in response.text
    assert '<a href="#id_password">请填写密码</a>' in response.text


@pytest.mark.parametrize(
    ("username", "words"),
    [("a" * 65, "账号不能超过 64 个字符"), ("zh\x00ao", "账号含有不能使用的控制字符")],
)
def test_a_name_that_cannot_be_one_is_explained_plainly(
    user: User, username: str, words: str
) -> None:
    response = Client().post(SIGN_IN, fields(username=username))
    assert response.status_code == 422
    assert words in response.text


def test_after_five_failures_the_page_says_when_to_come_back(user: User) -> None:
    client = Client()
    for _ in range(5):
        assert client.post(SIGN_IN, fields(password="wrong")).status_code == 422
    response = client.post(SIGN_IN, fields())
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 15 * 60 + 1
    assert "以后再试" in response.text
    assert SESSION_KEY not in client.session


def test_signing_out_ends_the_session(user: User) -> None:
    client = Client()
    client.force_login(user)
    response = client.post("/console/sign-out/")
    assert response.headers["Location"] == SIGN_IN
    assert SESSION_KEY not in client.session
    assert AuditEvent.objects.latest("pk").action == Action.SIGNED_OUT


def test_a_new_account_changes_its_password_first(account: MakeAccount) -> None:
    account("administrator", "360900", username="zhao", must_change=True)
    client = Client()
    response = client.post(SIGN_IN, fields())
    assert response.headers["Location"] == "/console/password/"
    new = "chun-Tai-7781"
    changed = {"current": password_of("zhao"), "new": new, "again": new}
    response = client.post("/console/password/", changed, follow=True)
    assert "密码已修改。" in response.text
    assert client.get("/console/accounts/").status_code == 200


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"current": "wrong"}, "当前密码不正确"),
        ({"again": "another-One-1"}, "两次输入的新密码不一致"),
        ({"new": "12345", "again": "12345"}, "至少 10 个字符"),
        ({"new": "", "again": ""}, "请填写新密码"),
    ],
)
def test_a_password_that_cannot_be_used_is_explained(
    user: User, changed: dict[str, str], words: str
) -> None:
    client = Client()
    client.force_login(user)
    new = "chun-Tai-7781"
    given = {"current": password_of("zhao"), "new": new, "again": new, **changed}
    response = client.post("/console/password/", given)
    assert response.status_code == 422
    assert words in response.text
    user.refresh_from_db()
    assert user.check_password(password_of("zhao"))


def test_current_passwords_cannot_be_guessed_without_end(user: User) -> None:
    client = Client()
    client.force_login(user)
    given = {"new": "chun-Tai-7781", "again": "chun-Tai-7781"}
    for _ in range(5):
        assert client.post("/console/password/", {**given, "current": "no"}).status_code == 422
    assert AuditEvent.objects.latest("pk").action == Action.SIGN_IN_FAILED
    response = client.post("/console/password/", {**given, "current": password_of("zhao")})
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 15 * 60 + 1
    assert "以后再试" in response.text


def test_other_sessions_end_when_the_password_changes(user: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.force_login(user)
    new = "chun-Tai-7781"
    here.post("/console/password/", {"current": password_of("zhao"), "new": new, "again": new})
    assert here.get("/console/").status_code == 200
    assert elsewhere.get("/console/").status_code == 302


@pytest.mark.parametrize("path", [SIGN_IN, "/console/", "/console/nowhere/", "/"])
def test_every_response_carries_the_headers(user: User, pool: object, path: str) -> None:
    client = Client()
    client.force_login(user)
    for each in (client, Client()):
        headers = each.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert len(headers["X-Request-ID"]) == 16


def test_cookies_are_out_of_reach_of_scripts(user: User) -> None:
    client = Client()
    client.get(SIGN_IN)
    client.post(SIGN_IN, fields())
    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"
