"""What registers know of one person and their household, as the screening of the city has it.

The same expressions as the frames of the screening, over this person's rows alone; see
``leye.data.pool.narrowed``. So one can be checked at once, and the answer is the screening's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from leye.data.pool import Snapshot
from leye.data.pool.build import Build
from leye.data.pool.narrowed import Keys, Plan, narrowed
from leye.data.pool.plans import kept_plan
from leye.data.registers.queries.around import Around, around
from leye.decision.policy.evaluate import facts_wanted
from leye.decision.policy.facts import fact, facts
from leye.decision.policy.frames import MOST, Frame, facts_frame
from leye.decision.policy.screening import programmes_of
from leye.decision.policy.system import system
from leye.decision.policy.tables import law_version
from leye.kernel.errors import NotFound

PERSON, HOUSEHOLD = "person", "household"


class NotInRegisters(NotFound):
    """Nobody of that key is judged in that month."""

    code = "not_in_registers"
    title = "登记库里没有这个人"


@dataclass(frozen=True, slots=True)
class Registered:
    """What registers say of a person and their household, as stored numbers.

    ``facts`` holds every column of the frames, what is not known among them. ``most``: of counted
    facts whose count began too late, the most they can be. ``presumed``: facts that nobody
    delivers and that are taken as no until the counter. ``household`` is "" where none is known.
    """

    person: int
    household: str
    month: int
    facts: Mapping[str, float]
    most: Mapping[str, float]
    presumed: tuple[str, ...]

    def known(self, name: str) -> bool:
        """Tell whether registers know a fact."""
        value = self.facts.get(name, fact(name).unknown)
        return not (value == fact(name).unknown or value != value)


def registered(snapshot: Snapshot, person: int, month: int) -> Registered:
    """Give what registers know at the end of a month of who is screened in it.

    Who asks has to be allowed to: nothing is cut to places here. The first call of all for a month
    writes the expressions down, which takes some seconds; see ``prepare_plans``.

    :raises NotInRegisters: nobody of 16 or over has this key in the month.
    :raises StoreFailure: the pool cannot be read.
    """
    near = around(snapshot, person, month)
    if near is None:
        raise NotInRegisters(
            f"编号 {person}，{month}", hint="可能不满16岁，或者不在这个月的登记库里"
        )
    own = _only(narrowed(snapshot, _plan(snapshot, PERSON, month), _own(near)), PERSON, person)
    if own is None:
        raise NotInRegisters(f"编号 {person}，{month}", hint="可能没有户籍与常住人口的记录")
    rows = {PERSON: own}
    if near.household:
        found = narrowed(snapshot, _plan(snapshot, HOUSEHOLD, month), _home(near))
        home = _only(found, HOUSEHOLD, near.household)
        rows |= {} if home is None else {HOUSEHOLD: home}
    return _registered(near, month, rows)


@cache
def wanted_of(entity: str) -> frozenset[str]:
    """Give the facts that any programme of an entity rests on: no other is looked up."""
    rules = system()
    return facts_wanted(rules, programmes_of(rules, entity))


def prepare_plans(snapshot: Snapshot, month: int) -> None:
    """Write the expressions of a month down, so that the next call of ``registered`` is quick."""
    for entity in (PERSON, HOUSEHOLD):
        _plan(snapshot, entity, month)


def _own(near: Around) -> Keys:
    return Keys(
        frozenset({near.person}), frozenset({near.household} - {""}), frozenset(near.employers)
    )


def _home(near: Around) -> Keys:
    return Keys(frozenset(near.members), frozenset({near.household}))


def _only(
    found: Mapping[str, list[dict[str, Any]]], entity: str, key: int | str
) -> dict[str, Any] | None:
    return next((row for row in found[entity] if row[entity] == key), None)


def _registered(near: Around, month: int, rows: Mapping[str, dict[str, Any]]) -> Registered:
    given = {
        name: float(value)
        for entity, row in rows.items()
        for name, value in row.items()
        if name in facts() and fact(name).entity == entity
    }
    most = {
        name: float(row[f"{MOST}{name}"])
        for row in rows.values()
        for name in given
        if f"{MOST}{name}" in row
    }
    presumed = tuple(
        name
        for name, each in facts().items()
        if each.entity in rows
        and each.absent_is_no
        and name not in given
        and name in wanted_of(each.entity)
    )
    return Registered(
        person=near.person,
        household=near.household if HOUSEHOLD in rows else "",
        month=month,
        facts=MappingProxyType(given),
        most=MappingProxyType({n: m for n, m in most.items() if m > given[n]}),
        presumed=presumed,
    )


def _plan(snapshot: Snapshot, entity: str, month: int) -> Plan:
    asked = f"facts of a {entity} {law_version(system())}"
    return kept_plan(
        snapshot, month, asked=asked, write=lambda build: {entity: _frame(build, entity).rows}
    )


def _frame(build: Build, entity: str) -> Frame:
    return facts_frame(build, entity, system().law, wanted=wanted_of(entity))
