"""The addresses of structures under ``/sdmx/``."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from leye.doors.api.parameters import check_parameters
from leye.doors.api.register_reading import register_mark
from leye.doors.api.sdmx.codes import AGENCY, VERSION
from leye.doors.api.sdmx.errors import NoResults, NotSupported, WrongQuery
from leye.doors.api.sdmx.forms import (
    STRUCTURE_JSON,
    STRUCTURES_21,
    STRUCTURES_30,
    Form,
    form_of,
)
from leye.doors.api.sdmx.structure_json import structure_json
from leye.doors.api.sdmx.structure_xml import structure_message
from leye.doors.api.sdmx.structures import KINDS, REFERENCES, chosen

LATEST = ("latest", "all", "*", "+", "~", VERSION, f"{VERSION}.0")
"""The ways to ask for the one version there is."""

_STUBS = {
    "full": (False, False),
    "referencepartial": (False, False),
    "allstubs": (True, True),
    "allcompletestubs": (True, True),
    "referencestubs": (False, True),
    "referencecompletestubs": (False, True),
}


def structures_21(
    request: HttpRequest,
    kind: str,
    agency: str = "all",
    number: str = "all",
    version: str = "latest",
) -> HttpResponse:
    """Give structures as SDMX REST 1.5 (of SDMX 2.1) asks for them."""
    every = "all" if kind == "structure" else kind
    return _structures(request, (every, agency, number, version), STRUCTURES_21)


def structures_30(
    request: HttpRequest,
    kind: str = "*",
    agency: str = "*",
    number: str = "*",
    version: str = "~",
) -> HttpResponse:
    """Give structures as SDMX REST 2.1 (of SDMX 3.0) asks for them."""
    asked = ("all" if part == "*" else part for part in (kind, agency, number))
    kind, agency, number = asked
    return _structures(request, (kind, agency, number, version), STRUCTURES_30)


def _structures(
    request: HttpRequest, asked: tuple[str, str, str, str], offered: Mapping[str, Form]
) -> HttpResponse:
    check_parameters(request, ("references", "detail"))
    form = form_of(request, offered)
    kind, agency, number, version = asked
    if kind not in (*KINDS, "all"):
        raise NotSupported(f"{kind[:40]}", hint="可用：" + "、".join(KINDS))
    references = request.GET.get("references", "none")
    if references not in (*REFERENCES, *KINDS):
        raise WrongQuery(
            f"references“{references[:40]}”", hint="可用：" + "、".join((*REFERENCES, *KINDS))
        )
    detail = request.GET.get("detail", "full")
    if detail not in _STUBS:
        raise WrongQuery(f"detail“{detail[:40]}”", hint="可用：" + "、".join(_STUBS))
    of_us = agency in (AGENCY, "all") or (kind == "agencyscheme" and agency == "SDMX")
    known = of_us and version in LATEST
    found = chosen(kind, number, references=references) if known else ()
    if not found:
        raise NoResults(
            f"没有 {kind} {agency[:40]}:{number[:40]}({version[:20]})",
            hint="全部结构见 /sdmx/2.1/structure/LEYE",
        )
    own, added = _STUBS[detail]
    marked = [(each, added if is_added else own) for each, is_added in found]
    name, prepared = message_number()
    write = structure_json if form is STRUCTURE_JSON else structure_message
    content = write(marked, number=name, prepared=prepared)
    return HttpResponse(content, content_type=form.media_type)


def message_number() -> tuple[str, datetime]:
    """Give a message's number and when its data were made: both stay while the data do."""
    mark = register_mark()
    if not mark:
        return "LEYE-0", timezone.now().replace(microsecond=0)
    prepared = datetime.fromtimestamp(mark[0] // 1_000_000_000, tz=UTC)
    return f"LEYE-{prepared:%Y%m%dT%H%M%S}", prepared
