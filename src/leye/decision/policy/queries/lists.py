"""The entitled one by one, as keys: page after page, inside the asker's places."""

from dataclasses import dataclass
from decimal import Decimal

import ibis

from leye.data.pool import Snapshot
from leye.data.registers.codes import groups, groups_in
from leye.decision.policy.programmes import programme
from leye.kernel.errors import InvalidInput
from leye.kernel.place import EVERYWHERE, Scope, place_prefix

_TABLE = "entitlement"
_COLUMNS = (
    *("programme", "person", "household", "employer", "place", "groups"),
    *("outcome", "amount", "months", "missing", "receiving"),
)
_SAME = ["programme", "who", "home"]
CHANGES = ("new", "lost")
"""How somebody's entitlement may have changed between two months."""


@dataclass(frozen=True, slots=True)
class EntitledChoice:
    """Whom to list of a programme in a month.

    ``outcome``: ``eligible``, or ``cannot_tell``: those of whom one condition is open. ``within``:
    a place, "" for all; ``group``: a key group, "" for all; ``receiving``: only those who do or do
    not, None for both. ``change``: ``new``, those who were not eligible in the month ``before``, or
    ``lost``, those who were and no longer are, as they were then; "" for all.
    """

    month: int
    programme: str
    outcome: str = "eligible"
    within: str = ""
    group: str = ""
    receiving: bool | None = None
    change: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class EntitledLine:
    """One who is eligible, or nearly: of person, household ("") and employer one is known.

    ``amount`` yuan, None where it cannot be told; ``months`` it may still be paid, None likewise;
    ``missing``: the conditions that cannot be told; ``groups``: codes of key groups.
    """

    programme: str
    person: int | None
    household: str
    employer: int | None
    place: str
    groups: tuple[str, ...]
    outcome: str
    amount: Decimal | None
    months: int | None
    missing: tuple[str, ...]
    receiving: bool


def entitled_lines(
    snapshot: Snapshot, chosen: EntitledChoice, *, scope: Scope, limit: int, offset: int = 0
) -> tuple[EntitledLine, ...]:
    """Give some of the chosen, in the order of their places; those outside the scope never leave.

    :raises UnknownCode: there is no such programme.
    :raises InvalidInput: there is no such change.
    """
    rows = _chosen(snapshot, chosen, scope)
    if rows is None:
        return ()
    order = ["place", "person", "household", "employer"]
    page = rows.order_by(order).limit(limit, offset=offset)
    return lines_of(page)


def entitled_total(snapshot: Snapshot, chosen: EntitledChoice, *, scope: Scope) -> int:
    """Give how many are chosen.

    :raises UnknownCode: there is no such programme.
    :raises InvalidInput: there is no such change.
    """
    rows = _chosen(snapshot, chosen, scope)
    return 0 if rows is None else int(rows.count().to_pyarrow().as_py())


def entitlements_of(
    snapshot: Snapshot,
    month: int,
    *,
    person: int | None = None,
    household: str = "",
    employer: int | None = None,
    scope: Scope = EVERYWHERE,
) -> tuple[EntitledLine, ...]:
    """Give everything one person, household or employer is eligible for, or nearly."""
    if _TABLE not in snapshot.manifest.tables:
        return ()
    rows = snapshot.months(_TABLE, (month,), scope=scope)
    if person is not None:
        rows = rows.filter(rows.person == person)
    elif employer is not None:
        rows = rows.filter(rows.employer == employer)
    else:
        rows = rows.filter((rows.household == household) & (rows.household != ""))
    return lines_of(rows.order_by("programme"))


def lines_of(rows: ibis.Table) -> tuple[EntitledLine, ...]:
    """Give rows of the table as lines."""
    return tuple(
        EntitledLine(
            **{name: row[name] for name in _COLUMNS if name not in {"groups", "missing"}},
            groups=groups_in(row["groups"]),
            missing=_conditions(row["programme"], row["missing"]),
        )
        for row in rows.select(*_COLUMNS).to_pyarrow().to_pylist()
    )


def _conditions(name: str, mask: int) -> tuple[str, ...]:
    if not mask:
        return ()
    every = programme(name).every_condition
    return tuple(each.name for bit, each in enumerate(every) if mask >> bit & 1)


def keyed(rows: ibis.Table) -> ibis.Table:
    """Give rows of the table with who each is about, so that months can be held together."""
    who = ibis.coalesce(rows.person, rows.employer, ibis.literal(0, type="int64"))
    return rows.mutate(who=who, home=rows.household)


def only(rows: ibis.Table, others: ibis.Table) -> ibis.Table:
    """Give the keyed rows about whom the others have none of the same programme."""
    return rows.anti_join(others.select(*_SAME), _SAME)


def _chosen(snapshot: Snapshot, chosen: EntitledChoice, scope: Scope) -> ibis.Table | None:
    programme(chosen.programme)
    if chosen.change and chosen.change not in CHANGES:
        raise InvalidInput(f"没有“{chosen.change}”这种变化", hint="可用：" + "、".join(CHANGES))
    wanted = {chosen.month, *([chosen.before] if chosen.change else [])}
    screened = snapshot.months_of(_TABLE) if _TABLE in snapshot.manifest.tables else ()
    if not chosen.change:
        return None if not screened else _of(snapshot, chosen, chosen.month, scope)
    if not wanted <= set(screened):
        return None
    of, against = chosen.month, chosen.before
    if chosen.change == "lost":
        of, against = against, of
    everybody = EntitledChoice(against, chosen.programme)
    return only(
        keyed(_of(snapshot, chosen, of, scope)), keyed(_of(snapshot, everybody, against, scope))
    )


def _of(snapshot: Snapshot, chosen: EntitledChoice, month: int, scope: Scope) -> ibis.Table:
    rows = snapshot.months(_TABLE, (month,), scope=scope)
    wanted = (rows.programme == chosen.programme) & (rows.outcome == chosen.outcome)
    if chosen.within:
        wanted &= rows.place.startswith(place_prefix(chosen.within))
    if chosen.group:
        bit = ibis.literal(groups()[chosen.group], type="int32")
        wanted &= (rows.groups & bit) != ibis.literal(0, type="int32")
    if chosen.receiving is not None:
        wanted &= rows.receiving == chosen.receiving
    return rows.filter(wanted)
