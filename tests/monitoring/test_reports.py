"""Reports from draft to closed, returned and corrected; who is late; what the pool receives."""

import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from leye.data.pool import Pool
from leye.data.pool.intake_desk import SourceSubmission
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.types import Verdict
from leye.data.registers.queries.firm_reports import firm_reports, report_months
from leye.kernel.errors import Forbidden, InvalidInput
from leye.kernel.place import Scope
from leye.service.identity.errors import InvalidText
from leye.service.identity.models import AuditEvent, User
from leye.service.identity.vault.vault import vault
from leye.service.monitoring.errors import (
    NothingToDeliver,
    NotThisMonth,
    ReportChanged,
    ReportIncomplete,
    ReportNotNow,
    UnknownReport,
)
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.links.operations import issue_link, revoke_link
from leye.service.monitoring.points.enums import PointKind
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.points.operations import add_point
from leye.service.monitoring.points.rules import named_point
from leye.service.monitoring.reports.checks import Known
from leye.service.monitoring.reports.definitions import form_named
from leye.service.monitoring.reports.feed import (
    MINISTRY_COLUMNS,
    form_columns,
    form_rows,
    ministry_rows,
    pool_sheet,
    record_delivery,
)
from leye.service.monitoring.reports.known import context_for, kept_base, last_values, offered_of
from leye.service.monitoring.reports.models import MonthlyReport, ReportVersion
from leye.service.monitoring.reports.operations import (
    close,
    give_back,
    pass_county,
    remind,
    save_draft,
    set_base,
    submit,
)
from leye.service.monitoring.reports.queries import (
    feed_runs,
    filed,
    late_points,
    report_for,
    reports_for,
    rounds,
    steps_of,
    versions_of,
)
from leye.service.monitoring.reports.states import ReportState
from tests.monitoring.sample import AT, MONTH, USUAL, context, filled, named
from tests.samples import submitter

pytestmark = pytest.mark.django_db
Accounts = dict[str, User]
CITY = Scope.of(["360900"])
LOST = {"current": "100", "reduction": "06", "reason1": "12"}


@pytest.fixture
def point() -> MonitoringPoint:
    return named()


@pytest.fixture
def link(point: MonitoringPoint, accounts: Accounts) -> PointLink:
    return issue_link(point=point, by=accounts["county_official"], at=AT).link


def handed_in(point: MonitoringPoint, by: Any = None, *, month: int = MONTH, seen: int = 0,
              at: datetime = AT, **changes: str) -> MonthlyReport:  # fmt: skip
    return submit(
        point=point,
        month=month,
        given=filled(**changes),
        context=context(),
        seen=seen,
        by=by,
        at=at,
    ).report


def stamp(report: MonthlyReport) -> int:
    return MonthlyReport.objects.get(pk=report.pk).stamp


def closed(
    point: MonitoringPoint, by: User, *, month: int = MONTH, **changes: str
) -> MonthlyReport:
    report = handed_in(point, month=month, **changes)
    pass_county(report=report, seen=stamp(report), by=by, at=AT)
    return close(report=report, seen=stamp(report), by=by, at=AT)


def test_the_way_of_a_report(point: MonitoringPoint, link: PointLink, accounts: Accounts) -> None:
    county, city = accounts["county_official"], accounts["city_official"]
    draft = save_draft(point=point, month=MONTH, given={"current": "约100"}, seen=0, by=link, at=AT)
    assert (draft.state, draft.draft, draft.versions_made) == ("draft", {"current": "约100"}, 0)
    report = handed_in(point, link, seen=stamp(draft))
    assert (report.state, report.draft, report.submitted_at) == ("county", {}, AT)
    give_back(report=report, reason="与上月相差太大，请核对", seen=stamp(report), by=county, at=AT)
    later = AT + timedelta(days=1)
    handed_in(point, link, seen=stamp(report), at=later, **LOST)
    pass_county(report=report, seen=stamp(report), by=county, at=later)
    done = close(report=report, seen=stamp(report), by=city, at=later)
    assert done.standing is ReportState.CLOSED
    assert [(s.act, s.version, s.by, s.link) for s in steps_of(done)] == [
        ("submit", 1, None, link),
        ("return", 1, county, None),
        ("submit", 2, None, link),
        ("pass", 2, county, None),
        ("close", 2, city, None),
    ]
    # The first version stays as it was handed in.
    assert [v.values["current"] for v in versions_of(done)] == [120, 100]
    assert done.submitted_at == AT
    events = AuditEvent.objects.filter(subject_type="monthly_report").order_by("id")
    assert [(e.action, e.actor, e.detail.get("link")) for e in events] == [
        ("report_drafted", None, link.number),
        ("report_submitted", None, link.number),
        ("report_returned", county, None),
        ("report_submitted", None, link.number),
        ("report_passed", county, None),
        ("report_closed", city, None),
    ]


def test_a_closed_report_is_opened_by_the_city_alone(
    point: MonitoringPoint, accounts: Accounts
) -> None:
    county, city = accounts["county_official"], accounts["city_official"]
    report = closed(point, city)
    with pytest.raises(Forbidden):
        give_back(report=report, reason="更正", seen=stamp(report), by=county, at=AT)
    found = give_back(report=report, reason="企业来函更正", seen=stamp(report), by=city, at=AT)
    assert found.standing is ReportState.RETURNED
    assert filed(MONTH) == ()
    handed_in(point, seen=stamp(report), **LOST)
    assert [v.number for v in versions_of(report)] == [1, 2]


def test_each_step_has_its_turn(point: MonitoringPoint, accounts: Accounts) -> None:
    county, city = accounts["county_official"], accounts["city_official"]
    report = handed_in(point)
    with pytest.raises(ReportNotNow):
        close(report=report, seen=stamp(report), by=city, at=AT)
    with pytest.raises(ReportNotNow):
        handed_in(point, seen=stamp(report))
    with pytest.raises(InvalidText):
        give_back(report=report, reason="", seen=stamp(report), by=county, at=AT)
    pass_county(report=report, seen=stamp(report), by=county, at=AT)
    with pytest.raises(ReportNotNow):
        pass_county(report=report, seen=stamp(report), by=county, at=AT)
    with pytest.raises(Forbidden):
        close(report=report, seen=stamp(report), by=county, at=AT)
    with pytest.raises(Forbidden):
        give_back(report=report, reason="请核对", seen=stamp(report), by=county, at=AT)


def test_who_saw_an_older_state_is_told(point: MonitoringPoint, accounts: Accounts) -> None:
    report = handed_in(point)
    for work in (
        lambda: pass_county(report=report, seen=0, by=accounts["county_official"], at=AT),
        lambda: give_back(
            report=report, reason="请核对", seen=99, by=accounts["county_official"], at=AT
        ),
    ):
        with pytest.raises(ReportChanged):
            work()
    assert MonthlyReport.objects.get().standing is ReportState.COUNTY


def test_nobody_reports_for_a_point_of_others(
    point: MonitoringPoint, link: PointLink, accounts: Accounts
) -> None:
    other = named(2)
    others = [accounts[name] for name in ("other_county_official", "auditor", "data_steward")]
    for by in (link, *others):
        for work in (handed_in, lambda p, b: save_draft(
                point=p, month=MONTH, given={}, seen=0, by=b, at=AT)):  # fmt: skip
            with pytest.raises(Forbidden):
                work(other, by)
    revoke_link(point=point, by=None, at=AT)
    link.refresh_from_db()
    with pytest.raises(Forbidden):
        handed_in(point, link)
    assert handed_in(point, accounts["county_official"]).versions.get().by is not None


@pytest.mark.parametrize("month", [202609, 202612, 202606])
def test_only_months_that_are_over_and_in_the_panel(point: MonitoringPoint, month: int) -> None:
    with pytest.raises(NotThisMonth):
        handed_in(point, month=month)


def test_what_does_not_pass_is_not_kept(point: MonitoringPoint) -> None:
    with pytest.raises(ReportIncomplete) as error:
        handed_in(point, current="100")
    assert {f.field for f in error.value.findings} == {"reduction", "reason1"}  # type: ignore[attr-defined] - findings
    assert not MonthlyReport.objects.exists()
    given_ = filled(planned="0", why_gap_without_plan="本月集中培训，下月再招")
    version = submit(point=point, month=MONTH, given=given_, context=context(), seen=0, by=None,
                     at=AT)  # fmt: skip
    assert version.reasons == {"gap_without_plan": "本月集中培训，下月再招"}


def test_a_draft_holds_nobodys_number(point: MonitoringPoint) -> None:
    for given_ in ({"note1": "找13800001111"}, {"why_current_jump": "36012219900101123X"}):
        with pytest.raises(InvalidText):
            save_draft(point=point, month=MONTH, given=given_, seen=0, by=None, at=AT)
    kept = save_draft(point=point, month=MONTH, given={"x": "1", "gap": " 3 "}, seen=0, by=None,
                      at=AT)  # fmt: skip
    assert kept.draft == {"gap": "3"}


def test_versions_and_steps_refuse_to_be_changed(point: MonitoringPoint) -> None:
    handed_in(point)
    for table in ("monitoring_reportversion", "monitoring_reportstep"):
        with pytest.raises(DatabaseError):
            changed(table)
    with pytest.raises(DatabaseError), transaction.atomic():
        MonthlyReport.objects.filter(point=point).update(state="lost")


def changed(table: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


# -- What is known before --


def test_the_base_is_that_of_the_first_report(point: MonitoringPoint, accounts: Accounts) -> None:
    assert kept_base(point, MONTH) is None
    handed_in(point, month=202607, base="120")
    assert kept_base(point, 202607) is None
    assert kept_base(point, MONTH) == 120
    by = accounts["county_official"]
    set_base(point=point, base=90, from_month=MONTH, reason="分立出一家子公司", by=by, at=AT)
    assert kept_base(point, 202607) is None
    assert kept_base(point, MONTH) == 90
    with pytest.raises(Forbidden):
        set_base(point=point, base=90, from_month=MONTH, reason="分立", at=AT,
                 by=accounts["other_county_official"])  # fmt: skip
    with pytest.raises(InvalidInput):
        set_base(point=point, base=-1, from_month=MONTH, reason="分立", by=by, at=AT)


def test_last_month_is_what_was_handed_in(point: MonitoringPoint, accounts: Accounts) -> None:
    assert last_values(point, MONTH) is None
    report = handed_in(point, month=202607)
    found = last_values(point, MONTH)
    assert found is not None
    assert found["current"] == 120
    give_back(report=report, reason="请核对", seen=stamp(report), at=AT,
              by=accounts["county_official"])  # fmt: skip
    assert last_values(point, MONTH) is None


def test_what_is_offered_says_where_it_comes_from(point: MonitoringPoint, tmp_path: Path) -> None:
    assert context_for(point, MONTH, on=AT.date(), pool_root=tmp_path).known is None
    offered = offered_of(context(known=Known(202607, 118), last={"dispatch": 4}))
    assert offered["current"] == {"value": 118, "source": "社会保险缴费明细，2026年7月参保人数"}
    assert offered["base"]["value"] == 118
    assert offered["dispatch"]["source"] == "本单位上月月报"
    assert offered_of(context(base=120))["base"]["value"] == 120
    given_ = filled(base="118", current="118")
    version = submit(point=point, month=MONTH, given=given_, seen=0, by=None, at=AT,
                     context=context(known=Known(202607, 118)))  # fmt: skip
    assert version.offered["current"]["value"] == 118


# -- Lists --


def test_lists_hold_the_askers_places_only(accounts: Accounts) -> None:
    mine, others = handed_in(named(1)), handed_in(named(2, place="360981001"))
    by = accounts["county_official"]
    assert list(reports_for(by)) == [mine]
    assert list(reports_for(accounts["city_official"], place="360981")) == [others]
    assert list(reports_for(accounts["city_official"], month=MONTH, state="city")) == []
    assert report_for(by, mine.number) == mine
    for number in (others.number, "R0000000", "x", "R" + "9" * 30, ""):
        with pytest.raises(UnknownReport):
            report_for(by, number)


def test_a_round_counts_by_county(accounts: Accounts) -> None:
    city = accounts["city_official"]
    points = [named(n) for n in range(1, 5)] + [named(9, place="360981001")]
    closed(points[0], city)
    handed_in(points[1])
    report = handed_in(points[2])
    give_back(report=report, reason="请核对", seen=stamp(report), by=city, at=AT)
    for on, late in ((date(2026, 9, 10), (0, 0)), (date(2026, 9, 11), (2, 1))):
        with CaptureQueriesContext(connection) as asked:
            yuanzhou, fengcheng = rounds(MONTH, scope=CITY, on=on, settings=USUAL)
        assert len(asked) == 2
        assert (yuanzhou.asked, yuanzhou.closed, yuanzhou.at_county, yuanzhou.returned) == (
            4,
            1,
            1,
            1,
        )
        assert (yuanzhou.missing, yuanzhou.handed_in) == (1, 2)
        assert (fengcheng.asked, fengcheng.missing) == (1, 1)
        assert (yuanzhou.late, fengcheng.late) == late


def test_the_late_are_listed_with_the_day_since_when(accounts: Accounts) -> None:
    county = accounts["county_official"]
    missing, returned, done = named(1), named(2), named(3)
    for month in (202607, MONTH):
        handed_in(done, month=month)
        report = handed_in(returned, month=month)
    give_back(report=report, reason="请核对", seen=stamp(report), by=county,
              at=datetime.fromisoformat("2026-09-14T02:00:00+00:00"))  # fmt: skip
    remind(point=missing, month=MONTH, way="phone", by=county, at=AT)
    remind(point=missing, month=MONTH, way="visit", by=county, at=AT)
    found = late_points(MONTH, scope=CITY, on=date(2026, 9, 16), settings=USUAL)
    assert [(each.member.point, each.months, each.since, each.days) for each in found] == [
        (missing.pk, (202607, MONTH), date(2026, 8, 11), 37),
        (returned.pk, (MONTH,), date(2026, 9, 15), 2),
    ]
    assert [(each.reminders, each.reminded_at) for each in found] == [(2, AT), (0, None)]
    assert (
        late_points(MONTH, scope=Scope.of(["360981"]), on=date(2026, 9, 16), settings=USUAL) == ()
    )
    with pytest.raises(InvalidInput):
        remind(point=missing, month=MONTH, way="shout", by=county, at=AT)
    with pytest.raises(Forbidden):
        remind(point=missing, month=MONTH, way="phone", by=accounts["auditor"], at=AT)


# -- What others receive --


def test_the_pool_takes_what_is_closed(accounts: Accounts, tmp_path: Path, settings: Any) -> None:
    settings.LEYE_VAULT_KEYS = tmp_path / "vault_keys"
    city = accounts["city_official"]
    closed(named(1), city, **{**LOST, "note1": "春节后未返岗"})
    closed(named(2, place="360981001"), city)
    handed_in(named(3))
    content = pool_sheet(filed(MONTH))
    assert content == pool_sheet(filed(MONTH))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    headers = [c.header for c in source_contracts()["firm_reports"].columns]
    assert list(rows[0]) == headers
    assert [(r["调查期就业人数"], r["减少类型"], r["减少说明"], r["企业所在地"]) for r in rows] == [
        ("100", "06", "春节后未返岗", "360902"),
        ("120", "", "", "360981"),
    ]
    vault().prepare()
    receipt = Pool(tmp_path / "pool").receive(
        SourceSubmission("firm_reports", MONTH, "月报.csv", content, submitter("360900"), AT),
        pseudonymiser=vault(),
    )
    assert receipt.issues == ()
    assert receipt.delivery.verdict is Verdict.ACCEPTED
    assert receipt.delivery.rows_new == 2
    # What the pool holds is what the network can read again.
    snapshot = Pool(tmp_path / "pool").snapshot()
    assert report_months(snapshot) == (MONTH,)
    read = sorted(firm_reports(snapshot, MONTH), key=lambda each: each.current or 0)
    assert [(r.current, r.reduction, r.note) for r in read] == [
        (100, "06", "春节后未返岗"),
        (120, "", ""),
    ]
    assert firm_reports(snapshot, 202601) == ()


def test_nothing_closed_is_nothing_to_deliver() -> None:
    handed_in(named(1))
    with pytest.raises(NothingToDeliver):
        pool_sheet(filed(MONTH))


def test_the_upper_level_gets_the_ministrys_columns(accounts: Accounts) -> None:
    closed(named(1), accounts["city_official"], **LOST)
    (row,) = ministry_rows(filed(MONTH))
    line = dict(zip(MINISTRY_COLUMNS, row, strict=True))
    assert line["就业人数减少类型"] == "正常解除或终止劳动合同"
    assert line["主要原因"] == "自行离职"
    assert (line["建档期就业人数"], line["调查期就业人数"], line["版本"]) == (120, 100, 1)
    assert (line["所属地区"], line["所属行业"]) == ("袁州区", "制造业")


def test_a_market_fills_in_its_own_form(accounts: Accounts) -> None:
    fields = named_point(kind="market", name="袁州零工市场", place="360902")
    point = add_point(fields=fields, from_month=202607, by=None, at=AT)
    given_ = {"vacancies": "500", "vacancies_new": "100", "applicants": "700",
              "applicants_new": "90", "placed": "60", "other": "鞋厂集中招工"}  # fmt: skip
    report = submit(point=point, month=MONTH, given=given_, context=context(), seen=0, by=None,
                    at=AT).report  # fmt: skip
    pass_county(report=report, seen=stamp(report), by=accounts["county_official"], at=AT)
    close(report=report, seen=stamp(report), by=accounts["city_official"], at=AT)
    form = form_named("market_monthly")
    found = filed(MONTH, kind=PointKind.MARKET)
    (row,) = form_rows(form, found)
    assert dict(zip(form_columns(form), row, strict=True))["需求人数"] == 500
    assert found[0].values["applicants"] == 700
    assert ministry_rows(found) == []
    assert ReportVersion.objects.get().offered == {}


def test_a_delivery_is_on_record(accounts: Accounts) -> None:
    record_delivery(
        source="firm_reports", month=MONTH, delivery="D000009", verdict="accepted", rows=2,
        place="360900", by=accounts["city_official"], at=AT,
    )  # fmt: skip
    (run,) = feed_runs(MONTH)
    assert (run.delivery, run.rows) == ("D000009", 2)
    assert AuditEvent.objects.get(action="reports_delivered").detail["month"] == MONTH
