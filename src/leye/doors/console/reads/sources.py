"""Where every source stands (数据来源): what came last, what is late, what waits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from leye.data.pool import Delivery, Snapshot, Verdict
from leye.data.pool.quality import due_on
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_types import SourceContract
from leye.kernel.months import month_add, month_of, month_range
from leye.kernel.place import Scope

TAKEN = (Verdict.ACCEPTED, Verdict.UNCHANGED, Verdict.NIL)
TREND_MONTHS = 24
_MOST = 50_000


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source on a day.

    ``last`` is the latest accepted delivery, or nil report, of the latest month; ``held`` those
    that wait; ``missing`` the months that are due and neither accepted, said to be empty nor held,
    from the first that ever was; ``nil`` those of which only nil reports came; ``due`` the day by
    which the next month is expected; ``rows`` those taken in, by month.
    """

    contract: SourceContract
    deliveries: tuple[Delivery, ...]
    last: Delivery | None
    held: tuple[Delivery, ...]
    missing: tuple[int, ...]
    nil: tuple[int, ...]
    due: date
    rows: Mapping[int, int]

    @property
    def never(self) -> bool:
        """Whether nothing was ever accepted of this source, nor said to be empty."""
        return self.last is None


def latest_due(due_day: int, on: date) -> int:
    """Give the latest month whose delivery was due before ``on``."""
    before = month_add(month_of(on), -1)
    return before if on.day > due_day else month_add(before, -1)


def source_states(snapshot: Snapshot, *, scope: Scope, on: date) -> tuple[SourceState, ...]:
    """Give every source in the order of the contracts, as far as the scope may see deliveries."""
    by_source = _by_source(snapshot.deliveries(scope, limit=_MOST))
    contracts = source_contracts()
    begun = min(
        (
            each.month
            for name in contracts
            for each in by_source.get(name, ())
            if each.verdict in TAKEN
        ),
        default=0,
    )
    return tuple(
        source_state(contract, by_source.get(name, ()), on=on, begun=begun)
        for name, contract in contracts.items()
    )


def source_state(
    contract: SourceContract, deliveries: Sequence[Delivery], *, on: date, begun: int = 0
) -> SourceState:
    """Give where one source stands, from its deliveries, the newest first.

    A source of which nothing was ever accepted is expected from the month ``begun``, if given.
    """
    taken = [each for each in deliveries if each.verdict in TAKEN]
    last = max(taken, key=_standing, default=None)
    came = {each.month for each in taken if each.verdict is not Verdict.NIL}
    rows: dict[int, int] = defaultdict(int)
    for each in taken:
        rows[each.month] += each.rows_read - each.rows_set_aside
    due = latest_due(contract.due_day, on)
    start = min(rows, default=begun)
    months = month_range(start, due) if start else ()
    held = waiting(deliveries)
    there = {*rows, *(each.month for each in held)}
    return SourceState(
        contract,
        tuple(deliveries),
        last,
        held,
        tuple(month for month in months if month not in there),
        tuple(sorted({*rows} - came)),
        due_on(contract, month_add(due, 1)),
        dict(sorted(rows.items())),
    )


def nil_months(state: SourceState, *, on: date) -> tuple[int, ...]:
    """Give the months that may be said to be empty, the latest first.

    Those that are over and of which nothing came, from the first of the source; of one that never
    delivered, the last year.
    """
    last = month_add(month_of(on), -1)
    start = min((*state.rows, *state.missing), default=month_add(last, -11))
    there = {*state.rows, *(each.month for each in state.held)}
    return tuple(month for month in month_range(start, last)[::-1] if month not in there)


def _standing(delivery: Delivery) -> tuple[int, bool, int, str]:
    """Give the order in which deliveries stand: rows that came stand before a nil report."""
    real = delivery.verdict is not Verdict.NIL
    return delivery.month, real, len(delivery.id), delivery.id


def waiting(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """Give the held deliveries that nobody has confirmed or turned down yet."""
    listed = list(deliveries)
    settled = {each.confirms for each in listed}
    return tuple(d for d in listed if d.verdict is Verdict.HELD and d.id not in settled)


def waiting_deliveries(snapshot: Snapshot, *, scope: Scope) -> tuple[Delivery, ...]:
    """Give every held delivery the scope may see that waits; none are looked for without one."""
    if not scope.places or not snapshot.deliveries(scope, limit=1, verdict=Verdict.HELD):
        return ()
    return waiting(snapshot.deliveries(scope, limit=_MOST))


def source_deliveries(snapshot: Snapshot, source: str, *, scope: Scope) -> tuple[Delivery, ...]:
    """Give the deliveries of one source the scope may see, the newest first."""
    return tuple(_by_source(snapshot.deliveries(scope, limit=_MOST)).get(source, ()))


def visible_deliveries(snapshot: Snapshot, *, scope: Scope) -> frozenset[str]:
    """Give the numbers of all deliveries the scope may see."""
    return frozenset(each.id for each in snapshot.deliveries(scope, limit=_MOST))


def _by_source(deliveries: Iterable[Delivery]) -> Mapping[str, tuple[Delivery, ...]]:
    found: dict[str, list[Delivery]] = defaultdict(list)
    for each in deliveries:
        found[each.contract].append(each)
    return {name: tuple(listed) for name, listed in found.items()}
