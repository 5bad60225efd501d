"""What a receipt tells, and must not tell, of what the pool holds already."""

import io

import openpyxl
import pytest

from leye.data.pool import Pool, Verdict
from leye.kernel.place import PUBLIC, Scope
from tests.pool.deliveries import (
    FIGURES,
    LISTS,
    accept,
    csv_of,
    current,
    found,
    lines,
    row,
    submission,
    submitter,
    xlsx_of,
)

COUNTY = submitter("360902", may_publish=False)


@pytest.mark.parametrize("value", ["1", "7654321"])
def test_a_receipt_tells_nothing_of_rows_outside_the_scope(pool: Pool, value: str) -> None:
    hidden = row(place="丰城市", value="7654321", publication="内部")
    accept(pool, csv_of([hidden]))
    asked = csv_of([row(place="丰城市", value=value, publication="内部")])
    checked = pool.check(submission(asked, by=COUNTY), contract=FIGURES, code_lists=LISTS)
    refused = accept(pool, asked, by=COUNTY)
    for receipt in (checked, refused):
        assert found(receipt) == {(2, "地区", "place_in_scope")}
        delivery = receipt.delivery
        counts = (delivery.rows_new, delivery.rows_changed, delivery.rows_same)
        assert counts == (1, 0, 0), "as if the pool held nothing there"
        assert all("7654321" not in issue.reason for issue in receipt.issues)


def test_two_filled_sheets_are_refused_by_name(pool: Pool) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(lines([row()]))))
    second = book.create_sheet("第二")
    for cells in lines([row(period="2020")]):
        second.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    receipt = accept(pool, stream.getvalue())
    assert receipt.delivery.verdict is Verdict.REFUSED
    assert [issue.code for issue in receipt.issues] == ["several_sheets"]
    assert "第二" in receipt.issues[0].reason
    second.delete_rows(2, 9)
    stream = io.BytesIO()
    book.save(stream)
    assert accept(pool, stream.getvalue()).delivery.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("period", "kind", "code"),
    [
        ("2026", "年度数", ""),
        ("2027", "年度数", "not_yet_happened"),
        ("2026-09", "月度数", ""),
        ("2026-10", "月度数", "not_yet_happened"),
        ("2026-01..2026-09", "年内累计数", ""),
        ("2026-01..2026-10", "年内累计数", "not_yet_happened"),
        ("2026-12-31", "年末数", "not_yet_happened"),
        ("2026Q3", "时点数", ""),
        ("2026Q4", "时点数", "not_yet_happened"),
        ("2030", "目标（水平）", ""),
    ],
)
def test_nothing_is_measured_before_it_happens(
    pool: Pool, period: str, kind: str, code: str
) -> None:
    """Deliveries of these tests are of September 2026."""
    receipt = accept(pool, csv_of([row(period=period, kind=kind)]))
    assert found(receipt) == ({(2, "时期", code)} if code else set())


def test_a_withdrawal_is_pointed_out(pool: Pool) -> None:
    accept(pool, csv_of([row(value="6638")]))
    receipt = accept(
        pool,
        csv_of([row(value="", note="填错"), row(value="", note="填错", period="2019")]),
    )
    assert receipt.delivery.verdict is Verdict.ACCEPTED
    assert found(receipt) == {
        (2, "数值", "withdraws_figure"),
        (3, "数值", "nothing_to_withdraw"),
    }
    assert any("6638" in issue.reason for issue in receipt.issues)


def test_a_faulty_value_withdraws_nothing(pool: Pool) -> None:
    accept(pool, csv_of([row(value="6638")]))
    receipt = accept(pool, csv_of([row(value="约七千"), row(value="约七千", period="2019")]))
    assert {code for _, _, code in found(receipt)} == {"not_a_number"}


def test_a_public_value_sent_again_as_internal_stays_public(pool: Pool) -> None:
    accept(pool, csv_of([row()]))
    receipt = accept(pool, csv_of([row(publication="")]), by=COUNTY)
    assert receipt.delivery.verdict is Verdict.UNCHANGED
    assert [each["delivery"] for each in current(pool, scope=Scope.of(["360902"]))] == ["D000001"]
    assert len(current(pool, scope=PUBLIC)) == 1
