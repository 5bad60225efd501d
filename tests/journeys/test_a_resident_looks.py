"""A resident is let in at the counter, reads their record on a phone, and checks what is theirs."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

from leye.data.pool import Pool
from leye.data.pool.engines import Engine
from leye.decision.policy.registered import prepare_plans
from leye.decision.policy.screen import screen
from leye.service.identity.vault.vault import vault
from tests.decision.policy import town
from tests.identity.residents import PASSWORD, resident
from tests.identity.vaults import number_of
from tests.journeys.test_looks import WIDTHS, faults, sign_in
from tests.journeys.test_what_may_i_have import looked_at
from tests.pages.known import know

if TYPE_CHECKING:
    from leye.service.identity.models import User

pytestmark = pytest.mark.browser
PERSON = town.DRAWS
PAGES = ("/me/", "/me/openings/", "/me/password/", "/me/close/")
COUNT_PRINTS = "window.print = () => { window.printed = (window.printed || 0) + 1 }"


@pytest.fixture(scope="module")
def county_folder(published_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published pool with the small town's registers, screened and planned: made once."""
    root = tmp_path_factory.mktemp("county") / "pool"
    shutil.copytree(published_folder, root)
    pool = Pool(root)
    town.fill(pool)
    screen(pool, at=town.AT, months=[town.BEFORE, town.NOW], engine=Engine(threads=1))
    prepare_plans(pool.snapshot(), town.NOW)
    return root


@pytest.fixture
def county(site: str, county_folder: Path, settings: Any, tmp_path: Path) -> str:
    """A site with that pool, whose vault knows two of the town's people."""
    settings.LEYE_VAULT_KEYS = tmp_path / "vault_keys"
    root = Path(settings.LEYE_POOL)
    shutil.rmtree(root)
    shutil.copytree(county_folder, root)
    know(Pool(root), vault())
    return site


def issue(desk: Page, site: str) -> tuple[str, str]:
    """Issue a code as an official does; give the address and the code on the slip."""
    desk.goto(f"{site}/console/persons/list/{PERSON}/?month={town.NOW}")
    desk.get_by_label("查看事由").select_option(label="给本人开通网上查看")
    desk.get_by_label("查看说明").fill("本人到窗口要求")
    desk.get_by_role("button", name="打开姓名和号码").click()
    desk.get_by_role("link", name="给本人开通网上查看").click()
    desk.get_by_label("本人就在窗口").check()
    desk.get_by_label("已核对居民身份证原件").check()
    desk.get_by_role("button", name="发开通码").click()
    slip = desk.get_by_label("交给本人的单子")
    return slip.locator(".slip-address").inner_text(), slip.locator("code").inner_text()


def test_from_the_counter_to_the_printed_results(
    browser: Browser, county: str, account: Callable[..., "User"]
) -> None:
    account("county_official", "360902", username="lihua")
    desk = browser.new_context(viewport={"width": 1366, "height": 900}, bypass_csp=True).new_page()
    desk.add_init_script(COUNT_PRINTS)
    sign_in(desk, county, "lihua")
    address, code = issue(desk, county)
    seen = looked_at(desk)
    desk.get_by_role("button", name="打印单子").click()
    assert desk.evaluate("window.printed") == 1

    phone = browser.new_context(
        viewport={"width": 360, "height": 740}, bypass_csp=True, has_touch=True
    ).new_page()
    phone.add_init_script(COUNT_PRINTS)
    phone.goto(address)
    seen += looked_at(phone)
    phone.get_by_label("身份证号码").fill(number_of(PERSON).lower())
    phone.get_by_label("开通码").fill(code.lower().replace("-", " "))
    phone.get_by_label("新密码", exact=True).fill(PASSWORD)
    phone.get_by_label("再输入一次新密码").fill(PASSWORD)
    phone.get_by_role("button", name="开通并登录").click()
    expect(phone.locator("h1")).to_have_text("我的信息与政策")
    expect(phone.locator("main")).to_contain_text("公安《户籍与常住人口》")
    seen += looked_at(phone)

    phone.get_by_role("link", name="谁查看过我的信息").click()
    expect(phone.locator("table").first).to_contain_text("给本人开通网上查看")
    seen += looked_at(phone)

    phone.get_by_role("link", name="我的信息与政策").click()
    phone.get_by_role("button", name="看看我能享受什么").click()
    expect(phone.locator("#c-unemployed")).to_be_checked()
    seen += looked_at(phone)
    phone.get_by_role("button", name="下一步").click()
    for _ in range(40):
        if phone.locator("h1").inner_text() == "您能享受的政策":
            break
        assert "出生" not in phone.locator("h1").inner_text()
        phone.get_by_role("button", name="不知道，跳过").click()
    seen += looked_at(phone)
    expect(phone).to_have_url(f"{county}/me/check/")
    phone.get_by_role("button", name="打印或存成PDF").click()
    assert phone.evaluate("window.printed") == 1
    phone.emulate_media(media="print")
    expect(phone.get_by_role("article").first).to_be_visible()
    expect(phone.get_by_role("button", name="退出登录")).to_be_hidden()
    phone.emulate_media(media="screen")

    phone.goto(f"{county}/me/")
    phone.get_by_role("button", name="退出登录").click()
    expect(phone.locator("main")).to_contain_text("已退出登录")
    phone.go_back()
    expect(phone.locator("h1")).to_have_text("居民登录")
    for page in (desk, phone):
        page.context.close()
    assert seen == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_for_everybody(
    browser: Browser, county: str, account: Callable[..., "User"], width: int
) -> None:
    by = account("county_official", "360902", username="lihua")
    resident(PERSON, by=by, vault=vault())
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    found = faults(page, county, "/me/activate/") + faults(page, county, "/me/signin/")
    page.get_by_label("身份证号码").fill(number_of(PERSON))
    page.get_by_label("密码").fill("wrong-password")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("身份证号码或者密码不正确")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"{county}/me/")
    found += [fault for address in PAGES for fault in faults(page, county, address)]
    page.goto(f"{county}/console/sign-in/")
    sign_in(page, county, "lihua")
    page.goto(f"{county}/me/")
    expect(page.locator("h1")).to_have_text("居民登录")
    context.close()
    assert found == []
