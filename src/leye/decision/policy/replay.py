"""What if (政策仿真): a parameter has another value. Who gains, who loses, what it costs in a year.

The registers of a month are run through the rules as they are and as changed. Only programmes that
rest on what is changed are run.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray

from leye.data.pool import Pool
from leye.data.pool.build import open_build
from leye.data.pool.engines import Engine
from leye.data.pool.mapped import NO_ROW, Columns, Results, Task
from leye.decision.policy.catalogue import catalogue
from leye.decision.policy.costs import YEAR, times_a_year
from leye.decision.policy.entities import ENTITY_KEYS
from leye.decision.policy.evaluate import (
    Judged,
    chunks,
    evaluate,
    facts_wanted,
    parameters_read,
    with_presumed,
)
from leye.decision.policy.frames import CARRIED, COUNTY, PART, facts_frame, pieces_of
from leye.decision.policy.kleene import YES
from leye.decision.policy.parameters import Change
from leye.decision.policy.programmes import Outcome, Programme
from leye.decision.policy.queries import fund_costs
from leye.decision.policy.screen import MonthNotBuilt
from leye.decision.policy.screening import programmes_of, rounded, split
from leye.decision.policy.system import System, system, system_with
from leye.kernel.errors import InvalidInput

BALANCES: Mapping[str, str] = {
    "失业保险基金": "setting.unemployment_fund_balance",
    "就业补助资金": "setting.employment_fund_balance",
}
"""The settings that hold what is in a fund."""


class NothingChanges(InvalidInput):
    """No programme rests on the parameters that are changed."""

    code = "nothing_changes"
    title = "没有政策用到要改动的参数"


@dataclass(frozen=True, slots=True)
class ReplayLine:
    """One programme in one county ("" not known). Costs are yuan a year, None for no payment.

    ``before`` and ``after``: eligible; ``gains`` and ``loses``: become so, or no longer are;
    ``open_before`` and ``open_after``: cannot be told. ``unknown_before`` and ``unknown_after``:
    eligible whose amount is not known, left out of the cost.
    """

    programme: str
    place: str
    before: int
    after: int
    gains: int
    loses: int
    open_before: int
    open_after: int
    cost_before: Decimal | None
    cost_after: Decimal | None
    unknown_before: int
    unknown_after: int


@dataclass(frozen=True, slots=True)
class FundLine:
    """How many months a fund's balance pays for all that is due from it, before and after.

    None where the city has not set the balance, or the month was not screened.
    """

    fund: str
    balance: Decimal | None
    months_before: Decimal | None
    months_after: Decimal | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """The answer to one what-if."""

    month: int
    release: int
    changes: tuple[Change, ...]
    lines: tuple[ReplayLine, ...]
    funds: tuple[FundLine, ...]


def replay(
    pool: Pool, *, month: int, changes: Sequence[Change], engine: Engine | str = ""
) -> Replayed:
    """Run a month's registers through the rules as they are and as changed.

    :raises UnknownCode: a change names no parameter.
    :raises NothingChanges: no programme rests on what is changed.
    :raises MonthNotBuilt: the month has no registers.
    :raises EngineUnavailable: the engine is not installed, or does not start.
    """
    snapshot = pool.snapshot()
    given = tuple(changes)
    touched = affected(given)
    if month not in snapshot.months_of("person_month"):
        raise MonthNotBuilt(f"{month}", hint="请先运行 leye registers build")
    found: list[dict[str, Any]] = []
    with open_build(pool, month, engine=engine) as build:
        pieces = pieces_of(build)
        for entity in ENTITY_KEYS:
            wanted = tuple(each for each in touched if each.entity == entity)
            if not wanted:
                continue
            facts = facts_wanted(system(), wanted)
            frame = facts_frame(build, entity, system().law, wanted=facts)
            work = Replaying(entity, month, frame.counted, given)
            facts_alone = frame.rows.drop(*CARRIED)
            rows = build.mapped(entity, facts_alone, Task(work, (), _SCHEMA, PART, pieces))
            found += build.rows_of(rows)
    lines = _lines(found)
    funds = _funds(pool, month, lines, system_with(given))
    return Replayed(month, snapshot.release, given, lines, funds)


def affected(changes: Sequence[Change]) -> tuple[Programme, ...]:
    """Give the programmes that rest on a parameter that is changed.

    :raises UnknownCode: a change names no parameter.
    :raises NothingChanges: there are none.
    """
    rules = system_with(changes)
    paths = {each.path for each in changes}
    found = tuple(
        each
        for entity in ENTITY_KEYS
        for each in programmes_of(rules, entity)
        if parameters_read(rules, each) & paths
    )
    if not found:
        raise NothingChanges("、".join(sorted(paths)), hint="请核对参数路径")
    return found


@dataclass(frozen=True, slots=True)
class Replaying:
    """The work on a piece of an entity's frame: how many go from which outcome to which."""

    entity: str
    month: int
    counted: tuple[str, ...]
    changes: tuple[Change, ...]

    def __call__(self, columns: Columns) -> Results:
        """Give counts by programme, county and pair of outcomes."""
        wanted = tuple(each for each in affected(self.changes) if each.entity == self.entity)
        parts = [part for _, chunk in chunks(columns) for part in self._counted(wanted, chunk)]
        joined = [np.concatenate(each) for each in zip(*parts, strict=True)]
        rows = np.full(len(joined[0]), NO_ROW, dtype=np.int64)
        names = tuple(each.name for each in wanted)
        return Results(rows, dict(zip(_COLUMNS, joined, strict=True)), {"programme": names})

    def _counted(
        self, wanted: tuple[Programme, ...], chunk: Columns
    ) -> Iterator[tuple[NDArray[Any], ...]]:
        given, most = split(chunk, self.counted)
        given = with_presumed(self.entity, given)
        codes, places = np.unique(chunk[COUNTY], return_inverse=True)

        def run(rules: System) -> Iterator[tuple[Programme, Judged]]:
            return evaluate(rules, self.entity, self.month, given, most=most, wanted=wanted)

        pairs = zip(run(system()), run(system_with(self.changes)), strict=True)
        for number, ((programme, old), (_, new)) in enumerate(pairs):
            yield _moves(number, programme, old, new, codes, places)


def _moves(
    number: int,
    programme: Programme,
    old: Judged,
    new: Judged,
    codes: NDArray[Any],
    places: NDArray[Any],
) -> tuple[NDArray[Any], ...]:
    key = (places * 3 + old.outcome) * 3 + new.outcome
    size = len(codes) * 9
    sums = [np.bincount(key, minlength=size)]
    for judged in (old, new):
        fen, unknown = _yearly(programme, judged)
        # Whole numbers below 2**53 add up exactly in floats.
        sums.append(np.bincount(key, weights=fen, minlength=size).astype(np.int64))
        sums.append(np.bincount(key, weights=unknown, minlength=size).astype(np.int64))
    there = np.flatnonzero(sums[0])
    n, cost_before, unknown_before, cost_after, unknown_after = (each[there] for each in sums)
    return (
        np.full(len(there), number, dtype=np.int32),
        codes[there // 9].astype(np.int32),
        (there // 3 % 3).astype(np.int8),
        (there % 3).astype(np.int8),
        n.astype(np.int64),
        cost_before,
        cost_after,
        unknown_before,
        unknown_after,
    )


def _yearly(programme: Programme, judged: Judged) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give fen a year of each who is eligible, and who of them has no known amount."""
    times = times_a_year(programme.name)
    eligible = judged.outcome == YES
    if times is None:
        return np.zeros(len(eligible)), np.zeros(len(eligible))
    paid = np.full(len(eligible), float(times))
    if times == YEAR:
        left = judged.months
        paid = np.where((left > 0) & (left < YEAR), left, YEAR).astype(np.float64)
    fen = np.round(rounded(judged.amount) * 100) * paid
    unknown = eligible & np.isnan(fen)
    return np.where(eligible & ~unknown, fen, 0.0), unknown.astype(np.float64)


_COLUMNS = (
    *("programme", "county", "before", "after", "n"),
    *("cost_before", "cost_after", "unknown_before", "unknown_after"),
)
_SCHEMA = ibis.schema(
    dict.fromkeys(_COLUMNS, "int64")
    | {"programme": "string", "county": "int32", "before": "int8", "after": "int8"}
)


def _lines(found: Sequence[Mapping[str, Any]]) -> tuple[ReplayLine, ...]:
    sums: dict[tuple[str, int], dict[str, int]] = {}
    for row in found:
        line = sums.setdefault((row["programme"], row["county"]), dict.fromkeys(_SUMS, 0))
        n, before, after = row["n"], Outcome(row["before"]), Outcome(row["after"])
        was, is_ = before is Outcome.ELIGIBLE, after is Outcome.ELIGIBLE
        line["before"] += n * was
        line["after"] += n * is_
        line["gains"] += n * (is_ and not was)
        line["loses"] += n * (was and not is_)
        line["open_before"] += n * (before is Outcome.CANNOT_TELL)
        line["open_after"] += n * (after is Outcome.CANNOT_TELL)
        for name in ("cost_before", "cost_after", "unknown_before", "unknown_after"):
            line[name] += row[name]
    return tuple(
        _line(programme, county, sums[programme, county]) for programme, county in sorted(sums)
    )


def _line(programme: str, county: int, line: Mapping[str, int]) -> ReplayLine:
    paid = times_a_year(programme) is not None
    return ReplayLine(
        programme=programme,
        place=str(county) if county else "",
        before=line["before"],
        after=line["after"],
        gains=line["gains"],
        loses=line["loses"],
        open_before=line["open_before"],
        open_after=line["open_after"],
        cost_before=Decimal(line["cost_before"]).scaleb(-2) if paid else None,
        cost_after=Decimal(line["cost_after"]).scaleb(-2) if paid else None,
        unknown_before=line["unknown_before"],
        unknown_after=line["unknown_after"],
    )


_SUMS = (
    *("before", "after", "gains", "loses", "open_before", "open_after"),
    *("cost_before", "cost_after", "unknown_before", "unknown_after"),
)


def _funds(
    pool: Pool, month: int, lines: Sequence[ReplayLine], rules: System
) -> tuple[FundLine, ...]:
    values = rules.law.at(month)
    now = fund_costs(pool.snapshot(), month)
    found = []
    for fund, path in BALANCES.items():
        own = [each for each in lines if catalogue()[each.programme].fund == fund]
        if not own:
            continue
        balance = None if values[path] != values[path] else Decimal(str(values[path]))
        due = None if now is None else now.get(fund, Decimal(0))
        more = sum((each.cost_after or Decimal(0) for each in own), Decimal(0))
        more -= sum((each.cost_before or Decimal(0) for each in own), Decimal(0))
        after = None if due is None else due + more
        found.append(FundLine(fund, balance, _months(balance, due), _months(balance, after)))
    return tuple(found)


def _months(balance: Decimal | None, yearly: Decimal | None) -> Decimal | None:
    if balance is None or not yearly:
        return None
    return (balance * YEAR / yearly).quantize(Decimal("0.1"))
