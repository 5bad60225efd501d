"""The serving copy: what is read is what was written, and a reader always has a whole set."""

import signal
import subprocess
import sys
import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import leye
from leye.data.pool.served_rows import Unpacking, packed_rows
from leye.data.registers.queries.served import Served, UnknownMonth, served
from leye.kernel.errors import InvalidInput
from tests.registers.serving.small import OPEN, write_small

PROGRAM = Path(__file__).parent / "writing.py"
CITY, COUNTY, TOWN = "360900", "360902", "360902001"


def cell(level: str, place: str, people: int, **more: Any) -> dict[str, Any]:
    return {"level": level, "place": place, "population16": people, **more}


CELLS = [
    cell("city", CITY, 70_000, wage_sum=Decimal("1234567.89"), kwh=None, unknown=7),
    cell("county", COUNTY, 60_000),
    cell("county", "", 9_999),
    cell("county", "440300", 1),
    cell("town", COUNTY, 10),
    cell("town", TOWN, 59_990),
    cell("town", "", 9_999),
    cell("village", TOWN, 90),
    cell("village", f"{TOWN}001", 59_900),
    cell("park", "park:东园", 0, firms_active=12),
    cell("county", COUNTY, 30_000, group_code="woman"),
    *(
        cell("county", COUNTY, n, axis="sex", code=code)
        for code, n in (("1", 3), ("2", 4), ("", 5))
    ),
]
FLOWS = [
    {"kind": "status", "place": CITY, "origin": "unknown", "destination": "flexible", "persons": 3},
    {"kind": "status", "place": CITY, "origin": "flexible", "destination": "unknown", "persons": 9},
    {"kind": "commute", "place": CITY, "origin": COUNTY, "destination": "", "persons": 1},
]


def firm(employer: int, **known: Any) -> dict[str, Any]:
    texts = {"uscc": "U", "name": "甲", "place": TOWN, "park": "", "industry": "39", "kind": "1"}
    return {"employer": employer, **texts, **known}


FIRMS = [
    firm(11, insured=100, insured_last_year=50, payroll=Decimal("9000.50")),
    firm(12, insured=10, insured_last_year=90, park="东园"),
    firm(13, insured=None, insured_last_year=30, place="360921101", industry="27"),
]


def hide_small(rows: pa.Table) -> pa.Table:
    """Protect as simply as can be: no number below 10 is shown, where there is one."""
    for name in ("population16", "unknown", "persons"):
        if name in rows.column_names:
            given = rows.column(name)
            hidden = pc.if_else(pc.less(given, 10), pa.scalar(-1, pa.int64()), given)
            rows = rows.set_column(rows.column_names.index(name), name, hidden)
    return rows


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pool")
    write_small(
        folder,
        release=4,
        cells={202401: CELLS[:2], 202402: CELLS},
        flows=FLOWS,
        firms=FIRMS,
        parks={"park:东园": COUNTY},
        protection=replace(OPEN, cells=hide_small, flows=hide_small),
    )
    return folder


@pytest.fixture
def copy(root: Path) -> Served:
    found = served(root)
    assert found is not None
    return found


def test_nothing_built_is_no_copy(tmp_path: Path) -> None:
    assert served(tmp_path) is None


def test_a_cell_has_every_measure(copy: Served) -> None:
    assert (copy.release, copy.months) == (4, (202401, 202402))
    found = copy.cell(202402, place=CITY, protected=False)
    assert found is not None
    assert found.values["population16"] == 70_000
    assert found.values["wage_sum"] == Decimal("1234567.89")
    assert found.values["kwh"] is None
    assert found.hidden == frozenset()
    assert copy.cell(202402, place="360981", protected=False) is None
    assert copy.cell(202402, place=CITY, group="veteran", protected=False) is None


def test_a_hidden_measure_is_not_a_missing_one(copy: Served) -> None:
    found = copy.cell(202402, place=CITY, protected=True)
    assert found is not None
    assert (found.values["unknown"], found.values["kwh"]) == (None, None)
    assert found.hidden == {"unknown"}
    assert found.values["population16"] == 70_000


@pytest.mark.parametrize(
    ("parent", "level", "expected"),
    [
        (CITY, "county", ["", COUNTY, "440300"]),
        (CITY, "town", ["", COUNTY, TOWN]),
        (COUNTY, "town", [COUNTY, TOWN]),
        ("", "town", [""]),
        (COUNTY, "village", [TOWN, f"{TOWN}001"]),
        (TOWN, "village", [TOWN, f"{TOWN}001"]),
        ("440300", "town", []),
        (CITY, "park", ["park:东园"]),
        (COUNTY, "park", ["park:东园"]),
        ("360921", "park", []),
    ],
)
def test_children_are_those_inside(
    copy: Served, parent: str, level: str, expected: list[str]
) -> None:
    found = copy.children(202402, parent=parent, level=level, protected=False)
    assert [each.place for each in found] == expected


def test_codes_groups_and_series(copy: Served) -> None:
    codes = copy.codes(202402, place=COUNTY, axis="sex", protected=False)
    assert {code: each.values["population16"] for code, each in codes.items()} == {
        "": 5,
        "1": 3,
        "2": 4,
    }
    groups = copy.groups(202402, place=COUNTY, protected=False)
    assert {group: each.values["population16"] for group, each in groups.items()} == {
        "all": 60_000,
        "woman": 30_000,
    }
    series = copy.series((202312, 202401, 202402), place=COUNTY, protected=False)
    assert [each and each.values["population16"] for each in series.values()] == [
        None,
        60_000,
        60_000,
    ]
    assert copy.cell(202402, place="park:东园", protected=False) is not None


def test_flows(copy: Served) -> None:
    found = copy.flows(202402, kind="status", place=CITY, protected=False)
    assert [(each.origin, each.persons) for each in found] == [("flexible", 9), ("unknown", 3)]
    hidden = copy.flows(202402, kind="status", place=CITY, protected=True)
    assert [each.persons for each in hidden] == [None, None]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, [12, 13, 11]),
        ({"order": "rise"}, [11, 13, 12]),
        ({"order": "size", "limit": 1}, [11]),
        ({"order": "size", "limit": 1, "offset": 1}, [12]),
        ({"place_prefix": "360902"}, [12, 11]),
        ({"park": "park:东园"}, [12]),
        ({"industry": "27", "park": ""}, [13]),
    ],
)
def test_firms(copy: Served, chosen: dict[str, Any], expected: list[int]) -> None:
    assert [each.employer for each in copy.firms(202402, **chosen)] == expected


def test_a_firm_month_by_month(copy: Served) -> None:
    found = copy.firm_series(11)
    assert set(found) == {202401, 202402}
    assert (found[202402].payroll, found[202402].kwh) == (Decimal("9000.50"), None)


def test_what_is_not_there_is_said(copy: Served) -> None:
    with pytest.raises(UnknownMonth):
        copy.cell(202312, place=CITY, protected=False)
    with pytest.raises(InvalidInput):
        copy.children(202402, parent=CITY, level="street", protected=False)
    with pytest.raises(InvalidInput):
        copy.firms(202402, order="employer; DROP TABLE firm")


def test_threads_read_side_by_side(copy: Served) -> None:
    found: list[int] = []

    def read() -> None:
        cells = [copy.cell(202402, place=COUNTY, protected=False) for _ in range(200)]
        found.append(sum(1 for each in cells if each and each.values["population16"] == 60_000))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 8


def people(copy: Served | None, month: int) -> object:
    assert copy is not None
    found = copy.cell(month, place=CITY, protected=False)
    return found and found.values["population16"]


def one(count: int) -> list[dict[str, Any]]:
    return [cell("city", CITY, count)]


def test_who_holds_the_old_copy_reads_it_while_a_new_one_comes(tmp_path: Path) -> None:
    write_small(tmp_path, release=1, cells={202401: one(1), 202402: one(2)})
    old = served(tmp_path)
    assert write_small(tmp_path, release=2, cells={202401: one(1), 202402: one(20)}) == (202402,)
    new = served(tmp_path)
    assert [people(old, month) for month in (202401, 202402)] == [1, 2]
    assert [people(new, month) for month in (202401, 202402)] == [1, 20]
    assert served(tmp_path) is new


def test_files_go_one_set_after_they_were_replaced(tmp_path: Path) -> None:
    def names() -> int:
        return len([*(tmp_path / "served").glob("*.sqlite")])

    for release in range(1, 5):
        write_small(tmp_path, release=release, cells={202401: one(1), 202402: one(release)})
        assert names() == (2 if release == 1 else 3)
    # A release that changes nothing of the map takes nothing from a reader.
    assert write_small(tmp_path, release=5, cells={202401: one(1), 202402: one(4)}) == ()
    assert names() == 3
    found = served(tmp_path)
    assert found is not None
    assert found.release == 5


def killed(root: Path, step: str, *what: str) -> None:
    process = subprocess.run(
        [sys.executable, str(PROGRAM), str(root), step, *what],
        env={"PYTHONPATH": str(Path(leye.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    assert process.stderr.split()[-1] == step


@pytest.mark.parametrize("step", ["served_202401", "served_202402"])
def test_killed_between_files_the_old_copy_stands(tmp_path: Path, step: str) -> None:
    write_small(tmp_path, release=1, cells={202401: one(1), 202402: one(2)})
    killed(tmp_path, step, "2", "10", "20")
    found = served(tmp_path)
    assert [people(found, month) for month in (202401, 202402)] == [1, 2]
    # What was written is found again.
    left = {"served_202401": (202402,), "served_202402": ()}[step]
    assert write_small(tmp_path, release=2, cells={202401: one(10), 202402: one(20)}) == left
    assert [people(served(tmp_path), month) for month in (202401, 202402)] == [10, 20]


def test_killed_once_it_is_named_the_new_copy_stands(tmp_path: Path) -> None:
    write_small(tmp_path, release=1, cells={202401: one(1), 202402: one(2)})
    killed(tmp_path, "served_named", "2", "10", "20")
    assert [people(served(tmp_path), month) for month in (202401, 202402)] == [10, 20]


def test_numbers_of_every_size_come_back() -> None:
    numbers = [None, 0, 1, 65_535, 65_536, 2**62, -1, -3]
    money = [None if each is None else Decimal(each).scaleb(-2) for each in numbers[:5]]
    rows = pa.table(
        {
            "n": pa.array(numbers, pa.int64()),
            "m": pa.array([*money, None, Decimal("-1.00"), None], pa.decimal128(18, 2)),
        }
    )
    how = Unpacking(("n", "m"), (0, 2))
    found = [how.row(each) for each in packed_rows(rows, ("n", "m"), protected=False)]
    assert [values["n"] for values, _ in found] == numbers
    assert [values["m"] for values, _ in found] == rows.column("m").to_pylist()
    public = [how.row(each) for each in packed_rows(rows, ("n", "m"), protected=True)]
    assert [hidden for _, hidden in public][-2:] == [{"n", "m"}, {"n"}]
    assert public[-2][0] == {"n": None, "m": None}
