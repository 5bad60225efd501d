"""The villages' labour ledger: who does what, as the village last saw it."""

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import City
from leye.data.twin.codes import LedgerStatus, Status
from leye.data.twin.draws import Index, chance, first_day
from leye.data.twin.sources import assumptions

_MARKS = {
    Status.EMPLOYED_INSURED: LedgerStatus.LOCAL_WORK,
    Status.EMPLOYED_FILED: LedgerStatus.LOCAL_WORK,
    Status.PUBLIC_WELFARE_POST: LedgerStatus.LOCAL_WORK,
    Status.SELF_EMPLOYED: LedgerStatus.STARTUP,
    Status.FLEXIBLE: LedgerStatus.FLEXIBLE,
    Status.FARMING: LedgerStatus.FARMING,
    Status.MIGRANT: LedgerStatus.OUTSIDE_WORK,
    Status.UNEMPLOYED_REGISTERED: LedgerStatus.LOOKING,
    Status.UNEMPLOYED_LOOKING: LedgerStatus.LOOKING,
    Status.STUDENT: LedgerStatus.STUDENT,
    Status.RETIRED: LedgerStatus.RETIRED,
    Status.INACTIVE: LedgerStatus.CARE_OR_UNWILLING,
}
# Looked at again every year although nothing has changed; the unemployed twice a year.
_AGAIN = (
    LedgerStatus.FARMING, LedgerStatus.OUTSIDE_WORK, LedgerStatus.FLEXIBLE, LedgerStatus.STARTUP,
    LedgerStatus.LOOKING, LedgerStatus.CARE_OR_UNWILLING,
)  # fmt: skip
_SENIOR = 60
SILENT = "silent"
"""In memory: the people no village has found."""


def _marks(city: City) -> NDArray[np.uint8]:
    """Give what the village would write of everybody, 0 for children and the dead."""
    table = np.zeros(len(Status), dtype=np.uint8)
    for status, mark in _MARKS.items():
        table[status] = mark
    marks: NDArray[np.uint8] = table[city.people.status]
    unable = (marks == LedgerStatus.CARE_OR_UNWILLING) & ~city.population.able
    marks[unable] = LedgerStatus.UNABLE
    # Who studies at a higher school lives there: the village has nothing to write.
    marks[(marks == LedgerStatus.STUDENT) & (city.people.education <= _SENIOR)] = 0
    return marks


def keep_ledger(city: City) -> None:
    """Write down most changes in their month, the rest in the months after; look again by turns."""
    rng, people, notes = city.rng("ledger"), city.people, assumptions()["support"]
    marks = _marks(city)
    marks[city.memory[SILENT]] = 0
    changed = np.flatnonzero((marks != people.ledger) & (marks > 0))
    new = people.job_start[changed] >= city.ordinal
    seen = chance(rng, np.where(new, notes["ledger_at_once"], notes["ledger_later"]), len(changed))
    again = np.zeros(len(LedgerStatus), dtype=np.bool_)
    again[list(_AGAIN)] = True
    turn = np.arange(len(marks)) % 12 == city.ordinal % 12
    turn |= (marks == LedgerStatus.LOOKING) & (np.arange(len(marks)) % 6 == city.ordinal % 6)
    checked = np.flatnonzero(turn & again[marks] & (marks == people.ledger))
    _write(city, changed[seen], marks, city.late(rng, int(seen.sum())))
    _write(city, checked, marks, city.late(rng, len(checked)))


def first_ledger(city: City) -> None:
    """Write the ledger as it stands at the start: everybody seen within the year before."""
    rng = city.rng("first ledger")
    marks = _marks(city)
    marks[city.memory[SILENT]] = 0
    index = np.flatnonzero(marks > 0)
    since = first_day(city.month) - rng.integers(1, 330, len(index)).astype("m8[D]")
    # Nobody was seen at something before taking it up.
    began = (city.people.job_start[index] - 1970 * 12).astype("M8[M]").astype("M8[D]")
    begun = began + np.timedelta64(20, "D")
    latest = first_day(city.month) - np.timedelta64(1, "D")
    _write(city, index, marks, np.minimum(np.maximum(since, begun), latest))


def _write(city: City, index: Index, marks: NDArray[np.uint8], day: NDArray[np.datetime64]) -> None:
    people = city.people
    people.ledger[index] = marks[index]
    destination = np.where(
        marks[index] == LedgerStatus.OUTSIDE_WORK, people.destination[index].astype(np.int16), -1
    )
    city.records.add(
        "ledger",
        len(index),
        person=index,
        status=marks[index],
        destination=destination,
        occupation=people.occupation[index],
        checked=day,
        village=people.residence[index],
    )
