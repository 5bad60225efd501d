"""What linkage starts from: rows without a person, who they may be, and what is known of those.

Only keyed tokens, months, places and employers are compared; no name or number is ever seen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from leye.data.pool.source_contract import SourceContract, source_contracts, stored_schema
from leye.data.registers.terms import stack, text, whole

Rows = Callable[[str], ibis.Table | None]
"""Gives a table of the pool by name, None where there is none yet."""

ROW_KEY = ("source", "delivery", "row")
_SHARED_PHONE = 20
"""A phone that more people give than this is a company's or a made-up one, and finds nobody."""
_CLUES = {
    "name": "int64",
    "phone": "int64",
    "birth": "int32",
    "sex": "string",
    "county": "string",
    "employer": "int64",
}


@dataclass(frozen=True, slots=True)
class Bench:
    """An engine with the pool's tables, where intermediate tables are kept under a name."""

    engine: Backend
    rows: Rows

    def keep(self, name: str, rows: ibis.Table) -> ibis.Table:
        """Keep rows under a name."""
        return self.engine.create_table(name, rows)

    def source(self, name: str) -> ibis.Table | None:
        """Give every row of a source, None where nothing was delivered yet."""
        return self.rows(f"s_{name}")


def sources_of_people() -> tuple[SourceContract, ...]:
    """Give the contracts of the sources that speak of persons, those without numbers too."""
    return tuple(c for c in source_contracts().values() if "person" in stored_schema(c).names)


def unlinked(bench: Bench) -> ibis.Table | None:
    """Give every row that has no person and no link yet, with its clues and a number ``at``."""
    parts = []
    for contract in sources_of_people():
        rows = bench.source(contract.name)
        if rows is not None:
            parts.append(_with_clues(rows.filter(rows.person.isnull()), contract.name))
    if not parts:
        return None
    found = stack(parts)
    links = bench.rows("links")
    if links is not None:
        found = found.anti_join(links, list(ROW_KEY))
    order = [found[name] for name in ROW_KEY]
    return bench.keep("unlinked", found.mutate(at=ibis.row_number().over(order_by=order)))


def _with_clues(rows: ibis.Table, source: str) -> ibis.Table:
    given: dict[str, ir.Value] = {name: ibis.null(kind) for name, kind in _CLUES.items()}
    named = {"name": "name_token", "phone": "phone_token", "birth": "birth_month", "sex": "sex"}
    for clue, column in named.items():
        if column in rows.columns:
            given[clue] = rows[column]
    if "place" in rows.columns:
        given["county"] = rows.place.substr(0, 6)
    if "employer" in rows.columns:
        given["employer"] = rows.employer
    casted = {name: value.cast(_CLUES[name]) for name, value in given.items()}
    return rows.select(source=text(source), delivery=rows.delivery, row=rows.row, **casted)


def people(bench: Bench) -> ibis.Table | None:
    """Give what the population register says of each person last."""
    rows = bench.source("population")
    if rows is None:
        return None
    order = [rows.month.desc(), rows.delivery.desc(), rows.row.desc()]
    known = rows.filter(rows.person.notnull())
    known = known.mutate(age=ibis.row_number().over(group_by="person", order_by=order))
    newest = known.filter(known.age == whole(0))
    return bench.keep(
        "people",
        newest.select(
            person=newest.person,
            name=newest.name_token,
            phone=newest.phone_token,
            birth=newest.birth_month,
            sex=newest.sex,
            county=newest.residence.substr(0, 6),
        ),
    )


def phones(bench: Bench) -> ibis.Table | None:
    """Give every phone each person has given anywhere, without those that many people give."""
    parts = []
    for contract in sources_of_people():
        rows = bench.source(contract.name)
        if rows is not None and "phone_token" in rows.columns:
            given = rows.filter(rows.person.notnull() & rows.phone_token.notnull())
            parts.append(given.select("person", phone=given.phone_token))
    if not parts:
        return None
    found = stack(parts).distinct()
    crowd = found.group_by("phone").having(found.count() > whole(_SHARED_PHONE)).agg()
    return bench.keep("phones", found.anti_join(crowd, "phone"))


def candidates(bench: Bench, rows: ibis.Table, known: ibis.Table, calls: ibis.Table) -> ibis.Table:
    """Give who each row may be: near in number, by phone, or by name and month of birth.

    A person whom the same department's list already holds under a valid number is no candidate.
    """
    near = bench.rows("id_candidates")
    parts = []
    if near is not None:
        mine = rows.inner_join(near, list(ROW_KEY))
        parts.append(mine.select("at", "person", how=text("near")))
    by_phone = rows.inner_join(calls, "phone")
    parts.append(by_phone.select("at", "person", how=text("phone")))
    by_name = rows.inner_join(known, ["name", "birth"])
    parts.append(by_name.select("at", "person", how=text("name_birth")))
    every = stack(parts)
    one = every.group_by("at", "person").agg(
        near=(every.how == text("near")).any(),
        phone=(every.how == text("phone")).any(),
    )
    kept = bench.keep("candidates_all", one)
    taken = _taken(bench, rows, kept)
    return kept if taken is None else kept.anti_join(taken, ["at", "person"])


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


def staff(bench: Bench, rows: ibis.Table, pairs: ibis.Table) -> ibis.Table:
    """Give which candidates another row of any source puts at the row's own employer."""
    wanted = rows.filter(rows.employer.notnull()).select("at", "employer")
    asked = bench.keep("asked", wanted.inner_join(pairs, "at").select("at", "person", "employer"))
    parts = []
    for contract in sources_of_people():
        table = bench.source(contract.name)
        if table is not None and "employer" in table.columns:
            there = table.filter(table.person.notnull() & table.employer.notnull())
            parts.append(asked.semi_join(there, ["person", "employer"]).select("at", "person"))
    if not parts:
        return asked.select("at", "person").limit(0)
    return bench.keep("staff", stack(parts).distinct())


def counted(rows: ibis.Table, columns: Sequence[str]) -> dict[str, float]:
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
