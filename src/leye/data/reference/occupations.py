"""Occupations: reading CSCO 2022 (中华人民共和国职业分类大典, 2022) as it stands.

Codes are written d-dd-dd-dd at every level: 1-00-00-00 major, 1-02-00-00 middle, 2-03-01-00 small,
1-01-00-01 unit group. The ``level`` column tells the level, not the code: many unit groups end in
-00, because their small group holds only them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from leye.data.reference.classification import Entry, Flaw

_REPEATED = "重复行"
_SHARED = "不同层级共用代码"
_NO_PARENT = "上级缺行"
_OWN_GROUP = "细类代码以00结尾"


def read_occupations(
    rows: Sequence[Mapping[str, str]], *, valid_from: date | None
) -> tuple[list[Entry], list[Flaw]]:
    """Give the entries, each under its nearest ancestor that has a row, and the flaws found."""
    levels: dict[str, set[int]] = {}
    for row in rows:
        levels.setdefault(row["code"], set()).add(int(row["level"]))
    entries, flaws = [], _repetitions(rows, levels)
    for row in rows:
        level = int(row["level"])
        parent, missing = _parent(row["code"], level, levels)
        if level == 4 and row["code"].endswith("-00"):
            flaws.append(Flaw(_OWN_GROUP, row["code"], f"{row['name']}：小类与细类同为一项"))
        elif missing:
            flaws.append(Flaw(_NO_PARENT, row["code"], f"{row['name']}：缺少{'、'.join(missing)}"))
        entries.append(_entry(row, level=level, parent=parent, valid_from=valid_from))
    return entries, flaws


def _entry(
    row: Mapping[str, str], *, level: int, parent: str | None, valid_from: date | None
) -> Entry:
    written = (alias.strip() for alias in row["alias"].split(","))
    return Entry(
        code=row["code"],
        name=row["name"],
        level=level,
        parent=parent,
        aliases=tuple(dict.fromkeys(a for a in written if a and a != row["name"])),
        valid_from=valid_from,
    )


def _parent(
    code: str, level: int, levels: Mapping[str, set[int]]
) -> tuple[str | None, tuple[str, ...]]:
    missing: list[str] = []
    for above in range(level - 1, 0, -1):
        candidate = _at(code, above)
        if above in levels.get(candidate, ()):
            return candidate, tuple(missing)
        missing.append("-".join(candidate.split("-")[:above]))
    return None, tuple(missing)


def _at(code: str, level: int) -> str:
    parts = code.split("-")
    return "-".join([*parts[:level], *["00"] * (4 - level)])


def _repetitions(rows: Sequence[Mapping[str, str]], levels: Mapping[str, set[int]]) -> list[Flaw]:
    counted = Counter((row["code"], row["level"]) for row in rows)
    names = {row["code"]: row["name"] for row in rows}
    repeated = [
        Flaw(_REPEATED, code, f"{names[code]}：第{level}层出现{n}次")
        for (code, level), n in counted.items()
        if n > 1
    ]
    shared = [
        Flaw(_SHARED, code, f"{names[code]}：第{'、'.join(map(str, sorted(of)))}层")
        for code, of in levels.items()
        if len(of) > 1
    ]
    return repeated + shared
