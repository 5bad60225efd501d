"""From a sheet with two bad rows to the scorecard, and back to the delivery behind a number."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.journeys.test_looks import sign_in
from tests.samples import figures_csv

if TYPE_CHECKING:
    from leye.service.identity.models import User

pytestmark = pytest.mark.browser

SOURCE = "宜春市年度统计公报,https://example.org/2021,A,,公开"
GOOD = (
    f"城镇新增就业,宜春市,2021,4.9,万人,年度数,{SOURCE}",
    f"城镇新增就业,袁州区,2025,1.3,万人,年度数,{SOURCE}",
    f"城镇新增就业,丰城市,2025,0.8,万人,年度数,{SOURCE}",
)
BAD = (
    GOOD[0],
    f"城镇新增就业,袁州区,2025,约一万三,万人,年度数,{SOURCE}",
    f"城镇新增就业,丰城县,2025,0.8,万人,年度数,{SOURCE}",
)


def sheet(*rows: str, name: str) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": figures_csv(*rows)}


def hand_in(page: Page, site: str, file: FilePayload) -> None:
    page.goto(f"{site}/console/deliveries/new/")
    page.get_by_label("数据文件").set_input_files(files=[file])
    page.get_by_role("button", name="检查并接收").click()


def test_a_figure_is_handed_in_and_found_again(
    page: Page, site: str, account: Callable[..., "User"]
) -> None:
    account("data_steward", "360900", username="wang")
    page.goto(f"{site}/plan/urban_new_jobs/")
    expect(page.locator("h1")).to_contain_text("未填报")
    sign_in(page, site, "wang")

    # Two rows are wrong: the whole sheet comes back, each row named with its reason.
    hand_in(page, site, sheet(*BAD, name="2021年就业.csv"))
    page.wait_for_url(re.compile("/console/deliveries/D000003/"))
    expect(page.locator("h1")).to_contain_text("已退回")
    issues = page.locator("#issues tbody tr")
    expect(issues).to_have_count(2)
    for number, value, column in (("3", "约一万三", "数值"), ("4", "丰城县", "地区")):
        row = issues.filter(has_text=value)
        expect(row).to_contain_text(number)
        expect(row).to_contain_text(column)
        assert len(row.locator("td").last.inner_text()) > 5
    page.goto(f"{site}/plan/urban_new_jobs/")
    expect(page.locator("h1")).to_contain_text("未填报")

    # Put right, it is accepted.
    hand_in(page, site, sheet(*GOOD, name="2021年就业（改正）.csv"))
    page.wait_for_url(re.compile("/console/deliveries/D000004/"))
    expect(page.locator("h1")).to_contain_text("已接收")

    # The same file again changes nothing.
    hand_in(page, site, sheet(*GOOD, name="2021年就业（改正）.csv"))
    page.wait_for_url(re.compile("/console/deliveries/D000004/"))

    # The scorecard and the map changed.
    page.goto(f"{site}/plan/")
    row = page.locator("tr").filter(has=page.get_by_role("link", name="城镇新增就业", exact=True))
    expect(row).to_contain_text("4.9")
    expect(row).to_contain_text("完成 22%，时间过去 20%")
    expect(row).not_to_contain_text("未填报")
    page.goto(f"{site}/map/?indicator=urban_new_jobs&period=2025")
    # Tiles, or boundaries where the optional package is installed and the person is signed in.
    expect(page.get_by_role("group", name=re.compile("格子图|分级图"))).to_contain_text("1.3")
    expect(page.get_by_role("link", name="丰城市：0.8万人")).to_be_visible()

    # From the number on the map to its source, and to the delivery behind it.
    page.get_by_role("region", name="排名").get_by_role("link", name="1.3").click()
    expect(page.locator("main")).to_contain_text("宜春市年度统计公报")
    page.get_by_role("link", name="D000004").first.click()
    expect(page.locator("h1")).to_contain_text("D000004")
    expect(page.locator("main")).to_contain_text("2021年就业（改正）.csv")

    # Anybody sees the published number, nobody else the file's name.
    page.get_by_role("button", name="退出").click()
    page.goto(f"{site}/figures/?indicator=urban_new_jobs&place=360900&period=2021&kind=annual")
    expect(page.locator("main")).to_contain_text("4.9")
    expect(page.locator("main")).to_contain_text("宜春市报送")
    expect(page.locator("main")).not_to_contain_text("改正")


def test_a_correction_leaves_the_earlier_value_readable(
    page: Page, site: str, account: Callable[..., "User"]
) -> None:
    account("data_steward", "360900", username="wang")
    sign_in(page, site, "wang")
    hand_in(page, site, sheet(GOOD[0], name="一.csv"))
    page.wait_for_url(re.compile("/console/deliveries/D000003/"))
    hand_in(page, site, sheet(GOOD[0].replace("4.9", "5.1"), name="二.csv"))
    page.wait_for_url(re.compile("/console/deliveries/D000004/"))
    page.goto(f"{site}/figures/?indicator=urban_new_jobs&place=360900&period=2021&kind=annual")
    expect(page.locator(".headline")).to_contain_text("5.1")
    versions = page.get_by_role("region", name="各个版本").locator("tbody tr")
    expect(versions).to_have_count(2)
    expect(versions.nth(0)).to_contain_text("D000004")
    expect(versions.nth(1)).to_contain_text("4.9")
    expect(versions.nth(1)).to_contain_text("D000003")
