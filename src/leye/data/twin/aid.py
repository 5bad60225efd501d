"""Help for those who find no work: certificates of hardship and public-welfare posts."""

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import IDLE, City, days_number, new_rows
from leye.data.twin.codes import EndReason, FirmKind, Status
from leye.data.twin.draws import Index, Rng, chance, first_day, sample, some
from leye.data.twin.events import Rows
from leye.data.twin.rules import minimum_wages
from leye.data.twin.sources import assumptions, policy
from leye.data.twin.staffing import place_in_job
from leye.data.twin.ways import found_work, leave, register

_FULL_CITY = 5_000_000
_DISABLED, _LAND_LOST, _LIFTED, _WATCHED, _OLDER = 2, 4, 5, 6, 8
_OTHER = (1, 3, 4, 7)
_HELD = "held posts"
"""In memory: posts kept on record by people who work elsewhere (rows of welfare_posts, until)."""


def certify(city: City) -> None:
    """Certify hardship of registered unemployed people who are entitled; withdraw it in time."""
    rng, people = city.rng("certify"), city.people
    jobless = city.of_status(Status.UNEMPLOYED_REGISTERED)
    jobless = jobless[people.hardship[jobless] == 0]
    category = categories(city, jobless, rng=rng)
    likely = np.where(category > 0, assumptions()["support"]["hard_certified_monthly"], 0.002)
    new = chance(rng, likely, len(jobless))
    other = np.array(_OTHER)[rng.integers(0, len(_OTHER), len(jobless))]
    category = np.where(category > 0, category, other)
    give_certificates(city, jobless[new], category[new], city.late(rng, int(new.sum())))
    _withdraw(city, rng)


def categories(city: City, index: Index, *, rng: Rng) -> NDArray[np.int64]:
    """Give the category of hardship each falls under by what is known of them, 0 none."""
    population, older = city.population, policy()["older"]
    age = city.ages(index)
    old = age >= np.where(population.sex[index] == 1, older["men"], older["women"])
    disabled = (population.disability[index] > 0) & population.able[index]
    poverty = np.array([0, _LIFTED, _WATCHED])[population.poverty[index]]
    land = chance(rng, 0.04, len(index)) & population.farm_land[index]
    return np.select(
        [disabled, poverty > 0, old, land], [_DISABLED, poverty, _OLDER, _LAND_LOST], 0
    )


def give_certificates(
    city: City, index: Index, category: NDArray[np.int64], day: NDArray[np.datetime64]
) -> None:
    """Certify the hardship of the people at ``index``."""
    people = city.people
    people.hardship[index] = city.records.numbers("hardship", len(index))
    people.hardship_category[index] = category
    people.hardship_day[index] = days_number(day)
    _write_certificates(city, index, withdrawn=np.datetime64("NaT"))


def _withdraw(city: City, rng: Rng) -> None:
    """Withdraw certificates of those who have been in work for a while, or are retired or dead."""
    people = city.people
    certified = np.flatnonzero(people.hardship > 0)
    status = people.status[certified]
    settled = np.isin(status, [Status.EMPLOYED_INSURED, Status.SELF_EMPLOYED])
    settled &= city.ordinal - people.job_start[certified] >= 6
    ended = np.isin(status, [Status.RETIRED, Status.GONE])
    out = some(rng, certified, np.where(settled, 0.12, np.where(ended, 0.5, 0.004)))
    _write_certificates(city, out, withdrawn=city.late(rng, len(out)))
    people.hardship[out] = 0


def _write_certificates(
    city: City, index: Index, *, withdrawn: NDArray[np.datetime64] | np.datetime64
) -> None:
    people = city.people
    city.records.add(
        "hardship",
        len(index),
        record=people.hardship[index],
        person=index,
        category=people.hardship_category[index],
        certified=people.hardship_day[index].astype("M8[D]"),
        withdrawn=withdrawn,
        village=people.residence[index],
    )


def fill_posts(city: City) -> None:
    """End posts whose time is up, and give the free ones to certified people without work."""
    rng, people = city.rng("posts"), city.people
    over = np.flatnonzero((people.post > 0) & (people.post_until <= city.ordinal))
    leave(city, over, reason=EndReason.OTHER, rng=rng)
    people.status[over] = Status.UNEMPLOYED_REGISTERED
    people.job_start[over] = city.ordinal
    people.jobless_since[over] = city.ordinal
    people.occupation[over] = -1
    scale = int(people.alive.sum()) / _FULL_CITY
    wanted = round(assumptions()["structure"]["public_welfare_post"] * scale)
    missing = wanted - int((people.status == Status.PUBLIC_WELFARE_POST).sum())
    jobless = city.of_status(
        Status.UNEMPLOYED_REGISTERED, Status.UNEMPLOYED_LOOKING, Status.INACTIVE, Status.FARMING
    )
    fit = jobless[
        city.population.able[jobless]
        & (people.retires[jobless] > city.ordinal + 6)
        & (people.pension[jobless] == 0)
        & ~np.isin(jobless, over)
        & ~np.isin(jobless, city.memory[IDLE])
    ]
    first = fit[people.hardship[fit] > 0]
    rest = fit[(people.hardship[fit] == 0) & (categories(city, fit, rng=rng) > 0)]
    chosen = sample(rng, first, missing)
    chosen = np.concatenate([chosen, sample(rng, rest, missing - len(chosen))])
    give_posts(city, chosen, rng=rng)


def give_posts(city: City, index: Index, *, rng: Rng) -> None:
    """Give public-welfare posts to the people at ``index``, certifying those who are not yet."""
    if not len(index):
        return
    people = city.people
    new = index[people.hardship[index] == 0]
    category = np.maximum(categories(city, new, rng=rng), _OTHER[0])
    give_certificates(city, new, category, city.early(rng, len(new)))
    leave(city, index, reason=EndReason.OTHER, rng=rng)
    take_posts(city, index, city.late(rng, len(index)), rng=rng)
    found_work(city, index, rng=rng)
    register(city, index, Status.PUBLIC_WELFARE_POST, rng=rng)


def take_posts(city: City, index: Index, start: NDArray[np.datetime64], *, rng: Rng) -> None:
    """Put people into posts of public units of their county from the days given."""
    people = city.people
    place_in_job(city, index, _units_of(city, index, rng), rng=rng)
    county = city.county_of(index)
    share = policy()["welfare_post_share"]["value"]
    people.wage[index] = np.round(
        minimum_wages(city.month, city.land.table.counties)[county] * share
    )
    people.status[index] = Status.PUBLIC_WELFARE_POST
    people.job_start[index] = city.ordinal
    people.post[index] = city.records.numbers("welfare_posts", len(index))
    people.post_start[index] = days_number(start)
    months = rng.integers(12, assumptions()["support"]["welfare_post_months"] + 7, len(index))
    people.post_until[index] = city.ordinal + months
    city.records.keep("welfare_posts", _post_rows(city, index))


def _units_of(city: City, index: Index, rng: Rng) -> NDArray[np.int32]:
    firms = city.firms
    firm = np.zeros(len(index), dtype=np.int32)
    county = city.county_of(index)
    public = (firms.kind == FirmKind.PUBLIC) & city.units.open
    for one in range(len(city.land.table.counties)):
        here = np.flatnonzero(county == one)
        units = np.flatnonzero(public & (firms.county == one))
        firm[here] = units[rng.integers(0, len(units), len(here))]
    return firm


def _post_rows(city: City, index: Index) -> Rows:
    people = city.people
    return new_rows(
        "welfare_posts",
        len(index),
        record=people.post[index],
        person=index,
        occupation=people.occupation[index],
        firm=people.employer[index],
        start=people.post_start[index].astype("M8[D]"),
        monthly=people.wage[index],
        village=people.residence[index],
    )


def first_posts(city: City) -> None:
    """Put those in posts at the start into them, certified before."""
    rng, people = city.rng("first posts"), city.people
    index = city.of_status(Status.PUBLIC_WELFARE_POST)
    start = first_day(city.month) - rng.integers(20, 900, len(index)).astype("m8[D]")
    category = np.maximum(categories(city, index, rng=rng), _OTHER[0])
    give_certificates(city, index, category, start - np.timedelta64(40, "D"))
    take_posts(city, index, start, rng=rng)
    people.job_start[index] = start.astype("M8[M]").astype(np.int64) + 1970 * 12
    people.post_until[index] = city.ordinal + rng.integers(1, 30, len(index))
    register(city, index, Status.PUBLIC_WELFARE_POST, rng=rng, since=days_number(start))
    jobless = city.of_status(Status.UNEMPLOYED_REGISTERED)
    category = categories(city, jobless, rng=rng)
    some_of = (category > 0) & chance(rng, 0.35, len(jobless))
    days = people.unemployment_day[jobless].astype("M8[D]") + np.timedelta64(25, "D")
    before = np.minimum(days, first_day(city.month) - np.timedelta64(1, "D"))
    give_certificates(city, jobless[some_of], category[some_of], before[some_of])


def keep_post(city: City, index: Index, *, months: int) -> None:
    """Let the posts of people stay on record although they go to work elsewhere now.

    To be called before they leave: the record is taken out of their hands and ends later.
    """
    rows = _post_rows(city, index)
    until = np.full(len(rows), city.ordinal + months)
    kept: tuple[Rows, NDArray[np.int64]] | None = city.memory.get(_HELD)
    if kept is not None:
        rows, until = np.concatenate([kept[0], rows]), np.concatenate([kept[1], until])
    city.memory[_HELD] = (rows, until)
    city.people.post[index] = 0


def end_kept_posts(city: City) -> None:
    """Close the posts that stayed on record until now."""
    kept: tuple[Rows, NDArray[np.int64]] | None = city.memory.get(_HELD)
    if kept is None:
        return
    rows, until = kept
    over = (until <= city.ordinal) | ~city.people.alive[rows["person"]]
    ended = rows[over].copy()
    ended["end"] = city.early(city.rng("kept posts"), len(ended))
    city.records.keep("welfare_posts", ended)
    city.memory[_HELD] = (rows[~over], until[~over])


def kept_posts(city: City) -> Rows:
    """Give the posts that stand on record although their holder works elsewhere."""
    kept: tuple[Rows, NDArray[np.int64]] | None = city.memory.get(_HELD)
    if kept is None:
        return new_rows("welfare_posts", 0)
    return kept[0]
