"""One person's facts, looked up alone, are the row the whole city's frame has for them."""

from random import Random
from typing import Any

import pytest

from leye.data.pool.build import open_build
from leye.data.pool.linked import LINKS
from leye.data.pool.snapshot import Snapshot
from leye.decision.policy.facts import facts
from leye.decision.policy.frames import MOST, facts_frame
from leye.decision.policy.holders import holders, known_from
from leye.decision.policy.interview import Answers, ask
from leye.decision.policy.programmes import Outcome, programme
from leye.decision.policy.registered import Registered, registered, wanted_of
from leye.decision.policy.system import system
from leye.decision.policy.tables import OUTCOMES
from leye.kernel.months import month_add
from tests.city.conftest import FIRST, MONTHS, SEED, City

pytestmark = pytest.mark.xdist_group("city")

LAST = month_add(FIRST, MONTHS - 1)
EARLIER = month_add(LAST, -2)
"""Of this month deliveries came later, with late rows and corrections."""
LOOKED_UP = 60
Row = dict[str, Any]


@pytest.fixture(scope="module")
def snapshot(city: City) -> Snapshot:
    return city.pool.snapshot()


@pytest.fixture(scope="module", params=[LAST, EARLIER])
def frames(request: pytest.FixtureRequest, city: City) -> tuple[int, dict[Any, Row]]:
    """A month, and every row of its frames, by person and by household."""
    found: dict[Any, Row] = {}
    with open_build(city.pool, request.param) as build:
        for entity in ("person", "household"):
            frame = facts_frame(build, entity, system().law, wanted=wanted_of(entity))
            for row in build.rows_of(frame.rows):
                found[row[entity]] = row
    return request.param, found


def chosen(snapshot: Snapshot, month: int, everybody: list[int]) -> list[int]:
    """Give random people, among them some that rows without a number were linked to."""
    random = Random(SEED)
    linked = snapshot.whole(LINKS).select("person").distinct().to_pyarrow().column(0).to_pylist()
    known = sorted(set(linked) & set(everybody))
    return [*random.sample(everybody, LOOKED_UP), *random.sample(known, LOOKED_UP // 2)]


def of_row(row: Row, prefix: str = "") -> dict[str, float]:
    names = [each for each in facts() if f"{prefix}{each}" in row]
    return {name: float(row[f"{prefix}{name}"]) for name in names}


def test_what_is_looked_up_is_the_row_of_the_whole_frame(
    snapshot: Snapshot, frames: tuple[int, dict[Any, Row]]
) -> None:
    month, rows = frames
    people = chosen(snapshot, month, sorted(key for key in rows if isinstance(key, int)))
    for person in people:
        found = registered(snapshot, person, month)
        whole = [rows[person], *([rows[found.household]] if found.household else [])]
        least = {name: value for row in whole for name, value in of_row(row).items()}
        most = {name: value for row in whole for name, value in of_row(row, MOST).items()}
        assert {n: repr(v) for n, v in found.facts.items()} == {
            n: repr(v) for n, v in least.items()
        }, person
        assert dict(found.most) == {n: v for n, v in most.items() if v > least[n]}, person


def answered(snapshot: Snapshot, given: Registered) -> Answers:
    return Answers("person", known=known_from(given, holders(snapshot, given.month)))


def test_what_follows_for_one_is_what_the_screening_kept(snapshot: Snapshot) -> None:
    kept: dict[tuple[Any, str], Row] = {}
    for row in snapshot.months("entitlement", [LAST]).to_pyarrow().to_pylist():
        kept[row["person"] or row["household"], row["programme"]] = row
    everybody = snapshot.months("person_month", [LAST]).select("person").to_pyarrow()
    eligible = sorted({key for key, _ in kept if isinstance(key, int)})
    random = Random(SEED)
    people = [*chosen(snapshot, LAST, sorted(everybody.column(0).to_pylist()))[:LOOKED_UP]]
    seen = 0
    for person in [*people, *random.sample(eligible, LOOKED_UP)]:
        given = registered(snapshot, person, LAST)
        for each in ask(answered(snapshot, given), LAST).answered:
            key = person if programme(each.programme).entity == "person" else given.household
            row = kept.get((key, each.programme))
            if row is None:
                assert each.outcome is not Outcome.ELIGIBLE, (person, each.programme)
                continue
            seen += 1
            assert OUTCOMES[each.outcome] == row["outcome"], (person, each.programme)
            if each.outcome is Outcome.ELIGIBLE and each.amount is not None:
                assert each.amount == row["amount"], (person, each.programme)
            if each.outcome is Outcome.ELIGIBLE and programme(each.programme).months is not None:
                assert each.months == row["months"], (person, each.programme)
    assert seen > LOOKED_UP
