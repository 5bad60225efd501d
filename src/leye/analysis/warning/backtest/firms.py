"""Layoffs nobody reported, planted among firms' ordinary ends of jobs (T7)."""

from dataclasses import dataclass

import numpy as np

from leye.analysis.warning.backtest.files import Whole, configurations
from leye.analysis.warning.backtest.results import Figure, Row, Trial
from leye.analysis.warning.layoffs import (
    WINDOW,
    Crossing,
    LegalLine,
    Separations,
    crossings,
    merged,
)

_FIRMS, _DAYS = 4_000, 730
_PLANTED, _REPORTED = 120, 60
_ORDINARY = 0.012
"""Of a firm's staff let go a month in the ordinary course."""

_SPREAD_DAYS = 20
_NO_LAYOFF_BEFORE = 45
_IN_TIME = 35


@dataclass(frozen=True, slots=True, eq=False)
class FirmWorld:
    """What happened, and what two sources say of it: filed ends, and contributions that stop."""

    staff: Whole
    true: Separations
    filed: Separations
    stopped: Separations
    reported: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class FirmScore:
    """``found`` of ``true`` unreported layoffs within 35 days, and of ``named`` the ``right`` ones.

    ``slowest`` is the longest from the day the line was crossed, late ones included, in days.
    """

    true: int
    named: int
    found: int
    right: int
    slowest: int


def make_firms(*, seed: int, noise: float) -> FirmWorld:
    """Make firms whose every end of a job shows in two sources, each lost by ``noise``.

    A planted layoff takes 20 persons or more, or a tenth of the staff, within three weeks; every
    third is reported.
    """
    rng = np.random.default_rng(seed)
    staff = np.maximum(np.round(np.exp(rng.normal(3.6, 1.1, _FIRMS))), 3).astype(np.int64)
    firm, day = _ordinary(rng, staff)
    reported = []
    for number in range(_PLANTED + _REPORTED):
        which = int(rng.choice(np.flatnonzero(staff >= 40)))
        begun = int(rng.integers(60, _DAYS - 60))
        many = int(max(20, 0.1 * staff[which]) * np.exp(abs(rng.normal(0, 0.6))))
        firm = np.concatenate([firm, np.full(many, which)])
        day = np.concatenate([day, begun + rng.integers(0, _SPREAD_DAYS, many)])
        if number >= _PLANTED:
            reported.append((which, begun))
    person = np.arange(len(firm))
    true = Separations(firm, person, day)
    kept = rng.random(len(firm)) >= noise
    seen = rng.random(len(firm)) >= noise
    late = day + rng.integers(0, 30, len(day))
    return FirmWorld(
        staff,
        true,
        Separations(firm[kept], person[kept], day[kept]),
        Separations(firm[seen], person[seen], late[seen]),
        tuple(reported),
    )


def firm_score(world: FirmWorld) -> FirmScore:
    """Hold what the sources show against what happened, firms by 90 days."""
    line = LegalLine()
    staff = {at: int(many) for at, many in enumerate(world.staff)}
    seen = merged(world.filed, world.stopped)
    truth = _unreported(crossings(world.true, staff, line=line), world)
    named = _unreported(crossings(seen, staff, line=line), world)
    delays = []
    for firm, first, last, crossed in truth:
        near = [n for n in named if n[0] == firm and n[1] <= last and n[2] >= first]
        if near:
            delays.append(max(0, min(n[3] for n in near) - crossed))
    right = sum(any(t[0] == n[0] and t[1] <= n[2] and t[2] >= n[1] for t in truth) for n in named)
    found = sum(each <= _IN_TIME for each in delays)
    return FirmScore(len(truth), len(named), found, right, max(delays, default=0))


def firms_trial() -> Trial:
    """Give recall and precision of unreported layoffs under lost rows (T7)."""
    config = configurations()["layoffs"]
    noise = float(config["noise"])
    scores = {seed: firm_score(make_firms(seed=seed, noise=noise)) for seed in config["seeds"]}
    every = list(scores.values())
    recall = sum(each.found for each in every) / sum(each.true for each in every)
    precision = sum(each.right for each in every) / sum(each.named for each in every)
    slowest = max(each.slowest for each in every)
    return Trial(
        "T7",
        "未报告的规模减员",
        "备案和缴费各有5%的行号码有误对不上，减员到了法定规模又没有报告，找得出吗？",
        (
            Figure("到线后35天内找出的比例", round(recall, 4), "", 0.98, at_most=False),
            Figure("找得对的比例", round(precision, 4), "", 0.95, at_most=False),
            Figure("最慢", float(slowest), "天（到线之后）"),
        ),
        ("真实", "找出", "指出", "指对", "最慢（天）"),
        tuple(
            Row(
                f"种子{seed}",
                True,
                (
                    str(each.true),
                    str(each.found),
                    str(each.named),
                    str(each.right),
                    str(each.slowest),
                ),
            )
            for seed, each in scores.items()
        ),
        (
            "真实：实际减员任意30日达到20人，或者10人以上且占一成，前后没有报告；平常的人员流动也算在内",
            "每人的离职在两个来源里各有一次机会被看到，同一人只计一次",
        ),
    )


def _ordinary(rng: np.random.Generator, staff: Whole) -> tuple[Whole, Whole]:
    many = rng.poisson(staff * _ORDINARY * _DAYS / 30.4)
    firm = np.repeat(np.arange(len(staff)), many)
    return firm, rng.integers(0, _DAYS, len(firm))


def _unreported(found: tuple[Crossing, ...], world: FirmWorld) -> list[tuple[int, int, int, int]]:
    return [
        (each.employer, each.first, each.last, each.crossed)
        for each in found
        if not any(
            firm == each.employer and each.first - _NO_LAYOFF_BEFORE <= day <= each.last + WINDOW
            for firm, day in world.reported
        )
    ]
