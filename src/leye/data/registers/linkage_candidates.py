"""Who a row may be, what speaks for each, and how often the same clues agree where all is known."""

import ibis

from leye.data.registers.linkage_rows import (
    ROW_KEY,
    Bench,
    clues,
    count,
    five_years,
    numbered,
    sources_of_people,
)
from leye.data.registers.terms import stack, text, whole

_SAMPLE = 20_000
"""Rows of each source looked at to see how often clues agree with the register."""
_LEAST_SAMPLE = 200
_RARE = 0.1
"""People of an age and sex that a source has a tenth as often as the city are not typical of it."""


def candidates(bench: Bench, rows: ibis.Table, known: ibis.Table, calls: ibis.Table) -> ibis.Table:
    """Give who each row may be: near in number, by phone, or by name and month of birth.

    A person whom the same department's list already holds under a valid number is no candidate.
    """
    near = bench.rows("id_candidates")
    parts = []
    if near is not None:
        mine = rows.inner_join(near, list(ROW_KEY))
        parts.append(mine.select("at", "person", "source", how=text("near")))
    by_phone = rows.inner_join(calls, "phone")
    parts.append(by_phone.select("at", "person", "source", how=text("phone")))
    by_name = rows.inner_join(known, ["name", "birth"], rname="{name}_known")
    parts.append(by_name.select("at", "person", "source", how=text("name_birth")))
    every = stack(parts)
    one = every.group_by("at", "person", "source").agg(
        near=(every.how == text("near")).any(),
        by_phone=(every.how == text("phone")).any(),
    )
    kept = bench.keep("candidates_all", one)
    taken = _taken(bench, rows, kept)
    free = kept if taken is None else kept.anti_join(taken, ["at", "person"])
    order = [free["at"], free.person]
    return bench.keep("pairs", free.mutate(pair=ibis.row_number().over(order_by=order)))


def _taken(bench: Bench, rows: ibis.Table, pairs: ibis.Table) -> ibis.Table | None:
    """Give the candidates that the row's own source names already."""
    parts = []
    for contract in sources_of_people():
        table = bench.source(contract.name)
        if table is None or "person" not in contract.key:
            continue
        same = [name for name in contract.key if name not in ("person", "employer", "kind")]
        mine = rows.filter(rows.source == text(contract.name)).select("at", "delivery", "row")
        mine = mine.inner_join(pairs, "at").select("at", "person", "delivery", "row")
        if same:
            cells = table.filter(table.person.isnull()).select("delivery", "row", *same)
            mine = mine.inner_join(cells, ["delivery", "row"])
        there = table.filter(table.person.notnull()).select("person", *same)
        parts.append(mine.semi_join(there, ["person", *same]).select("at", "person"))
    return bench.keep("taken", stack(parts)) if parts else None


def sampled(bench: Bench, rows: ibis.Table, known: ibis.Table) -> ibis.Table | None:
    """Give rows with a valid number, of the sources that have rows with a wrong one, and whether
    their clues agree with what the register says of the person.
    """
    wanted = rows.group_by("source").agg(rows=rows.count()).to_pyarrow().to_pylist()
    parts = []
    for each in sorted(wanted, key=lambda row: str(row["source"])):
        table = bench.source(each["source"])
        if table is None or not numbered(each["source"]):
            continue
        valid = table.filter(table.person.notnull())
        step = max(count(valid) // _SAMPLE, 1)
        drawn = valid.filter(valid.row % whole(step) == whole(0))
        said = drawn.select("person", **clues(drawn, each["source"]))
        parts.append(said.mutate(weight=whole(each["rows"])))
    if not parts:
        return None
    both = stack(parts).inner_join(known, "person", rname="{name}_known")
    return bench.keep("sample", both)


def staff(bench: Bench, rows: ibis.Table, pairs: ibis.Table, sample: ibis.Table | None) -> None:
    """Keep as ``staff`` who stands at the row's employer in another source as well."""
    wanted = rows.filter(rows.employer.notnull()).select("at", "employer")
    asked = wanted.inner_join(pairs, "at").select("person", "employer", "source")
    if sample is not None:
        seen = sample.filter(sample.employer.notnull())
        asked = asked.union(seen.select("person", "employer", "source"))
    asked = bench.keep("asked", asked.distinct())
    parts = [asked.limit(0)]
    for contract in sources_of_people():
        table = bench.source(contract.name)
        if table is not None and "employer" in table.columns:
            there = table.filter(table.person.notnull() & table.employer.notnull())
            others = asked.filter(asked.source != text(contract.name))
            parts.append(others.semi_join(there, ["person", "employer"]))
    bench.keep("staff", stack(parts).distinct())


def typical(bench: Bench, known: ibis.Table, sample: ibis.Table | None) -> None:
    """Keep as ``typical`` which ages (five years each) and sexes each source is made of."""
    city = known.filter(known.birth.notnull() & known.sex.notnull()).group_by(
        band=five_years(known.birth), sex=known.sex
    )
    sizes = bench.keep("sizes", city.agg(all=ibis._.count()))
    if sample is None:
        empty = sizes.select("band", "sex", source=text(""), fits=whole(0)).limit(0)
        bench.keep("typical", empty)
        return
    total = whole(max(count(known), 1)).cast("float64")
    of_source = sample.group_by(
        "source", band=five_years(sample.birth_known), sex=sample.sex_known
    ).agg(own=sample.count())
    large = sample.group_by("source").agg(drawn=sample.count())
    large = large.filter(large.drawn >= whole(_LEAST_SAMPLE))
    every = sizes.cross_join(large).left_join(
        of_source, ["source", "band", "sex"], rname="{name}_own"
    )
    share = every.own.fill_null(0).cast("float64") / every.drawn.cast("float64")
    fits = share >= every["all"].cast("float64") / total * _RARE
    bench.keep(
        "typical", every.select("source", "band", "sex", fits=ibis.ifelse(fits, whole(1), whole(0)))
    )
