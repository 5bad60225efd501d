"""The cell detector and the legal line against what is planted in a synthetic city.

The city is simulated month by month; what it knows of everybody is counted into the panel the
registers would give, without the flaws of deliveries. Plants of known county and industry close,
and whether they are named is judged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from leye.analysis.metrics.forecast_methods import festival_shares
from leye.analysis.warning.backtest.results import Figure, Row, Trial
from leye.analysis.warning.cells import CellSettings, score_cells
from leye.analysis.warning.season import Clock
from leye.data.twin.codes import FirmKind, ScenarioKind
from leye.data.twin.types import Scenario, World
from leye.data.twin.world import build_world
from leye.kernel.months import month_add, month_range

FIRST_MONTH = 202001
MONTHS = 60
_QUIET_MONTHS = 30
_LEAST_STAFF = 60
_LEAST_CELL = 30.0
_WITHIN, _AFTERWARDS = 3, 8
_LEGAL = 20

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CityPanel:
    """What happened: ends of jobs and staff by cell and month, and the closures.

    ``closures`` are cell, month position, and the staff of the firm that closed.
    """

    months: tuple[int, ...]
    ends: Floats
    staff: Floats
    divisions: NDArray[np.int64]
    closures: tuple[tuple[int, int, int], ...]
    in_a_month: tuple[int, ...]


def city_trial(
    festivals: Mapping[int, date],
    *,
    people: int,
    seed: int,
    closures: int = 30,
    progress: Callable[[int], None] = lambda _month: None,
) -> Trial:
    """Simulate a city, plant closures in it, and judge what names them."""
    panel = _panel(_city(people, seed, closures), progress)
    shares = festival_shares(panel.months, festivals)
    clock = Clock(np.array(panel.months), np.zeros((MONTHS, 2)) if shares is None else shares)
    found = score_cells(
        panel.ends,
        panel.staff,
        clock,
        groups=panel.divisions,
        settings=CellSettings(least=10, budget=11),
        first=_QUIET_MONTHS,
    )
    fair = np.zeros(found.named.shape, dtype=bool)
    delays, rows, legal = [], [], 0
    for (cell, at, staff), gone in zip(panel.closures, panel.in_a_month, strict=True):
        fair[cell, at : at + _AFTERWARDS] = True
        hits = np.flatnonzero(found.named[cell, at : at + _WITHIN])
        delays += [int(hits[0])] if len(hits) else []
        legal += gone >= _LEGAL
        share = staff / max(float(panel.staff[cell, at - 1]), 1.0)
        said = f"{int(hits[0])}个月" if len(hits) else "未报"
        rows.append(
            Row(f"{panel.months[at]}，{staff}人", True, (f"{share:.0%}", said, f"{gone}人"))
        )
    judged = MONTHS - _QUIET_MONTHS
    false = float((found.named & ~fair)[:, _QUIET_MONTHS:].sum() / judged)
    named = found.named[:, _QUIET_MONTHS:]
    right = float((named & fair[:, _QUIET_MONTHS:]).sum() / max(named.sum(), 1))
    count = max(len(panel.closures), 1)
    return Trial(
        "城市",
        "模拟城市里埋入的关厂",
        "一家厂关了，县×行业的监测报得出吗；法定线当月到了吗？",
        (
            Figure("埋入的关厂", float(len(panel.closures)), "次"),
            Figure("三个月内由单元监测报出", round(len(delays) / count, 3), ""),
            Figure("当月减员到法定线", round(legal / count, 3), ""),
            Figure("误报单元", round(false, 3), f"个／月（共{len(panel.ends)}个单元）"),
            Figure("统计信号", round(float(named.sum()) / judged / 10, 3), "个／县／月", 1.0),
            Figure("信号属实的比例", round(right, 3), "", 0.3, at_most=False),
        ),
        ("占单元人数", "监测报出", "当月离职"),
        tuple(rows),
        (
            f"{people:,}人、{MONTHS}个月，种子{seed}；城市的规律是假设的，不能据此推断真实城市",
            "未埋入的小规模裁员、倒闭照常发生，报出来也算误报，所以实际的误报更少",
        ),
    )


def _city(people: int, seed: int, closures: int) -> World:
    plain = build_world(
        people=people, seed=seed, scenarios=(), months=MONTHS, first_month=FIRST_MONTH
    )
    firms = plain.firms
    size = next(plain.months()).headcount
    large = np.flatnonzero((size >= _LEAST_STAFF) & (firms.kind == FirmKind.COMPANY))
    rng = np.random.default_rng(seed)
    chosen = rng.choice(large, size=min(closures, len(large)), replace=False)
    planted = tuple(
        Scenario(
            ScenarioKind.PLANT_CLOSURE,
            month_add(FIRST_MONTH, int(rng.integers(_QUIET_MONTHS, MONTHS - _WITHIN))),
            size=float(size[firm]),
            division=f"{firms.division[firm]:02d}",
            county=str(plain.places.counties[firms.county[firm]]),
        )
        for firm in chosen
    )
    return build_world(
        people=people, seed=seed, scenarios=planted, months=MONTHS, first_month=FIRST_MONTH
    )


def _panel(world: World, progress: Callable[[int], None]) -> CityPanel:
    firms = world.firms
    cell_of = firms.county.astype(np.int64) * 100 + firms.division
    many = 100 * len(world.places.counties)
    months = month_range(world.first_month, month_add(world.first_month, MONTHS - 1))
    ends, staff = np.zeros((many, MONTHS)), np.zeros((many, MONTHS))
    ended = np.zeros((MONTHS, firms.size), dtype=np.int64)
    heads = np.zeros((MONTHS, firms.size), dtype=np.int64)
    before: NDArray[np.int32] | None = None
    for t, month in enumerate(world.months()):
        works = np.where(month.insured, month.employer, -1)
        heads[t] = np.bincount(works[works >= 0], minlength=firms.size)
        if before is not None:
            gone = before[(before >= 0) & (works != before)]
            ended[t] = np.bincount(gone, minlength=firms.size)
            ends[:, t] = np.bincount(cell_of, ended[t], minlength=many)
            staff[:, t] = np.bincount(cell_of, heads[t - 1], minlength=many)
        before = works.copy()
        progress(month.month)
    ends[:, 0], staff[:, 0] = ends[:, 1], staff[:, 1]
    planted = [_closed(world, each, heads, cell_of) for each in world.scenarios]
    kept = np.flatnonzero(staff.mean(axis=1) >= _LEAST_CELL)
    at = {int(cell): row for row, cell in enumerate(kept)}
    found = [each for each in planted if each is not None and each[0] in at]
    return CityPanel(
        months,
        ends[kept],
        staff[kept],
        np.unique(kept % 100, return_inverse=True)[1].astype(np.int64),
        tuple((at[cell], t, size) for cell, t, size, _ in found),
        tuple(int(ended[t : t + 2, firm].max()) for _, t, _, firm in found),
    )


def _closed(
    world: World, each: Scenario, heads: NDArray[np.int64], cell_of: NDArray[np.int64]
) -> tuple[int, int, int, int] | None:
    """Give the cell, month, staff and firm of a closure: who fell most in its cell that month."""
    t = month_range(world.first_month, each.month).index(each.month)
    county = np.flatnonzero(world.places.counties == each.county)[0]
    cell = int(county) * 100 + int(each.division)
    mine = np.flatnonzero(cell_of == cell)
    fell = heads[t - 1, mine] - heads[t, mine]
    if not len(mine) or fell.max() < _LEGAL:
        return None
    firm = int(mine[fell.argmax()])
    staff = int(heads[t - 1, firm])
    # Where no firm of the cell was left to close, nothing was planted.
    return (cell, t, staff, firm) if 2 * fell.max() >= staff else None
