"""The rolls of veterans, disabled people and households lifted out of poverty."""

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import City
from leye.data.twin.draws import Index, first_day, last_day, some


def first_rolls(city: City) -> None:
    """Write the rolls as they stand at the start."""
    population, alive = city.population, city.people.alive
    served = ~np.isnat(population.veteran_day) & (population.veteran_day < first_day(city.month))
    _veterans(city, np.flatnonzero(served & alive))
    _disabled(city, np.flatnonzero((population.disability > 0) & alive))
    poor = np.flatnonzero((population.poverty > 0) & alive)
    age = city.ages(poor)
    _poverty(city, poor[(age >= 16) & (age < 65)])


def keep_rolls(city: City) -> None:
    """Add soldiers discharged this month, those who turn sixteen, and a few changes."""
    rng, population, people = city.rng("rolls"), city.population, city.people
    day = population.veteran_day
    now = (day >= first_day(city.month)) & (day <= last_day(city.month)) & people.alive
    _veterans(city, np.flatnonzero(now))
    poor = np.flatnonzero((population.poverty > 0) & people.alive)
    age = city.ages(poor)
    _poverty(city, poor[(age >= 16) & (age < 16 + 1 / 12)])
    died = np.flatnonzero((population.disability > 0) & (people.died == city.ordinal))
    _disabled(city, some(rng, died, 0.8), withdrawn=last_day(city.month))


def _veterans(city: City, index: Index) -> None:
    city.records.add(
        "veterans",
        len(index),
        person=index,
        discharged=city.population.veteran_day[index],
        placement=city.population.veteran_placement[index],
        village=city.people.residence[index],
    )


def _disabled(city: City, index: Index, *, withdrawn: np.datetime64 | None = None) -> None:
    city.records.add(
        "disabled",
        len(index),
        person=index,
        grade=city.population.disability[index],
        kind=city.population.disability_kind[index],
        able=city.population.able[index],
        withdrawn=np.datetime64("NaT") if withdrawn is None else withdrawn,
        village=city.people.residence[index],
    )


def _poverty(city: City, index: Index) -> None:
    city.records.add(
        "poverty",
        len(index),
        person=index,
        kind=city.population.poverty[index],
        listed=_listed(city, index),
        village=city.people.residence[index],
    )


def _listed(city: City, index: Index) -> NDArray[np.datetime64]:
    """Give the day each household was listed: one of the years of the campaign."""
    years = (2014 - 1970 + city.population.household[index] % 7).astype("M8[Y]")
    days: NDArray[np.datetime64] = years.astype("M8[D]")
    return days + np.timedelta64(330, "D")
