"""Series as SDMX-ML 2.1, generic or structure-specific."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leye.doors.api.register_asked import month_text
from leye.doors.api.register_reading import Given
from leye.doors.api.register_rows import number_text
from leye.doors.api.sdmx.codes import (
    AGENCY,
    MEASURE,
    STRUCTURE,
    TIME,
    UNITS,
    VERSION,
    conf_status,
    obs_status,
)
from leye.doors.api.sdmx.series import Series
from leye.doors.api.sdmx.structures import urn_of
from leye.doors.api.sdmx.xml import Element, element, header, xml_bytes

_URN = f"{urn_of('datastructure', STRUCTURE)}:ObsLevelDim:{TIME}"
_WITH_OBSERVATIONS = ("full", "dataonly")
_WITH_ATTRIBUTES = ("full", "nodata")


def generic_message(
    found: Sequence[Series], *, detail: str, release: int, number: str, prepared: datetime
) -> bytes:
    """Write series as generic data; ``detail`` is that of the query."""
    series = [element("gen:Series", {}, *_generic_series(each, detail)) for each in found]
    attributes = []
    if detail in _WITH_ATTRIBUTES:
        attributes.append(_values("gen:Attributes", {"DATA_VERSION": str(release)}))
    data = element("mes:DataSet", {"structureRef": STRUCTURE}, *attributes, *series)
    head = header(number, prepared, _described({}))
    return xml_bytes(element("mes:GenericData", {}, head, data))


def specific_message(
    found: Sequence[Series], *, detail: str, release: int, number: str, prepared: datetime
) -> bytes:
    """Write series as structure-specific data; ``detail`` is that of the query."""
    attributes = {
        "ss:structureRef": STRUCTURE,
        "ss:dataScope": "DataStructure",
        "ss:action": "Replace",
        "xsi:type": "reg:DataSetType",
        # Declares the prefix that the type is written with.
        "xmlns:reg": _URN,
    }
    if detail in _WITH_ATTRIBUTES:
        attributes["DATA_VERSION"] = str(release)
    series = (_specific_series(each, detail) for each in found)
    data = element("mes:DataSet", attributes, *series)
    head = header(number, prepared, _described({"namespace": _URN}))
    return xml_bytes(element("mes:StructureSpecificData", {}, head, data))


def _described(more: Mapping[str, str]) -> Element:
    ref = {"agencyID": AGENCY, "id": STRUCTURE, "version": VERSION}
    attributes = {"structureID": STRUCTURE, "dimensionAtObservation": TIME, **more}
    return element("mes:Structure", attributes, element("com:Structure", {}, element("Ref", ref)))


def _generic_series(each: Series, detail: str) -> list[Element]:
    inside = [_values("gen:SeriesKey", each.key.ids)]
    if detail in _WITH_ATTRIBUTES:
        inside.append(_values("gen:Attributes", _of_series(each)))
    if detail in _WITH_OBSERVATIONS:
        inside += [_generic_obs(given, detail) for given in each.figures]
    return inside


def _generic_obs(given: Given, detail: str) -> Element:
    made = element("gen:Obs", {})
    month = month_text(given.figure.month)
    made.append(element("gen:ObsDimension", {"id": TIME, "value": month}))
    value = number_text(given.figure.value)
    if value is not None:
        made.append(element("gen:ObsValue", {"value": value}))
    if detail in _WITH_ATTRIBUTES:
        made.append(_values("gen:Attributes", _of_figure(given)))
    return made


def _specific_series(each: Series, detail: str) -> Element:
    attributes = dict(each.key.ids)
    if detail in _WITH_ATTRIBUTES:
        attributes |= _of_series(each)
    made = element("Series", attributes)
    if detail not in _WITH_OBSERVATIONS:
        return made
    for given in each.figures:
        value = number_text(given.figure.value)
        inside = {TIME: month_text(given.figure.month)}
        inside |= {} if value is None else {MEASURE: value}
        made.append(element("Obs", inside | (_of_figure(given) if detail == "full" else {})))
    return made


def _of_series(each: Series) -> dict[str, str]:
    return {"UNIT_MEASURE": UNITS[each.key.indicator.unit]}


def _of_figure(given: Given) -> dict[str, str]:
    return {"OBS_STATUS": obs_status(given), "CONF_STATUS": conf_status(given)}


def _values(kind: str, values: Mapping[str, str]) -> Element:
    inside = [element("gen:Value", {"id": name, "value": value}) for name, value in values.items()]
    return element(kind, {}, *inside)
