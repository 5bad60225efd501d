"""What a point registered by hand must be. Pure: reads reference lists, writes nothing."""

import unicodedata
from dataclasses import dataclass

from leye.data.reference import places
from leye.kernel.errors import LeyeError
from leye.kernel.place import PlaceLevel, place_level
from leye.service.identity.texts import plain_text
from leye.service.monitoring.errors import InvalidMonitoringPoint
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.frame import Frame
from leye.service.monitoring.points.models import MOST_NAME
from leye.service.network.errors import InvalidPoint
from leye.service.network.rules import office_phone

_LEVELS = {
    PointKind.FIRM: frozenset({PlaceLevel.COUNTY, PlaceLevel.TOWN, PlaceLevel.VILLAGE}),
    PointKind.MARKET: frozenset({PlaceLevel.COUNTY, PlaceLevel.TOWN}),
    PointKind.PARK: frozenset({PlaceLevel.COUNTY, PlaceLevel.TOWN}),
    PointKind.VILLAGE: frozenset({PlaceLevel.VILLAGE}),
}


@dataclass(frozen=True, slots=True)
class PointFields:
    """What is kept of a point; a firm has its credit code, the others only name and place."""

    kind: PointKind
    name: str
    place: str
    uscc: str = ""
    employer: int | None = None
    industry: str = ""
    section: str = ""
    phone: str = ""


def named_point(*, kind: str, name: str, place: str, phone: str = "") -> PointFields:
    """Give a market, park or village in its one spelling; a village is named by its place.

    :raises InvalidMonitoringPoint: something cannot be used; ``field`` says what.
    :raises InvalidText: the name is missing, too long or holds a personal number.
    """
    if kind not in {each.value for each in PointKind} or kind == PointKind.FIRM:
        raise InvalidMonitoringPoint("请选择市场、园区或者村", field="kind")
    chosen = PointKind(kind)
    found = _place(place, chosen)
    called = name.strip() or (found[1] if chosen is PointKind.VILLAGE else "")
    return PointFields(
        kind=chosen,
        name=plain_text(called, what="名称", most=MOST_NAME),
        place=found[0],
        phone=_phone(phone),
    )


def firm_point(*, uscc: str, frame: Frame, phone: str = "") -> PointFields:
    """Give a firm of the register by its credit code.

    :raises InvalidMonitoringPoint: the frame holds no such firm.
    """
    code = unicodedata.normalize("NFKC", uscc).strip().upper()
    firm = frame.by_uscc.get(code)
    if firm is None:
        raise InvalidMonitoringPoint(
            f"登记库里没有代码为“{code[:18]}”、参保 10 人以上的企业",
            field="uscc",
            hint="请核对 18 位统一社会信用代码",
        )
    return PointFields(
        kind=PointKind.FIRM,
        name=firm.name[:MOST_NAME],
        place=firm.place,
        uscc=firm.uscc,
        employer=firm.employer,
        industry=firm.industry,
        section=firm.section,
        phone=_phone(phone),
    )


def _place(given: str, kind: PointKind) -> tuple[str, str]:
    try:
        found = places().find(unicodedata.normalize("NFKC", given))
    except LeyeError as error:
        raise InvalidMonitoringPoint(error.detail, field="place", hint=error.hint) from error
    if place_level(found.code) not in _LEVELS[kind]:
        hint = "请填村（社区）的 12 位代码" if kind is PointKind.VILLAGE else "请填县或乡镇"
        raise InvalidMonitoringPoint(
            f"{kind.label}不能登记在“{found.name}”", field="place", hint=hint
        )
    return found.code, found.name


def _phone(given: str) -> str:
    try:
        return office_phone(given)
    except InvalidPoint as error:
        raise InvalidMonitoringPoint(error.detail, field="phone", hint=error.hint) from error
