"""Passing between ways of living outside units: flexible work, farming, work away, no work."""

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import City
from leye.data.twin.codes import EndReason, Status
from leye.data.twin.draws import Index, Rng, pick_rows, sample
from leye.data.twin.sources import assumptions
from leye.data.twin.ways import leave, take_up

_SEASONS = {-1: "home", 0: "home", 1: "away", 2: "away"}


def shift(city: City) -> None:
    """Let some of those outside units change what they do, more of them around the festival."""
    moved: list[tuple[Index, Status]] = []
    rng = city.rng("shift")
    for name, chances in assumptions()["shifts"].items():
        status = Status[name.upper()]
        members = city.of_status(status)
        members = members[city.people.job_start[members] < city.ordinal]
        members = members[~np.isin(members, city.memory["silent"])]
        if status == Status.SELF_EMPLOYED:
            # Who has staff does not give up from one month to the next.
            members = members[city.units.headcount[city.people.employer[members]] == 0]
        moved += _drawn(city, rng, members, _seasonal(city, status, dict(chances)))
    for index, status in moved:
        leave(city, index, reason=EndReason.OTHER, rng=rng)
        take_up(city, index, status, rng=rng)


def _seasonal(city: City, status: Status, chances: dict[str, float]) -> dict[str, float]:
    season = _SEASONS.get(city.festival())
    notes = assumptions()["migrant_season"]
    if status == Status.MIGRANT:
        if season == "home":
            chances = {name: chance + notes["home_share"] * chance / 0.031
                       for name, chance in chances.items()}  # fmt: skip
        else:
            chances = {name: chance * 0.45 for name, chance in chances.items()}
    elif "migrant" in chances:
        factor = {"home": 0.1, "away": notes["away_share"] / 0.022}.get(season or "", 0.75)
        chances["migrant"] = chances["migrant"] * factor
    return chances


def _drawn(
    city: City, rng: Rng, members: Index, chances: dict[str, float]
) -> list[tuple[Index, Status]]:
    """Give who passes to which status, as far as age and place allow it."""
    names = list(chances)
    edges = np.cumsum([*chances.values()])
    edges = np.append(edges, 1.0)[None, :]
    drawn = pick_rows(rng, edges, np.zeros(len(members), dtype=np.int64))
    found = []
    for at, name in enumerate(names):
        status = Status[name.upper()]
        index = members[drawn == at]
        found.append((index[_may(city, index, status)], status))
    return found


def _may(city: City, index: Index, status: Status) -> NDArray[np.bool_]:
    people = city.people
    age = city.ages(index)
    rural = ~city.land.table.urban[people.residence[index]]
    if status == Status.FARMING:
        may = rural & (age < 72)
    elif status == Status.MIGRANT:
        may = (age < 60) & city.population.able[index]
    elif status == Status.UNEMPLOYED_REGISTERED:
        may = (people.retires[index] > city.ordinal) & (people.pension[index] == 0)
    else:
        may = age < (60 if status == Status.UNEMPLOYED_LOOKING else 68)
    allowed: NDArray[np.bool_] = may
    return allowed


def found_firms(city: City) -> None:
    """Open the firms due this month whose founder is free to run them."""
    rng, people, firms = city.rng("found"), city.people, city.firms
    due = _due(city)
    owner = firms.owner[due]
    ready = city.has_status(
        Status.FLEXIBLE, Status.MIGRANT, Status.UNEMPLOYED_LOOKING, Status.UNEMPLOYED_REGISTERED,
        Status.EMPLOYED_INSURED, Status.INACTIVE,
    )  # fmt: skip
    opens = ready[owner] & people.alive[owner]
    firm, founder = due[opens], owner[opens].astype(np.int64)
    leave(city, founder, reason=EndReason.RESIGNED, rng=rng)
    people.employer[founder] = firm
    take_up(city, founder, Status.SELF_EMPLOYED, rng=rng)
    people.workplace[founder] = firms.county[firm]
    city.units.open[firm] = True
    city.records.add("firms", len(firm), firm=firm, state=1)
    size = city.memory["first size"][firm]
    city.units.target[firm] = np.where(firms.kind[firm] == 5, 0, np.minimum(size, 40))


def _due(city: City) -> NDArray[np.int64]:
    opened = city.firms.opened.astype("M8[M]").astype(np.int64) + 1970 * 12
    return np.flatnonzero((opened == city.ordinal) & ~city.units.open & (city.firms.owner >= 0))


def come_home(city: City, count: int, *, rng: Rng) -> Index:
    """Let ``count`` people who work away return for good; half of them look for work here."""
    index = sample(rng, city.of_status(Status.MIGRANT), count)
    leave(city, index, reason=EndReason.OTHER, rng=rng)
    split = rng.random(len(index))
    take_up(city, index[split < 0.5], Status.UNEMPLOYED_LOOKING, rng=rng)
    take_up(city, index[(split >= 0.5) & (split < 0.85)], Status.FLEXIBLE, rng=rng)
    rest = index[split >= 0.85]
    rural = ~city.land.table.urban[city.people.residence[rest]]
    take_up(city, rest[rural], Status.FARMING, rng=rng)
    take_up(city, rest[~rural], Status.FLEXIBLE, rng=rng)
    return index
