"""The addresses of data under ``/sdmx/``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from leye.doors.api.errors import UnknownAddress
from leye.doors.api.parameters import check_parameters
from leye.doors.api.register_reading import RegisterReading, open_registers
from leye.doors.api.sdmx.codes import AGENCY, DIMENSIONS, FLOW, TIME, VERSION
from leye.doors.api.sdmx.data_csv import csv_message
from leye.doors.api.sdmx.data_json import json_message
from leye.doors.api.sdmx.data_xml import generic_message, specific_message
from leye.doors.api.sdmx.errors import NoResults, NotSupported, WrongQuery
from leye.doors.api.sdmx.forms import (
    CSV_1,
    CSV_2,
    DATA_21,
    DATA_30,
    GENERIC,
    JSON,
    Form,
    form_of,
)
from leye.doors.api.sdmx.series import Asked, Series, read_key, read_period, series_of
from leye.doors.api.sdmx.structure_views import LATEST, message_number
from leye.doors.web.exports import record_export

_DATA_PARAMETERS = (
    *("startPeriod", "endPeriod", "firstNObservations", "lastNObservations"),
    *("detail", "dimensionAtObservation", "includeHistory", "updatedAfter"),
)
_WITH_NUMBERS = ("full", "dataonly")
_DETAILS = (*_WITH_NUMBERS, "serieskeysonly", "nodata")
_PART_OF_TIME = re.compile(r"(?:(ge|gt|le|lt|eq):)?(.+)")
_CONSTRAINED = re.compile(r"c\[([A-Z_]+)\]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of which series: first and last month, and how many at either end."""

    first: int
    last: int
    head: int | None
    tail: int | None
    detail: str

    def months(self, known: tuple[int, ...]) -> tuple[int, ...]:
        """Give the months wanted among those there are."""
        found = tuple(month for month in known if self.first <= month <= self.last)
        if self.head is None and self.tail is None:
            return found
        ends = (*found[: self.head or 0], *(found[-self.tail :] if self.tail else ()))
        return tuple(dict.fromkeys(ends))


def data_21(
    request: HttpRequest, flow: str, key: str = "all", provider: str = "all"
) -> HttpResponse:
    """Give the data of a dataflow, as SDMX REST 1.5 asks for it."""
    check_parameters(request, _DATA_PARAMETERS)
    _check_flow(flow)
    if provider not in ("all", "latest", AGENCY, f"{AGENCY},{AGENCY}"):
        raise NoResults(f"没有数据提供者“{provider[:40]}”", hint=f"只有 {AGENCY}")
    given = request.GET
    return _data(request, key, {}, _wanted(request, _time_of(given)), form_of(request, DATA_21))


def data_30(
    request: HttpRequest,
    context: str = "*",
    agency: str = "*",
    number: str = "*",
    version: str = "+",
    key: str = "*",
) -> HttpResponse:
    """Give the data of a dataflow, as SDMX REST 2.1 (of SDMX 3.0) asks for it."""
    constraints = [name for name in request.GET if _CONSTRAINED.fullmatch(name)]
    known = (*_DATA_PARAMETERS[2:4], *_DATA_PARAMETERS[5:], "attributes", "measures")
    check_parameters(request, (*known, *constraints))
    if context not in ("dataflow", "*"):
        raise NotSupported(f"按 {context[:40]} 查数据", hint="请按 dataflow 查")
    if agency not in (AGENCY, "*"):
        raise NoResults(f"没有机构“{agency[:40]}”", hint=f"只有 {AGENCY}")
    _check_flow(f"{AGENCY},{FLOW if number == '*' else number},{version}")
    if "," in key:
        raise NotSupported("一次查几个 key", hint="请用 c[维度]=代码,代码")
    asked, span = _constraints(request.GET, constraints)
    detail = {
        (False, False): "full",
        (False, True): "dataonly",
        (True, False): "nodata",
        (True, True): "serieskeysonly",
    }[request.GET.get("measures") == "none", request.GET.get("attributes") == "none"]
    return _data(request, key, asked, _wanted(request, span, detail), form_of(request, DATA_30))


def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer an address under ``/sdmx/`` that is none.

    :raises UnknownAddress: always.
    """
    raise UnknownAddress(request.path, hint=f"没有“{rest[:60]}”；说明见 /api/docs")


def _data(
    request: HttpRequest, key: str, asked: Mapping[str, frozenset[str]], wanted: Wanted, form: Form
) -> HttpResponse:
    reading = open_registers(request)
    if reading is None:
        raise NoResults("登记库还没有建成", hint="请稍后再来")
    months = wanted.months(reading.months)
    if not months:
        raise NoResults("这段时间没有数", hint=f"有数的月份：{_known(reading)}")
    found = series_of(reading, _narrowed(read_key(key, reading.copy), asked, reading), months)
    if wanted.detail in _WITH_NUMBERS:
        record_export(request, "sdmx", rows=len(found) * len(months))
    return HttpResponse(_written(found, wanted.detail, reading.release, form), form.media_type)


def _written(found: tuple[Series, ...], detail: str, release: int, form: Form) -> bytes:
    if form in (CSV_1, CSV_2):
        version = "1.0.0" if form is CSV_1 else "2.0.0"
        return csv_message(found, detail=detail, release=release, version=version)
    number, prepared = message_number()
    write = {JSON: json_message, GENERIC: generic_message}.get(form, specific_message)
    return write(found, detail=detail, release=release, number=number, prepared=prepared)


def _narrowed(key: Asked, asked: Mapping[str, frozenset[str]], reading: RegisterReading) -> Asked:
    """Narrow a key down by the constraints of the query, which are checked like a key."""
    if not asked:
        return key
    text = ".".join("+".join(sorted(asked.get(name, ()))) for name in DIMENSIONS)
    constrained = read_key(text, reading.copy)
    both = []
    for one, other in zip(key, constrained, strict=True):
        both.append((one & other) if one and other else (one or other))
        if one and other and not both[-1]:
            raise NoResults("key 和 c 没有共同的代码", hint="请只在一处写这个维度")
    return tuple(both)


def _check_flow(text: str) -> None:
    parts = text.split(",")
    number = parts[0] if len(parts) == 1 else parts[1]
    agency = AGENCY if len(parts) == 1 else parts[0]
    version = parts[2] if len(parts) > 2 else "latest"
    if len(parts) > 3:
        raise WrongQuery(f"数据流“{text[:60]}”", hint=f"写作 {AGENCY},{FLOW},{VERSION}")
    if (agency not in (AGENCY, "all")) or number != FLOW or version not in LATEST:
        raise NoResults(f"没有数据流“{text[:60]}”", hint=f"只有 {AGENCY},{FLOW},{VERSION}")


def _time_of(given: Mapping[str, str]) -> tuple[int, int]:
    start, end = given.get("startPeriod"), given.get("endPeriod")
    first = read_period(start, last=False) if start is not None else 0
    last = read_period(end, last=True) if end is not None else 999_912
    return first, last


def _constraints(
    given: Mapping[str, str], names: list[str]
) -> tuple[dict[str, frozenset[str]], tuple[int, int]]:
    asked: dict[str, frozenset[str]] = {}
    span = (0, 999_912)
    for name in names:
        component = name[2:-1]
        if component == TIME:
            span = _span(given[name])
        elif component in DIMENSIONS:
            parts = given[name].split(",")
            asked[component] = frozenset(part.removeprefix("eq:") for part in parts)
        else:
            raise WrongQuery(f"没有维度“{component}”", hint="可用：" + "、".join(DIMENSIONS))
    return asked, span


def _span(text: str) -> tuple[int, int]:
    first, last = 0, 999_912
    # A plus that the client did not escape comes as a blank.
    for part in re.split(r"[+ ]", text):
        found = _PART_OF_TIME.fullmatch(part)
        if found is None:
            raise WrongQuery(f"时间“{text[:60]}”", hint="写作 ge:2024-01+le:2024-03")
        operator, period = found[1] or "eq", found[2]
        if operator in ("ge", "eq"):
            first = max(first, read_period(period, last=False))
        if operator in ("le", "eq"):
            last = min(last, read_period(period, last=True))
        if operator == "gt":
            first = max(first, read_period(period, last=True) + 1)
        if operator == "lt":
            last = min(last, read_period(period, last=False) - 1)
    return first, last


def _wanted(request: HttpRequest, span: tuple[int, int], detail: str = "") -> Wanted:
    given = request.GET
    if "updatedAfter" in given or given.get("includeHistory", "false").lower() != "false":
        raise NotSupported("按更新时间或历史版本查询", hint="请去掉 updatedAfter 和 includeHistory")
    if given.get("dimensionAtObservation", TIME) != TIME:
        raise NotSupported("dimensionAtObservation 只支持 TIME_PERIOD", hint="请去掉这个参数")
    wanted_detail = detail or given.get("detail", "full")
    if wanted_detail not in _DETAILS:
        raise WrongQuery(f"detail“{wanted_detail[:40]}”", hint="可用：" + "、".join(_DETAILS))
    head, tail = (_count(given, name) for name in ("firstNObservations", "lastNObservations"))
    return Wanted(*span, head, tail, wanted_detail)


def _count(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10_000):
        raise WrongQuery(f"{name} 应为正整数", hint=f"如 {name}=12")
    return int(text)


def _known(reading: RegisterReading) -> str:
    ends = (reading.months[0], reading.months[-1])
    return "至".join(dict.fromkeys(f"{month // 100}-{month % 100:02}" for month in ends))
