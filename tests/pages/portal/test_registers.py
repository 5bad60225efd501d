"""Flows, key groups, firms and parks: what each reader is shown, and nobody else's."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leye.data.pool import Pool
from leye.doors.portal.group_page import COLUMNS
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from tests.pages.portal.markup import Page
from tests.pages.portal.register_sample import (
    CITY,
    FENGCHENG,
    FENGCHENG_FIRM,
    FIRMS,
    LI,
    TOWN,
    YUANZHOU,
    YUANZHOU_FIRM,
    write_registers_copy,
)

if TYPE_CHECKING:
    from leye.service.identity.models import User

KINDS = ("status", "industry", "residence", "commute", "migration", "mobile")
PUBLIC = (
    "/atlas/flows/",
    *(f"/atlas/flows/?k={kind}" for kind in KINDS),
    f"/atlas/flows/?k=status&p={YUANZHOU}&v=matrix",
    "/atlas/flows/?k=commute&v=ends",
    "/atlas/flows/?k=commute&v=matrix",
    "/atlas/flows/?m=202303",
    f"/atlas/flows/?p={FENGCHENG}",
    "/atlas/groups/",
    f"/atlas/groups/?p={YUANZHOU}&m=202402",
    "/atlas/groups/woman/",
    f"/atlas/groups/college_graduate/?p={YUANZHOU}",
    "/atlas/groups/woman/?m=202303",
    "/atlas/parks/",
    "/atlas/parks/宜春经开区/",
)
FIRM_LIST, FIRM = "/atlas/firms/", f"/atlas/firms/{YUANZHOU_FIRM}/"
STAFF = (
    FIRM_LIST,
    f"{FIRM_LIST}?s=name&q=企业&p={YUANZHOU}&n=2",
    f"{FIRM_LIST}?q=没有这样的",
    FIRM,
)
STAFF_QUERIES = 6

Staff = Callable[[str, str], Client]


@pytest.fixture(scope="session")
def copied_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool with a serving copy; shared, so it is only read."""
    root = tmp_path_factory.mktemp("registers") / "pool"
    Pool(root)
    write_registers_copy(root)
    return root


@pytest.fixture
def visitor(copied_folder: Path, settings: Any, db: None) -> Client:
    """Somebody who is not signed in."""
    settings.LEYE_POOL = copied_folder
    return Client()


@pytest.fixture
def staff(copied_folder: Path, settings: Any, account: Callable[..., "User"]) -> Staff:
    """Give a client signed in with one role in one place."""
    settings.LEYE_POOL = copied_folder

    def give(role: str, place: str) -> Client:
        client = Client()
        client.force_login(account(role, place))
        return client

    return give


def table(text: str, number: int = 0) -> list[list[str]]:
    """Give the lines of a table of the page, each as the texts of its cells."""
    body = re.findall(r"<tbody>(.*?)</tbody>", text, re.DOTALL)[number]
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def lines_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


# -- Every page, every reader --


@pytest.mark.parametrize("address", PUBLIC)
def test_a_page_is_well_made(visitor: Client, address: str) -> None:
    response = visitor.get(address)
    assert response.status_code == 200
    assert Page(response.text).faults == []
    assert "公开版" in response.text
    assert "内部版" not in response.text


@pytest.mark.parametrize("address", PUBLIC)
def test_a_visitor_costs_the_database_nothing(visitor: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        visitor.get(address)
    assert len(queries) == 0


def test_staff_cost_the_database_little(staff: Staff) -> None:
    client = staff("county_official", YUANZHOU)
    for address in (*PUBLIC, *STAFF):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200, address
        assert Page(response.text).faults == [], address
        assert len(queries) <= STAFF_QUERIES, address


def test_every_link_leads_somewhere(staff: Staff) -> None:
    client = staff("city_official", CITY)
    for address in (PUBLIC[0], "/atlas/groups/woman/", "/atlas/parks/宜春经开区/", FIRM_LIST, FIRM):
        for link in Page(client.get(address).text).links:
            target = urljoin(address, link)
            if re.match(r"/atlas/(flows|groups|parks|firms)/", target):
                assert client.get(target).status_code == 200, target


@pytest.mark.parametrize(
    ("role", "home", "exact"),
    [
        ("county_official", YUANZHOU, [YUANZHOU]),
        ("city_official", CITY, [CITY, YUANZHOU, FENGCHENG]),
        ("auditor", CITY, []),
        ("administrator", CITY, []),
        ("village_worker", TOWN, []),
    ],
)
def test_exact_numbers_are_for_those_who_may_see_persons(
    staff: Staff, role: str, home: str, exact: list[str]
) -> None:
    client = staff(role, home)
    for place in (CITY, YUANZHOU, FENGCHENG):
        for page in ("/atlas/flows/", "/atlas/groups/", "/atlas/groups/woman/"):
            text = client.get(f"{page}?p={place}").text
            assert ("内部版" in text) == (place in exact), (page, place)
            assert ("名单" in text and "/persons/list/" in text) == (
                place in exact and page.endswith("woman/")
            )


# -- Flows --


def test_the_largest_flow_comes_first_with_its_changes(staff: Staff) -> None:
    rows = table(staff("city_official", CITY).get("/atlas/flows/").text)
    assert rows[0] == ["1", "外出务工", "灵活就业", "25", "35.7%", "+5", "—"]
    assert rows[1][1:4] == ["不在册", "在校", "19"]
    assert ["6", "情况不明", "务农", "2", "2.9%", "+2", "—"] in rows


def test_mobile_trips_are_compared_with_last_year(staff: Staff) -> None:
    rows = table(staff("city_official", CITY).get("/atlas/flows/?k=mobile").text)
    assert rows[0] == ["1", "袁州区", "广东省", "60", "40.0%", "-30", "+10"]
    assert rows[2][1:] == ["袁州区", "丰城市", "40", "26.7%", "+10", "+10"]


def test_a_small_flow_is_hidden_and_no_sum_tells_it(visitor: Client) -> None:
    text = visitor.get("/atlas/flows/").text
    rows = table(text)
    shown = [row for row in rows if row[3] != "已隐去"]
    assert len(rows) - len(shown) >= 2
    assert all(int(row[3].replace(",", "")) % 5 == 0 for row in shown)
    assert "至少" in text
    exported = lines_of(visitor.get("/atlas/flows/export.csv"))
    small = [row for row in exported if row["状态"] == "已隐去"]
    assert small
    assert all(row["人数"] == row["比上月"] == row["占比（%）"] == "" for row in small)


def test_nothing_small_is_shown_to_a_visitor_in_any_view(visitor: Client) -> None:
    for kind in KINDS:
        for view in ("list", "matrix", "ends"):
            text = visitor.get(f"/atlas/flows/?k={kind}&v={view}").text
            counted = [cell for row in table(text) for cell in row[1:] if cell.isdigit()]
            offset = 1 if view == "list" else 0
            ranks = {str(n) for n in range(1, 60)} if offset else set()
            assert not {c for c in counted if c in {"1", "2", "3", "4"}} - ranks, (kind, view)
            assert not re.findall(r"<title>[^<]*：[1-4] ", text)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("k=residence", "市外或新登记"),
        ("k=commute", "市外"),
        ("k=commute&v=ends", "不详"),
        ("k=industry", "不详"),
        ("k=status", "不在册"),
        ("k=status&m=202303", "没有上月可比"),
    ],
)
def test_what_is_absent_unknown_or_outside_is_said_in_words(
    visitor: Client, query: str, words: str
) -> None:
    assert words in visitor.get(f"/atlas/flows/?{query}").text


def test_a_place_without_flows_says_so(visitor: Client) -> None:
    text = visitor.get(f"/atlas/flows/?k=mobile&p={FENGCHENG}").text
    assert "没有收到通信企业的手机信令汇总" in text


def test_a_diagram_draws_what_the_table_says(staff: Staff) -> None:
    client = staff("city_official", CITY)
    bands = client.get("/atlas/flows/").text
    assert bands.count('class="ribbon band-') == 2 * 6 + 3, "twice six flows, and the legend"
    assert "外出务工 → 灵活就业：25 人" in bands
    lines = client.get("/atlas/flows/?k=commute").text
    assert lines.count('class="way-line"') == 2, "neither staying nor unknown"
    assert "丰城市 → 市外：22 人" in lines


def test_the_pulse_goes_out_and_comes_back(visitor: Client) -> None:
    text = visitor.get("/atlas/flows/").text
    rows = {row[0]: row[1:] for row in table(text, -1)}
    assert rows["2024年3月"][:2] == ["60", "50"]
    assert rows["2024年2月 春节"][:2] == ["90", "20"]
    assert rows["2023年3月"][3:] == ["—", "—"]


def test_staff_see_who_left_for_work_and_who_no_longer_works_away(staff: Staff) -> None:
    rows = {r[0]: r[1:] for r in table(staff("city_official", CITY).get("/atlas/flows/").text, -1)}
    assert rows["2024年3月"][3:] == ["12", "25"]


def test_the_sheet_of_flows_holds_what_the_page_shows(staff: Staff) -> None:
    client = staff("city_official", CITY)
    shown = table(client.get("/atlas/flows/?k=commute").text)
    exported = lines_of(client.get("/atlas/flows/export.csv?k=commute"))
    moved = [row for row in exported if row["状态"] == "有数"]
    assert [[row["从"], row["到"], row["人数"]] for row in moved] == [row[1:4] for row in shown]
    stayed = [row for row in exported if row["状态"] == "没有变化"]
    assert [(row["从"], row["人数"]) for row in stayed] == [("袁州区", "300")]
    assert {row["版本类型"] for row in exported} == {"内部版"}
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/atlas/flows/export.xlsx?k=commute").content)
    )
    assert book.worksheets[0].max_row == 1 + len(exported)
    assert AuditEvent.objects.filter(action=Action.FIGURES_EXPORTED).count() == 2


# -- Key groups --


def test_every_group_has_its_line(staff: Staff) -> None:
    rows = table(staff("city_official", CITY).get("/atlas/groups/").text)
    assert len(rows) == 14
    woman = next(row for row in rows if row[0] == "妇女")
    assert woman[1:3] == ["33,502", "30,002"]
    assert woman[4:7] == ["1,500", "2,000", "500"]


def test_a_small_group_is_hidden_from_the_public_alone(visitor: Client, staff: Staff) -> None:
    address = f"/atlas/groups/college_graduate/?p={YUANZHOU}"
    exact, public = staff("city_official", CITY).get(address).text, visitor.get(address).text
    assert "已隐去" in public
    assert "已隐去" not in exact.partition('id="definition"')[0]
    for text in re.findall(r"<td class=\"number\">([1-4])</td>", public):
        pytest.fail(f"a small number is shown: {text}")


def test_a_group_is_told_apart_by_place_age_and_month(staff: Staff) -> None:
    text = staff("city_official", CITY).get("/atlas/groups/woman/").text
    by_place = {row[0]: row[1] for row in table(text, 0)}
    assert by_place["袁州区"] == "13,402"
    assert by_place["丰城市"] == "20,102"
    assert [row[0] for row in table(text, 1)] == ["男", "女"]
    assert [row[0] for row in table(text, -1)] == ["2024年3月", "2024年2月", "2023年3月"]
    assert "没有这样细分的数" in text, "nothing by age was delivered"


def test_the_sheet_of_groups_holds_what_the_page_shows(visitor: Client) -> None:
    shown = table(visitor.get("/atlas/groups/").text)
    exported = list(
        csv.reader(io.StringIO(visitor.get("/atlas/groups/export.csv").content.decode("utf-8-sig")))
    )
    assert len(exported[0]) == 5 + len(COLUMNS)
    for row, cells in zip(shown, exported[1:], strict=True):
        assert row[0] == cells[4]
        known = [cell.replace(",", "") for cell in row[1:7]]
        assert [cell or "none" for cell in cells[5:]] == [
            "none" if cell in {"已隐去", "分母为零", "未填报"} else cell for cell in known
        ]


def test_a_group_that_is_none_is_said(visitor: Client) -> None:
    response = visitor.get("/atlas/groups/womans/")
    assert response.status_code == 404
    assert "woman" in response.text


# -- Firms --


def test_firms_are_for_staff_alone(visitor: Client, staff: Staff) -> None:
    for address in (FIRM_LIST, FIRM, "/atlas/firms/export.xlsx", f"{FIRM}export.csv"):
        assert visitor.get(address).status_code == 302
    client = staff("administrator", CITY)
    for address in (FIRM_LIST, FIRM, "/atlas/firms/export.xlsx", f"{FIRM}export.csv"):
        assert client.get(address).status_code == 403
    assert AuditEvent.objects.filter(action=Action.ACCESS_REFUSED).count() == 4


def test_the_largest_drop_comes_first(staff: Staff) -> None:
    rows = table(staff("city_official", CITY).get(FIRM_LIST).text)
    assert len(rows) == 50
    assert rows[0][0].startswith(LI)
    assert rows[0][3:6] == ["60", "-40（-40%）", "-40（-40%）"]
    assert rows[0][8] == "未填报", "without a headcount there is no payroll per person"
    assert rows[0][10] == "-50%"


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
        for n in (1, 2)
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


# -- Parks --


def test_a_park_is_exact_for_those_of_its_county(visitor: Client, staff: Staff) -> None:
    address = "/atlas/parks/宜春经开区/"
    assert "公开版" in visitor.get(address).text
    assert LI not in visitor.get(address).text
    own = staff("county_official", YUANZHOU).get(address).text
    assert LI in own
    assert "2,016" in own
    rows = table(staff("auditor", CITY).get("/atlas/parks/").text)
    assert all("公开版" in row[0] for row in rows)


def test_a_park_is_compared_with_last_year(staff: Staff) -> None:
    rows = table(staff("city_official", CITY).get("/atlas/parks/").text)
    first = next(row for row in rows if row[0].startswith("宜春经开区"))
    assert first[1:6] == ["20", "2,016", "80", "40", "80"]
    assert first[6].startswith("+16")
    assert first[7] == "0（0%）"


def test_the_sheet_of_a_park_holds_its_months(staff: Staff) -> None:
    client = staff("city_official", CITY)
    exported = lines_of(client.get("/atlas/parks/export.csv?park=宜春经开区"))
    assert [row["月份"] for row in exported] == ["2024-03", "2024-02", "2023-03"]
    assert exported[0]["参保岗位（个）"] == "2016"
    assert len(lines_of(client.get("/atlas/parks/export.csv"))) == 2


# -- Addresses --


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/atlas/flows/?k=water", 404),
        ("/atlas/flows/?v=pie", 400),
        ("/atlas/flows/?n=0", 400),
        ("/atlas/flows/?m=202413", 400),
        (f"/atlas/flows/?p={TOWN}", 400),
        ("/atlas/flows/?p=360100", 404),
        ("/atlas/flows/export.pdf", 404),
        ("/atlas/groups/?p=1", 404),
        ("/atlas/groups/export.pdf", 404),
        ("/atlas/parks/没有的园区/", 404),
    ],
)
def test_a_wrong_address_is_said_with_a_hint(visitor: Client, address: str, status: int) -> None:
    response = visitor.get(address)
    assert response.status_code == status
    assert Page(response.text).faults == []


def test_before_anything_is_built_the_pages_say_so(
    public: Client, signed_in: Callable[[str, str], Client]
) -> None:
    for address in ("/atlas/flows/", "/atlas/groups/", "/atlas/groups/woman/", "/atlas/parks/"):
        response = public.get(address)
        assert "还没有数" in response.text, address
        assert Page(response.text).faults == []
    for address in ("/atlas/flows/export.csv", "/atlas/groups/export.csv", "/atlas/parks/x/"):
        assert public.get(address).status_code == 404
    assert "还没有数" in signed_in("city_official", CITY).get(FIRM_LIST).text


def test_the_navigation_offers_firms_to_staff_alone(visitor: Client, staff: Staff) -> None:
    assert 'href="/atlas/firms/"' not in visitor.get("/atlas/flows/").text
    text = staff("auditor", CITY).get("/atlas/flows/").text
    assert 'href="/atlas/firms/"' in text
    assert 'href="/atlas/flows/" aria-current="page"' in text
