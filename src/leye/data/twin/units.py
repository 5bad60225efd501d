"""Firms and public units: drawn around their owners, with sizes that have heavy tails."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.codes import FirmKind, Status
from leye.data.twin.draws import Rng, chance, generator, pick, pick_rows, sample
from leye.data.twin.land import Land
from leye.data.twin.people import YEAR, People
from leye.data.twin.sources import assumptions
from leye.data.twin.trades import activity, sections, trades
from leye.data.twin.types import Firms

I64 = NDArray[np.int64]

# Of companies by kind of firm; cooperatives are in farming only.
_KINDS = (FirmKind.COMPANY, FirmKind.SOLE, FirmKind.PARTNERSHIP)
_KIND_WEIGHTS = [0.93, 0.04, 0.03]
_STARTERS = (
    (Status.FLEXIBLE, 0.62), (Status.MIGRANT, 0.16), (Status.UNEMPLOYED_LOOKING, 0.08),
    (Status.UNEMPLOYED_REGISTERED, 0.06), (Status.EMPLOYED_INSURED, 0.08),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Draft:
    """Firms before they have staff; ``trade`` a row of trades(), -1 for household shops."""

    kind: I64
    trade: I64
    division: I64
    county: I64
    town: I64
    owner: I64
    opened: I64
    size: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Units:
    """The firms, the row of trades() each belongs to (-1 a shop), and its weight for staff."""

    firms: Firms
    trade: NDArray[np.int16]
    weight: NDArray[np.float64]


def make_units(
    *, people: People, status: NDArray[np.uint8], months: int, start: int, seed: int, land: Land
) -> Units:
    """Draw every firm of the city, those that open later included (their owners are chosen now)."""
    rng = generator(seed, "units")
    villages = land.table.village_town[people.residence]
    drafts = _joined(
        [
            _owned(rng, np.flatnonzero(status == Status.SELF_EMPLOYED), villages, start, land),
            _public(rng, status, start, land),
            _starting(rng, status, people, villages, months=months, start=start, land=land),
        ]
    )
    return _finished(rng, drafts, land)


def _owned(rng: Rng, owners: I64, villages: NDArray[np.int16], start: int, land: Land) -> _Draft:
    """Give the firms of the self-employed: one in five a company, the rest household shops."""
    count = len(owners)
    town = villages[owners].astype(np.int64)
    county = land.table.town_county[town].astype(np.int64)
    company = chance(rng, assumptions()["firms"]["company_share"], count)
    industry = trades()
    private = ~industry.public & (industry.division != 96)
    likely = industry.share * private / industry.mean * industry.home.T
    edges = np.cumsum(likely / likely.sum(axis=1, keepdims=True), axis=1)
    trade = np.where(company, pick_rows(rng, edges, county), -1)
    shop = activity("self_employed")
    shop_division = shop.division[pick(rng, shop.weight, count)]
    kind = np.array([int(one) for one in _KINDS])[pick(rng, _KIND_WEIGHTS, count)]
    farm = np.isin(industry.division[trade], [1, 3]) & company
    kind = np.where(farm & chance(rng, 0.6, count), FirmKind.COOPERATIVE, kind)
    tail = industry.tail[trade]
    size = industry.mean[trade] * (tail - 1) / tail * (1 - rng.random(count)) ** (-1 / tail)
    age = rng.gamma(1.6, 3.2, count).clip(0.1, 28)
    return _Draft(
        kind=np.where(company, kind, int(FirmKind.HOUSEHOLD)),
        trade=trade,
        division=np.where(company, industry.division[trade], shop_division),
        county=county,
        town=town,
        owner=owners,
        opened=(start - 1 - age * YEAR).astype(np.int64),
        size=np.where(company, size, 0.0),
    )


def _public(rng: Rng, status: NDArray[np.uint8], start: int, land: Land) -> _Draft:
    """Give schools, hospitals, offices, villages' committees: as many as their staff needs."""
    industry, counties = trades(), len(land.table.counties)
    staff = int((status == Status.EMPLOYED_INSURED).sum() + (status == Status.EMPLOYED_FILED).sum())
    parts: list[_Draft] = []
    for trade in np.flatnonzero(industry.public):
        needed = staff * industry.share[trade] / industry.share.sum()
        count = max(counties, round(needed / industry.mean[trade]))
        tail = industry.tail[trade]
        weights = land.county_share[land.table.town_county]
        town = pick(rng, weights, count)
        # Every county has its own schools, hospital and offices.
        town[:counties] = np.searchsorted(land.table.town_county, np.arange(counties))
        size = industry.mean[trade] * (tail - 1) / tail * (1 - rng.random(count)) ** (-1 / tail)
        parts.append(
            _Draft(
                kind=np.full(count, int(FirmKind.PUBLIC)),
                trade=np.full(count, trade),
                division=np.full(count, int(industry.division[trade])),
                county=land.table.town_county[town].astype(np.int64),
                town=town,
                owner=np.full(count, -1),
                opened=(start - 1 - rng.uniform(8, 40, count) * YEAR).astype(np.int64),
                size=size,
            )
        )
    return _joined(parts)


def _starting(
    rng: Rng,
    status: NDArray[np.uint8],
    people: People,
    villages: NDArray[np.int16],
    *,
    months: int,
    start: int,
    land: Land,
) -> _Draft:
    """Give the firms that open later, each with the person who is to found it."""
    owned = int((status == Status.SELF_EMPLOYED).sum())
    # More than the share that opens: some founders will have another way of living by then.
    notes = assumptions()["firms"]
    wanted = round(owned * notes["opening_yearly"] * notes["opening_spare"] * months / 12)
    age = (start - people.population.birth) / YEAR
    fit = (age > 19) & (age < 55)
    founders = np.concatenate(
        [
            sample(rng, np.flatnonzero((status == one) & fit), round(wanted * share))
            for one, share in _STARTERS
        ]
    )
    founders = rng.permutation(founders)
    draft = _owned(rng, founders, villages, start, land)
    opened = start + rng.integers(0, max(1, round(months * 30.4)), len(founders))
    size = np.minimum(draft.size, 60)
    return _Draft(draft.kind, draft.trade, draft.division, draft.county, draft.town, draft.owner,
                  opened, size)  # fmt: skip


def _joined(parts: list[_Draft]) -> _Draft:
    names = ("kind", "trade", "division", "county", "town", "owner", "opened", "size")
    return _Draft(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _finished(rng: Rng, draft: _Draft, land: Land) -> Units:
    notes = assumptions()["firms"]
    count = len(draft.kind)
    parks = np.full(len(land.table.counties), -1)
    parks[land.table.town_county[land.parks][::-1]] = np.arange(len(land.parks))[::-1]
    made = np.isin(draft.division, range(13, 44)) & (draft.trade >= 0)
    share = np.where(draft.size > 60, notes["park_share"]["large"], notes["park_share"]["small"])
    in_park = made & chance(rng, share, count) & (parks[draft.county] >= 0)
    park = np.where(in_park, parks[draft.county], -1)
    town = np.where(in_park, land.parks[park], draft.town)
    group, parent = _ties(rng, draft)
    letters = sections()
    monitored = (draft.trade >= 0) & (draft.kind != FirmKind.PUBLIC)
    monitored &= chance(rng, np.clip(draft.size / 260, 0, 0.6), count)
    kwh = trades().kwh[draft.trade] * rng.lognormal(0, 0.3, count)
    meters = np.where(draft.trade >= 0, 1 + chance(rng, 0.06, count), 0)
    meters = np.where(chance(rng, 0.05, count), 0, meters)
    firms = Firms(
        number=_numbers(rng, count),
        region=land.table.counties.astype(np.int64)[draft.county].astype(np.int32),
        kind=draft.kind.astype(np.uint8),
        division=draft.division.astype(np.uint8),
        section=np.array([letters[int(one)] for one in range(1, 98)])[draft.division - 1],
        target=np.zeros(count, dtype=np.int32),
        town=town.astype(np.int16),
        county=draft.county.astype(np.int8),
        park=park.astype(np.int8),
        parks=land.park_names,
        group=group,
        parent=parent,
        owner=draft.owner.astype(np.int32),
        opened=draft.opened.astype("M8[D]"),
        capital=_capital(rng, draft),
        monitored=monitored,
        meters=meters.astype(np.uint8),
        kwh_per_head=kwh.astype(np.float32),
        name_word=rng.integers(0, 2**30, count, dtype=np.int32),
        institution=_institutions(rng, draft),
    )
    return Units(firms, draft.trade.astype(np.int16), draft.size)


def _ties(rng: Rng, draft: _Draft) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give the group some large firms belong to, and the firm some others are branches of."""
    notes = assumptions()["firms"]
    count = len(draft.kind)
    group = np.full(count, -1, dtype=np.int32)
    parent = np.full(count, -1, dtype=np.int32)
    companies = np.flatnonzero(draft.kind == FirmKind.COMPANY)
    if len(companies) < 20:
        return group, parent
    large = companies[np.argsort(-draft.size[companies], kind="stable")][: len(companies) // 20 + 1]
    members = companies[chance(rng, notes["group_share"], len(companies))]
    group[members] = large[rng.integers(0, len(large), len(members))]
    branches = companies[chance(rng, notes["branch_share"], len(companies))]
    parent[branches] = large[rng.integers(0, len(large), len(branches))]
    group[group == np.arange(count)] = -1
    parent[parent == np.arange(count)] = -1
    return group, parent


def _institutions(rng: Rng, draft: _Draft) -> NDArray[np.bool_]:
    """Give which units train people: some schools, some service firms; at least a few."""
    likely = np.select([draft.division == 83, draft.division == 72], [0.08, 0.05], 0.0)
    found = chance(rng, likely * (draft.trade >= 0), len(draft.kind))
    first = np.flatnonzero((draft.division == 83) & (draft.trade >= 0))[:6]
    found[first] = True
    return found


def _capital(rng: Rng, draft: _Draft) -> NDArray[np.float32]:
    base = np.where(draft.trade >= 0, 50 + draft.size * 12, 5)
    drawn = base * rng.lognormal(0, 0.7, len(base))
    return np.where(draft.kind == FirmKind.PUBLIC, 0, np.round(drawn) * 10_000).astype(np.float32)


def _numbers(rng: Rng, count: int) -> I64:
    """Give organisation codes (MA and six characters), all different, as base-36 values."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    values = np.array([int(letter, 36) for letter in alphabet], dtype=np.int64)
    line = (np.arange(count, dtype=np.int64) * 100_003 + int(rng.integers(0, 31**6))) % 31**6
    code = np.full(count, int("MA", 36) * 36**6, dtype=np.int64)
    for place in range(6):
        code += values[line % 31] * 36**place
        line //= 31
    return code
