"""The quality of what departments deliver, source by source and month by month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leye.data.pool import Delivery, Snapshot
from leye.data.pool.quality import Dimension, Quality, latest_quality, quality_over_time
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.source_types import SourceContract
from leye.doors.console.reads.sources import source_deliveries, visible_deliveries
from leye.kernel.months import month_range
from leye.kernel.place import Scope

Shares = Mapping[Dimension, Quality]


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """One source's latest month, 0 where there is none, and its shares."""

    contract: SourceContract
    month: int
    shares: Shares


@dataclass(frozen=True, slots=True)
class MonthQuality:
    """One month of a source; ``delivery`` is None where none came."""

    month: int
    delivery: Delivery | None
    shares: Shares


def latest(snapshot: Snapshot, *, scope: Scope) -> tuple[SourceQuality, ...]:
    """Give every source in the order of the contracts, as far as the scope may see deliveries."""
    told, visible = latest_quality(snapshot), visible_deliveries(snapshot, scope=scope)
    found = []
    for name, contract in source_contracts().items():
        newest = [each for each in told.get(name, ()) if each.delivery in visible]
        month = newest[0].month if newest else 0
        found.append(SourceQuality(contract, month, _by_dimension(newest)))
    return tuple(found)


def by_month(snapshot: Snapshot, source: str, *, scope: Scope) -> tuple[MonthQuality, ...]:
    """Give every month from the first delivered to the last, the latest first.

    Of several deliveries of a month the largest speaks for it: later ones add single rows.
    """
    deliveries = {each.id: each for each in source_deliveries(snapshot, source, scope=scope)}
    told: dict[str, list[Quality]] = {}
    for each in quality_over_time(snapshot, source):
        if each.delivery in deliveries:
            told.setdefault(each.delivery, []).append(each)
    main: dict[int, Delivery] = {}
    for number in told:
        one = deliveries[number]
        if one.month not in main or one.rows_read > main[one.month].rows_read:
            main[one.month] = one
    if not main:
        return ()
    return tuple(
        MonthQuality(
            month,
            main.get(month),
            _by_dimension(told[main[month].id]) if month in main else {},
        )
        for month in month_range(min(main), max(main))[::-1]
    )


def _by_dimension(found: Iterable[Quality]) -> Shares:
    return {each.dimension: each for each in found}
