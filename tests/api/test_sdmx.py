"""SDMX REST: keys, times, forms, structures, and who gets which numbers."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leye.analysis.metrics.register_figures import register_catalogue
from leye.data.pool.served import FOLDER
from leye.doors.api.sdmx import codes
from leye.doors.api.sdmx.series import read_period
from leye.doors.api.sdmx.xml import NAMESPACES
from leye.service.identity.models import AuditEvent
from tests.api.register_sample import (
    CITY,
    COUNTY,
    EMPTY,
    OTHER,
    TINY,
    UNREPORTED,
    employed,
    rounded,
)

ClientFor = Callable[[str], Client]
Rows = list[dict[str, str]]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registers")]
DATA, DATA_30 = "/sdmx/2.1/data/REGISTER", "/sdmx/3.0/data/dataflow/LEYE/REGISTER/1.0"
ONE = "M.employed.360900._T._T._T"
CSV = "application/vnd.sdmx.data+csv;version=1.0.0"


def rows(client: Client, path: str, **asked: str) -> Rows:
    response = client.get(path, asked, headers={"Accept": CSV})
    assert response.status_code == 200, response.content.decode()
    assert response["Content-Type"] == CSV
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def xml(client: Client, path: str, accept: str = "", **asked: str) -> ET.Element:
    response = client.get(path, asked, headers={"Accept": accept} if accept else {})
    assert response.status_code == 200, response.content.decode()
    return ET.fromstring(response.content)


def ids(root: ET.Element, name: str) -> list[str]:
    return [each.attrib["id"] for each in root.iterfind(f".//{name}", NAMESPACES)]


def test_a_line_says_all_that_is_needed(client: Client) -> None:
    found = rows(client, f"{DATA}/{ONE}", startPeriod="2024-03")
    assert found == [
        {
            "DATAFLOW": "LEYE:REGISTER(1.0)",
            "FREQ": "M",
            "INDICATOR": "employed",
            "REF_AREA": CITY,
            "KEY_GROUP": "_T",
            "AXIS": "_T",
            "CODE": "_T",
            "TIME_PERIOD": "2024-03",
            "OBS_VALUE": str(rounded(employed(CITY, 202403))),
            "OBS_STATUS": "A",
            "CONF_STATUS": "F",
            "UNIT_MEASURE": "PERSONS",
            "DATA_VERSION": "7",
        }
    ]


def test_every_way_to_have_no_value_has_its_status(client: Client) -> None:
    places = f"{COUNTY}+{TINY}+{EMPTY}+{UNREPORTED}+_U"
    found = rows(client, f"{DATA}/M.unemployed+employment_rate.{places}._T._T._T")
    status = {(row["INDICATOR"], row["REF_AREA"]): row for row in found}
    assert status["unemployed", COUNTY]["OBS_STATUS"] == "A"
    assert status["unemployed", EMPTY]["OBS_VALUE"] == "0"
    for key, code, confidential in (
        (("unemployed", TINY), "Q", "C"),
        (("unemployed", UNREPORTED), "O", "F"),
        (("employment_rate", EMPTY), "M", "F"),
    ):
        told = (status[key]["OBS_VALUE"], status[key]["OBS_STATUS"], status[key]["CONF_STATUS"])
        assert told == ("", code, confidential), key
    assert status["unemployed", "_U"]["OBS_VALUE"]


def test_parts_left_empty_are_everything_the_map_has(client: Client) -> None:
    axes = rows(client, f"{DATA}/M.employed.{COUNTY}._T..", lastNObservations="1")
    codes_of = {(row["AXIS"], row["CODE"]) for row in axes}
    assert {("_T", "_T"), ("INDUSTRY", "INDUSTRY_A"), ("INDUSTRY", "INDUSTRY_U")} <= codes_of
    assert ("AGE", "AGE_60_PLUS") in codes_of
    groups = rows(client, f"{DATA}/.employed.{COUNTY}.._T._T", lastNObservations="1")
    assert {row["KEY_GROUP"] for row in groups} >= {"_T", "woman"}
    parks = rows(client, f"{DATA}/M.jobs_insured.{codes.area_id('park:宜春经开区')}...")
    assert {row["REF_AREA"] for row in parks} == {codes.area_id("park:宜春经开区")}


def test_many_places_at_once_are_what_each_is_alone(client_for: ClientFor) -> None:
    for name in ("public", "county_official"):
        client = client_for(name)
        every = rows(client, f"{DATA}/M.employed.._T._T._T", startPeriod="2024-03")
        assert len(every) > 3000
        by_area = {row["REF_AREA"]: row for row in every}
        assert len(by_area) == len(every)
        for place in (CITY, COUNTY, OTHER, TINY, "_U", "360902001", "360902001001"):
            (alone,) = rows(client, f"{DATA}/M.employed.{place}._T._T._T", startPeriod="2024-03")
            assert by_area[place] == alone


def test_times_and_ends_of_a_series(client: Client) -> None:
    def months(**asked: str) -> list[str]:
        return [row["TIME_PERIOD"] for row in rows(client, f"{DATA}/{ONE}", **asked)]

    every = ["2024-01", "2024-02", "2024-03"]
    assert months() == every
    assert months(startPeriod="2024-02") == every[1:]
    assert months(startPeriod="2024-Q1", endPeriod="2024-02-10") == every[:2]
    assert months(startPeriod="2023", endPeriod="2024") == every
    assert months(firstNObservations="1", lastNObservations="1") == [every[0], every[2]]


def test_details_leave_out_what_is_not_wanted(client: Client) -> None:
    keys = xml(client, f"{DATA}/{ONE}", detail="serieskeysonly")
    assert keys.find(".//gen:SeriesKey", NAMESPACES) is not None
    assert keys.find(".//gen:Obs", NAMESPACES) is None
    assert keys.find(".//gen:Attributes", NAMESPACES) is None
    bare = xml(client, f"{DATA}/{ONE}", detail="dataonly")
    assert len(bare.findall(".//gen:Obs", NAMESPACES)) == 3
    assert bare.find(".//gen:Attributes", NAMESPACES) is None
    told = xml(client, f"{DATA}/{ONE}", detail="nodata")
    assert told.find(".//gen:Obs", NAMESPACES) is None
    assert told.find(".//gen:Series/gen:Attributes", NAMESPACES) is not None


def test_generic_and_specific_data_say_the_same(client: Client) -> None:
    key = f"M.unemployed.{COUNTY}+{TINY}._T._T._T"
    generic = xml(client, f"{DATA}/{key}")
    accept = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
    specific = xml(client, f"{DATA}/{key}", accept)
    one = [
        (
            series.find(".//gen:Value[@id='REF_AREA']", NAMESPACES).attrib["value"],  # type: ignore[union-attr]  # every series has it
            obs.find("gen:ObsDimension", NAMESPACES).attrib["value"],  # type: ignore[union-attr]  # every series has it
            value.attrib["value"] if value is not None else None,
            obs.find(".//gen:Value[@id='OBS_STATUS']", NAMESPACES).attrib["value"],  # type: ignore[union-attr]  # every series has it
        )
        for series in generic.iterfind(".//gen:Series", NAMESPACES)
        for obs in series.iterfind("gen:Obs", NAMESPACES)
        for value in [obs.find("gen:ObsValue", NAMESPACES)]
    ]
    other = [
        (
            series.attrib["REF_AREA"],
            obs.attrib["TIME_PERIOD"],
            obs.attrib.get("OBS_VALUE"),
            obs.attrib["OBS_STATUS"],
        )
        for series in specific.iter("Series")
        for obs in series.iter("Obs")
    ]
    assert one == other
    assert (TINY, "2024-03", None, "Q") in one


@pytest.mark.parametrize(
    ("path", "status", "number"),
    [
        ("data/NOTHING", 404, "100"),
        ("data/OTHER,REGISTER,1.0/all", 404, "100"),
        ("data/LEYE,REGISTER,9.0/all", 404, "100"),
        (f"data/REGISTER/{ONE}/NOBODY", 404, "100"),
        ("data/REGISTER/M.none.360900._T._T._T", 404, "100"),
        ("data/REGISTER/M.employed.999999._T._T._T", 404, "100"),
        ("data/REGISTER/M.vacancies.360900._T.SEX.SEX_1", 404, "100"),
        (f"data/REGISTER/{ONE}?startPeriod=2030", 404, "100"),
        ("data/REGISTER/all", 413, "130"),
        ("data/REGISTER", 413, "130"),
        ("data/REGISTER/M.employed", 400, "140"),
        (f"data/REGISTER/{ONE}?startPeriod=soon", 400, "140"),
        (f"data/REGISTER/{ONE}?startPeriod=2024-13", 400, "140"),
        (f"data/REGISTER/{ONE}?detail=some", 400, "140"),
        (f"data/REGISTER/{ONE}?lastNObservations=0", 400, "140"),
        (f"data/REGISTER/{ONE}?lastObservations=1", 400, "140"),
        (f"data/REGISTER/{ONE}?updatedAfter=2024-01-01", 501, "501"),
        (f"data/REGISTER/{ONE}?dimensionAtObservation=AllDimensions", 501, "501"),
        ("hierarchicalcodelist/LEYE", 501, "501"),
        ("codelist/LEYE/CL_NONE", 404, "100"),
        ("codelist/OTHER", 404, "100"),
        ("codelist/LEYE/all/9.0", 404, "100"),
        ("codelist/LEYE?references=friends", 400, "140"),
        ("codelist/LEYE?detail=some", 400, "140"),
    ],
)
def test_a_failure_is_a_numbered_message(
    client: Client, path: str, status: int, number: str
) -> None:
    response = client.get(f"/sdmx/2.1/{path}")
    assert response.status_code == status, response.content.decode()
    message = ET.fromstring(response.content).find("mes:ErrorMessage", NAMESPACES)
    assert message is not None
    assert message.attrib["code"] == number
    assert message.findtext("com:Text", namespaces=NAMESPACES)


def test_a_failure_can_be_read_whatever_was_asked(client: Client) -> None:
    response = client.get(f"{DATA}/M.%01.360900._T._T._T")
    text = ET.fromstring(response.content).findtext(".//com:Text", namespaces=NAMESPACES)
    assert response.status_code == 404
    assert "\N{REPLACEMENT CHARACTER}" in str(text)


def test_a_misspelt_code_names_the_right_one(client: Client) -> None:
    response = client.get(f"{DATA}/M.employd.360900._T._T._T")
    assert "employed" in response.content.decode()


def test_forms_are_chosen_by_accept(client: Client) -> None:
    def form(accept: str) -> str:
        return str(client.get(f"{DATA}/{ONE}", headers={"Accept": accept})["Content-Type"])

    assert "genericdata+xml" in form("*/*")
    assert "genericdata+xml" in form("application/xml")
    assert "structurespecificdata" in form(
        "application/xml;q=0.5, application/vnd.sdmx.structurespecificdata+xml;version=2.1"
    )
    assert "csv;version=1.0.0" in form("text/csv")
    assert "csv;version=2.0.0" in form("application/vnd.sdmx.data+csv;version=2.0.0")
    assert "json;version=2.0.0" in form("application/json")
    refused = client.get(f"{DATA}/{ONE}", headers={"Accept": "image/png"})
    assert refused.status_code == 406


def test_what_staff_take_is_recorded(client_for: ClientFor) -> None:
    for name in ("public", "county_official"):
        rows(client_for(name), f"{DATA}/{ONE}", lastNObservations="2")
        rows(client_for(name), f"{DATA}/{ONE}", detail="serieskeysonly")
    (event,) = AuditEvent.objects.filter(action="figures_exported")
    assert (event.subject_id, event.detail) == ("sdmx", {"rows": 2})


def test_exact_numbers_are_for_staff_of_the_place(client_for: ClientFor) -> None:
    key = f"M.employed+unemployed.{COUNTY}+{OTHER}+{TINY}._T._T._T"
    for name, exact in {
        "public": set(),
        "county_official": {COUNTY},
        "city_official": {COUNTY, OTHER, TINY},
        "administrator": set(),
    }.items():
        found = rows(client_for(name), f"{DATA}/{key}", startPeriod="2024-03")
        for row in found:
            place = row["REF_AREA"]
            own = place in exact
            if row["INDICATOR"] == "employed":
                number = employed(place, 202403)
                assert row["OBS_VALUE"] == str(number if own else rounded(number))
                assert row["CONF_STATUS"] == ("N" if own else "F")
            elif place == TINY:
                assert (row["OBS_VALUE"], row["OBS_STATUS"]) == (("3", "A") if own else ("", "Q"))


def test_structures_are_given_with_what_they_refer_to(client: Client) -> None:
    base = "/sdmx/2.1"
    alone = xml(client, f"{base}/dataflow/LEYE/REGISTER/1.0")
    assert (ids(alone, "str:Dataflow"), ids(alone, "str:DataStructure")) == (["REGISTER"], [])
    child = xml(client, f"{base}/dataflow/LEYE/REGISTER", references="children")
    assert (ids(child, "str:DataStructure"), ids(child, "str:Codelist")) == (["DSD_REGISTER"], [])
    whole = xml(client, f"{base}/dataflow/LEYE/REGISTER/latest", references="all")
    assert "CL_REF_AREA" in ids(whole, "str:Codelist")
    assert ids(whole, "str:ConceptScheme") == ["CS_REGISTER"]
    lists = xml(client, f"{base}/datastructure/LEYE/DSD_REGISTER", references="codelist")
    assert ids(lists, "str:Codelist")
    assert ids(lists, "str:ConceptScheme") == []
    parents = xml(client, f"{base}/codelist/LEYE/CL_AXIS", references="parents")
    assert ids(parents, "str:DataStructure") == ["DSD_REGISTER"]
    siblings = xml(client, f"{base}/codelist/LEYE/CL_AXIS", references="parentsandsiblings")
    assert "CL_CODE" in ids(siblings, "str:Codelist")
    assert ids(xml(client, f"{base}/agencyscheme/SDMX"), "str:Agency") == ["LEYE"]
    stub = xml(client, f"{base}/codelist/LEYE/CL_AXIS", detail="allstubs")
    assert ids(stub, "str:Code") == []
    every = xml(client, f"{base}/structure/LEYE")
    assert ids(every, "str:Dataflow") == ["REGISTER"]


def test_structures_are_the_same_as_json(client: Client) -> None:
    path = "/sdmx/3.0/structure/dataflow/LEYE/REGISTER/1.0"
    data = client.get(path, {"references": "all"}).json()["data"]
    assert [each["id"] for each in data["dataflows"]] == ["REGISTER"]
    (structure,) = data["dataStructures"]
    assert data["dataflows"][0]["structure"] == structure["links"][0]["urn"]
    components = structure["dataStructureComponents"]
    named = [each["id"] for each in components["dimensionList"]["dimensions"]]
    assert tuple(named) == codes.DIMENSIONS
    lists = {each["links"][0]["urn"]: each for each in data["codelists"]}
    root = xml(client, "/sdmx/2.1/codelist/LEYE/all")
    for each in components["dimensionList"]["dimensions"]:
        found = lists[each["localRepresentation"]["enumeration"]]
        same = root.find(f".//str:Codelist[@id='{found['id']}']", NAMESPACES)
        assert same is not None
        assert [code["id"] for code in found["codes"]] == ids(same, "str:Code")
    every = client.get("/sdmx/3.0/structure/*").json()["data"]
    assert set(every) > {"agencySchemes", "conceptSchemes"}


def test_every_code_of_the_data_is_in_its_list(client: Client) -> None:
    root = xml(client, "/sdmx/2.1/codelist/LEYE/all")
    lists = {
        each.attrib["id"]: set(ids(each, "str:Code"))
        for each in root.iterfind(".//str:Codelist", NAMESPACES)
    }
    for name, items in lists.items():
        for code in items:
            assert all(c.isascii() and (c.isalnum() or c in "_-@$") for c in code), (name, code)
    found = rows(client, f"{DATA}/.employed.{COUNTY}+{TINY}...", lastNObservations="1")
    for row in found:
        for name in (*codes.DIMENSIONS, "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE"):
            assert row[name] in lists[f"CL_{name}"], (name, row[name])
    assert len(lists["CL_REF_AREA"]) > 3000


def test_every_indicator_has_a_unit_with_an_identifier() -> None:
    assert {each.unit for each in register_catalogue()} <= set(codes.UNITS)


def test_the_three_point_zero_style_gives_csv_and_json(client: Client) -> None:
    path = f"{DATA_30}/M.employed.*._T._T._T"
    asked = {"c[TIME_PERIOD]": "ge:2024-02+le:2024-03", "c[REF_AREA]": f"{COUNTY},{CITY}"}
    table = client.get(path, asked, headers={"Accept": "text/csv"})
    assert table["Content-Type"] == "application/vnd.sdmx.data+csv;version=2.0.0"
    lines = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert {(row["STRUCTURE"], row["STRUCTURE_ID"], row["ACTION"]) for row in lines} == {
        ("dataflow", "LEYE:REGISTER(1.0)", "I")
    }
    assert {(row["REF_AREA"], row["TIME_PERIOD"]) for row in lines} == {
        (place, month) for place in (CITY, COUNTY) for month in ("2024-02", "2024-03")
    }
    message = json.loads(client.get(path, asked).content)
    assert _observations(message) == {
        (row["REF_AREA"], row["TIME_PERIOD"]): (float(row["OBS_VALUE"]), row["OBS_STATUS"])
        for row in lines
    }


def _observations(message: dict[str, Any]) -> dict[tuple[str, str], tuple[float, str]]:
    """Read an SDMX-JSON message by its own numbering."""
    (structure,), (data,) = message["data"]["structures"], message["data"]["dataSets"]
    series = structure["dimensions"]["series"]
    (time,) = structure["dimensions"]["observation"]
    area = next(n for n, each in enumerate(series) if each["id"] == "REF_AREA")
    status = structure["attributes"]["observation"][0]
    assert status["id"] == "OBS_STATUS"
    found = {}
    for key, each in data["series"].items():
        place = series[area]["values"][int(key.split(":")[area])]["id"]
        for number, (value, code, *_) in each["observations"].items():
            month = time["values"][int(number)]["id"]
            found[place, month] = (value, status["values"][code]["id"])
    return found


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sdmx/3.0/data/provisionagreement/LEYE/REGISTER/1.0", 501),
        ("/sdmx/3.0/data/dataflow/OTHER/REGISTER/1.0", 404),
        (f"{DATA_30}/M.employed.*._T._T._T,M.unemployed.*._T._T._T", 501),
        (f"{DATA_30}/{ONE}?c[NOTHING]=1", 400),
        (f"{DATA_30}/{ONE}?c[REF_AREA]=360902", 404),
        (f"{DATA_30}/{ONE}?c[TIME_PERIOD]=soon", 400),
        (f"{DATA_30}/{ONE}?startPeriod=2024", 400),
        (f"{DATA_30}/{ONE}?c[REF_AREA]=360900&updatedAfter=2024", 501),
        ("/sdmx/3.0/structure/hierarchy", 501),
        ("/sdmx/3.0/structure/codelist/LEYE/CL_NONE", 404),
        ("/sdmx/3.0/schema", 404),
        ("/sdmx", 404),
    ],
)
def test_a_failure_of_the_three_point_zero_style(client: Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_before_anything_is_built_there_are_structures_and_no_results(
    client: Client, registers: Any
) -> None:
    shutil.rmtree(registers.root / FOLDER)
    assert client.get(f"{DATA}/{ONE}").status_code == 404
    assert ids(xml(client, "/sdmx/2.1/dataflow/LEYE"), "str:Dataflow") == ["REGISTER"]


def test_answers_are_the_same_until_the_data_change_and_cost_no_query(client: Client) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as queries:
        first, second = client.get(f"{DATA}/{ONE}"), client.get(f"{DATA}/{ONE}")
        kept = client.get(f"{DATA}/{ONE}", headers={"If-None-Match": first["ETag"]})
    assert len(queries) == 0
    assert first.content == second.content
    assert kept.status_code == 304
    assert first["Cache-Control"].startswith("public")
    assert client.post(f"{DATA}/{ONE}").status_code == 405


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", 202401, 202412),
        ("2024-A1", 202401, 202412),
        ("2024-S2", 202407, 202412),
        ("2024-Q2", 202404, 202406),
        ("2024-05", 202405, 202405),
        ("2024-M05", 202405, 202405),
        ("2024-05-31", 202405, 202405),
        ("2024-05-31T10:00:00", 202405, 202405),
    ],
)
def test_a_period_is_its_first_and_last_month(text: str, first: int, last: int) -> None:
    assert (read_period(text, last=False), read_period(text, last=True)) == (first, last)
