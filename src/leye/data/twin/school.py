"""School: going on, leaving in June, the lists schools keep of pupils and of graduates.

How far each will get is drawn at the start (``schooling``); this module walks them there.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import City, mark_planted
from leye.data.twin.codes import ComparisonRule, EndReason, Status
from leye.data.twin.draws import Index, Rng, chance, pick, sample, some, yyyymm
from leye.data.twin.life import spread
from leye.data.twin.sources import assumptions, rows
from leye.data.twin.ways import leave
from leye.kernel.months import month_add

_JUNE, _JULY, _SEPTEMBER = 5, 6, 8
_HIGHER = 30
SILENT = 0.05
"""Share of the graduates who leave the city, stay at home or look, and of whom nobody hears."""
# What those who leave school do next, by weight.
_GRADUATES = (
    (Status.UNEMPLOYED_LOOKING, 0.46), (Status.MIGRANT, 0.26), (Status.UNEMPLOYED_REGISTERED, 0.12),
    (Status.FLEXIBLE, 0.10), (Status.INACTIVE, 0.06),
)  # fmt: skip
_SCHOOL_LEAVERS = (
    (Status.UNEMPLOYED_LOOKING, 0.36), (Status.MIGRANT, 0.34), (Status.FLEXIBLE, 0.22),
    (Status.INACTIVE, 0.08),
)  # fmt: skip


def study(city: City) -> None:
    """Run the school month: the leaving class is gone by July, the new one comes in September."""
    season = city.ordinal % 12
    if season == _JULY:
        _end_of_year(city)
    if season == _SEPTEMBER:
        _enter_senior(city)
        enrol(city, state=1)
    _drop_out(city)


def levels(city: City, index: Index) -> NDArray[np.uint8]:
    """Give the education each student is on the way to now."""
    people = city.people
    final, now = people.schooling[index], people.education[index]
    senior = np.where(np.isin(final, [40, 50]), final, 60)
    higher = np.where((final == 10) & (now != 20), 20, final)
    found: NDArray[np.uint8] = np.where(now >= 70, senior, higher).astype(np.uint8)
    return found


def _end_of_year(city: City) -> None:
    rng, people = city.rng("leaving class"), city.people
    ending = np.flatnonzero((people.leaves_school == city.ordinal - 1) & people.alive)
    level = levels(city, ending)
    enrol(city, state=2, index=ending)
    people.education[ending] = level
    goes_on = people.schooling[ending] < level
    on = ending[goes_on]
    final = people.schooling[on]
    years = np.select([people.education[on] == 20, final == 30], [3, 3], 4)
    people.leaves_school[on] = city.ordinal - 1 + 12 * years
    out = ending[~goes_on & (people.status[ending] == Status.STUDENT)]
    people.leaves_school[ending[~goes_on]] = 0
    graduates = (level <= _HIGHER) & ~(goes_on & (people.schooling[ending] <= 20) & (level > 20))
    leave(city, out, reason=EndReason.OTHER, rng=rng)
    schooled = people.education[out] <= _HIGHER
    spread(city, out[schooled], _GRADUATES, rng=rng)
    spread(city, out[~schooled], _SCHOOL_LEAVERS, rng=rng)
    _list_graduates(city, rng, ending[graduates])


def _list_graduates(city: City, rng: Rng, index: Index) -> None:
    """Write the graduates of higher schools into the list, with where they say they go."""
    people = city.people
    status = people.status[index]
    goes_on = status == Status.STUDENT
    working = np.isin(status, [Status.MIGRANT])
    destination = np.select(
        [goes_on, working, status == Status.FLEXIBLE],
        [2, 1, 5],
        np.where(chance(rng, 0.3, len(index)), 1, 4),
    )
    silent = _fall_silent(city, rng, index)
    destination = np.where(np.isin(index, silent), 0, destination)
    _remember(city, index)
    city.records.add(
        "graduates",
        len(index),
        person=index,
        school=school_of(index, people.education[index]),
        level=people.education[index],
        major=index % len(rows("majors.csv")),
        graduated_month=month_add(city.month, -1),
        destination=destination,
        county=city.county_of(index),
    )


def _fall_silent(city: City, rng: Rng, index: Index) -> Index:
    """Choose the few graduates nobody will hear of: no ledger, no registration."""
    people = city.people
    ways = [Status.MIGRANT, Status.INACTIVE, Status.UNEMPLOYED_LOOKING]
    able = index[np.isin(people.status[index], ways) & (people.job_record[index] == 0)]
    silent = some(rng, able, SILENT)
    planted = sample(rng, np.setdiff1d(able, silent), city.memory.pop("to silence", 0))
    mark_planted(city, ComparisonRule.GRADUATE_WITHOUT_EVIDENCE, planted)
    silent = np.union1d(silent, planted)
    city.memory["silent"] = np.union1d(city.memory["silent"], silent)
    return silent


def _remember(city: City, index: Index) -> None:
    """Remember who left a higher school when, for two years' follow-up."""
    known, months = city.memory["graduates"]
    month = np.full(len(index), month_add(city.month, -1), dtype=np.int32)
    city.memory["graduates"] = (np.concatenate([known, index]), np.concatenate([months, month]))


def _enter_senior(city: City) -> None:
    people = city.people
    young = city.of_status(Status.CHILD)
    age = city.ages(young)
    young = young[(age >= 15) & (age < 16.1) & (people.leaves_school[young] == 0)]
    people.education[young] = np.minimum(people.education[young], 70)
    going = young[people.schooling[young] <= 60]
    people.leaves_school[going] = city.ordinal - _SEPTEMBER + 36 + _JUNE
    # Those of the leaving class who go on to higher schools stay students through the summer.
    senior = np.flatnonzero(people.leaves_school >= city.ordinal)
    people.education[senior] = np.minimum(people.education[senior], 70)


def _drop_out(city: City) -> None:
    rng, people = city.rng("drop out"), city.people
    students = city.of_status(Status.STUDENT)
    out = some(rng, students, assumptions()["school"]["drop_out_monthly"])
    enrol(city, state=3, index=out)
    people.leaves_school[out] = 0
    people.schooling[out] = people.education[out]
    leave(city, out, reason=EndReason.OTHER, rng=rng)
    spread(city, out, _SCHOOL_LEAVERS, rng=rng)


def enrol(city: City, *, state: int, index: Index | None = None) -> None:
    """Write the school's list: of everybody near sixteen or older, or of those given."""
    people = city.people
    if index is None:
        index = np.flatnonzero((people.leaves_school >= city.ordinal) & people.alive)
        index = index[city.ages(index) >= 15]
    level = levels(city, index)
    year = city.month // 100 - (city.ordinal % 12 < _SEPTEMBER)
    # Enrolment lasts through the summer, but for those who leave.
    june = year * 12 + 12 + _JUNE
    last = np.where(people.leaves_school[index] > june, june + 2, june)
    if state != 1:
        last = np.full(len(index), max(city.ordinal - 1, year * 12 + _SEPTEMBER))
    city.records.add(
        "enrolments",
        len(index),
        person=index,
        school_year=year,
        school=school_of(index, level),
        level=level,
        state=state,
        from_month=year * 100 + 9,
        to_month=yyyymm(last),
        county=city.county_of(index),
    )


def school_of(index: Index, level: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Give the school a person goes to at a level; always the same one."""
    found = np.zeros(len(index), dtype=np.int16)
    for code, schools in _schools().items():
        here = level == code
        found[here] = schools[index[here] * 7 % len(schools)]
    return found


@cache
def _schools() -> dict[int, NDArray[np.int16]]:
    table = rows("schools.csv")
    codes = sorted({int(row["level"]) for row in table})
    return {
        code: np.array([at for at, row in enumerate(table) if int(row["level"]) == code], np.int16)
        for code in codes
    }


def past_graduates(city: City) -> None:
    """Write the list of those who left higher schools in the three summers before the start."""
    rng, people = city.rng("past graduates"), city.people
    age = city.ages(np.arange(city.population.size))
    usual = np.select([people.education == 10, people.education == 20], [25.4, 22.4], 21.4)
    young = (people.education <= _HIGHER) & people.alive & (people.leaves_school == 0)
    since = age - usual
    index = np.flatnonzero(young & (since > 0) & (since < 3))
    summer = city.month // 100 - (city.ordinal % 12 <= _JUNE) - since[index].astype(np.int64)
    city.records.add(
        "graduates",
        len(index),
        person=index,
        school=school_of(index, people.education[index]),
        level=people.education[index],
        major=index % len(rows("majors.csv")),
        graduated_month=summer * 100 + 6,
        destination=pick(rng, [0.5, 0.05, 0.01, 0.29, 0.15], len(index)) + 1,
        county=city.county_of(index),
    )
