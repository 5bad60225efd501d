"""Every page in a real browser: for everybody, at every width, running nothing but ours."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.pages.console.feeds import pensions
from tests.samples import AT, password_of

if TYPE_CHECKING:
    from leye.service.identity.models import User

pytestmark = pytest.mark.browser

FIGURE = "/figures/?indicator=resident_population&place=360902&period=2022-12-31&kind=year_end"
PUBLIC = (
    "/",
    "/plan/",
    "/plan/?state=met",
    "/plan/urban_new_jobs/",
    "/map/",
    "/map/?indicator=gdp&period=1999",
    "/map/360902/",
    "/map/360902001/",
    "/map/search/?q=新",
    "/series/unemployment/",
    "/series/unemployment/?from=2025-09&to=2026-08",
    "/indicators/",
    "/indicators/resident_population/",
    FIGURE,
    "/about/",
    "/warning/backtest/",
    "/warning/lines/",
    "/nowhere/",
    "/indicators/gdpp/",
    "/console/sign-in/",
    "/api/docs",
)
STAFF = (
    "/console/",
    "/console/deliveries/",
    "/console/deliveries/new/",
    "/console/deliveries/D000002/",
    "/console/password/",
    "/plan/",
    "/figures/?indicator=urban_new_jobs&place=360902&period=2026-01..2026-08&kind=ytd",
)
STEWARD = ("/console/deliveries/D000002/publish", "/console/deliveries/?verdict=refused")
ADMINISTRATOR = (
    "/console/accounts/",
    "/console/accounts/new/",
    "/console/accounts/{key}/",
    "/console/accounts/{key}/password/",
    "/console/accounts/{key}/active/",
    "/console/audit/",
)
DATA = (
    "/console/",
    "/console/sources/",
    "/console/sources/contributions/",
    "/console/sources/firm_reports/",
    "/console/sources/pensions/new/",
    "/console/deliveries/D000003/",
    "/console/deliveries/D000004/",
    "/console/deliveries/D000005/",
    "/console/deliveries/D000005/confirm",
    "/console/quality/",
    "/console/quality/pensions/",
    "/console/conflicts/",
    "/console/conflicts/?rule=benefit_while_insured&grace=all&state=all",
    "/console/conflicts/?place=1",
    f"/console/conflicts/{'a1' * 16}/",
    "/console/persons/",
    "/console/persons/?place=360981",
    "/console/lineage/?month=202403&place=360900&status=student",
)
WIDTHS = (360, 1366)
PHONE, TOUCH = 768, 44

LOW_TARGETS = """least => [...document.querySelectorAll("main table :is(a, button, summary)")]
  .map(part => [part.getBoundingClientRect().height, part.textContent.trim().slice(0, 20)])
  .filter(([high]) => high > 0 && high < least - 0.5)
  .map(([high, text]) => `${text} is ${high.toFixed()} px high`)"""


def faults(page: Page, site: str, address: str) -> list[str]:
    page.goto(site + address)
    found = Axe().run(page).response["violations"]
    # Not window.innerWidth: a phone's grows with what is too wide.
    width = page.viewport_size["width"] if page.viewport_size else 0
    wide = page.evaluate("document.documentElement.scrollWidth") - width
    low = page.evaluate(LOW_TARGETS, TOUCH) if width < PHONE else []
    return [
        *(f"{address}: {v['id']} {v['nodes'][0]['html'][:160]}" for v in found),
        *([f"{address}: {wide} px wider than the window"] if wide > 0 else []),
        *(f"{address}: {each}" for each in low[:3]),
    ]


def sign_in(page: Page, site: str, username: str) -> None:
    page.goto(f"{site}/console/sign-in/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(password_of(username))
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"{site}/console/")


@pytest.mark.parametrize("big", [False, True], ids=["standard", "large"])
@pytest.mark.parametrize("width", WIDTHS)
def test_public_pages_are_for_everybody(browser: Browser, site: str, width: int, big: bool) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    if big:
        page.goto(f"{site}/display/?big=1")
    addresses = PUBLIC if not big else PUBLIC[:10]
    found = [fault for address in addresses for fault in faults(page, site, address)]
    context.close()
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_staff_pages_are_for_everybody(
    browser: Browser, site: str, width: int, account: Callable[..., "User"]
) -> None:
    account("county_official", "360902", username="lihua")
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, site, "lihua")
    found = [fault for address in STAFF for fault in faults(page, site, address)]
    context.close()
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_stewards_and_administrators_are_for_everybody(
    browser: Browser, site: str, width: int, account: Callable[..., "User"]
) -> None:
    account("data_steward", "360900", username="wangfang")
    account("administrator", "360900", username="zhangwei")
    other = account("county_official", "360902", username="lihua")
    found: list[str] = []
    for username, addresses in (("wangfang", STEWARD), ("zhangwei", ADMINISTRATOR)):
        context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
        page = context.new_page()
        sign_in(page, site, username)
        for address in addresses:
            opened = page.goto(site + address.format(key=other.key))
            assert opened, address
            assert opened.ok, f"{address} was not opened"
            found += faults(page, site, address.format(key=other.key))
        context.close()
    assert found == []


def deliver_pensions(client: Client) -> None:
    """Hand in January with doubts, February whole, and a March far too small, which is held."""
    for month, count in ((202401, 40), (202402, 44), (202403, 5)):
        content = pensions(count, month=month, bad=1 if count > 5 else 0, doubtful=2)
        file = SimpleUploadedFile("养老.csv", content)
        given = {"file": file, "month": str(month)}
        assert client.post("/console/sources/pensions/new/", given).status_code == 302


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_the_data_pool_are_for_everybody(
    browser: Browser, city: str, width: int, account: Callable[..., "User"]
) -> None:
    steward = account("data_steward", "360900", username="wangfang")
    add_role(steward, "city_official")
    client = Client()
    client.force_login(steward)
    deliver_pensions(client)
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, city, "wangfang")
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    for address in DATA:
        opened = page.goto(city + address)
        assert opened, address
        assert opened.ok == ("place=1" not in address), f"{address} {opened.status}"
        said += faults(page, city, address)
    context.close()
    assert said == []


def add_role(user: "User", role: str) -> None:
    from leye.service.identity.operations import Granted, change_grants
    from leye.service.identity.roles import Role

    change_grants(user=user, by=None, at=AT, add=[Granted(Role(role), "360900")])


def test_nothing_runs_or_is_styled_that_is_not_ours(
    browser: Browser, site: str, account: Callable[..., "User"]
) -> None:
    account("county_official", "360902", username="lihua")
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console",
        lambda message: (
            message.type in {"error", "warning"} and said.append(f"{page.url}: {message.text}")
        ),
    )
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    for address in PUBLIC:
        page.goto(site + address)
    sign_in(page, site, "lihua")
    for address in STAFF:
        page.goto(site + address)
    context.close()
    expected = "the server responded with a status of 404"
    assert [line for line in said if expected not in line] == []


def test_every_page_works_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(site)
    page.get_by_role("navigation", name="主要栏目").get_by_role("link", name="人力资源地图").click()
    page.get_by_role("link", name="看已公布指标地图").click()
    page.get_by_label("指标", exact=True).select_option("gdp")
    page.get_by_role("button", name="查看").click()
    expect(page).to_have_title(re.compile("地区生产总值"))
    page.get_by_role("link", name="大字版").click()
    expect(page.locator("html.big")).to_have_count(1)
    expect(page).to_have_title(re.compile("地区生产总值"))
    context.close()


def test_the_chart_is_read_out_by_keyboard(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/series/unemployment/")
    chart = page.locator("[data-chart].chart-wide")
    chart.focus()
    page.keyboard.press("Home")
    assert "2018年1月" in chart.locator(".chart-readout").inner_text()
    page.keyboard.press("ArrowRight")
    assert "2018年2月" in chart.locator(".chart-readout").inner_text()
    page.keyboard.press("End")
    assert "2026年8月" in chart.locator(".chart-readout").inner_text()
    context.close()


def test_the_chart_is_read_out_where_the_mouse_is(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.goto(f"{site}/series/unemployment/?from=2024-01&to=2024-12")
    drawing = page.locator(".chart-wide svg.chart")
    drawing.scroll_into_view_if_needed()
    mark = drawing.locator("path.axis").first.bounding_box()
    assert mark is not None
    page.mouse.move(mark["x"] + 1, mark["y"] - 60)
    assert "2024年1月" in page.locator(".chart-wide .chart-readout").inner_text()
    context.close()


def test_on_a_phone_the_menu_opens_and_closes(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(site)
    menu = page.get_by_role("button", name="菜单")
    link = page.locator(".site-nav").get_by_text("指标口径")
    assert not link.is_visible()
    menu.click()
    assert menu.get_attribute("aria-expanded") == "true"
    assert link.is_visible()
    menu.click()
    assert not link.is_visible()
    context.close()
