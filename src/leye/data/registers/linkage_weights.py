"""How much each clue weighs: how often it agrees for the same person, and how often by accident."""

import math
from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from leye.data.registers.linkage_model import START, Weights
from leye.data.registers.linkage_rows import Bench, count, five_years, numbered
from leye.data.registers.terms import whole

COMPARED = ("name", "phone", "birth", "sex", "county")
_COLLEAGUE_BY_CHANCE = 1e-3
"""How likely somebody drawn by chance stands at a given employer: few do at any but the largest."""
_LEAST_SAMPLE = 200
_DIGITS = 3
_BOUND = 0.999


def by_accident(
    bench: Bench, rows: ibis.Table, known: ibis.Table, calls: ibis.Table
) -> dict[str, float]:
    """Give how often each clue agrees for two people drawn by chance, counted over the city."""
    chance = _alike(known, COMPARED)
    chance["phone"] = _alike(calls, ["phone"])["phone"]
    chance["employer"] = _COLLEAGUE_BY_CHANCE
    sizes, typical = bench.engine.table("sizes"), bench.engine.table("typical")
    asked = rows.group_by("source").agg(rows=rows.count())
    both = typical.inner_join(sizes, ["band", "sex"]).inner_join(asked, "source")
    weight = (both["all"] * both.rows).cast("float64")
    answer = both.agg(total=weight.sum(), fitting=(weight * both.fits).sum()).to_pyarrow()
    total, fitting = answer.to_pylist()[0].values()
    chance["fits"] = fitting / total if total else 0.5
    return chance


def _alike(rows: ibis.Table, columns: Sequence[str]) -> dict[str, float]:
    """Give for each column how likely two rows drawn by chance agree, blanks left aside."""
    chances = {}
    for name in columns:
        given = rows.filter(rows[name].notnull())
        sizes = given.group_by(name).agg(size=given.count())
        size = sizes["size"].cast("float64")
        answer = sizes.agg(total=size.sum(), squares=(size * size).sum()).to_pyarrow().to_pylist()
        total, squares = answer[0]["total"] or 0.0, answer[0]["squares"] or 0.0
        chances[name] = squares / (total * total) if total else 1.0
    return chances


def where_known(bench: Bench, sample: ibis.Table | None) -> dict[str, float]:
    """Give how often each clue agrees for one person, seen in rows whose number is valid.

    Each source counts by how many rows of it are to be linked. Too few rows teach nothing.
    """
    if sample is None:
        return dict(START)
    staff, typical = bench.engine.table("staff"), bench.engine.table("typical")
    works = sample.left_join(
        staff.mutate(works=whole(1)), ["person", "employer", "source"], rname="{name}_staff"
    )
    banded = works.mutate(band=five_years(works.birth_known), gender=works.sex_known)
    both = banded.left_join(
        typical,
        [
            banded.source == typical.source,
            banded.band == typical.band,
            banded.gender == typical.sex,
        ],
        rname="{name}_typical",
    )
    agree: dict[str, ir.BooleanValue] = {n: both[n] == both[f"{n}_known"] for n in COMPARED}
    agree["employer"] = ibis.ifelse(
        both.employer.notnull(), both.works.notnull(), ibis.null("boolean")
    )
    agree["fits"] = both.fits == whole(1)
    counts: dict[str, ir.Value] = {}
    for name, same in agree.items():
        counts[f"{name}_all"] = same.notnull().sum()
        counts[f"{name}_same"] = same.fill_null(False).sum()
    found = both.group_by("source", "weight").agg(**counts).order_by("source").to_pyarrow()
    return {**START, **_averaged(found.to_pylist(), tuple(agree))}


def _averaged(found: Sequence[Mapping[str, int]], names: Sequence[str]) -> dict[str, float]:
    shares = {}
    for name in names:
        taught = [row for row in found if row[f"{name}_all"] >= _LEAST_SAMPLE]
        weight = sum(row["weight"] for row in taught)
        if weight:
            share = sum(row["weight"] * row[f"{name}_same"] / row[f"{name}_all"] for row in taught)
            shares[name] = min(max(round(share / weight, _DIGITS), 1 - _BOUND), _BOUND)
    return shares


def near_by_accident(rows: ibis.Table, pairs: ibis.Table, size: int) -> tuple[float, float]:
    """Give how often a row's own person is near in number, and how likely a stranger is."""
    sources = rows.select("source").distinct().to_pyarrow().column("source").to_pylist()
    with_number = rows.filter(rows.source.isin([s for s in sources if numbered(s)]))
    near = pairs.filter(pairs.near)
    found = near.group_by("at").agg(n=near.count())
    own, strangers = own_and_others(rows=count(with_number), found=count(found), pairs=count(near))
    return min(max(own, 0.5), _BOUND), strangers / size


def own_and_others(*, rows: int, found: int, pairs: int) -> tuple[float, float]:
    """Tell how often a row's own person is among its candidates, and how many strangers are.

    Of ``rows`` rows ``found`` have a candidate, ``pairs`` in all. Strangers come by chance
    (Poisson), so a row has none at all with the chance ``(1 - own) * exp(-strangers)``.
    """
    if not rows or not pairs:
        return START["near"], 0.1
    none, mean = 1 - found / rows, pairs / rows
    low, high = max(mean - 1, 0.0), mean
    for _ in range(60):
        middle = (low + high) / 2
        if (1 - mean + middle) * math.exp(-middle) < none:
            low = middle
        else:
            high = middle
    return mean - low, max(low, 0.01)


def names_in(bench: Bench, known: ibis.Table) -> None:
    """Keep as ``names`` how often each name occurs: a rare one says more."""
    given = known.filter(known.name.notnull())
    total = whole(max(count(given), 1)).cast("float64")
    bench.keep("names", given.group_by("name").agg(tf_name=given.count() / total))


def weights(same: Mapping[str, float], chance: Mapping[str, float], *, size: int) -> Weights:
    """Give the weights to compare with: ``size`` people, of whom one is the row's at most."""
    least = 1e-12
    bounded = {name: min(max(value, least), 1 - least) for name, value in chance.items()}
    return Weights(dict(same), bounded, 1 / max(size, 2))
