"""The door of a reporter: what is kept, what lets in, what ends it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from leye.kernel.errors import Forbidden
from leye.service.identity.models import AuditEvent, User
from leye.service.monitoring.errors import LinkPaused, LinkRefused, NotInPanel
from leye.service.monitoring.links.models import LinkAttempt, PointLink
from leye.service.monitoring.links.operations import (
    ADDRESS_LIMIT,
    DEAD_AFTER,
    LINK_LIMIT,
    WINDOW,
    IssuedLink,
    alive_link,
    enter,
    issue_link,
    link_of_token,
    revoke_link,
)
from leye.service.monitoring.points.enums import LeaveReason
from leye.service.monitoring.points.operations import leave
from tests.monitoring.sample import AT, named
from tests.samples import ACCOUNTS

pytestmark = pytest.mark.django_db
Accounts = dict[str, User]


@pytest.fixture
def issued(accounts: Accounts) -> IssuedLink:
    return issue_link(point=named(), by=accounts["county_official"], at=AT)


def wrong(issued: IssuedLink) -> str:
    return "0" * 8 if issued.code != "0" * 8 else "1" * 8


def test_only_those_who_look_after_the_point_issue(accounts: Accounts) -> None:
    point = named()
    for name in ACCOUNTS:
        if name in {"county_official", "city_official"}:
            assert issue_link(point=point, by=accounts[name], at=AT).link.number
        else:
            with pytest.raises(Forbidden):
                issue_link(point=point, by=accounts[name], at=AT)


def test_neither_address_nor_code_is_kept(issued: IssuedLink) -> None:
    assert len(issued.token) >= 43
    assert len(issued.code) == 8
    kept = str(list(PointLink.objects.values())) + str(list(AuditEvent.objects.values()))
    assert issued.token not in kept
    assert issued.code not in kept


def test_the_right_code_lets_in_however_it_is_typed(issued: IssuedLink) -> None:
    for code in (issued.code, f" {issued.code[:4]} {issued.code[4:]} ",
                 "".join(chr(ord(d) + 0xFEE0) for d in issued.code)):  # fmt: skip
        assert enter(token=issued.token, code=code, address="1.2.3.4", at=AT) == issued.link
    assert PointLink.objects.get().used_at == AT
    event = AuditEvent.objects.filter(action="reporting_entered").first()
    assert event is not None
    assert (event.actor, event.detail) == (None, {"link": issued.link.number})


def test_unknown_revoked_and_old_addresses_answer_alike(
    issued: IssuedLink, accounts: Accounts
) -> None:
    said = set()
    for token, at in (("x" * 43, AT), (issued.token, issued.link.expires_at)):
        with pytest.raises(LinkRefused) as error:
            link_of_token(token, at=at)
        said.add(str(error.value))
    with pytest.raises(LinkRefused) as error:
        enter(token=issued.token, code=wrong(issued), address="1.2.3.4", at=AT)
    said.add(str(error.value))
    revoke_link(point=issued.link.point, by=accounts["county_official"], at=AT)
    with pytest.raises(LinkRefused) as error:
        enter(token=issued.token, code=issued.code, address="1.2.3.4", at=AT)
    said.add(str(error.value))
    assert len(said) == 1
    assert alive_link(issued.link.pk, at=AT) is None


def test_five_wrong_codes_pause_the_link_for_a_while(issued: IssuedLink) -> None:
    for number in range(LINK_LIMIT):
        with pytest.raises(LinkRefused):
            enter(token=issued.token, code=wrong(issued), address=f"1.2.3.{number}", at=AT)
    with pytest.raises(LinkPaused) as error:
        enter(token=issued.token, code=issued.code, address="9.9.9.9", at=AT)
    assert error.value.retry_at == AT + WINDOW
    later = AT + WINDOW + timedelta(seconds=1)
    assert enter(token=issued.token, code=issued.code, address="9.9.9.9", at=later)
    assert AuditEvent.objects.filter(action="reporting_paused").count() == 1


def test_one_address_is_paused_for_every_link(accounts: Accounts) -> None:
    by = accounts["city_official"]
    links = [issue_link(point=named(n), by=by, at=AT) for n in range(ADDRESS_LIMIT // 4 + 1)]
    tried = 0
    for issued in links[:-1]:
        for _ in range(4):
            with pytest.raises(LinkRefused):
                enter(token=issued.token, code=wrong(issued), address="5.5.5.5", at=AT)
            tried += 1
    assert tried == ADDRESS_LIMIT
    last = links[-1]
    with pytest.raises(LinkPaused):
        enter(token=last.token, code=last.code, address="5.5.5.5", at=AT)
    assert enter(token=last.token, code=last.code, address="6.6.6.6", at=AT)


def test_twenty_wrong_codes_end_the_link(issued: IssuedLink) -> None:
    at = AT
    for number in range(DEAD_AFTER):
        at += WINDOW
        with pytest.raises(LinkRefused):
            enter(token=issued.token, code=wrong(issued), address=f"1.1.1.{number}", at=at)
    with pytest.raises(LinkRefused):
        enter(token=issued.token, code=issued.code, address="2.2.2.2", at=at + WINDOW)


def test_a_new_link_ends_the_old(issued: IssuedLink, accounts: Accounts) -> None:
    second = issue_link(point=issued.link.point, by=accounts["county_official"], at=AT)
    with pytest.raises(LinkRefused):
        enter(token=issued.token, code=issued.code, address="1.2.3.4", at=AT)
    assert enter(token=second.token, code=second.code, address="1.2.3.4", at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        PointLink.objects.filter(pk=issued.link.pk).update(revoked_at=None)


def test_a_point_that_left_gets_no_link(accounts: Accounts) -> None:
    point = named()
    leave(point=point, reason=LeaveReason.CLOSED, to_month=202608, by=None, at=AT)
    with pytest.raises(NotInPanel):
        issue_link(point=point, by=accounts["county_official"], at=AT)


def test_addresses_are_kept_as_hashes_and_not_for_long(issued: IssuedLink) -> None:
    with pytest.raises(LinkRefused):
        enter(token=issued.token, code=wrong(issued), address="7.7.7.7", at=AT)
    assert "7.7.7.7" not in str(list(LinkAttempt.objects.values()))
    later = AT + timedelta(days=2)
    enter(token=issued.token, code=issued.code, address="7.7.7.7", at=later)
    assert list(LinkAttempt.objects.values_list("at", "ok")) == [(later, True)]
