"""Leaving and finding jobs in units, month by month."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import IDLE, UNIT, City
from leye.data.twin.codes import EndReason, FirmKind, Status
from leye.data.twin.draws import Index, Rng, chance, pick, sample
from leye.data.twin.sources import assumptions
from leye.data.twin.staffing import hire, work_counties
from leye.data.twin.trades import trades
from leye.data.twin.ways import leave, take_up

_REASONS = {"expired": EndReason.EXPIRED, "agreed": EndReason.AGREED,
            "resigned": EndReason.RESIGNED, "laid_off": EndReason.LAID_OFF,
            "other": EndReason.OTHER}  # fmt: skip
_NEXT = (
    Status.UNEMPLOYED_LOOKING, Status.UNEMPLOYED_REGISTERED, Status.FLEXIBLE, Status.MIGRANT,
    Status.INACTIVE, Status.FARMING,
)  # fmt: skip
_TENURES = np.array([3, 12, 36])


def separate(city: City) -> None:
    """Let employees leave, by tenure, season and kind of firm; about half go to another firm."""
    rng, people = city.rng("separate"), city.people
    staff = city.of_status(*UNIT)
    staff = staff[people.employer[staff] >= 0]
    tenure = city.ordinal - people.job_start[staff]
    notes = assumptions()["jobs"]
    likely = np.array(notes["leaving"])[np.searchsorted(_TENURES, tenure, side="right")]
    firm = people.employer[staff]
    public = city.firms.kind[firm] == FirmKind.PUBLIC
    likely = np.where(public, likely * notes["public_factor"], likely * _season(city, firm))
    gone = chance(rng, likely * (tenure > 0), len(staff))
    leavers, public = staff[gone], public[gone]
    reasons = _drawn_reasons(rng, len(leavers))
    send_away(city, leavers, reasons, rng=rng, keep=notes["job_to_job"])


def send_away(
    city: City, leavers: Index, reasons: NDArray[np.uint8], *, rng: Rng, keep: float
) -> None:
    """End jobs; ``keep`` of the leavers look straight for another firm, the rest turn elsewhere.

    Those who look straight for another are kept in ``city.memory["between"]`` until hiring.
    """
    leave(city, leavers, reason=reasons, rng=rng)
    stay = chance(rng, keep, len(leavers))
    between = city.memory.setdefault("between", [])
    between.append(leavers[stay])
    _turn_elsewhere(city, rng, leavers[~stay])


def _turn_elsewhere(city: City, rng: Rng, index: Index) -> None:
    after = assumptions()["jobs"]["after"]
    weights = [after[status.name.lower()] for status in _NEXT]
    drawn = pick(rng, weights, len(index))
    rural = ~city.land.table.urban[city.people.residence[index]]
    for at, status in enumerate(_NEXT):
        where = drawn == at
        if status == Status.FARMING:
            take_up(city, index[where & ~rural], Status.FLEXIBLE, rng=rng)
            where = where & rural
        take_up(city, index[where], status, rng=rng)


def _season(city: City, firm: NDArray[np.int32]) -> NDArray[np.float64]:
    since = city.festival()
    if since not in {-1, 0}:
        return np.ones(len(firm)) * 0.93
    table = assumptions()["jobs"]["season_leaving"]
    factors = np.array([table[kind] for kind in sorted(table)])
    row = np.maximum(city.trade[firm], 0)
    found: NDArray[np.float64] = factors[trades().season[row]]
    return found


def _drawn_reasons(rng: Rng, count: int) -> NDArray[np.uint8]:
    table = assumptions()["jobs"]["reasons"]
    codes = np.array([int(_REASONS[name]) for name in table], dtype=np.uint8)
    return codes[pick(rng, list(table.values()), count)]


def fill(city: City) -> None:
    """Fill vacancies: first from those between two jobs, then from everybody who may come."""
    rng = city.rng("fill")
    slots = _vacancies(city, rng)
    between = np.concatenate([*city.memory.pop("between", []), np.zeros(0, dtype=np.int64)])
    between = between.astype(np.int64)
    pulled = _pulled(city, rng, max(0, len(slots) - len(between)))
    seekers = np.concatenate([between, pulled])
    matched, firm = _match(city, rng, seekers, slots)
    found = np.isin(seekers, matched)
    take_up(city, between[~found[: len(between)]], Status.UNEMPLOYED_LOOKING, rng=rng)
    come = matched[~np.isin(matched, between)]
    leave(city, come, reason=EndReason.RESIGNED, rng=rng)
    hire(city, matched, firm, rng=rng)
    city.recount()


def _vacancies(city: City, rng: Rng) -> NDArray[np.int32]:
    units = city.units
    headcount = city.recount()
    missing = np.floor(units.target - headcount + rng.random(len(headcount))).clip(0)
    missing = np.where(units.open & (units.trouble == 0), missing, 0)
    wanted = np.floor(missing * assumptions()["jobs"]["fill"] + rng.random(len(missing)))
    slots = np.repeat(np.arange(len(wanted), dtype=np.int32), wanted.astype(np.int64))
    return sample(rng, slots, _room(city, int(headcount.sum())))


def _room(city: City, staff: int) -> int:
    """Give how many jobs the city's economy fills this month, whatever firms wish."""
    notes = assumptions()["jobs"]
    years = (city.ordinal - city.memory["first month"]) / 12
    season = {-1: -0.004, 0: -0.016, 1: 0.002}.get(city.festival(), 0.0)
    lost = notes["lost_for_good"] * city.memory.get("jobs lost", 0)
    whole: float = city.memory["first staff"] * (1 + notes["growth_yearly"] * years + season) - lost
    return max(0, round(float(whole) - staff))


def _pulled(city: City, rng: Rng, wanted: int) -> Index:
    """Draw about ``wanted`` people who would come, by how near each way of living is to a job."""
    pull = assumptions()["jobs"]["pull"]
    pools = {Status[name.upper()]: weight for name, weight in pull.items()}
    members = city.of_status(*pools)
    weights = np.zeros(len(Status))
    for status, weight in pools.items():
        weights[status] = weight
    likely = weights[city.people.status[members]] * _fitness(city, members)
    scale = wanted / max(likely.sum(), 1e-9)
    return rng.permutation(members[chance(rng, np.minimum(likely * scale, 0.6), len(members))])


def _fitness(city: City, members: Index) -> NDArray[np.float64]:
    people = city.people
    fit = (city.ages(members) < 58) & (people.retires[members] > city.ordinal)
    fit &= (people.pension[members] == 0) & city.population.able[members]
    new = city.ordinal - people.job_start[members] < 1
    fit &= ~new | (people.status[members] == Status.UNEMPLOYED_LOOKING)
    fit &= ~np.isin(members, city.memory["silent"]) & ~np.isin(members, city.memory[IDLE])
    schooled = np.where(people.education[members] <= 30, 2.0, 1.0)
    return np.where(fit, schooled, 0.0)


def _match(
    city: City, rng: Rng, seekers: Index, slots: NDArray[np.int32]
) -> tuple[Index, NDArray[np.int32]]:
    """Put seekers into vacancies of the county they would work in, in random order."""
    slots = rng.permutation(slots)
    slots = slots[np.argsort(city.firms.county[slots], kind="stable")]
    wanted = work_counties(city, seekers, rng=rng)
    order = np.argsort(wanted, kind="stable")
    rank = _ranks(wanted[order])
    have = np.bincount(city.firms.county[slots].astype(np.int64), minlength=10)
    first = np.concatenate([[0], np.cumsum(have)[:-1]])
    fits = rank < have[wanted[order]]
    position = first[wanted[order][fits]] + rank[fits]
    return seekers[order[fits]], slots[position]


def _ranks(sorted_keys: NDArray[Any]) -> NDArray[np.int64]:
    """Give each element's place among its equals in a sorted array."""
    if not len(sorted_keys):
        return np.zeros(0, dtype=np.int64)
    new = np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]])
    start = np.flatnonzero(new)
    lengths = np.diff(np.append(start, len(sorted_keys)))
    found: NDArray[np.int64] = np.arange(len(sorted_keys)) - np.repeat(start, lengths)
    return found
