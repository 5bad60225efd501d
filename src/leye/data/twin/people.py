"""Everybody in the city: households in villages, with what does not change month by month."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leye.data.twin import identities
from leye.data.twin.draws import (
    Rng,
    chance,
    first_day,
    generator,
    pick,
    pick_evenly,
    pick_rows,
    sample,
)
from leye.data.twin.households import CHILD, HEAD, Members, draw_members
from leye.data.twin.land import Land
from leye.data.twin.sources import assumptions
from leye.data.twin.types import Population

YEAR = 365.2425


@dataclass(frozen=True, slots=True)
class People:
    """The population and where it stands when the simulation starts."""

    population: Population
    residence: NDArray[np.int16]
    schooling: NDArray[np.uint8]
    """The education each person has or will come to (see EDUCATION)."""


# Positions in the education shares of assumptions.yaml, and their codes (GB/T 4658).
EDUCATION = np.array([80, 70, 60, 40, 30, 20, 10], dtype=np.uint8)


def make_people(*, people: int, months: int, first_month: int, seed: int, land: Land) -> People:
    """Draw the population of a city of ``people``, and those born to it within ``months``."""
    start = int(first_day(first_month).astype(np.int64))
    members = draw_members(generator(seed, "households"), people)
    rng = generator(seed, "people")
    households = int(members.household[-1]) + 1
    homes = pick_evenly(rng, land.village_weight, households).astype(np.int16)
    birth = start - 1 - (members.age * YEAR).astype(np.int32)
    members, birth = _with_births(rng, members, birth, months=months, start=start)
    residence = homes[members.household]
    schooling = _schooling(rng, birth, land.table.urban[residence])
    population = _population(rng, members, birth, residence, start=start, land=land)
    return People(population, residence, schooling)


def _with_births(
    rng: Rng, members: Members, birth: NDArray[np.int32], *, months: int, start: int
) -> tuple[Members, NDArray[np.int32]]:
    """Add those who are born while the simulation runs, to mothers of 20 to 38."""
    rate = assumptions()["people"]["birth_rate"]
    count = round(len(birth) * rate * months / 12)
    mothers = np.flatnonzero((members.sex == 2) & (members.age > 20) & (members.age < 38))
    mothers = np.sort(sample(rng, mothers, count))
    born = start + np.sort(rng.integers(0, max(1, int(months * 30.4)), len(mothers)))
    households = members.household[rng.permutation(mothers)]
    extra = len(mothers)
    joined = Members(
        household=np.concatenate([members.household, households]),
        relation=np.concatenate([members.relation, np.full(extra, CHILD, np.uint8)]),
        sex=np.concatenate([members.sex, np.where(chance(rng, 0.533, extra), 1, 2)]).astype(
            np.uint8
        ),
        age=np.concatenate([members.age, np.zeros(extra, np.float32)]),
    )
    return joined, np.concatenate([birth, born]).astype(np.int32)


def _schooling(rng: Rng, birth: NDArray[np.int32], urban: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Give the education each will have reached in the end, by year of birth and place."""
    table = assumptions()["education"]
    starts = np.array(sorted(table))
    shares = np.array([table[year] for year in starts], dtype=np.float64)
    lift = np.array([0.75, 0.92, 1.1, 1.05, 1.35, 1.6, 1.9])
    edges = np.cumsum(np.concatenate([shares / lift, shares * lift]), axis=1)
    edges /= edges[:, -1:]
    year = birth.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
    row = np.clip(np.searchsorted(starts, year, side="right") - 1, 0, len(starts) - 1)
    found: NDArray[np.uint8] = EDUCATION[pick_rows(rng, edges, row + urban * len(starts))]
    return found


def _population(
    rng: Rng,
    members: Members,
    birth: NDArray[np.int32],
    residence: NDArray[np.int16],
    *,
    start: int,
    land: Land,
) -> Population:
    notes = assumptions()["people"]
    count = len(birth)
    urban = land.table.urban[residence]
    county = land.table.village_county[residence]
    share = np.where(urban, notes["urban_hukou"]["urban"], notes["urban_hukou"]["rural"])
    household_urban = rng.random(int(members.household.max()) + 1)
    hukou = np.where(household_urban[members.household] < share, 10, 20).astype(np.uint8)
    elsewhere = chance(rng, notes["elsewhere_share"], count)
    numbers = identities.draw_numbers(
        rng,
        birth=birth,
        sex=members.sex,
        county=county,
        elsewhere=elsewhere,
        counties=land.table.counties,
    )
    surname, given = identities.draw_names(rng, members, birth)
    age = (start - birth) / YEAR
    veteran_day, placement = _veterans(rng, members.sex, birth, start)
    grade, kind, able = _disability(rng, age)
    return Population(
        birth=birth,
        sex=members.sex,
        hukou=hukou,
        hukou_county=np.where(elsewhere, -1, county).astype(np.int8),
        household=members.household,
        relation=members.relation,
        surname=surname,
        given=given,
        phone=identities.draw_phones(rng, age, notes["phone_share"]),
        id_region=numbers.region,
        id_regions=numbers.regions,
        serial=numbers.serial,
        veteran_day=veteran_day,
        veteran_placement=placement,
        disability=grade,
        disability_kind=kind,
        able=able,
        poverty=_poverty(rng, members, urban),
        farm_land=(hukou == 20) & ~urban,
    )


def _veterans(
    rng: Rng, sex: NDArray[np.uint8], birth: NDArray[np.int32], start: int
) -> tuple[NDArray[np.datetime64], NDArray[np.uint8]]:
    """Give the day of discharge (some within the time simulated) and the kind of placement."""
    count = len(birth)
    served = (sex == 1) & chance(rng, assumptions()["people"]["veteran_men"], count)
    discharged = birth + ((19.5 + rng.gamma(2.0, 1.6, count)) * YEAR).astype(np.int32)
    served &= (start - birth > 17 * YEAR) & (discharged < start + 1200)
    # Soldiers leave in September and March.
    month = discharged.astype("M8[D]").astype("M8[M]")
    year = month.astype("M8[Y]").astype("M8[M]")
    late = chance(rng, 0.7, count)
    day = (year + np.where(late, 8, 2).astype("m8[M]")).astype("M8[D]") + np.timedelta64(14, "D")
    placement = np.where(served, pick(rng, [0.86, 0.1, 0.04], count) + 1, 0).astype(np.uint8)
    return np.where(served, day, np.datetime64("NaT")), placement


def _disability(
    rng: Rng, age: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.bool_]]:
    count = len(age)
    likely = assumptions()["people"]["disabled"] * np.clip(0.35 + age / 45, 0.3, 2.0)
    has = chance(rng, likely, count)
    grade = np.where(has, pick(rng, [0.14, 0.28, 0.30, 0.28], count) + 1, 0).astype(np.uint8)
    kind = np.where(has, pick(rng, [0.14, 0.09, 0.02, 0.56, 0.08, 0.08, 0.03], count) + 1, 0)
    able = ~has | chance(rng, np.array([1.0, 0.12, 0.35, 0.75, 0.9])[grade], count)
    return grade, kind.astype(np.uint8), able


def _poverty(rng: Rng, members: Members, urban: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Give whose household was lifted out of poverty (1) or is watched against a return (2)."""
    heads = np.flatnonzero(members.relation == HEAD)
    households = int(members.household.max()) + 1
    share = assumptions()["people"]["poverty_households"]
    rural = np.zeros(households, dtype=bool)
    rural[members.household[heads]] = ~urban[heads]
    listed = rural & chance(rng, share / max(rural.mean(), 1e-9), households)
    kind = np.where(listed, np.where(chance(rng, 0.09, households), 2, 1), 0).astype(np.uint8)
    found: NDArray[np.uint8] = kind[members.household]
    return found
