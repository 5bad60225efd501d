"""What firms declare and use each month: tax, electricity, the monitored firms' form; and flows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import UNIT, City, new_rows
from leye.data.twin.codes import FirmKind, Status
from leye.data.twin.draws import Rng, chance, pick_rows
from leye.data.twin.events import FIRM_REPORT, FLOW, Rows
from leye.data.twin.sources import assumptions
from leye.data.twin.trades import trades

F64 = NDArray[np.float64]

# Reduction types and reasons of the form, by what happened.
_SEASON_TYPES, _SEASON_REASONS = 6, (11, 12, 5)
_LAYOFF_TYPE, _LAYOFF_REASONS = 3, (5, 9, 7)
_LEAST_MONITORED = 20
_JOURNEYS = 0.03


@dataclass(frozen=True, slots=True)
class FirmFigures:
    """One element per firm, as WorldMonth has them."""

    tax_headcount: NDArray[np.int32]
    payroll: F64
    kwh: F64


def firm_figures(city: City) -> FirmFigures:
    """Give what firms declare to the tax office and draw from the grid this month."""
    rng, people = city.rng("figures"), city.people
    staff = city.of_status(*UNIT)
    staff = staff[people.employer[staff] >= 0]
    counted = np.bincount(people.employer[staff], minlength=city.firms.size)
    wages = np.bincount(
        people.employer[staff], weights=people.wage[staff], minlength=city.firms.size
    )
    noise = assumptions()["firms"]["tax_noise"]
    declared = np.round(counted * (1 + rng.normal(0, noise, len(counted)))).clip(0)
    declared = np.where((counted > 0) & (declared == 0), 1, declared)
    per_head = wages / np.maximum(counted, 1)
    payroll = np.round(per_head * declared * rng.normal(1.04, 0.03, len(counted)), 2)
    return FirmFigures(declared.astype(np.int32), payroll, _kwh(city, rng, counted))


def _kwh(city: City, rng: Rng, counted: NDArray[np.int64]) -> F64:
    firms, units = city.firms, city.units
    season = trades().season[np.maximum(city.trade, 0)]
    since, month = city.festival(), city.ordinal % 12
    rest = np.select([season == 2, season == 3, season == 1], [0.45, 0.4, 0.75], 1.0)
    factor = rest if since == 0 else np.ones(len(counted))
    factor = factor * (1.08 if month in {6, 7} else 0.97)
    slowed = np.select([units.trouble >= 3, units.trouble == 2, units.trouble == 1],
                       [0.78, 0.55, 0.3], 1.0)  # fmt: skip
    used = (counted + 1.5) * firms.kwh_per_head * factor * slowed
    kwh = np.round(used * rng.lognormal(0, 0.06, len(counted)), 2)
    return np.where(units.open & (firms.meters > 0), kwh, np.nan)


def firm_reports(city: City) -> Rows:
    """Give the forms of the monitored firms: staff then and now, and why there is less."""
    rng, units = city.rng("reports"), city.units
    watched = city.firms.monitored & units.open & (units.base_headcount >= _LEAST_MONITORED)
    index = np.flatnonzero(watched)
    now, before = units.headcount[index], city.memory["last headcount"][index]
    wrong = units.reported_gap[index]
    told = np.round(now * (1 + wrong) * (1 + rng.normal(0, 0.006, len(index)))).clip(0)
    rows = np.zeros(len(index), dtype=FIRM_REPORT)
    rows["firm"], rows["base"], rows["current"] = index, units.base_headcount[index], told
    # The form asks for a type and a reason whenever there are fewer than when the file was opened.
    fell = told < units.base_headcount[index]
    heavy = (now < before * 0.9) | (now < units.base_headcount[index] * 0.7)
    rows["reduction"] = np.where(fell, np.where(heavy, _LAYOFF_TYPE, _SEASON_TYPES), 0)
    for place in range(3):
        reasons = np.where(heavy, _LAYOFF_REASONS[place], _SEASON_REASONS[place])
        given = fell & chance(rng, (1.0, 0.5, 0.2)[place], len(index))
        rows[f"reason{place + 1}"] = np.where(given, reasons, 0)
    rows["hidden"] = np.where(units.trouble[index] > 0, np.round(now * 0.15), 0)
    rows["gap"] = np.maximum(np.round(units.target[index] - now), 0)
    rows["planned"] = np.round(rows["gap"] * 0.8)
    dispatch = chance(rng, 0.3, len(index))
    rows["dispatch"] = np.where(dispatch, np.round(now * 0.06), 0)
    return rows


def first_bases(city: City) -> None:
    """Take down the headcounts monitored firms start from, and who of them reports wrongly."""
    rng, units = city.rng("bases"), city.units
    units.base_headcount[:] = units.headcount
    watched = np.flatnonzero(city.firms.monitored)
    far = watched[chance(rng, assumptions()["firms"]["report_far"], len(watched))]
    units.reported_gap[far] = rng.choice([-0.42, -0.35, 0.34, 0.5], len(far))
    city.memory["last headcount"] = units.headcount.copy()


def flows(city: City) -> Rows:
    """Give how many people telephones show going from place to place this month.

    Commuters between counties; those who go away and come back, with the pulse of the festival.
    """
    rng, people, table = city.rng("flows"), city.people, city.land.table
    counties, away = len(table.counties), len(table.destinations)
    matrix = np.zeros((counties + away, counties + away))
    home = table.village_county[people.residence]
    commutes = np.flatnonzero((people.workplace >= 0) & (people.workplace != home))
    np.add.at(matrix, (home[commutes], people.workplace[commutes]), 1)
    migrants = city.of_status(Status.MIGRANT)
    stock = np.zeros((counties, away))
    np.add.at(stock, (home[migrants], people.destination[migrants]), 1)
    share = assumptions()["holiday_home"]
    back, forth = {0: (share, 0.12), 1: (0.06, share)}.get(city.festival(), (0.06, 0.06))
    # Beside them, journeys of everybody else.
    alive = np.bincount(home[people.alive], minlength=counties)
    visits = _JOURNEYS * alive[:, None] * city.land.destination_share
    matrix[:counties, counties:] = rng.poisson(stock * forth + visits)
    matrix[counties:, :counties] = rng.poisson(stock * back + visits).T
    start, end = np.nonzero(matrix)
    rows = np.zeros(len(start), dtype=FLOW)
    rows["from_place"], rows["to_place"] = start, end
    rows["persons"] = matrix[start, end]
    return rows


def advertise(city: City) -> None:
    """Put vacancies on the web, and take down those of last month that are filled."""
    rng, units, people = city.rng("advertise"), city.units, city.people
    missing = np.floor(units.target - units.headcount).clip(0).astype(np.int64)
    hiring = np.flatnonzero(units.open & (missing > 0) & (city.firms.kind != FirmKind.PUBLIC))
    index = hiring[chance(rng, 0.45, len(hiring))]
    occupation = _wanted(city, rng, index)
    pay = 4300 * trades().pay[np.maximum(city.trade[index], 0)] * rng.lognormal(0, 0.12, len(index))
    running: Rows | None = city.memory.get("ads")
    if running is not None:
        down = running[chance(rng, 0.7, len(running))]
        down["closed"] = city.early(rng, len(down))
        city.records.keep("ads", down)
    rows = new_rows(
        "ads",
        len(index),
        record=city.records.numbers("ads", len(index)),
        firm=index,
        occupation=occupation,
        openings=missing[index],
        wage_low=np.round(pay * 0.85, -2),
        wage_high=np.round(pay * 1.25, -2),
        posted=city.late(rng, len(index)),
        county=city.firms.county[index],
    )
    city.records.keep("ads", rows)
    city.memory["ads"] = rows.copy()
    _seek(city, rng, people.occupation)


def _wanted(city: City, rng: Rng, index: NDArray[np.int64]) -> NDArray[np.int64]:
    return pick_rows(rng, trades().workers, np.maximum(city.trade[index], 0))


def _seek(city: City, rng: Rng, occupation: NDArray[np.int16]) -> None:
    """Let some of those who look for work, and a few who have it, be active on the web."""
    looking = city.of_status(Status.UNEMPLOYED_LOOKING, Status.UNEMPLOYED_REGISTERED)
    employed = city.of_status(*UNIT)
    index = np.concatenate(
        [
            looking[chance(rng, 0.3, len(looking))],
            employed[chance(rng, 0.012, len(employed))],
        ]
    )
    silent = np.isin(index, city.memory["silent"])
    index = index[~silent & (city.population.phone[index] > 0) & (city.ages(index) < 56)]
    wanted = np.where(occupation[index] >= 0, occupation[index], index * 7 % 60)
    city.records.add(
        "seekers",
        len(index),
        record=index + 1,
        person=index,
        occupation=wanted,
        active_month=city.month,
        county=city.county_of(index),
    )
