"""A report of a layoff opens its case in the same transaction, or joins its firm's."""

from datetime import timedelta
from typing import Any

import pytest

from leye.analysis.warning import Cell
from leye.analysis.warning import Level as Colour
from leye.service.monitoring.desk.models import DeskItem
from leye.service.monitoring.notices.models import Notice
from leye.service.response.cases import opening
from leye.service.response.cases.models import Case
from leye.service.response.cases.opening import open_by_notice
from leye.service.response.reporting import report_event
from tests.monitoring.sample import named
from tests.monitoring.test_notices import layoff
from tests.response.desk_sample import AT, Accounts, kept, signal

pytestmark = pytest.mark.django_db


def told(accounts: Accounts, **changes: Any) -> Notice:
    """A layoff of the sample's firm, reported by the county."""
    given = {name: changes.pop(name) for name in ("persons",) if name in changes}
    day = AT.date()
    fields = layoff(day=day + timedelta(days=40), explained_on=day, **given)
    return report_event(
        fields=fields, place="360902001", by=accounts["county_official"], at=AT, **changes
    )


def test_a_report_has_its_case_at_once(accounts: Accounts) -> None:
    notice = told(accounts, persons=160)
    case = Case.objects.get()
    assert (case.notice, case.level, case.persons, case.place) == (notice, 2, 160, "360902")
    assert case.due_at == AT + timedelta(hours=2)
    assert open_by_notice(notice, at=AT) == case
    assert Case.objects.count() == DeskItem.objects.count() == 1


def test_a_correction_goes_to_the_same_case(accounts: Accounts) -> None:
    first = told(accounts)
    second = told(accounts, persons=70, corrects=first)
    case = Case.objects.get()
    assert (case.notice, case.persons, case.level) == (second, 70, 3)


def test_what_a_firm_reports_joins_what_its_numbers_said(accounts: Accounts) -> None:
    point = named(by=accounts["county_official"])
    kept(signal(cell=Cell("360902", "division", "39", employer=point.employer or 0)))
    notice = told(accounts, point=point, persons=30)
    case = Case.objects.get()
    assert (case.notice, case.level, case.persons) == (notice, 2, 180)


def test_nothing_is_there_when_the_case_cannot_be_opened(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("leye.service.response.reporting.open_by_notice", broken)
    with pytest.raises(OSError, match="disk full"):
        told(accounts)
    assert not Notice.objects.exists()
    assert not DeskItem.objects.exists()


def test_a_correction_takes_nothing_from_what_the_numbers_said(accounts: Accounts) -> None:
    point = named(by=accounts["county_official"])
    cell = Cell("360902", "division", "39", employer=point.employer or 0)
    kept(signal(cell=cell, level=Colour.YELLOW, persons=90))
    first = told(accounts, point=point, persons=160)
    case = Case.objects.get()
    assert (case.level, case.persons) == (2, 160)
    second = told(accounts, point=point, persons=5, corrects=first)
    case.refresh_from_db()
    assert (case.notice, case.level, case.persons) == (second, 3, 90)


def test_a_corrected_report_is_titled_by_its_numbers(accounts: Accounts) -> None:
    first = told(accounts, persons=160)
    second = told(accounts, persons=70, corrects=first)
    assert f"涉及{second.persons}人" in Case.objects.get().title


def test_a_graver_report_leaves_less_time(accounts: Accounts) -> None:
    point = named(by=accounts["county_official"])
    cell = Cell("360902", "division", "39", employer=point.employer or 0)
    kept(signal(cell=cell, level=Colour.BLUE))
    assert Case.objects.get().due_at == AT + timedelta(hours=24)
    told(accounts, point=point, persons=160)
    assert Case.objects.get().due_at == AT + timedelta(hours=2)


def test_two_reports_of_a_firm_at_once_share_a_case(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = named(by=accounts["county_official"])
    told(accounts, point=point, persons=30)
    real, asked = opening._open_case, []

    def late(subject: str, drill: Any) -> Case | None:
        asked.append(subject)
        return None if len(asked) == 1 else real(subject, drill)

    monkeypatch.setattr(opening, "_open_case", late)
    told(accounts, point=point, persons=160)
    case = Case.objects.get()
    assert (len(asked), case.level, case.persons, case.steps) == (2, 2, 160, 2)
