"""What the reserve can reach: for so many persons, at a level, in so many days, with so much money.

Pure. Measures are of two sorts. A *main* one keeps a job, places or feeds a person: a person is
counted under one of them only. The others (training, rights, …) add to it, each at most once a
person. The order of aims: most persons under a main measure; of those ways the cheapest; then, with
the money left, most of the others, the cheapest first.

Taking the cheapest first is exact, no solver needed. Every person counts the same and each measure
draws on one fund, so within a fund the cheapest first serves the most, at any number at the least
cost, with a next person never cheaper than the last. For a sum of such costs over funds, taking the
cheapest next person anywhere gives the least cost of any number up to the most.

What is not set is never guessed: such a measure is ``CANNOT_TELL``, nothing is counted under it,
and what is counted is a lower bound.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from leye.service.monitoring.desk.clocks import Level
from leye.service.response.errors import InvalidAsk
from leye.service.response.reserve.catalogue import FREE_FUNDS, Measure, Per, Reserve
from leye.service.response.reserve.costs import UnitCost, area_classes, standing_of, unit_cost

MOST_PERSONS, MOST_DAYS, MOST_MONTHS = 1_000_000, 3650, 60
MOST_YUAN = Decimal(10) ** 12
_NOTHING = Decimal(0)


class Verdict(StrEnum):
    """What came of a measure."""

    USED = "used"
    CANNOT_TELL = "cannot_tell"
    NOT_NEEDED = "not_needed"
    NO_MONEY = "no_money"
    NOT_AT_LEVEL = "not_at_level"
    TOO_LATE = "too_late"
    NOT_IN_FORCE = "not_in_force"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """The verdict in Chinese."""
        return _VERDICTS[self]


_VERDICTS = {
    Verdict.USED: "可用",
    Verdict.CANNOT_TELL: "算不出",
    Verdict.NOT_NEEDED: "不需要",
    Verdict.NO_MONEY: "资金或名额不够",
    Verdict.NOT_AT_LEVEL: "这一级不能用",
    Verdict.TOO_LATE: "来不及",
    Verdict.NOT_IN_FORCE: "没有在实施",
    Verdict.ENDED: "已停止",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the city knows of a measure that the catalogue does not hold; None: nothing."""

    capacity: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked: ``persons`` to serve at a ``level``, within ``days``, for ``months``.

    ``month`` (YYYYMM) dates the law; ``county`` (six digits) its minimum wage, "" for the whole
    city at the dearest of its counties. ``budgets``: yuan by fund, None or absent for no limit.
    ``known``: by the code of a measure; it goes before the catalogue.
    """

    persons: int
    level: Level
    days: int
    months: int
    month: int
    county: str
    budgets: Mapping[str, Decimal | None]
    known: Mapping[str, Known]


@dataclass(frozen=True, slots=True)
class Line:
    """A measure's part: ``persons`` it serves and their ``cost`` in yuan, None where not counted.

    ``capacity`` None is no bound here where ``verdict`` is used; ``each``: yuan for one person over
    the months asked.
    """

    measure: Measure
    verdict: Verdict
    why: str
    unit: UnitCost
    each: Decimal | None = None
    capacity: int | None = None
    persons: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be reached. ``served`` persons under a main measure, ``unserved`` the rest.

    ``open``: measures that could add to it if what is missing were set. ``verified``: every unit
    cost that was counted stands in a source that was read.
    """

    lines: tuple[Line, ...]
    served: int
    unserved: int
    spent: Mapping[str, Decimal]
    total: Decimal
    open: int
    verified: bool


def reach(ask: Ask, reserve: Reserve) -> Reach:
    """Give what the measures of a reserve reach, in the order of the catalogue.

    :raises InvalidAsk: a number is out of bounds, or a fund or measure does not exist.
    """
    _check(ask, reserve)
    classes = area_classes(ask.county, ask.month)
    lines = {each.code: _judged(each, ask, classes) for each in reserve.measures}
    left = {fund: money for fund, money in ask.budgets.items() if money is not None}
    ready = [line for line in lines.values() if line.verdict is Verdict.USED]
    ready.sort(key=lambda line: line.each or _NOTHING)
    to_serve = ask.persons
    for line in (each for each in ready if each.measure.main):
        lines[line.measure.code] = taken = _taken(line, to_serve, left)
        to_serve -= taken.persons or 0
    for line in (each for each in ready if not each.measure.main):
        lines[line.measure.code] = _taken(line, ask.persons, left)
    return _summed(tuple(lines.values()), ask.persons - to_serve, to_serve)


def _judged(measure: Measure, ask: Ask, classes: tuple[int, ...]) -> Line:
    """Give a measure's line before anybody is counted: ready, shut out, or not to be told."""
    known = ask.known.get(measure.code, Known())
    unit = unit_cost(measure, month=ask.month, classes=classes)
    if known.cost is not None:
        unit = UnitCost(known.cost, verified=False, basis="本次测算填写")
    capacity = known.capacity if known.capacity is not None else measure.capacity
    shut = _shut_out(measure, ask)
    if shut is not None:
        return Line(measure, *shut, unit)
    missing = _missing(measure, ask, unit, capacity)
    if missing or unit.amount is None:
        return Line(measure, Verdict.CANNOT_TELL, "；".join(missing), unit, capacity=capacity)
    times = ask.months if measure.cost is not None and measure.cost.per is Per.MONTH else 1
    return Line(measure, Verdict.USED, "", unit, each=unit.amount * times, capacity=capacity)


def _shut_out(measure: Measure, ask: Ask) -> tuple[Verdict, str] | None:
    if measure.ended:
        return Verdict.ENDED, "这项政策已停止"
    if not measure.usable_at(ask.level):
        return Verdict.NOT_AT_LEVEL, f"{measure.level.label}起才能用"
    if standing_of(measure, ask.month) == "failing":
        return Verdict.NOT_IN_FORCE, "没有查到现行规定"
    if measure.lead_days is not None and measure.lead_days > ask.days:
        return Verdict.TOO_LATE, f"要 {measure.lead_days} 天才能到位"
    return None


def _missing(measure: Measure, ask: Ask, unit: UnitCost, capacity: int | None) -> list[str]:
    found = []
    if standing_of(measure, ask.month) == "unknown":
        found.append("市里是否受理未设定")
    if measure.lead_days is None:
        found.append("几天到位未设定")
    if unit.amount is None:
        found.append(unit.why)
    if capacity is None and not measure.unbounded:
        found.append("能承接多少人未设定")
    return found


def _taken(line: Line, wanted: int, left: dict[str, Decimal]) -> Line:
    """Give the line with the persons it serves; what they cost is taken from the fund's rest."""
    fund, price = line.measure.fund, line.each or _NOTHING
    most = wanted if line.capacity is None else min(wanted, line.capacity)
    money = None if fund in FREE_FUNDS else left.get(fund)
    if money is not None and price > 0:
        most = min(most, int(money // price))
    cost = price * most
    if money is not None:
        left[fund] = money - cost
    if most:
        verdict = Verdict.USED
    else:
        verdict = Verdict.NO_MONEY if wanted else Verdict.NOT_NEEDED
    why = "" if most else ("其他措施已经够了" if not wanted else "资金或名额不够一个人")
    return Line(
        line.measure, verdict, why, line.unit, line.each, line.capacity, persons=most, cost=cost
    )


def _summed(lines: tuple[Line, ...], served: int, unserved: int) -> Reach:
    spent: dict[str, Decimal] = {}
    used = [each for each in lines if each.verdict is Verdict.USED]
    for line in used:
        if line.cost:
            spent[line.measure.fund] = spent.get(line.measure.fund, _NOTHING) + line.cost
    return Reach(
        lines=lines,
        served=served,
        unserved=unserved,
        spent=spent,
        total=sum(spent.values(), _NOTHING),
        open=sum(each.verdict is Verdict.CANNOT_TELL for each in lines),
        verified=all(each.unit.verified for each in used),
    )


def _check(ask: Ask, reserve: Reserve) -> None:
    bounds = (
        ("persons", ask.persons, 1, MOST_PERSONS, "人数"),
        ("days", ask.days, 0, MOST_DAYS, "天数"),
        ("months", ask.months, 1, MOST_MONTHS, "月数"),
    )
    for field, value, least, most, words in bounds:
        if not least <= value <= most:
            raise InvalidAsk(f"{words}应在 {least:,} 到 {most:,} 之间", field=field)
    funds = {each.fund for each in reserve.measures}
    if not set(ask.budgets) <= funds:
        raise InvalidAsk("没有这项资金", field="budgets")
    if not set(ask.known) <= set(reserve.codes):
        raise InvalidAsk("没有这项措施", field="known")
    money = [*ask.budgets.values(), *(each.cost for each in ask.known.values())]
    if not all(each is None or (each.is_finite() and 0 <= each <= MOST_YUAN) for each in money):
        raise InvalidAsk("金额不能小于零，也不能太大", field="budgets")
    if any(each.capacity is not None and each.capacity < 0 for each in ask.known.values()):
        raise InvalidAsk("承接人数不能小于零", field="known")
