"""The wall's page of warnings: for screens that staff opened, and for nobody else."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leye.analysis.warning import Cell
from leye.service.identity.screens import open_screen
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.cases.enums import Found
from leye.service.response.cases.judging import take
from leye.service.response.cases.models import Case
from leye.service.response.cases.opening import Miss, open_miss
from leye.service.response.drills.operations import start_drill
from leye.service.response.reporting import report_event
from tests.monitoring.test_notices import layoff
from tests.pages.portal.wall_sample import write_city
from tests.response.desk_sample import hand, kept, signal

if TYPE_CHECKING:
    from leye.service.identity.models import User

Account = Callable[..., "User"]


@pytest.fixture(autouse=True)
def city(published_folder: Path, tmp_path: Path, settings: Any, db: None) -> None:
    """A pool of the published figures with a serving copy."""
    root = tmp_path / "pool"
    shutil.copytree(published_folder, root)
    write_city(root)
    settings.LEYE_POOL = root


def address(user: "User", place: str = "360900", *, firms: bool = False) -> str:
    """Open a screen, and give its address."""
    made = open_screen(
        label="指挥室", place=place, days=30, shows_firms=firms, by=user, at=timezone.now()
    )
    return f"/wall/t/{made.token}/"


def told(user: "User") -> None:
    """Report a layoff of a firm of 360902."""
    day = timezone.localdate()
    report_event(
        fields=layoff(day=day, explained_on=None),
        place="360902001",
        by=user,
        at=timezone.now(),
    )


def test_everybodys_wall_has_no_warnings(account: Account) -> None:
    kept(signal())
    assert "失业预警" not in Client().get("/wall/").text
    assert Client().get("/wall/warnings/").status_code == 404
    assert Client().get("/wall/state.json").json()["warnings"] == ""


def test_a_screen_shows_levels_cases_and_clocks(account: Account) -> None:
    user = account("city_official", "360900")
    kept(signal(), at=timezone.now())
    page = Client().get(address(user) + "warnings/").text
    assert "袁州区电气机械和器材制造业单位30日内减员" in page
    assert "剩1小时" in page
    assert Client().get(address(user) + "warnings/tables/").status_code == 200


def test_a_countys_screen_shows_its_own_cases_and_no_drill(account: Account) -> None:
    user = account("county_official", "360902")
    kept(signal(), signal(cell=Cell("360981", "division", "19"), title="丰城市制鞋业减员"))
    start_drill(scenario="return_wave", place="360902", by=user, at=timezone.now())
    page = Client().get(address(user, "360902") + "warnings/").text
    assert "30日内减员" in page
    assert "丰城市制鞋业" not in page
    assert "返乡" not in page


@pytest.mark.parametrize("firms", [True, False])
def test_a_firms_name_stands_where_the_screen_may_name_firms(
    account: Account, *, firms: bool
) -> None:
    user = account("city_official", "360900")
    told(user)
    page = Client().get(address(user, firms=firms) + "warnings/").text
    assert ("第1电子" in page) is firms
    assert ("一家单位报告减员" in page) is not firms


@pytest.mark.parametrize("firms", [True, False])
def test_what_staff_wrote_of_a_miss_is_shown_where_firms_may_be(
    account: Account, *, firms: bool
) -> None:
    user = account("city_official", "360900")
    miss = Miss("某鞋厂停工", "360902", 202610, Found.VISIT, "备案没有送达", Level.YELLOW, 80)
    open_miss(miss=miss, by=user, at=timezone.now())
    page = Client().get(address(user, firms=firms) + "warnings/").text
    assert ("某鞋厂停工" in page) is firms
    assert ("走访发现的失业风险，涉及80人" in page) is not firms


def test_a_step_of_a_case_is_news_to_the_screen(account: Account) -> None:
    user = account("city_official", "360900")
    kept(signal())
    url = address(user) + "state.json"
    before = Client().get(url).json()["warnings"]
    case = Case.objects.get()
    take(case, hand(user, case))
    assert Client().get(url).json()["warnings"] != before


def test_who_reads_no_monitoring_opens_no_such_page(account: Account) -> None:
    user = account("city_official", "360900")
    opened = address(user)
    user.grants.all().delete()
    page = Client().get(opened)
    assert "失业预警" not in page.text


def test_many_cases_ask_as_often_as_few(account: Account) -> None:
    user = account("city_official", "360900")
    url, counts = address(user) + "warnings/", []
    for size in (2, 25):
        kept(*(signal(cell=Cell("360902", "division", "38", employer=size * 100 + n))
               for n in range(size)), version=size)  # fmt: skip
        Client().get(url)
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
