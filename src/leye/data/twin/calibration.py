"""How close the synthetic city comes to what is published of the real one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.codes import FirmKind, Status
from leye.data.twin.sources import rows
from leye.data.twin.trades import activity, sections
from leye.data.twin.types import World, WorldMonth

CITY_PEOPLE = 5_007_702
"""The census of 2020: simulated counts are scaled to a city of this size."""
_LOCAL = (
    Status.EMPLOYED_INSURED, Status.EMPLOYED_FILED, Status.PUBLIC_WELFARE_POST,
    Status.SELF_EMPLOYED, Status.FLEXIBLE, Status.FARMING,
)  # fmt: skip
_JOBLESS = (Status.UNEMPLOYED_REGISTERED, Status.UNEMPLOYED_LOOKING)
_ROWS_OF = np.array([0, 3, 1, 1])
_STARTUP_CLASS = 3
_TEN_THOUSAND, _MILLION_HUNDRED = 1e4, 1e8


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: as published and as simulated; ``tolerance`` a share, None where not held to."""

    key: str
    name: str
    unit: str
    published: float
    simulated: float
    kind: str
    tolerance: float | None
    source: str
    note: str

    @property
    def off(self) -> float:
        """How far the simulated value is from the published one, as a share of it."""
        return self.simulated / self.published - 1


@dataclass(slots=True)
class _Tally:
    """Sums over the months simulated."""

    months: int = 0
    first: dict[str, float] = field(default_factory=dict)
    total: dict[str, float] = field(default_factory=dict)
    before: NDArray[np.uint8] | None = None

    def add(self, **values: float) -> None:
        for name, value in values.items():
            self.total[name] = self.total.get(name, 0.0) + float(value)

    def mean(self, name: str) -> float:
        return self.total[name] / self.months

    def yearly(self, name: str) -> float:
        return self.total[name] * 12 / self.months


def calibration(world: World) -> list[Figure]:
    """Simulate a city and compare it with what is published, figure by figure.

    Levels are means over the months, flows are per year; counts are scaled to the census.
    """
    tally = _Tally()
    for month in world.months():
        _count_people(world, month, tally)
        _count_flows(world, month, tally)
        tally.months += 1
    simulated = _figures(world, tally, CITY_PEOPLE / world.people)
    return [_figure(row, simulated[row["key"]]) for row in rows("published.csv")]


def table(figures: list[Figure]) -> str:
    """Write figures as a table for the documents."""
    lines = ["| figure | unit | published | simulated | off | kind | source | note |",
             "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for one in figures:
        held = "" if one.tolerance is None else f" (±{one.tolerance:.0%})"
        lines.append(
            f"| {one.name} | {one.unit} | {one.published:g} | {one.simulated:.4g} "
            f"| {one.off:+.1%}{held} | {one.kind} | {one.source} | {one.note} |"
        )
    return "\n".join(lines) + "\n"


def _figure(row: Mapping[str, str], simulated: float) -> Figure:
    tolerance = float(row["tolerance"]) if row["tolerance"] else None
    return Figure(
        key=row["key"],
        name=row["figure"],
        unit=row["unit"],
        published=float(row["published"]),
        simulated=simulated,
        kind=row["kind"],
        tolerance=tolerance,
        source=row["source"],
        note=row["note"],
    )


def _count_people(world: World, month: WorldMonth, tally: _Tally) -> None:
    places, status = world.places, month.status
    urban = places.urban[month.residence]
    local, jobless = np.isin(status, _LOCAL), np.isin(status, _JOBLESS)
    registered = status == Status.UNEMPLOYED_REGISTERED
    tally.add(
        employed=local.sum(),
        urban_employed=(local & urban).sum(),
        urban_registered=(registered & urban).sum(),
        urban_jobless=(jobless & urban).sum(),
        alive=month.alive.sum(),
        urban=(month.alive & urban).sum(),
        posts=(status == Status.PUBLIC_WELFARE_POST).sum(),
        rows=_ROWS_OF[month.contributor].sum(),
    )
    if tally.before is None:
        home = places.village_county[month.residence[month.alive]]
        for at, code in enumerate(places.counties):
            tally.first[f"county_{code}"] = float((home == at).sum())
        tally.first["alive"] = float(month.alive.sum())
    _count_poor(world, month, tally)
    _count_sectors(world, month, tally)
    _count_wages(world, month, tally)


def _count_poor(world: World, month: WorldMonth, tally: _Tally) -> None:
    birth = world.population.birth.astype("M8[D]").astype("M8[M]").astype(np.int64)
    age = (month.month // 100 - 1970) * 12 + month.month % 100 - 1 - birth
    poor = (world.population.poverty > 0) & (age >= 16 * 12) & (age < 60 * 12)
    out = np.isin(month.status, [Status.STUDENT, Status.GONE])
    works = np.isin(month.status, [*_LOCAL, Status.MIGRANT])
    tally.add(poor=(poor & ~out).sum(), poor_working=(poor & works).sum())


def _count_sectors(world: World, month: WorldMonth, tally: _Tally) -> None:
    unit = month.employer >= 0
    division = np.zeros(len(unit), dtype=np.int64)
    division[unit] = world.firms.division[month.employer[unit]]
    for status, name in ((Status.FLEXIBLE, "flexible"), (Status.FARMING, "farming")):
        kinds = activity(name)
        of_occupation = np.zeros(len(world.occupations), dtype=np.int64)
        of_occupation[kinds.occupation] = kinds.division
        if name == "flexible":
            riders = activity("platform")
            of_occupation[riders.occupation] = riders.division
        who = (month.status == status) & ~unit
        division[who] = of_occupation[month.occupation[who]]
    local = np.isin(month.status, _LOCAL)
    letters = np.array(["", *(sections()[one] for one in range(1, 98))])[division[local]]
    primary = letters == "A"
    secondary = np.isin(letters, ["B", "C", "D", "E"])
    tally.add(primary=primary.sum(), secondary=secondary.sum())


def _count_wages(world: World, month: WorldMonth, tally: _Tally) -> None:
    private = (month.status == Status.EMPLOYED_INSURED) & (month.employer >= 0)
    who = np.flatnonzero(private)
    who = who[world.firms.kind[month.employer[who]] != FirmKind.PUBLIC]
    tally.add(wages=month.wage[who].sum(), wage_earners=len(who))


def _count_flows(world: World, month: WorldMonth, tally: _Tally) -> None:
    events, urban = month.events, world.places.urban
    hired = events.hires["person"]
    before = tally.before
    new = np.zeros(len(hired), dtype=np.bool_)
    transfer = changed = grown = 0.0
    if before is not None:
        was = before[hired]
        new = ~np.isin(was, [Status.EMPLOYED_INSURED, Status.EMPLOYED_FILED])
        farm = before == Status.FARMING
        transfer = (farm & np.isin(month.status, [1, 2, 4, 5, 7])).sum()
        both = (before > Status.CHILD) & (before < Status.GONE) & month.alive
        changed, grown = (both & (before != month.status)).sum(), both.sum()
    classes = events.trainings[events.trainings["passed"] == -1]
    tally.add(
        births=(world.population.birth >= _day(month)).sum() - _unborn(world, month),
        loans=events.loans["amount"][~events.loans["overdue"]].sum(),
        trainings=len(classes),
        startup=(classes["kind"] == _STARTUP_CLASS).sum(),
        trainees=(events.subsidies["programme"] == 3).sum(),
        new_jobs=(new & urban[month.residence[hired]]).sum(),
        transfer=transfer,
        changed=changed,
        grown=grown,
    )
    tally.before = month.status


def _day(month: WorldMonth) -> int:
    return int(np.datetime64(f"{month.month // 100}-{month.month % 100:02d}-01").astype(np.int64))


def _unborn(world: World, month: WorldMonth) -> int:
    following = np.datetime64(f"{month.month // 100}-{month.month % 100:02d}", "M") + 1
    return int((world.population.birth >= int(following.astype("M8[D]").astype(np.int64))).sum())


def _figures(world: World, tally: _Tally, scale: float) -> dict[str, float]:
    employed, alive = tally.mean("employed"), tally.mean("alive")
    skilled = world.opening.certificates
    held = np.unique(skilled["person"][skilled["level"] <= _STARTUP_CLASS])
    shares: dict[str, Callable[[], float]] = {
        "urban_share": lambda: tally.mean("urban") / alive,
        "urban_employed_share": lambda: tally.mean("urban_employed") / employed,
        "primary": lambda: tally.mean("primary") / employed,
        "secondary": lambda: tally.mean("secondary") / employed,
        "tertiary": lambda: 1 - (tally.mean("primary") + tally.mean("secondary")) / employed,
        "registered_rate": lambda: _rate(tally, "urban_registered"),
        "surveyed_rate": lambda: _rate(tally, "urban_jobless"),
        "poverty_rate": lambda: tally.mean("poor_working") / tally.mean("poor"),
        "status_changes": lambda: tally.total["changed"] / max(tally.total["grown"], 1),
    }
    counted = {
        "employed": employed / _TEN_THOUSAND,
        "welfare_posts": tally.mean("posts"),
        "poverty_working": tally.mean("poor_working") / _TEN_THOUSAND,
        "loans_yearly": tally.yearly("loans") / _MILLION_HUNDRED,
        "training_yearly": tally.yearly("trainings") / _TEN_THOUSAND,
        "startup_training_yearly": tally.yearly("startup") / _TEN_THOUSAND,
        "trainees_yearly": tally.yearly("trainees"),
        "high_skilled": len(held) / _TEN_THOUSAND,
        "contribution_rows": tally.mean("rows") / _TEN_THOUSAND,
        "new_urban_jobs": tally.yearly("new_jobs") / _TEN_THOUSAND,
        "rural_transfer": tally.yearly("transfer") / _TEN_THOUSAND,
    }
    counties = {
        name: value / tally.first["alive"] * CITY_PEOPLE / _TEN_THOUSAND
        for name, value in tally.first.items()
        if name.startswith("county_")
    }
    found: dict[str, Any] = {name: share() * 100 for name, share in shares.items()}
    found |= {name: value * scale for name, value in counted.items()}
    found["birth_rate"] = tally.yearly("births") / alive * 1000
    found["private_wage"] = tally.total["wages"] / tally.total["wage_earners"] * 12
    return found | counties


def _rate(tally: _Tally, name: str) -> float:
    return tally.mean(name) / (tally.mean("urban_employed") + tally.mean(name))
