"""Gradient boosting with symmetric trees, and the logistic regression it is averaged with.

Boosting for the log loss (Friedman 2001, *Annals of Statistics* 29(5)) with second-order gains
(Chen and Guestrin 2016) on values cut into bins; every node of one depth of a tree asks the same
question (symmetric trees, Prokhorenkova et al. 2018), so a tree is a table of 2^depth values. No
chance enters: the same rows give the same model, bit for bit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bins = NDArray[np.uint8]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class BoostingSettings:
    """How much is learned: ``trees`` of ``depth``, each taken ``rate`` of; ``bins`` per feature.

    ``ridge`` is added to the weight of every leaf; a side of a split must weigh ``least``.
    """

    trees: int = 120
    depth: int = 3
    rate: float = 0.1
    bins: int = 32
    ridge: float = 5.0
    least: float = 4.0


@dataclass(frozen=True, slots=True)
class _Tree:
    features: tuple[int, ...]
    cuts: tuple[int, ...]
    values: Floats


@dataclass(frozen=True, slots=True)
class Boosted:
    """A fitted model; ``probability`` takes rows of the same features in the same order."""

    edges: tuple[Floats, ...]
    base: float
    trees: tuple[_Tree, ...]

    def probability(self, rows: Floats) -> Floats:
        """Give the probability of each row, shape (n,), from features of shape (n, f)."""
        binned = _binned(rows, self.edges)
        score = np.full(len(rows), self.base)
        for tree in self.trees:
            score += tree.values[_leaves(binned, tree.features, tree.cuts)]
        return _logistic(score)


def fit_boosting(rows: Floats, true: Flags, settings: BoostingSettings) -> Boosted:
    """Fit to features of shape (n, f), nan where missing, and whether each row came true."""
    edges = tuple(_edges(column, settings.bins) for column in rows.T)
    binned = _binned(rows, edges)
    share = min(max(float(true.mean()), 1e-6), 1 - 1e-6)
    score = np.full(len(rows), np.log(share / (1 - share)))
    base, trees = float(score[0]), []
    wide = binned.astype(np.int64) + np.arange(binned.shape[1]) * settings.bins
    for _ in range(settings.trees):
        chance = _logistic(score)
        tree = _grow(binned, wide, chance - true, chance * (1 - chance), settings)
        trees.append(tree)
        score += tree.values[_leaves(binned, tree.features, tree.cuts)]
    return Boosted(edges, base, tuple(trees))


@dataclass(frozen=True, slots=True)
class Logit:
    """A fitted logistic regression on standardised features; missing ones count as the mean."""

    mean: Floats
    spread: Floats
    weights: Floats
    base: float

    def probability(self, rows: Floats) -> Floats:
        """Give the probability of each row, shape (n,)."""
        return _logistic(_standard(rows, self.mean, self.spread) @ self.weights + self.base)


def fit_logit(rows: Floats, true: Flags, *, ridge: float = 1.0, steps: int = 25) -> Logit:
    """Fit by Newton steps with a ridge on every weight but the base."""
    mean, spread = _moments(rows)
    design = np.column_stack([_standard(rows, mean, spread), np.ones(len(rows))])
    penalty = np.full(design.shape[1], ridge)
    penalty[-1] = 0.0
    weights = np.zeros(design.shape[1])
    for _ in range(steps):
        chance = _logistic(design @ weights)
        weight = np.maximum(chance * (1 - chance), 1e-6)
        slope = design.T @ (true - chance) - penalty * weights
        step = np.linalg.solve((design * weight[:, None]).T @ design + np.diag(penalty), slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return Logit(mean, spread, weights[:-1], float(weights[-1]))


def _moments(rows: Floats) -> tuple[Floats, Floats]:
    """Give the mean and spread of what is known of each column; 0 and 1 where nothing is."""
    known = ~np.isnan(rows)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, rows, 0.0).sum(axis=0) / count
    square = np.where(known, (rows - mean) ** 2, 0.0).sum(axis=0) / count
    return mean, np.where(square > 0, np.sqrt(np.maximum(square, 1e-18)), 1.0)


def _standard(rows: Floats, mean: Floats, spread: Floats) -> Floats:
    scaled = np.clip((rows - mean) / spread, -6, 6)
    return np.where(np.isnan(scaled), 0.0, scaled)


def _logistic(score: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(score, -40, 40)))


def _edges(column: Floats, bins: int) -> Floats:
    known = column[~np.isnan(column)]
    # The first bin is kept for what is missing.
    return np.unique(np.quantile(known, np.linspace(0, 1, bins)[1:-1])) if len(known) else known


def _binned(rows: Floats, edges: tuple[Floats, ...]) -> Bins:
    found = np.zeros(rows.shape, dtype=np.uint8)
    for at, edge in enumerate(edges):
        column = rows[:, at]
        found[:, at] = np.where(np.isnan(column), 0, 1 + np.searchsorted(edge, column))
    return found


def _leaves(binned: Bins, features: tuple[int, ...], cuts: tuple[int, ...]) -> NDArray[np.int64]:
    leaf = np.zeros(len(binned), dtype=np.int64)
    for feature, cut in zip(features, cuts, strict=True):
        leaf = 2 * leaf + (binned[:, feature] > cut)
    return leaf


def _grow(
    binned: Bins, wide: NDArray[np.int64], slope: Floats, curve: Floats, s: BoostingSettings
) -> _Tree:
    count = binned.shape[1]
    leaf = np.zeros(len(binned), dtype=np.int64)
    features: list[int] = []
    cuts: list[int] = []
    slopes, curves = np.repeat(slope, count), np.repeat(curve, count)
    for depth in range(s.depth):
        cells = 2**depth * count * s.bins
        where = (leaf[:, None] * (count * s.bins) + wide).ravel()
        shape = (2**depth, count, s.bins)
        g = np.bincount(where, slopes, minlength=cells).reshape(shape)
        h = np.bincount(where, curves, minlength=cells).reshape(shape)
        feature, cut = divmod(int(_gains(g, h, s).argmax()), s.bins)
        features.append(feature)
        cuts.append(cut)
        leaf = 2 * leaf + (binned[:, feature] > cut)
    size = 2**s.depth
    g = np.bincount(leaf, slope, minlength=size)
    h = np.bincount(leaf, curve, minlength=size)
    return _Tree(tuple(features), tuple(cuts), -s.rate * g / (h + s.ridge))


def _gains(g: Floats, h: Floats, s: BoostingSettings) -> Floats:
    """Give the gain of every cut of every feature, summed over the leaves there are."""
    left_g, left_h = np.cumsum(g, axis=2), np.cumsum(h, axis=2)
    right_g, right_h = left_g[..., -1:] - left_g, left_h[..., -1:] - left_h
    both = left_g**2 / (left_h + s.ridge) + right_g**2 / (right_h + s.ridge)
    fair = (left_h.sum(axis=0) >= s.least) & (right_h.sum(axis=0) >= s.least)
    return np.where(fair, both.sum(axis=0), -np.inf).ravel()
