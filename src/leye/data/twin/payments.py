"""What is paid into social insurance this month, for whom and by whom, rightly or not."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import City
from leye.data.twin.codes import Contributor, Status
from leye.data.twin.draws import Index
from leye.data.twin.sources import policy

_GHOSTS = "ghosts"


def contribute(city: City) -> None:
    """Set payer, base and kind of everybody's contributions this month."""
    people = city.people
    people.contributor[:] = Contributor.NONE
    people.payer[:] = -1
    people.base[:] = 0
    floor = policy()["contribution_floor"]
    by_unit = city.of_status(Status.EMPLOYED_INSURED)
    by_unit = by_unit[people.employer[by_unit] >= 0]
    _pay(city, by_unit, Contributor.UNIT, payer=people.employer[by_unit])
    people.base[by_unit] = np.round(np.maximum(people.wage[by_unit], floor))
    own = np.flatnonzero(people.self_pays & people.alive)
    _pay(city, own, Contributor.FLEXIBLE)
    people.base[own] = floor * (1 + own % 3 * 0.2)
    riders = np.flatnonzero(people.platform & ~people.self_pays & people.alive)
    _pay(city, riders, Contributor.PLATFORM)
    people.base[riders] = floor
    _ghosts(city, floor)
    insured = np.concatenate([by_unit, own])
    people.insured_months[insured] = np.minimum(people.insured_months[insured] + 1, 600)


def _pay(
    city: City, index: Index, kind: Contributor, *, payer: NDArray[np.int32] | int = -1
) -> None:
    city.people.contributor[index] = kind
    city.people.payer[index] = payer


def _ghosts(city: City, floor: float) -> None:
    """Add what is paid for people who do not work there: the dead, holders of welfare posts."""
    memory: dict[str, NDArray[Any]] = city.memory.get(_GHOSTS, {})
    if not memory:
        return
    now = memory["until"] >= city.ordinal
    person, firm = memory["person"][now], memory["firm"][now]
    free = city.people.contributor[person] == Contributor.NONE
    open_still = city.units.open[firm]
    person, firm = person[free & open_still], firm[free & open_still]
    _pay(city, person, Contributor.UNIT, payer=firm.astype(np.int32))
    city.people.base[person] = floor


def pay_for_ghosts(city: City, person: Index, firm: Index, *, months: int) -> None:
    """Let firms pay contributions, for some months, for people who do not work for them."""
    until = np.full(len(person), city.ordinal + months - 1)
    known = city.memory.get(_GHOSTS)
    if known is None:
        known = {name: np.zeros(0, dtype=np.int64) for name in ("person", "firm", "until")}
    city.memory[_GHOSTS] = {
        "person": np.concatenate([known["person"], person]),
        "firm": np.concatenate([known["firm"], firm]),
        "until": np.concatenate([known["until"], until]),
    }


def contribution_counties(city: City) -> NDArray[np.int8]:
    """Give the county each pays in: that of the payer, else of residence; -1 who pays nothing."""
    people = city.people
    paying = np.flatnonzero(people.contributor > 0)
    county = np.full(city.population.size, -1, dtype=np.int8)
    home = city.county_of(paying)
    payer = people.payer[paying]
    county[paying] = np.where(payer >= 0, city.firms.county[payer], home)
    return county
