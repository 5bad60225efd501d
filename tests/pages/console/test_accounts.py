"""Opening and changing accounts, and reading the record of what was done."""

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client

from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, User
from leye.service.identity.roles import Role

ClientFor = Callable[[str], Client]
NEW = "/console/accounts/new/"
FIELDS = {
    "username": "wangwu",
    "display_name": "王五",
    "role": "county_official",
    "place": "360902",
    "place_code": "",
}


def test_an_account_is_opened_and_its_password_shown_once(client_for: ClientFor) -> None:
    client = client_for("county_administrator")
    response = client.post(NEW, FIELDS)
    assert response.status_code == 200
    found = re.search(r"<code>([a-z0-9-]{19})</code>", response.text)
    assert found is not None
    user = User.objects.get(username="wangwu")
    assert user.check_password(found[1])
    assert user.must_change_password
    assert "no-store" in response.headers["Cache-Control"]
    assert found[1] not in client.get(f"/console/accounts/{user.key}/").text


def test_a_village_is_named_by_its_code(client_for: ClientFor) -> None:
    fields = {**FIELDS, "role": "village_worker", "place": "", "place_code": "360902001"}
    assert client_for("administrator").post(NEW, fields).status_code == 200
    assert User.objects.get(username="wangwu").held == ((Role.VILLAGE_WORKER, "360902001"),)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": "county.official"}, "账号名已被使用"),
        ({"username": "王"}, "小写字母开头"),
        ({"username": ""}, "请填写账号"),
        ({"role": ""}, "请选择角色"),
        ({"role": "public"}, "请选择列出的角色"),
        ({"place": ""}, "请选择地区"),
        ({"place": "110000"}, "请选择列出的地区"),
        ({"place_code": "999999999"}, "不在目录中"),
        ({"role": "city_official"}, "角色与地区不匹配"),
        ({"place": "", "place_code": "360981"}, "没有权限"),
    ],
)
def test_what_cannot_be_opened_is_explained(
    client_for: ClientFor, changes: dict[str, str], words: str
) -> None:
    client, before = client_for("county_administrator"), User.objects.count()
    response = client.post(NEW, {**FIELDS, **changes})
    assert response.status_code == 422
    assert words in response.text
    assert "<title>错误：" in response.text
    assert User.objects.count() == before


def test_the_list_holds_ones_own_places(client_for: ClientFor) -> None:
    county = client_for("county_administrator").get("/console/accounts/").text
    assert "village.worker" in county
    assert "other.county.official" not in county
    assert "city.official" not in county
    city = client_for("administrator").get("/console/accounts/").text
    assert "other.county.official" in city
    chosen = client_for("administrator").get("/console/accounts/", {"place": "360981"}).text
    assert "other.county.official" in chosen
    assert "village.worker" not in chosen


def test_the_list_is_paged(client_for: ClientFor, account: Callable[..., User]) -> None:
    for n in range(55):
        account("village_worker", "360902001", username=f"worker{n:02}")
    client = client_for("county_administrator")
    first = client.get("/console/accounts/")
    link = re.search(r'href="([^"]*after=[^"]*)"', first.text)
    assert link is not None
    second = client.get(link[1].replace("&amp;", "&"))
    seen = [set(re.findall(r">(worker\d\d)<", page.text)) for page in (first, second)]
    assert not seen[0] & seen[1]
    assert len(seen[0] | seen[1]) == 55


def test_a_role_is_added_and_taken_away(client_for: ClientFor, accounts: dict[str, User]) -> None:
    user = accounts["county_official"]
    client, url = client_for("administrator"), f"/console/accounts/{user.key}/grants/"
    fields = {"do": "add", "role": "auditor", "place": "360981", "place_code": ""}
    response = client.post(url, fields, follow=True)
    assert "角色已增加。" in response.text
    assert "审计人员" in response.text
    response = client.post(url, {"do": "remove", "role": "auditor", "place": "360981"}, follow=True)
    assert "角色已撤销。" in response.text
    assert User.objects.get(pk=user.pk).held == ((Role.COUNTY_OFFICIAL, "360902"),)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"do": "add", "role": "administrator", "place": "", "place_code": "360900"}, "没有权限"),
        ({"do": "add", "role": "", "place": "360902"}, "请选择角色"),
    ],
)
def test_a_role_that_cannot_be_given_is_explained(
    client_for: ClientFor, accounts: dict[str, User], fields: dict[str, str], words: str
) -> None:
    url = f"/console/accounts/{accounts['county_official'].key}/grants/"
    response = client_for("county_administrator").post(url, fields)
    assert response.status_code == 422
    assert words in response.text


def test_a_role_nobody_knows_is_not_taken_away(
    client_for: ClientFor, accounts: dict[str, User]
) -> None:
    url = f"/console/accounts/{accounts['county_official'].key}/grants/"
    response = client_for("administrator").post(url, {"do": "remove", "role": "king"})
    assert 400 <= response.status_code < 500


def test_a_password_is_reset_after_asking(client_for: ClientFor, accounts: dict[str, User]) -> None:
    user = accounts["county_official"]
    theirs = client_for("county_official")
    url = f"/console/accounts/{user.key}/password/"
    client = client_for("county_administrator")
    assert "确认重置" in client.get(url).text
    assert theirs.get("/console/").status_code == 200
    response = client.post(url)
    found = re.search(r"<code>([a-z0-9-]{19})</code>", response.text)
    assert found is not None
    user.refresh_from_db()
    assert user.check_password(found[1])
    assert theirs.get("/console/").status_code == 302


def test_an_account_is_disabled_and_enabled(
    client_for: ClientFor, accounts: dict[str, User]
) -> None:
    user = accounts["county_official"]
    client, url = client_for("administrator"), f"/console/accounts/{user.key}/active/"
    assert "确认停用" in client.get(url).text
    assert "账号已停用" in client.post(url, {"do": "disable"}, follow=True).text
    assert "确认恢复" in client.get(url).text
    assert "账号已恢复" in client.post(url, {"do": "enable"}, follow=True).text
    assert User.objects.get(pk=user.pk).is_active


@pytest.mark.parametrize("part", ["grants", "password", "active"])
def test_another_countys_account_cannot_be_written(
    client_for: ClientFor, accounts: dict[str, User], part: str
) -> None:
    user = accounts["other_county_official"]
    fields = {"do": "disable", "role": "auditor", "place": "360902", "place_code": ""}
    url = f"/console/accounts/{user.key}/{part}/"
    before = AuditEvent.objects.filter(subject_id=user.key).count()
    assert client_for("county_administrator").post(url, fields).status_code == 404
    assert AuditEvent.objects.filter(subject_id=user.key).count() == before


@pytest.mark.parametrize("part", ["grants", "password", "active"])
def test_ones_own_account_is_for_others_to_change(
    client_for: ClientFor, accounts: dict[str, User], part: str
) -> None:
    own = accounts["administrator"]
    client = client_for("administrator")
    fields = {"do": "disable", "role": "data_steward", "place": "360900", "place_code": ""}
    response = client.post(f"/console/accounts/{own.key}/{part}/", fields)
    assert response.status_code in {403, 422}
    own.refresh_from_db()
    own.forget_held()
    assert own.held == ((Role.ADMINISTRATOR, "360900"),)
    assert own.is_active
    assert "由其他管理员办理" in client.get(f"/console/accounts/{own.key}/").text


def test_the_record_holds_ones_own_places(client_for: ClientFor, accounts: dict[str, User]) -> None:
    county = client_for("county_administrator").get("/console/audit/")
    assert accounts["county_official"].key in county.text
    assert accounts["other_county_official"].key not in county.text
    city = client_for("auditor").get("/console/audit/")
    assert accounts["other_county_official"].key in city.text


def test_looking_at_the_record_is_recorded(
    client_for: ClientFor, accounts: dict[str, User]
) -> None:
    client_for("auditor").get("/console/audit/")
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.actor, event.place) == (
        Action.AUDIT_READ,
        accounts["auditor"],
        "360900",
    )


def test_the_record_is_filtered(client_for: ClientFor) -> None:
    client = client_for("auditor")
    added = client.get("/console/audit/", {"action": "grant_added", "place": "360981"}).text
    rows = added.split("<tbody>")[1].split("</tbody>")[0]
    assert rows.count("<tr>") == 1
    assert "增加角色" in rows
    none = client.get("/console/audit/", {"until": "2020-01-01"}).text
    assert "没有符合条件的记录" in none
    day = {"action": "grant_added", "since": "2026-09-01", "until": "2026-09-01"}
    found = client.get("/console/audit/", day).text
    assert "增加角色" in found.split("<tbody>")[1]


@pytest.mark.parametrize(
    "query",
    [
        {"since": "昨天"},
        {"since": "2026-09-02", "until": "2026-09-01"},
        {"action": "nothing"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
    ],
)
def test_a_filter_that_cannot_be_read_is_explained(
    client_for: ClientFor, query: dict[str, str]
) -> None:
    client = client_for("auditor")
    response = client.get("/console/audit/", query)
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    export = client.get("/console/audit/export.xlsx", query, follow=True)
    assert export.status_code == 422
    assert 'role="alert"' in export.text
    assert not AuditEvent.objects.filter(action=Action.AUDIT_EXPORTED).exists()


@pytest.mark.parametrize("query", [{"until": "2999-12-31"}, {"since": "2000-01-01"}])
def test_the_first_and_last_days_can_be_asked_for(
    client_for: ClientFor, query: dict[str, str]
) -> None:
    client = client_for("auditor")
    for page in ("", "export.xlsx"):
        assert client.get(f"/console/audit/{page}", query).status_code == 200


def test_the_record_is_paged_without_repeats(client_for: ClientFor) -> None:
    client = client_for("auditor")
    for _ in range(60):
        client.get("/console/audit/")
    query = {"action": "audit_read"}
    first = client.get("/console/audit/", query)
    link = re.search(r'href="([^"]*before=\d+)"', first.text)
    assert link is not None
    assert "action=audit_read" in link[1]
    second = client.get(link[1].replace("&amp;", "&"))
    counts = [page.text.split("<tbody>")[1].count("<tr>") for page in (first, second)]
    assert counts == [50, 10]


def test_the_record_is_exported(client_for: ClientFor) -> None:
    response = client_for("auditor").get("/console/audit/export.xlsx", {"action": "grant_added"})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:3] == ("编号", "时间", "操作")
    assert {row[2] for row in rows[1:]} == {"增加角色"}
    assert AuditEvent.objects.latest("pk").action == Action.AUDIT_EXPORTED


def test_no_event_carries_a_name(client_for: ClientFor, accounts: dict[str, User]) -> None:
    client_for("administrator").post(NEW, FIELDS)
    for event in AuditEvent.objects.all():
        text = f"{event.detail} {event.subject_id} {event.request_id}"
        assert "wangwu" not in text
        assert "王五" not in text
