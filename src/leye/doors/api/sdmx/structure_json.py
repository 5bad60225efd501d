"""Structures as SDMX-JSON 2.0."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from leye.doors.api.sdmx.codes import AGENCY, DIMENSIONS, MEASURE, STRUCTURE, TIME, VERSION
from leye.doors.api.sdmx.structures import CODED, Artefact, Item, Names, agency_of, urn_of

_SCHEMA = "https://json.sdmx.org/2.0.0/sdmx-json-structure-schema.json"
_PARTS = {
    "agencyscheme": ("agencySchemes", "agencies"),
    "codelist": ("codelists", "codes"),
    "conceptscheme": ("conceptSchemes", "concepts"),
    "dataflow": ("dataflows", ""),
    "datastructure": ("dataStructures", ""),
}
_FORMATS = {TIME: "ObservationalTimePeriod", MEASURE: "Decimal"}


def structure_json(
    found: Iterable[tuple[Artefact, bool]], *, number: str, prepared: datetime
) -> bytes:
    """Write artefacts as a message; those marked are stubs, without what they hold."""
    data: dict[str, list[dict[str, Any]]] = {}
    for each, stub in found:
        data.setdefault(_PARTS[each.kind][0], []).append(_artefact(each, stub=stub))
    meta = {
        "schema": _SCHEMA,
        "id": number,
        "prepared": prepared.isoformat(),
        "test": False,
        "contentLanguages": ["zh", "en"],
        "sender": {"id": AGENCY},
    }
    return json.dumps({"meta": meta, "data": data}, ensure_ascii=False).encode()


def _artefact(each: Artefact, *, stub: bool) -> dict[str, Any]:
    body = {
        "id": each.id,
        "agencyID": agency_of(each.kind),
        "version": VERSION,
        "isExternalReference": stub,
        "links": [{"rel": "self", "urn": urn_of(each.kind, each.id)}],
        **_names(each.names),
    }
    if stub:
        return body
    if each.kind == "dataflow":
        return body | {"structure": urn_of("datastructure", STRUCTURE)}
    if each.kind == "datastructure":
        return body | {"dataStructureComponents": _components()}
    return body | {_PARTS[each.kind][1]: [_item(item) for item in each.items]}


def _item(item: Item) -> dict[str, Any]:
    body: dict[str, Any] = {"id": item.id, **_names(item.names)}
    if item.description:
        body |= {"description": item.description, "descriptions": {"zh": item.description}}
    return body | ({"parent": item.parent} if item.parent else {})


def _names(names: Names) -> dict[str, Any]:
    return {"name": names["zh"], "names": dict(names)}


def _components() -> dict[str, Any]:
    dimensions = [{**_component(name), "position": n} for n, name in enumerate(DIMENSIONS)]
    attributes = {
        "OBS_STATUS": {"observation": {}},
        "CONF_STATUS": {"observation": {}},
        "UNIT_MEASURE": {"dimensions": list(DIMENSIONS)},
        "DATA_VERSION": {"dataflow": {}},
    }
    return {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": dimensions,
            "timeDimension": _component(TIME),
        },
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [
                {**_component(name), "usage": "mandatory", "attributeRelationship": relation}
                for name, relation in attributes.items()
            ],
        },
        "measureList": {"id": "MeasureDescriptor", "measures": [_component(MEASURE)]},
    }


def _component(name: str) -> dict[str, Any]:
    if name in CODED:
        representation: dict[str, Any] = {"enumeration": urn_of("codelist", f"CL_{name}")}
    else:
        representation = {"format": {"dataType": _FORMATS.get(name, "Integer")}}
    return {
        "id": name,
        "conceptIdentity": urn_of("conceptscheme", "CS_REGISTER", item=name),
        "localRepresentation": representation,
    }
