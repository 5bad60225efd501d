"""The state of the page of flows: read from an address, written back as the shortest such."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from leye.analysis.atlas.flow_kinds import FlowKind, flow_kind
from leye.data.registers.queries.served import Served
from leye.doors.portal.region import read_region, region_parts
from leye.kernel.errors import InvalidInput

FIRST_KIND = "status"
VIEWS: Mapping[str, str] = {"list": "排名", "matrix": "来去对照表", "ends": "各处合计"}
"""The tables the flows are shown as."""


@dataclass(frozen=True, slots=True)
class FlowState:
    """What the page shows; ``view`` is one of ``VIEWS``."""

    kind: FlowKind
    place: str
    month: int
    view: str = "list"
    page: int = 1

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The whole state as names and values of an address, what is usual left out."""
        given = {
            "k": self.kind.code,
            **region_parts(self.place, self.month),
            "v": "" if self.view == "list" else self.view,
            "n": "" if self.page == 1 else str(self.page),
        }
        return tuple((key, value) for key, value in given.items() if value)

    @property
    def query(self) -> str:
        """The whole state as the query of an address."""
        return urlencode(self.parts)

    def with_kind(self, kind: FlowKind) -> "FlowState":
        """Give the same for another kind."""
        return replace(self, kind=kind, page=1)

    def with_view(self, view: str) -> "FlowState":
        """Give the same as another table."""
        return replace(self, view=view, page=1)


def read_flow_state(given: Mapping[str, str], copy: Served) -> FlowState:
    """Read what an address asks for; what it leaves out is the usual, the month the latest.

    :raises UnknownCode: there is no such kind or place.
    :raises InvalidInput: a month, table or page that is none.
    """
    kind = flow_kind(given.get("k") or FIRST_KIND)
    place, month = read_region(given, copy)
    view = given.get("v") or "list"
    if view not in VIEWS:
        raise InvalidInput(f"没有“{view}”这种表", hint="可用：" + "、".join(VIEWS))
    return FlowState(kind, place, month, view, read_page(given.get("n", "")))


def read_page(asked: str) -> int:
    """Give the number of a page, 1 where none is asked for.

    :raises InvalidInput: it is none.
    """
    if not asked:
        return 1
    if not (asked.isascii() and asked.isdigit() and 0 < int(asked) < 10_000):
        raise InvalidInput(f"没有第“{asked}”页", hint="页码是从 1 起的整数")
    return int(asked)


def last_page(asked: int, lines: int, size: int) -> int:
    """Give the page asked for, or the last there is; no lines at all are one page."""
    return min(asked, max(1, -(-lines // size)))
