"""The wall in a real browser: legible, whole, turned by keyboard, honest without a server."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, Route, expect

from leye.doors.portal.views.wall import TURN_SECONDS
from leye.service.identity.models import ScreenPass
from leye.service.identity.screens import open_screen
from tests.pages.portal.wall_sample import FIRM, write_city

if TYPE_CHECKING:
    from leye.service.identity.models import User

pytestmark = pytest.mark.browser

PAGES = ("", "flows/", "groups/", "firms/", "plan/")
BEGIN = datetime(2026, 9, 1, 8, tzinfo=UTC)
# At 1920 x 1080; a screen of another size shows the same in proportion.
LEAST_PX, LEAST_KPI_PX = 20, 44
SIZES = ((1920, 1080), (3840, 2160), (1366, 768))

OVERFLOWS = """() => {
  const root = document.documentElement, found = [];
  if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) found.push("page scrolls");
  for (const panel of document.querySelectorAll(".panel")) {
    const box = panel.getBoundingClientRect(), name = panel.querySelector("h2").textContent;
    if (panel.scrollHeight > panel.clientHeight + 1) found.push(`${name} is too high`);
    if (panel.scrollWidth > panel.clientWidth + 1) found.push(`${name} is too wide`);
    for (const part of panel.querySelectorAll("li, tr, text, svg, .panel-note")) {
      const at = part.getBoundingClientRect();
      if (at.height && !part.closest(".visually-hidden") &&
          (at.bottom > box.bottom + 1 || at.right > box.right + 1 || at.top < box.top - 1))
        found.push(`${name}: ${part.tagName} lies outside`);
    }
    const lines = [...panel.querySelectorAll(".bars > li, .list tr, .moved > li")];
    lines.slice(1).forEach((line, at) => {
      if (line.getBoundingClientRect().top < lines[at].getBoundingClientRect().bottom - 1)
        found.push(`${name}: lines overlap`);
    });
  }
  return [...new Set(found)];
}"""

CUT_OR_TOUCHING = """() => {
  const found = [];
  for (const part of document.querySelectorAll(".wall *:not(.panel-kpis h2)")) {
    if (getComputedStyle(part).textOverflow === "ellipsis" && part.scrollWidth > part.clientWidth)
      found.push(`${part.textContent.trim()} is cut`);
  }
  for (const drawing of document.querySelectorAll("svg")) {
    const texts = [...drawing.querySelectorAll("text")]
      .map(part => [part.getBoundingClientRect(), part.textContent]).filter(([at]) => at.width);
    texts.forEach(([one, said], at) => texts.slice(at + 1).forEach(([two, other]) => {
      if (one.left < two.right + 2 && two.left < one.right + 2 &&
          one.top + 3 < two.bottom - 3 && two.top + 3 < one.bottom - 3)
        found.push(`${said} touches ${other}`);
    }));
  }
  return [...new Set(found)];
}"""

TYPE_SIZES = """() => {
  const found = [], walk = document.createTreeWalker(document.querySelector(".wall"), 4);
  let node;
  while ((node = walk.nextNode())) {
    const part = node.parentElement;
    if (!node.data.trim() || part.closest(".visually-hidden, [hidden], .panel-kpis h2")) continue;
    const scale = part.closest("svg") ? part.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(part).fontSize) * scale;
    found.push([size, node.data.trim(), part.matches(".kpi-value b")]);
  }
  return found;
}"""


@pytest.fixture
def wall(site: str, settings: Any) -> str:
    """Give the address of the wall of a small city."""
    write_city(settings.LEYE_POOL)
    return f"{site}/wall/"


@pytest.fixture
def screen(wall: str, browser: Browser) -> Iterator[Page]:
    """A screen of 1920 x 1080 whose clock only the test moves, on the first page."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.clock.install(time=BEGIN)
    page.goto(wall)
    ready(page)
    page.clock.pause_at(BEGIN + timedelta(minutes=10))
    # The page may have turned meanwhile: back, and its time begins.
    page.keyboard.press("1")
    yield page
    context.close()


def ready(page: Page) -> None:
    """Wait until every page of the wall was fetched."""
    page.wait_for_load_state("networkidle")


def seconds(page: Page, count: int) -> None:
    page.clock.run_for(count * 1000)


def here(page: Page) -> str:
    return str(page.locator("#main").get_attribute("data-page"))


def address_of(user: "User", **given: Any) -> str:
    made = open_screen(
        label="三楼指挥室",
        place="360900",
        days=30,
        shows_firms=True,
        by=user,
        at=timezone.now() - timedelta(days=1),
    )
    return f"t/{made.token}/"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_page_fits_its_screen_and_can_be_read_from_afar(
    browser: Browser, wall: str, size: tuple[int, int], account: Callable[..., "User"]
) -> None:
    exact = address_of(account("city_official", "360900"))
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, bypass_csp=True, locale="zh-CN"
    )
    page = context.new_page()
    scale, wrong = min(size[0] / 1920, size[1] / 1080), []
    for path in (*PAGES, *(exact + each for each in PAGES)):
        page.goto(wall + path)
        wrong += [f"{path}: {fault}" for fault in page.evaluate(OVERFLOWS)]
        wrong += [f"{path}: {fault}" for fault in page.evaluate(CUT_OR_TOUCHING)]
        for shown, text, is_kpi in page.evaluate(TYPE_SIZES):
            if shown < (LEAST_KPI_PX if is_kpi else LEAST_PX) * scale - 0.1:
                wrong.append(f"{path}: {text} is {shown:.1f} px")
        faults = Axe().run(page).response["violations"]
        wrong += [f"{path}: {f['id']} {f['nodes'][0]['html'][:120]}" for f in faults]
    context.close()
    assert wrong == []


def test_nothing_runs_or_is_styled_that_is_not_ours(browser: Browser, wall: str) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page, said = context.new_page(), []
    page.on("console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PAGES:
        page.goto(wall + path)
        ready(page)
    context.close()
    assert said == []


def test_pages_turn_by_themselves_and_not_before_their_time(screen: Page) -> None:
    seconds(screen, TURN_SECONDS - 1)
    assert here(screen) == "overview"
    expect(screen.locator("[data-count]")).to_have_text("1 秒后换页")
    seconds(screen, 1)
    assert here(screen) == "flows"
    assert screen.url.endswith("/wall/flows/")
    expect(screen).to_have_title(re.compile("人员流动"))
    seconds(screen, TURN_SECONDS * 4)
    assert here(screen) == "overview"


def test_the_keyboard_holds_and_moves(screen: Page) -> None:
    screen.keyboard.press(" ")
    expect(screen.locator("[data-count]")).to_have_text("已停住")
    expect(screen.get_by_role("button", name="继续")).to_have_attribute("aria-pressed", "true")
    seconds(screen, TURN_SECONDS * 3)
    assert here(screen) == "overview"
    screen.keyboard.press("ArrowLeft")
    assert here(screen) == "plan"
    screen.keyboard.press("ArrowRight")
    assert here(screen) == "overview"
    screen.keyboard.press("4")
    assert here(screen) == "firms"
    expect(screen.locator(".wall-foot a[aria-current]")).to_contain_text("企业和园区")
    screen.keyboard.press("9")
    assert here(screen) == "firms"
    screen.keyboard.press(" ")
    seconds(screen, TURN_SECONDS)
    assert here(screen) == "plan"
    screen.keyboard.press("?")
    expect(screen.get_by_role("dialog")).to_be_visible()
    seconds(screen, TURN_SECONDS * 2)
    assert here(screen) == "plan"
    screen.keyboard.press("Escape")
    expect(screen.get_by_role("dialog")).to_be_hidden()
    screen.keyboard.press("f")
    screen.wait_for_function("() => document.fullscreenElement !== null")


def test_the_keys_can_be_switched_off(screen: Page) -> None:
    screen.get_by_role("button", name="按键").click()
    screen.get_by_label("使用以上按键").uncheck()
    screen.get_by_role("button", name="关上").click()
    screen.keyboard.press("3")
    assert here(screen) == "overview"
    screen.get_by_role("link", name="重点群体").click()
    assert here(screen) == "groups"


def test_a_screen_that_was_held_is_held_after_a_restart(screen: Page) -> None:
    screen.keyboard.press("2")
    screen.keyboard.press(" ")
    screen.reload()
    ready(screen)
    seconds(screen, TURN_SECONDS * 2)
    assert here(screen) == "flows"


def test_new_data_come_by_themselves_and_nothing_is_fetched_otherwise(
    screen: Page, settings: Any
) -> None:
    screen.keyboard.press("2")
    screen.keyboard.press(" ")
    fetched: list[str] = []

    def asked(request: Request) -> None:
        _, found, what = request.url.partition("/wall/")
        if found:
            fetched.append(what)

    screen.on("request", asked)
    with screen.expect_response("**/state.json"):
        seconds(screen, 60)
    ready(screen)
    assert fetched == ["state.json"]
    screen.evaluate("document.querySelector('#main').dataset.old = 'yes'")
    write_city(settings.LEYE_POOL, release=8)
    with screen.expect_response("**/state.json"):
        seconds(screen, 60)
    ready(screen)
    expect(screen.locator("#main:not([data-old])")).to_have_count(1)
    assert here(screen) == "flows"


def test_a_screen_says_when_the_server_is_away_and_goes_on_turning(screen: Page) -> None:
    alert = screen.get_by_role("status")

    def away(route: Route) -> None:
        route.abort()

    screen.route("**/wall/**", away)
    with screen.expect_event("requestfailed"):
        seconds(screen, 60)
    expect(alert).to_contain_text("连不上服务器，画面停在")
    expect(screen.locator("body")).to_have_class("wall-body is-turning is-stale")
    before = here(screen)
    seconds(screen, TURN_SECONDS)
    assert here(screen) != before
    screen.unroute("**/wall/**", away)
    with screen.expect_response("**/state.json"):
        seconds(screen, 15)
    expect(alert).to_be_hidden()
    assert screen.locator(".is-stale").count() == 0


def test_a_screen_that_is_shut_goes_blank_within_a_minute(
    browser: Browser, wall: str, account: Callable[..., "User"]
) -> None:
    address = wall + address_of(account("city_official", "360900")) + "firms/"
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.clock.install()
    page.goto(address)
    ready(page)
    expect(page.get_by_role("main")).to_contain_text(FIRM)
    ScreenPass.objects.update(shut_at=timezone.now())
    with page.expect_response("**/state.json"):
        seconds(page, 60)
    expect(page.get_by_role("status")).to_contain_text("已到期或者停用")
    assert FIRM not in page.content()
    seconds(page, TURN_SECONDS * 6)
    assert FIRM not in page.content()
    page.context.close()


def test_who_wants_less_motion_gets_a_page_that_stands(browser: Browser, wall: str) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
    page = context.new_page()
    page.clock.install()
    page.goto(wall)
    ready(page)
    seconds(page, TURN_SECONDS * 3)
    assert here(page) == "overview"
    page.keyboard.press("ArrowRight")
    assert here(page) == "flows"
    assert page.evaluate("getComputedStyle(document.querySelector('#main')).animationName") == (
        "none"
    )
    context.close()


def test_the_wall_works_without_script(browser: Browser, wall: str) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1920, "height": 1080}
    )
    page = context.new_page()
    page.goto(wall)
    page.get_by_role("link", name="企业和园区").click()
    expect(page.get_by_role("main")).to_contain_text("园区参保岗位")
    assert not page.get_by_role("button").count()
    page.get_by_role("link", name="园区参保岗位（个）的表").click()
    expect(page.get_by_role("heading", name="园区参保岗位（个）")).to_be_visible()
    context.close()


def test_a_phone_is_sent_to_pages_it_can_show(browser: Browser, wall: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(wall)
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.locator(".wall")).to_be_hidden()
    for name in ("形势分析", "人力资源地图", "本页各图的表格"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    page.get_by_role("link", name="本页各图的表格").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
