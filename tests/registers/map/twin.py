"""The map and the flows once more, in plain Python: slow, one person after the other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leye.data.reference import industries
from leye.data.registers.codes import EMPLOYED, UNEMPLOYED, groups_in
from leye.data.registers.schemas import (
    MAP_MEASURES,
    MARKET_MEASURES,
    RESIDENCE_MEASURES,
    WORKPLACE_MEASURES,
)
from leye.data.registers.titles import title_codes

Row = Mapping[str, Any]
Key = tuple[str, str, str, str, str]
CITY = "360900"
LEVELS = ("city", "county", "town", "village")
LOOKING_BACK = (
    "entered_work",
    "left_work",
    "became_unemployed",
    "became_unknown",
    "new_self_employed",
    "moved_in",
    "moved_out",
)
SECTIONS = {entry.code: str(entry.parent) for entry in industries().entries if entry.level == 2}


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows of a month that the map is counted from; ``then`` is the month before."""

    month: int
    now: tuple[Row, ...]
    then: tuple[Row, ...]
    people: tuple[Row, ...]
    employers: tuple[Row, ...]
    employer_months: tuple[Row, ...]
    certificates: tuple[Row, ...] = ()
    training: tuple[Row, ...] = ()
    loans: tuple[Row, ...] = ()
    job_ads: tuple[Row, ...] = ()
    job_seekers: tuple[Row, ...] = ()
    mobile_flows: tuple[Row, ...] = ()


def month_of(day: Any) -> int:
    """Give the month of a date, 0 for none."""
    return day.year * 100 + day.month if day else 0


def known_place(place: str | None) -> str:
    """Give a place as the map knows it."""
    if place in (None, "", CITY):
        return ""
    return place if place.startswith("3609") else place[:6]


def place_at(level: str, place: str) -> str:
    """Give what of the map's levels a place is in."""
    if level == "city":
        return CITY
    return place[: {"county": 6, "town": 9, "village": 12}[level]]


class Cells:
    """Cells of the map, added up fact by fact."""

    def __init__(self) -> None:
        self.found: dict[Key, dict[str, Any]] = defaultdict(dict)

    def add(
        self,
        measure: str,
        amount: Any,
        *,
        place: str,
        axes: Mapping[str, str],
        groups: Iterable[str] = (),
        finest: str = "village",
    ) -> None:
        """Count something at each level of a place, by each axis, for all and for each group."""
        for axis, code in axes.items():
            for group in ("all", *groups):
                for level in LEVELS[: LEVELS.index(finest) + 1]:
                    if self._kept(axis, group, level):
                        self.put(
                            (axis, code, group, level, place_at(level, place)), measure, amount
                        )

    def put(self, key: Key, measure: str, amount: Any) -> None:
        """Add to one cell."""
        cell = self.found[key]
        if amount is not None:
            cell[measure] = cell.get(measure, 0) + amount

    @staticmethod
    def _kept(axis: str, group: str, level: str) -> bool:
        if axis in ("division", "occupation4"):
            return group == "all" and level in ("city", "county")
        return level != "village" or group == "all" or axis == "all"


def twin_cells(facts: Facts) -> dict[Key, dict[str, Any]]:
    """Give every cell of the map with all its measures."""
    cells = Cells()
    _count_people(cells, facts)
    _count_employers(cells, facts)
    _count_market(cells, facts)
    return {key: _stated(key, cell, facts) for key, cell in cells.found.items()}


def _axes(person: Row, skill: str) -> dict[str, str]:
    age = person["age"]
    bands = ((24, "16-24"), (34, "25-34"), (44, "35-44"), (54, "45-54"), (59, "55-59"))
    return {
        "all": "all",
        "industry": SECTIONS.get(person["industry"], ""),
        "division": person["industry"],
        "occupation": person["occupation"][:1],
        "occupation4": person["occupation"][:4],
        "education": person["education"],
        "age": next((name for last, name in bands if age <= last), "60+"),
        "sex": person["sex"],
        "skill": skill,
    }


def _count_people(cells: Cells, facts: Facts) -> None:
    best: dict[int, str] = {}
    for row in facts.certificates:
        if row["person"] is not None and month_of(row["issued"]) <= facts.month:
            held = best.get(row["person"], "0")
            best[row["person"]] = min(held, row["level"], key="1234560".index)
    trained = {r["person"] for r in facts.training if month_of(r["end"]) == facts.month}
    before = {row["person"]: row for row in facts.then}
    now = {row["person"]: row for row in facts.now}
    for person, row in now.items():
        skill = best.get(person, "")
        place, groups = known_place(row["residence"]), groups_in(row["groups"])
        for measure, amount in _states(row, skill, person in trained):
            cells.add(measure, amount, axes=_axes(row, skill), place=place, groups=groups)
        was = before.get(person)
        for measure in _begun(row, was):
            cells.add(measure, 1, axes=_axes(row, skill), place=place, groups=groups)
        if was is not None:
            lost = {**row, "industry": was["industry"], "occupation": was["occupation"]}
            for measure in _lost(row, was):
                cells.add(measure, 1, axes=_axes(lost, skill), place=place, groups=groups)
    for row in _departed(facts):
        cells.add(
            "moved_out",
            1,
            place=known_place(row["residence"]),
            groups=groups_in(row["groups"]),
            axes=_axes(row, best.get(row["person"], "")),
        )
    _count_loans(cells, facts, now, best)


def _states(row: Row, skill: str, trained: bool) -> Iterator[tuple[str, Any]]:
    yield "population16", 1
    yield row["status"], 1
    if row["status"] in EMPLOYED:
        yield "employed", 1
    if row["status"] in UNEMPLOYED:
        yield "unemployed", 1
    if row["age"] < (55 if row["sex"] == "2" else 60):
        yield "working_age", 1
    if row["insured_wage"] is not None:
        yield "wage_n", 1
        yield "wage_sum", row["insured_wage"]
    if skill:
        yield "certified", 1
    if skill in ("1", "2", "3"):
        yield "high_skilled", 1
    if trained:
        yield "trained", 1


def _begun(row: Row, was: Row | None) -> Iterator[str]:
    if row["status"] in EMPLOYED and (was is None or was["status"] not in EMPLOYED):
        yield "entered_work"
    if row["status"] == "self_employed" and (was is None or was["status"] != "self_employed"):
        yield "new_self_employed"
    if moved(row, was):
        yield "moved_in"


def moved(row: Row, was: Row | None) -> bool:
    """Whether somebody lives in another county than last month, or is new and grown up."""
    if was is None:
        return bool(row["age"] > 16)
    return known_place(row["residence"])[:6] != known_place(was["residence"])[:6]


def _lost(row: Row, was: Row) -> Iterator[str]:
    if was["status"] in EMPLOYED and row["status"] not in EMPLOYED:
        yield "left_work"
        if row["status"] in UNEMPLOYED:
            yield "became_unemployed"
    if row["status"] == "unknown" and was["status"] != "unknown":
        yield "became_unknown"


def _departed(facts: Facts) -> Iterator[Row]:
    """Give last month's rows of those who moved to another county, or away."""
    now = {row["person"]: row for row in facts.now}
    away = {row["person"] for row in facts.people if row["state"] == "2"}
    for was in facts.then:
        row = now.get(was["person"])
        if (row is not None and moved(row, was)) or (row is None and was["person"] in away):
            yield was


def _count_loans(
    cells: Cells, facts: Facts, now: Mapping[int, Row], best: Mapping[int, str]
) -> None:
    blank = dict.fromkeys(_axes(next(iter(now.values())), ""), "")
    for loan in facts.loans:
        if month_of(loan["granted"]) != facts.month:
            continue
        row = now.get(loan["person"])
        place = known_place(row["residence"]) if row else known_place(loan["place"])[:6]
        axes = _axes(row, best.get(row["person"], "")) if row else {**blank, "all": "all"}
        groups = groups_in(row["groups"]) if row else ()
        for measure, amount in (("loans_n", 1), ("loans_amount", loan["amount"])):
            cells.add(measure, amount, place=place, groups=groups, axes=axes)


def _count_employers(cells: Cells, facts: Facts) -> None:
    parks = {row["employer"]: row["park"] for row in facts.employers}
    for row in facts.employers:
        kind = "traders" if row["kind"] == "5" else "firms"
        _at_work(cells, row, row["park"], f"{kind}_active", int(row["active"]))
        for what in ("opened", "closed"):
            happened = int(row[f"{what}_month"] == facts.month)
            _at_work(cells, row, row["park"], f"{kind}_{what}", happened)
    columns = {"jobs_insured": "insured", "jobs_last_year": "insured_last_year"}
    same = ("hires", "separations", "layoffs", "tax_headcount", "payroll", "kwh")
    for row in facts.employer_months:
        for measure, column in {**columns, **{name: name for name in same}}.items():
            _at_work(cells, row, parks.get(row["employer"], ""), measure, row[column])


def _at_work(cells: Cells, row: Row, park: str, measure: str, amount: Any) -> None:
    section = SECTIONS.get(row["industry"], "")
    axes = {"all": "all", "industry": section, "division": row["industry"]}
    cells.add(measure, amount, place=known_place(row["place"])[:9], axes=axes, finest="town")
    for axis in ("all", "industry"):
        if park:
            cells.put((axis, axes[axis], "all", "park", f"park:{park}"), measure, amount)


def _count_market(cells: Cells, facts: Facts) -> None:
    def add(row: Row, measure: str, amount: int) -> None:
        code = title_codes().get((row["title"] or "").strip(), "")
        axes = {"all": "all", "occupation": code[:1], "occupation4": code}
        place = known_place(row["place"])[:6]
        cells.add(measure, amount, place=place, axes=axes, finest="county")

    for ad in facts.job_ads:
        wanted = 1 if ad["openings"] is None else ad["openings"]
        closed = ad["closed"] is not None and month_of(ad["closed"]) <= facts.month
        if ad["posted"] is not None and month_of(ad["posted"]) <= facts.month and not closed:
            add(ad, "vacancies", wanted)
        if month_of(ad["posted"]) == facts.month:
            add(ad, "vacancies_new", wanted)
    for seeker in facts.job_seekers:
        if seeker["active_month"] == facts.month:
            add(seeker, "applicants", 1)


def _stated(key: Key, cell: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Give every measure of a cell: 0 for nobody, None for what is not known or does not apply."""
    axis, _, group, level, _ = key
    jobs = [row["insured"] for row in facts.employer_months if row["insured"] is not None]
    past = [r for r in facts.employer_months if r["insured_last_year"] is not None]
    known: dict[str, bool] = dict.fromkeys(RESIDENCE_MEASURES, level != "park")
    if not facts.then:
        known |= dict.fromkeys(LOOKING_BACK, False)
    at_work = group == "all" and axis in ("all", "industry", "division") and level != "village"
    known |= dict.fromkeys(WORKPLACE_MEASURES, at_work)
    of_jobs = ("jobs_insured", "hires", "separations", "layoffs")
    known |= dict.fromkeys(of_jobs, at_work and bool(jobs))
    known["jobs_last_year"] = at_work and bool(past)
    for name in ("tax_headcount", "payroll", "kwh"):
        known[name] = name in cell
    market = group == "all" and axis in ("all", "occupation", "occupation4")
    market = market and level in ("city", "county")
    known |= dict.fromkeys(MARKET_MEASURES, market and bool(facts.job_ads))
    known["applicants"] = market and bool(facts.job_seekers)
    return {name: cell.get(name, 0) if known[name] else None for name in MAP_MEASURES}


def twin_flows(facts: Facts) -> dict[tuple[str, str, str, str], int]:
    """Give the flows of the month by kind, place, origin and destination."""
    found: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for kind, places, origin, destination, persons in _flows(facts):
        for place in {CITY, *places}:
            found[kind, place, origin, destination] += persons
    return dict(found)


def _flows(facts: Facts) -> Iterator[tuple[str, set[str], str, str, int]]:
    now = {row["person"]: row for row in facts.now}
    before = {row["person"]: row for row in facts.then}
    departed = {row["person"] for row in _departed(facts)}
    for person in {**now, **before} if before else ():
        row, was = now.get(person), before.get(person)
        here = known_place(row["residence"])[:6] if row else ""
        there = known_place(was["residence"])[:6] if was else ""
        home = here if row else there
        old, new = was["status"] if was else "absent", row["status"] if row else "absent"
        yield "status", {home}, old, new, 1
        if row and was and row["status"] in EMPLOYED and was["status"] in EMPLOYED:
            sections = [SECTIONS.get(each["industry"], "") for each in (was, row)]
            if sections[0] != sections[1]:
                yield "industry", {home}, sections[0], sections[1], 1
        if (row and moved(row, was)) or person in departed:
            yield "residence", _inside(there, here), there, here, 1
    for row in facts.now:
        home, work = known_place(row["residence"])[:6], row["workplace"]
        if row["status"] == "migrant":
            yield "migration", {home}, home, f"{work[:4]}00" if work else "", 1
        elif row["employer"] is not None:
            place = known_place(work)[:6] if work.startswith("3609") or not work else "outside"
            yield "commute", _inside(home, place), home, place, 1
    for row in facts.mobile_flows:
        ends = (row["from_place"], row["to_place"])
        yield "mobile", _inside(*ends), *ends, row["persons"]


def _inside(*places: str) -> set[str]:
    return {place for place in places if place.startswith("3609")}
