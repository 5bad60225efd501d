"""Who holds a fact: the departments whose deliveries it is read from, and how new these are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from leye.data.pool import Snapshot
from leye.data.pool.source_contract import source_contracts
from leye.decision.policy.facts import Fact, fact, facts
from leye.decision.policy.interview import Known
from leye.decision.policy.registered import Registered

REGISTERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "person": ("population",),
        "household": ("population",),
        "person_month": (),
        "job_spell": ("contributions", "labour_filing"),
        "insurance_month": ("contributions",),
        "employer": ("firms",),
        "employer_month": ("contributions", "payroll_tax"),
    }
)
"""What each register is made from; none: from all that bears on what somebody does."""
WEIGHED = "登记库综合各部门记录判定"
"""Said of what no single department delivers."""
_ASIDE = re.compile(r"（[^）]*）")
_CODE = re.compile(r"([a-z][a-z_]+)(?:\.[a-z_]+)?")


@dataclass(frozen=True, slots=True)
class Holder:
    """A department's list. ``month``: the newest delivered up to the month asked; None: none."""

    source: str
    title: str
    department: str
    month: int | None


@cache
def sources_of(name: str) -> tuple[str, ...]:
    """Give the departments' sources a fact is read from; none where all evidence is weighed."""
    codes = _CODE.findall(_ASIDE.sub("", fact(name).source))
    known = source_contracts()
    found = [each for code in codes for each in REGISTERS.get(code, (code,))]
    return tuple(dict.fromkeys(each for each in found if each in known))


def holders(snapshot: Snapshot, month: int) -> Mapping[str, Holder]:
    """Give every source that a fact is read from, by its name."""
    wanted = {each for name in _register_facts() for each in sources_of(name)}
    contracts = source_contracts()
    found = {}
    for name in sorted(wanted):
        about = contracts[name]
        months = [each for each in snapshot.months_of(about.table) if each <= month]
        found[name] = Holder(name, about.title, about.department, max(months, default=None))
    return MappingProxyType(found)


def known_from(given: Registered, held: Mapping[str, Holder]) -> tuple[Known, ...]:
    """Give what registers know as facts known beforehand, each with who says so."""
    told = [
        Known(name, value, _said(fact(name), value, held), given.month, given.most.get(name))
        for name, value in given.facts.items()
        if given.known(name)
    ]
    return (*told, *(Known(name, 0.0, PRESUMED) for name in given.presumed))


PRESUMED = "没有部门报送，先按“否”算，申领时核对"


def holder_words(held: Iterable[Holder]) -> str:
    """Name departments and lists, or say that all evidence is weighed."""
    return "、".join(f"{each.department}《{each.title}》" for each in held) or WEIGHED


def absent_words(asked: Fact, value: float) -> str:
    """Say that somebody is on no list, where that is what a no (a number: 0) means."""
    if not asked.absent_is_no or value != 0:
        return ""
    return "里没有，按0算" if asked.unit else "里没有，按“否”算"


def _said(asked: Fact, value: float, held: Mapping[str, Holder]) -> str:
    said = holder_words(held[name] for name in sources_of(asked.name))
    return f"{said}{absent_words(asked, value)}"


@cache
def _register_facts() -> tuple[str, ...]:
    return tuple(name for name in facts() if sources_of(name))
