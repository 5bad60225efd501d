"""Random flows, and what a reader of the public ones knows."""

from collections import defaultdict

import numpy as np
import pyarrow as pa

from tests.registers.protect.attack import Riddle, Var

CITY = "360900"
COUNTIES = ("360902", "360921", "360981")


def random_flows(seed: int, *, persons: int) -> pa.Table:
    """Draw flows between statuses, which add up to the city, and moves between counties, which do
    not: each county has those that begin or end in it.
    """
    rng = np.random.default_rng(seed)
    ends = ("flexible", "unknown", "student", "unemployed_looking")
    share = rng.dirichlet(np.full(len(ends) ** 2, 0.4))
    found: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for _ in range(persons):
        origin, to = divmod(int(rng.choice(len(share), p=share)), len(ends))
        for place in (CITY, str(rng.choice(COUNTIES))):
            found["status", place, ends[origin], ends[to]] += 1
        here, there = rng.choice(COUNTIES, 2)
        for place in {CITY, str(here), str(there)}:
            found["commute", place, str(here), str(there)] += 1
    keys = sorted(found)
    names = ("kind", "place", "origin", "destination")
    columns = {name: pa.array([key[n] for key in keys]) for n, name in enumerate(names)}
    month = pa.array([202401] * len(keys), pa.int32())
    persons_ = pa.array([found[key] for key in keys], pa.int64())
    return pa.table({"month": month, **columns, "persons": persons_})


def flow_riddle(exact: pa.Table, public: pa.Table) -> Riddle:
    """Give what a reader knows who also knows how many leave each origin and reach each end, as the
    map shows it, and that a flow that is there is not of nobody.
    """
    shown = {_key(row): row["persons"] for row in public.to_pylist()}
    made = Riddle()
    lines: dict[tuple[str, ...], list[Var]] = defaultdict(list)
    for row in exact.to_pylist():
        var = _key(row)
        kind, place, origin, to = var
        number = shown.get(var)
        made.true[var] = row["persons"]
        made.low[var] = 0 if number is None else 1 if number < 0 else max(number - 2, 5)
        made.high[var] = 10_000 if number is None or number < 0 else number + 2
        lines["origin", kind, place, origin].append(var)
        lines["destination", kind, place, to].append(var)
        if place != CITY and kind == "commute":
            made.sums.append(((kind, CITY, origin, to), (var,)))
        elif place != CITY:
            lines["place", kind, CITY, origin, to].append(var)
    for line, children in lines.items():
        if line[0] == "place":
            made.sums.append((line[1:], tuple(children)))
            continue
        total = sum(made.true[each] for each in children)
        made.true[line] = total
        near = (total + 2) // 5 * 5
        made.low[line], made.high[line] = (0, 10_000) if total < 5 else (max(near - 2, 5), near + 2)
        made.sums.append((line, tuple(children)))
    return made


def _key(row: dict[str, str]) -> tuple[str, str, str, str]:
    return row["kind"], row["place"], row["origin"], row["destination"]
