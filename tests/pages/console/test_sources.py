"""The departments' sources: what came, what is late, handing in, holding, confirming."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leye.data.pool import Pool, Verdict
from leye.data.pool.files import locked
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_reading import SHEET_ROWS
from leye.doors.console.reads.sources import latest_due, source_state
from leye.doors.console.words.sources import row_label
from leye.doors.web.demo import mark_demo, mark_demo_loaded
from leye.kernel.place import EVERYWHERE
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent, User
from tests.identity.vaults import number_of
from tests.pages.console.feeds import SOURCE, pensions

ClientFor = Callable[[str], Client]
LOADED = datetime(2024, 4, 30, tzinfo=UTC)
NEW = f"/console/sources/{SOURCE}/new/"
ONE = f"/console/sources/{SOURCE}/"

pytestmark = pytest.mark.usefixtures("keys", "city_of_march")


@pytest.fixture
def city_of_march(tmp_path: Any, settings: Any) -> None:
    """Let the pages think of a city that stands still after March 2024."""
    settings.LEYE_VAR = tmp_path
    mark_demo(people=1000, first_month=202401, last_month=202403, at=LOADED)
    mark_demo_loaded()


def upload(client: Client, content: bytes, month: int = 202401, **more: Any) -> Any:
    file = SimpleUploadedFile("养老.csv", content, content_type="text/csv")
    return client.post(NEW, {"file": file, "month": str(month)}, **more)


def hand_in(client: Client, content: bytes, month: int) -> str:
    response = upload(client, content, month)
    assert response.status_code == 302, response.text
    return str(response.headers["Location"])


def test_every_source_is_shown_with_its_department(client_for: ClientFor) -> None:
    page = client_for("data_steward").get("/console/sources/").text
    for contract in source_contracts().values():
        assert contract.title in page
        assert contract.department in page
    assert page.count("从未报送") == len(source_contracts())
    assert "2024年4月30日" in page


def test_every_contract_can_be_read(client_for: ClientFor) -> None:
    client = client_for("data_steward")
    for name, contract in source_contracts().items():
        page = client.get(f"/console/sources/{name}/").text
        for column in contract.columns:
            assert column.header in page, name
        assert "剔除的行超过 5%" in page, name


def test_a_source_that_is_none_is_not_found(client_for: ClientFor) -> None:
    assert client_for("data_steward").get("/console/sources/nothing/").status_code == 404
    assert client_for("data_steward").get("/console/sources/nothing/new/").status_code == 404


def test_every_template_has_the_headers_of_its_contract(client_for: ClientFor) -> None:
    client = client_for("data_steward")
    for name, contract in source_contracts().items():
        response = client.get(f"/console/sources/{name}/template.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        header = [cell.value for cell in next(book.worksheets[0].iter_rows(max_row=1))]
        assert header == [column.header for column in contract.columns], name
        assert book.sheetnames == ["填报", "填写说明", "可填内容"]


def test_a_filled_template_is_accepted(client_for: ClientFor) -> None:
    client = client_for("data_steward")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{ONE}template.xlsx").content))
    rows = pensions(3, month=202401).decode().splitlines()[1:]
    for row in rows:
        book.worksheets[0].append(row.split(","))
    # The rows set to hold text are empty; what is appended comes after them.
    stream = io.BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("养老.xlsx", stream.getvalue())
    response = client.post(NEW, {"file": file, "month": "202401"})
    page = client.get(response.headers["Location"]).text
    assert "文件已接收" in page


def test_a_good_file_is_taken_in_and_shown(client_for: ClientFor, pool: Pool) -> None:
    client = client_for("data_steward")
    address = hand_in(client, pensions(40, month=202401, bad=1, doubtful=2), 202401)
    event = AuditEvent.objects.filter(action=Action.DELIVERY_RECEIVED).latest("pk")
    assert event.detail == {
        "source": SOURCE,
        "month": 202401,
        "verdict": "accepted",
        "rows": 40,
        "repeated": False,
    }
    page = client.get(address).text
    for words in ("文件已接收", "养老待遇发放", "2024年1月", "养老.csv", "剔除的行", "校验码不符"):
        assert words in page, words
    assert "王小明" not in page
    for serial in range(1, 41):
        assert number_of(serial) not in page
    found = pool.snapshot().delivery("D000005", scope=EVERYWHERE)
    assert (found.rows_set_aside, found.rows_flagged, found.rows_new) == (1, 2, 39)
    one = client.get(ONE).text
    assert "D000005" in one
    assert "缺 2024年2月、2024年3月" in one
    every = client.get("/console/sources/").text
    assert "缺 2 个月" in every


def test_the_issues_are_taken_away_without_anything_personal(client_for: ClientFor) -> None:
    client = client_for("data_steward")
    hand_in(client, pensions(40, month=202401, bad=1, doubtful=2), 202401)
    response = client.get("/console/deliveries/D000005/issues.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("行", "列", "内容", "处理", "检查", "原因")
    assert {row[3] for row in rows[1:]} == {"剔除", "提示"}
    assert len(rows) == 4


def test_the_original_of_a_source_is_sealed(client_for: ClientFor) -> None:
    client = client_for("city_official")
    hand_in(client, pensions(20, month=202401), 202401)
    assert client.get("/console/deliveries/D000005/file").status_code == 403
    assert client.get("/console/deliveries/D000005/publish").status_code == 403


def test_a_file_with_many_bad_rows_is_refused(client_for: ClientFor) -> None:
    client = client_for("data_steward")
    address = hand_in(client, pensions(20, month=202401, bad=4), 202401)
    page = client.get(address).text
    assert "整批退回" in page
    assert "改正后重新报送" in page


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(client_for: ClientFor) -> None:
    client = client_for("data_steward")
    page = client.get(hand_in(client, b"\x00\x01 no sheet", 202401)).text
    assert "已退回" in page


def test_the_same_file_again_leads_to_the_delivery_it_became(client_for: ClientFor) -> None:
    client = client_for("data_steward")
    content = pensions(20, month=202401)
    hand_in(client, content, 202401)
    assert hand_in(client, content, 202401) == "/console/deliveries/D000005/?done=repeated"


def held(client: Client) -> str:
    """Hand in January whole, and a February far too small; give its number."""
    hand_in(client, pensions(40, month=202401), 202401)
    address = hand_in(client, pensions(5, month=202402), 202402)
    assert address == "/console/deliveries/D000006/?done=held"
    return "/console/deliveries/D000006/"


def test_a_far_smaller_file_waits_for_a_person(client_for: ClientFor, pool: Pool) -> None:
    client = client_for("data_steward")
    page = client.get(held(client)).text
    assert AuditEvent.objects.filter(action=Action.DELIVERY_HELD).count() == 1
    for words in ("待确认", "只有 5 行", "还没有写入", "确认或者退回"):
        assert words in page, words
    every = client.get("/console/sources/").text
    assert "待确认的批次（1 个）" in every
    assert "D000006" in client.get(ONE).text
    assert "待确认" in client.get("/console/deliveries/").text
    other = client_for("city_official").get("/console/deliveries/D000006/").text
    assert "确认或者退回" not in other
    assert "由有确认权限的人员办理" in other


def test_a_held_file_is_confirmed(client_for: ClientFor, pool: Pool) -> None:
    client = client_for("data_steward")
    url = f"{held(client)}confirm"
    assert "核实无误，确认接收" in client.get(url).text
    assert client.post(url, {"do": "confirm", "reason": ""}).status_code == 422
    response = client.post(url, {"do": "confirm", "reason": "停产多，已向社保核实"})
    assert response.headers["Location"] == "/console/deliveries/D000007/?done=confirmed"
    page = client.get(response.headers["Location"]).text
    assert "已确认接收" in page
    assert "D000006" in page
    assert "已由批次" in client.get("/console/deliveries/D000006/").text
    assert "待确认的批次" not in client.get("/console/sources/").text
    found = pool.snapshot().delivery("D000007", scope=EVERYWHERE)
    assert (found.verdict, found.confirms) == (Verdict.ACCEPTED, "D000006")
    event = AuditEvent.objects.filter(action=Action.DELIVERY_CONFIRMED).get()
    assert event.detail["source"] == SOURCE
    again = client.post(url, {"do": "confirm", "reason": "再一次确认"})
    assert again.headers["Location"].endswith("D000006/?done=settled")


def test_a_held_file_is_turned_down(client_for: ClientFor, pool: Pool) -> None:
    client = client_for("data_steward")
    url = f"{held(client)}confirm"
    response = client.post(url, {"do": "reject", "reason": "导出不完整，请重新导出"})
    page = client.get(response.headers["Location"]).text
    assert "已退回，数据没有写入" in page
    assert "导出不完整" in page
    assert AuditEvent.objects.filter(action=Action.DELIVERY_REJECTED).exists()
    assert "不是待确认的" in client.get(url).text


@pytest.mark.parametrize("who", ["city_official", "auditor", "county_official"])
def test_who_may_not_confirm_cannot(client_for: ClientFor, pool: Pool, who: str) -> None:
    url = f"{held(client_for('data_steward'))}confirm"
    response = client_for(who).post(url, {"do": "confirm", "reason": "我来确认"})
    assert response.status_code == 403
    assert pool.snapshot().deliveries(EVERYWHERE)[0].id == "D000006"


def test_the_pages_own_upload_is_told_where_to_go(client_for: ClientFor) -> None:
    response = upload(
        client_for("data_steward"),
        pensions(20, month=202401),
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert response.status_code == 201
    assert response.headers["Location"] == "/console/deliveries/D000005/?done=accepted"


@pytest.mark.parametrize(
    ("content", "month", "words"),
    [(b"", 202401, "这个文件是空的"), (b"x", 209901, "请选择列出的月份")],
)
def test_a_form_filled_in_wrongly_says_what_is_wrong(
    client_for: ClientFor, content: bytes, month: int, words: str
) -> None:
    response = upload(client_for("data_steward"), content, month)
    assert response.status_code == 422
    assert words in response.text


def test_a_file_too_large_is_told_the_other_way(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leye.config.uploads.UPLOAD_LIMIT", 1000)
    response = upload(client_for("data_steward"), b"x" * 5000)
    assert response.status_code == 422
    assert "文件超过 20 MB，请由系统管理人员用命令行接收" in response.text


def test_while_another_is_taken_in_one_is_asked_to_wait(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leye.data.pool import PoolBusy

    def busy(*_args: object, **_kwargs: object) -> None:
        raise PoolBusy("测试")

    monkeypatch.setattr("leye.doors.console.views.sources.submit_source", busy)
    response = upload(client_for("data_steward"), pensions(2, month=202401))
    assert response.status_code == 503
    assert response.headers["Retry-After"]


@pytest.mark.parametrize("who", ["auditor", "county_official", "village_worker", "administrator"])
def test_who_may_not_hand_in_cannot(client_for: ClientFor, pool: Pool, who: str) -> None:
    assert upload(client_for(who), pensions(2, month=202401)).status_code == 403
    assert pool.snapshot().deliveries(EVERYWHERE)[0].id == "D000004"


def test_a_county_steward_sees_no_delivery_of_the_city(
    client_for: ClientFor, account: Callable[..., User]
) -> None:
    hand_in(client_for("data_steward"), pensions(20, month=202401), 202401)
    client = Client()
    client.force_login(account("data_steward", "360902", username="county.steward"))
    assert "D000005" not in client.get(ONE).text
    assert "从未报送" in client.get("/console/sources/").text
    assert client.get("/console/deliveries/D000005/").status_code == 404
    assert client.get("/console/deliveries/D000005/confirm").status_code == 404


@pytest.mark.parametrize(
    ("on", "month"),
    [(date(2024, 4, 10), 202402), (date(2024, 4, 11), 202403), (date(2024, 1, 2), 202311)],
)
def test_a_month_is_due_after_its_day(on: date, month: int) -> None:
    assert latest_due(10, on) == month


def test_a_source_never_delivered_is_late_since_the_others_began() -> None:
    contract = source_contracts()[SOURCE]
    found = source_state(contract, (), on=date(2024, 4, 30), begun=202402)
    assert (found.never, found.missing, found.due) == (True, (202402, 202403), date(2024, 5, 10))


def test_quality_is_shown_latest_and_over_time(client_for: ClientFor) -> None:
    client = client_for("data_steward")
    every = client.get("/console/quality/").text
    assert every.count("从未报送") == len(source_contracts())
    assert "还没有批次" in client.get(f"/console/quality/{SOURCE}/").text
    hand_in(client, pensions(40, month=202401, doubtful=4), 202401)
    hand_in(client, pensions(44, month=202403), 202403)
    every = client.get("/console/quality/").text
    for words in ("完整性", "有效性", "及时性", "唯一性", "一致性", "2024年3月", "100.0%"):
        assert words in every, words
    one = client.get(f"/console/quality/{SOURCE}/").text
    for words in ("D000005", "D000006", "没有批次", "无数据", "chart-wide"):
        assert words in one, words
    sheet = client.get(f"/console/quality/{SOURCE}/export.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("月份", "批次", "方面", "合格", "总数", "比例")
    assert len(rows) == 1 + 3 * 5
    assert client.get("/console/quality/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (7, "第 7 行"),
        (SHEET_ROWS + 3, "第 2 张表第 3 行"),
        (2 * SHEET_ROWS + 9, "第 3 张表第 9 行"),
    ],
)
def test_a_row_is_found_in_its_sheet(row: int, words: str) -> None:
    assert row_label(row) == words


def test_what_waits_to_be_built_is_said(client_for: ClientFor, pool: Pool) -> None:
    client = client_for("data_steward")
    assert "登记库" not in client.get("/console/sources/").text.split("<h1>")[1]
    hand_in(client, pensions(40, month=202401), 202401)
    assert "登记库待生成的月份：2024年1月。" in client.get("/console/sources/").text
    with locked(pool.root / "build.lock", wait=0):
        page = client.get("/console/sources/").text
    assert "登记库生成中，待生成的月份：2024年1月。" in page
    assert "登记库生成中" not in client.get("/console/sources/").text
