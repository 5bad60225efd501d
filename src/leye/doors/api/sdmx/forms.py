"""The forms of an answer: which one an Accept header asks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from leye.doors.api.sdmx.errors import NotAcceptable


@dataclass(frozen=True, slots=True)
class Form:
    """A form: what it is called here, and its media type as answered with."""

    name: str
    media_type: str


_VND = "application/vnd.sdmx"
GENERIC = Form("generic", f"{_VND}.genericdata+xml;version=2.1")
SPECIFIC = Form("specific", f"{_VND}.structurespecificdata+xml;version=2.1")
JSON = Form("json", f"{_VND}.data+json;version=2.0.0")
CSV_1 = Form("csv1", f"{_VND}.data+csv;version=1.0.0")
CSV_2 = Form("csv2", f"{_VND}.data+csv;version=2.0.0")
STRUCTURE = Form("structure", f"{_VND}.structure+xml;version=2.1")
STRUCTURE_JSON = Form("structure json", f"{_VND}.structure+json;version=2.0.0")

DATA_21: Mapping[str, Form] = {
    f"{_VND}.genericdata+xml": GENERIC,
    f"{_VND}.genericdata+xml;2.1": GENERIC,
    f"{_VND}.structurespecificdata+xml": SPECIFIC,
    f"{_VND}.structurespecificdata+xml;2.1": SPECIFIC,
    f"{_VND}.data+csv": CSV_1,
    f"{_VND}.data+csv;1.0.0": CSV_1,
    f"{_VND}.data+csv;2.0.0": CSV_2,
    f"{_VND}.data+json": JSON,
    f"{_VND}.data+json;2.0.0": JSON,
    "application/xml": GENERIC,
    "text/xml": GENERIC,
    "text/csv": CSV_1,
    "application/json": JSON,
    "application/*": GENERIC,
    "text/*": CSV_1,
    "*/*": GENERIC,
}
DATA_30: Mapping[str, Form] = {
    f"{_VND}.data+json": JSON,
    f"{_VND}.data+json;2.0.0": JSON,
    f"{_VND}.data+csv": CSV_2,
    f"{_VND}.data+csv;2.0.0": CSV_2,
    f"{_VND}.data+csv;1.0.0": CSV_1,
    "application/json": JSON,
    "text/csv": CSV_2,
    "application/*": JSON,
    "text/*": CSV_2,
    "*/*": JSON,
}
STRUCTURES_21: Mapping[str, Form] = {
    **dict.fromkeys((f"{_VND}.structure+xml", f"{_VND}.structure+xml;2.1"), STRUCTURE),
    **dict.fromkeys(("application/xml", "text/xml", "application/*", "*/*"), STRUCTURE),
}
STRUCTURES_30: Mapping[str, Form] = {
    **dict.fromkeys((f"{_VND}.structure+json", f"{_VND}.structure+json;2.0.0"), STRUCTURE_JSON),
    **dict.fromkeys(("application/json", "application/*", "*/*"), STRUCTURE_JSON),
}


def form_of(request: HttpRequest, offered: Mapping[str, Form]) -> Form:
    """Give the form the Accept header prefers among those offered; what stands first wins a tie.

    :raises NotAcceptable: none of them is accepted.
    """
    wanted = request.headers.get("Accept", "").strip() or "*/*"
    ranked = sorted((_read(part) for part in wanted.split(",")), key=lambda pair: -pair[1])
    for name, quality in ranked:
        if quality > 0 and name in offered:
            return offered[name]
    media = "、".join(dict.fromkeys(form.media_type for form in offered.values()))
    raise NotAcceptable(f"“{wanted[:120]}”", hint=f"可用：{media}")


def _read(part: str) -> tuple[str, float]:
    media_type, *parameters = (each.strip().lower() for each in part.split(";"))
    given = dict(each.partition("=")[::2] for each in parameters)
    version = given.get("version", "").strip('"')
    try:
        quality = float(given.get("q", "1"))
    except ValueError:
        quality = 0.0
    return (f"{media_type};{version}" if version else media_type), quality
