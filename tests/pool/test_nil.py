"""A nil report is a delivery of nothing: it says so, changes nothing, and a file replaces it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from leye.data.pool import Pool
from leye.data.pool.build import months_to_build
from leye.data.pool.intake_nil import NotNil
from leye.data.pool.quality import expected
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.types import Submitter, Verdict
from leye.kernel.errors import InvalidInput
from leye.kernel.place import EVERYWHERE, Scope
from tests.pool.standing import deliver, lives

CITY = Submitter("account", "360900", Scope.of(["360900"]), may_publish=False)
COUNTY = Submitter("other", "360902", Scope.of(["360902"]), may_publish=False)
AT = datetime(2024, 4, 10, tzinfo=UTC)
SOURCE = "pensions"


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return Pool(tmp_path / "pool")


def test_it_is_kept_and_said_once(pool: Pool) -> None:
    first = pool.report_nil(SOURCE, 202403, by=CITY, at=AT)
    assert (first.repeated, first.delivery.verdict) == (False, Verdict.NIL)
    release = pool.snapshot().release
    again = pool.report_nil(SOURCE, 202403, by=CITY, at=AT)
    assert (again.repeated, again.delivery) == (True, first.delivery)
    assert pool.snapshot().release == release
    assert pool.snapshot().deliveries(EVERYWHERE) == [first.delivery]


def test_each_place_speaks_for_itself(pool: Pool) -> None:
    pool.report_nil(SOURCE, 202403, by=CITY, at=AT)
    assert not pool.report_nil(SOURCE, 202403, by=COUNTY, at=AT).repeated


@pytest.mark.parametrize(
    ("source", "month"), [("nothing", 202403), (SOURCE, 202413), (SOURCE, 202404)]
)
def test_no_such_source_and_no_month_that_is_over_is_refused(
    pool: Pool, source: str, month: int
) -> None:
    with pytest.raises(InvalidInput):
        pool.report_nil(source, month, by=CITY, at=AT)
    assert pool.snapshot().release == 0


def test_it_builds_no_register(pool: Pool) -> None:
    pool.report_nil(SOURCE, 202403, by=CITY, at=AT)
    assert months_to_build(pool) == ()


def test_it_counts_as_come_in_time_until_rows_come(pool: Pool) -> None:
    said = pool.report_nil(SOURCE, 202402, by=CITY, at=datetime(2024, 3, 2, tzinfo=UTC))
    sources = {SOURCE: source_contracts()[SOURCE]}
    [due] = expected(pool.snapshot(), on=date(2024, 4, 1), sources=sources)
    assert (due.month, due.delivery) == (202402, said.delivery.id)


def test_where_rows_came_it_is_not_true(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "leye.data.pool.intake_nil.source_contracts", lambda: {"people": source_contracts()[SOURCE]}
    )
    deliver(pool, "people", 202402, [lives(1)])
    with pytest.raises(NotNil):
        pool.report_nil("people", 202402, by=CITY, at=AT)
    assert not pool.report_nil("people", 202403, by=CITY, at=AT).repeated
