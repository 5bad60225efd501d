"""What linkage starts from: rows without a person, and what is known of the persons there are.

Only keyed tokens, months, places and employers are compared; no name or number is ever seen.
"""

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from leye.data.pool.source_contract import source_contracts, stored_schema
from leye.data.pool.source_types import Kind, SourceContract
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
_STORED = {"name": "name_token", "phone": "phone_token", "birth": "birth_month", "sex": "sex"}


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


def numbered(source: str) -> bool:
    """Whether the rows of a source carry a number, if perhaps a wrong one."""
    return bool(source_contracts()[source].of_kind(Kind.IDENTITY))


def count(rows: ibis.Table) -> int:
    """Give how many rows there are."""
    return int(rows.count().to_pyarrow().as_py())


def unlinked(bench: Bench) -> ibis.Table | None:
    """Give every row that has no person and no link yet, with its clues and a number ``at``."""
    parts = []
    for contract in sources_of_people():
        rows = bench.source(contract.name)
        if rows is not None:
            mine = rows.filter(rows.person.isnull())
            parts.append(mine.select("delivery", "row", **clues(mine, contract.name)))
    if not parts:
        return None
    found = stack(parts)
    links = bench.rows("links")
    if links is not None:
        found = found.anti_join(links, list(ROW_KEY))
    named = _with_names(found, bench.rows("id_candidates"))
    order = [named[name] for name in ROW_KEY]
    return bench.keep("unlinked", named.mutate(at=ibis.row_number().over(order_by=order)))


def _with_names(rows: ibis.Table, near: ibis.Table | None) -> ibis.Table:
    """Add the names of rows whose source keeps none: intake keeps them beside the candidates."""
    if near is None:
        return rows
    names = near.group_by(ROW_KEY).agg(written=near.name_token.min())
    both = rows.left_join(names, list(ROW_KEY), rname="{name}_near")
    name = ibis.coalesce(both.name, both.written)
    return both.mutate(name=name).select(*rows.columns)


def clues(rows: ibis.Table, source: str) -> dict[str, ir.Value]:
    """Give what rows of a source say of the person, under the names they are compared by."""
    given: dict[str, ir.Value] = {name: ibis.null(kind) for name, kind in _CLUES.items()}
    for clue, column in _STORED.items():
        if column in rows.columns:
            given[clue] = rows[column]
    if "place" in rows.columns:
        given["county"] = rows.place.substr(0, 6)
    if "employer" in rows.columns:
        given["employer"] = rows.employer
    casted = {name: value.cast(_CLUES[name]) for name, value in given.items()}
    return {"source": text(source), **casted}


def newest(rows: ibis.Table, key: str) -> ibis.Table:
    """Give the newest row of each value of a column."""
    order = [rows.month.desc(), rows.delivery.desc(), rows.row.desc()]
    aged = rows.filter(rows[key].notnull()).mutate(
        age=ibis.row_number().over(group_by=key, order_by=order)
    )
    return aged.filter(aged.age == whole(0))


def people(bench: Bench) -> ibis.Table | None:
    """Give what the population register says of each person last."""
    rows = bench.source("population")
    if rows is None:
        return None
    last = newest(rows, "person")
    return bench.keep(
        "people",
        last.select(
            person=last.person,
            name=last.name_token,
            phone=last.phone_token,
            birth=last.birth_month,
            sex=last.sex,
            county=last.residence.substr(0, 6),
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


def five_years(birth: ir.IntegerValue) -> ir.IntegerValue:
    """Give the five years a month of birth lies in, as a number."""
    return (birth / whole(500)).floor().cast("int32")
