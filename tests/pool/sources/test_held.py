"""What is odd as a whole waits for a person, who confirms it or turns it down."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from leye.data.pool import NotHeld, Pool, Receipt, UnknownDelivery, Verdict
from leye.kernel.errors import InvalidInput
from leye.kernel.place import EVERYWHERE
from tests.pool.sources.feeds import (
    TestVault,
    contributions,
    csv_of,
    number,
    receive,
    registration,
    stored,
    submitter,
    whole,
)

LATER = datetime(2024, 3, 9, tzinfo=UTC)
FEBRUARY = 202402


def february(count: int) -> bytes:
    return csv_of(contributions(count, 费款所属期=str(FEBRUARY)))


@pytest.fixture
def held(pool: Pool, vault: TestVault) -> Receipt:
    """A delivery of half the rows of the month before."""
    receive(pool, csv_of(contributions(40)), vault=vault)
    return receive(pool, february(20), vault=vault, month=FEBRUARY)


def test_a_delivery_far_smaller_than_the_last_is_held(pool: Pool, held: Receipt) -> None:
    assert held.delivery.verdict is Verdict.HELD
    assert "只有 20 行，是上次 40 行的 50.0%" in held.delivery.reason
    assert held.delivery.touched_from == 0
    assert len(stored(pool)) == 40
    assert len(whole(pool, "person_keys")) == 40


def test_a_delivery_a_little_smaller_is_taken(pool: Pool, vault: TestVault) -> None:
    receive(pool, csv_of(contributions(40)), vault=vault)
    assert receive(pool, february(29), vault=vault, month=FEBRUARY).delivery.rows_new == 29


def test_what_is_added_to_a_month_may_be_small(pool: Pool, vault: TestVault) -> None:
    receive(pool, csv_of(contributions(40)), vault=vault)
    receive(pool, february(40), vault=vault, month=FEBRUARY)
    more = csv_of(contributions(2, 险种类型="210", 费款所属期=str(FEBRUARY)))
    assert receive(pool, more, vault=vault, month=FEBRUARY).delivery.rows_new == 2


def test_many_flagged_rows_hold_a_delivery(pool: Pool, vault: TestVault) -> None:
    rows = contributions(20, 缴费基数="9999999")
    receipt = receive(pool, csv_of(rows), vault=vault)
    assert receipt.delivery.verdict is Verdict.HELD
    assert "20 行中有 20 行存疑" in receipt.delivery.reason
    assert {issue.code for issue in receipt.issues} == {"between_base"}


def test_the_first_deliveries_of_a_standing_source_are_never_too_small(
    pool: Pool, vault: TestVault
) -> None:
    source = "employment_registration"
    for month, count in ((202401, 60), (202402, 2)):
        content = csv_of([registration(month * 100 + at) for at in range(count)])
        receipt = receive(pool, content, vault=vault, source=source, month=month)
        assert receipt.delivery.verdict is Verdict.ACCEPTED


def test_the_same_file_again_is_still_the_held_one(
    pool: Pool, vault: TestVault, held: Receipt
) -> None:
    again = receive(pool, february(20), vault=vault, month=FEBRUARY)
    assert again.repeated
    assert again.delivery == held.delivery


def test_confirmed_it_becomes_a_new_delivery_with_its_rows(
    pool: Pool, vault: TestVault, held: Receipt
) -> None:
    boss = submitter("360000")
    receipt = pool.confirm(
        held.delivery.id, by=boss, at=LATER, reason="  两家单位停缴，属实 ", pseudonymiser=vault
    )
    found = receipt.delivery
    assert (found.id, found.verdict, found.confirms) == ("D000003", Verdict.ACCEPTED, "D000002")
    assert (found.reason, found.account, found.place) == ("两家单位停缴，属实", "clerk", "360900")
    assert (found.month, found.digest, found.at) == (FEBRUARY, held.delivery.digest, LATER)
    assert found.touched_from == FEBRUARY
    assert {row["delivery"] for row in stored(pool)} == {"D000001", "D000003"}
    assert not list((pool.root / "work").iterdir())
    with pytest.raises(NotHeld):
        pool.confirm(held.delivery.id, by=boss, at=LATER, reason="再来", pseudonymiser=vault)
    with pytest.raises(NotHeld):
        pool.reject(held.delivery.id, by=boss, at=LATER, reason="再来")
    with pytest.raises(NotHeld):
        pool.confirm("D000001", by=boss, at=LATER, reason="再来", pseudonymiser=vault)


def test_turned_down_it_stays_out_and_may_be_sent_again(
    pool: Pool, vault: TestVault, held: Receipt
) -> None:
    receipt = pool.reject(held.delivery.id, by=submitter(), at=LATER, reason="漏了两个县")
    assert (receipt.delivery.verdict, receipt.delivery.confirms) == (Verdict.REFUSED, "D000002")
    assert receipt.delivery.reason == "漏了两个县"
    assert len(stored(pool)) == 40
    again = receive(pool, february(20), vault=vault, month=FEBRUARY)
    assert (again.repeated, again.delivery.verdict) == (False, Verdict.HELD)
    full = receive(pool, february(41), vault=vault, month=FEBRUARY)
    assert full.delivery.verdict is Verdict.ACCEPTED


def test_a_decision_needs_a_reason_and_the_place(
    pool: Pool, vault: TestVault, held: Receipt
) -> None:
    with pytest.raises(InvalidInput, match="理由"):
        pool.reject(held.delivery.id, by=submitter(), at=LATER, reason="  ")
    with pytest.raises(InvalidInput, match="理由"):
        pool.confirm(
            held.delivery.id, by=submitter(), at=LATER, reason="长" * 201, pseudonymiser=vault
        )
    with pytest.raises(UnknownDelivery):
        pool.reject(held.delivery.id, by=submitter("360902"), at=LATER, reason="不是我的")
    assert len(pool.snapshot().deliveries(EVERYWHERE)) == 2


def test_a_confirmed_file_of_many_flagged_rows_is_taken(pool: Pool, vault: TestVault) -> None:
    receive(pool, csv_of(contributions(40)), vault=vault)
    rows = contributions(20, 费款所属期=str(FEBRUARY), 缴费基数="9999999")
    receipt = receive(pool, csv_of(rows), vault=vault, month=FEBRUARY)
    assert receipt.delivery.verdict is Verdict.HELD
    done = pool.confirm(
        receipt.delivery.id, by=submitter(), at=LATER, reason="属实", pseudonymiser=vault
    )
    assert done.delivery.verdict is Verdict.ACCEPTED


def test_the_sealed_original_is_what_was_sent(
    pool: Pool, vault: TestVault, held: Receipt, tmp_path: Path
) -> None:
    kept = pool.snapshot().landed_file(held.delivery.id, scope=EVERYWHERE)
    assert number(3).encode() not in kept.read_bytes()
    vault.open_sealed(kept, tmp_path / "opened")
    assert (tmp_path / "opened").read_bytes() == february(20)
