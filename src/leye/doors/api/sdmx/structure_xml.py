"""Structures as SDMX-ML 2.1."""

from collections.abc import Iterable
from datetime import datetime

from leye.doors.api.sdmx.codes import AGENCY, DIMENSIONS, MEASURE, STRUCTURE, TIME, VERSION
from leye.doors.api.sdmx.structures import CLASSES, CODED, Artefact, Item, Names, agency_of, urn_of
from leye.doors.api.sdmx.xml import Element, element, header, xml_bytes

# In the order in which a message has them.
_PARTS = (
    ("agencyscheme", "str:OrganisationSchemes", "str:AgencyScheme", "str:Agency"),
    ("dataflow", "str:Dataflows", "str:Dataflow", ""),
    ("codelist", "str:Codelists", "str:Codelist", "str:Code"),
    ("conceptscheme", "str:Concepts", "str:ConceptScheme", "str:Concept"),
    ("datastructure", "str:DataStructures", "str:DataStructure", ""),
)


def structure_message(
    found: Iterable[tuple[Artefact, bool]], *, number: str, prepared: datetime
) -> bytes:
    """Write artefacts as a message; those marked are stubs, without what they hold."""
    every = tuple(found)
    parts = []
    for kind, group, name, item in _PARTS:
        inside = [
            _artefact(each, name, item, stub=stub) for each, stub in every if each.kind == kind
        ]
        if inside:
            parts.append(element(group, {}, *inside))
    root = element(
        "mes:Structure", {}, header(number, prepared), element("mes:Structures", {}, *parts)
    )
    return xml_bytes(root)


def _artefact(each: Artefact, name: str, item: str, *, stub: bool) -> Element:
    attributes = {
        "id": each.id,
        "agencyID": agency_of(each.kind),
        "version": VERSION,
        "urn": urn_of(each.kind, each.id),
        "isExternalReference": "true" if stub else "false",
        "isFinal": "false",
    }
    made = element(name, attributes, *_names(each.names))
    if stub:
        return made
    if each.kind == "dataflow":
        made.append(element("str:Structure", {}, _ref("datastructure", STRUCTURE)))
    elif each.kind == "datastructure":
        made.append(_components())
    made.extend(_item(held, item) for held in each.items)
    return made


def _item(held: Item, name: str) -> Element:
    made = element(name, {"id": held.id}, *_names(held.names))
    if held.description:
        made.append(element("com:Description", {"xml:lang": "zh"}, held.description))
    if held.parent:
        made.append(element("str:Parent", {}, element("Ref", {"id": held.parent})))
    return made


def _names(names: Names) -> list[Element]:
    return [element("com:Name", {"xml:lang": lang}, text) for lang, text in names.items()]


def _ref(kind: str, number: str) -> Element:
    package, name = CLASSES[kind]
    ids = {"id": number, "version": VERSION, "agencyID": AGENCY}
    return element("Ref", {**ids, "package": package, "class": name})


def _components() -> Element:
    dimensions = [
        _component("str:Dimension", name, {"position": str(position)})
        for position, name in enumerate(DIMENSIONS, 1)
    ]
    time = _component("str:TimeDimension", TIME, {"position": str(len(DIMENSIONS) + 1)})
    return element(
        "str:DataStructureComponents",
        {},
        element("str:DimensionList", {"id": "DimensionDescriptor"}, *dimensions, time),
        element(
            "str:AttributeList",
            {"id": "AttributeDescriptor"},
            _attribute("OBS_STATUS", _of_measure()),
            _attribute("CONF_STATUS", _of_measure()),
            _attribute("UNIT_MEASURE", [_local("str:Dimension", name) for name in DIMENSIONS]),
            _attribute("DATA_VERSION", [element("str:None")]),
        ),
        element(
            "str:MeasureList",
            {"id": "MeasureDescriptor"},
            _component("str:PrimaryMeasure", MEASURE, {}),
        ),
    )


def _of_measure() -> list[Element]:
    return [_local("str:PrimaryMeasure", MEASURE)]


def _local(name: str, number: str) -> Element:
    return element(name, {}, element("Ref", {"id": number}))


def _attribute(name: str, of: list[Element]) -> Element:
    made = _component("str:Attribute", name, {"assignmentStatus": "Mandatory"})
    made.append(element("str:AttributeRelationship", {}, *of))
    return made


def _component(kind: str, name: str, more: dict[str, str]) -> Element:
    concept = {
        "id": name,
        "maintainableParentID": "CS_REGISTER",
        "maintainableParentVersion": VERSION,
        "agencyID": AGENCY,
        "package": "conceptscheme",
        "class": "Concept",
    }
    made = element(kind, {"id": name, **more})
    made.append(element("str:ConceptIdentity", {}, element("Ref", concept)))
    if name in CODED:
        inside = element("str:Enumeration", {}, _ref("codelist", f"CL_{name}"))
    else:
        types = {TIME: "ObservationalTimePeriod", MEASURE: "Decimal"}
        inside = element("str:TextFormat", {"textType": types.get(name, "Integer")})
    made.append(element("str:LocalRepresentation", {}, inside))
    return made
