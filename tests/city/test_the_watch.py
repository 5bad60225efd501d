"""The nightly watch over a whole small city: judged once, and whose jobs it lost."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from leye.data.pool import Pool, Snapshot
from leye.data.registers.queries.firms import firms
from leye.data.registers.queries.leavers import leavings
from leye.data.registers.queries.served import Served, served
from leye.data.registers.serving import write_serving_copy
from leye.doors.cli import main
from leye.kernel.months import last_day
from leye.kernel.place import EVERYWHERE
from leye.service.response.cases.models import Case, CaseSignal
from leye.service.response.ledger.reading import Left, known_of, leavers_of
from leye.service.response.signals.models import KeptGrade, KeptSignal, WatchRun
from leye.service.response.watching import watch_newest
from tests.city.conftest import FIRST, MONTHS, City

pytestmark = pytest.mark.django_db

LAST = FIRST + MONTHS - 1
AT, ON = datetime(2024, 7, 20, tzinfo=UTC), date(2024, 7, 20)
OWN_WILL = {"3", "5", "6"}


@pytest.fixture(scope="module")
def own(city: City, tmp_path_factory: pytest.TempPathFactory) -> Pool:
    root = tmp_path_factory.mktemp("kept") / "pool"
    shutil.copytree(city.pool.root, root)
    pool = Pool(root)
    write_serving_copy(pool)
    return pool


@pytest.fixture(scope="module")
def snapshot(own: Pool) -> Snapshot:
    return own.snapshot()


@pytest.fixture(scope="module")
def copy(own: Pool) -> Served:
    found = served(Path(own.root))
    assert found is not None
    return found


def test_the_newest_month_is_judged_once_and_the_one_before_for_its_levels(
    copy: Served, snapshot: Snapshot
) -> None:
    done = watch_newest(copy, snapshot, on=ON, at=AT)
    assert [(each.month, each.kept.new) for each in done] == [(LAST - 1, True), (LAST, True)]
    assert (done[0].kept.opened, done[0].kept.joined) == (0, 0)
    assert done[1].kept.opened == Case.objects.count() > 0
    assert CaseSignal.objects.count() == done[1].kept.opened + done[1].kept.joined
    assert set(
        KeptSignal.objects.filter(in_case__isnull=False).values_list("month", flat=True)
    ) == {LAST}
    assert KeptGrade.objects.filter(run__month=LAST, code="all").count() > 1
    assert watch_newest(copy, snapshot, on=ON, at=AT) == ()
    assert WatchRun.objects.count() == 2


def test_the_command_keeps_the_month_and_says_so(
    own: Pool, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.LEYE_POOL = own.root
    assert main(["warning", "keep"]) == 0
    assert f"{LAST} 监测：" in capsys.readouterr().out
    assert main(["warning", "keep"]) == 0
    assert "监测：" not in capsys.readouterr().out


def test_who_left_is_who_the_registers_say_left(snapshot: Snapshot) -> None:
    filings = snapshot.months("s_labour_filing", None, scope=EVERYWHERE).to_pyarrow().to_pylist()
    newest: dict[str, dict[str, Any]] = {}
    for row in sorted(filings, key=lambda each: (each["delivery"], each["row"])):
        newest[row["contract"]] = row
    first, last = date(2024, 1, 1), last_day(LAST)
    filed = {
        row["person"]
        for row in newest.values()
        if row["employer"] and row["person"] and row["ended"] and first <= row["ended"] <= last
        and row["end_reason"] not in OWN_WILL
    }  # fmt: skip
    spells = snapshot.months("job_spell", None).to_pyarrow().to_pylist()
    stopped = {
        row["person"]
        for row in spells
        if row["ended"]
        and row["end_reason"] in {"stopped", "closed"}
        and row["last_month"] >= FIRST
    }
    employers = {row["employer"] for row in (*filings, *spells) if row["employer"]}
    found = leavings(snapshot, employers, first=first, last=last)
    assert {each.person for each in found} == filed | stopped
    assert filed
    assert {each.person for each in found if each.day is not None} == filed


def test_a_ledger_of_a_county_is_of_people_and_most_are_known(own: Pool) -> None:
    directory, snapshot = firms(Path(own.root)), own.snapshot()
    case = Case(subject="360902/all=all/all", place="360902", month=FIRST + 1)
    found = leavers_of(case, snapshot, directory, newest=LAST)
    assert found
    assert len({each.person for each in found}) == len(found)
    known = known_of(
        {each.person: Left(each.employer, each.left_on) for each in found}, snapshot, month=LAST
    )
    assert set(known) <= {each.person for each in found}
    assert any(each.outcome is not None for each in known.values())
    assert all(each.on == last_day(LAST) for each in known.values())
