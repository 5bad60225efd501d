"""A layoff is handled from the first look to the review, by two people, in a browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from leye.service.response.cases.models import Case
from leye.service.response.drills.operations import start_drill
from tests.journeys.test_looks import WIDTHS, faults, sign_in
from tests.response.desk_sample import graded, kept, signal

if TYPE_CHECKING:
    from leye.service.identity.models import User

pytestmark = pytest.mark.browser


def do(page: Page, title: str, button: str, **given: str) -> None:
    """Open a form of the case page where it is folded, fill it in and send it."""
    folded = page.locator("details.card", has=page.locator("summary", has_text=title))
    if folded.count():
        folded.locator("summary").click()
    prefix = page.get_by_role("button", name=button, exact=True).get_attribute("value")
    for name, value in given.items():
        field = page.locator(f"#{prefix}_{name}")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name=button, exact=True).click()


def test_a_case_is_handled_to_the_end(
    browser: Browser, site: str, account: Callable[..., "User"]
) -> None:
    account("county_official", "360902", username="lihua")
    account("city_official", "360900", username="wangfang")
    kept(signal(), at=timezone.now())
    number = Case.objects.get().number
    county = browser.new_context(viewport={"width": 360, "height": 760}).new_page()
    sign_in(county, site, "lihua")
    county.goto(f"{site}/console/warning/")
    county.get_by_role("link", name="单位30日内减员").first.click()
    do(county, "受理", "受理")
    expect(county.get_by_role("status")).to_contain_text("已受理")
    do(county, "核实判定", "提交判定", verdict="true", text="电话核实，停产属实")
    do(county, "会商意见", "提交意见", level="2", text="影响上下游")

    city = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    sign_in(city, site, "wangfang")
    city.goto(f"{site}/console/warning/cases/{number}/")
    do(city, "会商意见", "提交意见", level="2", text="同意")
    do(city, "定级", "定级", level="2", text="按标准定级")
    do(city, "启动预案", "启动预案")
    expect(city.get_by_role("status")).to_contain_text("预案已启动")
    do(city, "选用储备政策", "选用", persons="120")
    do(city, "解除", "解除这个事项", text="人员全部安置")
    do(city, "复盘", "提交复盘", text="核实快，发布慢")
    expect(city.get_by_text("已复盘，到此结束")).to_be_visible()
    expect(city.get_by_text("没有缺失、改动")).to_be_visible()
    assert Case.objects.get().state == "reviewed"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_the_desk_are_for_everybody(
    browser: Browser, site: str, account: Callable[..., "User"], width: int
) -> None:
    accounts = {
        "city_official": account("city_official", "360900", username="wangfang"),
        "county_official": account("county_official", "360902", username="lihua"),
    }
    kept(signal(), at=timezone.now())
    case = graded(Case.objects.get(), accounts)
    drill = start_drill(
        scenario="plant_closure", place="360902", by=accounts["city_official"], at=timezone.now()
    )
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, site, "wangfang")
    found: list[str] = []
    for address in (
        "",
        "cases/",
        "signals/",
        "miss/",
        f"cases/{case.number}/",
        f"cases/{case.number}/ledger/",
        "drills/",
        f"drills/{drill.number}/",
        "reserve/",
        "reserve/reach/",
        "plans/",
    ):
        found += faults(page, site, f"/console/warning/{address}")
    context.close()
    assert found == []
