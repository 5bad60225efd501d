"""Firms month by month: how many staff they work towards, who lays off, who closes."""

import numpy as np
from numpy.typing import NDArray

from leye.data.twin.city import UNIT, City
from leye.data.twin.codes import EndReason, FirmKind, Status
from leye.data.twin.draws import Index, Rng, chance, first_day, some
from leye.data.twin.jobs import send_away
from leye.data.twin.sources import assumptions
from leye.data.twin.trades import trades
from leye.data.twin.ways import leave, take_up

_LAYOFF_MONTHLY = 0.0010
_REPORTED = 0.88
_LARGE = 20
SLUMPS = "slumps"
"""In memory: divisions that shrink, with the share they lose a month."""
REPORTED = "layoffs reported"
"""In memory: for each firm the month in which it last planned a reported layoff."""


def plan_staff(city: City) -> None:
    """Let the staff firms work towards grow or shrink with their industry, and by chance."""
    rng, units = city.rng("plan staff"), city.units
    row = np.maximum(city.trade, 0)
    drift = trades().growth[row] + rng.normal(0, 0.012, len(row))
    for division, share in city.memory.get(SLUMPS, {}).items():
        drift = np.where(city.firms.division == division, drift - share, drift)
    grown = units.target * np.exp(drift)
    # Firms that have shrunk far below what they were come back slowly.
    back = 0.01 * (city.memory["first target"] - grown)
    units.target = np.where(units.open, np.maximum(grown + back, 0), 0)


def lay_off(
    city: City, firms: Index, share: NDArray[np.float64], *, reported: NDArray[np.bool_], rng: Rng
) -> Index:
    """Let firms dismiss a share of their staff, with a report for those that make one."""
    cut = np.zeros(city.firms.size)
    cut[firms] = share
    staff = city.of_status(*UNIT)
    staff = staff[city.people.employer[staff] >= 0]
    out = some(rng, staff, cut[city.people.employer[staff]])
    losses = np.bincount(city.people.employer[out], minlength=city.firms.size)
    _report(city, rng, firms[reported], losses)
    reason = np.where(chance(rng, 0.9, len(out)), EndReason.LAID_OFF, EndReason.AGREED)
    send_away(city, out, reason.astype(np.uint8), rng=rng, keep=0.3)
    city.memory["jobs lost"] = city.memory.get("jobs lost", 0) + len(out)
    city.units.target[firms] *= 1 - share
    city.memory["first target"][firms] *= 1 - share
    return out


def _report(city: City, rng: Rng, firms: Index, losses: NDArray[np.int64]) -> None:
    firms = firms[losses[firms] > 0]
    planned = city.early(rng, len(firms))
    reported = planned - rng.integers(30, 41, len(firms)).astype("m8[D]")
    city.records.add(
        "layoff_reports",
        len(firms),
        record=city.records.numbers("layoff_reports", len(firms)),
        firm=firms,
        reported=reported,
        planned=planned,
        persons=np.round(losses[firms] * rng.uniform(0.95, 1.1, len(firms))),
        county=city.firms.county[firms],
    )
    known = city.memory.setdefault(REPORTED, np.zeros(city.firms.size, dtype=np.int64))
    known[firms] = city.ordinal


def shrink(city: City) -> None:
    """Let a few larger firms lay people off; most of them report it."""
    rng, units = city.rng("shrink"), city.units
    private = (city.firms.kind != FirmKind.PUBLIC) & units.open & (units.trouble == 0)
    large = np.flatnonzero(private & (units.headcount >= _LARGE))
    firms = some(rng, large, _LAYOFF_MONTHLY)
    share = rng.uniform(0.12, 0.35, len(firms))
    lay_off(city, firms, share, reported=chance(rng, _REPORTED, len(firms)), rng=rng)
    _credit(city, rng, firms)


def close_some(city: City) -> None:
    """Let firms close by chance, small ones more often."""
    rng, units, kinds = city.rng("close"), city.units, city.firms.kind
    company = units.open & (kinds != FirmKind.PUBLIC) & (kinds != FirmKind.HOUSEHOLD)
    index = np.flatnonzero(company)
    rate = assumptions()["firms"]["closing_yearly"] / 12
    likely = rate * np.select(
        [units.headcount[index] < 5, units.headcount[index] < 30], [1.5, 0.5], 0.05
    )
    close(city, some(rng, index, likely), reported=0.9, rng=rng)


def close(city: City, firms: Index, *, reported: float, rng: Rng) -> None:
    """Close firms: their staff is dismissed, their owners look for something else."""
    if not len(firms):
        return
    units, people = city.units, city.people
    tells = (units.headcount[firms] >= _LARGE) & chance(rng, reported, len(firms))
    lay_off(city, firms, np.ones(len(firms)), reported=tells, rng=rng)
    owner = city.firms.owner[firms]
    run = owner[owner >= 0].astype(np.int64)
    run = run[people.status[run] == Status.SELF_EMPLOYED]
    units.open[firms] = False
    units.target[firms] = 0
    state = np.where(chance(rng, 0.96, len(firms)), 2, 3)
    city.records.add(
        "firms", len(firms), firm=firms, state=state, closed=city.late(rng, len(firms))
    )
    leave(city, run, reason=EndReason.OTHER, rng=rng)
    split = rng.random(len(run))
    take_up(city, run[split < 0.7], Status.FLEXIBLE, rng=rng)
    take_up(city, run[split >= 0.7], Status.UNEMPLOYED_LOOKING, rng=rng)


def _credit(city: City, rng: Rng, firms: Index) -> None:
    """Record credit events of firms in trouble, and a few of others."""
    units = city.units
    others = np.flatnonzero(units.open & (units.headcount > 2))
    ill = np.flatnonzero(units.trouble > 0)
    index = np.concatenate([some(rng, firms, 0.25), some(rng, ill, 0.5), some(rng, others, 0.0006)])
    city.records.add(
        "credit",
        len(index),
        record=city.records.numbers("credit", len(index)),
        firm=index,
        kind=rng.integers(1, 6, len(index)),
        happened=city.late(rng, len(index)),
        amount=np.round(rng.lognormal(12.2, 1.0, len(index)), -2),
    )


def in_trouble(city: City, firms: Index, *, months: int) -> None:
    """Let firms show for some months that things go badly: no hiring, less electricity."""
    city.units.trouble[firms] = months


def recover(city: City) -> None:
    """Count the months of trouble down."""
    trouble = city.units.trouble
    city.units.trouble = np.where(trouble > 0, trouble - 1, 0).astype(np.int8)


def first_firms(city: City) -> None:
    """Open the firms that were there before the start."""
    city.units.open[:] = city.firms.opened < first_day(city.month)
