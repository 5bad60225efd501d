"""What everybody does when the simulation starts.

Who is at school is drawn from age and education. The rest get a status by age, sex, place and
education: likelihoods from assumptions.yaml, scaled (iterative proportional fitting) until the
city has as many of each status as assumptions.yaml says.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.codes import Status
from leye.data.twin.draws import Rng, cumulated, generator, pick_rows
from leye.data.twin.people import YEAR, People
from leye.data.twin.sources import assumptions

_AGES = np.array([20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70])
_FULL_CITY = 5_000_000
_CELLS = 12 * 2 * 2 * 3 * 2
_WAYS = (
    Status.EMPLOYED_INSURED,
    Status.EMPLOYED_FILED,
    Status.PUBLIC_WELFARE_POST,
    Status.SELF_EMPLOYED,
    Status.FLEXIBLE,
    Status.FARMING,
    Status.MIGRANT,
    Status.UNEMPLOYED_REGISTERED,
    Status.UNEMPLOYED_LOOKING,
    Status.RETIRED,
    Status.INACTIVE,
)


@dataclass(frozen=True, slots=True)
class Start:
    """Statuses and schooling; ``leaves_school``: month since year 0, 0 when not at school."""

    status: NDArray[np.uint8]
    education: NDArray[np.uint8]
    leaves_school: NDArray[np.int32]


def first_statuses(people: People, *, start: int, urban: NDArray[np.bool_], seed: int) -> Start:
    """Give the status of everybody on the day before ``start`` (days since 1970)."""
    rng = generator(seed, "start")
    age = (start - people.population.birth) / YEAR
    education, leaves = _at_school(rng, people.schooling, age, start)
    status = np.full(len(age), Status.CHILD, dtype=np.uint8)
    status[age < 0] = Status.GONE
    grown = np.flatnonzero((age >= 16) & (leaves == 0))
    status[grown] = _draw(
        rng,
        age[grown],
        people.population.sex[grown],
        urban[grown],
        education[grown],
        people.population.poverty[grown] > 0,
        people=int((age >= 0).sum()),
    )
    status[(age >= 16) & (leaves > 0)] = Status.STUDENT
    return Start(status, education, leaves)


def _at_school(
    rng: Rng, schooling: NDArray[np.uint8], age: NDArray[np.float64], start: int
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Give the education reached by now, and the June in which each leaves the present school."""
    leaving_age = np.select(
        [schooling == 10, schooling == 20, schooling == 30, np.isin(schooling, [40, 50, 60])],
        [25.4, 22.4, 21.4, 18.4],
        15.4,
    ) + rng.uniform(-0.5, 0.5, len(age))
    year = start / YEAR + 1970
    june = np.ceil(year - age + leaving_age - 0.45)
    at_school = (age >= 15) & (june + 0.45 > year) & (schooling <= 60)
    leaves = np.where(at_school, june * 12 + 5, 0).astype(np.int32)
    senior = at_school & (age < 18.4) & (schooling < 40)
    # A future student of a university first ends senior secondary school.
    first_june = np.ceil(year - age + 18.4 - 0.45 + rng.uniform(-0.4, 0.4, len(age)))
    leaves = np.where(senior & (first_june + 0.45 > year), first_june * 12 + 5, leaves)
    education = np.where(at_school, np.where(age < 18.8, 70, 60), schooling)
    education = np.where(at_school & (schooling == 10) & (age > 22.5), 20, education)
    education = np.where((age < 15) & (schooling < 70), np.where(age < 12, 80, 70), education)
    return education.astype(np.uint8), leaves.astype(np.int32)


def _draw(
    rng: Rng,
    age: NDArray[np.float64],
    sex: NDArray[np.uint8],
    urban: NDArray[np.bool_],
    education: NDArray[np.uint8],
    poor: NDArray[np.bool_],
    *,
    people: int,
) -> NDArray[np.uint8]:
    level = np.select([education <= 30, education <= 60], [2, 1], 0)
    band = np.searchsorted(_AGES, age, side="right")
    cell = (((band * 2 + (sex == 2)) * 2 + urban) * 3 + level) * 2 + poor
    sizes = np.bincount(cell, minlength=_CELLS).astype(np.float64)
    weights = _fitted(_likelihoods(), sizes, people / _FULL_CITY)
    ways = np.array([int(way) for way in _WAYS], dtype=np.uint8)
    return ways[pick_rows(rng, cumulated(weights), cell)]


def _likelihoods() -> NDArray[np.float64]:
    """Give a weight for each cell (age, sex, urban, education, poor) and way of living."""
    notes = assumptions()
    table = np.zeros((12, 2, 2, 3, 2, len(_WAYS)))
    for at, way in enumerate(_WAYS):
        name = way.name.lower()
        by_age = notes["by_age"][name]
        ages = np.array([by_age["men"], by_age["women"]], dtype=np.float64).T
        place = np.array([1.0, notes["urban_factor"][name]])
        level = np.array(notes["education_factor"][name], dtype=np.float64)
        poor = np.array([1.0, notes["poverty_factor"][name]])
        level = level[:, None] * poor
        table[..., at] = ages[:, :, None, None, None] * place[:, None, None] * level
    return table.reshape(_CELLS, len(_WAYS))


def _fitted(
    weights: NDArray[np.float64], sizes: NDArray[np.float64], scale: float
) -> NDArray[np.float64]:
    """Scale weights until cells have their size and each way its total; inactive takes the rest."""
    structure = assumptions()["structure"]
    totals = np.array([structure[way.name.lower()] * scale for way in _WAYS])
    totals[-1] = max(sizes.sum() - totals[:-1].sum(), 0.02 * sizes.sum())
    fitted = weights.copy()
    for _ in range(60):
        sums = fitted.sum(axis=1, keepdims=True)
        fitted *= np.divide(sizes[:, None], sums, out=np.zeros_like(sums), where=sums > 0)
        fitted *= totals / np.maximum(fitted.sum(axis=0), 1e-9)
    return fitted
