"""The measures of the reserve: read once from ``measures.yaml``, every one checked.

What no source holds is None there (未设定) and stays None: whatever needs it cannot be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from leye.decision.policy import FUNDS, programmes, system
from leye.kernel.errors import UnknownCode, near_matches
from leye.service.monitoring.desk.clocks import Level
from leye.service.monitoring.settings.values import Origin
from leye.service.response.errors import InvalidReserve

_FILE = Path(__file__).with_name("measures.yaml")
RESERVE_FUND, ADVANCE_FUND = "就业风险储备金", "欠薪应急周转金"
RESERVE_FUNDS = (*(fund for fund in FUNDS if fund != "税收"), RESERVE_FUND, ADVANCE_FUND)
"""Where the money of a measure comes from; ``none``: no public money is given."""
FREE_FUNDS = frozenset({"none", "用人单位"})
"""What costs no public money, so that no budget bounds it."""
CLASSES = (1, 2, 3)
CLASS_MARK = "{class}"


class MeasureKind(StrEnum):
    """What a measure does for people."""

    KEEP = "keep"
    RECRUITMENT = "recruitment"
    PLACEMENT = "placement"
    TRAINING = "training"
    STARTUP = "startup"
    INCOME = "income"
    HELP = "help"
    RIGHTS = "rights"
    FUND = "fund"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return _KINDS[self]


_KINDS = {
    MeasureKind.KEEP: "稳岗",
    MeasureKind.RECRUITMENT: "招聘",
    MeasureKind.PLACEMENT: "安置",
    MeasureKind.TRAINING: "培训",
    MeasureKind.STARTUP: "创业",
    MeasureKind.INCOME: "兜底",
    MeasureKind.HELP: "援助",
    MeasureKind.RIGHTS: "维权",
    MeasureKind.FUND: "资金",
}


class Basis(StrEnum):
    """How well the basis of a measure was read."""

    VERIFIED = "verified"
    PARTLY = "partly"
    UNVERIFIED = "unverified"

    @property
    def label(self) -> str:
        """The standing in Chinese."""
        return {"verified": "已核对原文", "partly": "部分核对", "unverified": "未核对"}[self.value]


class Per(StrEnum):
    """What a unit cost is counted by."""

    MONTH = "month"
    ONCE = "once"

    @property
    def label(self) -> str:
        """The unit in Chinese."""
        return "元/人·月" if self is Per.MONTH else "元/人"


@dataclass(frozen=True, slots=True)
class CostRule:
    """How the cost of one person follows: a fixed ``amount`` in yuan, or a policy parameter.

    ``parameter`` may hold ``{class}``, the minimum-wage class of a county; ``times`` is the path of
    a share it is multiplied by.
    """

    per: Per
    amount: Decimal | None = None
    basis: str = ""
    parameter: str = ""
    times: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. ``level``: the least level (4 blue … 1 red) from which it may be used.

    ``cost`` None, ``capacity`` None (and not ``unbounded``), ``lead_days`` None: not set, so that
    it cannot be told what the measure reaches. ``main``: a person is served by one of these only.
    ``ended``: no longer given, kept so that nobody counts on it.
    """

    code: str
    title: str
    kind: MeasureKind
    main: bool
    level: Level
    serves: str
    basis: str
    confidence: Basis
    fund: str
    note: str
    cost: CostRule | None
    capacity: int | None
    unbounded: bool
    lead_days: int | None
    lead_by_law: bool
    programme: str
    ended: bool

    def usable_at(self, level: int) -> bool:
        """Tell whether a warning of this level may call for it."""
        return level <= self.level


@dataclass(frozen=True, slots=True)
class Reserve:
    """An edition of the catalogue; ``signed`` "" is a starting value the city has not signed."""

    edition: str
    since: date
    origin: Origin
    signed: str
    measures: tuple[Measure, ...]

    def measure(self, code: str) -> Measure:
        """Give one measure.

        :raises UnknownCode: there is none of this code.
        """
        for each in self.measures:
            if each.code == code:
                return each
        raise UnknownCode("政策措施", code, near=near_matches(code, self.codes))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all measures, in the order of the file."""
        return tuple(each.code for each in self.measures)


@cache
def reserve() -> Reserve:
    """Give the reserve as the product has it.

    :raises InvalidReserve: the file lacks something or contradicts itself.
    """
    return read_reserve(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def read_reserve(given: Mapping[str, Any]) -> Reserve:
    """Give the reserve that a file says.

    :raises InvalidReserve: a measure lacks something, or names what does not exist.
    """
    measures = tuple(_measure(each) for each in given["measures"])
    codes = [each.code for each in measures]
    if len(set(codes)) != len(codes):
        raise InvalidReserve("措施代码重复", hint="每项措施一个代码")
    return Reserve(
        edition=str(given["edition"]),
        since=given["from"],
        origin=Origin(given["origin"]),
        signed=str(given["signed"]),
        measures=measures,
    )


def _measure(given: Mapping[str, Any]) -> Measure:
    code = str(given.get("code", ""))
    try:
        made = _made(code, given)
    except (KeyError, ValueError, TypeError, InvalidOperation) as error:
        raise InvalidReserve(f"“{code}”缺少内容或写错", hint=str(error)) from None
    wrong = _wrong(made)
    if wrong:
        raise InvalidReserve(f"“{code}”{wrong}", hint="请改正 measures.yaml")
    return made


def _made(code: str, given: Mapping[str, Any]) -> Measure:
    lead, capacity = given["lead"], given["capacity"]
    return Measure(
        code=code,
        title=str(given["title"]),
        kind=MeasureKind(given["kind"]),
        main=bool(given["main"]),
        level=Level(given["level"]),
        serves=str(given["serves"]),
        basis=str(given["basis"]),
        confidence=Basis(given["confidence"]),
        fund=str(given["fund"]),
        note=str(given["note"]),
        cost=None if given["cost"] is None else _cost(given["cost"]),
        capacity=None if capacity in {None, "unbounded"} else int(capacity),
        unbounded=capacity == "unbounded",
        lead_days=None if lead is None else int(lead["days"]),
        lead_by_law=lead is not None and lead["origin"] == "law",
        programme=str(given.get("programme", "")),
        ended=bool(given.get("ended", False)),
    )


def _cost(given: Mapping[str, Any]) -> CostRule:
    amount = given.get("amount")
    return CostRule(
        per=Per(given["per"]),
        amount=None if amount is None else Decimal(str(amount)),
        basis=str(given.get("basis", "")),
        parameter=str(given.get("parameter", "")),
        times=str(given.get("times", "")),
    )


def _wrong(measure: Measure) -> str:
    """Say what is wrong with a measure, "" for nothing."""
    cost = measure.cost
    found = {
        "没有名称、对象或依据": not (measure.title and measure.serves and measure.basis),
        "的资金来源不在范围内": measure.fund not in RESERVE_FUNDS,
        "的政策名称不存在": bool(measure.programme) and measure.programme not in programmes(),
        "的人数或天数小于零": (measure.capacity or 0) < 0 or (measure.lead_days or 0) < 0,
        "的费用没有说从哪里来": cost is not None and not _told(cost),
        "不动用公共资金，费用却不是零": measure.fund in FREE_FUNDS
        and cost is not None
        and cost.amount != 0,
    }
    return next((words for words, is_so in found.items() if is_so), "")


def _told(cost: CostRule) -> bool:
    if cost.amount is not None:
        return cost.amount >= 0 and bool(cost.basis) and not cost.parameter
    paths = [path for path in (cost.parameter, cost.times) if path]
    every = [path.replace(CLASS_MARK, str(n)) for path in paths for n in CLASSES]
    return bool(cost.parameter) and all(path in system().law for path in every)


def fund_label(fund: str) -> str:
    """Give a fund's words as they are shown."""
    return _FUND_WORDS.get(fund, fund)


_FUND_WORDS = {"none": "不动用资金", "用人单位": "单位自筹"}
