"""A firm reports by telephone, the county returns it, the firm corrects, county and city accept."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from leye.service.monitoring.notices.operations import report_notice
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.reports.due import last_month
from tests.journeys.test_looks import WIDTHS, faults, sign_in
from tests.monitoring.test_notices import layoff
from tests.pages.portal.test_reporting import registered

if TYPE_CHECKING:
    from leye.service.identity.models import User

pytestmark = pytest.mark.browser
NEWEST = last_month(timezone.localdate())


def looks(page: Page) -> list[str]:
    """What axe finds, and how much wider than the phone the page is."""
    found = Axe().run(page).response["violations"]
    size = page.viewport_size or {"width": 0}
    wide = page.evaluate("document.documentElement.scrollWidth") - size["width"]
    said = [f"{page.url}: {v['id']} {v['nodes'][0]['html'][:160]}" for v in found]
    return [*said, *([f"{page.url}: {wide} px too wide"] if wide > 0 else [])]


def issue(county: Page, site: str, point: MonitoringPoint) -> tuple[str, str]:
    """Issue a link as the county does; give its address and code."""
    county.goto(f"{site}/console/monitoring/points/{point.number}/")
    county.get_by_role("link", name="发放填报链接").click()
    county.get_by_role("button", name="发放").click()
    shown = county.locator("dd code")
    return shown.nth(0).inner_text(), shown.nth(1).inner_text()


def fill(page: Page, **given: str) -> None:
    for name, value in given.items():
        page.locator(f"#id_{name}").fill(value)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_report_goes_there_and_back(
    browser: Browser, site: str, account: Callable[..., "User"], *, script: bool
) -> None:
    account("county_official", "360902", username="lihua")
    account("city_official", "360900", username="wangfang")
    point = registered()
    county = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    sign_in(county, site, "lihua")
    address, code = issue(county, site, point)

    phone = browser.new_context(
        viewport={"width": 360, "height": 740},
        java_script_enabled=script,
        bypass_csp=script,
        has_touch=True,
    ).new_page()
    said: list[str] = []
    check = looks if script else lambda _page: []
    phone.goto(address)
    said += check(phone)
    phone.get_by_label("填报码").fill("00000000" if code != "0000 0000" else "11111111")
    phone.get_by_role("button", name="进入填报").click()
    expect(phone.get_by_role("alert")).to_contain_text("填报码不对")
    phone.get_by_label("填报码").fill(code)
    phone.get_by_role("button", name="进入填报").click()
    phone.wait_for_url(f"{site}/report/")
    said += check(phone)

    # A draft, then findings, then handed in.
    phone.goto(f"{site}/report/{NEWEST}/")
    said += check(phone)
    fill(phone, base="120", current="100")
    phone.get_by_role("button", name="保存草稿").click()
    expect(phone.locator("main")).to_contain_text("草稿已保存")
    phone.goto(f"{site}/report/{NEWEST}/")
    expect(phone.locator("#id_current")).to_have_value("100")
    fill(phone, hidden="0", planned="5", gap="3", dispatch="0")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("alert")).to_contain_text("请选择减少类型")
    said += check(phone)
    phone.locator("#id_reduction").select_option(label="正常解除或终止劳动合同")
    phone.locator("#id_reason1").select_option(label="自行离职")
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("main")).to_contain_text("已提交，等县就业局审核")
    for button in phone.locator(".button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44

    # The county returns it with a reason, which the firm reads and puts right.
    county.goto(f"{site}/console/monitoring/reports/")
    county.get_by_role("link", name=point.name).click()
    county.get_by_label("退回理由").fill("季节性用工请选对应原因")
    county.get_by_role("button", name="退回修改").click()
    expect(county.locator("h1")).to_contain_text("退回修改")
    phone.goto(f"{site}/report/{NEWEST}/")
    expect(phone.locator("main")).to_contain_text("季节性用工请选对应原因")
    said += check(phone)
    phone.locator("#id_reason1").select_option(label="季节性用工")
    phone.get_by_role("button", name="提交").click()
    phone.wait_for_url(re.compile("done=submitted"))

    county.reload()
    expect(county.locator("main")).to_contain_text("比上一版改了什么")
    county.get_by_role("button", name="审核通过").click()
    expect(county.locator("h1")).to_contain_text("待市级归档")
    city = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    sign_in(city, site, "wangfang")
    city.goto(county.url)
    city.get_by_role("button", name="归档", exact=True).click()
    expect(city.locator("h1")).to_contain_text("已归档")
    phone.goto(f"{site}/report/{NEWEST}/")
    expect(phone.locator("h1")).to_contain_text("已归档")
    for page in (phone, county, city):
        page.context.close()
    assert said == []


STAFF = (
    "",
    "late/",
    "panel/",
    "panel/draw/",
    "points/",
    "points/new/",
    "points/{point}/",
    "points/{point}/leave/",
    "points/{point}/base/",
    "points/{point}/link/",
    "points/{point}/{month}/",
    "reports/",
    "notices/",
    "notices/new/layoff/",
    "notices/new/emergency/",
    "notices/{notice}/",
    "settings/",
)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_staff_pages_are_for_everybody(
    browser: Browser, site: str, account: Callable[..., "User"], width: int
) -> None:
    user = account("city_official", "360900", username="wangfang")
    point = registered()
    day = timezone.localdate()
    notice = report_notice(
        fields=layoff(day=day, explained_on=None), place="360902001", by=user, at=timezone.now()
    )
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, site, "wangfang")
    found: list[str] = []
    for address in STAFF:
        named = address.format(point=point.number, month=NEWEST, notice=notice.number)
        found += faults(page, site, f"/console/monitoring/{named}")
    context.close()
    assert found == []
