"""Who and what is around a person in a month: by which keys everything about them is found."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from leye.data.pool import Snapshot
from leye.data.registers.queries.tables import has, month_of
from leye.kernel.place import EVERYWHERE

_EMPLOYERS = (("person_month", "employer"), ("job_spell", "employer"))
_LEFT = ("person_total", "left_employer")


@dataclass(frozen=True, slots=True)
class Around:
    """``household`` is "" where none is known; ``members`` are all of it, the person among them.

    ``employers``: for whom the person works or worked.
    """

    person: int
    household: str
    members: tuple[int, ...]
    employers: tuple[int, ...]


def around(snapshot: Snapshot, person: int, month: int) -> Around | None:
    """Give what is around a person in a month; None where they have no status in it."""
    if not has(snapshot, "person_month"):
        return None
    months = month_of(snapshot, "person_month", month, scope=EVERYWHERE)
    own = months.filter(_is(months.person, person)).select("household").to_pyarrow().to_pylist()
    if not own:
        return None
    household = own[0]["household"] or ""
    members = {person}
    if household:
        living = months.filter(months.household == household).select("person").to_pyarrow()
        members |= {row["person"] for row in living.to_pylist()}
    employers = _employers(snapshot, person, month)
    return Around(person, household, tuple(sorted(members)), employers)


def _employers(snapshot: Snapshot, person: int, month: int) -> tuple[int, ...]:
    found = []
    for table, name in (*_EMPLOYERS, _LEFT):
        if has(snapshot, table):
            rows = month_of(snapshot, table, month, scope=EVERYWHERE)
            found.append(rows.filter(_is(rows.person, person)).select(employer=rows[name]))
    rows = ibis.union(*found) if len(found) > 1 else found[0]
    return tuple(sorted({row["employer"] for row in rows.to_pyarrow().to_pylist()} - {None}))


def _is(column: ir.Column, key: int) -> ir.BooleanValue:
    return column == ibis.literal(key, type="int64")
