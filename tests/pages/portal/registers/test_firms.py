"""The pages of firms: for staff, each their own places."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from leye.doors.portal.views.firms import PAGE_FIRMS
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from tests.pages.portal.markup import Page
from tests.pages.portal.register_sample import (
    CITY,
    FENGCHENG,
    FENGCHENG_FIRM,
    FIRM,
    FIRM_LIST,
    FIRMS,
    LI,
    TOWN,
    YUANZHOU,
)
from tests.pages.portal.sheets import lines_of, table

Staff = Callable[[str, str], Client]


def test_firms_are_for_staff_alone(visitor: Client, staff: Staff) -> None:
    for address in (FIRM_LIST, FIRM, "/atlas/firms/export.xlsx", f"{FIRM}export.csv"):
        assert visitor.get(address).status_code == 302
    client = staff("administrator", CITY)
    for address in (FIRM_LIST, FIRM, "/atlas/firms/export.xlsx", f"{FIRM}export.csv"):
        assert client.get(address).status_code == 403
    assert AuditEvent.objects.filter(action=Action.ACCESS_REFUSED).count() == 4


def test_the_largest_drop_comes_first(staff: Staff) -> None:
    rows = table(staff("city_official", CITY).get(FIRM_LIST).text)
    assert len(rows) == PAGE_FIRMS
    assert rows[0][0].startswith(LI)
    assert rows[0][3:6] == ["60", "-40（-40.0%）", "-40（-40.0%）"]
    assert rows[0][8] == "未填报", "without a headcount there is no payroll per person"
    assert rows[0][10] == "-50.0%"


def test_beyond_the_last_page_is_the_last_page(staff: Staff) -> None:
    client = staff("city_official", CITY)
    beyond = client.get(f"{FIRM_LIST}?n=99").text
    last = re.search(r"共 (\d+) 家，第 (\d+) 页", beyond)
    assert last
    assert int(last[2]) == -(-int(last[1]) // PAGE_FIRMS)
    assert table(beyond) == table(client.get(f"{FIRM_LIST}?n={last[2]}").text) != []


def test_a_county_sees_its_own_firms_alone(staff: Staff) -> None:
    client = staff("county_official", FENGCHENG)
    text = client.get(FIRM_LIST).text
    assert "共 2 家" in text
    assert LI not in text
    assert client.get(FIRM).status_code == 404
    assert client.get(f"{FIRM}export.csv").status_code == 404
    assert client.get(f"/atlas/firms/{FENGCHENG_FIRM}/").status_code == 200
    assert client.get(f"{FIRM_LIST}?p={YUANZHOU}").status_code == 404
    assert len(lines_of(client.get("/atlas/firms/export.csv"))) == 2
    assert LI not in client.get("/atlas/parks/宜春经开区/").text


def test_a_village_worker_sees_the_firms_of_the_town(staff: Staff) -> None:
    assert f"共 {FIRMS} 家" in staff("village_worker", TOWN).get(FIRM_LIST).text


def test_a_firm_is_found_by_a_part_of_its_name_or_its_credit_code(staff: Staff) -> None:
    client = staff("city_official", CITY)
    assert [row[0] for row in table(client.get(f"{FIRM_LIST}?q=锂电").text)] == [f"{LI} 宜春经开区"]
    code = f"9136{FENGCHENG_FIRM:014d}"
    assert len(table(client.get(f"{FIRM_LIST}?q={code}").text)) == 1
    assert "没有符合条件的企业" in client.get(f"{FIRM_LIST}?q=%25").text, (
        "a per cent sign is a text"
    )


def test_the_sheet_of_firms_is_in_the_order_of_the_page(staff: Staff) -> None:
    client = staff("city_official", CITY)
    query = f"p={YUANZHOU}&s=hires"
    pages = [
        row[0].split(" ")[0]
        for n in range(1, FIRMS // PAGE_FIRMS + 1)
        for row in table(client.get(f"{FIRM_LIST}?{query}&n={n}").text)
    ]
    exported = lines_of(client.get(f"/atlas/firms/export.csv?{query}"))
    assert [row["名称"] for row in exported] == pages
    assert len(exported) == FIRMS
    assert exported[0]["人均工资薪金（元，个税口径）"] == "60000"


@pytest.mark.parametrize(
    ("query", "status"),
    [("s=luck", 400), ("m=202404", 400), ("n=0", 400), ("park=没有", 404), ("d=99", 404)],
)
def test_a_wrong_choice_of_firms_is_said(staff: Staff, query: str, status: int) -> None:
    response = staff("city_official", CITY).get(f"{FIRM_LIST}?{query}")
    assert response.status_code == status
    assert Page(response.text).faults == []


@pytest.mark.parametrize("number", [12345, 2**63, 10**30])
def test_a_firm_there_is_none_of_is_not_found(staff: Staff, number: int) -> None:
    client = staff("city_official", CITY)
    for address in (f"{FIRM_LIST}{number}/", f"{FIRM_LIST}{number}/export.csv"):
        assert client.get(address).status_code == 404


def test_a_firm_shows_its_months(staff: Staff) -> None:
    text = staff("village_worker", TOWN).get(FIRM).text
    assert [row[0] for row in table(text)] == ["2024年3月", "2024年2月", "2023年3月"]
    assert "比对疑点" not in text, "who may not read conflicts is not told of them"
    assert "没有和它有关的疑点" in staff("auditor", CITY).get(FIRM).text
