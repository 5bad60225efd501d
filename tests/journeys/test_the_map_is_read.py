"""The map in a real browser: by keyboard, without script, at every width, to take away."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

from leye.data.pool import Pool
from tests.journeys.test_looks import faults, sign_in
from tests.pages.portal.atlas_sample import CITY, COUNTY, TOWN, write_map

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.live_server_helper import LiveServer

    from leye.service.identity.models import User

pytestmark = pytest.mark.browser

ADDRESSES = (
    "/atlas/",
    "/atlas/?i=unemployed_registered&c=month",
    f"/atlas/?p={COUNTY}",
    "/atlas/?l=town",
    f"/atlas/?p={TOWN}",
    "/atlas/?i=jobs_insured&l=park",
    "/atlas/find/?q=镇",
    "/atlas/compare/",
    "/atlas/compare/?v=maps&i2=unemployed_registered",
)
WIDTHS = (360, 1366, 1920, 3840)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def mapped(tmp_path: Path, settings: Any, live_server: "LiveServer") -> str:
    """Give the address of a running site with a small map."""
    settings.LEYE_POOL = tmp_path / "pool"
    Pool(settings.LEYE_POOL)
    write_map(settings.LEYE_POOL)
    return str(live_server.url)


@pytest.fixture
def screen(browser: Browser) -> Iterator[Page]:
    """A wide window in which everything said in the console is a failure."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, accept_downloads=True)
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console",
        lambda message: message.type in {"error", "warning"} and said.append(message.text),
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_map_is_for_everybody(browser: Browser, mapped: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    found = [fault for address in ADDRESSES for fault in faults(page, mapped, address)]
    context.close()
    assert found == []


def test_large_type_fits_a_phone(browser: Browser, mapped: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{mapped}/display/?big=1")
    found = [fault for address in ADDRESSES for fault in faults(page, mapped, address)]
    context.close()
    assert found == []


def test_staff_see_exact_numbers(screen: Page, mapped: str, account: "Callable[..., User]") -> None:
    account("city_official", CITY, username="lihua")
    sign_in(screen, mapped, "lihua")
    screen.goto(f"{mapped}/atlas/?i=unemployed_registered")
    expect(screen.get_by_text("内部版")).to_be_visible()
    expect(screen.get_by_role("row", name="靖安县")).to_contain_text("3")


def test_by_keyboard_from_the_city_to_a_village(screen: Page, mapped: str) -> None:
    screen.goto(f"{mapped}/atlas/?i=population_16_plus")
    screen.locator("svg.tiles a").first.focus()
    for name in ("袁州区", "灵泉街道"):
        target = screen.locator("svg a, table a").filter(has_text=name).first
        target.focus()
        screen.keyboard.press("Enter")
        screen.wait_for_load_state()
        expect(screen.get_by_role("heading", level=2).first).to_contain_text(name)
    expect(screen.get_by_role("navigation", name="所在位置")).to_contain_text("宜春市")
    assert "i=population_16_plus" in screen.url


def test_the_months_are_gone_through_by_the_arrow_keys(screen: Page, mapped: str) -> None:
    screen.goto(f"{mapped}/atlas/")
    slider = screen.get_by_role("slider")
    slider.focus()
    screen.keyboard.press("ArrowLeft")
    expect(screen.get_by_role("heading", level=2).first).to_contain_text("2024年2月")
    expect(slider).to_be_focused()
    screen.keyboard.press("ArrowLeft")
    expect(screen.get_by_role("heading", level=2).first).to_contain_text("2023年3月")
    assert "m=202303" in screen.url
    screen.go_back()
    expect(screen.get_by_role("heading", level=2).first).to_contain_text("2024年2月")


def test_the_months_play_and_stop(screen: Page, mapped: str) -> None:
    screen.goto(f"{mapped}/atlas/?m=202303")
    screen.get_by_role("button", name="播放").click()
    expect(screen.get_by_role("heading", level=2).first).to_contain_text("2024年2月")
    screen.get_by_role("button", name="停止").click()
    assert "m=202402" in screen.url
    expect(screen.get_by_role("button", name="播放")).to_be_visible()


def test_a_choice_leads_to_the_shortest_address(screen: Page, mapped: str) -> None:
    screen.goto(f"{mapped}/atlas/")
    screen.get_by_label("颜色表示").select_option("month")
    screen.wait_for_url("**c=month")
    assert screen.url == f"{mapped}/atlas/?i=population_16_plus&m=202403&c=month"
    assert screen.get_by_label("本页地址").input_value() == screen.url


def test_the_map_is_taken_away_as_a_picture(screen: Page, mapped: str) -> None:
    screen.goto(f"{mapped}/atlas/?i=unemployed_registered")
    with screen.expect_download() as taken:
        screen.get_by_role("button", name="下载图片").click()
    content = Path(taken.value.path()).read_bytes()
    assert content.startswith(PNG)
    assert taken.value.suggested_filename.endswith("2024年3月.png")
    # Header of the first chunk: width and height, drawn twice as fine as on the screen.
    assert int.from_bytes(content[16:20], "big") == 2400
    assert len(content) > 20_000


def test_the_address_is_copied(browser: Browser, mapped: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{mapped}/atlas/")
    page.get_by_role("button", name="复制地址").click()
    expect(page.get_by_text("已复制。")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    context.close()


def test_the_map_works_without_script(browser: Browser, mapped: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{mapped}/atlas/")
    page.get_by_label("指标", exact=True).select_option("unemployed_registered")
    page.get_by_role("button", name="查看").click()
    expect(page).to_have_title(re.compile("登记失业"))
    assert page.get_by_role("button", name="播放").count() == 0
    assert page.get_by_role("button", name="下载图片").count() == 0
    page.get_by_role("navigation", name="月份").get_by_role("link", name="2024年2月").click()
    expect(page).to_have_title(re.compile("2024年2月"))
    page.get_by_role("link", name="比上月").click()
    expect(page).to_have_url(re.compile("s=month"))
    context.close()
