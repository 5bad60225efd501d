"""People of a month one by one, as keys: who they are is asked elsewhere."""

from dataclasses import dataclass

import ibis
from ibis.expr.types import BooleanValue

from leye.data.pool import Snapshot
from leye.data.registers.codes import evidence_in, groups, groups_in
from leye.data.registers.queries.tables import has, month_of
from leye.kernel.place import Scope, place_prefix

_TABLE = "person_month"
_COLUMNS = (
    "person",
    "residence",
    "age",
    "sex",
    "education",
    "status",
    "evidence",
    "confidence",
    "groups",
)


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """Which people of a month: of a place, a status, a key group, or one alone. Empty keeps all."""

    month: int
    place: str = ""
    status: str = ""
    group: str = ""
    person: int | None = None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person's month. ``evidence`` are its kinds, the strongest first; ``groups`` their codes."""

    person: int
    residence: str
    age: int | None
    sex: str
    education: str
    status: str
    evidence: tuple[str, ...]
    confidence: float
    groups: tuple[str, ...]


def person_lines(
    snapshot: Snapshot, chosen: PersonChoice, *, scope: Scope, limit: int, offset: int = 0
) -> tuple[PersonLine, ...]:
    """Give some of the chosen people, in the order of where they live.

    Those outside the scope never leave the engine.
    """
    rows = _chosen(snapshot, chosen, scope)
    if rows is None:
        return ()
    page = rows.order_by(["residence", "person"]).limit(limit, offset=offset).select(*_COLUMNS)
    return tuple(
        PersonLine(
            person=row["person"],
            residence=row["residence"] or "",
            age=row["age"],
            sex=row["sex"] or "",
            education=row["education"] or "",
            status=row["status"],
            evidence=evidence_in(row["evidence"] or 0),
            confidence=row["confidence"],
            groups=groups_in(row["groups"] or 0),
        )
        for row in page.to_pyarrow().to_pylist()
    )


def person_total(snapshot: Snapshot, chosen: PersonChoice, *, scope: Scope) -> int:
    """Give how many people are chosen."""
    rows = _chosen(snapshot, chosen, scope)
    return 0 if rows is None else int(rows.count().to_pyarrow().as_py())


def _chosen(snapshot: Snapshot, chosen: PersonChoice, scope: Scope) -> ibis.Table | None:
    if not has(snapshot, _TABLE):
        return None
    rows = month_of(snapshot, _TABLE, chosen.month, scope=scope)
    wanted: BooleanValue = ibis.literal(True)
    if chosen.place:
        wanted &= rows.residence.startswith(place_prefix(chosen.place))
    if chosen.status:
        wanted &= rows.status == chosen.status
    if chosen.group:
        bit = ibis.literal(groups()[chosen.group], type="int32")
        wanted &= (rows.groups & bit) != ibis.literal(0, type="int32")
    if chosen.person is not None:
        wanted &= rows.person == chosen.person
    return rows.filter(wanted)
