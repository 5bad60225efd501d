"""The list of programmes for people to read: what each gives, to whom, where to go, what to bring.

One file a family in ``programmes``; a test keeps the list and the law equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from leye.decision.policy.wording import Words, read_words
from leye.kernel.errors import InvalidInput, UnknownCode, near_matches


class InvalidListing(InvalidInput):
    """An entry of the list of programmes lacks something or says it wrongly."""

    code = "invalid_listing"
    title = "政策清单有误"


class Paid(StrEnum):
    """How what a programme gives is given."""

    ONCE = "once"
    MONTHLY = "monthly"
    YEARLY = "yearly"
    RELIEF = "relief"
    DUTY = "duty"
    STATUS = "status"


PAID_ZH: Mapping[Paid, str] = MappingProxyType(
    {
        Paid.ONCE: "一次性发放",
        Paid.MONTHLY: "按月发放",
        Paid.YEARLY: "按年发放",
        Paid.RELIEF: "减免",
        Paid.DUTY: "应尽义务",
        Paid.STATUS: "认定或权利",
    }
)
FUNDS = ("失业保险基金", "就业补助资金", "财政贴息", "税收", "其他财政资金", "用人单位", "none")
"""Where the money comes from; ``none``: no money is given."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One programme as the list has it.

    ``had``: the fact that says that somebody has it already; blank where none does.
    """

    id: str
    title: str
    title_en: str
    family: str
    plan: str
    who: str
    beneficiaries: str
    gives: str
    evidence: tuple[str, ...]
    where: str
    paid: Paid
    fund: str
    references: tuple[str, ...]
    status: str
    words: Words
    excludes: tuple[str, ...] = ()
    stacks_with: tuple[str, ...] = ()
    notes: str = ""
    had: str = ""

    @property
    def outcome(self) -> str:
        """The variable that holds the outcome."""
        return self.id


@cache
def catalogue() -> Mapping[str, Listing]:
    """Give every listed programme by id, families in the order of their file names.

    :raises InvalidListing: an entry is incomplete or an id is used twice.
    """
    found: dict[str, Listing] = {}
    for path in sorted((Path(__file__).parent / "programmes").glob("*.yaml")):
        for given in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
            entry = _listing(path.stem, given)
            if entry.id in found:
                raise InvalidListing(f"{entry.id} 列了两次", hint="请改正 programmes")
            found[entry.id] = entry
    return MappingProxyType(found)


def listing(name: str) -> Listing:
    """Give one entry.

    :raises UnknownCode: the programme is not listed.
    """
    try:
        return catalogue()[name]
    except KeyError:
        raise UnknownCode("政策", name, near=near_matches(name, catalogue())) from None


_STATUSES = ("verified", "partly", "unverified")
_WHO = ("person", "household", "employer")


def _listing(family: str, given: Mapping[str, Any]) -> Listing:
    name = given.get("id", "?")
    known = {each.name for each in fields(Listing)} - {"family"}
    if unexpected := set(given) - known:
        raise InvalidListing(f"{name} 有多余的项 {sorted(unexpected)}", hint="请改正 programmes")
    lists = {"evidence", "references", "excludes", "stacks_with"}
    read: dict[str, Any] = {
        key: tuple(value) if key in lists else value for key, value in given.items()
    }
    try:
        read["words"] = read_words(given.get("words", {}))
        entry = Listing(**{**read, "family": family, "paid": Paid(read["paid"])})
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidListing(f"{name}：{error}", hint="请改正 programmes") from None
    if entry.fund not in FUNDS or entry.status not in _STATUSES or entry.who not in _WHO:
        raise InvalidListing(f"{name} 的 fund、status 或 who 不在范围内", hint="请改正 programmes")
    if not entry.references:
        raise InvalidListing(f"{name} 没有依据", hint="请写明 references")
    return entry
