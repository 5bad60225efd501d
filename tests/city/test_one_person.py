"""One person's facts, looked up alone, are the row the whole city's frame has for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from leye.data.pool.build import open_build
from leye.data.pool.linked import LINKS
from leye.data.pool.mapped import NO_ROW
from leye.data.pool.snapshot import Snapshot
from leye.decision.policy.facts import facts
from leye.decision.policy.frames import CARRIED, MOST, PART, facts_frame
from leye.decision.policy.holders import holders, known_from
from leye.decision.policy.interview import Answers, ask
from leye.decision.policy.programmes import Outcome, programme
from leye.decision.policy.registered import registered, wanted_of
from leye.decision.policy.screening import Screening
from leye.decision.policy.system import system
from leye.kernel.months import month_add
from tests.city.conftest import FIRST, MONTHS, SEED, City

LAST = month_add(FIRST, MONTHS - 1)
EARLIER = month_add(LAST, -2)
"""Of this month deliveries came later, with late rows and corrections."""
LOOKED_UP = 14
Row = dict[str, Any]


@pytest.fixture(scope="module")
def snapshot(city: City) -> Snapshot:
    return city.pool.snapshot()


@dataclass(frozen=True, slots=True)
class Whole:
    """A month's frames, by person and by household, and what the screening keeps of them."""

    month: int
    rows: Mapping[Any, Row]
    kept: Mapping[tuple[Any, str], Row]


@pytest.fixture(scope="module", params=[LAST, EARLIER])
def whole(request: pytest.FixtureRequest, city: City) -> Whole:
    """What is worked out for everybody."""
    rows: dict[Any, Row] = {}
    kept: dict[tuple[Any, str], Row] = {}
    with open_build(city.pool, request.param) as build:
        for entity in ("person", "household"):
            frame = facts_frame(build, entity, system().law, wanted=wanted_of(entity))
            table = build.batches(frame.rows).read_all()
            keys = table.column(entity).to_pylist()
            rows |= dict(zip(keys, table.to_pylist(), strict=True))
            names = [n for n in table.column_names if n not in (*CARRIED, PART)]
            given = {name: table.column(name).to_numpy() for name in names}
            found = Screening(entity, request.param, frame.counted)(given)
            for at, row in enumerate(found.rows):
                each = {name: array[at] for name, array in found.columns.items()}
                if row != NO_ROW:
                    kept[keys[row], found.words["programme"][each["programme"]]] = each
    return Whole(request.param, rows, kept)


def chosen(snapshot: Snapshot, everybody: list[int]) -> list[int]:
    """Give random people, among them some that rows without a number were linked to."""
    random = Random(SEED)
    linked = snapshot.whole(LINKS).select("person").distinct().to_pyarrow().column(0).to_pylist()
    known = sorted(set(linked) & set(everybody))
    return [*random.sample(everybody, LOOKED_UP), *random.sample(known, LOOKED_UP // 2)]


def of_row(row: Row, prefix: str = "") -> dict[str, float]:
    names = [each for each in facts() if f"{prefix}{each}" in row]
    return {name: float(row[f"{prefix}{name}"]) for name in names}


def test_what_is_looked_up_is_the_row_of_the_whole_frame(snapshot: Snapshot, whole: Whole) -> None:
    everybody = sorted(key for key in whole.rows if isinstance(key, int))
    for person in chosen(snapshot, everybody):
        found = registered(snapshot, person, whole.month)
        rows = [whole.rows[key] for key in (person, found.household) if key]
        least = {name: value for row in rows for name, value in of_row(row).items()}
        most = {name: value for row in rows for name, value in of_row(row, MOST).items()}
        assert dict(found.most) == {n: v for n, v in most.items() if v > least[n]}, person
        # As text, since no number is equal to itself where it is not known.
        said = {name: repr(value) for name, value in found.facts.items()}
        assert said == {name: repr(value) for name, value in least.items()}, person


def test_what_follows_for_one_is_what_the_screening_keeps(snapshot: Snapshot, whole: Whole) -> None:
    everybody = sorted(key for key in whole.rows if isinstance(key, int))
    entitled = sorted({key for key, _ in whole.kept if isinstance(key, int)})
    random = Random(SEED)
    held, seen = holders(snapshot, whole.month), 0
    for person in {*random.sample(everybody, LOOKED_UP // 2), *random.sample(entitled, LOOKED_UP)}:
        given = registered(snapshot, person, whole.month)
        answers = Answers("person", known=known_from(given, held))
        for each in ask(answers, whole.month).answered:
            about = programme(each.programme)
            key = person if about.entity == "person" else given.household
            row = whole.kept.get((key, each.programme))
            if row is None:
                assert each.outcome is not Outcome.ELIGIBLE, (person, each.programme)
                continue
            seen += 1
            assert each.outcome == row["outcome"], (person, each.programme)
            if each.outcome is Outcome.ELIGIBLE and about.amount is not None:
                due = None if row["amount"] != row["amount"] else row["amount"]
                assert (None if each.amount is None else float(each.amount)) == due, person
            if each.outcome is Outcome.ELIGIBLE and about.months is not None:
                assert (each.months if each.months is not None else -1) == row["months"], person
    assert seen > LOOKED_UP
