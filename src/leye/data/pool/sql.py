"""Pieces of the engine's language, put together from names and expressions.

Sources are checked in a few large statements written once per contract; what stands in them comes
from contracts and from the program, never from a delivery.
"""

from collections.abc import Iterable, Mapping


def column(name: str, of: str = "") -> str:
    """Give a column's name, quoted: some fields are words of the language."""
    quoted = '"' + name.replace('"', '""') + '"'
    return f"{of}.{quoted}" if of else quoted


def literal(text: str) -> str:
    """Give a text as a constant."""
    return "'" + text.replace("'", "''") + "'"


def call(function: str, *arguments: str, **named: str) -> str:
    """Give a call of a function."""
    return f"{function}({', '.join([*arguments, *(f'{k} = {v}' for k, v in named.items())])})"


def either(conditions: Iterable[str]) -> str:
    """Whether any holds; none does when there are none."""
    return " OR ".join(f"({each})" for each in conditions) or "false"


def select(
    columns: Mapping[str, str] | str,
    source: str = "",
    *,
    distinct: bool = False,
    where: str = "",
    group_by: str = "",
    having: str = "",
    order_by: str = "",
    limit: int = 0,
) -> str:
    """Give a query; ``columns`` are expressions by name, or written out."""
    if not isinstance(columns, str):
        columns = ", ".join(f"{said} AS {column(name)}" for name, said in columns.items())
    parts = [
        ("SELECT DISTINCT" if distinct else "SELECT", columns),
        ("FROM", source),
        ("WHERE", where),
        ("GROUP BY", group_by),
        ("HAVING", having),
        ("ORDER BY", order_by),
        ("LIMIT", str(limit) if limit else ""),
    ]
    return " ".join(f"{word} {said}" for word, said in parts if said)


def inner(query: str, alias: str) -> str:
    """Give a query as a source of rows."""
    return f"({query}) AS {alias}"
