"""The service circle and the pages that keep its points, in a real browser at every width."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from leye.service.network.enums import CoordSource
from tests.journeys.test_looks import WIDTHS, faults, sign_in
from tests.network.places import TOWN, small_network

if TYPE_CHECKING:
    from leye.service.identity.models import User

pytestmark = pytest.mark.browser

PUBLIC = (
    "/atlas/circle/",
    "/atlas/circle/?place=360902&mode=walk",
    f"/atlas/circle/?place={TOWN}&estimate=1",
    "/atlas/circle/?place=360981",
    f"/atlas/circle/sites/?place={TOWN}&mode=walk",
    "/atlas/circle/?minutes=7",
)
STAFF = (
    "/console/network/",
    "/console/network/new/",
    "/console/network/{number}/",
    "/console/network/{number}/close/",
    "/console/network/import/",
    "/console/network/places/",
    "/console/network/places/?place=360902100",
    "/console/network/places/360902100001/",
    "/console/network/places/import/",
)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_for_everybody(
    browser: Browser, site: str, width: int, account: Callable[..., "User"]
) -> None:
    user = account("city_official", "360900")
    number = small_network(source=CoordSource.DEMO).number
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    found = [fault for address in PUBLIC for fault in faults(page, site, address)]
    sign_in(page, site, user.username)
    for address in STAFF:
        found += faults(page, site, address.format(number=number))
    context.close()
    assert found == []


def test_a_point_is_registered_and_the_circle_shows_it(
    browser: Browser, site: str, account: Callable[..., "User"]
) -> None:
    user = account("county_official", "360902")
    page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    page.goto(f"{site}/atlas/circle/?place=360902")
    expect(page.get_by_role("status")).to_contain_text("还没有有坐标的服务网点")
    sign_in(page, site, user.username)
    page.get_by_role("link", name="服务网点", exact=True).first.click()
    page.get_by_role("link", name="登记网点").click()
    page.get_by_label("名称").fill("袁州零工市场")
    page.get_by_label("类型").select_option(label="零工市场")
    page.get_by_label("地区代码").fill("袁州区")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("网点已登记")
    page.get_by_label("经度").fill("114.391136")
    page.get_by_label("纬度").fill("27.816119")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("网点已修改")
    page.goto(f"{site}/atlas/circle/?place=360902")
    expect(page.get_by_role("main")).to_contain_text("全部网点 1 个")
    page.context.close()
