"""Other people's software reads a running server: OWSLib the layers, sdmx1 the series."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from tests.api.register_sample import CITY, COUNTY, TINY, employed, rounded

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.usefixtures("registers")
KEY = {"INDICATOR": ["employed", "unemployed"], "REF_AREA": [COUNTY, TINY], "KEY_GROUP": ["_T"]}


@pytest.fixture
def series(live_server: "LiveServer") -> Iterator[Any]:
    """A client of SDMX whose one source is the running server."""
    import sdmx
    from sdmx.source import sources

    source = {"id": "LEYE", "name": "Leye", "url": f"{live_server.url}/sdmx/2.1"}
    sdmx.add_source(source, override=True)
    client = sdmx.Client("LEYE")
    # A connection kept open would keep a thread of the server, and its database, beyond the test.
    client.session.headers["Connection"] = "close"
    # As any client of a busy server does: what is only read may be asked for again.
    client.session.mount("http://", HTTPAdapter(max_retries=Retry(total=2, backoff_factor=0.2)))
    yield client
    client.session.close()
    del sources["LEYE"]


def test_an_ogc_client_reads_layers_page_by_page(live_server: "LiveServer") -> None:
    from owslib.ogcapi.features import Features

    client = Features(f"{live_server.url}/ogc/")
    assert client.api()["openapi"].startswith("3.0")
    assert any(name.endswith("/conf/core") for name in client.conformance()["conformsTo"])
    assert "counties" in client.feature_collections()
    described = client.collection("towns")
    box = described["extent"]["spatial"]["bbox"][0]
    first = client.collection_items("towns", limit=100, datetime_="2024-02-01", bbox=box)
    assert first["features"][0]["geometry"]["type"] == "Point"
    assert first["features"][0]["properties"]["month"] == "2024-02"
    following = client.collection_items("towns", limit=100, offset=100, bbox=box)
    ids = [each["id"] for page in (first, following) for each in page["features"]]
    assert len(set(ids)) == len(ids) == first["numberMatched"]
    county = client.collection_item("counties", COUNTY)
    assert county["properties"]["employed"] == rounded(employed(COUNTY, 202403))
    assert "group" in client.collection_queryables("counties")["properties"]
    with pytest.raises(RuntimeError, match="code"):
        client.collection_items("counties", limit=0)


def test_an_sdmx_client_reads_structures_and_generic_data(series: Any) -> None:
    import sdmx

    flows = series.dataflow()
    assert list(flows.dataflow) == ["REGISTER"]
    message = series.dataflow("REGISTER")
    structure = message.dataflow["REGISTER"].structure
    assert [each.id for each in structure.dimensions] == [
        *("FREQ", "INDICATOR", "REF_AREA", "KEY_GROUP", "AXIS", "CODE", "TIME_PERIOD")
    ]
    assert "employed" in message.codelist["CL_INDICATOR"]
    area = message.codelist["CL_REF_AREA"]["360902001"]
    assert area.parent.id == COUNTY
    assert message.codelist["CL_REF_AREA"][CITY].name.localized_default("zh") == "宜春市"

    data = series.data(
        "REGISTER",
        key={**KEY, "AXIS": ["_T"], "CODE": ["_T"]},
        params={"startPeriod": "2024-02", "endPeriod": "2024-03"},
    )
    (found,) = data.data
    assert len(found.series) == 4
    frame = sdmx.to_pandas(found, attributes="o").reset_index()
    rows = {
        (row["INDICATOR"], row["REF_AREA"], row["TIME_PERIOD"]): row
        for row in frame.to_dict("records")
    }
    assert len(rows) == 8
    shown = rows["employed", COUNTY, "2024-03"]
    assert float(shown["value"]) == rounded(employed(COUNTY, 202403))
    hidden = rows["unemployed", TINY, "2024-03"]
    assert str(hidden["value"]) in {"nan", "None"}
    assert str(getattr(hidden["OBS_STATUS"], "value", hidden["OBS_STATUS"])) == "Q"


def test_an_sdmx_client_reads_structure_specific_data(series: Any) -> None:
    import sdmx

    structure = series.datastructure("DSD_REGISTER").structure["DSD_REGISTER"]
    data = series.data("REGISTER", key=f"M.employed.{COUNTY}+{CITY}._T._T._T", dsd=structure)
    assert type(data.data[0]).__name__.startswith("StructureSpecific")
    values = sdmx.to_pandas(data.data[0]).to_dict()
    assert len(values) == 6
    name = next(key for key in values if COUNTY in key and "2024-01" in key)
    assert values[name] == rounded(employed(COUNTY, 202401))


def test_an_sdmx_client_is_told_what_is_wrong(series: Any) -> None:
    from requests import HTTPError

    with pytest.raises(HTTPError, match="404"):
        series.data("REGISTER", key="M.none.360900._T._T._T")


def test_sdmx_csv_is_read_with_its_structure(series: Any, live_server: "LiveServer") -> None:
    from sdmx.reader.csv import Reader

    flow = series.dataflow("REGISTER").dataflow["REGISTER"]
    path = f"/sdmx/3.0/data/dataflow/LEYE/REGISTER/1.0/M.employed.{COUNTY}._T._T._T"
    accept = "application/vnd.sdmx.data+csv;version=2.0.0"
    asked = Request(live_server.url + path, headers={"Accept": accept})
    with urlopen(asked) as answer:
        message = Reader().convert(BytesIO(answer.read()), structure=flow)
    (found,) = message.data
    assert [float(obs.value) for obs in found.obs] == [
        rounded(employed(COUNTY, month)) for month in (202401, 202402, 202403)
    ]
