"""Writing the serving copy: the map, the flows and the firms of each month, exact and protected."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from leye.data.pool import Pool, Snapshot
from leye.data.pool.served import (
    ServedTable,
    served_digest,
    write_beside,
    write_served,
)
from leye.data.pool.served_rows import packed_rows, whole_numbers
from leye.data.registers.map_places import PARK_PREFIX
from leye.data.registers.protect import VERSION, protect, protect_flows
from leye.data.registers.schemas import FIRM_MONTH, MAP_KEY, MAP_MEASURES

LAYOUT = "1"
"""Changed whenever the files are laid out, or protected, otherwise; all are then written anew."""

TABLES = ("map_cube", "flow", "firm_month")
MEASURES = tuple(MAP_MEASURES)
_PLACES = {name: 0 if kind == "int64" else 2 for name, kind in MAP_MEASURES.items()}
FIRM_COLUMNS = tuple(name for name in FIRM_MONTH.names if name != "month")
MONEY_COLUMNS = frozenset(name for name, kind in FIRM_MONTH.items() if kind.is_decimal())

_FLOW_KEY = ("kind", "place", "origin", "destination")
_CELL = {**dict.fromkeys(MAP_KEY, "TEXT NOT NULL"), "packed": "BLOB NOT NULL"}
_FLOW = {**dict.fromkeys(_FLOW_KEY, "TEXT NOT NULL"), "persons": "INTEGER"}
_FIRM = {
    name: "TEXT NOT NULL" if kind.is_string() else "INTEGER"
    for name, kind in FIRM_MONTH.items()
    if name != "month"
}
_CHUNK = 50_000

Protect = Callable[[pa.Table], pa.Table]


@dataclass(frozen=True, slots=True)
class Protection:
    """How a month of the map and of the flows is made safe to publish.

    Each gives the same columns and perhaps fewer rows; -1 stands for a number that must not be
    shown. ``version`` names the rules: files protected by others are written anew.
    """

    version: str
    cells: Protect
    flows: Protect


PROTECTED = Protection(VERSION, protect, protect_flows)


def write_serving_copy(pool: Pool, *, protection: Protection = PROTECTED) -> tuple[int, ...]:
    """Bring the serving copy up to the latest release; give the months written.

    Nothing is written where no month of the map was built.

    :raises PoolBusy: another process is writing it.
    :raises StoreFailure: the store failed; the copy before stands.
    """
    snapshot = pool.snapshot()
    built = snapshot.months_of(TABLES[0])
    months = {month: _made_of(snapshot, month, protection) for month in built}
    if not months:
        return ()
    return write_served(
        pool.root,
        release=snapshot.release,
        months=months,
        checkpoint=pool.ledger.checkpoint,
    )


def write_month(pool: Pool, month: int, *, protection: Protection = PROTECTED) -> None:
    """Write the file of one month of the latest release beside the serving copy.

    The copy stays as it is: the next call of ``write_serving_copy`` finds the file and names it.

    :raises PoolBusy: another process is writing the serving copy.
    :raises StoreFailure: the store failed.
    """
    digest, tables = _made_of(pool.snapshot(), month, protection)
    write_beside(pool.root, month, digest, tables)


def _made_of(
    snapshot: Snapshot, month: int, protection: Protection
) -> tuple[str, Callable[[], Sequence[ServedTable]]]:
    layout = f"{LAYOUT} {protection.version} {_PLACES}"
    digest = served_digest(snapshot, TABLES, month, layout=layout)
    return digest, _Month(snapshot, month, protection)


def served_tables(
    cells: pa.Table,
    flows: pa.Table,
    firms: pa.Table,
    *,
    parks: Mapping[str, str],
    protection: Protection,
) -> list[ServedTable]:
    """Give the tables of a serving file, from a month of each register and each park's county."""
    cells = cells.sort_by([(name, "ascending") for name in MAP_KEY])
    flows = flows.sort_by([(name, "ascending") for name in _FLOW_KEY])
    firms = firms.sort_by("employer")
    return [
        ServedTable("cell", _CELL, MAP_KEY, _cell_rows(cells, protected=False)),
        ServedTable(
            "public_cell", _CELL, MAP_KEY, _cell_rows(protection.cells(cells), protected=True)
        ),
        ServedTable("flow", _FLOW, _FLOW_KEY, _plain(flows, tuple(_FLOW))),
        ServedTable("public_flow", _FLOW, _FLOW_KEY, _plain(protection.flows(flows), tuple(_FLOW))),
        ServedTable(
            "firm",
            _FIRM,
            ("employer",),
            _plain(firms, FIRM_COLUMNS),
            indexes=("place", "park"),
        ),
        ServedTable("park", {"place": "TEXT", "county": "TEXT"}, ("place",), sorted(parks.items())),
        ServedTable(
            "measure",
            {"position": "INTEGER", "name": "TEXT", "places": "INTEGER"},
            ("position",),
            [(at, name, places) for at, (name, places) in enumerate(_PLACES.items())],
        ),
        _values("code", ("axis", "code"), cells),
        _values("key_group", ("group_code",), cells),
    ]


class _Month:
    """A month's tables, read when they are to be written."""

    def __init__(self, snapshot: Snapshot, month: int, protection: Protection) -> None:
        self._snapshot = snapshot
        self._month = month
        self._protection = protection

    def __call__(self) -> Sequence[ServedTable]:
        cells, flows, firms = (
            self._snapshot.months(table, (self._month,)).to_pyarrow() for table in TABLES
        )
        parks = park_counties(self._snapshot, self._month)
        return served_tables(cells, flows, firms, parks=parks, protection=self._protection)


def park_counties(snapshot: Snapshot, month: int) -> dict[str, str]:
    """Give the county in which most firms of each park stand, by the park's place."""
    rows = snapshot.months("employer", (month,))
    rows = rows.filter(rows.park != "")
    counted = rows.group_by(park=rows.park, county=rows.place.substr(0, 6)).agg(n=rows.count())
    found = counted.to_pyarrow().to_pylist()
    found.sort(key=lambda row: (row["n"], row["county"]))
    return {PARK_PREFIX + row["park"]: row["county"] for row in found}


def _cell_rows(cells: pa.Table, *, protected: bool) -> Iterator[tuple[object, ...]]:
    for start in range(0, cells.num_rows, _CHUNK):
        piece = cells.slice(start, _CHUNK)
        packed = packed_rows(piece, MEASURES, protected=protected)
        yield from zip(*(piece.column(name).to_pylist() for name in MAP_KEY), packed, strict=True)


def _plain(rows: pa.Table, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
    given = (rows.column(name) for name in columns)
    lists = [
        whole_numbers(each).to_pylist() if pa.types.is_decimal(each.type) else each.to_pylist()
        for each in given
    ]
    return zip(*lists, strict=True)


def _values(name: str, key: tuple[str, ...], cells: pa.Table) -> ServedTable:
    found = cells.select(list(key)).group_by(list(key)).aggregate([]).to_pylist()
    rows = sorted(tuple(row[each] for each in key) for row in found)
    return ServedTable(name, dict.fromkeys(key, "TEXT NOT NULL"), key, rows)
