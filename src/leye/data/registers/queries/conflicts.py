"""Conflicts between registers (数据比对) of one month: counted, listed, and one with its facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import ibis
from ibis.expr.types import BooleanValue

from leye.data.pool import Snapshot
from leye.data.registers.comparison.catalogue import Fact, facts_of
from leye.data.registers.queries.tables import has, month_of
from leye.kernel.errors import NotFound
from leye.kernel.place import Scope, place_prefix

_TABLE = "conflict"


class UnknownConflict(NotFound):
    """No conflict of that number in that month, or none the asker may see."""

    code = "unknown_conflict"
    title = "没有这条比对结果"


@dataclass(frozen=True, slots=True)
class ConflictChoice:
    """Which conflicts of a month to keep; empty fields keep all.

    ``only`` keeps the numbers in it and no others when it is not None; ``without`` leaves those in
    it out. Both give a month with each number: a conflict that began after it is another one.
    """

    month: int
    rule: str = ""
    place: str = ""
    within_grace: bool | None = None
    person: int | None = None
    only: Mapping[str, int] | None = None
    without: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One conflict as a line of a list. People are keys; who they are is asked elsewhere."""

    month: int
    id: str
    rule: str
    place: str
    person: int | None
    employer: int | None
    since_month: int
    months: int
    within_grace: bool
    suggested: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """One conflict with what the sources say."""

    line: ConflictLine
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many conflicts a rule found in a month, and how many of them are within their grace."""

    rule: str
    found: int
    within_grace: int


def conflict_counts(
    snapshot: Snapshot, *, chosen: ConflictChoice, scope: Scope
) -> tuple[RuleCount, ...]:
    """Give the chosen conflicts counted by rule, in the order of the rules' codes."""
    rows = _chosen(snapshot, chosen, scope)
    if rows is None:
        return ()
    grace = rows.within_grace.ifelse(ibis.literal(1, "int64"), ibis.literal(0, "int64"))
    counted = rows.group_by("rule").agg(found=rows.count(), within_grace=grace.sum())
    found = counted.order_by("rule").to_pyarrow().to_pylist()
    return tuple(RuleCount(row["rule"], row["found"], row["within_grace"]) for row in found)


def conflict_lines(
    snapshot: Snapshot, *, chosen: ConflictChoice, scope: Scope, limit: int, offset: int = 0
) -> tuple[ConflictLine, ...]:
    """Give some of the chosen conflicts: those past their grace first, then the longest lasting."""
    rows = _chosen(snapshot, chosen, scope)
    if rows is None:
        return ()
    names = [each.name for each in fields(ConflictLine)]
    order = [rows.within_grace, rows.months.desc(), rows.rule, rows.place, rows.id]
    page = rows.order_by(order).limit(limit, offset=offset).select(*names)
    return tuple(ConflictLine(**row) for row in page.to_pyarrow().to_pylist())


def conflict(snapshot: Snapshot, number: str, *, month: int, scope: Scope) -> Conflict:
    """Give one conflict as it stood in a month.

    :raises UnknownConflict: none of that number, or its place lies outside the scope.
    """
    rows = _chosen(snapshot, ConflictChoice(month, only={number: month}), scope)
    found = [] if rows is None else rows.limit(1).to_pyarrow().to_pylist()
    if not found:
        raise UnknownConflict(f"“{number}”", hint="可能已经消除，或不在您负责的地区")
    names = [each.name for each in fields(ConflictLine)]
    line = ConflictLine(**{name: found[0][name] for name in names})
    return Conflict(line, facts_of(line.rule, found[0]["evidence"]))


def _chosen(snapshot: Snapshot, chosen: ConflictChoice, scope: Scope) -> ibis.Table | None:
    if not has(snapshot, _TABLE):
        return None
    rows = month_of(snapshot, _TABLE, chosen.month, scope=scope)
    wanted: BooleanValue = ibis.literal(True)
    if chosen.rule:
        wanted &= rows.rule == chosen.rule
    if chosen.place:
        wanted &= rows.place.startswith(place_prefix(chosen.place))
    if chosen.within_grace is not None:
        wanted &= rows.within_grace == chosen.within_grace
    if chosen.person is not None:
        wanted &= rows.person == ibis.literal(chosen.person, type="int64")
    kept = rows.filter(wanted)
    if chosen.only is not None:
        kept = kept.semi_join(*_among(kept, chosen.only))
    if chosen.without:
        kept = kept.anti_join(*_among(kept, chosen.without))
    return kept


def _among(
    rows: ibis.Table, numbers: Mapping[str, int]
) -> tuple[ibis.Table, Sequence[BooleanValue]]:
    """Give the numbers as a table, and when a row is among them: it began no later than theirs.

    They go into the query as one text, taken apart there: as a list of thousands they would take
    seconds to write, and a table held in memory is never given back by the engine.
    """
    text = ",".join(f"{number} {month}" for number, month in numbers.items())
    each = ibis.literal(text).split(",").unnest().name("pair").as_table()
    parts = each.pair.split(" ")
    known = each.select(number=parts[0], decided=parts[1].cast("int32"))
    return known, (rows.id == known.number, rows.since_month <= known.decided)
