"""Small random cities: persons drawn at random, and the map counted from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from leye.data.registers.codes import EMPLOYED, STATUS, UNEMPLOYED
from leye.data.registers.schemas import MAP_MEASURES, MONEY

AGES = ("16-24", "25-34", "35-44", "45-54", "55-59", "60+")
GROUPED = ("industry", "occupation", "education", "age", "sex", "skill")
LEVELS = {"city": 0, "county": 6, "town": 9, "village": 12}
CITY = "360900"


@dataclass
class City:
    """Persons as columns, their groups as flags, and employers as columns."""

    persons: dict[str, np.ndarray]
    groups: dict[str, np.ndarray]
    employers: dict[str, np.ndarray] = field(default_factory=dict)


def random_city(
    seed: int, *, persons: int, counties: int = 2, towns: int = 3, villages: int = 4
) -> City:
    """Draw persons, most in few villages and statuses, some of whom nobody knows where they are."""
    rng = np.random.default_rng(seed)
    places = [
        f"3609{2 + c:02d}{t:03d}{v:03d}"
        for c in range(counties)
        for t in range(1, towns + 1)
        for v in range(1, villages + 1)
    ]
    places += ["360902", "", "110105"]
    share = rng.dirichlet(np.full(len(places), 0.6))
    statuses = list(STATUS)
    status_share = rng.dirichlet(np.full(len(statuses), 0.5))
    status = rng.choice(statuses, persons, p=status_share)
    employed = np.isin(status, sorted(EMPLOYED))
    age = rng.choice(AGES, persons)
    sex = rng.choice(["1", "2"], persons)
    skill = rng.choice(["", "1", "2", "3", "4", "5", "0"], persons, p=[0.8] + [0.2 / 6] * 6)
    industry = np.where(
        employed, rng.choice(["C", "F", "A", ""], persons, p=[0.5, 0.3, 0.15, 0.05]), ""
    )
    occupation = np.where(employed, rng.choice(["2-01", "4-02", "6-03", ""], persons), "")
    rows = {
        "place": rng.choice(places, persons, p=share),
        "status": status,
        "age": age,
        "sex": sex,
        "skill": skill,
        "industry": industry,
        "occupation4": occupation,
        "occupation": np.array([each[:1] for each in occupation]),
        "division": np.array(
            [{"C": "13", "F": "51", "A": "01"}.get(each, "") for each in industry]
        ),
        "education": rng.choice(["10", "20", "70"], persons),
        "wage": np.where(status == "employed_insured", rng.integers(2000, 9000, persons), -1),
        "before": np.where(rng.random(persons) < 0.9, status, rng.choice(statuses, persons)),
    }
    return City(rows, _groups(rows, rng), _employers(rng, places, persons // 12))


def two_months(seed: int, *, persons: int, changed: int) -> tuple[pa.Table, pa.Table]:
    """Give the map before and after some persons changed their status."""
    city = random_city(seed, persons=persons, counties=2, towns=2, villages=2)
    rng = np.random.default_rng(seed)
    who = rng.choice(persons, changed, replace=False)
    status = city.persons["status"].copy()
    status[who] = rng.choice(list(STATUS), changed)
    rows = {**city.persons, "status": status}
    disabled = {"person_with_disability": city.groups["person_with_disability"]}
    later = City(rows, _groups(rows, rng) | disabled, city.employers)
    return map_rows(city, 202401), map_rows(later, 202402)


def _groups(rows: Mapping[str, np.ndarray], rng: np.random.Generator) -> dict[str, np.ndarray]:
    registered = rows["status"] == "unemployed_registered"
    return {
        "all": np.ones(len(rows["place"]), dtype=bool),
        "woman": rows["sex"] == "2",
        "unemployed": registered | (rows["status"] == "unemployed_looking"),
        "registered_unemployed": registered,
        "person_with_disability": rng.random(len(rows["place"])) < 0.05,
    }


def _employers(rng: np.random.Generator, places: list[str], many: int) -> dict[str, np.ndarray]:
    size = np.floor(rng.pareto(1.1, many) * 3).astype(np.int64)
    section = rng.choice(["C", "F", ""], many)
    return {
        "place": rng.choice(places, many),
        "industry": section,
        "division": np.array([{"C": "13", "F": "51"}.get(each, "") for each in section]),
        "jobs_insured": size,
        "hires": rng.binomial(size, 0.05),
        "payroll": size * rng.integers(3000, 8000, many),
        "kwh": size * rng.integers(10, 400, many),
    }


def map_rows(city: City, month: int = 202401) -> pa.Table:
    """Count the cells of the map, of the measures a random city has."""
    cells: dict[tuple[str, ...], dict[str, int]] = {}
    for axis in ("all", *GROUPED, "division", "occupation4"):
        for level in LEVELS:
            fine = axis in ("division", "occupation4")
            if fine and level not in ("city", "county"):
                continue
            groups = (
                ["all"] if fine or (level == "village" and axis != "all") else list(city.groups)
            )
            for group in groups:
                _count(cells, city, axis, level, group)
            if axis in ("all", "industry", "division") and level != "village":
                _count_employers(cells, city, axis, level)
    return table_of(cells, month)


def _count(
    cells: dict[tuple[str, ...], dict[str, int]], city: City, axis: str, level: str, group: str
) -> None:
    inside = city.groups[group]
    rows = {name: column[inside] for name, column in city.persons.items()}
    key = [_at(rows["place"], level), rows[axis] if axis != "all" else np.full(inside.sum(), "all")]
    employed = np.isin(rows["status"], sorted(EMPLOYED))
    was = np.isin(rows["before"], sorted(EMPLOYED))
    young = np.isin(rows["age"], AGES[:4]) | ((rows["age"] == "55-59") & (rows["sex"] == "1"))
    measures = {
        "population16": np.ones(len(employed)),
        "working_age": young,
        "employed": employed,
        "unemployed": np.isin(rows["status"], sorted(UNEMPLOYED)),
        **{status: rows["status"] == status for status in STATUS},
        "wage_sum": np.where(rows["wage"] > 0, rows["wage"], 0),
        "wage_n": rows["wage"] > 0,
        "entered_work": employed & ~was,
        "left_work": ~employed & was,
        "certified": rows["skill"] != "",
        "high_skilled": np.isin(rows["skill"], ["1", "2", "3"]),
    }
    _add(cells, (axis, group, level), key, measures)


def _count_employers(
    cells: dict[tuple[str, ...], dict[str, int]], city: City, axis: str, level: str
) -> None:
    rows = city.employers
    many = len(rows["place"])
    key = [_at(rows["place"], level), rows[axis] if axis != "all" else np.full(many, "all")]
    measures = {name: rows[name] for name in ("jobs_insured", "hires", "payroll", "kwh")}
    _add(cells, (axis, "all", level), key, {"firms_active": np.ones(many), **measures})


def _add(
    cells: dict[tuple[str, ...], dict[str, int]],
    of: tuple[str, str, str],
    key: list[np.ndarray],
    measures: Mapping[str, np.ndarray],
) -> None:
    joined = np.char.add(np.char.add(key[0].astype(str), "|"), key[1].astype(str))
    names, at = np.unique(joined, return_inverse=True)
    sums = {
        name: np.bincount(at, weights=np.asarray(values, dtype=float), minlength=len(names))
        for name, values in measures.items()
    }
    axis, group, level = of
    for n, name in enumerate(names):
        place, code = name.split("|")
        cell = cells.setdefault((axis, code, group, level, place), {})
        cell.update({measure: int(total[n]) for measure, total in sums.items()})


def _at(place: np.ndarray, level: str) -> np.ndarray:
    wide = LEVELS[level]
    return np.array([each[:wide] if wide else CITY for each in place], dtype=str)


def table_of(cells: Mapping[tuple[str, ...], Mapping[str, int]], month: int) -> pa.Table:
    """Give cells as rows of the map: a measure no cell has is null everywhere."""
    keys = sorted(cells)
    columns = {
        name: pa.array([key[n] for key in keys], pa.string())
        for n, name in enumerate(("axis", "code", "group_code", "level", "place"))
    }
    money = pa.decimal128(18, 2)
    for name, kind in MAP_MEASURES.items():
        values = [cells[key].get(name) for key in keys]
        columns[name] = pa.array(values, money if kind == MONEY else pa.int64())
    return pa.table({"month": pa.array([month] * len(keys), pa.int32()), **columns})
