"""Accepting, repeating, publishing and reading deliveries, through a scope."""

import os
import shutil
import threading
import traceback
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from leye.data.pool import (
    InvalidContract,
    NothingToPublish,
    Pool,
    PoolBusy,
    StoreFailure,
    UnknownDelivery,
    UnknownRelease,
    UnknownTable,
    Verdict,
)
from leye.data.pool import store as store_module
from leye.data.pool.files import locked
from leye.kernel.errors import Forbidden, InvalidInput
from leye.kernel.place import EVERYWHERE, PUBLIC, Scope
from tests.pool.deliveries import (
    AT,
    LISTS,
    accept,
    csv_of,
    current,
    row,
    state,
    submission,
    submitter,
    years,
)

COUNTY = Scope.of(["360902"])
OTHER = Scope.of(["360981"])


def test_a_pool_without_deliveries_answers(pool: Pool) -> None:
    snapshot = pool.snapshot()
    assert snapshot.release == 0
    assert snapshot.deliveries(EVERYWHERE) == []
    for table in (
        snapshot.current("figures", scope=EVERYWHERE),
        snapshot.rows("figures", scope=PUBLIC),
    ):
        assert table.count().to_pyarrow().as_py() == 0
        assert table.columns[0] == "indicator"
    with pytest.raises(UnknownDelivery):
        snapshot.delivery("D000001", scope=EVERYWHERE)
    with pytest.raises(UnknownTable):
        snapshot.current("deliveries", scope=EVERYWHERE)
    with pytest.raises(UnknownRelease):
        pool.snapshot(1)


def test_accepted_rows_read_back(pool: Pool) -> None:
    receipt = accept(pool, csv_of([row(value="1,234.5", note="口径", source_url="https://a.cn/x")]))
    delivery = receipt.delivery
    assert (delivery.id, delivery.verdict, delivery.release) == ("D000001", Verdict.ACCEPTED, 1)
    assert (delivery.rows_read, delivery.rows_new, delivery.rows_refused) == (1, 1, 0)
    assert current(pool, scope=PUBLIC) == [
        {
            "indicator": "urban_new_jobs",
            "place": "360902",
            "period": "2021",
            "value": Decimal("1234.5"),
            "unit": "人",
            "kind": "annual",
            "source_title": "统计公报",
            "source_url": "https://a.cn/x",
            "confidence": "B",
            "note": "口径",
            "public": True,
            "delivery": "D000001",
            "row": 2,
            "accepted_at": delivery.at,
        }
    ]
    assert pool.snapshot().delivery("D000001", scope=EVERYWHERE) == delivery


def test_the_same_file_twice_changes_nothing(pool: Pool) -> None:
    content = csv_of(years(3))
    first = accept(pool, content)
    before = state(pool)
    again = accept(pool, content)
    assert again.repeated
    assert again.delivery == first.delivery
    assert state(pool) == before
    elsewhere = accept(pool, content, by=submitter("360902"))
    assert not elsewhere.repeated
    assert elsewhere.delivery.verdict is Verdict.UNCHANGED


def test_the_same_rows_in_another_file_are_recorded_and_not_stored(pool: Pool) -> None:
    accept(pool, csv_of(years(3)))
    rows = state(pool)[1]
    receipt = accept(pool, csv_of(reversed(years(3))))
    assert receipt.delivery.verdict is Verdict.UNCHANGED
    assert receipt.delivery.rows_same == 3
    assert state(pool)[0] == 2
    assert state(pool)[1] == rows


def test_a_refused_file_is_recorded_and_kept_and_its_rows_are_not(pool: Pool) -> None:
    content = csv_of([row(), row(unit="户", period="2020")])
    receipt = accept(pool, content)
    assert receipt.delivery.verdict is Verdict.REFUSED
    assert "2 行中有 1 行有误" in receipt.delivery.reason
    snapshot = pool.snapshot()
    assert (snapshot.release, current(pool, scope=EVERYWHERE)) == (1, [])
    assert tuple(snapshot.issues("D000001", scope=EVERYWHERE)) == receipt.issues
    assert snapshot.issue_count("D000001", scope=EVERYWHERE) == 1
    assert snapshot.landed_file("D000001", scope=EVERYWHERE).read_bytes() == content
    again = accept(pool, content)
    assert (again.delivery.id, again.repeated) == ("D000002", False)


def test_changes_are_counted_and_earlier_releases_stay(pool: Pool) -> None:
    accept(pool, csv_of(years(3)))
    first = state(pool)
    receipt = accept(
        pool, csv_of([row(period="2000"), row(period="2001", value="1"), row(period="2010")])
    )
    delivery = receipt.delivery
    assert (delivery.rows_new, delivery.rows_changed, delivery.rows_same) == (1, 1, 1)
    accept(pool, csv_of([row(period="2000", note="更正")]))
    assert state(pool, 1) == first
    assert pool.snapshot(2).release == 2
    values = {each["period"]: each for each in current(pool, scope=PUBLIC)}
    assert values["2001"]["value"] == 1
    assert (values["2000"]["delivery"], values["2000"]["note"]) == ("D000003", "更正")
    assert values["2002"]["delivery"] == "D000001"
    versions = pool.snapshot().rows("figures", scope=PUBLIC)
    of_2000 = versions.filter(versions.period == "2000").to_pyarrow()
    assert of_2000.num_rows == 2, "the row that was the same is not kept again"


def test_a_withdrawn_value_is_null_and_its_history_stays(pool: Pool) -> None:
    accept(pool, csv_of([row()]))
    receipt = accept(pool, csv_of([row(value="", note="公报更正")]))
    assert receipt.delivery.rows_changed == 1
    assert [each["value"] for each in current(pool, scope=PUBLIC)] == [None]
    rows = pool.snapshot().rows("figures", scope=PUBLIC).to_pyarrow()
    assert rows.num_rows == 2


def test_an_internal_correction_does_not_hide_the_published_value(pool: Pool) -> None:
    accept(pool, csv_of([row(value="1")]))
    accept(pool, csv_of([row(value="2", publication="")]), by=submitter("360902"))
    assert [each["value"] for each in current(pool, scope=PUBLIC)] == [1]
    assert [each["value"] for each in current(pool, scope=OTHER)] == [1]
    assert [each["value"] for each in current(pool, scope=COUNTY)] == [2]
    assert [each["value"] for each in current(pool, scope=EVERYWHERE)] == [2]


def test_deliveries_are_seen_through_a_scope(pool: Pool) -> None:
    accept(pool, csv_of([row(publication="")]), by=submitter("360902"))
    accept(pool, csv_of([row(place="丰城市", publication="")]), by=submitter("360981"))
    accept(pool, csv_of([row(place="360900", unit="户")]), by=submitter())
    snapshot = pool.snapshot()

    def seen(scope: Scope, **filters: Any) -> list[str]:
        return [each.id for each in snapshot.deliveries(scope, **filters)]

    assert seen(EVERYWHERE) == ["D000003", "D000002", "D000001"]
    assert seen(Scope.of(["360900"])) == ["D000003", "D000002", "D000001"]
    assert seen(COUNTY) == ["D000001"]
    assert seen(PUBLIC) == []
    assert seen(EVERYWHERE, limit=1) == ["D000003"]
    assert seen(EVERYWHERE, before="D000003") == ["D000002", "D000001"]
    assert seen(EVERYWHERE, verdict=Verdict.REFUSED) == ["D000003"]
    for ask in (snapshot.delivery, snapshot.issues, snapshot.issue_count, snapshot.landed_file):
        with pytest.raises(UnknownDelivery):
            ask("D000002", scope=COUNTY)
        with pytest.raises(UnknownDelivery):
            ask("D000009", scope=EVERYWHERE)
    with pytest.raises(UnknownDelivery):
        snapshot.deliveries(EVERYWHERE, before="x")
    with pytest.raises(UnknownDelivery):
        snapshot.delivery_summary("D000001")


def test_the_public_sees_who_answers_but_not_who_typed(pool: Pool) -> None:
    accept(pool, csv_of([row()]), by=submitter("360902"))
    summary = pool.snapshot().delivery_summary("D000001")
    assert (summary.account, summary.file_name) == ("", "")
    assert (summary.place, summary.rows_new) == ("360902", 1)


def test_publishing_issues_the_internal_rows_again(pool: Pool) -> None:
    by = submitter("360902", may_publish=False)
    content = csv_of(years(3, publication=""))
    accept(pool, content, by=by)
    accept(pool, csv_of([row(period="2000", value="1", publication="")]), by=by)
    steward = submitter()
    receipt = pool.publish("D000001", by=steward, at=AT)
    delivery = receipt.delivery
    assert (delivery.id, delivery.publishes, delivery.rows_changed) == ("D000003", "D000001", 2)
    assert (delivery.account, delivery.verdict) == (steward.account, Verdict.ACCEPTED)
    shown = current(pool, scope=PUBLIC)
    assert [(each["period"], each["delivery"], each["row"]) for each in shown] == [
        ("2001", "D000003", 3),
        ("2002", "D000003", 4),
    ]
    with pytest.raises(NothingToPublish):
        pool.publish("D000001", by=steward, at=AT)
    with pytest.raises(NothingToPublish):
        pool.publish("D000003", by=steward, at=AT)
    assert accept(pool, content, by=by).delivery.id == "D000001"
    landed = pool.snapshot().landed_file("D000003", scope=EVERYWHERE)
    assert landed.read_bytes() == content


def test_publishing_needs_permission_and_scope(pool: Pool) -> None:
    accept(pool, csv_of([row(publication="")]), by=submitter("360902"))
    accept(pool, csv_of([row(unit="户")]))
    with pytest.raises(Forbidden):
        pool.publish("D000001", by=submitter("360902", may_publish=False), at=AT)
    with pytest.raises(UnknownDelivery):
        pool.publish("D000001", by=submitter("360981"), at=AT)
    with pytest.raises(NothingToPublish):
        pool.publish("D000002", by=submitter(), at=AT)
    assert state(pool)[0] == 2


def test_checking_keeps_nothing(pool: Pool) -> None:
    accept(pool, csv_of([row()]))
    before = state(pool)
    names = sorted(path.name for path in pool.root.rglob("*"))
    receipt = pool.check(
        submission(csv_of([row(value="1"), row(period="2020")])),
        contract="figures",
        code_lists=LISTS,
    )
    assert receipt.checked_only
    assert (receipt.delivery.rows_new, receipt.delivery.rows_changed) == (1, 1)
    assert state(pool) == before
    assert sorted(path.name for path in pool.root.rglob("*")) == names
    known = pool.check(submission(csv_of([row()])), contract="figures", code_lists=LISTS)
    assert (known.repeated, known.delivery.id) == (True, "D000001")


def test_a_busy_pool_says_so(pool: Pool) -> None:
    impatient = Pool(pool.root, wait=0.05)
    with locked(pool.root / "lock", wait=1), pytest.raises(PoolBusy):
        accept(impatient, csv_of([row()]))
    assert accept(impatient, csv_of([row()])).delivery.id == "D000001"


def test_what_the_program_gets_wrong_is_named(pool: Pool) -> None:
    with pytest.raises(InvalidInput):
        pool.accept(submission(b""), contract="nothing", code_lists=LISTS)
    lists = {name: each for name, each in LISTS.items() if name != "places"}
    with pytest.raises(InvalidContract, match="places"):
        pool.accept(submission(b""), contract="figures", code_lists=lists)


def test_a_failing_store_lets_no_row_out(pool: Pool) -> None:
    accept(pool, csv_of([row()]))
    for file in (pool.root / "tables" / "figures").glob("*.parquet"):
        file.write_bytes(b"not a table")
    secret = "内容绝密"
    content = csv_of([row(note=secret)])
    with pytest.raises(StoreFailure) as caught:
        accept(pool, content)
    told = "".join(traceback.format_exception(caught.value))
    assert secret not in told
    assert "parquet" not in str(caught.value)


def test_many_deliveries_are_compacted_and_read_the_same(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "MOST_FILES", 3)
    for at in range(6):
        accept(pool, csv_of([row(value=str(at))]))
        assert len(pool.snapshot().files("figures", _version(pool))) <= 3
    assert [each["value"] for each in current(pool, scope=PUBLIC)] == [5]
    assert len(state(pool)[1]) == 6
    for release in range(1, 7):
        assert [each["value"] for each in current(pool, scope=PUBLIC, release=release)] == [
            release - 1
        ]


def _version(pool: Pool) -> int:
    return pool.snapshot().manifest.tables["figures"].version


def test_a_pool_can_be_moved_and_lie_under_any_name(tmp_path: Path) -> None:
    pool = Pool(tmp_path / "数据 池")
    accept(pool, csv_of([row()]))
    before = state(pool)
    moved = tmp_path / "搬家 后"
    shutil.move(pool.root, moved)
    assert state(Pool(moved)) == before
    assert accept(Pool(moved), csv_of([row(period="2020")])).delivery.id == "D000002"


def test_threads_read_at_once(pool: Pool) -> None:
    accept(pool, csv_of(years(20)))
    expected = current(pool, scope=PUBLIC)
    answers: list[object] = []

    def read() -> None:
        answers.extend(current(pool, scope=PUBLIC) == expected for _ in range(3))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 12


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_worker_reads_with_a_connection_of_its_own(pool: Pool) -> None:
    accept(pool, csv_of(years(2)))
    expected = current(pool, scope=PUBLIC)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = int(current(pool, scope=PUBLIC) != expected)
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert current(pool, scope=PUBLIC) == expected
