"""Writing SDMX-ML 2.1."""

from collections.abc import Mapping
from datetime import datetime
from xml.etree import ElementTree as ET

from leye.doors.api.sdmx.codes import AGENCY

_SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
NAMESPACES = {
    "mes": f"{_SCHEMAS}/message",
    "str": f"{_SCHEMAS}/structure",
    "com": f"{_SCHEMAS}/common",
    "gen": f"{_SCHEMAS}/data/generic",
    "ss": f"{_SCHEMAS}/data/structurespecific",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
for _prefix, _uri in NAMESPACES.items():
    if _prefix != "xml":
        ET.register_namespace(_prefix, _uri)

Element = ET.Element
# XML 1.0 has no way to write them.
_CONTROLS = dict.fromkeys((*range(32), 0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")
for _kept in "\t\n\r":
    del _CONTROLS[ord(_kept)]


def element(
    name: str, attributes: Mapping[str, str] | None = None, *inside: Element | str
) -> Element:
    """Give an element; names with one of the prefixes of ``NAMESPACES``, else as written."""
    made = Element(_qualified(name), {_qualified(k): v for k, v in (attributes or {}).items()})
    for each in inside:
        if isinstance(each, str):
            made.text = each.translate(_CONTROLS)
        else:
            made.append(each)
    return made


def xml_bytes(root: Element) -> bytes:
    """Write a document in UTF-8, with its declaration."""
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def header(number: str, prepared: datetime, *more: Element) -> Element:
    """Give the header of a message."""
    return element(
        "mes:Header",
        {},
        element("mes:ID", {}, number),
        element("mes:Test", {}, "false"),
        element("mes:Prepared", {}, prepared.isoformat()),
        element("mes:Sender", {"id": AGENCY}),
        element("mes:Receiver", {"id": "not_supplied"}),
        *more,
    )


def _qualified(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if prefix in NAMESPACES else name
