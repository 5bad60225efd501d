"""Policies find people, and what-ifs, in a real browser at every width."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser

from leye.data.pool import Pool
from leye.data.pool.engines import Engine
from leye.decision.policy.screen import screen
from leye.doors.console.reads import scenarios as reads
from leye.service.scenario.operations import work_out
from tests.decision.policy import town
from tests.journeys.test_looks import WIDTHS, faults, sign_in

if TYPE_CHECKING:
    from leye.service.identity.models import User

pytestmark = pytest.mark.browser

HOME = "/console/policies/"
PROGRAMME = f"{HOME}unemployment_contribution_employee/"
PAGES = (
    HOME,
    f"{HOME}?place=1",
    PROGRAMME,
    f"{PROGRAMME}list/",
    f"{PROGRAMME}list/?purpose=",
    f"{PROGRAMME}list/?purpose=contact",
    f"{HOME}replay/",
)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_for_everybody(
    browser: Browser,
    site: str,
    width: int,
    account: Callable[..., "User"],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool, engine = Pool(Path(settings.LEYE_POOL)), Engine(threads=1)
    town.fill(pool)
    screen(pool, at=town.AT, months=[town.BEFORE, town.NOW], engine=engine)

    def start(number: int) -> None:
        work_out(number, pool=pool, clock=timezone.now, engine=engine)

    monkeypatch.setattr(reads, "start", start)
    user = account("city_official", "360900")
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, site, user.username)
    found = [fault for address in PAGES for fault in faults(page, site, address)]
    page.get_by_label("名称").fill("失业保险金按最低工资发")
    number = "unemployment_insurance.share_of_minimum_wage"
    page.get_by_label("改动1：改哪个数").select_option(number)
    page.get_by_label("改动1：改为").fill("100")
    page.get_by_role("button", name="保存并运行").click()
    page.get_by_text("现行可付（月）").first.wait_for(state="attached")
    found += faults(page, "", page.url)
    found += faults(page, site, f"{HOME}replay/")
    context.close()
    assert found == []
