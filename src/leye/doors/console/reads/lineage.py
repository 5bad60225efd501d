"""From a figure of a register back to the deliveries behind it (数据血缘)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from leye.data.pool import Delivery, Snapshot
from leye.data.registers.queries import BuildLine, builds_of
from leye.data.registers.tables import REGISTER_TABLES
from leye.kernel.place import EVERYWHERE

_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Lineage:
    """How one month of a register came to be.

    ``builds`` are the registers of that month in the order they are built, the one asked for last;
    ``deliveries`` what went in, by source, the newest first.
    """

    builds: tuple[BuildLine, ...]
    deliveries: Mapping[str, tuple[Delivery, ...]]

    @property
    def count(self) -> int:
        """How many deliveries went in."""
        return sum(len(found) for found in self.deliveries.values())


def lineage_of(snapshot: Snapshot, *, table: str, month: int) -> Lineage | None:
    """Give how a month of a register was built, or None when it never was.

    The deliveries are those of every place: that a source of the city was read is no secret of it.
    Their names and contents are; who may not open them is not led there.
    """
    lines = {line.table: line for line in builds_of(snapshot, month)}
    if table not in lines:
        return None
    order = [each.name for each in REGISTER_TABLES]
    before = order[: order.index(table) + 1] if table in order else [table]
    builds = tuple(lines[name] for name in before if name in lines)
    wanted = {number for line in builds for number in line.inputs}
    by_source: dict[str, list[Delivery]] = defaultdict(list)
    for each in snapshot.deliveries(EVERYWHERE, limit=_MOST):
        if each.id in wanted:
            by_source[each.contract].append(each)
    return Lineage(builds, {source: tuple(by_source[source]) for source in sorted(by_source)})
