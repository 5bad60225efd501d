"""What scenarios plant into the city: closures, layoffs, slumps, returns, and cases of fraud."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from leye.data.twin import business
from leye.data.twin.city import UNIT, City
from leye.data.twin.codes import EndReason, FirmKind, ScenarioKind
from leye.data.twin.draws import Index, Rng, ordinal_of, sample
from leye.data.twin.frauds import FRAUDS, dismiss_in_silence
from leye.data.twin.jobs import send_away
from leye.data.twin.shifts import come_home
from leye.data.twin.types import Scenario

_WARNING = 3
"""Months before its closure in which a plant's trouble shows in its electricity."""


def plant(city: City) -> None:
    """Let what is planted for this month happen."""
    for number, scenario in enumerate(city.scenarios):
        since = city.ordinal - ordinal_of(scenario.month)
        rng = city.rng(f"plant {number}")
        if isinstance(scenario.kind, ScenarioKind):
            _KINDS[scenario.kind](city, scenario, since, rng)
        elif 0 <= since < scenario.months:
            FRAUDS[scenario.kind](city, max(1, round(scenario.size)), rng)


def _plant_closure(city: City, scenario: Scenario, since: int, rng: Rng) -> None:
    """Close a plant of about ``size`` staff; its electricity falls in the months before."""
    key = f"closure {scenario.month} {scenario.county}"
    if since == -_WARNING or (since == 0 and key not in city.memory):
        firm = _firm_of_size(city, scenario)
        city.memory[key] = firm
        business.in_trouble(city, firm, months=_WARNING + 1)
    if since == 0:
        business.close(city, city.memory[key], reported=1.0, rng=rng)


def _unreported_layoff(city: City, scenario: Scenario, since: int, rng: Rng) -> None:
    """Let a firm dismiss at least ``size`` of its staff and tell nobody."""
    if since != 0:
        return
    staffed = _candidates(city, scenario)
    enough = staffed[city.units.headcount[staffed] >= scenario.size * 1.6]
    if not len(enough):
        enough = staffed[np.argsort(-city.units.headcount[staffed], kind="stable")][:1]
    dismiss_in_silence(city, sample(rng, enough, 1), persons=scenario.size, rng=rng)


def _sector_slump(city: City, scenario: Scenario, since: int, rng: Rng) -> None:
    """Let an industry lose ``size`` of its staff over ``months``."""
    slumps = city.memory.setdefault(business.SLUMPS, {})
    division = int(scenario.division)
    if since == 0:
        slumps[division] = -np.log(1 - min(scenario.size, 0.9)) / scenario.months
    if since == scenario.months:
        slumps.pop(division, None)
    if 0 <= since < scenario.months:
        staff = city.of_status(*UNIT)
        staff = staff[city.people.employer[staff] >= 0]
        staff = staff[city.firms.division[city.people.employer[staff]] == division]
        out = staff[rng.random(len(staff)) < slumps[division] * 0.6]
        send_away(city, out, np.full(len(out), EndReason.AGREED, np.uint8), rng=rng, keep=0.2)


def _return_of_migrants(city: City, scenario: Scenario, since: int, rng: Rng) -> None:
    """Bring ``size`` people home for good, over ``months``."""
    if 0 <= since < scenario.months:
        come_home(city, round(scenario.size / scenario.months), rng=rng)


def _candidates(city: City, scenario: Scenario) -> Index:
    firms = city.firms
    fit = city.units.open & (firms.kind == FirmKind.COMPANY) & (city.units.trouble == 0)
    if scenario.county:
        county = np.flatnonzero(city.land.table.counties == scenario.county)
        fit &= firms.county == county[0]
    if scenario.division:
        fit &= firms.division == int(scenario.division)
    return np.flatnonzero(fit & (city.units.headcount > 0))


def _firm_of_size(city: City, scenario: Scenario) -> Index:
    """Give the firm whose staff is nearest to the size asked for."""
    fit = _candidates(city, scenario)
    gap = np.abs(city.units.headcount[fit] - scenario.size)
    return fit[np.argsort(gap, kind="stable")][:1]


_KINDS: Mapping[ScenarioKind, Callable[[City, Scenario, int, Rng], None]] = MappingProxyType(
    {
        ScenarioKind.PLANT_CLOSURE: _plant_closure,
        ScenarioKind.UNREPORTED_LAYOFF: _unreported_layoff,
        ScenarioKind.SECTOR_SLUMP: _sector_slump,
        ScenarioKind.RETURN_OF_MIGRANTS: _return_of_migrants,
    }
)
