"""A file far too small is held and confirmed; a conflict is looked into and put aside."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.journeys.test_looks import sign_in
from tests.pages.console.feeds import pensions

if TYPE_CHECKING:
    from leye.service.identity.models import User

pytestmark = pytest.mark.browser


def sheet(count: int, month: int) -> FilePayload:
    content = pensions(count, month=month)
    return {"name": f"养老{month}.csv", "mimeType": "text/csv", "buffer": content}


def hand_in(page: Page, site: str, count: int, month: int) -> None:
    page.goto(f"{site}/console/sources/")
    page.get_by_role("link", name="养老待遇发放", exact=True).click()
    page.get_by_role("link", name="报送文件").click()
    page.get_by_label("月份").select_option(str(month))
    page.get_by_label("数据文件").set_input_files(files=[sheet(count, month)])
    page.get_by_role("button", name="检查并接收").click()
    page.wait_for_url(re.compile("/console/deliveries/D"))


def test_a_held_file_is_confirmed(page: Page, city: str, account: Callable[..., "User"]) -> None:
    account("data_steward", "360900", username="wang")
    sign_in(page, city, "wang")
    expect(page.locator("body")).to_contain_text("演示数据")

    # January is taken as it is; a February of five rows is not.
    hand_in(page, city, 40, 202401)
    expect(page.locator("h1")).to_contain_text("已接收")
    hand_in(page, city, 5, 202402)
    expect(page.locator("h1")).to_contain_text("待确认")
    expect(page.locator("main")).to_contain_text("只有 5 行")

    # It stands on top of the sources until somebody answers for it.
    page.goto(f"{city}/console/sources/")
    expect(page.get_by_role("region", name="待确认的批次")).to_contain_text("2024年2月")
    page.get_by_role("region", name="待确认的批次").get_by_role("link").first.click()
    page.get_by_role("link", name="确认或者退回").click()
    page.get_by_role("button", name="核实无误，确认接收").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写理由")
    page.get_by_label("理由").fill("本月集中停发，已向社保经办核实")
    page.get_by_role("button", name="核实无误，确认接收").click()
    expect(page.get_by_role("status")).to_contain_text("已确认接收")
    page.goto(f"{city}/console/sources/")
    expect(page.get_by_role("region", name="待确认的批次")).to_have_count(0)

    # What it was worth is told month by month.
    page.goto(f"{city}/console/quality/pensions/")
    expect(page.get_by_role("region", name="各月数据质量").locator("tbody tr")).to_have_count(2)


def test_an_upload_without_script_ends_the_same(
    city: str, account: Callable[..., "User"], browser: object
) -> None:
    account("data_steward", "360900", username="wang")
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined] - a browser
    page = context.new_page()
    sign_in(page, city, "wang")
    hand_in(page, city, 40, 202401)
    expect(page.locator("h1")).to_contain_text("已接收")
    context.close()


def test_a_conflict_is_looked_into_and_put_aside(
    page: Page, city: str, account: Callable[..., "User"]
) -> None:
    account("county_official", "360902", username="lihua")
    sign_in(page, city, "lihua")
    page.get_by_role("navigation", name="工作台").get_by_role("link", name="数据比对").click()
    found = page.get_by_role("region", name="疑点", exact=True).locator("tbody tr")
    expect(found).to_have_count(2)

    # One is opened, with what the sources say, and put aside with a reason.
    page.get_by_role("link", name="a1a1a1a1").click()
    expect(page.locator("main")).to_contain_text("当月发放失业保险金")
    expect(page.locator("main")).to_contain_text("《社会保险法》第五十一条")
    page.get_by_role("button", name="排除").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写排除理由")
    page.get_by_label("处理说明").fill("当月离职，缴费属于离职当月")
    page.get_by_role("button", name="排除").click()
    expect(page.locator("h1")).to_contain_text("已排除")

    # The other goes with a whole selection.
    page.get_by_role("navigation", name="工作台").get_by_role("link", name="数据比对").click()
    expect(found).to_have_count(1)
    page.get_by_label("选择疑点 d4d4d4d4").check()
    page.get_by_role("button", name="排除选中的疑点").click()
    page.get_by_label("处理说明").fill("两笔属于不同月份，已核对台账")
    page.get_by_role("button", name="确认排除").click()
    expect(page.get_by_role("status")).to_contain_text("选中的疑点已排除")
    expect(page.locator("main")).to_contain_text("没有符合条件的疑点")

    # And back.
    page.goto(f"{city}/console/conflicts/?state=dismissed&grace=all")
    page.get_by_role("link", name="a1a1a1a1").click()
    page.get_by_label("处理说明").fill("社保更正了缴费，需要再核")
    page.get_by_role("button", name="重开").click()
    expect(page.locator("h1")).to_contain_text("待核查")


def test_a_figure_is_followed_to_its_deliveries(
    page: Page, city: str, account: Callable[..., "User"]
) -> None:
    account("data_steward", "360900", username="wang")
    sign_in(page, city, "wang")
    page.get_by_role("navigation", name="工作台").get_by_role("link", name="人员状态").click()
    page.get_by_role("region", name="宜春市各状态人数").get_by_role("link", name="165").click()
    expect(page.locator("h1")).to_contain_text("这个数从哪里来")
    expect(page.get_by_role("region", name="登记库的生成")).to_contain_text("人力资源地图汇总")
    page.get_by_role("region", name="用到的批次").get_by_role("link", name="D000002").click()
    expect(page.locator("h1")).to_contain_text("批次 D000002")
