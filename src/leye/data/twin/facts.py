"""What is true of everybody that policies ask about, told for the last months of a run.

Nothing here looks at a delivery: what registers make of the same is held against it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import City
from leye.data.twin.codes import Contributor, Status
from leye.data.twin.draws import yyyymm
from leye.data.twin.events import Rows
from leye.data.twin.rules import birth_months

TOLD = 2
"""For how many months, the last ones, it is told."""

FACT: list[tuple[str, str]] = [
    ("person", "i4"), ("birth_month", "i4"), ("sex", "u1"), ("hukou", "u1"), ("here", "?"),
    ("village", "i2"), ("status", "u1"), ("education", "u1"), ("able", "?"), ("enrolled", "?"),
    ("registered", "i4"), ("reason", "u1"), ("insured", "?"), ("flexible", "?"), ("wage", "f4"),
    ("workplace", "i1"), ("insured_months", "i2"), ("drawn", "i2"), ("granted", "i2"),
    ("draws", "?"), ("pension", "u1"), ("hardship", "u1"), ("disability", "u1"),
    ("poverty", "u1"), ("veteran", "i4"), ("placement", "u1"), ("post", "i4"), ("owner", "?"),
]  # fmt: skip
"""One row for each person of 16 and over.

Months are yyyymm, 0 for none; ``registered``: as unemployed; ``insured``: by the true employer,
``flexible``: pays for themselves; ``insured_months``: since the last grant of benefit, ``drawn`` of
``granted`` months of it, ``draws``: this month; ``hardship``: the category certified, 0 none;
``disability``: the grade; ``post``: since when in a public-welfare post; ``owner`` of an open firm.
"""


def true_facts(city: City) -> Rows:
    """Give what is true of everybody at the end of the month (layout FACT)."""
    people, population = city.people, city.population
    who = np.flatnonzero((people.status > Status.CHILD) & (people.status < Status.GONE))
    rows = np.zeros(len(who), dtype=FACT)
    owners = np.zeros(population.size, dtype=np.bool_)
    owned = np.flatnonzero(city.units.open & (city.firms.owner >= 0))
    owners[city.firms.owner[owned]] = True
    paid = np.zeros(population.size, dtype=np.bool_)
    paid[city.records.so_far("benefits")["person"]] = True
    columns: dict[str, NDArray[Any]] = {
        "birth_month": yyyymm(birth_months(population.birth)),
        "sex": population.sex,
        "hukou": population.hukou,
        "here": population.hukou_county >= 0,
        "village": people.residence,
        "status": people.status,
        "education": people.education,
        "able": population.able,
        "enrolled": people.leaves_school >= city.ordinal,
        "registered": np.where(people.unemployment > 0, _month(people.unemployment_day), 0),
        "reason": np.where(people.unemployment > 0, people.unemployment_reason, 0),
        "insured": people.insured,
        "flexible": people.contributor == Contributor.FLEXIBLE,
        "wage": people.wage,
        "workplace": people.workplace,
        "insured_months": people.insured_months,
        "drawn": people.benefit_nth,
        "granted": people.benefit_total,
        "draws": paid,
        "pension": people.pension,
        "hardship": np.where(people.hardship > 0, people.hardship_category, 0),
        "disability": population.disability,
        "poverty": population.poverty,
        "veteran": _veterans(population.veteran_day),
        "placement": population.veteran_placement,
        "post": np.where(people.post > 0, _month(people.post_start), 0),
        "owner": owners,
    }
    rows["person"] = who
    for name, column in columns.items():
        rows[name] = column[who]
    return rows


def _month(day: NDArray[np.int32]) -> NDArray[np.int64]:
    """Give the month of days since 1970."""
    return np.asarray(yyyymm(day.astype("M8[D]").astype("M8[M]").astype(np.int64) + 1970 * 12))


def _veterans(day: NDArray[np.datetime64]) -> NDArray[np.int64]:
    months = yyyymm(np.where(np.isnat(day), 0, day.astype("M8[M]").astype(np.int64) + 1970 * 12))
    return np.where(np.isnat(day), 0, months)
