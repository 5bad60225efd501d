"""The backtest and the lines in a real browser, from a phone to a 4K screen."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.test_looks import faults, sign_in
from tests.pages.portal.wall_sample import write_city

if TYPE_CHECKING:
    from leye.service.identity.models import User

pytestmark = pytest.mark.browser

ADDRESSES = ("/warning/", "/warning/backtest/", "/warning/lines/")
WIDTHS = (360, 1366, 1920, 3840)
WIDER = "() => document.documentElement.scrollWidth > innerWidth ? ['wider when opened'] : []"
# Words in a drawing that run into one another, or out of it.
CLASHES = """() => {
  const found = [];
  for (const drawing of document.querySelectorAll("svg.chart")) {
    const frame = drawing.getBoundingClientRect();
    if (!frame.width) continue;
    for (const text of drawing.querySelectorAll("text")) {
      const at = text.getBoundingClientRect();
      if (at.left < frame.left - 1 || at.right > frame.right + 1)
        found.push(`${text.textContent.trim()} lies outside`);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_the_public_pages_are_for_everybody(browser: Browser, site: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 1080}, bypass_csp=True)
    page = context.new_page()
    found: list[str] = []
    for address in ADDRESSES:
        found += faults(page, site, address)
        for details in page.locator("details").all():
            details.evaluate("part => { part.open = true; }")
        found += page.evaluate(WIDER) + page.evaluate(CLASHES)
    context.close()
    assert found == []


@pytest.mark.parametrize("width", [360, 1366])
def test_the_page_of_staff_is_for_everybody(
    browser: Browser, site: str, settings: Any, width: int, account: Callable[..., "User"]
) -> None:
    write_city(settings.LEYE_POOL)
    account("city_official", "360900", username="wangfang")
    context = browser.new_context(viewport={"width": width, "height": 1080}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, site, "wangfang")
    found = faults(page, site, "/console/warning/lines/")
    context.close()
    assert found == []
