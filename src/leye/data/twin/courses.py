"""Training classes and the certificates of skill."""

import numpy as np

from leye.data.twin.city import City, new_rows
from leye.data.twin.codes import Pension, Status
from leye.data.twin.draws import Index, Rng, chance, days_of, first_day, pick, sample
from leye.data.twin.events import Rows
from leye.data.twin.sources import assumptions

_FULL_CITY = 5_000_000
_RUNNING = "running classes"
ENTERED = "classes entered"
"""In memory: the records of all classes, month after month."""
_MONTHLY = 2_500  # the plan: 150,000 trained with a subsidy within five years
_STARTUP_SHARE = 0.4
_CLASS_SIZE = 30
_LEARNERS = (
    Status.EMPLOYED_INSURED, Status.EMPLOYED_FILED, Status.SELF_EMPLOYED, Status.FLEXIBLE,
    Status.FARMING, Status.UNEMPLOYED_REGISTERED, Status.UNEMPLOYED_LOOKING, Status.INACTIVE,
)  # fmt: skip


def train(city: City) -> None:
    """Start this month's classes and record how those that ended went."""
    rng, people = city.rng("train"), city.people
    fit = city.of_status(*_LEARNERS)
    age = city.ages(fit)
    working = (age >= 17) & (age < 58) & (people.pension[fit] == Pension.NONE)
    fit = fit[working & (people.class_until[fit] < city.ordinal)]
    scale = int(people.alive.sum()) / _FULL_CITY
    index = sample(rng, fit, round(_MONTHLY * scale * rng.uniform(0.7, 1.3)))
    _end_classes(city, rng)
    rows = open_classes(city, index, rng=rng)
    twice = chance(rng, assumptions()["fraud"]["overlapping_training"], len(rows))
    enter(city, rows)
    overlap(city, rows[twice], rng=rng)


def open_classes(city: City, index: Index, *, rng: Rng) -> Rows:
    """Give the records of people who start a class this month, thirty to a class."""
    count = len(index)
    number = np.arange(count) // _CLASS_SIZE
    classes = int(number[-1]) + 1 if count else 0
    start = days_of(city.month, rng, classes)
    institutions = np.flatnonzero(city.firms.institution & city.units.open)
    kind = pick(rng, [0.34, 0.22, _STARTUP_SHARE, 0.04], classes) + 1
    length = np.where(kind == 3, 10, rng.integers(8, 31, classes))
    rows = _rows(city, index)
    rows["class_no"] = city.records.numbers("classes", classes)[number]
    rows["institution"] = institutions[rng.integers(0, len(institutions), classes)][number]
    rows["kind"] = kind[number]
    rows["start"] = start[number]
    rows["end"] = (start + length.astype("m8[D]"))[number]
    rows["hours"] = (length * 6)[number]
    return rows


def _rows(city: City, index: Index) -> Rows:
    occupation = city.people.occupation[index]
    return new_rows(
        "trainings",
        len(index),
        record=city.records.numbers("trainings", len(index)),
        person=index,
        occupation=np.where(occupation >= 0, occupation, index % 40),
        passed=-1,
        county=city.county_of(index),
    )


def overlap(city: City, rows: Rows, *, rng: Rng) -> None:
    """Enter people into a second class that runs while their first does."""
    if not len(rows):
        return
    second = rows.copy()
    second["record"] = city.records.numbers("trainings", len(rows))
    second["class_no"] = rows["class_no"] + 1_000_000
    shift = rng.integers(1, 5, len(rows)).astype("m8[D]")
    second["start"] = np.minimum(rows["start"] + shift, rows["end"])
    second["end"] = rows["end"] + shift
    enter(city, second)


def enter(city: City, rows: Rows) -> None:
    """Enter people into their classes, to be written again when these end."""
    city.records.keep("trainings", rows)
    entered: list[Rows] = city.memory.setdefault(ENTERED, [])
    entered.append(rows.copy())
    running: list[Rows] = city.memory.setdefault(_RUNNING, [])
    running.append(rows.copy())
    month_end = rows["end"].astype("M8[M]").astype(np.int64) + 1970 * 12
    np.maximum.at(city.people.class_until, rows["person"], month_end.astype(np.int32))


def _end_classes(city: City, rng: Rng) -> None:
    """Write again the classes that ended, with who passed; some of them earn a certificate."""
    running: list[Rows] = city.memory.get(_RUNNING, [])
    if not running:
        return
    rows = np.concatenate(running)
    over = rows["end"] < first_day(city.month)
    ended = rows[over].copy()
    ended["passed"] = chance(rng, 0.93, len(ended))
    city.records.keep("trainings", ended)
    city.memory[_RUNNING] = [rows[~over]]
    city.memory["passed"] = ended[ended["passed"] == 1]
    skilled = ended[(ended["passed"] == 1) & (ended["kind"] != 3)]
    skilled = skilled[city.people.alive[skilled["person"]]]
    some_of = skilled[chance(rng, 0.45, len(skilled))]
    certify_skill(city, some_of["person"].astype(np.int64), rng=rng)


def certify_skill(city: City, index: Index, *, rng: Rng) -> None:
    """Give certificates of skill, mostly of the lower levels."""
    occupation = city.people.occupation[index]
    city.records.add(
        "certificates",
        len(index),
        record=city.records.numbers("certificates", len(index)),
        person=index,
        occupation=np.where(occupation >= 0, occupation, index % 40),
        level=pick(rng, [0.01, 0.05, 0.26, 0.38, 0.22, 0.08], len(index)) + 1,
        issued=days_of(city.month, rng, len(index)),
    )


def examine(city: City) -> None:
    """Give certificates to working people who pass an examination without a class."""
    rng = city.rng("examine")
    working = city.of_status(Status.EMPLOYED_INSURED, Status.FLEXIBLE, Status.SELF_EMPLOYED)
    share = assumptions()["support"]["skill_certificate_monthly"]
    certify_skill(city, working[chance(rng, share, len(working))], rng=rng)


def first_certificates(city: City) -> None:
    """Give the certificates held at the start."""
    rng = city.rng("first certificates")
    working = city.of_status(*_LEARNERS[:5], Status.MIGRANT)
    held = working[chance(rng, assumptions()["support"]["skilled_at_start"] * 0.75, len(working))]
    occupation = city.people.occupation[held]
    since = rng.integers(40, 5_000, len(held)).astype("m8[D]")
    city.records.add(
        "certificates",
        len(held),
        record=city.records.numbers("certificates", len(held)),
        person=held,
        occupation=np.where(occupation >= 0, occupation, held % 40),
        level=pick(rng, [0.01, 0.06, 0.32, 0.35, 0.20, 0.06], len(held)) + 1,
        issued=first_day(city.month) - since,
    )
