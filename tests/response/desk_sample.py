"""Made-up signals and months, and a case brought as far as a test needs it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from leye.analysis.metrics.types import SampleState
from leye.analysis.warning import Axis, Cell, Grade, Layer, Range, Signal, WarningMonth
from leye.analysis.warning import Level as Colour
from leye.service.identity.models import User
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.cases.enums import Verdict
from leye.service.response.cases.judging import Hand, give_opinion, judge, set_grade, take
from leye.service.response.cases.models import Case
from leye.service.response.signals.models import WatchRun
from leye.service.response.signals.operations import Kept, keep_month

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MONTH = 202610
YUANZHOU, FENGCHENG, CITY = "360902", "360981", "360900"

Accounts = dict[str, User]


def signal(**changes: Any) -> Signal:
    """A firm of 360902 that let 180 people go: orange by its own numbers."""
    whole = Signal(
        watch="firm_layoff",
        title="袁州区电气机械和器材制造业单位30日内减员",
        layer=Layer.LEGAL,
        axis=Axis.DETERIORATION,
        cell=Cell(YUANZHOU, "division", "38", employer=1001),
        month=MONTH,
        value=180.0,
        unit="人",
        expected=Range(None, None, None),
        line=150.0,
        level=Colour.ORANGE,
        rarity=None,
        certain=False,
        persons=180,
        reasons=("30日内减员180人",),
        tell=("county_desk",),
        merged=(),
        data_version=7,
        settings="2026-11",
    )
    return replace(whole, **changes)


def month_of(*signals: Signal, version: int = 7, month: int = MONTH) -> WarningMonth:
    """A month in which some signals were found."""
    return WarningMonth(
        month=month,
        data_version=version,
        settings="2026-11",
        signals=tuple(replace(each, data_version=version, month=month) for each in signals),
        feeds=(),
        grades=(grade(month=month),),
        visits=(),
        unjudged=("登记失业比率：没有数据",),
    )


def grade(**changes: Any) -> Grade:
    """A county without a level."""
    none = Colour.NONE
    whole = Grade(YUANZHOU, "all", "all", MONTH, none, none, none, False, False,
                  SampleState.HAS_DATA, (), ())  # fmt: skip
    return replace(whole, **changes)


def kept(*signals: Signal, at: datetime = AT, **month: Any) -> Kept:
    """Keep a month with some signals."""
    return keep_month(month_of(*signals, **month), at=at)


def opened(**changes: Any) -> Case:
    """The case of one signal, as it was just opened."""
    kept(signal(**changes), version=100 + WatchRun.objects.count())
    return Case.objects.order_by("-id")[0]


def hand(by: User, case: Case, *, hours: float = 1.0) -> Hand:
    """Somebody who has seen everything of a case, some hours after it was opened."""
    case.refresh_from_db()
    return Hand(by, case.opened_at + timedelta(hours=hours), case.steps)


def judged(case: Case, by: User, verdict: Verdict = Verdict.TRUE) -> Case:
    """A case that was taken and judged."""
    take(case, hand(by, case))
    return judge(case, verdict, "电话核实，企业承认停产", hand(by, case, hours=2))


def graded(case: Case, accounts: Accounts, level: Level = Level.ORANGE) -> Case:
    """A true case, graded by the city after two opinions."""
    judged(case, accounts["county_official"])
    for name in ("county_official", "city_official"):
        give_opinion(case, level, "一厂停产，上下游暂无影响", hand(accounts[name], case, hours=3))
    return set_grade(case, level, "按预案标准定级", hand(accounts["city_official"], case, hours=4))
