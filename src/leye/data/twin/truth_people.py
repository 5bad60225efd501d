"""Rules about people and households whose truth needs a longer look back."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.aid import kept_posts
from leye.data.twin.city import City
from leye.data.twin.codes import (
    CancelReason,
    Contributor,
    EndReason,
    LedgerStatus,
    LossReason,
    Status,
)
from leye.data.twin.courses import ENTERED
from leye.data.twin.draws import Index, first_day, last_day, month_of_day, ordinal_of
from leye.data.twin.events import SUBSIDY, TRAINING, Rows, no_rows
from leye.data.twin.grants import PAID
from leye.data.twin.households import HEAD
from leye.kernel.months import month_add

_WINDOW = 12
_AFTER, _UNTIL = 6, 24
_MEN, _WOMEN = 60, 55
_WORKING = (
    Status.EMPLOYED_INSURED, Status.EMPLOYED_FILED, Status.PUBLIC_WELFARE_POST,
    Status.SELF_EMPLOYED, Status.FLEXIBLE, Status.FARMING, Status.MIGRANT,
)  # fmt: skip
_JOBLESS = (Status.UNEMPLOYED_REGISTERED, Status.UNEMPLOYED_LOOKING)
_OUT = (Status.STUDENT, Status.RETIRED, Status.INACTIVE)
_DISMISSED, _EXPIRED, _RESIGNED = 1, 2, 3
_OF_FILING = {EndReason.EXPIRED: _EXPIRED, EndReason.AGREED: _DISMISSED,
              EndReason.RESIGNED: _RESIGNED, EndReason.LAID_OFF: _DISMISSED}  # fmt: skip
_OF_REGISTRATION = {LossReason.DISMISSED: _DISMISSED, LossReason.EXPIRED: _EXPIRED,
                    LossReason.RESIGNED: _RESIGNED}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Cases of one rule; ``since`` a month since year 0, 0 when it is told by having been seen."""

    person: Index
    firm: Index
    since: NDArray[np.int64]


def found(
    person: NDArray[Any],
    firm: NDArray[Any] | None = None,
    since: NDArray[Any] | None = None,
) -> Found:
    """Put cases together; a missing column is filled with "none"."""
    count = len(person)
    return Found(
        person.astype(np.int64),
        np.full(count, -1, dtype=np.int64) if firm is None else firm.astype(np.int64),
        np.zeros(count, dtype=np.int64) if since is None else since.astype(np.int64),
    )


def posts_elsewhere(city: City) -> Found:
    """Give holders of a welfare post, on record since before this month, whom another unit pays."""
    people, first = city.people, first_day(city.month)
    kept = kept_posts(city)
    kept = kept[kept["start"] < first]
    person, unit = kept["person"].astype(np.int64), kept["firm"]
    holders = np.flatnonzero((people.post > 0) & (people.contributor == Contributor.UNIT))
    holders = holders[people.post_start[holders] < int(first.astype(np.int64))]
    person = np.concatenate([person, holders])
    unit = np.concatenate([unit, people.employer[holders]])
    paid = (people.contributor[person] == Contributor.UNIT) & (people.payer[person] != unit)
    return found(person[paid], people.payer[person[paid]])


def overlapping_trainings(city: City) -> Found:
    """Give people in two classes at one time, for a year after these ended."""
    oldest = first_day(month_add(city.month, 1 - _WINDOW))
    known: list[Rows] = city.memory.get(ENTERED, [])
    city.memory[ENTERED] = [rows for rows in known if (rows["end"] >= oldest).any()]
    rows = np.concatenate([no_rows(TRAINING), *city.memory[ENTERED]])
    rows = rows[(rows["end"] >= oldest) & (rows["start"] <= last_day(city.month))]
    rows = rows[np.lexsort((rows["start"], rows["person"]))]
    same = rows["person"][1:] == rows["person"][:-1]
    meets = same & (rows["start"][1:] <= rows["end"][:-1])
    second = rows[1:][meets & (rows["class_no"][1:] != rows["class_no"][:-1])]
    return found(second["person"], None, month_of_day(second["start"]))


def paid_twice(city: City) -> Found:
    """Give those paid one subsidy twice for the same months, for a year after these."""
    oldest = month_add(city.month, -_WINDOW)
    known: list[Rows] = city.memory.get(PAID, [])
    city.memory[PAID] = [rows for rows in known if (rows["to_month"] > oldest).any()]
    rows = np.concatenate([no_rows(SUBSIDY), *city.memory[PAID]])
    rows = rows[rows["to_month"] > oldest]
    firm = np.where(rows["person"] >= 0, -1, rows["firm"])
    order = np.lexsort((rows["from_month"], rows["programme"], firm, rows["person"]))
    rows, firm = rows[order], firm[order]
    same = (rows["person"][1:] == rows["person"][:-1]) & (firm[1:] == firm[:-1])
    same &= rows["programme"][1:] == rows["programme"][:-1]
    second = rows[1:][same & (rows["from_month"][1:] <= rows["to_month"][:-1])]
    since = second["from_month"] // 100 * 12 + second["from_month"] % 100 - 1
    return found(second["person"], second["firm"], since)


def silent_graduates(city: City) -> Found:
    """Give graduates of half a year to two years ago of whom no register knows anything."""
    people = city.people
    person, month = city.memory["graduates"]
    due = (month <= month_add(city.month, -_AFTER)) & (month > month_add(city.month, -_UNTIL))
    index = person[due]
    quiet = np.isin(people.ledger[index], [LedgerStatus.NONE, LedgerStatus.STUDENT])
    quiet &= people.contributor[index] == Contributor.NONE
    quiet &= (people.job_record[index] == 0) & (people.unemployment[index] == 0)
    quiet &= (people.filing[index] == 0) & people.alive[index]
    quiet &= np.isin(people.status[index], [Status.MIGRANT, *_JOBLESS, Status.INACTIVE])
    quiet &= np.isin(index, city.memory["silent"])
    return found(index[quiet])


def zero_households(city: City) -> Found:
    """Give the heads of urban households in which somebody worked and now all seek work."""
    people, population = city.people, city.population
    count = int(population.household.max()) + 1
    here = np.flatnonzero(people.alive)
    household, status = population.household[here], people.status[here]
    age = city.ages(here)
    most = np.where(population.sex[here] == 1, _MEN, _WOMEN)
    able = (age >= 16) & (age < most) & ~np.isin(status, _OUT)
    works = np.bincount(household[np.isin(status, _WORKING)], minlength=count)
    ables = np.bincount(household[able], minlength=count)
    seek = np.bincount(household[able & np.isin(status, _JOBLESS)], minlength=count)
    urban = np.bincount(household[population.hukou[here] == 10], minlength=count) > 0
    zero = urban & (works == 0) & (ables > 0) & (seek == ables)
    before: NDArray[np.int64] = city.memory.get("working before", works)
    known: NDArray[np.bool_] = city.memory.get("zero before", np.zeros(count, dtype=np.bool_))
    turned = zero & ((before > 0) | known)
    city.memory["working before"], city.memory["zero before"] = works, turned
    heads = here[population.relation[here] == HEAD]
    return found(heads[turned[population.household[heads]]])


def reasons_differ(city: City) -> Found:
    """Give those whose employer and who themselves tell different reasons, for a year after."""
    people = city.people
    rows = city.records.so_far("unemployment")
    new = rows[(rows["cancel_reason"] == CancelReason.OPEN) & (rows["last_firm"] >= 0)]
    person = new["person"].astype(np.int64)
    ended, told = _table(_OF_FILING), _table(_OF_REGISTRATION)
    filing, registration = ended[people.last_reason[person]], told[new["reason"]]
    known_filing = people.last_filed[person] & (people.last_left[person] >= city.ordinal - 1)
    differ = known_filing & (filing > 0) & (registration > 0) & (filing != registration)
    memory: list[tuple[Index, Index, int]] = city.memory.setdefault("reasons", [])
    memory.append((person[differ], new["last_firm"][differ].astype(np.int64), city.month))
    oldest = ordinal_of(city.month) - _WINDOW + 1
    recent = [one for one in memory if ordinal_of(one[2]) >= oldest]
    city.memory["reasons"] = recent
    return found(
        np.concatenate([one[0] for one in recent]),
        np.concatenate([one[1] for one in recent]),
        np.concatenate([np.full(len(one[0]), ordinal_of(one[2])) for one in recent]),
    )


def _table(meaning: dict[Any, int]) -> NDArray[np.int64]:
    table = np.zeros(16, dtype=np.int64)
    for code, means in meaning.items():
        table[code] = means
    return table
