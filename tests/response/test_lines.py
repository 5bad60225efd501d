"""Lines the city signs: from their day on, on record, never out of order."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from leye.analysis.warning import Level, Origin, watches
from leye.kernel.errors import Forbidden, UnknownCode
from leye.service.identity.errors import AppendOnly, InvalidText
from leye.service.identity.models import AuditEvent
from leye.service.response.errors import InvalidStep
from leye.service.response.lines.models import SignedLine
from leye.service.response.lines.operations import NewLine, city_watches, sign_line
from tests.response.desk_sample import AT, Accounts

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 1)
LINE = NewLine("firm_layoff", Level.YELLOW, Decimal(60), Origin.OWN, "市就业领导小组会议", DAY)


def value_on(day: date) -> Decimal:
    lines = city_watches().get("firm_layoff").lines_on(day)
    return next(line.value for line in lines if line.level is Level.YELLOW)


def test_a_signed_line_holds_from_its_day_on(accounts: Accounts) -> None:
    before = value_on(DAY)
    assert city_watches().edition == watches().edition
    sign_line(line=LINE, by=accounts["city_official"], at=AT)
    assert value_on(DAY - timedelta(days=1)) == before
    assert value_on(DAY) == Decimal(60)
    assert city_watches().edition != watches().edition
    signed = [line for line in city_watches().get("firm_layoff").lines if line.signed]
    assert len(signed) == 1
    assert signed[0].standing.endswith("签发")
    assert AuditEvent.objects.filter(action="warning_line_signed").count() == 1


def test_of_one_day_the_later_signature_holds(accounts: Accounts) -> None:
    for value in (60, 70):
        line = replace(LINE, value=Decimal(value))
        sign_line(line=line, by=accounts["city_official"], at=AT)
    assert value_on(DAY) == Decimal(70)
    with pytest.raises(AppendOnly):
        SignedLine.objects.all().delete()


@pytest.mark.parametrize("name", ["county_official", "auditor", "data_steward"])
def test_the_city_alone_signs(accounts: Accounts, name: str) -> None:
    with pytest.raises(Forbidden):
        sign_line(line=LINE, by=accounts[name], at=AT)


def test_what_cannot_be_is_refused(accounts: Accounts) -> None:
    city = accounts["city_official"]
    for wrong, field in (
        (replace(LINE, value=Decimal(100_000)), "value"),
        (replace(LINE, valid_from=date(2026, 1, 1)), "valid_from"),
        (replace(LINE, level=Level.NONE), "level"),
    ):
        with pytest.raises(InvalidStep) as refused:
            sign_line(line=wrong, by=city, at=AT)
        assert refused.value.field == field
    with pytest.raises(InvalidText):
        sign_line(line=replace(LINE, basis=""), by=city, at=AT)
    with pytest.raises(UnknownCode):
        sign_line(line=replace(LINE, watch="moon"), by=city, at=AT)
    assert not SignedLine.objects.exists()
