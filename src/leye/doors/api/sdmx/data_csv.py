"""Series as SDMX-CSV, of version 1.0 or 2.0."""

import csv
import io
from collections.abc import Iterator, Sequence

from leye.doors.api.register_asked import month_text
from leye.doors.api.register_rows import number_text
from leye.doors.api.sdmx.codes import (
    AGENCY,
    DIMENSIONS,
    FLOW,
    MEASURE,
    TIME,
    UNITS,
    VERSION,
    conf_status,
    obs_status,
)
from leye.doors.api.sdmx.series import Series

_ATTRIBUTES = ("OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "DATA_VERSION")
_FLOW = f"{AGENCY}:{FLOW}({VERSION})"
_FIRST = {
    "1.0.0": (("DATAFLOW", _FLOW),),
    "2.0.0": (("STRUCTURE", "dataflow"), ("STRUCTURE_ID", _FLOW), ("ACTION", "I")),
}


def csv_message(found: Sequence[Series], *, detail: str, release: int, version: str) -> bytes:
    """Write series, a line for each observation (for each series where there are none)."""
    first = _FIRST[version]
    names = [name for name, _ in first]
    text = io.StringIO()
    writer = csv.writer(text)
    if detail in ("full", "dataonly"):
        attributes = _ATTRIBUTES if detail == "full" else ()
        writer.writerow([*names, *DIMENSIONS, TIME, MEASURE, *attributes])
        lines = _lines(found, release, len(attributes))
    else:
        writer.writerow([*names, *DIMENSIONS])
        lines = iter([*each.key.ids.values()] for each in found)
    constants = [value for _, value in first]
    writer.writerows([*constants, *line] for line in lines)
    return text.getvalue().encode()


def _lines(found: Sequence[Series], release: int, attributes: int) -> Iterator[list[str]]:
    for each in found:
        key = tuple(each.key.ids.values())
        unit = UNITS[each.key.indicator.unit]
        for given in each.figures:
            told = (obs_status(given), conf_status(given), unit, str(release))
            value = number_text(given.figure.value) or ""
            yield [*key, month_text(given.figure.month), value, *told[:attributes]]
