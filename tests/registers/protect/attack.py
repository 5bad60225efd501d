"""Readers who try to work out hidden numbers from public ones. They share no code with protection.

They know every sum the numbers stand in, how numbers are rounded, which cells are zero, and in
which cells nothing changed from one month to the next: more than anybody does.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from leye.data.registers.codes import EMPLOYED, STATUS, UNEMPLOYED

Key = tuple[str, str, str, str, str]
Var = tuple[object, ...]
COUNTED = (
    "population16",
    "working_age",
    "employed",
    "unemployed",
    *STATUS,
    "wage_n",
    "entered_work",
    "left_work",
    "certified",
    "high_skilled",
)
STATUS_SUMS = {
    "population16": tuple(STATUS),
    "employed": tuple(sorted(EMPLOYED)),
    "unemployed": tuple(sorted(UNEMPLOYED)),
}
_WHOLES = {
    "population16": tuple(STATUS),
    "employed": tuple(EMPLOYED),
    "unemployed": tuple(UNEMPLOYED),
}
_UNEMPLOYED = ("unemployed_registered", "unemployed_looking")
_MANY = 10_000.0
_MUCH = 1e12
_REST = "rest"
_WITHIN = {"division": {"13": "C", "51": "F", "01": "A", "": ""}}


@dataclass
class Riddle:
    """Bounds of every number, and sums: each the parent and its children."""

    low: dict[Var, float] = field(default_factory=dict)
    high: dict[Var, float] = field(default_factory=dict)
    sums: list[tuple[Var, tuple[Var, ...]]] = field(default_factory=list)
    true: dict[Var, float] = field(default_factory=dict)

    @property
    def secrets(self) -> list[Var]:
        """The numbers from 1 to 4."""
        return [var for var, number in self.true.items() if 0 < number < 5 and var[0] != _REST]

    def solve(self) -> tuple[dict[Var, float], dict[Var, float]]:
        """Give the bounds that follow when every sum is used again and again."""
        low, high = dict(self.low), dict(self.high)
        changed = True
        while changed:
            changed = False
            for parent, children in self.sums:
                least = sum(low[each] for each in children)
                most = sum(high[each] for each in children)
                news = [(parent, least, most)]
                news += [
                    (each, low[parent] - most + high[each], high[parent] - least + low[each])
                    for each in children
                ]
                for var, at_least, at_most in news:
                    if at_least > low[var] + 1e-9 or at_most < high[var] - 1e-9:
                        low[var], high[var] = max(low[var], at_least), min(high[var], at_most)
                        changed = True
        return low, high

    def guessed(self) -> dict[Var, tuple[float, float]]:
        """Give the secrets for which some number from 1 to 4 can be ruled out sum by sum."""
        low, high = self.solve()
        return {var: (low[var], high[var]) for var in self.secrets if low[var] > 1 or high[var] < 4}

    def ruled_out(self, secrets: Iterable[Var], *, rounds: int = 3000) -> list[tuple[Var, int]]:
        """Give the numbers from 1 to 4 that no numbers at all fit with, all sums at once.

        It is a linear program: for each number we look for cells within their bounds that fulfil
        every sum, by going back and forth between the two (averaged projections).
        """
        names = list(self.low)
        at = {var: n for n, var in enumerate(names)}
        matrix = np.zeros((len(self.sums), len(names)))
        for n, (parent, children) in enumerate(self.sums):
            matrix[n, at[parent]] -= 1
            for each in children:
                matrix[n, at[each]] += 1
        fulfils = np.eye(len(names)) - np.linalg.pinv(matrix, rcond=1e-9) @ matrix
        tries = [(var, number) for var in secrets for number in (1, 2, 3, 4)]
        low = np.repeat(np.array([self.low[var] for var in names])[:, None], len(tries), axis=1)
        high = np.repeat(np.array([self.high[var] for var in names])[:, None], len(tries), axis=1)
        for column, (var, number) in enumerate(tries):
            low[at[var], column] = high[at[var], column] = number
        start = np.array([self.true[var] for var in names])
        left = _impossible(fulfils, start, low, high, rounds)
        return [each for each, open_ in zip(tries, left, strict=True) if open_]


def _impossible(
    fulfils: np.ndarray, start: np.ndarray, low: np.ndarray, high: np.ndarray, rounds: int
) -> np.ndarray:
    """Tell, for each column, whether no point within the bounds was found (Douglas-Rachford)."""
    left = np.arange(low.shape[1])
    point = np.repeat(start[:, None], len(left), axis=1)
    for turn in range(rounds):
        inside = np.clip(point, low[:, left], high[:, left])
        fitting = fulfils @ (2 * inside - point)
        point = point + fitting - inside
        if turn % 25 == 24:
            gap = np.abs(fulfils @ inside - inside).max(axis=0)
            keep = gap > 0.01
            left, point = left[keep], point[:, keep]
            if not len(left):
                break
    out = np.zeros(low.shape[1], dtype=bool)
    out[left] = True
    return out


def readable(number: float) -> tuple[float, float]:
    """Give what a count shown says."""
    return (0.0, _MANY) if number < 0 else (max(number - 2.0, 5.0), number + 2.0)


def readable_sum(number: float) -> tuple[float, float]:
    """Give what a sum of money shown, of three digits, says."""
    if number < 0:
        return 0.0, _MUCH
    half = 10.0 ** (len(str(int(number))) - 3) / 2
    return float(number) - half, float(number) + half


def riddle(
    exact: pa.Table,
    public: pa.Table,
    *,
    month: int = 0,
    measures: tuple[str, ...] = COUNTED,
    reads: Callable[[float], tuple[float, float]] = readable,
) -> Riddle:
    """Give what a reader of the public copy knows; the exact one says where the zeros are."""
    true, shown = _cells(exact, measures), _cells(public, measures)
    made = Riddle()
    rows: dict[Key, dict[str, Var]] = {}
    for (*key, measure), value in true.items():
        if value:
            var = (*key, measure, month)
            rows.setdefault(tuple(key), {})[measure] = var
            number = shown.get((*key, measure), -1)
            made.low[var], made.high[var] = reads(number)
            made.true[var] = float(value)
    _sum_up(made, rows, lambda key: (*key[:3], *_around(key)) if key[3] != "city" else None)
    _sum_up(made, rows, _axis_around, apart=0)
    for key, row in rows.items():
        for whole, parts in STATUS_SUMS.items():
            _add(made, row.get(whole), [row[name] for name in parts if name in row])
        _add_parts(made, row, rows.get((key[0], key[1], "all", key[3], key[4]), {}), key[2])
        if key[:3] == ("all", "all", "woman"):
            women = rows[("sex", "2", "all", *key[3:])]
            for name, var in row.items():
                made.sums.append((women[name], (var,)))
        if key[0] == "skill" and key[1]:
            _add(made, row.get("certified"), _only(row, "population16"))
        if key[0] == "skill" and key[1] in ("1", "2", "3"):
            _add(made, row.get("high_skilled"), _only(row, "certified"))
        if key[0] == "age" and key[1] not in ("55-59", "60+"):
            _add(made, row.get("working_age"), _only(row, "population16"))
    return made


def same_numbers(first: Riddle, second: Riddle, pairs: Iterable[tuple[Var, Var]]) -> Riddle:
    """Give two months as one riddle, in which pairs of cells are known to hold one number."""
    both = Riddle(
        first.low | second.low,
        first.high | second.high,
        [*first.sums, *second.sums],
        first.true | second.true,
    )
    both.sums += [(one, (other,)) for one, other in pairs]
    return both


def _cells(rows: pa.Table, measures: tuple[str, ...]) -> dict[tuple[str, ...], int | None]:
    return {
        (row["axis"], row["code"], row["group_code"], row["level"], row["place"], name): row[name]
        for row in rows.to_pylist()
        for name in measures
    }


def _around(key: Key) -> tuple[str, str]:
    up, wide = {"county": ("city", 0), "town": ("county", 6), "village": ("town", 9)}[key[3]]
    return up, key[4][:wide] if wide else "360900"


def _axis_around(key: Key) -> Key | None:
    axis, code, *rest = key
    if axis == "all":
        return None
    if axis == "division":
        return ("industry", _WITHIN[axis][code], *rest)
    if axis == "occupation4":
        return ("occupation", code[:1], *rest)
    return ("all", "all", *rest)


def _sum_up(
    made: Riddle,
    rows: Mapping[Key, Mapping[str, Var]],
    above: Callable[[Key], Key | None],
    apart: int | None = None,
) -> None:
    """Add the sums over rows; ``apart``: the part of the key that must not mix in one sum."""
    found: dict[tuple[object, ...], list[Var]] = defaultdict(list)
    parents: dict[tuple[object, ...], Var] = {}
    for key, row in rows.items():
        up = above(key)
        for name, var in row.items() if up is not None else ():
            parent = rows.get(up, {}).get(name)
            if parent is not None:
                line = (parent, None if apart is None else key[apart])
                found[line].append(var)
                parents[line] = parent
    for line, children in found.items():
        _add(made, parents[line], children)


def _add(made: Riddle, parent: Var | None, children: list[Var]) -> None:
    if parent is not None and children:
        made.sums.append((parent, tuple(children)))


def _only(row: Mapping[str, Var], name: str) -> list[Var]:
    return [row[name]] if name in row else []


def _add_parts(
    made: Riddle, row: Mapping[str, Var], everybody: Mapping[str, Var], group: str
) -> None:
    """Add what is part of something else, and what is the same."""
    whole = row.get("population16")
    if group == "registered_unemployed":
        _add(made, whole, [everybody["unemployed_registered"]])
    if group == "unemployed":
        _add(made, whole, [everybody[name] for name in _UNEMPLOYED if name in everybody])
    parts = [(name, "population16") for name in ("working_age", "wage_n", "certified")]
    parts += [("high_skilled", "certified")]
    pairs = [(row.get(part), row.get(of)) for part, of in parts]
    if group != "all":
        pairs += [(var, everybody.get(name)) for name, var in row.items()]
    for part, of in pairs:
        if part is not None and of is not None:
            rest = (_REST, part, of)
            made.true[rest] = made.true[of] - made.true[part]
            made.low[rest], made.high[rest] = 0.0, _MUCH
            made.sums.append((of, (part, rest)))
