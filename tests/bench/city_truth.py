"""How right the registers are: statuses, links and conflicts against what is true of the city.

Truth speaks of identity numbers, registers of persons: the vault's tokens and the pool's table of
persons lead from one to the other, here and in tests only.
"""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from leye.data.pool import Pool
from leye.data.registers.comparison.catalogue import comparison_catalogue
from leye.kernel.months import month_add, month_range
from leye.service.identity.vault.vault import vault

SETTLED = 3
"""Months at the end left out of what rules must have found: late rows are still to come."""


def compared(pool: Pool, truth: Path, *, first: int, months: int) -> dict[str, Any]:
    """Give the share of right statuses, the confusion table, linkage and every rule."""
    with duckdb.connect(config={"preserve_insertion_order": "false"}) as connection:
        _open(connection, pool, truth)
        every = month_range(first, month_add(first, months - 1))
        statuses = _statuses(connection, truth, every)
        return {
            **statuses,
            "linkage": _linkage(connection),
            "rules": _rules(connection, last=every[-1]),
        }


def _open(connection: duckdb.DuckDBPyConnection, pool: Pool, truth: Path) -> None:
    """Make views of the registers, and of the truth with persons in the place of numbers."""
    numbers = pq.read_table(truth / "people.parquet", columns=["number"]).column("number")
    tokens = pa.chunked_array([vault().tokens(chunk) for chunk in numbers.chunks])
    connection.register("numbered", pa.table({"number": numbers, "token": tokens}))
    for table in ("person_keys", "person_month", "conflict", "links", "deliveries"):
        pin = pool.snapshot().manifest.tables[table]
        files = list(pool.ledger.files(table, pin.version))
        connection.execute(
            f"create view {table} as select * from read_parquet({files!r}, "
            f"hive_partitioning = {str(pin.partitioned).lower()})"
        )
    connection.execute(
        "create table who as select number, person from numbered join person_keys using (token)"
    )
    for table in ("conflicts", "links", "unsaid"):
        file = str(truth / f"{table}.parquet")
        connection.execute(f"create view true_{table} as select * from read_parquet('{file}')")


def _statuses(
    connection: duckdb.DuckDBPyConnection, truth: Path, months: tuple[int, ...]
) -> dict[str, Any]:
    files = [str(truth / f"person_month_{month}.parquet") for month in months]
    connection.execute(f"""
        create table confusion as
        select t.status as truth, coalesce(m.status, 'not there') as found, count(*) as persons
        from read_parquet({files!r}, filename = true) t
        left join who using (number)
        left join person_month m on m.person = who.person
            and m.month = regexp_extract(t.filename, '([0-9]+).parquet$', 1)::int
        group by all""")
    counted = connection.execute("select truth, found, persons from confusion").fetchall()
    total = sum(persons for _, _, persons in counted)
    right = sum(persons for truth_, found, persons in counted if truth_ == found)
    return {
        "person_months": total,
        "right": right / total,
        "confusion": _table(counted),
    }


def _table(counted: list[tuple[str, str, int]]) -> str:
    """Draw the confusion: a line a true status, how many were right, and what the rest became."""
    lines = [f"{'truth':24}{'person-months':>14}{'right':>9}  taken for"]
    for truth in sorted({each[0] for each in counted}):
        row = {found: persons for status, found, persons in counted if status == truth}
        whole = sum(row.values())
        wrong = sorted(((n, found) for found, n in row.items() if found != truth), reverse=True)
        said = ", ".join(f"{found} {100 * n / whole:.2f}%" for n, found in wrong[:5])
        lines.append(f"{truth:24}{whole:>14,}{100 * row.get(truth, 0) / whole:>8.2f}%  {said}")
    return "\n".join(lines)


def _linkage(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    found = connection.execute("""
        with truth as (
            select l.source, d.id as delivery, l.row, who.person
            from true_links l
            join deliveries d on d.contract = l.source
                and d.file_name = regexp_extract(l.file, '[^/]+$') and d.verdict = 'accepted'
            join who using (number)
        ), sides as (
            select t.person as truth, k.person as found
            from truth t full join links k using (source, delivery, row)
        )
        select count(*) filter (truth = found), count(found), count(truth) from sides""").fetchone()
    assert found is not None
    right, said, true = found
    precision, recall = right / max(said, 1), right / max(true, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"rows": true, "precision": precision, "recall": recall, "f1": f1}


def _rules(connection: duckdb.DuckDBPyConnection, *, last: int) -> dict[str, Any]:
    """Give each rule's precision and recall, by conflict and month, where its grace is over.

    Found is right when the same is true of the same person (or firm, where the rule names no
    person) in that month or in one within the grace before. True is found when the registers have
    it in that month or within the grace after. ``told`` says the same without the persons of whom
    one of the rule's sources keeps something back for good: nothing can be known of it.
    """
    connection.execute("create table found as " + _FOUND, {"last": month_add(last, -SETTLED)})
    codes = connection.execute("select distinct uscc from true_conflicts where uscc <> ''")
    known = [(code, int(code[8:16], 36)) for (code,) in codes.fetchall()]
    firms = {"uscc": [code for code, _ in known], "employer": [key for _, key in known]}
    connection.register("firms", pa.table(firms, schema=_FIRMS))
    connection.execute("create table truths as " + _TRUE, {"last": month_add(last, -SETTLED)})
    connection.execute("create table quiet as " + _QUIET)
    rules = sorted(comparison_catalogue().values(), key=lambda each: each.code)
    return {
        each.code: {
            **_rule(connection, each.code, each.grace_months, sources=[]),
            "told": _rule(connection, each.code, each.grace_months, sources=[*each.sources]),
        }
        for each in rules
    }


def _rule(
    connection: duckdb.DuckDBPyConnection, rule: str, grace: int, *, sources: list[str]
) -> dict[str, Any]:
    given = {"rule": rule, "grace": grace, "sources": sources}
    right, found = connection.execute(_PRECISION, given).fetchone() or (0, 0)
    met, true = connection.execute(_RECALL, given).fetchone() or (0, 0)
    return {
        "found": found,
        "true": true,
        "precision": right / found if found else 1.0,
        "recall": met / true if true else 1.0,
    }


_FIRMS = pa.schema([("uscc", pa.string()), ("employer", pa.int64())])
_ORDINAL = "({0} // 100 * 12 + {0} % 100)"
_SUBJECT = "coalesce('p' || person, 'e' || employer) as subject"
_FOUND = f"""
    select distinct rule, employer, within_grace, month <= $last as settled,
        {_ORDINAL.format("month")} as moment, {_SUBJECT}
    from conflict"""
_TRUE = f"""
    select distinct rule, employer, month <= $last as settled,
        {_ORDINAL.format("month")} as moment, {_ORDINAL.format("since")} as since, {_SUBJECT}
    from true_conflicts left join who using (number) left join firms using (uscc)
    where number = '' or number is null or person is not null"""
_SAME = """t.rule = f.rule and t.subject = f.subject
    and (t.employer is null or f.employer is null or t.employer = f.employer)"""
_QUIET = """
    select distinct source, 'p' || person as subject
    from true_unsaid join who using (number)"""
_TOLD = """not exists (
        select 1 from quiet q where q.subject = {0}.subject and list_contains($sources, q.source)
    )"""
_PRECISION = f"""
    select count(*) filter (where exists (
        from truths t where {_SAME} and t.moment between f.moment - $grace and f.moment
    )), count(*)
    from found f where rule = $rule and not within_grace and settled and {_TOLD.format("f")}"""
_RECALL = f"""
    select count(*) filter (where exists (
        from found f where {_SAME} and f.moment between t.moment and t.moment + $grace
    )), count(*)
    from truths t
    where rule = $rule and settled and moment - since >= $grace and {_TOLD.format("t")}"""
