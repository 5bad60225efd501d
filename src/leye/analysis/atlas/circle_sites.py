"""Where further service points would reach the most: maximal covering location.

Church and ReVelle (1974): choose ``count`` of the candidate sites so that the weight of the demand
within reach of at least one of them is largest. Solved as a mixed-integer programme (HiGHS), whose
bound proves how good the answer is, and greedily, for comparison.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from leye.kernel.errors import InvalidInput

MOST_SITES = 20
_ROUNDING = 1e-6
_TIMED_OUT = 1


class InvalidSites(InvalidInput):
    """A question about sites that has no answer."""

    code = "invalid_sites"
    title = "选址条件有误"


@dataclass(frozen=True, slots=True)
class Sites:
    """Chosen sites by their index, the one that adds most first; ``gains`` what each adds."""

    chosen: tuple[int, ...]
    gains: tuple[int, ...]

    @property
    def covered(self) -> int:
        """The weight of the demand within reach of any of them."""
        return sum(self.gains)


@dataclass(frozen=True, slots=True)
class SitePlan:
    """The best choice found, the greedy one, and ``bound``: no choice covers more than this.

    ``proven`` says that nothing better exists. It is not where the solver ran out of its time: then
    ``best`` is the better of what it had found and of the greedy choice.
    """

    best: Sites
    greedy: Sites
    bound: int
    proven: bool
    demand: int

    @property
    def gap(self) -> float:
        """How far the best may be below the bound, as a share of the bound; 0 where proven."""
        return 0.0 if not self.bound else (self.bound - self.best.covered) / self.bound


def site_plan(
    covers: NDArray[np.bool_], weights: NDArray[np.int64], *, count: int, seconds: float
) -> SitePlan:
    """Choose ``count`` columns of ``covers`` that cover the most weight of its rows.

    ``covers`` is demand by candidate. Fewer are chosen where no further one adds anything. The same
    input gives the same answer, except where ``seconds`` end the search.

    :raises InvalidSites: ``count`` is not from 1 to ``MOST_SITES``, or shapes do not agree.
    """
    if not 1 <= count <= MOST_SITES:
        raise InvalidSites(f"新增 {count} 个", hint=f"一次可以算 1 到 {MOST_SITES} 个")
    if covers.ndim != 2 or covers.shape[0] != len(weights) or (weights < 0).any():
        raise InvalidSites("需求和权重不一致")
    greedy = _greedy(covers, weights, list(range(covers.shape[1])), count)
    demand = int(weights.sum())
    useful = np.flatnonzero(weights @ covers) if covers.size else np.array([], dtype=np.int64)
    if not len(useful) or count >= len(useful):
        every = _greedy(covers, weights, useful.tolist(), count)
        return SitePlan(every, greedy, every.covered, True, demand)
    wanted = np.flatnonzero(covers[:, useful].any(axis=1) & (weights > 0))
    chosen, bound, proven = _solve(covers[np.ix_(wanted, useful)], weights[wanted], count, seconds)
    best = _greedy(covers, weights, useful[chosen].tolist(), count)
    if best.covered < greedy.covered:
        best = greedy
    return SitePlan(best, greedy, max(bound, best.covered), proven, demand)


def _solve(
    covers: NDArray[np.bool_], weights: NDArray[np.int64], count: int, seconds: float
) -> tuple[NDArray[np.int64], int, bool]:
    """Give the columns chosen, the bound, and whether it is proven.

    Unknowns are x (a site is taken, 0 or 1), then z (a row is covered; whole by itself).
    """
    rows, sites = covers.shape
    held = sparse.csr_array(covers.astype(np.float64))
    reach = sparse.hstack([-held, sparse.eye_array(rows)], format="csr")
    taken = sparse.csr_array(np.concatenate([np.ones(sites), np.zeros(rows)])[None, :])
    answer = milp(
        c=np.concatenate([np.zeros(sites), -weights.astype(np.float64)]),
        constraints=[
            LinearConstraint(reach, -np.inf, 0),
            LinearConstraint(taken, 0, count),
        ],
        integrality=np.concatenate([np.ones(sites), np.zeros(rows)]),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if answer.x is None:
        return np.array([], dtype=np.int64), int(weights.sum()), False
    # Weights are whole, so the bound may be rounded down to a whole number.
    dual = answer.mip_dual_bound if answer.mip_dual_bound is not None else -float(weights.sum())
    bound = int(np.floor(-dual + _ROUNDING))
    chosen = np.flatnonzero(answer.x[:sites] > 0.5)
    reached = int(weights[covers[:, chosen].any(axis=1)].sum())
    return chosen, bound, answer.status != _TIMED_OUT or reached >= bound


def _greedy(
    covers: NDArray[np.bool_], weights: NDArray[np.int64], among: list[int], count: int
) -> Sites:
    """Take what adds most, one after the other; of equals the first."""
    left = weights.copy()
    chosen: list[int] = []
    gains: list[int] = []
    columns = covers[:, among].astype(np.int64)
    while among and len(chosen) < count:
        adds = left @ columns
        best = int(np.argmax(adds))
        if adds[best] <= 0:
            break
        chosen.append(among[best])
        gains.append(int(adds[best]))
        left = np.where(columns[:, best] > 0, 0, left)
    return Sites(tuple(chosen), tuple(gains))
