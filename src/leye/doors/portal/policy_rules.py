"""The rules as a catalogue: rows to search and filter, and all there is to say of one programme."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.http import QueryDict

from leye.decision.policy import (
    FUNDS,
    PAID_ZH,
    Described,
    Listing,
    amount_reads,
    catalogue,
    fact,
    in_force,
    programme,
    system,
)
from leye.decision.policy.parameters import SETTING
from leye.doors.web.policy_form import where_known
from leye.kernel.errors import InvalidInput

WHO_ZH: Mapping[str, str] = MappingProxyType(
    {"person": "个人", "household": "家庭", "employer": "用人单位"}
)
STATUS_ZH: Mapping[str, str] = MappingProxyType(
    {
        "verified": "各数都读到原文摘录",
        "partly": "有的数未核对或未查到",
        "unverified": "主要数未核对",
    }
)
FORCE_ZH: Mapping[str, str] = MappingProxyType(
    {"met": "在实施", "unknown": "待市里设定", "failing": "已结束或未开始"}
)
FUND_ZH: Mapping[str, str] = MappingProxyType(
    {each: "不涉及资金" if each == "none" else each for each in FUNDS}
)
HEADER = (
    *("编号", "政策", "对象", "适用人群", "给什么", "怎样给", "资金"),
    *("现在", "核对情况", "要带", "去哪里", "规划章节", "依据", "说明"),
)
_MOST_TEXT = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One programme of the list, with whether it is in force in the month."""

    listing: Listing
    who: str
    paid: str
    fund: str
    status: str
    force: str
    force_zh: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What was searched for: blank where a filter is not set."""

    q: str
    who: str
    paid: str
    fund: str
    status: str
    force: str

    def query(self) -> dict[str, str]:
        """Give the filters that are set, for an address."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


def rows_at(month: int) -> tuple[Row, ...]:
    """Give every listed programme with how it stands in a month."""
    force = in_force(month)
    return tuple(
        Row(
            listing=each,
            who=WHO_ZH[each.who],
            paid=PAID_ZH[each.paid],
            fund=FUND_ZH[each.fund],
            status=STATUS_ZH[each.status],
            force=force[each.id],
            force_zh=FORCE_ZH[force[each.id]],
        )
        for each in catalogue().values()
    )


def filter_of(given: QueryDict) -> Filter:
    """Read a filter from an address.

    :raises InvalidInput: a value is none of those offered.
    """
    known = choices()
    for name, options in known.items():
        value = given.get(name, "")
        if value and value not in options:
            raise InvalidInput(
                f"没有“{value[:_MOST_TEXT]}”这一类", hint=f"可以用：{'、'.join(options)}"
            )
    return Filter(
        q=given.get("q", "").strip()[:_MOST_TEXT],
        **{name: given.get(name, "") for name in known},
    )


def choices() -> dict[str, Mapping[str, str]]:
    """Give what each filter offers: values and words."""
    return {
        "who": WHO_ZH,
        "paid": {each.value: words for each, words in PAID_ZH.items()},
        "fund": FUND_ZH,
        "status": STATUS_ZH,
        "force": FORCE_ZH,
    }


def filtered(rows: Iterable[Row], chosen: Filter) -> list[Row]:
    """Give the rows that fit, in the order of the list."""
    return [each for each in rows if _fits(each, chosen)]


def export_cells(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """Give the rows as cells under ``HEADER``."""
    return [
        (
            *(each.listing.id, each.listing.title, each.who, each.listing.beneficiaries),
            *(each.listing.gives, each.paid, each.fund, each.force_zh, each.status),
            *("、".join(each.listing.evidence), each.listing.where, each.listing.plan),
            *("；".join(each.listing.references), each.listing.notes),
        )
        for each in rows
    ]


def holders(name: str) -> list[tuple[str, tuple[str, ...]]]:
    """Give who has the facts that a programme looks at, and which."""
    rules, about = system(), programme(name)
    names = dict.fromkeys(
        each for c in about.conditions for each in rules.condition_reads(name, c.name).facts
    ) | dict.fromkeys(amount_reads(rules, about).facts)
    found: dict[str, list[str]] = {}
    for each in names:
        found.setdefault(where_known(fact(each)), []).append(fact(each).label)
    return [(who, tuple(labels)) for who, labels in found.items()]


def parameters_of(name: str) -> list[Described]:
    """Give every parameter a programme rests on, settings last."""
    rules, about = system(), programme(name)
    reads = [rules.condition_reads(name, each.name) for each in about.every_condition]
    reads.append(amount_reads(rules, about))
    paths = dict.fromkeys(path for each in reads for path in each.parameters)
    paths |= dict.fromkeys(path for path in (about.amount_cap, about.months_cap) if path)
    found = [rules.law.get(path) for path in paths]
    return sorted(found, key=lambda each: each.path.startswith(f"{SETTING}."))


def sum_parameters(name: str) -> list[Described]:
    """Give the parameters that the sum and the months of a programme are worked out with."""
    rules = system()
    reads = amount_reads(rules, programme(name))
    return [rules.law.get(path) for path in reads.parameters]


def _fits(row: Row, chosen: Filter) -> bool:
    about = row.listing
    same = (
        (chosen.who, about.who),
        (chosen.paid, about.paid.value),
        (chosen.fund, about.fund),
        (chosen.status, about.status),
        (chosen.force, row.force),
    )
    if any(wanted and wanted != value for wanted, value in same):
        return False
    text = " ".join(
        (about.id, about.title, about.title_en, about.beneficiaries, about.gives, *about.references)
    ).lower()
    return all(word in text for word in chosen.q.lower().split())
