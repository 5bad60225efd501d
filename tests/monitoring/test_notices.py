"""Layoffs and emergencies: who reports, the law's lines, the desk and its clocks, documents."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leye.data.pool import Pool
from leye.data.pool.intake_desk import SourceSubmission
from leye.data.pool.types import Verdict
from leye.kernel.errors import Forbidden
from leye.service.identity.errors import InvalidText
from leye.service.identity.models import AuditEvent, User
from leye.service.identity.vault.rotation import rotate_keys
from leye.service.identity.vault.vault import vault
from leye.service.monitoring.desk.clocks import Level, clock, due_of, level_of
from leye.service.monitoring.desk.models import DeskItem
from leye.service.monitoring.desk.operations import finish, take
from leye.service.monitoring.desk.queries import desk_for, items_of
from leye.service.monitoring.errors import (
    InvalidDocument,
    InvalidNotice,
    InvalidSetting,
    NothingToDeliver,
    NotOpenItem,
    UnknownNotice,
    UnknownSetting,
)
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.links.operations import issue_link
from leye.service.monitoring.notices.enums import DocumentKind, NoticeKind
from leye.service.monitoring.notices.feed import layoffs_of, pool_sheet
from leye.service.monitoring.notices.models import Notice, NoticeDocument
from leye.service.monitoring.notices.operations import (
    add_document,
    document_path,
    open_document,
    report_notice,
)
from leye.service.monitoring.notices.queries import (
    documents_of,
    notice_for,
    notice_of,
    notices_for,
    notices_of,
)
from leye.service.monitoring.notices.rules import NoticeFields, duties, legal
from leye.service.monitoring.settings.values import coming, set_value, standing, values
from tests.monitoring.sample import AT, USUAL, named
from tests.samples import ACCOUNTS, submitter

Accounts = dict[str, User]
DAY = AT.date()
PDF = b"%PDF-1.7 plan of layoffs"


def layoff(**changes: Any) -> NoticeFields:
    given_: dict[str, Any] = {
        "kind": NoticeKind.LAYOFF,
        "firm": "宜春市第1电子有限公司",
        "persons": 30,
        "day": DAY + timedelta(days=40),
        "reason": "trouble",
        "text": "订单大幅减少，拟裁减两条生产线",
        "staff": 200,
        "explained_on": DAY,
        "heard": True,
        **changes,
    }
    return NoticeFields(**given_)


def emergency(**changes: Any) -> NoticeFields:
    return layoff(kind=NoticeKind.EMERGENCY, reason="stopped", day=DAY, **changes)


@pytest.fixture
def link(accounts: Accounts) -> PointLink:
    return issue_link(point=named(), by=accounts["county_official"], at=AT).link


# -- Pure rules --


@pytest.mark.parametrize(
    ("persons", "level"),
    [(1, 4), (19, 4), (20, 4), (49, 4), (50, 3), (149, 3), (150, 2), (299, 2), (300, 1), (9000, 1)],
)
def test_levels_begin_at_their_lines(persons: int, level: int) -> None:
    assert level_of(persons, USUAL) == level


@pytest.mark.parametrize(("level", "hours"), [(1, 2), (2, 2), (3, 12), (4, 24)])
def test_clocks_run_by_level(level: int, hours: int) -> None:
    due = due_of(Level(level), AT, USUAL)
    assert due == AT + timedelta(hours=hours)
    assert not clock(due, AT).overdue
    assert clock(due, due + timedelta(minutes=1)).overdue


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (90, "还剩 1小时30分"),
        (-61, "已超 1小时1分"),
        (0, "还剩 不到1分"),
        (60 * 50, "还剩 2天2小时"),
    ],
)
def test_clocks_are_read_in_words(minutes: int, words: str) -> None:
    assert clock(AT + timedelta(minutes=minutes), AT).words == words


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_more_people_are_never_less_grave(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert level_of(high, USUAL) <= level_of(low, USUAL)


@pytest.mark.parametrize(
    ("persons", "staff", "reportable"),
    [(20, 5000, True), (19, 190, True), (19, 191, False), (19, None, False), (20, None, True)],
)
def test_article_41_asks_from_its_lines_on(
    persons: int, staff: int | None, reportable: bool
) -> None:
    found = legal(layoff(persons=persons, staff=staff), USUAL, plan_attached=True)
    assert found.reportable is reportable
    assert found.why


@pytest.mark.parametrize(
    ("changes", "plan", "missing"),
    [
        ({}, True, 0),
        ({}, False, 1),
        ({"day": DAY + timedelta(days=30)}, True, 0),
        ({"day": DAY + timedelta(days=29)}, True, 1),
        ({"explained_on": None, "heard": False}, False, 3),
    ],
)
def test_what_is_missing_of_the_way_is_told(
    changes: dict[str, Any], plan: bool, missing: int
) -> None:
    assert len(legal(layoff(**changes), USUAL, plan_attached=plan).missing) == missing


def test_duties_are_told_with_their_articles() -> None:
    assert len(duties()) >= 6
    assert all(each.article.startswith("第四十") and each.text.endswith("。") for each in duties())


# -- Reporting --


@pytest.mark.django_db
def test_a_report_is_on_the_desk_at_once(link: PointLink, accounts: Accounts) -> None:
    notice = report_notice(fields=layoff(persons=160), place="", by=link, at=AT)
    item = DeskItem.objects.get()
    assert (item.kind, item.subject, item.place) == ("notice", notice.number, "360902001")
    assert (item.level, item.opened_at, item.due_at) == (2, AT, AT + timedelta(hours=2))
    assert (notice.origin, notice.uscc, notice.link, notice.by) == (
        "firm",
        link.point.uscc,
        link,
        None,
    )
    event = AuditEvent.objects.get(action="notice_reported")
    assert event.detail == {"level": 2, "kind": "layoff", "link": link.number}
    assert list(desk_for(accounts["county_official"])) == [item]
    assert list(desk_for(accounts["other_county_official"])) == []
    assert items_of("notice", [notice.number]) == {notice.number: item}


@pytest.mark.django_db
def test_villages_and_staff_report_within_their_places(accounts: Accounts) -> None:
    places = {"village_worker": "360902001001", "county_official": "360902001",
              "city_official": "360981", "other_county_official": "360981"}  # fmt: skip
    for name in ACCOUNTS:
        place = places.get(name, "360902001")
        if name in places:
            notice = report_notice(fields=emergency(), place=place, by=accounts[name], at=AT)
            assert notice.origin == ("village" if name == "village_worker" else "staff")
        else:
            with pytest.raises(Forbidden):
                report_notice(fields=emergency(), place=place, by=accounts[name], at=AT)
    with pytest.raises(Forbidden):
        report_notice(fields=emergency(), place="360902", by=accounts["village_worker"], at=AT)
    with pytest.raises(InvalidNotice):
        report_notice(fields=emergency(), place="360900", by=accounts["city_official"], at=AT)


@pytest.mark.django_db
def test_who_sees_a_report(link: PointLink, accounts: Accounts) -> None:
    notice = report_notice(fields=layoff(), place="", by=link, at=AT)
    seeing = {name for name in ACCOUNTS if list(notices_for(accounts[name]))}
    assert seeing == {"county_official", "city_official", "auditor", "village_worker"}
    assert notice_for(accounts["auditor"], notice.number) == notice
    assert notices_of(link.point) == [notice]
    assert notice_of(link.point, notice.number) == notice
    with pytest.raises(UnknownNotice):
        notice_for(accounts["other_county_official"], notice.number)
    with pytest.raises(UnknownNotice):
        notice_of(named(2), notice.number)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"persons": 0}, "persons"),
        ({"persons": 100_001, "staff": None}, "persons"),
        ({"staff": 29}, "staff"),
        ({"reason": "stopped"}, "reason"),
        ({"explained_on": DAY + timedelta(days=1)}, "explained_on"),
        ({"day": date(2206, 1, 1)}, "day"),
    ],
)
def test_what_cannot_be_so_is_refused(changes: dict[str, Any], field: str, link: PointLink) -> None:
    with pytest.raises(InvalidNotice) as error:
        report_notice(fields=layoff(**changes), place="", by=link, at=AT)
    assert error.value.field == field
    assert not DeskItem.objects.exists()


@pytest.mark.django_db
def test_texts_hold_nobodys_number(link: PointLink) -> None:
    for changes in ({"text": "联系人 13800001111"}, {"firm": ""}):
        with pytest.raises(InvalidText):
            report_notice(fields=layoff(**changes), place="", by=link, at=AT)
    ahead = layoff(kind=NoticeKind.EMERGENCY, reason="stopped", day=DAY + timedelta(days=2))
    with pytest.raises(InvalidNotice):
        report_notice(fields=ahead, place="", by=link, at=AT)


@pytest.mark.django_db
def test_a_correction_keeps_the_original(link: PointLink, accounts: Accounts) -> None:
    first = report_notice(fields=layoff(), place="", by=link, at=AT)
    second = report_notice(fields=layoff(persons=60), place="", by=link, at=AT, corrects=first)
    assert Notice.objects.get(pk=first.pk).persons == 30
    assert (second.corrects, second.level) == (first, 3)
    with pytest.raises(InvalidNotice):
        report_notice(fields=layoff(persons=70), place="", by=link, at=AT, corrects=first)
    with pytest.raises(Forbidden):
        report_notice(fields=layoff(), place="360902002", by=accounts["county_official"], at=AT,
                      corrects=second)  # fmt: skip


@pytest.mark.django_db
def test_an_item_is_taken_once_and_closed_with_an_outcome(
    link: PointLink, accounts: Accounts
) -> None:
    report_notice(fields=layoff(), place="", by=link, at=AT)
    item, by = DeskItem.objects.get(), accounts["county_official"]
    with pytest.raises(NotOpenItem):
        finish(item=item, outcome="已核实", by=by, at=AT)
    with pytest.raises(Forbidden):
        take(item=item, by=accounts["other_county_official"], at=AT)
    take(item=item, by=by, at=AT)
    with pytest.raises(NotOpenItem):
        take(item=item, by=accounts["city_official"], at=AT)
    with pytest.raises(InvalidText):
        finish(item=item, outcome="", by=by, at=AT)
    finish(item=item, outcome="已上门核实，指导完善方案", by=by, at=AT)
    assert list(desk_for(by)) == []
    assert DeskItem.objects.overdue(AT + timedelta(days=9)).count() == 0


# -- Documents --


@pytest.fixture
def kept(tmp_path: Path, settings: Any) -> Path:
    settings.LEYE_POOL = tmp_path / "pool"
    settings.LEYE_VAULT_KEYS = tmp_path / "vault_keys"
    vault().prepare()
    return tmp_path


def document(folder: Path, content: bytes = PDF) -> Path:
    path = folder / "upload"
    path.write_bytes(content)
    return path


@pytest.mark.django_db
def test_a_document_is_kept_sealed_and_opened_on_record(
    link: PointLink, accounts: Accounts, kept: Path
) -> None:
    notice = report_notice(fields=layoff(), place="", by=link, at=AT)
    made = add_document(
        notice=notice, kind=DocumentKind.PLAN, file=document(kept), name="张三裁员.PDF", by=link,
        at=AT,
    )  # fmt: skip
    assert (made.suffix, made.size) == ("pdf", len(PDF))
    sealed = document_path(made.digest)
    assert b"%PDF" not in sealed.read_bytes()
    assert "张三" not in str(list(NoticeDocument.objects.values()))
    with pytest.raises(InvalidDocument):
        add_document(notice=notice, kind=DocumentKind.PLAN, file=document(kept), name="x.pdf",
                     by=link, at=AT)  # fmt: skip
    opened = kept / "opened"
    for name in ("auditor", "other_county_official", "village_worker"):
        with pytest.raises(Forbidden):
            open_document(document=made, target=opened, by=accounts[name], at=AT)
    open_document(document=made, target=opened, by=accounts["county_official"], at=AT)
    assert opened.read_bytes() == PDF
    assert AuditEvent.objects.filter(action="notice_document_opened").count() == 1
    assert documents_of(notice) == [made]


@pytest.mark.django_db
def test_documents_outlive_a_change_of_keys(
    link: PointLink, accounts: Accounts, kept: Path
) -> None:
    notice = report_notice(fields=layoff(), place="", by=link, at=AT)
    made = add_document(notice=notice, kind=DocumentKind.LIST, file=document(kept), name="a.pdf",
                        by=link, at=AT)  # fmt: skip
    pool = Pool(kept / "pool")
    assert rotate_keys(vault=vault(), ledger=pool.ledger, by=None, at=AT).files == 1
    opened = kept / "opened"
    open_document(document=made, target=opened, by=accounts["county_official"], at=AT)
    assert opened.read_bytes() == PDF


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00program", "plan.pdf"),
        (PDF, "plan.exe"),
        (b"PK\x03\x04 zip", "plan.zip"),
        (b"<html>", "plan.docx"),
        (b"", "plan.pdf"),
    ],
)
def test_other_kinds_of_file_are_refused(
    content: bytes, name: str, link: PointLink, kept: Path
) -> None:
    notice = report_notice(fields=layoff(), place="", by=link, at=AT)
    with pytest.raises(InvalidDocument):
        add_document(notice=notice, kind=DocumentKind.PLAN, file=document(kept, content),
                     name=name, by=link, at=AT)  # fmt: skip


@pytest.mark.django_db
def test_documents_go_to_ones_own_report(link: PointLink, accounts: Accounts, kept: Path) -> None:
    by = accounts["city_official"]
    other = report_notice(fields=layoff(), place="360902001", by=by, at=AT)
    for who in (link, accounts["other_county_official"], accounts["village_worker"]):
        with pytest.raises(Forbidden):
            add_document(notice=other, kind=DocumentKind.PLAN, file=document(kept), name="a.pdf",
                         by=who, at=AT)  # fmt: skip


# -- To the pool --


@pytest.mark.django_db
def test_the_pool_takes_the_newest_of_each_report(link: PointLink, kept: Path) -> None:
    first = report_notice(fields=layoff(), place="", by=link, at=AT)
    report_notice(fields=layoff(persons=60), place="", by=link, at=AT, corrects=first)
    report_notice(fields=emergency(), place="", by=link, at=AT)
    found = layoffs_of(202609)
    assert [each.persons for each in found] == [60]
    content = pool_sheet(found)
    assert first.number in content.decode()
    receipt = Pool(kept / "pool").receive(
        SourceSubmission("layoff_reports", 202609, "裁员.csv", content, submitter("360900"), AT),
        pseudonymiser=vault(),
    )
    assert (receipt.delivery.verdict, receipt.delivery.rows_new) == (Verdict.ACCEPTED, 1)
    with pytest.raises(NothingToDeliver):
        pool_sheet(layoffs_of(202608))


# -- Settings --


@pytest.mark.django_db
def test_the_city_sets_what_the_law_leaves_to_it(accounts: Accounts) -> None:
    by = accounts["city_official"]
    set_value(name="report_due_day", value=8, valid_from=date(2026, 10, 1), basis="市局会议纪要",
              by=by, at=AT)  # fmt: skip
    assert values(date(2026, 9, 30))["report_due_day"] == 10
    found = standing(date(2026, 10, 1))["report_due_day"]
    assert (found.value, found.origin.label, found.by) == (8, "本市设定", by.display_name)
    assert [each.value for each in coming(date(2026, 9, 30))] == [8]
    with pytest.raises(Forbidden):
        set_value(name="report_due_day", value=9, valid_from=DAY, basis="本县决定", at=AT,
                  by=accounts["county_official"])  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "day", "error"),
    [
        ("layoff_persons", 30, date(2026, 10, 1), InvalidSetting),
        ("report_due_day", 31, date(2026, 10, 1), InvalidSetting),
        ("report_due_day", 9, date(2026, 9, 4), InvalidSetting),
        ("nothing", 9, date(2026, 10, 1), UnknownSetting),
    ],
)
def test_what_cannot_be_set(
    name: str, value: int, day: date, error: type[Exception], accounts: Accounts
) -> None:
    with pytest.raises(error):
        set_value(name=name, value=value, valid_from=day, basis="会议纪要", at=AT,
                  by=accounts["city_official"])  # fmt: skip
