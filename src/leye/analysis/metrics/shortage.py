"""Supply and demand by occupation, and the list of occupations in short supply (紧缺职业目录).

The vacancy ratio 求人倍率 is vacancies over applicants. Which ratio counts as short, for how many
months, and why, stands in ``shortage.yaml`` with its basis; every line of the list says its reasons
in the numbers it rests on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from math import ceil
from pathlib import Path

from leye.analysis.metrics.reading import Entry, load_yaml
from leye.analysis.metrics.types import SampleState
from leye.kernel.months import month_add

_FILE = Path(__file__).with_name("shortage.yaml")
_KEYS = frozenset(
    {
        "title",
        "edition",
        "months",
        "months_short",
        "ratio_short",
        "ratio_urgent",
        "least_share",
        "least_vacancies",
        "basis",
    }
)


class Grade(StrEnum):
    """How short an occupation is; not judged with too few vacancies, or without data."""

    URGENT = "urgent"
    SHORT = "short"
    NOT_SHORT = "not_short"
    NOT_JUDGED = "not_judged"

    @property
    def label(self) -> str:
        """The grade in Chinese."""
        labels = {"urgent": "急需紧缺", "short": "紧缺", "not_short": "不紧缺"}
        return labels.get(self.value, "不作判断")


@dataclass(frozen=True, slots=True)
class ShortageRule:
    """When an occupation is in short supply.

    It is short in a month when it has enough vacancies (``least_share`` of all coded ones, and
    ``least_vacancies``) and a ratio of ``ratio_short``; it is listed when that holds this month and
    in ``months_short`` of the last ``months``; it is urgent at ``ratio_urgent`` when short in all.
    """

    title: str
    edition: str
    months: int
    months_short: int
    ratio_short: Decimal
    ratio_urgent: Decimal
    least_share: Decimal
    least_vacancies: int
    basis: tuple[str, ...]

    def least(self, coded: int) -> int:
        """Give the least vacancies an occupation must have, of ``coded`` vacancies in all."""
        return max(self.least_vacancies, ceil(self.least_share * coded))


@dataclass(frozen=True, slots=True)
class MarketMonth:
    """Vacancies at the end of a month and applicants in it; None: not delivered, or not shown."""

    month: int
    vacancies: int | None
    applicants: int | None

    @property
    def ratio(self) -> Decimal | None:
        """Vacancies over applicants; None without data or applicants."""
        if self.vacancies is None or not self.applicants:
            return None
        return Decimal(self.vacancies) / Decimal(self.applicants)

    @property
    def state(self) -> SampleState:
        """Whether the ratio rests on data."""
        if self.vacancies is None or self.applicants is None:
            return SampleState.NO_DATA
        return SampleState.HAS_DATA if self.applicants else SampleState.ZERO_DENOMINATOR


@dataclass(frozen=True, slots=True)
class OccupationMarket:
    """One occupation in one month.

    ``gap`` is vacancies less applicants; ``months_seen`` of the rule's months have data, and in
    ``months_short`` of them it was short.
    """

    code: str
    now: MarketMonth
    gap: int | None
    months_seen: int
    months_short: int
    grade: Grade
    reasons: tuple[str, ...]


@cache
def shortage_rule(file: Path = _FILE) -> ShortageRule:
    """Give the rule in force.

    :raises InvalidDefinition: the file cannot be used as it stands.
    """
    entry = Entry(load_yaml(file), where=file.name, keys=_KEYS)
    rule = ShortageRule(
        title=entry.text("title"),
        edition=entry.text("edition"),
        months=entry.whole("months"),
        months_short=entry.whole("months_short"),
        ratio_short=entry.number("ratio_short"),
        ratio_urgent=entry.number("ratio_urgent"),
        least_share=entry.number("least_share"),
        least_vacancies=entry.whole("least_vacancies"),
        basis=entry.texts("basis"),
    )
    if not (1 <= rule.months_short <= rule.months and 0 < rule.ratio_short <= rule.ratio_urgent):
        raise entry.fault("界线自相矛盾")
    if not rule.basis:
        raise entry.fault("没有写依据")
    return rule


def occupation_markets(
    history: Mapping[str, Sequence[MarketMonth]], *, month: int, rule: ShortageRule
) -> tuple[OccupationMarket, ...]:
    """Judge every occupation that has vacancies or applicants in ``month``.

    ``history`` holds months by occupation code; "" (titles nobody could code) is left out. The
    order is the list's: urgent, short, then the rest, each by the gap, the largest first.
    """
    months = [month_add(month, -back) for back in range(rule.months)]
    found = {code: {each.month: each for each in lines} for code, lines in history.items() if code}
    least = {
        at: rule.least(sum(lines[at].vacancies or 0 for lines in found.values() if at in lines))
        for at in months
    }
    markets = [
        _judged(code, lines, months=months, least=least, rule=rule)
        for code, lines in found.items()
        if month in lines and (lines[month].vacancies or lines[month].applicants)
    ]
    order = list(Grade)
    return tuple(
        sorted(markets, key=lambda each: (order.index(each.grade), -(each.gap or 0), each.code))
    )


def _judged(
    code: str,
    lines: Mapping[int, MarketMonth],
    *,
    months: Sequence[int],
    least: Mapping[int, int],
    rule: ShortageRule,
) -> OccupationMarket:
    now = lines[months[0]]
    known = [
        lines[at] for at in months if at in lines and lines[at].state is not SampleState.NO_DATA
    ]
    short = [each for each in known if _is_short(each, least[each.month], rule)]
    gap = None
    if now.vacancies is not None and now.applicants is not None:
        gap = now.vacancies - now.applicants
    grade = Grade.NOT_SHORT
    if gap is None or (now.vacancies or 0) < least[now.month]:
        grade = Grade.NOT_JUDGED
    elif now in short and len(short) >= rule.months_short:
        urgent = now.ratio is None or now.ratio >= rule.ratio_urgent
        grade = Grade.URGENT if urgent and len(short) == rule.months else Grade.SHORT
    reasons: tuple[str, ...] = ()
    if grade in (Grade.URGENT, Grade.SHORT):
        reasons = _reasons(now, seen=len(known), short=len(short), rule=rule)
    return OccupationMarket(code, now, gap, len(known), len(short), grade, reasons)


def _is_short(each: MarketMonth, least: int, rule: ShortageRule) -> bool:
    enough = (each.vacancies or 0) >= least
    return enough and (each.ratio is None or each.ratio >= rule.ratio_short)


def _reasons(now: MarketMonth, *, seen: int, short: int, rule: ShortageRule) -> tuple[str, ...]:
    line = rule.ratio_short
    if now.ratio is None:
        first = f"月末有{now.vacancies}个岗位，没有人求职"
    else:
        first = (
            f"月末{now.vacancies}个岗位、{now.applicants}人求职，"
            f"求人倍率{now.ratio:.2f}，不低于{line}"
        )
    return (first, f"最近{rule.months}个月中有{seen}个月有数据，其中{short}个月紧缺")
