"""Series as SDMX-JSON 2.0."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from leye.doors.api.register_asked import month_text
from leye.doors.api.register_reading import Given
from leye.doors.api.register_rows import number_text
from leye.doors.api.sdmx.codes import (
    AGENCY,
    DIMENSIONS,
    FLOW,
    MEASURE,
    STRUCTURE,
    TIME,
    UNITS,
    conf_status,
    obs_status,
)
from leye.doors.api.sdmx.series import Series
from leye.doors.api.sdmx.structures import CONCEPTS, artefacts, urn_of
from leye.kernel.months import first_day, last_day

_SCHEMA = "https://json.sdmx.org/2.0.0/sdmx-json-data-schema.json"
_FLOW_LINK = {"urn": urn_of("dataflow", FLOW), "rel": "dataflow"}
_OF_FIGURE: Mapping[str, Callable[[Given], str]] = {
    "OBS_STATUS": obs_status,
    "CONF_STATUS": conf_status,
}


def json_message(
    found: Sequence[Series], *, detail: str, release: int, number: str, prepared: datetime
) -> bytes:
    """Write series as a data message; without observations or attributes where ``detail`` says."""
    values = _Values(found)
    data_set: dict[str, Any] = {
        "structure": 0,
        "links": [_FLOW_LINK],
        "action": "Replace",
        "series": {values.key_of(each): _series(each, values, detail) for each in found},
    }
    if detail in ("full", "nodata"):
        data_set["attributes"] = [str(release)]
    message = {
        "meta": {
            "schema": _SCHEMA,
            "id": number,
            "prepared": prepared.isoformat(),
            "test": False,
            "contentLanguages": ["zh"],
            "sender": {"id": AGENCY},
        },
        "data": {"structures": [_structure(values)], "dataSets": [data_set]},
    }
    return json.dumps(message, ensure_ascii=False).encode()


class _Values:
    """The identifiers that occur, by component, numbered in the order they are first seen."""

    def __init__(self, found: Sequence[Series]) -> None:
        self.ids: dict[str, dict[str, int]] = {name: {} for name in (*DIMENSIONS, "UNIT_MEASURE")}
        self.ids |= {name: {} for name in _OF_FIGURE}
        self.months: dict[int, int] = {}
        for each in found:
            for name, code in each.key.ids.items():
                _number(self.ids[name], code)
            _number(self.ids["UNIT_MEASURE"], UNITS[each.key.indicator.unit])
            for given in each.figures:
                self.months.setdefault(given.figure.month, len(self.months))
                for name, code_of in _OF_FIGURE.items():
                    _number(self.ids[name], code_of(given))

    def key_of(self, each: Series) -> str:
        """Give a series' key as the numbers of its identifiers."""
        return ":".join(str(self.ids[name][code]) for name, code in each.key.ids.items())


def _number(known: dict[str, int], code: str) -> None:
    known.setdefault(code, len(known))


def _series(each: Series, values: _Values, detail: str) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if detail in ("full", "nodata"):
        body["attributes"] = [values.ids["UNIT_MEASURE"][UNITS[each.key.indicator.unit]]]
    if detail in ("full", "dataonly"):
        body["observations"] = {
            str(values.months[given.figure.month]): _observation(given, values, detail)
            for given in each.figures
        }
    return body


def _observation(given: Given, values: _Values, detail: str) -> list[Any]:
    text = number_text(given.figure.value)
    value = None if text is None else float(text)
    if detail == "dataonly":
        return [value]
    return [value, *(values.ids[name][code_of(given)] for name, code_of in _OF_FIGURE.items())]


def _structure(values: _Values) -> dict[str, Any]:
    dimensions = [
        {**_component(name, values), "keyPosition": position}
        for position, name in enumerate(DIMENSIONS)
    ]
    time = {
        "id": TIME,
        "name": CONCEPTS[TIME]["zh"],
        "keyPosition": len(DIMENSIONS),
        "values": [_month(month) for month in values.months],
    }
    version = {
        "id": "DATA_VERSION",
        "name": CONCEPTS["DATA_VERSION"]["zh"],
        "relationship": {"dataflow": {}},
    }
    unit = {
        **_component("UNIT_MEASURE", values),
        "relationship": {"dimensions": list(DIMENSIONS)},
    }
    observed = [
        {**_component(name, values), "relationship": {"observation": {}}} for name in _OF_FIGURE
    ]
    return {
        "links": [
            _FLOW_LINK,
            {"urn": urn_of("datastructure", STRUCTURE), "rel": "dsd"},
        ],
        "dimensions": {"dataSet": [], "series": dimensions, "observation": [time]},
        "measures": {"observation": [{"id": MEASURE, "name": CONCEPTS[MEASURE]["zh"]}]},
        "attributes": {"dataSet": [version], "series": [unit], "observation": observed},
        "dataSets": [0],
    }


def _component(name: str, values: _Values) -> dict[str, Any]:
    known = {item.id: item.names for item in artefacts()[f"codelist CL_{name}"].items}
    return {
        "id": name,
        "name": CONCEPTS[name]["zh"],
        "values": [{"id": code, "name": known[code]["zh"]} for code in values.ids[name]],
    }


def _month(month: int) -> dict[str, str]:
    return {
        "id": month_text(month),
        "name": month_text(month),
        "start": f"{first_day(month)}T00:00:00",
        "end": f"{last_day(month)}T23:59:59",
    }
