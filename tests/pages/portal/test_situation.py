"""The situation room's page and report: who sees what, and what it costs."""

import io
import re
from collections.abc import Callable
from functools import cache
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document

from leye.analysis.atlas.situation import situation
from leye.analysis.atlas.situation_types import Situation
from leye.analysis.metrics.register_figures import RegisterFigures
from leye.data.reference import places
from leye.doors.portal.views import situation as view
from leye.doors.web import atlas
from leye.doors.web import situation as reading
from leye.service.identity.actions import Action
from leye.service.identity.models import AuditEvent
from leye.service.identity.roles import Permission
from tests.atlas.made_city import CITY, MONTHS, MadeCity
from tests.pages.portal.markup import Page

CITY_STAFF = ("city_official", CITY)
COUNTY_STAFF = ("county_official", "360921")
VILLAGE = places().children("360921")[0].code
MADE = MadeCity()
REPORT = "/situation/report.docx"
MAKE = Callable[[str, str], Client]


@pytest.fixture(autouse=True)
def city(monkeypatch: pytest.MonkeyPatch) -> MadeCity:
    """The made-up city in place of a serving copy: one for all tests, so that pages are kept."""
    # Whatever is first imported while the name stands for the made-up city would keep it.
    import_module("leye.config.urls")
    for module in (atlas, reading, view):
        monkeypatch.setattr(module, "served_copy", lambda: MADE)
    return MADE


@cache
def expected(city: MadeCity, *, protected: bool, place: str = CITY) -> Situation:
    return situation(
        RegisterFigures(city, protected=protected),
        place=place,
        month=MONTHS[-1],
        months=MONTHS,
        data_version=city.release,
        protected=protected,
        festivals=reading.festivals(),
    )


def first_number(found: Situation) -> str:
    number = found.headlines[0].number
    assert number is not None
    return f"<b>{number.text}</b>"


@pytest.mark.parametrize(
    "address",
    ["/situation/", "/situation/?month=202410", "/situation/?month=202605&place=360921"],
)
def test_the_page_is_well_made(public: Client, address: str) -> None:
    response = public.get(address)
    assert response.status_code == 200
    assert Page(response.text).faults == []


def test_a_visitor_sees_the_protected_figures(public: Client, city: MadeCity) -> None:
    shown = public.get("/situation/").text
    assert first_number(expected(city, protected=True)) in shown
    assert first_number(expected(city, protected=False)) not in shown
    assert "公开版" in shown
    assert REPORT not in shown


def test_parts_of_a_change_stand_under_what_they_are_parts_by(public: Client) -> None:
    shown = public.get("/situation/").text
    assert '<th scope="rowgroup" colspan="2">分地区</th>' in shown


@pytest.mark.parametrize(
    ("staff", "place", "exact"),
    [
        (CITY_STAFF, CITY, True),
        (CITY_STAFF, "360921", True),
        (COUNTY_STAFF, "360921", True),
        (COUNTY_STAFF, CITY, False),
        (COUNTY_STAFF, "360902", False),
        (("data_steward", CITY), CITY, False),
        (("auditor", CITY), CITY, False),
        (("administrator", CITY), CITY, False),
        (("village_worker", VILLAGE), "360921", False),
    ],
)
def test_staff_see_exact_figures_of_their_own_region(
    signed_in: MAKE, city: MadeCity, staff: tuple[str, str], place: str, exact: bool
) -> None:
    shown = signed_in(*staff).get(f"/situation/?place={place}").text
    assert first_number(expected(city, protected=not exact, place=place)) in shown
    assert ("公开版" in shown) is not exact


@pytest.mark.parametrize(
    ("staff", "place", "status"),
    [
        (CITY_STAFF, CITY, 200),
        (COUNTY_STAFF, "360921", 200),
        (COUNTY_STAFF, CITY, 403),
        (("auditor", CITY), CITY, 200),
        (("administrator", CITY), CITY, 403),
        (("village_worker", VILLAGE), "360921", 403),
    ],
)
def test_the_report_is_for_staff_of_the_place(
    signed_in: MAKE, staff: tuple[str, str], place: str, status: int
) -> None:
    client = signed_in(*staff)
    assert client.get(f"{REPORT}?place={place}").status_code == status
    refused = AuditEvent.objects.filter(action=Action.ACCESS_REFUSED)
    assert [event.detail for event in refused] == (
        [{"action": Permission.READ_UNPUBLISHED.value, "place": place}] if status == 403 else []
    )
    offered = f"{REPORT}?place={place}" in client.get(f"/situation/?place={place}").text
    assert offered is (status == 200)


def test_a_visitor_is_asked_to_sign_in_for_the_report(public: Client) -> None:
    response = public.get(REPORT)
    assert response.status_code == 302
    assert "/console/sign-in/" in response["Location"]


def test_the_report_is_a_word_document_of_the_month_and_is_recorded(signed_in: MAKE) -> None:
    response = signed_in(*CITY_STAFF).get(f"{REPORT}?month=202610")
    assert response["Content-Type"] == view.DOCX
    assert ".docx" in response["Content-Disposition"]
    document = Document(io.BytesIO(response.content))
    assert document.paragraphs[0].text == "宜春市2026年10月就业形势分析"
    captions = [each.text for each in document.paragraphs if "规划目标截至" in each.text]
    assert len(captions) == 1
    event = AuditEvent.objects.get(action=Action.FIGURES_EXPORTED)
    assert event.subject_id == "situation_report"


def test_every_mark_on_the_page_leads_to_its_row(signed_in: MAKE) -> None:
    shown = signed_in(*CITY_STAFF).get("/situation/").text
    wanted = set(re.findall(r'class="trace" href="#(n\d+)"', shown))
    assert len(wanted) > 5
    assert wanted <= set(re.findall(r'<tr id="(n\d+)"', shown))


def test_the_month_and_place_are_in_the_address(public: Client) -> None:
    shown = public.get("/situation/?month=202605&place=360921").text
    assert "<h1>奉新县2026年5月就业形势</h1>" in shown
    assert '<option value="202605" selected>' in shown
    assert '<option value="360921" selected>' in shown


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/situation/?month=202701", 404),
        ("/situation/?month=2026", 400),
        ("/situation/?month=٢٠٢٦١١", 400),
        ("/situation/?place=360921501", 404),
        ("/situation/?place=000000", 404),
    ],
)
def test_what_there_is_not_is_said_plainly(public: Client, address: str, status: int) -> None:
    assert public.get(address).status_code == status


def test_without_any_month_the_page_says_so(
    public: Client, signed_in: MAKE, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (atlas, reading, view):
        monkeypatch.setattr(module, "served_copy", lambda: None)
    response = public.get("/situation/")
    assert response.status_code == 200
    assert "还没有生成任何月份" in response.text
    assert signed_in(*CITY_STAFF).get(REPORT).status_code == 404


def test_a_visitor_costs_the_database_nothing(public: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        public.get("/situation/")
    assert len(queries) == 0


@pytest.mark.parametrize(("address", "most"), [("/situation/", 4), (REPORT, 10)])
def test_staff_cost_the_database_little(signed_in: MAKE, address: str, most: int) -> None:
    client = signed_in(*CITY_STAFF)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= most, [each["sql"] for each in queries.captured_queries]
