"""The situation room in a real browser, from a phone to a 4K screen."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.test_looks import faults
from tests.pages.portal.wall_sample import write_city

pytestmark = pytest.mark.browser

ADDRESSES = ("/situation/", "/situation/?place=360902")
WIDTHS = (360, 1366, 1920, 3840)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_situation_room_is_for_everybody(
    browser: Browser, site: str, settings: Any, width: int
) -> None:
    write_city(settings.LEYE_POOL)
    context = browser.new_context(viewport={"width": width, "height": 1080}, bypass_csp=True)
    page = context.new_page()
    found = [fault for address in ADDRESSES for fault in faults(page, site, address)]
    for details in page.locator("details").all():
        details.evaluate("part => { part.open = true; }")
    found += page.evaluate(
        "() => document.documentElement.scrollWidth > innerWidth ? ['wider when opened'] : []"
    )
    context.close()
    assert found == []
