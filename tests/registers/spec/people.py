"""The people of ``statuses.txt``: what is said of each, turned into rows of the sources."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from leye.data.pool.source_contract import source_contracts, stored_schema
from leye.kernel.months import first_day, last_day, month_add

NOW = 202406
FIRM, OTHER, OWN = 11, 12, 1000
FILE = Path(__file__).parent / "statuses.txt"

Row = tuple[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Case:
    """A person: who they are, what the sources hold, and the status that should follow."""

    person: int
    section: str
    written: str
    status: str
    reason: str

    @property
    def age(self) -> int:
        """How old the person is, 34 where nothing is said."""
        head = self.written.split()[0]
        return int(head) if head.isdigit() else 34

    @property
    def said(self) -> tuple[str, ...]:
        """What the sources hold, one thing each."""
        rest = self.written.split(maxsplit=1)[1] if self.age != 34 else self.written
        return tuple(each.strip() for each in rest.split(","))


def cases() -> tuple[Case, ...]:
    """Give the people of the file, numbered from 1."""
    found: list[Case] = []
    section = ""
    for line in FILE.read_text().splitlines():
        if line.startswith("# "):
            section = line[2:]
        elif line.strip() and not line.startswith("#"):
            written, status, reason = (cell.strip() for cell in line.split("|"))
            found.append(Case(len(found) + 1, section, written, status, reason))
    return tuple(found)


def given() -> dict[str, pa.Table]:
    """Give the sources that hold what is said of everybody."""
    rows: dict[str, list[dict[str, object]]] = {}
    for source, row in _firms():
        rows.setdefault(source, []).append(row)
    for case in cases():
        for source, row in _rows(case):
            rows.setdefault(source, []).append(row)
    return {name: _table(name, found) for name, found in rows.items()}


def _table(name: str, rows: list[dict[str, object]]) -> pa.Table:
    schema = stored_schema(source_contracts()[name])
    fixed = {"month": 202001, "delivery": "D000001", "flags": 0}
    full = [{"row": number, **fixed, **row} for number, row in enumerate(rows, 1)]
    assert all(set(row) <= set(schema.names) for row in full)
    return pa.Table.from_pylist(full, schema=schema.to_pyarrow())


def _firms() -> Iterator[Row]:
    for employer in (FIRM, OTHER):
        yield "firms", _firm(employer, owner=None, kind="1")


def _firm(employer: int, *, owner: int | None, kind: str) -> dict[str, object]:
    return {
        "employer": employer,
        "kind": kind,
        "person": owner,
        "industry": "39",
        "opened": date(2010, 1, 1),
        "state": "1",
        "place": "360902001",
    }


def _rows(case: Case) -> Iterator[Row]:
    birth = (NOW // 100 - case.age) * 100 + 1
    yield (
        "population",
        {
            "person": case.person,
            "sex": "1",
            "birth_month": birth,
            "household": f"H{case.person}",
            "residence": "360902001001",
            "hukou": "20",
            "state": "1",
        },
    )
    for said in case.said:
        word, _, number = said.partition(" ")
        name, _, code = word.partition(":")
        back = int(number or 0)
        for source, row in SAID[name](case.person, month_add(NOW, -back), code):
            yield source, {"person": case.person, **row}


Saying = Callable[[int, int, str], Iterator[Row]]


def _unit(employer: int, insurances: tuple[str, ...]) -> Saying:
    def rows(person: int, month: int, code: str) -> Iterator[Row]:
        for back in range(3):
            for insurance in insurances:
                yield _paid(month_add(month, -back), "1", insurance, employer)

    return rows


def _paid(month: int, kind: str, insurance: str, employer: int | None) -> Row:
    return (
        "contributions",
        {
            "month": month,
            "kind": kind,
            "insurance": insurance,
            "employer": employer,
            "place": "360902",
        },
    )


def _own_firm(person: int, month: int, code: str) -> Iterator[Row]:
    yield "firms", _firm(OWN + person, owner=person, kind="1")
    yield _paid(month, "1", "110", OWN + person)


def _owner(person: int, month: int, code: str) -> Iterator[Row]:
    yield "firms", _firm(OWN + person, owner=person, kind="5")


def _filed(employer: int) -> Saying:
    def rows(person: int, month: int, code: str) -> Iterator[Row]:
        yield _filing(person, employer, month)

    return rows


def _filing(person: int, employer: int, month: int, **more: object) -> Row:
    contract = f"C{person}-{employer}"
    start = {"contract": contract, "employer": employer, "start": first_day(month)}
    return "labour_filing", {**start, **more}


def _ended(person: int, month: int, code: str) -> Iterator[Row]:
    yield _filing(person, FIRM, month, ended=first_day(NOW).replace(day=20), end_reason=code)


def _agreed(person: int, month: int, code: str) -> Iterator[Row]:
    yield _filing(person, FIRM, month, end=last_day(month_add(NOW, -1)))


def _one(source: str, make: Callable[[int, str], dict[str, object]]) -> Saying:
    def rows(person: int, month: int, code: str) -> Iterator[Row]:
        yield source, make(month, code)

    return rows


def _pension(kind: str) -> Saying:
    return _one("pensions", lambda month, code: {"month": month, "kind": kind})


SAID: dict[str, Saying] = {
    "nothing": lambda person, month, code: iter(()),
    "unit": _unit(FIRM, ("110", "210", "410")),
    "unit-B": _unit(OTHER, ("110", "210", "410")),
    "injury": _unit(FIRM, ("410",)),
    "own-firm": _own_firm,
    "owner": _owner,
    "flexible": lambda person, month, code: iter([_paid(month, "2", "110", None)]),
    "platform": lambda person, month, code: iter([_paid(month, "3", "410", OTHER)]),
    "filed": _filed(FIRM),
    "ended": _ended,
    "agreed": _agreed,
    "pension": _pension("1"),
    "resident": _pension("2"),
    "benefit": _one("unemployment_benefit", lambda month, code: {"month": month}),
    "enrolled": _one(
        "enrolment",
        lambda month, code: {
            "school_year": 2023,
            "state": "1",
            "from_month": 202309,
            "to_month": 202406,
        },
    ),
    "till": _one(
        "enrolment",
        lambda month, code: {
            "school_year": 2023,
            "state": "1",
            "from_month": 202309,
            "to_month": month,
        },
    ),
    "unable": _one("disabled", lambda month, code: {"able": False}),
    "seeker": _one("job_seekers", lambda month, code: {"active_month": month}),
    "unemployed": _one(
        "unemployment_registration",
        lambda month, code: {"record": "S", "registered": first_day(month)},
    ),
    "post": _one(
        "public_welfare_posts",
        lambda month, code: {"agreement": "A", "employer": FIRM, "start": first_day(month)},
    ),
    "registered": _one(
        "employment_registration",
        lambda month, code: {"record": "R", "form": code, "start": first_day(month)},
    ),
    "ledger": _one(
        "labour_ledger", lambda month, code: {"status": code, "checked": first_day(month)}
    ),
    "went": _one("graduates", lambda month, code: {"destination": code, "graduated": month}),
}
"""How each word of the file is put into the sources."""
