"""What the list of firms shows: read from an address, cut to the places of the asker."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from leye.analysis.metrics.labels import code_label
from leye.data.reference import places
from leye.data.registers.map_places import PARK_PREFIX
from leye.data.registers.queries.firms import FIRM_ORDERS, FirmChoice
from leye.data.registers.queries.served import Served
from leye.doors.portal.atlas_choices import codes_of, park_places
from leye.doors.portal.atlas_state import read_month
from leye.doors.portal.flow_state import last_page, read_page
from leye.doors.web.options import OptionGroup, options_html
from leye.kernel.errors import InvalidInput, UnknownCode
from leye.kernel.place import Scope

ORDERS: Mapping[str, str] = {
    "month": "比上月减得最多",
    "year": "比上年同月减得最多",
    "rise": "比上月增得最多",
    "size": "参保人数最多",
    "hires": "新进最多",
    "separations": "离职最多",
    "power": "用电比上年减得最多",
    "name": "名称",
}
"""The orders of the list, as ``FIRM_ORDERS`` has them, in words."""

_MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class FirmState:
    """The choice, and the page of it."""

    chosen: FirmChoice
    page: int = 1

    @property
    def query(self) -> str:
        """The whole state as the query of an address, what is usual left out."""
        chosen = self.chosen
        given = {
            "m": str(chosen.month),
            "p": chosen.place,
            "park": chosen.park,
            "d": chosen.industry,
            "q": chosen.words,
            "s": "" if chosen.order == "month" else chosen.order,
            "n": "" if self.page == 1 else str(self.page),
        }
        return urlencode({key: value for key, value in given.items() if value})

    def within(self, count: int, size: int) -> "FirmState":
        """Give the page asked for of ``count`` firms, ``size`` a page, or the last there is."""
        return replace(self, page=last_page(self.page, count, size))

    def turned(self, step: int) -> "FirmState":
        """Give another page of the same."""
        return replace(self, page=self.page + step)


def read_firm_state(given: Mapping[str, str], copy: Served, *, scope: Scope) -> FirmState:
    """Read what an address asks for.

    :raises UnknownCode: there is no such place, park or division, or the asker may not see it.
    :raises InvalidInput: there is no such month, order or page.
    """
    order = given.get("s") or "month"
    if order not in FIRM_ORDERS:
        raise InvalidInput(f"没有“{order}”这种排序", hint="可用：" + "、".join(FIRM_ORDERS))
    chosen = FirmChoice(
        month=read_month(given.get("m", ""), copy),
        place=_place(given.get("p", ""), scope),
        park=_park(given.get("park", ""), copy),
        industry=_industry(given.get("d", ""), copy),
        words=given.get("q", "").strip()[:_MOST_WORDS],
        order=order,
    )
    return FirmState(chosen, read_page(given.get("n", "")))


def place_options(scope: Scope, chosen: str) -> SafeString:
    """Give the places of the asker: those of their grants, and the counties inside them."""
    found: dict[str, str] = {}
    for code in sorted(scope.places):
        found[code] = places().get(code).name
        found |= {each.code: each.name for each in places().children(code) if len(code) == 6}
    if chosen and chosen not in found:
        found[chosen] = places().get(chosen).name
    every = (("", "您负责的全部地区"), *found.items())
    return options_html((OptionGroup("", every),), chosen=chosen)


def industry_options(copy: Served, chosen: str) -> SafeString:
    """Give the divisions that occur."""
    known = [code for code in codes_of(copy).get("division", ()) if code]
    every = (("", "全部行业"), *((code, code_label("division", code)) for code in known))
    return options_html((OptionGroup("", every),), chosen=chosen)


def park_options(copy: Served, chosen: str) -> SafeString:
    """Give the parks."""
    names = [place.removeprefix(PARK_PREFIX) for place in park_places(copy)]
    every = (("", "园区内外都看"), *((name, name) for name in names))
    return options_html((OptionGroup("", every),), chosen=chosen)


def order_options(chosen: str) -> SafeString:
    """Give the orders."""
    return options_html((OptionGroup("", tuple(ORDERS.items())),), chosen=chosen)


def _place(asked: str, scope: Scope) -> str:
    if asked and not scope.covers(places().get(asked).code):
        raise UnknownCode("区划", asked)
    return asked


def _park(asked: str, copy: Served) -> str:
    if asked and PARK_PREFIX + asked not in park_places(copy):
        raise UnknownCode("园区", asked)
    return asked


def _industry(asked: str, copy: Served) -> str:
    known = codes_of(copy).get("division", ())
    if asked and asked not in known:
        raise UnknownCode("行业大类", asked)
    return asked
