"""Handing in figures, reading what came of it, and making it public."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from leye.data.pool import Pool
from leye.data.pool.types import Verdict
from leye.doors.console.presenters import figure_line
from leye.kernel.place import EVERYWHERE, PUBLIC
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, User
from tests.samples import (
    AT,
    SEED_COUNTY,
    accept_figures,
    figures_csv,
    submitter,
)

ClientFor = Callable[[str], Client]
NEW = "/console/deliveries/new/"
GOOD = figures_csv("城镇新增就业,袁州区,2026-01..2026-09,1.1,万人,年内累计数,区局报表,,A,,")
OTHER_COUNTY = figures_csv(
    "城镇新增就业,袁州区,2026-01..2026-09,1.1,万人,年内累计数,区局报表,,A,,",
    "城镇新增就业,360981,2026-01..2026-09,0.8,万人,年内累计数,区局报表,,A,,",
)
TWO_BAD = figures_csv(
    "城镇新增就业,袁州区,2026-01..2026-09,许多,万人,年内累计数,区局报表,,A,,",
    "城镇新增就叶,袁州区,2026-01..2026-09,1.1,万人,年内累计数,区局报表,,A,,",
)


def upload(client: Client, content: bytes, *, do: str = "accept", **more: str) -> HttpResponse:
    file = SimpleUploadedFile("月报.csv", content, content_type="text/csv")
    return client.post(NEW, {"file": file, "do": do, **more})  # type: ignore[return-value] - a test response


def last_event() -> AuditEvent:
    return AuditEvent.objects.latest("pk")


def test_a_good_sheet_is_taken_in_and_shown(client_for: ClientFor, pool: Pool) -> None:
    client = client_for("county_official")
    response = upload(client, GOOD)
    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/console/deliveries/D000005/?done=accepted",
    )
    event = last_event()
    assert (event.action, event.subject_id, event.place) == (
        Action.DELIVERY_SUBMITTED,
        "D000005",
        "360902",
    )
    page = client.get(response.headers["Location"])
    assert "文件已接收，数据已更新。" in page.text
    assert "月报.csv" in page.text
    assert "城镇新增就业" in page.text
    assert "indicator=" in page.text
    assert reverse("portal:figure") in page.text
    assert "公开这个批次" not in page.text
    found = pool.snapshot().delivery("D000005", scope=EVERYWHERE)
    assert (found.place, found.rows_new) == ("360902", 1)


def test_a_sheet_with_bad_rows_is_refused_row_by_row(client_for: ClientFor, pool: Pool) -> None:
    release = pool.snapshot().release
    client = client_for("county_official")
    response = upload(client, TWO_BAD)
    assert response.headers["Location"].endswith("?done=refused")
    page = client.get(response.headers["Location"])
    assert "没有任何数据写入" in page.text
    assert "许多" in page.text
    assert "城镇新增就叶" in page.text
    assert "有问题的行" in page.text
    before = pool.snapshot(release).deliveries(EVERYWHERE)
    assert before[0].id == "D000004"
    sheet = client.get("/console/deliveries/D000005/issues.xlsx")
    rows = list(
        openpyxl.load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True)
    )
    assert rows[0] == ("行", "列", "值", "程度", "原因")
    assert {row[2] for row in rows[1:]} >= {"许多", "城镇新增就叶"}
    assert last_event().action == Action.DELIVERY_ISSUES_EXPORTED


def test_a_row_of_another_county_refuses_the_sheet(client_for: ClientFor) -> None:
    client = client_for("county_official")
    response = upload(client, OTHER_COUNTY)
    page = client.get(response.headers["Location"])
    assert "已退回" in page.text
    assert "这个地区不在您负责的范围内" in page.text


def test_a_county_may_not_publish_by_the_sheet(client_for: ClientFor) -> None:
    public = figures_csv(
        "城镇新增就业,袁州区,2026-01..2026-09,1.1,万人,年内累计数,区局报表,,A,,公开"
    )
    client = client_for("county_official")
    page = client.get(upload(client, public).headers["Location"])
    assert "不能直接公开数据" in page.text


@pytest.mark.parametrize(
    ("content", "words"), [(GOOD, "没有错误，可以报送"), (TWO_BAD, "报送会被退回")]
)
def test_checking_only_keeps_nothing(
    client_for: ClientFor, pool: Pool, content: bytes, words: str
) -> None:
    before = pool.snapshot()
    response = upload(client_for("county_official"), content, do="check")
    assert response.status_code == 200
    assert words in response.text
    assert "没有写入任何数据" in response.text
    after = pool.snapshot()
    assert after.release == before.release
    assert after.deliveries(EVERYWHERE)[0].id == "D000004"
    assert last_event().action == Action.DELIVERY_CHECKED


def test_the_same_file_twice_leads_to_the_earlier_delivery(
    client_for: ClientFor, pool: Pool
) -> None:
    client = client_for("county_official")
    release = pool.snapshot().release
    response = upload(client, SEED_COUNTY)
    assert response.headers["Location"] == "/console/deliveries/D000003/?done=repeated"
    page = client.get(response.headers["Location"]).text
    assert "这个文件以前报送过" in page
    assert "如果其中的数后来已更正，现用的是更正后的数" in page
    assert pool.snapshot().release == release


@pytest.mark.parametrize("content", [b"\x00\x01\x02 no sheet", b"PK\x03\x04 broken"])
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    client_for: ClientFor, pool: Pool, content: bytes
) -> None:
    client = client_for("county_official")
    page = client.get(upload(client, content).headers["Location"])
    assert "没有任何数据写入" in page.text
    found = pool.snapshot().delivery("D000005", scope=EVERYWHERE)
    assert found.verdict is Verdict.REFUSED
    assert found.reason
    assert found.reason.split("；")[0] in page.text


def test_an_empty_file_is_an_error_at_the_field(client_for: ClientFor, pool: Pool) -> None:
    response = upload(client_for("county_official"), b"")
    assert response.status_code == 422
    assert "这个文件是空的" in response.text
    assert pool.snapshot().deliveries(EVERYWHERE)[0].id == "D000004"


def test_no_file_is_an_error_at_the_field(client_for: ClientFor) -> None:
    response = client_for("county_official").post(NEW, {"do": "accept"})
    assert response.status_code == 422
    assert '<a href="#id_file">请选择要报送的文件</a>' in response.text


def test_a_file_too_large_is_refused_with_the_limit(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leye.config.uploads.UPLOAD_LIMIT", 1000)
    response = upload(client_for("county_official"), b"x" * 5000)
    assert response.status_code == 422
    assert "文件超过 20 MB" in response.text
    assert "数据文件</label>" in response.text
    assert configured.LEYE_UPLOAD_LIMIT == 20 * 1024 * 1024


def test_while_another_is_accepted_one_is_asked_to_wait(
    client_for: ClientFor, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leye.data.pool.types import PoolBusy

    def busy(*_args: object, **_kwargs: object) -> None:
        raise PoolBusy("测试")

    monkeypatch.setattr("leye.doors.console.views.upload.submit", busy)
    response = upload(client_for("county_official"), GOOD)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "您的文件没有写入" in response.text


def test_who_has_several_places_says_which(
    client_for: ClientFor, accounts: dict[str, User]
) -> None:
    from leye.service.identity.operations import Granted, change_grants
    from leye.service.identity.roles import Role

    more = Granted(Role.COUNTY_OFFICIAL, "360981")
    change_grants(user=accounts["county_official"], by=None, at=AT, add=[more])
    client = client_for("county_official")
    assert 'name="place"' in client.get(NEW).text
    content = figures_csv("城镇新增就业,丰城市,2026-01..2026-09,0.8,万人,年内累计数,报表,,A,,")
    refused = upload(client, content, place="360902")
    assert refused.headers["Location"].endswith("refused")
    accepted = upload(client, content + b"\n", place="360981")
    assert accepted.headers["Location"].endswith("accepted")
    assert upload(client, content, place="360900").status_code == 422


@pytest.mark.parametrize("who", ["auditor", "administrator", "village_worker"])
def test_who_may_not_submit_cannot(client_for: ClientFor, pool: Pool, who: str) -> None:
    assert upload(client_for(who), GOOD).status_code == 403
    assert pool.snapshot().deliveries(EVERYWHERE)[0].id == "D000004"


def test_the_template_is_a_workbook_with_the_columns(client_for: ClientFor) -> None:
    response = client_for("county_official").get("/console/deliveries/template.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    header = [cell.value for cell in next(book.worksheets[0].iter_rows(max_row=1))]
    assert [str(each).rstrip("*") for each in header][:4] == ["指标", "地区", "时期", "数值"]
    assert "attachment" in response.headers["Content-Disposition"]


def test_the_original_file_comes_back_byte_for_byte(client_for: ClientFor) -> None:
    response = client_for("county_official").get("/console/deliveries/D000003/file")
    assert b"".join(response.streaming_content) == SEED_COUNTY  # type: ignore[arg-type] - bytes
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert last_event().action == Action.DELIVERY_DOWNLOADED


def test_opening_a_delivery_is_recorded(client_for: ClientFor, accounts: dict[str, User]) -> None:
    client_for("auditor").get("/console/deliveries/D000003/")
    event = last_event()
    assert (event.action, event.actor, event.subject_type, event.subject_id, event.place) == (
        Action.DELIVERY_OPENED,
        accounts["auditor"],
        "delivery",
        "D000003",
        "360902",
    )
    assert len(event.request_id) == 16


def test_the_list_holds_what_one_may_see(client_for: ClientFor) -> None:
    url = "/console/deliveries/"
    county = client_for("county_official").get(url).text
    assert "D000003" in county
    assert not {"D000001", "D000002", "D000004"} & {d for d in _numbers() if d in county}
    city = client_for("city_official").get(url).text
    assert all(number in city for number in _numbers())


def _numbers() -> list[str]:
    return [f"D00000{n}" for n in range(1, 5)]


def test_the_list_is_filtered_and_paged(client_for: ClientFor, pool: Pool) -> None:
    for n in range(25):
        content = figures_csv(
            f"城镇新增就业,袁州区,2026-01..2026-09,{n + 1},万人,年内累计数,报表,,A,,"
        )
        accept_figures(pool, content, by=submitter("360902"), at=AT + timedelta(hours=n + 1))
    accept_figures(pool, TWO_BAD, by=submitter("360902"), at=AT + timedelta(days=2))
    client = client_for("county_official")
    first = client.get("/console/deliveries/")
    assert "D000030" in first.text
    assert "D000010" not in first.text
    second = client.get("/console/deliveries/", {"before": "D000011", "verdict": ""})
    assert "D000010" in second.text
    assert "D000003" in second.text
    refused = client.get("/console/deliveries/", {"verdict": "refused"})
    assert "D000030" in refused.text
    assert "D000029" not in refused.text
    assert "D000030" in client.get("/console/").text


def test_publishing_asks_first_and_then_shows_the_public(client_for: ClientFor, pool: Pool) -> None:
    client = client_for("city_official")
    assert "公开这个批次" in client.get("/console/deliveries/D000003/").text
    url = "/console/deliveries/D000003/publish"
    before = pool.snapshot().release
    assert "确认公开" in client.get(url).text
    assert pool.snapshot().release == before
    response = client.post(url)
    assert response.headers["Location"] == "/console/deliveries/D000005/?done=published"
    event = last_event()
    assert (event.action, event.detail["publishes"]) == (Action.DELIVERY_PUBLISHED, "D000003")
    rows = pool.snapshot().current("figures", scope=PUBLIC).to_pyarrow().to_pylist()
    assert any(row["place"] == "360902" and row["period"] == "2026-01..2026-08" for row in rows)
    page = client.get(response.headers["Location"])
    assert "公开的批次" in page.text
    assert "公开这个批次" not in page.text
    again = client.post(url, follow=True)
    assert "没有可公开的数据" in again.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("county_official", 403), ("auditor", 403), ("other_county_official", 403), ("public", 302)],
)
def test_who_may_not_publish_cannot(
    client_for: ClientFor, pool: Pool, who: str, status: int
) -> None:
    before = pool.snapshot().release
    response = client_for(who).post("/console/deliveries/D000003/publish")
    assert response.status_code == status
    assert pool.snapshot().release == before


def test_a_county_steward_cannot_publish_another_countys(
    account: Callable[..., User], pool: Pool
) -> None:
    client = Client()
    client.force_login(account("data_steward", "360981"))
    before = pool.snapshot().release
    assert client.post("/console/deliveries/D000003/publish").status_code == 404
    assert client.get("/console/deliveries/D000003/file").status_code == 404
    assert pool.snapshot().release == before


def test_a_forged_upload_is_refused(client_for: ClientFor, accounts: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(accounts["county_official"])
    assert upload(client, GOOD).status_code == 403


def test_long_lists_of_issues_are_paged(client_for: ClientFor, pool: Pool) -> None:
    bad = figures_csv(*(f"没有的指标{n},袁州区,2025,1,万人,年度数,报表,,A,," for n in range(60)))
    receipt = accept_figures(pool, bad, by=submitter("360902"))
    assert receipt.delivery.verdict is Verdict.REFUSED
    client = client_for("county_official")
    url = f"/console/deliveries/{receipt.delivery.id}/"
    first, second = client.get(url).text, client.get(url, {"issues": "2"}).text
    assert "下一页" in first
    assert "没有的指标0" in first
    assert "没有的指标59" in second
    assert "上一页" in second
    assert client.get(url, {"issues": "x"}).status_code == 200


@pytest.mark.parametrize(
    "number", ["D00%0001", "%00", "D000001%07", "D1", "d000001", "D００００００１"]
)
def test_what_is_no_number_of_a_delivery_is_an_unknown_delivery(
    client_for: ClientFor, number: str
) -> None:
    client = client_for("data_steward")
    for page in ("", "file", "issues.xlsx", "publish"):
        response = client.get(f"/console/deliveries/{number}/{page}")
        assert response.status_code == 404, page
        assert "没有这个批次" in response.text
    assert client.get(f"/console/deliveries/?before={number}").status_code == 404


def test_numbers_of_a_delivery_are_written_as_everywhere() -> None:
    row = {
        "row": 2,
        "indicator": "urban_new_jobs",
        "place": "360902",
        "period": "2026",
        "kind": "annual",
        "value": Decimal("7654321.000000"),
        "unit": "人",
        "public": False,
    }
    assert figure_line(row)["value"] == "7,654,321"
    assert figure_line({**row, "value": None})["value"] is None
