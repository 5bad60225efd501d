"""Flows, key groups, firms, parks and the list of persons in a real browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

from leye.data.pool import Pool
from leye.data.registers.schemas import PERSON_MONTH
from tests.journeys.test_looks import faults, sign_in
from tests.pages.console.test_people import PEOPLE
from tests.pages.portal.register_sample import (
    CITY,
    YUANZHOU,
    YUANZHOU_FIRM,
    write_registers_copy,
)
from tests.registers.queries.sample import MARCH, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.live_server_helper import LiveServer

    from leye.service.identity.models import User

pytestmark = pytest.mark.browser

PUBLIC = (
    "/atlas/flows/",
    "/atlas/flows/?k=industry",
    "/atlas/flows/?k=commute&v=matrix",
    "/atlas/flows/?k=mobile&v=ends",
    "/atlas/groups/",
    "/atlas/groups/woman/",
    "/atlas/parks/",
    "/atlas/parks/宜春经开区/",
)
STAFF = (
    "/atlas/flows/",
    "/atlas/firms/",
    f"/atlas/firms/{YUANZHOU_FIRM}/",
    "/atlas/parks/宜春经开区/",
    "/atlas/groups/woman/",
    "/console/persons/list/?group=woman",
    "/console/persons/list/?place=1",
    "/console/persons/list/7/",
)
WIDTHS = (360, 1366, 1920)


@pytest.fixture
def registered(tmp_path: Path, settings: Any, live_server: "LiveServer") -> str:
    """Give the address of a running site with small registers."""
    settings.LEYE_POOL = tmp_path / "pool"
    settings.LEYE_VAULT_KEYS = tmp_path / "vault_keys"
    pool = Pool(settings.LEYE_POOL)
    rows = {"person_month": (PERSON_MONTH, MARCH, PEOPLE)}
    write(pool, rows, places={"person_month": "residence"})
    write_registers_copy(pool.root)
    return str(live_server.url)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_for_everybody(browser: Browser, registered: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    found = [fault for address in PUBLIC for fault in faults(page, registered, address)]
    context.close()
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_staff_are_for_everybody(
    browser: Browser, registered: str, width: int, account: "Callable[..., User]"
) -> None:
    account("city_official", CITY, username="lihua")
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, registered, "lihua")
    found = [fault for address in STAFF for fault in faults(page, registered, address)]
    context.close()
    assert found == []


def test_large_type_fits_a_phone(browser: Browser, registered: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{registered}/display/?big=1")
    found = [fault for address in PUBLIC for fault in faults(page, registered, address)]
    context.close()
    assert found == []


def test_flows_are_read_without_script(browser: Browser, registered: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{registered}/atlas/flows/")
    page.get_by_role("link", name="手机信令流动").click()
    expect(page.get_by_role("img", name="手机信令流动").first).to_be_visible()
    page.get_by_label("地区").select_option(YUANZHOU)
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("袁州区手机信令流动")
    page.get_by_role("link", name="来去对照表").click()
    expect(page.get_by_role("table").first).to_contain_text("广东省")
    page.get_by_role("navigation", name="月份").get_by_role("link", name="2024年2月").click()
    assert {"k=mobile", f"p={YUANZHOU}", "v=matrix", "m=202402"} <= set(
        page.url.partition("?")[2].split("&")
    )
    context.close()


def test_from_a_group_to_the_people_nobody_knows_of(
    page: Page, registered: str, account: "Callable[..., User]"
) -> None:
    account("county_official", YUANZHOU, username="lihua")
    sign_in(page, registered, "lihua")
    page.goto(f"{registered}/atlas/groups/veteran/?p={YUANZHOU}")
    target = page.get_by_role("link", name="打开情况不明的名单")
    target.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("1 人")
    page.get_by_role("table").get_by_role("link", name="7").click()
    expect(page.get_by_text("没有任何依据")).to_be_visible()
    page.get_by_label("查看说明").fill("推荐附近的岗位")
    page.get_by_role("button", name="打开姓名和号码").click()
    # The vault knows nobody here, and says so in the page's own words.
    expect(page.get_by_role("alert")).to_contain_text("没有可以查看的身份信息")


def test_a_firm_is_searched_and_opened_by_keyboard(
    page: Page, registered: str, account: "Callable[..., User]"
) -> None:
    account("county_official", YUANZHOU, username="lihua")
    sign_in(page, registered, "lihua")
    page.goto(f"{registered}/atlas/firms/")
    page.get_by_label("名称或统一社会信用代码").fill("锂电")
    page.keyboard.press("Enter")
    found = page.get_by_role("table").get_by_role("link", name="宜春锂电有限公司")
    expect(found).to_be_visible()
    found.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("宜春锂电有限公司")
