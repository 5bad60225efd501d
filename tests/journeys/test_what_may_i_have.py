"""Somebody out of work asks on a phone what there is for them; without JavaScript, too."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_looks import faults

pytestmark = pytest.mark.browser

PAGES = (
    "/policies/",
    "/policies/check/",
    "/policies/firm/",
    "/policies/rules/",
    "/policies/rules/unemployment_benefit/",
    "/policies/rules/job_retention_refund/",
    "/policies/rules/changes/",
    "/policies/rules/nothing/",
)
TOUCH = 44


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page as it stands: axe, width, and what is too small to touch."""
    found = [
        f"{v['id']} {v['nodes'][0]['html'][:160]}" for v in Axe().run(page).response["violations"]
    ]
    width = page.viewport_size["width"] if page.viewport_size else 0
    if (wide := page.evaluate("document.documentElement.scrollWidth") - width) > 0:
        found.append(f"{wide} px wider than the window")
    for control in page.locator("main button:visible, main .choice label, main .button").all():
        box = control.bounding_box()
        if box and min(box["width"], box["height"]) < TOUCH:
            found.append(f"{control.inner_text()} is {box['width']:.0f} x {box['height']:.0f}")
    return found


@pytest.mark.parametrize("width", [360, 1366, 1920])
def test_the_pages_are_for_everybody(browser: Browser, site: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    found = [fault for address in PAGES for fault in faults(page, site, address)]
    context.close()
    assert found == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_first_page_to_what_to_bring(browser: Browser, site: str, scripts: bool) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, bypass_csp=True, java_script_enabled=scripts
    )
    page = context.new_page()
    seen: list[str] = []
    page.goto(f"{site}/policies/")
    page.get_by_role("link", name="个人：我能享受什么").click()
    page.locator("#c-unemployed").check()
    page.get_by_role("button", name="下一步").click()
    for _ in range(40):
        if page.locator("h1").inner_text() == "您能享受的政策":
            break
        if scripts:
            seen += looked_at(page)
        answer(page)
    expect(page).to_have_url(f"{site}/policies/check/")
    card = page.get_by_role("article", name=re.compile("^失业保险金 符合"))
    expect(card).to_contain_text("每月1,683元，还可领14个月")
    expect(card).to_contain_text("社会保障卡或身份证")
    expect(page.get_by_text("这是估算，不是审批")).to_be_visible()
    if scripts:
        seen += looked_at(page)
        expect(page.get_by_role("button", name="打印或存成PDF")).to_be_visible()
    page.get_by_role("button", name="修改：离开上一份工作的原因").click()
    page.get_by_label("自己辞职").check()
    page.get_by_role("button", name="改好了，看结果").click()
    expect(page.get_by_role("article", name=re.compile("^失业保险金 符合"))).to_have_count(0)
    context.close()
    assert seen == []


def answer(page: Page) -> None:
    """Answer one page as somebody dismissed in Yuanzhou after five years would."""
    said = {
        "出生": ("1985", "3"),
        "工作情况": "已登记失业",
        "怎么离开": "被单位解除或裁员",
        "参保": "袁州区",
        "累计缴了多少个月": "62",
    }
    question = page.locator("h1").inner_text()
    given = next((value for words, value in said.items() if words in question), None)
    if "没有领完" in question or "领了几个月" in question:
        given = "0"
    if "累计缴" in question:
        given = "62"
    if page.locator("input[name=yes]").count():
        if (box := page.get_by_label("已办理失业登记")).count():
            box.check()
    elif isinstance(given, tuple):
        page.locator("#value").fill(given[0])
        page.locator("#part").select_option(given[1])
    elif given and page.locator("#value").count():
        page.locator("#value").fill(given)
    elif given:
        page.get_by_label(given, exact=True).check()
    else:
        page.get_by_role("button", name="不知道，跳过").click()
        return
    page.get_by_role("button", name="下一题").click()
