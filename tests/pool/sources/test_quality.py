"""The quality of deliveries: five dimensions, each with both its numbers, and what is late."""

from datetime import UTC, date, datetime
from fractions import Fraction

from leye.data.pool import (
    Dimension,
    Pool,
    Quality,
    expected,
    latest_quality,
    quality_of,
    quality_over_time,
    source_contracts,
)
from tests.pool.sources.feeds import (
    MONTH,
    TestVault,
    citizen,
    contribution,
    contributions,
    csv_of,
    number,
    receive,
)

IN_TIME = datetime(2024, 2, 12, 16, tzinfo=UTC)
LATE = datetime(2024, 2, 13, 1, tzinfo=UTC)


def numbers(found: tuple[Quality, ...]) -> dict[Dimension, tuple[int, int]]:
    return {each.dimension: (each.numerator, each.denominator) for each in found}


def test_a_clean_delivery_in_time_has_full_quality(pool: Pool, vault: TestVault) -> None:
    receive(pool, csv_of(contributions(40)), vault=vault, at=IN_TIME)
    found = numbers(quality_of(pool.snapshot(), "D000001"))
    assert found == {
        Dimension.COMPLETENESS: (280, 280),
        Dimension.VALIDITY: (320, 320),
        Dimension.TIMELINESS: (40, 40),
        Dimension.UNIQUENESS: (40, 40),
        Dimension.CONSISTENCY: (40, 40),
    }


def test_each_flaw_lowers_its_own_dimension(pool: Pool, vault: TestVault) -> None:
    rows = contributions(100)
    rows[0] |= {"姓名": ""}
    rows[1] |= {"缴费基数": "x"}
    rows[2] |= {"公民身份号码": number(2)[:-2] + "00"}
    rows[3] |= {"单位统一社会信用代码": ""}
    rows.append(contribution(4, 缴费基数="1"))
    receive(pool, csv_of(rows), vault=vault, at=IN_TIME)
    found = numbers(quality_of(pool.snapshot(), "D000001"))
    assert found[Dimension.COMPLETENESS] == (706, 707)
    assert found[Dimension.VALIDITY] == (804, 806)
    assert found[Dimension.UNIQUENESS] == (98, 99)
    assert found[Dimension.CONSISTENCY] == (100, 101)


def test_a_late_delivery_and_late_rows_are_not_in_time(pool: Pool, vault: TestVault) -> None:
    receive(pool, csv_of(contributions(40)), vault=vault, at=LATE)
    rows = [*contributions(40, 费款所属期="202402"), contribution(50)]
    receive(pool, csv_of(rows), vault=vault, month=202402, at=datetime(2024, 3, 5, tzinfo=UTC))
    found = [
        each
        for each in quality_over_time(pool.snapshot(), "contributions")
        if each.dimension is Dimension.TIMELINESS
    ]
    assert [(each.numerator, each.denominator) for each in found] == [(0, 40), (40, 41)]


def test_what_cannot_be_told_has_no_share(pool: Pool, vault: TestVault) -> None:
    rows = [
        {"出发地": "360902", "到达地": "440300", "人数": "120", "月份": str(MONTH)},
        {"出发地": "360981", "到达地": "360902", "人数": "80", "月份": str(MONTH)},
    ]
    receive(pool, csv_of(rows), vault=vault, source="mobile_flows", at=IN_TIME)
    found = {each.dimension: each.share for each in quality_of(pool.snapshot(), "D000001")}
    assert found[Dimension.CONSISTENCY] is None
    assert found[Dimension.VALIDITY] == Fraction(1)


def test_a_refused_delivery_is_measured_but_for_uniqueness(pool: Pool, vault: TestVault) -> None:
    receive(pool, csv_of(contributions(10, 缴费基数="x")), vault=vault, at=IN_TIME)
    found = {each.dimension: each.share for each in quality_of(pool.snapshot(), "D000001")}
    assert found[Dimension.VALIDITY] == Fraction(70, 80)
    assert found[Dimension.UNIQUENESS] is None
    assert found[Dimension.TIMELINESS] is None


def test_an_unreadable_delivery_has_no_quality(pool: Pool, vault: TestVault) -> None:
    receive(pool, b"%PDF", vault=vault)
    assert quality_of(pool.snapshot(), "D000001") == ()
    assert latest_quality(pool.snapshot()) == {}


def test_the_latest_quality_is_of_each_sources_latest_month(pool: Pool, vault: TestVault) -> None:
    later = contributions(40, 费款所属期="202402")
    receive(pool, csv_of(later), vault=vault, month=202402)
    receive(pool, csv_of(contributions(40)), vault=vault)
    receive(pool, csv_of([citizen(1)]), vault=vault, source="population")
    found = latest_quality(pool.snapshot())
    assert {source: each[0].delivery for source, each in found.items()} == {
        "contributions": "D000001",
        "population": "D000003",
    }
    assert all(len(each) == len(Dimension) for each in found.values())


def test_what_is_due_late_and_missing(pool: Pool, vault: TestVault) -> None:
    held = {name: source_contracts()[name] for name in ("contributions", "pensions")}
    receive(pool, csv_of(contributions(40)), vault=vault, at=LATE)
    march = csv_of(contributions(40, 费款所属期="202403"))
    receive(pool, march, vault=vault, month=202403, at=datetime(2024, 4, 2, tzinfo=UTC))
    found = expected(pool.snapshot(), on=date(2024, 4, 11), sources=held)
    assert [(d.source, d.month, d.missing, d.late) for d in found] == [
        ("contributions", 202401, False, True),
        ("contributions", 202402, True, False),
        ("pensions", 202401, True, False),
        ("pensions", 202402, True, False),
        ("pensions", 202403, True, False),
    ]
    assert found[1].due == date(2024, 3, 12)
    after = expected(pool.snapshot(), on=date(2024, 4, 13), sources=held)
    assert [d.month for d in after if d.source == "contributions"] == [202401, 202402, 202403]
    assert expected(Pool(pool.root / "none").snapshot(), on=date(2024, 4, 13)) == ()
